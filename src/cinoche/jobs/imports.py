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
from cinoche.catalog.models import VEGA, TitleRecord
from cinoche.catalog.sources.demo import NAME as DEMO
from cinoche.catalog.sources.demo import open_demo
from cinoche.catalog.sources.models import DataSet, Rating, SetAside
from cinoche.catalog.sources.movielens import open_movielens
from cinoche.catalog.sources.vega import find_movies
from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.errors import Invalid, Unavailable
from cinoche.kit.progress import Progress, silent

BATCH: Final = 10_000
MOST_LISTED: Final = 100_000
"""How many rows set aside are written down; a file of something else altogether must not fill the disk."""

IMPORT_SOURCE: Final = "cinoche:import:"
TITLE_STEP: Final = "Titles"
CHECK_STEP: Final = "Ratings checked"
LOAD_STEP: Final = "Ratings in the log"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; ``changed`` is False when everything was there already.

    ``new_ratings`` counts events that the log did not have, ``changed_rows`` rows of the catalogue.
    """

    data_set: str
    changed: bool
    titles: int
    ratings: int
    new_ratings: int
    changed_rows: int
    set_aside: int
    set_aside_file: str | None
    notes: Sequence[str]

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    def lines(self) -> Sequence[str]:
        """Say the report in sentences."""
        if not self.changed:
            there = f"{self.titles:,} titles, {self.ratings:,} ratings"
            return [f"{self.data_set} is here already ({there}): nothing changed.", *self._aside()]
        said = [
            f"{self.data_set}: {self.titles:,} titles and {self.ratings:,} ratings ({self.new_ratings:,} of them new)."
        ]
        return [*said, *self._aside(), *self.notes]

    def _aside(self) -> Sequence[str]:
        if not self.set_aside:
            return []
        return [f"{self.set_aside:,} rows were set aside; each with its reason: {self.set_aside_file}"]


def import_movielens(services: Services, source: str, *, progress: Progress = silent) -> ImportReport:
    """Import a MovieLens release (a folder, a zip) or the demo; a second time changes nothing.

    Raises NotFound or Invalid when the source is not one, and Forbidden in commercial mode.
    """
    if source == DEMO:
        before = services.catalog.find_import(DEMO)
        shift_s = before["shift_s"] if before else None
        data_set = open_demo(now=services.clock(), shift_s=shift_s, movies=find_movies(services.settings.vega_movies))
    else:
        data_set = open_movielens(Path(source))
    services.catalog.refuse_if_commercial(data_set.sources)
    before = services.catalog.find_import(data_set.name)
    if before is not None and before["digest"] == data_set.digest:
        return _report(data_set, before, _aside_path(services, data_set))
    return _import(services, data_set, progress)


def lacks_directors(services: Services) -> bool:
    """Whether the demo was imported before the file that knows its directors was there."""
    if services.settings.commercial or services.catalog.find_import(DEMO) is None:
        return False
    is_there = find_movies(services.settings.vega_movies) is not None
    return is_there and VEGA not in services.catalog.attributions()


def _import(services: Services, data_set: DataSet, progress: Progress) -> ImportReport:
    with _set_aside(_aside_path(services, data_set)) as aside:
        titles = data_set.titles(services.catalog.external_ids(), aside.keep)
        if not titles:
            raise aside.refusal("films")
        progress(TITLE_STEP, len(titles), len(titles))
        users, n_ratings = _check(data_set, titles, aside, progress)
        pseudonyms = services.privacy.pseudonyms([_profile_id(data_set, each) for each in users], scope=data_set.name)
        people = {user: pseudonyms[_profile_id(data_set, user)] for user in users}
        remembered = {
            "data_set": data_set.name,
            "digest": data_set.digest,
            "shift_s": data_set.shift_s,
            "titles": len(titles),
            "ratings": n_ratings,
            "set_aside": aside.count,
            "finished_at": services.clock(),
        }
        with services.catalog.writing() as writer:
            changed_rows = writer.put(titles.values())
            loaded = services.log.load(_batches(services, data_set, titles, people, n_ratings, progress))
            writer.remember(remembered)
    return _report(data_set, remembered, aside.path, new_ratings=loaded.accepted, changed_rows=changed_rows)


def _report(
    data_set: DataSet, remembered: Mapping[str, Any], aside: Path, *, new_ratings: int = 0, changed_rows: int = 0
) -> ImportReport:
    return ImportReport(
        data_set=data_set.name,
        changed=bool(new_ratings or changed_rows),
        titles=remembered["titles"],
        ratings=remembered["ratings"],
        new_ratings=new_ratings,
        changed_rows=changed_rows,
        set_aside=remembered["set_aside"],
        set_aside_file=str(aside) if remembered["set_aside"] else None,
        notes=data_set.notes,
    )


def _check(
    data_set: DataSet, titles: Mapping[str, TitleRecord], aside: "_Aside", progress: Progress
) -> tuple[Sequence[str], int]:
    """Read all ratings once: who rated, how many are good; those of unknown films are set aside.

    Raises Invalid when there are ratings, and none of them is good.
    """
    users: dict[str, None] = {}
    kept_before, n, n_ratings = aside.count, 0, 0
    for n, rating in enumerate(data_set.ratings(aside.keep), start=1):
        if rating.film in titles:
            users[rating.user] = None
            n_ratings += 1
        else:
            text = f"{rating.user},{rating.film},{rating.rating:g},{rating.time_s - data_set.shift_s:.0f}"
            aside.keep(SetAside(data_set.ratings_file, rating.line, f"there is no film {rating.film}", text))
        if n % BATCH == 0:
            progress(CHECK_STEP, n, data_set.n_ratings)
    if not n_ratings and aside.count > kept_before:
        raise aside.refusal("ratings")
    progress(CHECK_STEP, n, n)
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
    shift_s = data_set.shift_s
    batch: list[Event] = []
    done = 0
    for rating in data_set.ratings(_already_kept):
        if rating.film not in titles:
            continue
        batch.append(_event(rating, source, people[rating.user], titles[rating.film].title_id, shift_s, keyed_id))
        if len(batch) == BATCH:
            yield batch
            done += len(batch)
            progress(LOAD_STEP, done, n_ratings)
            batch = []
    if batch:
        yield batch
    progress(LOAD_STEP, n_ratings, n_ratings)


def _event(
    rating: Rating, source: str, person: str, title_id: str, shift_s: float, keyed_id: Callable[..., str]
) -> Event:
    """Make the event of a rating.

    Its id says nothing without the person's key, and is the same at every import: it is made of the time that the file
    says, not of the time that this is moved to.
    """
    return Event(
        source=source,
        id=keyed_id(person, rating.film, f"{rating.rating:g}", f"{rating.time_s - shift_s:.3f}"),
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
        self._last: SetAside | None = None
        self._rows: Any = None
        self._file: Any = None

    def keep(self, row: SetAside) -> None:
        """Write one row down; of more than ``MOST_LISTED``, the others are only counted."""
        self.count += 1
        self._last = row
        if self.count > MOST_LISTED:
            return
        with self._writable():
            if self._rows is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w", newline="", encoding="utf-8", errors="replace")
                self._rows = csv.writer(self._file)
                self._rows.writerow(["file", "line", "reason", "text"])
            self._rows.writerow([row.file, row.line, row.reason, row.text])

    def refusal(self, what: str) -> Invalid:
        """Make the error of a data set that has not one good row."""
        last = self._last
        if last is None:
            return Invalid(f"there are no {what} in it.", remedy="Download the release again, whole.")
        return Invalid(
            f"none of its {what} can be used; the last, line {last.line}: {last.reason}.",
            where=last.file,
            remedy=f"Is it a MovieLens release? Every row and its reason: {self.path}",
        )

    def close(self) -> None:
        """Finish the file; without a row, the one of an earlier import goes."""
        with self._writable():
            if self._file is None:
                self.path.unlink(missing_ok=True)
                return
            if self.count > MOST_LISTED:
                self._rows.writerow(["", "", f"{self.count - MOST_LISTED:,} more rows were set aside", ""])
            self._file.close()

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(
                f"the rows set aside cannot be written down ({error.strerror}).",
                where=str(self.path),
                remedy="Make room on the disk, or give the right to write there.",
            ) from error


def _aside_path(services: Services, data_set: DataSet) -> Path:
    return services.settings.data_dir / "imports" / f"{data_set.name}-set-aside.csv"


@contextmanager
def _set_aside(path: Path) -> Iterator[_Aside]:
    aside = _Aside(path)
    try:
        yield aside
    finally:
        aside.close()
