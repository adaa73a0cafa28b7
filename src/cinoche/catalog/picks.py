"""Well-known titles of many kinds, for somebody of whom nothing is known yet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Final

from cinoche.catalog.models import NAMED_KINDS, Face

AS_MANY_AGAIN: Final = 8
"""Out of how many times as many of the best-known titles the picks are."""

GENRE_COST: Final = 0.35
DECADE_COST: Final = 0.5
CHANCE: Final = 0.15
"""What a title loses for each pick that shares a genre (by the share of its own) or its decade, and may gain by chance.

A title is worth 1 where it is the best known of all, and 0 where it is the last that may be picked.
"""


def pick(
    faces: Iterable[Face], known: Mapping[str, float], *, n: int, seed: str, telling: Sequence[str] = ()
) -> list[Face]:
    """Pick the titles that tell tastes apart, in their order, as far as they are among the faces.

    Where they are too few, well-known titles spread over genres and decades follow; the same ones for the same seed.
    """
    named = {face.title_id: face for face in faces if face.kind in NAMED_KINDS}
    first = [named.pop(title_id) for title_id in dict.fromkeys(telling) if title_id in named][:n]
    return first + _spread(list(named.values()), known, n - len(first), seed)


def _spread(named: Sequence[Face], known: Mapping[str, float], n: int, seed: str) -> list[Face]:
    """Pick well-known titles of many kinds."""
    best = sorted(named, key=lambda face: (-known.get(face.title_id, 0.0), face.title_id))[: n * AS_MANY_AGAIN]
    chance = Random(seed)  # noqa: S311 - nothing depends on who could guess it
    worth = {face.title_id: 1 - place / len(best) + CHANCE * chance.random() for place, face in enumerate(best)}
    genres: Counter[str] = Counter()
    decades: Counter[int | None] = Counter()
    picked: list[Face] = []
    while best and len(picked) < n:
        chosen = max(best, key=lambda face: worth[face.title_id] - _cost(face, genres, decades))
        best.remove(chosen)
        picked.append(chosen)
        genres.update(chosen.genres)
        decades[_decade(chosen)] += 1
    return picked


def _cost(face: Face, genres: Counter[str], decades: Counter[int | None]) -> float:
    shared = sum(genres[genre] for genre in face.genres) / max(len(face.genres), 1)
    return GENRE_COST * shared + DECADE_COST * decades[_decade(face)]


def _decade(face: Face) -> int | None:
    return None if face.year is None else face.year // 10
