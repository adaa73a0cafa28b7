"""Directors, certifications and lengths out of ``movies.json`` of the npm package ``vega-datasets``.

The file is known for its faults, and each is dealt with here: centuries that two digits of a year lost (``Dec 15 2039``
is 1939), accents read in another encoding (``LÈon``), names that are numbers, rows twice. Where two rows of one name
and year disagree on a fact, neither counts; nor does a row that several titles of the data set answer to.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cinoche.catalog.models import (
    DIRECTOR,
    EARLIEST_YEAR,
    LONGEST_PERSON,
    MPAA_MIN_AGE,
    UNITED_STATES,
    VEGA,
    Certification,
    Credit,
    Person,
    TitleRecord,
    person_id_of,
)
from cinoche.catalog.sources.models import Keep, SetAside
from cinoche.catalog.sources.titling import read_title
from cinoche.kit.errors import Invalid, NotFound
from cinoche.kit.text import fold

NAME: Final = "movies.json"
IN_WEB: Final = Path("web", "node_modules", "vega-datasets", "data", NAME)
SETTING: Final = "CINOCHE_VEGA_MOVIES"
MISSING: Final = (
    "Directors and further certifications are missing: movies.json of the npm package vega-datasets is not here. "
    f"Install it (npm install in web/), or name the file in {SETTING}; then import the demo again."
)

LATEST_YEAR: Final = 2012
"""The file was gathered in 2011: a later year is one of the century before."""

CENTURY: Final = 100
LONGEST_MIN: Final = 1_000
_FILE: Final = "vega-datasets: movies.json"
_DATE: Final = "%b %d %Y"
_TEXT_KEPT: Final = 200

Key = tuple[str, int]
"""A folded name and a year."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What the file says of one film."""

    director: str | None = None
    mark: str | None = None
    length_s: int | None = None


@dataclass(frozen=True, slots=True)
class Movies:
    """The file: where it is, and a fingerprint that changes when it does."""

    path: Path
    digest: str
    rows: Sequence[Any]


def find_movies(chosen: str = "") -> Path | None:
    """Find the file: the one that the setting names, else that of the checkout, else that of the folder one is in.

    None where there is none; raises NotFound when the setting names what is not there.
    """
    if chosen:
        if not Path(chosen).is_file():
            raise NotFound(
                "there is no such file.", where=f"{SETTING}: {chosen}", remedy="Name movies.json of vega-datasets."
            )
        return Path(chosen)
    checkout = Path(__file__).resolve().parents[4]
    return next((path for root in (checkout, Path.cwd()) if (path := root / IN_WEB).is_file()), None)


def open_movies(path: Path) -> Movies:
    """Read the file; raises Invalid when it cannot be read, or is not a list in JSON."""
    try:
        raw = path.read_bytes()
        rows = json.loads(raw)
    except OSError as error:
        raise Invalid(
            f"this cannot be read ({error.strerror}).", where=str(path), remedy="Give this process the right to."
        ) from error
    except (ValueError, RecursionError) as error:
        raise _not_the_file(path, "this is not JSON in UTF-8") from error
    if not isinstance(rows, list):
        raise _not_the_file(path, "this is not a list of films")
    return Movies(path, hashlib.sha256(raw).hexdigest(), rows)


def add_extras(titles: Mapping[str, TitleRecord], movies: Movies, keep: Keep) -> Mapping[str, TitleRecord]:
    """Give titles what the file says of them, where their folded name and year agree and they lack it."""
    extras = _read(movies.rows, keep)
    asked = Counter(key for title in titles.values() for key in set(_keys_of(title)))
    return {
        film: _enrich(title, next((extras[key] for key in _keys_of(title) if key in extras and asked[key] == 1), None))
        for film, title in titles.items()
    }


def year_of(date: str) -> int:
    """Read the year of a date such as ``Dec 15 2039``, in the century that it was; raises ValueError.

    >>> year_of("Dec 15 2039"), year_of("Jun 12 1998")
    (1939, 1998)
    """
    year = datetime.strptime(date, _DATE).year  # noqa: DTZ007 - only the year of it counts
    year -= CENTURY if year > LATEST_YEAR else 0
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError("the year is none of a film")
    return year


def mended(name: str) -> str:
    """Read a name again whose accents were read as another encoding's; one that never was stays.

    >>> mended("LÈon"), mended("Heat")
    ('Léon', 'Heat')
    """
    try:
        return name.encode("mac_roman").decode("cp1252")
    except UnicodeError:
        return name


def _not_the_file(path: Path, what: str) -> Invalid:
    return Invalid(f"{what}.", where=str(path), remedy="Install vega-datasets again: npm install in web/.")


def _keys_of(title: TitleRecord) -> Iterator[Key]:
    if title.year is not None:
        for name in dict.fromkeys((title.name, *title.alternative_names)):
            if folded := fold(name):
                yield folded, title.year


def _read(rows: Iterable[Any], keep: Keep) -> Mapping[Key, Extra]:
    found: dict[Key, Extra] = {}
    for number, row in enumerate(rows, start=1):
        try:
            keys, extra = _parse(row)
        except ValueError as error:
            keep(SetAside(_FILE, number, str(error), json.dumps(row)[:_TEXT_KEPT]))
            continue
        for key in keys:
            found[key] = _agreed(found[key], extra) if key in found else extra
    return found


def _parse(row: Any) -> tuple[set[Key], Extra]:
    if not isinstance(row, dict):
        raise ValueError("this is no film")
    name, date = row.get("Title"), row.get("Release Date")
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise ValueError("a film without a name")
    if not isinstance(date, str):
        raise ValueError("a film without a date")
    try:
        year = year_of(date)
    except ValueError:
        raise ValueError("the date is not one like Jun 12 1998") from None
    written = {str(name), mended(str(name))}
    names = {each for text in written for naming in (read_title(text),) for each in (naming.name, *naming.others)}
    return {(fold(each), year) for each in names if fold(each)}, _extra(row)


def _extra(row: Mapping[str, Any]) -> Extra:
    director, mark, minutes = row.get("Director"), row.get("MPAA Rating"), row.get("Running Time min")
    name = " ".join(director.split()) if isinstance(director, str) else ""
    length = minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else 0
    return Extra(
        director=name if name and fold(name) and len(name) <= LONGEST_PERSON else None,
        mark=mark if isinstance(mark, str) and mark in MPAA_MIN_AGE else None,
        length_s=length * 60 if 0 < length <= LONGEST_MIN else None,
    )


def _agreed(one: Extra, other: Extra) -> Extra:
    """Keep of two rows of one name and year only what both say."""
    return Extra(
        director=one.director if one.director == other.director else None,
        mark=one.mark if one.mark == other.mark else None,
        length_s=one.length_s if one.length_s == other.length_s else None,
    )


def _enrich(title: TitleRecord, extra: Extra | None) -> TitleRecord:
    if extra is None:
        return title
    said: dict[str, Any] = {}
    if extra.director is not None and not title.credits:
        said["credits"] = (Credit(Person(person_id_of(extra.director), extra.director), DIRECTOR),)
    if extra.mark is not None and title.certification is None:
        said["certification"] = Certification(UNITED_STATES, extra.mark, MPAA_MIN_AGE[extra.mark])
    if extra.length_s is not None and title.length_s is None:
        said["length_s"] = extra.length_s
    if not said:
        return title
    return replace(title, **said, facts_from={**title.facts_from, **dict.fromkeys(said, VEGA.source)})
