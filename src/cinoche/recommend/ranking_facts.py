"""What the ranker is told of titles and askers, besides what each part of an answer says: plain numbers, in columns."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cinoche.kit.clock import DAY_S, HOUR_S
from cinoche.recommend.families.chronicle import compiled, row_at
from cinoche.recommend.families.cooccurrence import CoOccurrence, CoOccurrenceScorer
from cinoche.recommend.families.crowd import CrowdScorer
from cinoche.recommend.scorers import Items, Scorer
from cinoche.recommend.statistics import Doubles, Floats, History, Longs

LATEST: Final = 10
"""How many of an asker's latest titles tell what they usually take: the well known or the rare, the new or the old."""

SITTING_S: Final = 1800.0
"""A longer pause than this ends a sitting."""

REACH: Final = 200
"""How many of a title's latest viewings are looked at."""

LONGEST_S: Final = 64 * DAY_S
N_HALVES: Final = 5
"""Popularity is told with this many half-lives, each a quarter of the one before: 64, 16, 4 and 1 days, 6 hours."""

APART_S: Final = HOUR_S
_FAINT: Final = np.float32(1e-7)
_CALM: Final = 0.01

BESIDE: Final = CoOccurrence(lags=1, titles=1, half_life_s=0.0)
"""One more voice: what others watched right before or after the asker's last title, however long ago."""

_LOOKED: Final = ("age", "since", "pause", "opinion")
_HALVES: Final = tuple(f"{kind}-{k}" for kind in ("chosen", "apart") for k in range(N_HALVES))

ASKER: Final = ("length", "gap", "gap-before", "sitting", "liking", "known-for")


def asker(history: History, now: float) -> dict[str, float]:
    """What is known of who asks, the same for all titles; times only where there are any."""
    n = len(history)
    if not n:
        return dict.fromkeys(ASKER, -1.0)
    pauses = np.diff(np.append(history.times, now))[::-1]
    ends = np.flatnonzero(pauses > SITTING_S)
    values = (
        np.log(n),
        np.log1p(max(pauses[0], 0.0)),
        np.log1p(max(pauses[1], 0.0)) if n > 1 else -1.0,
        float(ends[0]) if len(ends) else float(n),
        float(history.weights[-LATEST:].mean()),
        np.log1p(max(now - history.times[0], 0.0) / DAY_S),
    )
    return dict(zip(ASKER, map(float, values), strict=True))


@dataclass(frozen=True, slots=True)
class Made:
    """What titles are made of: their features (see `training.content`) and years, where an evaluation knows them."""

    features: Floats | None = None
    years: Floats | None = None

    def columns(self, history: History, items: Longs) -> dict[str, Floats]:
        """How near to what the asker likes each title is, and how many years from it."""
        made: dict[str, Floats] = {}
        if self.features is not None:
            mine = history.items < len(self.features)
            liked = history.weights[mine] @ self.features[history.items[mine]]
            size = float(np.linalg.norm(liked)) or 1.0
            made["affinity"] = _known(self.features, items) @ (liked / np.float32(size))
        if self.years is not None:
            years, own = _known(self.years, items), _known(self.years, history.items[-LATEST:])
            own = own[own > 0]
            made["year"] = years
            made["years-apart"] = np.where(years > 0, years - (own.mean() if len(own) else 0.0), 0.0)
        return made


def _known(table: Floats, items: Items) -> Floats:
    """The table's rows of these titles; zeros for those that it does not know."""
    index = np.asarray(items, np.int64)
    is_known = index < len(table)
    found: Floats = np.where(
        is_known.reshape(-1, *[1] * (table.ndim - 1)), table[np.where(is_known, index, 0)], np.float32(0)
    )
    return found


@dataclass(frozen=True, slots=True)
class CountFacts:
    """What is known of titles where nothing is learnt at once: how many people like them."""

    counts: Floats
    made: Made = field(default_factory=Made)

    def columns(self, history: History, items: Longs) -> dict[str, Floats]:
        """How well each is known, beside what the asker usually takes, and what it is made of."""
        known, own = np.log1p(_known(self.counts, items)), np.log1p(_known(self.counts, history.items[-LATEST:]))
        usual = float(own.mean()) if len(own) else 0.0
        said = {"length": float(np.log(max(len(history), 1))), "usual": usual}
        told = {name: np.full(len(items), value, np.float32) for name, value in said.items()}
        return {"known": known, "known-beside-usual": known - usual, **told, **self.made.columns(history, items)}


@dataclass(frozen=True, slots=True)
class CrowdFacts:
    """What the crowd's chronicle tells of titles, as it stands: nothing is kept, so nothing must be forgotten."""

    crowd: CrowdScorer
    made: Made = field(default_factory=Made)

    def columns(self, history: History, items: Longs) -> dict[str, Floats]:
        """Popularity by many half-lives, ages, what stands beside; the asker; what is made of what they like."""
        known = self.crowd.chronicle
        now = known.now(history.now, history.times)
        looked = self._look(items, now)
        latest = history.items[-LATEST:].astype(np.int64)
        own = self._look(latest, now)
        watched_at = history.times[-LATEST:]
        likes = np.log1p(known.likes[items])
        usual = float(np.log1p(known.likes[latest]).mean()) if len(latest) else 0.0
        ages = np.maximum(own[0] - (now - watched_at), 0.0) / DAY_S
        usual_age = float(np.log1p(ages).mean()) if len(ages) else 0.0
        age = np.log1p(looked[0] / DAY_S)
        columns = {
            "age": age,
            "since": np.log1p(looked[1]),
            "pause": np.log1p(looked[2]),
            "opinion": looked[3],
            "known": likes,
            "known-beside-usual": likes - usual,
            "age-beside-usual": age - usual_age,
            **dict(zip(_HALVES, np.log(looked[4:] + _CALM), strict=True)),
            "right-beside": self._beside(history, items),
        }
        said = {**asker(history, now), "usual": usual, "usual-age": usual_age}
        told = {name: np.full(len(items), value, np.float32) for name, value in said.items()}
        return {
            **{name: np.asarray(each, np.float32) for name, each in columns.items()},
            **told,
            **self.made.columns(history, items),
        }

    def _look(self, items: Longs, now: float) -> Doubles:
        known = self.crowd.chronicle
        found = np.zeros((len(_LOOKED) + len(_HALVES), len(items)))
        _look(
            known.base, known.tail, known.struck, known.by_item, items, now, REACH, LONGEST_S, APART_S, N_HALVES, found
        )
        return found

    def _beside(self, history: History, items: Longs) -> Floats:
        votes = np.zeros(self.crowd.n_items, np.float32)
        CoOccurrenceScorer(BESIDE, self.crowd.chronicle).vote(history, votes)
        votes[history.items] = 0.0
        return np.asarray(np.log(votes[items] / np.float32(max(float(votes.sum()), 1e-20)) + _FAINT))


def facts_of(
    crowd: CrowdScorer | None, counts: Floats, content: Scorer | None, years: Floats
) -> CrowdFacts | CountFacts:
    """What is told of titles in what is served: by the crowd where there is one, and by what they are made of."""
    features = getattr(content, "features", None)
    made = Made(features, years if years.any() else None)
    return CountFacts(counts, made) if crowd is None else CrowdFacts(crowd, made)


@compiled
def _look(base, tail, struck, by_item, items, now, reach, longest_s, apart_s, n_halves, found):  # type: ignore[no-untyped-def]
    """Walk back through each title's viewings: the first and last, what was thought of it, and its faded counts."""
    for i in range(len(items)):
        k = by_item[items[i]]
        looked = 0
        said = 0.0
        while k >= 0 and looked < reach:
            row = row_at(base, tail, k)
            if struck[k] == 0:
                age = max(now - row.time, 0.0)
                if looked == 0:
                    found[1, i] = age
                elif looked == 1:
                    found[2, i] = age - found[1, i]
                found[0, i] = age
                said += row.weight
                looked += 1
                before = row.before
                while before >= 0 and struck[before] != 0:
                    before = row_at(base, tail, before).before
                is_apart = before < 0 or row.time - row_at(base, tail, before).time >= apart_s
                worth = np.exp2(-age / longest_s)
                for h in range(n_halves):
                    found[4 + h, i] += worth
                    if is_apart:
                        found[4 + n_halves + h, i] += worth
                    worth *= worth
                    worth *= worth
            k = row.same
        if looked:
            found[3, i] = said / looked
