"""User neighbours: those whose histories are most like one's own vote for what else they liked."""

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from cinoche.recommend.families.base import Arrays, Ground
from cinoche.recommend.families.matrix import likes, spans
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import Items, Warm
from cinoche.recommend.statistics import Doubles, Floats, History, Ints, Longs

ITEMS: Final = "items"
RARITY: Final = "rarity"
PEOPLE: Final = "people"
LISTS: Final = "lists"
SHARES: Final = "shares"
ROWS: Final = "rows"
TITLES: Final = "titles"


@dataclass(frozen=True)
class UserKnn:
    """The ``neighbours`` nearest people by cosine over titles weighed by rarity vote by likeness ``** power``.

    Of training, the ``most_people`` last active are kept, with the last ``most_titles`` of each: that bounds the memory
    at 16 bytes a title of a person, and the time of a request. Of a history the last ``asked`` titles are compared.
    """

    neighbours: int = 200
    power: float = 4.0
    rarity: float = 0.5
    most_people: int = 20_000
    most_titles: int = 500
    asked: int = 100
    name: ClassVar[str] = "user-knn"

    def fit(self, ground: Ground) -> Arrays:
        """Lay people's titles out twice: by title, to find who is near, and by person, to read what they liked."""
        layout = ground.layout
        matrix = likes(self._latest(ground.interactions), layout)
        people = matrix.shape[0]
        known = np.bincount(matrix.indices, minlength=layout.n_warm)
        rarity = np.log(1.0 + people / np.maximum(known, 1)) ** self.rarity
        whole = matrix.copy()
        whole.data = (matrix.data * rarity[matrix.indices]).astype(np.float32)
        lengths = np.sqrt(np.asarray(whole.power(2).sum(axis=1)).ravel())
        whole.data /= np.repeat(lengths, np.diff(whole.indptr))
        lists = whole.tocsc()
        return {
            ITEMS: layout.warm_items,
            RARITY: rarity.astype(np.float32),
            LISTS: lists.indptr.astype(np.int64),
            PEOPLE: lists.indices.astype(np.int32),
            SHARES: lists.data,
            ROWS: whole.indptr.astype(np.int64),
            TITLES: whole.indices.astype(np.int32),
        }

    def _latest(self, rows: Interactions) -> Interactions:
        recent = rows.place_from_end() < self.most_titles
        if rows.n_users > self.most_people:
            last = rows.times[rows.bounds[1:] - 1] if rows.is_timed else np.diff(rows.bounds)
            kept = np.zeros(rows.n_users, np.bool_)
            kept[np.argsort(-last, kind="stable")[: self.most_people]] = True
            recent &= np.repeat(kept, np.diff(rows.bounds))
        return rows.where(recent)

    def scorer(self, arrays: Arrays, n_items: int) -> "Neighbours":
        """Find the neighbours of a history when it is asked about."""
        return Neighbours(
            warm=Warm.of(arrays[ITEMS], n_items),
            rarity=arrays[RARITY],
            lists=arrays[LISTS],
            people=arrays[PEOPLE],
            shares=arrays[SHARES],
            rows=arrays[ROWS],
            titles=arrays[TITLES],
            neighbours=self.neighbours,
            power=self.power,
            asked=self.asked,
        )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """People's titles both ways: ``lists`` of who liked each title, ``rows`` of what each person liked."""

    warm: Warm
    rarity: Floats
    lists: Longs
    people: Ints
    shares: Floats
    rows: Longs
    titles: Ints
    neighbours: int
    power: float
    asked: int
    name: str = UserKnn.name

    def score(self, history: History) -> Floats:
        """The nearest people's votes for what they liked; what the asker disliked makes people who liked it farther."""
        near, likeness = self._near(self._overlaps(history)[2])
        at, lengths = self._spans(self.rows, near)
        votes = np.repeat(likeness**self.power, lengths)
        return self.warm.spread(np.bincount(self.titles[at], votes, len(self.warm.items)).astype(np.float32))

    def explain(self, history: History, items: Items) -> Floats:
        """Each entry's share in the likeness of every neighbour who votes for a title; the shares are the whole."""
        entries, parts, likeness = self._overlaps(history)
        near, near_likeness = self._near(likeness)
        wanted = self.warm.place[np.asarray(items, np.int64)]
        votes = np.zeros((len(history), len(wanted)), np.float32)
        if not len(near):
            return votes
        liked = self._liked(near, wanted) * (near_likeness ** (self.power - 1.0))[:, None]
        whose = np.full(len(likeness), -1, np.int64)
        whose[near] = np.arange(len(near))
        for entry, (people, shares) in zip(entries, parts, strict=True):
            kept = whose[people] >= 0
            votes[entry] = shares[kept] @ liked[whose[people[kept]]]
        return votes

    def _overlaps(self, history: History) -> tuple[Longs, list[tuple[Ints, Floats]], Doubles]:
        """Who liked each title asked about and what that adds to the likeness, entry by entry; and the likenesses."""
        places = self.warm.place[history.items]
        entries = np.flatnonzero(places >= 0)[-self.asked :]
        weights = history.weights[entries] * self.rarity[places[entries]]
        spans_of = [slice(self.lists[k], self.lists[k + 1]) for k in places[entries]]
        parts = [
            (self.people[span], self.shares[span] * weight) for span, weight in zip(spans_of, weights, strict=True)
        ]
        likeness = np.zeros(len(self.rows) - 1)
        if parts:
            people, shares = (np.concatenate(each) for each in zip(*parts, strict=True))
            likeness = np.bincount(people, shares, len(likeness)).astype(np.float64)
        return entries, parts, likeness

    def _near(self, likeness: Doubles) -> tuple[Longs, Doubles]:
        positive = np.flatnonzero(likeness > 0)
        if len(positive) > self.neighbours:
            kept = np.argpartition(-likeness[positive], self.neighbours - 1)[: self.neighbours]
            positive = np.sort(positive[kept])
        return positive, likeness[positive]

    def _spans(self, bounds: Longs, chosen: Longs) -> tuple[Longs, Longs]:
        starts, lengths = bounds[chosen], bounds[chosen + 1] - bounds[chosen]
        return spans(starts, lengths), lengths

    def _liked(self, people: Longs, wanted: Ints) -> Doubles:
        """Which of the wanted places each of these people liked."""
        at, lengths = self._spans(self.rows, people)
        column = np.full(len(self.warm.items), -1, np.int64)
        distinct, back = np.unique(wanted, return_inverse=True)
        column[distinct[distinct >= 0]] = np.flatnonzero(distinct >= 0)
        table = np.zeros((len(people), len(distinct)))
        found = column[self.titles[at]]
        table[np.repeat(np.arange(len(people)), lengths)[found >= 0], found[found >= 0]] = 1.0
        return np.asarray(table[:, back])
