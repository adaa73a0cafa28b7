"""The registry: what was refused is not served, the way back is one step, and a version held stays."""

import os
from pathlib import Path

import numpy as np
import pytest

from cinoche.kit.errors import Conflict, NotFound, Unavailable
from cinoche.recommend import artefact, registry
from cinoche.recommend.artefact import TitleFacts, current_version, open_current, versions
from cinoche.recommend.registry import Verdict
from cinoche.recommend.training import Interactions, train

TITLES = [TitleFacts(f"t{k}", f"Title {k}") for k in range(6)]
GOOD = Verdict(True, "not worse")
BAD = Verdict(False, "worse", "time/ndcg@10", 40, 0.3, 0.1, (-0.2, -0.3, -0.1), "v1")


def written(folder: Path, offset: int) -> str:
    rows = Interactions.of([0, 0, 1, 1], [0, 1, 1, 2], None, np.array([1.0, 2.0, 3.0, 4.0]) + offset)
    version = artefact.write(folder, train(rows, TITLES, as_of=100.0 + offset, offset=offset))
    stamp = 1_000_000 + offset
    os.utime(folder / version / artefact.MANIFEST, (stamp, stamp))
    return version


def test_an_accepted_version_is_served_and_a_refused_one_is_not(tmp_path: Path) -> None:
    first, second = written(tmp_path, 1), written(tmp_path, 2)
    assert registry.settle(tmp_path, first, GOOD)
    assert not registry.settle(tmp_path, second, BAD)
    assert current_version(tmp_path) == first
    newest, served = registry.entries(tmp_path)
    assert (newest.version, newest.is_current, newest.verdict) == (second, False, BAD)
    assert (served.version, served.is_current, served.verdict) == (first, True, GOOD)
    assert "REFUSED: worse" in newest.line()
    assert served.line().startswith(f"* {first}")
    assert newest.as_dict()["verdict"]["cases"] == 40


def test_a_refused_version_does_not_stand_in_for_a_damaged_one(tmp_path: Path) -> None:
    first, second = written(tmp_path, 1), written(tmp_path, 2)
    registry.settle(tmp_path, first)
    registry.settle(tmp_path, second, BAD)
    (tmp_path / first / artefact.TITLES).write_bytes(b"[]")
    with pytest.raises(Unavailable, match="No published model can be read"):
        open_current(tmp_path)


def test_rollback_goes_to_the_version_before_and_holds_it(tmp_path: Path) -> None:
    first, second, third = (written(tmp_path, k) for k in (1, 2, 3))
    registry.settle(tmp_path, first)
    registry.settle(tmp_path, second, BAD)
    registry.settle(tmp_path, third)
    assert registry.rollback(tmp_path) == first == current_version(tmp_path) == registry.pinned(tmp_path)
    fourth = written(tmp_path, 4)
    assert not registry.settle(tmp_path, fourth, GOOD)
    assert current_version(tmp_path) == first
    with pytest.raises(Conflict, match="no version before"):
        registry.rollback(tmp_path)
    registry.promote(tmp_path, fourth)
    assert (current_version(tmp_path), registry.pinned(tmp_path)) == (fourth, None)


def test_a_refused_version_can_be_promoted_by_hand(tmp_path: Path) -> None:
    first, second = written(tmp_path, 1), written(tmp_path, 2)
    registry.settle(tmp_path, first)
    registry.settle(tmp_path, second, BAD)
    registry.promote(tmp_path, second)
    assert open_current(tmp_path).version == second
    assert not artefact.is_refused(tmp_path, second)
    assert registry.verdict_of(tmp_path, second) == Verdict(True, "promoted by hand")


def test_what_is_not_there_or_not_whole_is_not_promoted(tmp_path: Path) -> None:
    first, second = written(tmp_path, 1), written(tmp_path, 2)
    registry.settle(tmp_path, first)
    with pytest.raises(NotFound, match=f"There are: {second}, {first}"):
        registry.promote(tmp_path, "yesterday")
    with pytest.raises(NotFound):
        registry.promote(tmp_path, "../elsewhere")
    titles = tmp_path / second / artefact.TITLES
    titles.write_bytes(titles.read_bytes().replace(b"Title 1", b"Title 9"))
    with pytest.raises(Unavailable, match="does not have the contents"):
        registry.promote(tmp_path, second)
    assert current_version(tmp_path) == first


def test_pruning_drops_what_was_refused_before_what_could_be_gone_back_to(tmp_path: Path) -> None:
    good = [written(tmp_path, k) for k in (1, 2)]
    for version in good:
        registry.settle(tmp_path, version)
    bad = written(tmp_path, 3)
    registry.settle(tmp_path, bad, BAD)
    assert artefact.prune(tmp_path, keep=2) == [bad]
    assert versions(tmp_path) == good[::-1]


def test_while_versions_may_know_who_was_erased_none_is_gone_back_to_or_promoted(tmp_path: Path) -> None:
    first, second = written(tmp_path, 1), written(tmp_path, 2)
    registry.settle(tmp_path, first)
    registry.settle(tmp_path, second)
    with pytest.raises(Conflict, match=r"erased since.*cinoche train"):
        registry.rollback(tmp_path, is_stale=True)
    with pytest.raises(Conflict, match=r"erased since.*cinoche train"):
        registry.promote(tmp_path, first, is_stale=True)
    assert current_version(tmp_path) == second
    assert registry.pinned(tmp_path) is None


def test_what_is_released_lets_trainings_publish_again(tmp_path: Path) -> None:
    first, second = written(tmp_path, 1), written(tmp_path, 2)
    registry.settle(tmp_path, first)
    registry.settle(tmp_path, second)
    registry.rollback(tmp_path)
    registry.release(tmp_path)
    third = written(tmp_path, 3)
    assert registry.settle(tmp_path, third)
    assert current_version(tmp_path) == third
