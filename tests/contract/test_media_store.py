"""What every media store promises, asked of each adapter."""

from pathlib import Path

import pytest

from cinoche.kit.errors import Invalid, NotFound
from cinoche.kit.urls import adapter_for
from cinoche.playback.adapters import ADAPTERS
from cinoche.playback.ports import MediaStore

BAD_KEYS = ["../x", "/etc/passwd", "a/../b", "a//b", ".hidden", "a/.b", "", "a/", "a\\b", "a\0b", "a\nb", "a" * 501]


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    url = "memory://" if request.param == "memory" else (tmp_path / "a store").as_uri()
    opened: MediaStore = adapter_for(url, ADAPTERS, setting="CINOCHE_MEDIA_URL").open_url(url)
    return opened


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(bytes(range(256)) * 4_096)
    return path


def test_what_was_put_is_given_back_whole_and_in_ranges(store: MediaStore, source: Path) -> None:
    data = source.read_bytes()
    assert store.put("film/video/480/00001.m4s", source) == len(data)
    assert b"".join(store.open("film/video/480/00001.m4s")) == data
    assert b"".join(store.open("film/video/480/00001.m4s", start=300_000, length=7)) == data[300_000:300_007]
    assert b"".join(store.open("film/video/480/00001.m4s", start=len(data) - 3)) == data[-3:]
    assert b"".join(store.open("film/video/480/00001.m4s", start=len(data) + 5)) == b""
    assert store.size("film/video/480/00001.m4s") == len(data)


def test_what_is_put_again_takes_the_place_of_what_was_there(store: MediaStore, source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"new")
    store.put("film/a", source)
    store.put("film/a", other)
    assert b"".join(store.open("film/a")) == b"new"
    assert list(store.list("film")) == ["film/a"]


def test_a_source_that_goes_away_takes_nothing_along(store: MediaStore, source: Path) -> None:
    size = store.put("film/a", source)
    source.unlink()
    assert sum(map(len, store.open("film/a"))) == size


def test_a_source_that_is_written_anew_changes_nothing_that_was_put(store: MediaStore, source: Path) -> None:
    before = source.read_bytes()
    store.put("film/a", source)
    with source.open("r+b") as file:
        file.write(b"something else")
        file.truncate()
    assert b"".join(store.open("film/a")) == before


def test_what_is_not_there_is_not_found(store: MediaStore) -> None:
    assert store.size("film/a") is None
    assert store.path("film/a") is None
    assert list(store.list("film")) == []
    assert store.remove("film") == 0
    with pytest.raises(NotFound):
        store.open("film/a")


def test_a_prefix_lists_and_removes_its_own_folder_and_no_other(store: MediaStore, source: Path) -> None:
    for key in ("film/a", "film/b/c", "film2/a"):
        store.put(key, source)
    assert list(store.list("film")) == ["film/a", "film/b/c"]
    assert list(store.list("")) == ["film/a", "film/b/c", "film2/a"]
    assert store.remove("film") == 2 * source.stat().st_size
    assert list(store.list("")) == ["film2/a"]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_no_key_leads_out_of_the_store(store: MediaStore, source: Path, key: str) -> None:
    assert store.path(key) is None
    assert store.size(key) is None
    with pytest.raises(Invalid):
        store.put(key, source)


def test_a_path_where_there_is_one_is_the_file_itself(store: MediaStore, source: Path) -> None:
    store.put("film/a", source)
    path = store.path("film/a")
    assert path is None or path.read_bytes() == source.read_bytes()
