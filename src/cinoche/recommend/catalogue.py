"""The catalogue as arrays, so that a filter is a mask and a row is a selection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cinoche.catalog import series
from cinoche.catalog.models import Face, Faces, Kind
from cinoche.recommend.artefact import Model
from cinoche.recommend.scorers import CONTENT, POPULAR_7D, Content, top
from cinoche.recommend.statistics import History

UNKNOWN_AGE: Final = 255
"""Stands for a title without a certification: no child's profile gets it."""

PROPOSED_KINDS: Final = frozenset({Kind.FILM, Kind.SERIES})
"""Seasons and episodes are reached through their series."""

Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every title's public facts, by position (0 to n-1, the order of ``faces``).

    ``item`` is the title's item in the model, -1 where the model does not know it yet (``position_of_item`` is the way
    back, -1 where the title has left the catalogue); ``counts`` is how many people
    liked it, ``recent`` how many did in the week before ``counted_at``, ``trend`` the score of that; ``has_genre``
    is one mask per genre; ``length_s`` and ``added_at`` are 0 where that is not known. ``features`` are what each item
    of the model is made of, a row of length 1 each, where the model says so. ``series_of`` gives the series of a season
    or an episode, ``episodes`` the episodes of a series, in their order.
    """

    faces: Sequence[Face]
    position: Mapping[str, int]
    people: Mapping[str, Sequence[tuple[str, str, str]]]
    by_person: Mapping[str, Sequence[int]]
    item: NDArray[np.int32]
    position_of_item: Positions
    min_age: NDArray[np.uint8]
    is_proposed: Mask
    has_media: Mask
    genres: Sequence[str]
    has_genre: NDArray[np.bool_]
    counts: NDArray[np.float32]
    recent: NDArray[np.float32]
    trend: Scores
    counted_at: float
    length_s: NDArray[np.float64]
    added_at: NDArray[np.float64]
    features: NDArray[np.float32] | None = None
    series_of: Mapping[int, int] = field(default_factory=dict)
    episodes: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.faces)

    def whole(self, position: int) -> int:
        """Give the series of an episode or a season; any other title is whole itself."""
        return self.series_of.get(position, position)

    def full_name(self, position: int) -> str:
        """Name a title, and before it the series that it is a part of."""
        name, whole = self.faces[position].name, self.series_of.get(position)
        return name if whole is None else f"{self.faces[whole].name} · {name}"

    def titles_with(self, person_id: str) -> Positions:
        """List the positions of the titles that a person had a part in."""
        return np.array(self.by_person.get(person_id, ()), dtype=np.intp)

    def genre_parts(self, positions: Positions) -> NDArray[np.float32]:
        """Give each title's share in each genre: its genres have equal parts of it."""
        has = self.has_genre[:, positions].T.astype(np.float32)
        parts: NDArray[np.float32] = has / np.maximum(has.sum(axis=1, keepdims=True), np.float32(1))
        return parts

    def features_of(self, positions: Positions) -> NDArray[np.float32]:
        """Tell what titles are made of, a row of length 1 each (0 where nothing is known): their genres, at least."""
        if self.features is not None:
            items = self.item[positions]
            is_known = (items >= 0) & (items < len(self.features))  # not those that came after the training
            features = self.features[np.where(is_known, items, -1)]
            found: NDArray[np.float32] = np.where(is_known[:, None], features, np.float32(0))
            return found
        has = self.has_genre[:, positions].T.astype(np.float32)
        genres: NDArray[np.float32] = has / np.maximum(np.sqrt(has.sum(axis=1, keepdims=True)), np.float32(1))
        return genres

    def spread(self, by_item: NDArray[np.float32], *, missing: float) -> Scores:
        """Spread a vector over the model's items onto the catalogue's positions."""
        return _spread(by_item, self.item, missing)


def lay_out(faces: Faces, model: Model) -> Catalogue:
    """Lay the catalogue out as arrays beside a model."""
    index = model.index
    n = len(faces.faces)
    item = np.fromiter((index.get(face.title_id, -1) for face in faces.faces), dtype=np.int32, count=n)
    ages = (UNKNOWN_AGE if face.min_age is None else face.min_age for face in faces.faces)
    genres = sorted({genre for face in faces.faces for genre in face.genres})
    row = {genre: number for number, genre in enumerate(genres)}
    has_genre = np.zeros((len(genres), n), dtype=np.bool_)
    for position, face in enumerate(faces.faces):
        for genre in face.genres:
            has_genre[row[genre], position] = True
    known = item >= 0
    position_of_item = np.full(len(index), -1, dtype=np.intp)
    position_of_item[item[known]] = np.flatnonzero(known)
    by_person: dict[str, list[int]] = {}
    for title_id, parts in faces.people.items():
        for person_id, _name, _role in parts:
            by_person.setdefault(person_id, []).append(faces.index[title_id])
    under = [face.title_id for face in faces.faces if face.parent_id is not None]
    wholes = {part: whole.title_id for part in under if (whole := series.series_of(faces, part)) is not None}
    return Catalogue(
        faces=faces.faces,
        position=faces.index,
        people=faces.people,
        by_person=by_person,
        item=item,
        position_of_item=position_of_item,
        min_age=np.fromiter(ages, dtype=np.uint8, count=n),
        is_proposed=np.fromiter((face.kind in PROPOSED_KINDS for face in faces.faces), dtype=np.bool_, count=n),
        has_media=np.fromiter((face.has_media for face in faces.faces), dtype=np.bool_, count=n),
        genres=genres,
        has_genre=has_genre,
        counts=_spread(model.counts, item, 0.0),
        recent=_spread(model.recent, item, 0.0),
        trend=_spread(model.scorers[POPULAR_7D].score(History.of([])), item, 0.0),
        counted_at=model.manifest.as_of,
        length_s=np.fromiter((face.length_s or 0 for face in faces.faces), dtype=np.float64, count=n),
        added_at=np.fromiter((face.added_at for face in faces.faces), dtype=np.float64, count=n),
        features=content.features if isinstance(content := model.scorers.get(CONTENT), Content) else None,
        series_of={faces.index[part]: faces.index[whole] for part, whole in wholes.items()},
        episodes={
            faces.index[whole]: [each.title_id for each in series.episodes(faces, whole)]
            for whole in sorted(set(wholes.values()))
        },
    )


def _spread(by_item: NDArray[np.float32], item: NDArray[np.int32], missing: float) -> Scores:
    known = np.where(item < len(by_item), item, -1)
    return np.append(by_item, np.float32(missing)).astype(np.float32)[known]


def best(scores: Scores, mask: Mask, n: int) -> Positions:
    """Pick the ``n`` best positions under a mask, best first; equal scores keep the catalogue's order."""
    allowed = np.flatnonzero(mask)
    return allowed[top(scores[allowed], n)]
