"""Bring a data set in: titles into the catalogue, ratings into the log as events of imported profiles.

The order of its steps makes a crash harmless: everything is parsed first; pseudonyms are registered (nobody sees them);
the catalogue is written in a transaction that stays open while all events are loaded in one transaction of the log;
then the catalogue is committed. Killed in between, it leaves events about titles that no catalogue lists; every reader
skips them, and the next import, whose ids are the same, completes.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cinoche.bootstrap import Services
from cinoche.catalog.models import TitleRecord
from cinoche.catalog.sources.demo import NAME as DEMO
from cinoche.catalog.sources.demo import open_demo
from cinoche.catalog.sources.models import DataSet, Keep, Rating, SetAside
from cinoche.catalog.sources.movielens import open_movielens
from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.progress import Progress, silent

BATCH: Final = 10_000
IMPORT_SOURCE: Final = "cinoche:import:"
TITLE_STEP: Final = "Titles"
CHECK_STEP: Final = "Ratings checked"
LOAD_STEP: Final = "Ratings in the log"
_EXTERNAL: Final = ("movielens", "imdb", "tmdb")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; ``changed`` is False when everything was there already."""

    data_set: str
    changed: bool
    titles: int
    ratings: int
    new_ratings: int
    set_aside: int
    set_aside_file: str | None
    notes: Sequence[str]

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def lines(self) -> Sequence[str]:
        """Say the report in sentences."""
        if not self.changed:
            return [
                f"{self.data_set} is here already ({self.titles:,} titles, {self.ratings:,} ratings): nothing changed."
            ]
        said = [
            f"{self.data_set}: {self.titles:,} titles and {self.ratings:,} ratings ({self.new_ratings:,} of them new)."
        ]
        if self.set_aside:
            said.append(f"{self.set_aside:,} rows were set aside; each with its reason: {self.set_aside_file}")
        return [*said, *self.notes]


def import_movielens(services: Services, source: str, *, progress: Progress = silent) -> ImportReport:
    """Import a MovieLens release (a folder, a zip) or the demo; a second time changes nothing.

    Raises NotFound or Invalid when the source is not one, and Forbidden in commercial mode.
    """
    if source == DEMO:
        before = services.catalog.find_import(DEMO)
        data_set = open_demo(now=services.clock(), shift_s=before["shift_s"] if before else None)
    else:
        data_set = open_movielens(Path(source))
    services.catalog.refuse_if_commercial(data_set.sources)
    before = services.catalog.find_import(data_set.name)
    if before is not None and before["digest"] == data_set.digest:
        return ImportReport(
            data_set.name, False, before["titles"], before["ratings"], 0, before["set_aside"], None, data_set.notes
        )
    return _import(services, data_set, progress)


def _import(services: Services, data_set: DataSet, progress: Progress) -> ImportReport:
    with _set_aside(services.settings.data_dir / "imports", data_set.name) as aside:
        titles = data_set.titles(_known(services), aside.keep)
        progress(TITLE_STEP, len(titles), len(titles))
        users, n_ratings = _check(data_set, titles, aside.keep, progress)
        pseudonyms = services.privacy.pseudonyms([_profile_id(data_set, each) for each in users], scope=data_set.name)
        people = {user: pseudonyms[_profile_id(data_set, user)] for user in users}
        with services.catalog.writing() as writer:
            writer.put(titles.values())
            loaded = services.log.load(_batches(services, data_set, titles, people, n_ratings, progress))
            writer.finish(
                {
                    "data_set": data_set.name,
                    "digest": data_set.digest,
                    "shift_s": data_set.shift_s,
                    "titles": len(titles),
                    "ratings": n_ratings,
                    "set_aside": aside.count,
                    "finished_at": services.clock(),
                }
            )
    file = str(aside.path) if aside.count else None
    return ImportReport(data_set.name, True, len(titles), n_ratings, loaded.accepted, aside.count, file, data_set.notes)


def _known(services: Services) -> Mapping[tuple[str, str], str]:
    return {
        (source, value): title_id
        for source in _EXTERNAL
        for value, title_id in services.catalog.known_ids(source).items()
    }


def _check(
    data_set: DataSet, titles: Mapping[str, TitleRecord], keep: Keep, progress: Progress
) -> tuple[Sequence[str], int]:
    """Read all ratings once: who rated, how many are good; those of unknown films are set aside."""
    users: dict[str, None] = {}
    n_ratings = orphans = 0
    for n, rating in enumerate(data_set.ratings(keep), start=1):
        if rating.film in titles:
            users[rating.user] = None
            n_ratings += 1
        else:
            orphans += 1
            keep(SetAside("ratings", n, f"there is no film {rating.film}", f"{rating.user},{rating.film}"))
        if n % BATCH == 0:
            progress(CHECK_STEP, n, data_set.n_ratings)
    progress(CHECK_STEP, n_ratings + orphans, n_ratings + orphans)
    return list(users), n_ratings


def _batches(
    services: Services,
    data_set: DataSet,
    titles: Mapping[str, TitleRecord],
    people: Mapping[str, str],
    n_ratings: int,
    progress: Progress,
) -> Iterator[Sequence[Event]]:
    source, keyed_id = IMPORT_SOURCE + data_set.name, services.privacy.keyed_id
    batch: list[Event] = []
    done = 0
    for rating in data_set.ratings(_already_kept):
        if rating.film not in titles:
            continue
        batch.append(_event(rating, source, people[rating.user], titles[rating.film].title_id, keyed_id))
        if len(batch) == BATCH:
            yield batch
            done += len(batch)
            progress(LOAD_STEP, done, n_ratings)
            batch = []
    if batch:
        yield batch
    progress(LOAD_STEP, n_ratings, n_ratings)


def _event(rating: Rating, source: str, person: str, title_id: str, keyed_id: Callable[..., str]) -> Event:
    """Make the event of a rating; its id is the same at every import, and says nothing without the person's key."""
    return Event(
        source=source,
        id=keyed_id(person, rating.film, f"{rating.rating:g}", f"{rating.time_s:.0f}"),
        type=types.TITLE_RATED,
        subject=person,
        time_s=rating.time_s,
        data={types.TITLE_ID: title_id, types.RATING: rating.rating},
        version=types.EVENT_TYPES[types.TITLE_RATED].version,
    )


def _profile_id(data_set: DataSet, user: str) -> str:
    return f"{data_set.name}/{user}"


def _already_kept(_row: SetAside) -> None:
    """Drop a row that the first reading has set aside."""


class _Aside:
    """The rows set aside by one import, in a csv of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._rows: Any = None
        self._file: Any = None

    def keep(self, row: SetAside) -> None:
        """Write one row down."""
        if self._rows is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", newline="", encoding="utf-8")
            self._rows = csv.writer(self._file)
            self._rows.writerow(["file", "line", "reason", "text"])
        self.count += 1
        self._rows.writerow([row.file, row.line, row.reason, row.text])

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._file is not None:
            self._file.close()


@contextmanager
def _set_aside(folder: Path, name: str) -> Iterator[_Aside]:
    aside = _Aside(folder / f"{name}-set-aside.csv")
    try:
        yield aside
    finally:
        aside.close()
