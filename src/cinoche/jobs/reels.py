"""Give a demo films that play: titles for the reels that Cinoche draws itself, and the jobs that draw them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from cinoche.bootstrap import Services
from cinoche.catalog.models import HOUSE, MPAA_MIN_AGE, UNITED_STATES, Certification, Kind, TitleRecord
from cinoche.kit.errors import Conflict
from cinoche.kit.ids import stable_id
from cinoche.playback.reels import REELS, Reel
from cinoche.playback.work import Wish

DATA_SET: Final = "demo-reels"
_DIGEST: Final = "1"
_YEAR: Final = 2026
_GENRE: Final = "Animation"

_NAMES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "bars": ("Demo reel: Bars", "Bobine de démonstration : les barres", "G", "A test card, crossed by a line."),
    "gradients": ("Demo reel: Gradients", "Bobine de démonstration : les dégradés", "G", "Colours melt slowly."),
    "mandelbrot": (
        "Demo reel: Mandelbrot",
        "Bobine de démonstration : Mandelbrot",
        "G",
        "Into the edge of a set.",
    ),
    "pattern": (
        "Demo reel: Test Pattern",
        "Bobine de démonstration : la mire",
        "PG",
        "A moving test card, large.",
    ),
    "zone-plate": (
        "Demo reel: Zone Plate",
        "Bobine de démonstration : les ondes",
        "R",
        "Waves in circles.",
    ),
}
"""Reel -> its name, its French name, its certification, and what it shows."""

_EPISODES: Final[Mapping[str, tuple[str, str, str]]] = {
    "episode-1": ("Demo reel, episode 1: Life", "Bobine, épisode 1 : la vie", "Cells are born, live and die."),
    "episode-2": ("Demo reel, episode 2: The Rule", "Bobine, épisode 2 : la règle", "One rule weaves a whole cloth."),
    "episode-3": ("Demo reel, episode 3: The Carpet", "Bobine, épisode 3 : le tapis", "A carpet full of holes."),
}
_SERIES: Final = stable_id("reel", "series")
_SEASON: Final = stable_id("reel", "season-1")


def add_reels(services: Services) -> int:
    """Add the reels to the catalogue and to the queue, once in the life of a data folder; tell how many were queued."""
    remembered = services.catalog.find_import(DATA_SET)
    if remembered is not None and remembered["digest"] == _DIGEST:
        return 0
    with services.catalog.writing() as writer:
        writer.put(titles())
    queued = 0
    for reel in REELS:
        title_id = title_of(reel)
        if services.media.asset_of(title_id) is None:
            wish = Wish(reel=reel.name, chapters=reel.chapters(), credits_at_s=reel.credits_at_s)
            with suppress(Conflict):  # an earlier start got this far
                services.media.enqueue(title_id, f"{reel.name} (drawn)", wish)
                queued += 1
    with services.catalog.writing() as writer:
        writer.remember(
            {
                "data_set": DATA_SET,
                "digest": _DIGEST,
                "shift_s": 0.0,
                "titles": len(titles()),
                "ratings": 0,
                "set_aside": 0,
                "finished_at": services.clock(),
            }
        )
    return queued


def title_of(reel: Reel) -> str:
    """Name the title that a reel is the film of."""
    return stable_id("reel", reel.name)


def titles() -> Sequence[TitleRecord]:
    """List the titles of the reels: films, and a series of one season."""
    films = [_film(reel) for reel in REELS if reel.name in _NAMES]
    series = _record(
        _SERIES,
        Kind.SERIES,
        "Demo reel: Three Automata",
        "Bobine de démonstration : trois automates",
        "G",
        "In three parts.",
    )
    season = _record(_SEASON, Kind.SEASON, "Season 1", "Saison 1", "G", "", parent_id=_SERIES, number=1)
    parts = [reel for reel in REELS if reel.name in _EPISODES]
    return [*films, series, season, *(_episode(reel, number) for number, reel in enumerate(parts, start=1))]


def _film(reel: Reel) -> TitleRecord:
    name, french, mark, synopsis = _NAMES[reel.name]
    return _record(title_of(reel), Kind.FILM, name, french, mark, synopsis, length_s=reel.seconds)


def _episode(reel: Reel, number: int) -> TitleRecord:
    name, french, synopsis = _EPISODES[reel.name]
    return _record(
        title_of(reel),
        Kind.EPISODE,
        name,
        french,
        "G",
        synopsis,
        length_s=reel.seconds,
        parent_id=_SEASON,
        number=number,
    )


def _record(
    title_id: str,
    kind: Kind,
    name: str,
    french: str,
    mark: str,
    synopsis: str,
    *,
    length_s: int | None = None,
    parent_id: str | None = None,
    number: int | None = None,
) -> TitleRecord:
    return TitleRecord(
        title_id=title_id,
        kind=kind,
        name=name,
        year=_YEAR,
        source=HOUSE.source,
        alternative_names=(french,),
        parent_id=parent_id,
        number=number,
        length_s=length_s,
        genres=(_GENRE,),
        certification=Certification(UNITED_STATES, mark, MPAA_MIN_AGE[mark]),
        synopsis=synopsis or None,
    )
