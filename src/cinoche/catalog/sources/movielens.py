"""Any MovieLens release, as csv (latest-small, 20m, 25m, 32m) or as ``::`` dat (1m, 10m), in a folder or a zip.

Formats: the README of each release (grouplens.org/datasets/movielens). A row that does not fit is set aside with its
file, line and reason.
"""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from cinoche.catalog.models import LONGEST_GENRE, LONGEST_NAME, LONGEST_TAG, MOVIELENS, TitleRecord
from cinoche.catalog.sources.archive import Archive
from cinoche.catalog.sources.models import DataSet, Keep, Known, Rating, SetAside
from cinoche.catalog.sources.titling import Naming, read_title
from cinoche.events.types import MAX_RATING, MIN_RATING
from cinoche.kit.errors import Invalid
from cinoche.kit.ids import stable_id

NO_GENRES: Final = "(no genres listed)"
NOT_GENRES: Final = frozenset({NO_GENRES, "IMAX", ""})
"""What stands among the genres and is none; IMAX is a format."""

LATEST_S: Final = 4_102_444_800
"""2100-01-01: a later time is a mistake."""

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "movies": ("movieId", "title", "genres"),
    "ratings": ("userId", "movieId", "rating", "timestamp"),
    "tags": ("userId", "movieId", "tag", "timestamp"),
    "links": ("movieId", "imdbId", "tmdbId"),
}
"""What each file of a release says, in which order."""

TEXT_KEPT: Final = 200
MOST_DIGITS: Final = 18
RESERVED_NAMES: Final = frozenset({"", "demo"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Fields = Sequence[str]


def open_movielens(source: Path) -> DataSet:
    """Open a release; raises NotFound or Invalid when it is not one. The data set is named like its folder or zip."""
    archive = Archive(source)
    movies = archive.get("movies.csv", "movies.dat")
    ratings = archive.get("ratings.csv", "ratings.dat")
    tags = archive.find("tags.csv", "tags.dat")
    links = archive.find("links.csv")
    used = [each for each in (movies, ratings, tags, links) if each is not None]
    return DataSet(
        name=data_set_name(source),
        sources=[MOVIELENS],
        digest=archive.digest(used),
        titles=partial(_read_titles, archive, movies, links, tags),
        ratings=partial(_read_ratings, archive, ratings),
        ratings_file=ratings,
    )


def data_set_name(source: Path) -> str:
    """Name a data set like its folder or zip, in letters, digits, dots and dashes.

    >>> data_set_name(Path("/data/ml-latest-small.zip")), data_set_name(Path("/data/My films, 2016"))
    ('ml-latest-small', 'My-films-2016')
    """
    whole = source.resolve()
    name = re.sub(r"[^\w.-]+", "-", whole.name.removesuffix(".zip")).strip("-.")[:60]
    return f"{name or 'files'}-of-mine" if name in RESERVED_NAMES else name


def genres_of(text: str) -> tuple[str, ...]:
    """Split genres, without what is none."""
    return tuple(dict.fromkeys(each.strip() for each in text.split("|") if each.strip() not in NOT_GENRES))


def title_id_of(film: str, external: Mapping[str, str], known: Known) -> str:
    """Tell the id of a title: the one it has under any of its external ids, else a stable new one."""
    for pair in external.items():
        if pair in known:
            return known[pair]
    return stable_id("title", MOVIELENS.source, film)


def parse_rating(fields: Fields, line: int = 0) -> Rating:
    """Check the fields of a rating; raises ValueError with the reason."""
    user, film, stars, at = fields
    try:
        rating, time_s = float(stars), float(at)
    except ValueError:
        raise ValueError("the rating or its time is not a number") from None
    if not (math.isfinite(rating) and MIN_RATING <= rating <= MAX_RATING):
        raise ValueError(f"the rating is not between {MIN_RATING} and {MAX_RATING:g}")
    if not (math.isfinite(time_s) and 0 < time_s < LATEST_S):
        raise ValueError("the time is not in seconds between 1970 and 2100")
    return Rating(_whole(user, "user"), _whole(film, "film"), rating, time_s, line)


def rows(archive: Archive, name: str, keep: Keep) -> Iterator[tuple[int, Fields]]:
    """Read the rows of a file with their line numbers, the header left out; what has other columns is set aside."""
    is_csv = name.endswith(".csv")
    split = _split_csv if is_csv else _split_dat
    columns = COLUMNS[name.partition(".")[0]]
    number = 0
    for number, line in archive.lines(name):
        if is_csv and number == 1:
            _check_header(archive, name, line, columns)
            continue
        try:
            fields = split(line)
            if len(fields) != len(columns):
                raise ValueError(f"{len(fields)} fields instead of {len(columns)}" if line else "the line is empty")
        except ValueError as error:
            keep(SetAside(name, number, str(error), line[:TEXT_KEPT].decode("utf-8", "replace")))
            continue
        yield number, fields
    if not number:
        raise Invalid(
            "this file is empty.", where=f"{archive.path}: {name}", remedy="Download the release again, whole."
        )


def _check_header(archive: Archive, name: str, line: bytes, columns: Sequence[str]) -> None:
    text = line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    found = [each.strip().strip('"') for each in text.split(",")]
    if found == list(columns):
        return
    is_text = not (b"\x00" in line or line.startswith((b"\xff\xfe", b"\xfe\xff")))
    shown = ascii(text[:60])
    raise Invalid(
        f"the first line is {shown}." if is_text else f"the first line is {shown}: this is not UTF-8 text.",
        where=f"{archive.path}: {name}, line 1",
        remedy=f"It must name the columns: {','.join(columns)}.",
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


def _whole(text: str, what: str) -> str:
    """Read the number of a user or a film, without leading zeros."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise ValueError(f"the {what} id is not a number")
    return str(int(text))


def _read_titles(
    archive: Archive, movies: str, links: str | None, tags: str | None, known: Known, keep: Keep
) -> Mapping[str, TitleRecord]:
    films = _read_films(archive, movies, keep)
    external = _read_links(archive, links, films, keep) if links else {}
    times = _read_tags(archive, tags, films, keep) if tags else {}
    return {
        film: _record(film, naming, genres, external.get(film, {}), times.get(film, {}), known)
        for film, (naming, genres) in films.items()
    }


def _record(
    film: str,
    naming: Naming,
    genres: Sequence[str],
    external: Mapping[str, str],
    tags: Mapping[str, int],
    known: Known,
) -> TitleRecord:
    ids = {MOVIELENS.source: film, **external}
    return TitleRecord(
        title_id=title_id_of(film, ids, known),
        kind=naming.kind,
        name=naming.name,
        year=naming.year,
        source=MOVIELENS.source,
        alternative_names=naming.others,
        genres=genres,
        external=ids,
        tags=tags,
    )


Films = Mapping[str, tuple[Naming, Sequence[str]]]


def _read_films(archive: Archive, name: str, keep: Keep) -> Films:
    films: dict[str, tuple[Naming, Sequence[str]]] = {}
    for number, fields in rows(archive, name, keep):
        try:
            film = _whole(fields[0], "film")
            if film in films:
                raise ValueError("the film is there already")
            films[film] = (_naming(fields[1]), _genres(fields[2]))
        except ValueError as error:
            _set_aside(keep, name, number, error, fields)
    return films


def _naming(text: str) -> Naming:
    if len(text) > LONGEST_NAME:
        raise ValueError(f"the name is longer than {LONGEST_NAME} characters")
    if _CONTROL.search(text):
        raise ValueError("the name has control characters")
    naming = read_title(text)
    if not naming.name:
        raise ValueError("the film has no name")
    return naming


def _genres(text: str) -> Sequence[str]:
    genres = genres_of(text)
    if any(len(each) > LONGEST_GENRE or _CONTROL.search(each) for each in genres):
        raise ValueError("these are not genres")
    return genres


def _read_links(archive: Archive, name: str, films: Films, keep: Keep) -> Mapping[str, Mapping[str, str]]:
    links: dict[str, dict[str, str]] = {}
    for number, fields in rows(archive, name, keep):
        film, imdb, tmdb = (each.strip() for each in fields)
        try:
            film = _film_of(film, films)
            links[film] = {
                **({"imdb": f"tt{_whole(imdb, 'IMDb'):0>7}"} if imdb else {}),
                **({"tmdb": _whole(tmdb, "TMDB")} if tmdb else {}),
            }
        except ValueError as error:
            _set_aside(keep, name, number, error, fields)
    return links


def _read_tags(archive: Archive, name: str, films: Films, keep: Keep) -> Mapping[str, Mapping[str, int]]:
    times: dict[str, Counter[str]] = {}
    for number, fields in rows(archive, name, keep):
        try:
            _whole(fields[0], "user")
            film, tag = _film_of(fields[1], films), " ".join(fields[2].split()).casefold()
            if not tag or len(tag) > LONGEST_TAG or _CONTROL.search(tag):
                raise ValueError("the tag is empty, too long, or no text")
        except ValueError as error:
            _set_aside(keep, name, number, error, fields)
        else:
            times.setdefault(film, Counter())[tag] += 1
    return times


def _film_of(text: str, films: Films) -> str:
    film = _whole(text, "film")
    if film not in films:
        raise ValueError(f"there is no film {film}")
    return film


def _read_ratings(archive: Archive, name: str, keep: Keep) -> Iterator[Rating]:
    for number, fields in rows(archive, name, keep):
        try:
            rating = parse_rating(fields, number)
        except ValueError as error:
            _set_aside(keep, name, number, error, fields)
        else:
            yield rating


def _set_aside(keep: Keep, name: str, number: int, reason: ValueError, fields: Fields) -> None:
    separator = "," if name.endswith(".csv") else "::"
    keep(SetAside(name, number, str(reason), separator.join(fields)[:TEXT_KEPT]))
