"""Artefacts: what is published is what is read, never a half, never another format."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from cinoche.kit.errors import Unavailable
from cinoche.recommend.artefact import (
    Draft,
    Model,
    Recipe,
    TitleFacts,
    current_version,
    open_current,
    open_version,
    prune,
    publish,
    verify,
    versions,
)
from cinoche.recommend.statistics import History

WEIGHTS = {"popular-7d": 0.1, "ease": 1.0, "sequence-ridge": 1.0, "content": 0.2}


def draft(offset: int = 7, n: int = 6) -> Draft:
    rng = np.random.default_rng(offset)
    warm = np.arange(max(n - 2, 0), dtype=np.int32)
    square = (len(warm),) * 2
    arrays = {
        "popular-7d.scores": rng.random(n).astype(np.float32),
        "popular.scores": rng.random(n).astype(np.float32),
        "popular.counts": np.arange(n, dtype=np.float32),
        "popular.recent": np.zeros(n, np.float32),
        "popular.decayed": rng.random((3, n)).astype(np.float32),
        "ease.items": warm,
        "ease.weights": rng.random(square).astype(np.float32),
        "sequence-ridge.items": warm,
        "sequence-ridge.weights": rng.random(square).astype(np.float32),
        "content.features": rng.random((n, 3)).astype(np.float32),
    }
    titles = [TitleFacts(f"t{k}", f"Élan {k}", 1990 + k, external={"imdb": f"tt{k:07d}"}) for k in range(n)]
    families: dict[str, dict[str, object]] = {name: {} for name in (*WEIGHTS, "popular")}
    families["sequence-ridge"] = {"joint_titles": 0}
    recipe = Recipe(families, {"warm": WEIGHTS, "short": WEIGHTS, "seeds": WEIGHTS})
    return Draft(arrays, titles, recipe, 1_700_000_000.0, offset, {"reg": 1.0}, {"ndcg@10": 0.5})


def test_what_is_published_is_what_is_opened(tmp_path: Path) -> None:
    version = publish(tmp_path, draft())
    model = open_current(tmp_path)
    assert (model.version, model.offset, model.n_items) == (version, 7, 6)
    assert model.title_ids[2] == "t2"
    assert model.index["t2"] == 2
    assert (model.titles[2].folded, model.titles[2].external) == ("elan 2", {"imdb": "tt0000002"})
    history = History.of([0, 3])
    np.testing.assert_array_equal(model.blend.score(history), Model.of(draft()).blend.score(history))
    assert not model.counts.flags.writeable
    verify(tmp_path, version)


def test_publishing_the_same_twice_gives_one_version(tmp_path: Path) -> None:
    assert publish(tmp_path, draft()) == publish(tmp_path, draft())
    assert len(versions(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    assert current_version(tmp_path) is None
    with pytest.raises(Unavailable, match=r"No model has been trained yet.*cinoche train"):
        open_current(tmp_path / "absent")


def test_a_truncated_array_is_refused_and_the_previous_version_serves(tmp_path: Path) -> None:
    old, new = publish(tmp_path, draft(1)), publish(tmp_path, draft(2))
    array = tmp_path / new / "ease.weights.npy"
    array.write_bytes(array.read_bytes()[:-4])
    with pytest.raises(Unavailable, match=r"ease\.weights\.npy.*bytes instead of"):
        open_version(tmp_path, new)
    assert open_current(tmp_path).version == old


def test_another_format_is_refused(tmp_path: Path) -> None:
    version = publish(tmp_path, draft())
    path = tmp_path / version / "manifest.json"
    path.write_bytes(msgspec.json.encode(msgspec.json.decode(path.read_bytes()) | {"format": 99}))
    with pytest.raises(Unavailable, match="has format 99; this Cinoche reads format 2"):
        open_current(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"format": 2}'])
def test_a_broken_manifest_is_refused(tmp_path: Path, damage: bytes) -> None:
    version = publish(tmp_path, draft())
    (tmp_path / version / "manifest.json").write_bytes(damage)
    with pytest.raises(Unavailable, match="not a manifest"):
        open_version(tmp_path, version)


def test_a_pointer_to_nothing_falls_back_to_what_is_there(tmp_path: Path) -> None:
    version = publish(tmp_path, draft())
    (tmp_path / "current").write_text("gone\n")
    assert open_current(tmp_path).version == version


def test_changed_bytes_are_found_by_verify_alone(tmp_path: Path) -> None:
    version = publish(tmp_path, draft())
    path = tmp_path / version / "ease.weights.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert open_current(tmp_path).version == version
    with pytest.raises(Unavailable, match="contents that were published"):
        verify(tmp_path, version)


def test_a_failed_publication_leaves_nothing(tmp_path: Path) -> None:
    broken = draft()
    object.__setattr__(broken, "arrays", {**broken.arrays, "bad": np.array([object()])})
    with pytest.raises(ValueError, match="allow_pickle"):
        publish(tmp_path, broken)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unavailable, match=r"could not be written .*the one before it stays in use.*train again"):
        publish(tmp_path / "file", draft())


def test_what_a_killed_training_left_is_swept(tmp_path: Path) -> None:
    left, fresh = tmp_path / ".writing-old", tmp_path / ".writing-new"
    left.mkdir()
    fresh.mkdir()
    os.utime(left, (1.0, 1.0))
    version = publish(tmp_path, draft())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".writing-new", "current", version])
    assert versions(tmp_path) == [version]


def test_reading_an_artefact_needs_neither_scipy_nor_numba_nor_a_database() -> None:
    heavy = "scipy", "numba", "sqlalchemy", "pydantic", "pyarrow"
    code = f"import sys, cinoche.recommend.artefact; print([m for m in {heavy} if m in sys.modules])"
    where = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=where)
    assert done.stdout.strip() == "[]"


def test_old_versions_are_pruned_but_never_the_current_one(tmp_path: Path) -> None:
    names = [publish(tmp_path, draft(k)) for k in range(4)]
    (tmp_path / "current").write_text(names[0])
    prune(tmp_path, keep=2)
    assert names[0] in versions(tmp_path)
    assert len(versions(tmp_path)) == 2


@pytest.mark.parametrize("n", [0, 1, 2])
def test_nearly_nothing_can_be_published(tmp_path: Path, n: int) -> None:
    publish(tmp_path, draft(n=n))
    model = open_current(tmp_path)
    assert model.blend.score(History.of([0] if n else [])).shape == (n,)
