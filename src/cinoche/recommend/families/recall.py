"""Recall: what came next for people whose latest titles were like the asker's, weighed by three ways of ageing.

The context memory of `memory` asked for what holds now: likeness is worked out once, over the chronicle that the other
voices share, and rows vote three times: those of today plainly, those of these days by likeness squared, and those of
all time by its fourth power.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cinoche.kit.clock import DAY_S
from cinoche.recommend.families.chronicle import Chronicle, compiled, entries_of, row_at
from cinoche.recommend.scorers import Items
from cinoche.recommend.statistics import Doubles, Floats, History, Ints

Ageing = tuple[float, float]
"""The power of likeness, and the half-life of a vote in seconds (0: none)."""

AGEINGS: tuple[Ageing, ...] = ((1.0, DAY_S), (2.0, 3 * DAY_S), (4.0, 0.0))


_FADED: Final = 40.0
"""After this many half-lives a vote is worth nothing: less than the last digit of one that is new."""


@dataclass(frozen=True)
class Likeness:
    """How alike two contexts are: the latest ``titles``, the one ``l`` before the last counting ``1/(1 + l/spread)``.

    Titles that few have seen say more, by the power ``rarity`` of their rarity; long contexts lose by the power
    ``norm`` of their length. Of a title the ``reach`` latest viewers are looked at. A row votes for its next two titles
    that the asker has not seen, for the second by ``second``; for what its person then disliked, by ``disliked``.
    """

    titles: int = 20
    lags: int = 20
    spread: float = 3.0
    rarity: float = 0.6
    norm: float = 0.6
    reach: int = 300
    second: float = 0.3
    disliked: float = 0.5


@dataclass(slots=True)
class Recall:
    """Asks the chronicle whose contexts were like the asker's."""

    likeness: Likeness
    ageings: tuple[Ageing, ...]
    chronicle: Chronicle
    _alike: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    _met: Ints = field(default_factory=lambda: np.zeros(0, np.int32))

    def vote(self, history: History, votes: Floats) -> None:
        """Add the votes for each title, to a row for each way of ageing."""
        known = self.chronicle
        items, says = self._asked(history)
        n_met = self._meet(history, items, says)
        seen = np.zeros(known.n_items, np.uint8)
        seen[history.items] = 1
        powers, half_lives = self._ages()
        _vote(
            known.base, known.tail, known.struck, known.after, self._met[:n_met], self._alike, self._norms(),
            known.now(history.now, history.times), powers, half_lives, self.likeness.second, self.likeness.disliked,
            seen, votes,
        )  # fmt: skip

    def shares(self, history: History, items: Items) -> Floats:
        """Each entry's part of the votes, by its part in the likeness of the rows: one table for each way of ageing."""
        known, index = self.chronicle, np.asarray(items, np.int64)
        shares = np.zeros((len(self.ageings), len(history), len(index)), np.float32)
        asked, says = self._asked(history)
        entries = entries_of(history, self.likeness.titles)
        n_met = self._meet(history, asked, says)
        column, entry = (np.full(known.n_items, -1, np.int32) for _ in range(2))
        column[index] = np.arange(len(index), dtype=np.int32)
        entry[asked] = np.arange(len(asked), dtype=np.int32)
        seen = np.zeros(known.n_items, np.uint8)
        seen[history.items] = 1
        found = np.zeros((len(self.ageings), len(asked), len(index)), np.float32)
        powers, half_lives = self._ages()
        _share(
            known.base, known.tail, known.struck, known.after, self._met[:n_met], self._alike, self._norms(),
            known.now(history.now, history.times), powers, half_lives, self.likeness.second, self.likeness.disliked,
            seen, entry, says, self._lags(), column, found,
        )  # fmt: skip
        shares[:, entries] = found[:, :, column[index]]
        return shares

    def _asked(self, history: History) -> tuple[Ints, Floats]:
        known, hyper = self.chronicle, self.likeness
        items = history.items[entries_of(history, hyper.titles)].astype(np.int32)
        rarity = np.log1p(known.n_alive / (1.0 + known.likes[items])) ** hyper.rarity
        return items, (rarity / (1.0 + np.arange(len(items)) / hyper.spread)).astype(np.float32)

    def _meet(self, history: History, items: Ints, says: Floats) -> int:
        known = self.chronicle
        if len(self._alike) < len(known.after):
            self._alike, self._met = np.zeros(len(known.after), np.float32), np.zeros(len(known.after), np.int32)
        return int(
            _meet(
                known.base, known.tail, known.struck, known.after, known.by_item, items, says, self._lags(),
                history.person, self.likeness.reach, self._alike, self._met,
            )
        )  # fmt: skip

    def _lags(self) -> Floats:
        return (1.0 / (1.0 + np.arange(self.likeness.lags) / self.likeness.spread)).astype(np.float32)

    def _norms(self) -> Floats:
        """What likeness is multiplied by, by how many titles a context has."""
        lengths = np.cumsum(np.square(self._lags(), dtype=np.float64))
        return np.concatenate([[0.0], lengths ** (-0.5 * self.likeness.norm)]).astype(np.float32)

    def _ages(self) -> tuple[Doubles, Doubles]:
        powers, half_lives = (np.array(each, np.float64) for each in zip(*self.ageings, strict=True))
        return powers, np.where((half_lives > 0) & self.chronicle.is_timed, half_lives, np.inf)


@compiled
def _meet(base, tail, struck, after, by_item, items, says, lags, asker, reach, alike, met):  # type: ignore[no-untyped-def]
    """Add what each asked title says to the rows that follow its latest viewings; tell how many rows were met."""
    n_met = 0
    for q in range(len(items)):
        k = by_item[items[q]]
        looked = 0
        while k >= 0 and looked < reach:
            row = row_at(base, tail, k)
            if struck[k] == 0 and row.person != asker:
                v = after[k]
                lag = 0
                while v >= 0 and lag < len(lags):
                    if struck[v] == 0:
                        if alike[v] == 0.0:
                            met[n_met] = v
                            n_met += 1
                        alike[v] += says[q] * lags[lag]
                        lag += 1
                    v = after[v]
                looked += 1
            k = row.same
    return n_met


@compiled
def raised(value, power):  # type: ignore[no-untyped-def]
    """Raise to a power, the usual ones by products."""
    if power == 1.0:
        return value
    if power == 2.0:
        return value * value
    if power == 4.0:
        return value * value * value * value
    return value**power


@compiled
def aged(age, half_life):  # type: ignore[no-untyped-def]
    """What a vote is worth at an age; ages without a half-life cost nothing, nor do those at which nothing is left."""
    if half_life == np.inf:
        return 1.0
    return 0.0 if age > _FADED * half_life else np.exp2(-age / half_life)


@compiled
def _vote(base, tail, struck, after, met, alike, norms, now, powers, half_lives, second, disliked, seen, votes):  # type: ignore[no-untyped-def]
    """Let the rows met vote for what came next, in each way of ageing; leave the likeness at zero."""
    given = np.empty(len(powers))
    for m in range(len(met)):
        k = met[m]
        row = row_at(base, tail, k)
        value = alike[k] * norms[min(row.place, len(norms) - 1)]
        alike[k] = 0.0
        age = max(now - row.time, 0.0)
        for a in range(len(powers)):
            given[a] = raised(value, powers[a]) * aged(age, half_lives[a])
        v = k
        share = 1.0
        while v >= 0 and share > 0.0:
            other = row_at(base, tail, v)
            if struck[v] == 0 and seen[other.item] == 0:
                worth = share if other.weight > 0 else share * disliked
                for a in range(len(powers)):
                    votes[a, other.item] += worth * given[a]
                share = second if share == 1.0 else 0.0
            v = after[v]


@compiled
def _share(  # type: ignore[no-untyped-def]
    base, tail, struck, after, met, alike, norms, now, powers, half_lives, second, disliked, seen, entry, says, lags,
    column, found,
):  # fmt: skip
    """Share the votes for the wanted titles out among the asked titles that stand in each row's context."""
    for m in range(len(met)):
        k = met[m]
        row = row_at(base, tail, k)
        whole = alike[k]
        value = whole * norms[min(row.place, len(norms) - 1)]
        alike[k] = 0.0
        age = max(now - row.time, 0.0)
        v = k
        share = 1.0
        while v >= 0 and share > 0.0:
            other = row_at(base, tail, v)
            if struck[v] == 0 and seen[other.item] == 0:
                worth = share if other.weight > 0 else share * disliked
                if column[other.item] >= 0:
                    b = row.before
                    lag = 0
                    while b >= 0 and lag < len(lags):
                        context = row_at(base, tail, b)
                        if struck[b] == 0:
                            e = entry[context.item]
                            if e >= 0:
                                part = says[e] * lags[lag] / whole * worth
                                for a in range(len(powers)):
                                    given = raised(value, powers[a]) * aged(age, half_lives[a])
                                    found[a, e, column[other.item]] += part * given
                            lag += 1
                        b = context.before
                share = second if share == 1.0 else 0.0
            v = after[v]
