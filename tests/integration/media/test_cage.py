"""What a program that a hostile film has taken over can still do: read its film, write in its folder, nothing else."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.integration.media.conftest import TITLE

from cinoche.bootstrap import Services
from cinoche.jobs import media as jobs
from cinoche.jobs.doctor import examine
from cinoche.kit.errors import CinocheError
from cinoche.playback.tools import CAGED, Limits, run, taken_away, tell_of_cage
from cinoche.playback.work import JobState
from cinoche.settings import Settings

needs_fence = pytest.mark.skipif("files" not in taken_away(), reason="this kernel has no Landlock")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a job; a secret lies beside it."""
    (tmp_path / "secret").write_text("the key of the house")
    (tmp_path / "job").mkdir()
    return tmp_path / "job"


def caged(folder: Path, name: str, *words: object) -> str:
    """Run a program of this machine in the cage."""
    found = shutil.which(name)
    assert found is not None
    return run([found, *map(str, words)], folder=folder, limits=Limits(wall_s=10), what=name)


@needs_fence
def test_a_caged_program_reads_its_folder_and_no_secret_beside_it(folder: Path) -> None:
    (folder / "film").write_text("a film")
    assert caged(folder, "cat", "film") == "a film"
    for way in ("../secret", folder.parent / "secret", "/etc/passwd"):
        with pytest.raises(CinocheError, match="Permission denied"):
            caged(folder, "cat", way)
    with pytest.raises(CinocheError, match="Permission denied"):
        caged(folder, "ls", folder.parent)


@needs_fence
def test_a_caged_program_writes_in_its_folder_and_nowhere_else(folder: Path) -> None:
    (folder / "film").write_text("a film")
    (folder / "deep").mkdir()
    caged(folder, "cp", "film", "deep/copy")
    caged(folder, "mv", "deep/copy", "moved")
    assert (folder / "moved").read_text() == "a film"
    for way in ("../new", folder.parent / "new"):
        with pytest.raises(CinocheError, match="Permission denied"):
            caged(folder, "cp", "film", way)
    for order in (("rm", "-f", "../secret"), ("truncate", "-s", "0", "../secret"), ("mkdir", "../new")):
        with pytest.raises(CinocheError, match="Permission denied"):
            caged(folder, *order)
    assert (folder.parent / "secret").read_text() == "the key of the house"


@needs_fence
def test_a_source_that_is_linked_is_read_and_never_written(folder: Path) -> None:
    film = folder.parent / "film"
    film.write_text("a film")
    (folder / "source").symlink_to(film)
    assert caged(folder, "cat", "source") == "a film"
    with pytest.raises(CinocheError, match="Permission denied"):
        caged(folder, "truncate", "-s", "0", "source")
    assert film.read_text() == "a film"


@needs_fence
def test_a_caged_program_leaves_no_link_for_the_next_one_to_follow(folder: Path) -> None:
    with pytest.raises(CinocheError, match="Permission denied"):
        caged(folder, "ln", "-s", "../secret", "source")
    assert list(folder.iterdir()) == []


@needs_fence
def test_a_caged_program_starts_no_other(folder: Path) -> None:
    with pytest.raises(CinocheError, match="Permission denied"):
        caged(folder, "env", shutil.which("cat"), "film")


def test_a_film_is_made_in_the_cage_and_its_source_stays_as_it_was(cinema: Services, films: Path) -> None:
    source = films / "small.mp4"
    before = source.read_bytes()
    assert jobs.add(cinema, TITLE, source).state is JobState.DONE
    assert source.read_bytes() == before
    assert source.stat().st_nlink == 1


def test_the_doctor_says_what_the_cage_takes_away(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=0)
    looks = [each for each in examine(settings).findings if each.what == "programs that read films"]
    assert [each.is_well for each in looks] == ["network" in taken_away(), "files" in taken_away()]
    assert taken_away() <= CAGED


def test_what_the_kernel_leaves_is_said_once_in_the_log() -> None:
    with capture_logs() as lines:
        tell_of_cage(frozenset({"network"}))
        tell_of_cage(CAGED)
    (line,) = lines
    assert (line["log_level"], line["left"], line["remedy"]) == ("warning", ["files"], "cinoche doctor")
