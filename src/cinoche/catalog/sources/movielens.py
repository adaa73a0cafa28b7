"""Any MovieLens release, as csv (latest-small, 20m, 25m, 32m) or as ``::`` dat (1m, 10m), in a folder or a zip.

Formats: the README of each release (grouplens.org/datasets/movielens). A row that does not fit is set aside with its
file, line and reason.
"""

import csv
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from cinoche.catalog.models import MOVIELENS, Kind, TitleRecord
from cinoche.catalog.names import say
from cinoche.catalog.sources.archive import Archive
from cinoche.catalog.sources.models import DataSet, Keep, Rating, SetAside
from cinoche.events.types import MAX_RATING, MIN_RATING
from cinoche.kit.errors import Invalid
from cinoche.kit.ids import stable_id

NO_GENRES: Final = "(no genres listed)"
NOT_GENRES: Final = frozenset({NO_GENRES, "IMAX", ""})
"""What stands among the genres and is none; IMAX is a format."""

LATEST_S: Final = 4_102_444_800
"""2100-01-01: a later time is a mistake."""

_YEAR = re.compile(r"^(.*?)\s*\((\d{4})(?:\s*[-–]\s*\d{0,4})?\)\s*$", re.DOTALL)
_OTHER = re.compile(r"^(.*\S)\s*\(([^()]+)\)$", re.DOTALL)

Fields = Sequence[str]


def open_movielens(source: Path) -> DataSet:
    """Open a release; raises NotFound or Invalid when it is not one."""
    archive = Archive(source)
    movies = archive.get("movies.csv", "movies.dat")
    ratings = archive.get("ratings.csv", "ratings.dat")
    tags = archive.find("tags.csv", "tags.dat")
    links = archive.find("links.csv")
    used = [each for each in (movies, ratings, tags, links) if each is not None]
    return DataSet(
        name=source.resolve().stem,
        sources=[MOVIELENS],
        digest=archive.digest(used),
        titles=partial(_read_titles, archive, movies, links, tags),
        ratings=partial(_read_ratings, archive, ratings),
    )


def split_name(text: str) -> tuple[str, int | None, list[str]]:
    """Split a name as MovieLens writes it into the name as people say it, the year, and other names.

    >>> split_name("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    ('The City of Lost Children', 1995, ['La Cité des enfants perdus'])
    >>> split_name("Seven (a.k.a. Se7en) (1995)")
    ('Seven', 1995, ['Se7en'])
    """
    name, year = text.strip().strip('"').strip(), None
    if match := _YEAR.match(name):
        name, year = match[1], int(match[2])
    others: list[str] = []
    while match := _OTHER.match(name):
        name = match[1]
        others.insert(0, say(match[2].removeprefix("a.k.a.").strip()))
    return say(name), year, others


def genres_of(text: str) -> tuple[str, ...]:
    """Split genres, without what is none."""
    return tuple(dict.fromkeys(each.strip() for each in text.split("|") if each.strip() not in NOT_GENRES))


def title_id_of(film: str, external: Mapping[str, str], known: Mapping[tuple[str, str], str]) -> str:
    """Tell the id of a title: the one it has under any of its external ids, else a stable new one."""
    for pair in external.items():
        if pair in known:
            return known[pair]
    return stable_id("title", MOVIELENS.source, film)


def parse_rating(fields: Fields) -> Rating:
    """Check the fields of a rating; raises ValueError with the reason."""
    if len(fields) != 4:
        raise ValueError(f"{len(fields)} fields instead of 4")
    user, film, stars, at = fields
    if not (user.isascii() and user.isdecimal() and film.isascii() and film.isdecimal()):
        raise ValueError("a user or film id is not a number")
    try:
        rating, time_s = float(stars), float(at)
    except ValueError:
        raise ValueError("the rating or its time is not a number") from None
    if not (math.isfinite(rating) and MIN_RATING <= rating <= MAX_RATING):
        raise ValueError(f"the rating is not between {MIN_RATING} and {MAX_RATING:g}")
    if not (math.isfinite(time_s) and 0 < time_s < LATEST_S):
        raise ValueError("the time is not one of this century or the last")
    return Rating(user, film, rating, time_s)


def rows(archive: Archive, name: str, keep: Keep) -> Iterator[tuple[int, Fields]]:
    """Read the rows of a file with their line numbers, the header left out; undecodable ones are set aside."""
    is_csv = name.endswith(".csv")
    split = _split_csv if is_csv else _split_dat
    for number, line in archive.lines(name):
        if is_csv and number == 1:
            _check_header(name, line)
            continue
        if not line:
            keep(SetAside(name, number, "the line is empty", ""))
            continue
        try:
            fields = split(line)
        except ValueError as error:
            keep(SetAside(name, number, str(error), line[:200].decode("utf-8", "replace")))
            continue
        yield number, fields


def _check_header(name: str, line: bytes) -> None:
    first = line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").partition(",")[0].strip()
    if first not in {"userId", "movieId"}:
        raise Invalid(
            f"the first line begins with {first[:40]!r}.",
            where=f"{name}, line 1",
            remedy="A MovieLens csv begins with the names of its columns, userId or movieId first.",
        )


def _split_csv(line: bytes) -> Fields:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("the line is not UTF-8") from None
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration) as error:
        raise ValueError(f"the quotes do not match ({error})") from None


def _split_dat(line: bytes) -> Fields:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return text.split("::")


def _read_titles(
    archive: Archive, movies: str, links: str | None, tags: str | None, known: Mapping[tuple[str, str], str], keep: Keep
) -> Mapping[str, TitleRecord]:
    external = _read_links(archive, links, keep) if links else {}
    times = _read_tags(archive, tags, keep) if tags else {}
    titles: dict[str, TitleRecord] = {}
    for number, fields in rows(archive, movies, keep):
        reason = _title_problem(fields, titles)
        if reason:
            keep(SetAside(movies, number, reason, ",".join(fields)[:200]))
            continue
        film = fields[0]
        name, year, others = split_name(fields[1])
        ids = {MOVIELENS.source: film, **external.get(film, {})}
        titles[film] = TitleRecord(
            title_id=title_id_of(film, ids, known),
            kind=Kind.FILM,
            name=name,
            year=year,
            source=MOVIELENS.source,
            alternative_names=[each for each in dict.fromkeys(others) if each and each != name],
            genres=genres_of(fields[2]),
            external=ids,
            tags=times.get(film, {}),
        )
    return titles


def _title_problem(fields: Fields, titles: Mapping[str, TitleRecord]) -> str | None:
    if len(fields) != 3:
        return f"{len(fields)} fields instead of 3"
    if not (fields[0].isascii() and fields[0].isdecimal()):
        return "the film id is not a number"
    if fields[0] in titles:
        return "the film is there already"
    if not split_name(fields[1])[0] or len(fields[1]) > 500:
        return "the film has no name, or one that is too long"
    return None


def _read_links(archive: Archive, name: str, keep: Keep) -> Mapping[str, Mapping[str, str]]:
    links: dict[str, dict[str, str]] = {}
    for number, fields in rows(archive, name, keep):
        if len(fields) != 3 or not all(each.strip().isdecimal() or not each.strip() for each in fields):
            keep(SetAside(name, number, "not a film id with an IMDb and a TMDB number", ",".join(fields)[:200]))
            continue
        film, imdb, tmdb = (each.strip() for each in fields)
        links[film] = {
            **({"imdb": f"tt{int(imdb):07d}"} if imdb else {}),
            **({"tmdb": str(int(tmdb))} if tmdb else {}),
        }
    return links


def _read_tags(archive: Archive, name: str, keep: Keep) -> Mapping[str, Mapping[str, int]]:
    times: dict[str, Counter[str]] = {}
    for number, fields in rows(archive, name, keep):
        tag = " ".join(fields[2].split()).casefold() if len(fields) == 4 else ""
        if not tag or len(tag) > 200:
            keep(SetAside(name, number, "not a user, a film, a tag and a time", ",".join(fields)[:200]))
            continue
        times.setdefault(fields[1], Counter())[tag] += 1
    return times


def _read_ratings(archive: Archive, name: str, keep: Keep) -> Iterator[Rating]:
    parse: Callable[[Fields], Rating] = parse_rating
    for number, fields in rows(archive, name, keep):
        try:
            yield parse(fields)
        except ValueError as error:
            keep(SetAside(name, number, str(error), ",".join(fields)[:200]))
