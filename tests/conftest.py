"""What every test may use: a small invented data set, and services on a folder of their own."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

from cinoche.bootstrap import Services, open_services
from cinoche.jobs import imports, training
from cinoche.settings import read_settings

hypothesis.settings.register_profile("house", deadline=None)  # a machine may be busy: how long is for benchmarks
hypothesis.settings.load_profile("house")

N_FILMS = 40
N_USERS = 30
NEWEST_S = 1_700_000_000

NAMES = [
    "Heat",
    "Alien",
    "Matrix, The",
    "Amelie (Fabuleux destin d'Amélie Poulain, Le)",
    "Heat, The",
    "Hamlet",
    "Hamlet",
]


def write_release(folder: Path, *, users: int = N_USERS, films: int = N_FILMS) -> Path:
    """Write an invented data set in MovieLens' csv format: two tastes, each with films of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    movies = ["movieId,title,genres"]
    for film in range(1, films + 1):
        name = NAMES[film - 1] if film <= len(NAMES) else f"Invented Film {film}"
        genre = "Crime|Thriller" if film % 2 else "Comedy"
        movies.append(f'{film},"{name} ({1990 + film})",{genre}')
    ratings = ["userId,movieId,rating,timestamp"]
    for user in range(1, users + 1):
        taste = [film for film in range(1, films + 1) if film % 2 == user % 2]
        for place, film in enumerate(itertools.islice(itertools.cycle(taste), user % 7, user % 7 + 12)):
            stars = 5.0 if (film + user) % 5 else 3.5
            ratings.append(f"{user},{film},{stars},{NEWEST_S - 40_000 * user - 600 * (12 - place)}")
    links = ["movieId,imdbId,tmdbId"] + [f"{film},{113_270 + film},{940 + film}" for film in range(1, films + 1)]
    (folder / "movies.csv").write_text("\n".join(movies) + "\n", encoding="utf-8")
    (folder / "ratings.csv").write_text("\r\n".join(ratings) + "\r\n", encoding="utf-8")
    (folder / "links.csv").write_text("\n".join(links) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with a small invented release."""
    return write_release(tmp_path / "tiny")


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., Services]]:
    """Open services on a folder; what was opened is closed at the end."""
    with ExitStack() as stack:

        def open_one(folder: Path | None = None, **settings: object) -> Services:
            chosen = read_settings(data_dir=folder or tmp_path / "data", **settings)
            return stack.enter_context(open_services(chosen))

        yield open_one


@pytest.fixture
def house(open_house: Callable[..., Services], release: Path) -> Services:
    """Services with the invented release imported and trained."""
    services = open_house()
    imports.import_movielens(services, str(release))
    training.train(services)
    return services
