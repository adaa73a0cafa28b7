"""Titles that came after the training: each is known by its kin, the trained titles that it is most like.

A newcomer stands as high as its kin do on average, and higher as soon as people say so. As that is a sum, what moved
the kin moved it, and the reasons told of it are as true as theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.artefact import Answered, Model
from cinoche.recommend.blend import Blend
from cinoche.recommend.families.alike import Described, Likeness
from cinoche.recommend.families.base import TitleFacts
from cinoche.recommend.gate import LEAST, Gated
from cinoche.recommend.ranking import Ranked
from cinoche.recommend.scorers import ALIKE, Items
from cinoche.recommend.statistics import Floats, History, Longs
from cinoche.recommend.texts import TextStore

KIN: Final = 20
"""How many trained titles a newcomer is known by."""

MOST: Final = 2_000
"""How many newcomers are known by kin at most, the latest; the others wait for the next training."""

Describe = Callable[[Sequence[str]], Sequence[TitleFacts]]
"""Tells what the catalogue says of these titles."""


@dataclass(frozen=True)
class Kin:
    """The kin of the titles from item ``first`` on, a row each: trained items, and what each counts (0: nothing).

    ``described`` is how a newcomer is described, where the model has a likeness.
    """

    first: int
    items: Longs
    shares: Floats
    described: Mapping[int, Described] = field(default_factory=dict)

    @classmethod
    def unknown(cls, first: int, n: int = 0) -> "Kin":
        """The kin of ``n`` newcomers of whom none is known."""
        return cls(first, np.zeros((n, KIN), np.int64), np.zeros((n, KIN), np.float32))

    def __len__(self) -> int:
        return len(self.items)

    def widen(self, scored: Answered) -> "Widened":
        """The answer for all titles, newcomers too."""
        return Widened(scored, self, scored.history, np.arange(len(scored.history)))

    def ask(self, blend: Blend, items: Sequence[int]) -> "Widened":
        """Ask about titles named together; for a newcomer among them its kin is asked about."""
        asked = [self._stand_in(each) for each in items]
        owner = np.repeat(np.arange(len(items)), [len(each) for each in asked])
        whole = History.of(
            np.concatenate([np.zeros(0, np.int32), *(each.items for each in asked)]),
            np.concatenate([np.zeros(0, np.float32), *(each.weights for each in asked)]),
        )
        return Widened(blend.scored(whole, is_ordered=False), self, History.of(items), owner)

    def spread(self, by_item: Floats) -> Floats:
        """A vector over trained titles for all: newcomers have what they had and the mean of their kin."""
        whole = np.full(max(len(by_item), self.first + len(self)), by_item.min(initial=0.0), np.float32)
        whole[: len(by_item)] = by_item
        if not len(self) or not len(by_item):
            return whole
        of_kin = (by_item[self.items] * self.shares).sum(axis=1)
        new = slice(self.first, self.first + len(self))
        had = np.where(np.arange(new.start, new.stop) < len(by_item), whole[new], np.float32(0))
        whole[new] = np.where(self.shares.any(axis=1), had + of_kin, whole[new])
        return whole

    def _stand_in(self, item: int) -> History:
        row = item - self.first
        if row < 0:
            return History.of([item])
        if row >= len(self):
            return History.of([])
        known = self.shares[row] > 0
        return History.of(self.items[row][known], self.shares[row][known])


@dataclass(frozen=True)
class Widened:
    """An answer that newcomers have a place in: what was said of a newcomer itself, and the mean of its kin.

    ``history`` is what it is told of; ``owner`` says for each entry that was scored which of these it stands for.
    """

    base: Answered
    kin: Kin
    history: History
    owner: npt.NDArray[np.integer]

    @cached_property
    def scores(self) -> Floats:
        """Every title's score."""
        return self.kin.spread(self.base.scores)

    @property
    def levels(self) -> Floats:
        """The scores, as what is done to a list may weigh them against other things."""
        made_by = self.base.answer if isinstance(self.base, Ranked) else self.base
        return np.log(np.maximum(self.scores, LEAST)) if isinstance(made_by, Gated) else self.scores

    def explain(self, items: Items) -> Floats:
        """What each entry of the history adds to each title's score."""
        votes = self._by_kin(items, self.base.explain)
        told = np.zeros((len(self.history), votes.shape[1]), np.float32)
        np.add.at(told, self.owner, votes)
        return told

    def losses(self, entries: Items, items: Items) -> Floats:
        """How much lower each title's score is where these entries of the history had never been."""
        scored = np.flatnonzero(np.isin(self.owner, np.asarray(entries, np.intp)))
        return self._by_kin(items, lambda asked: self.base.losses(scored, asked))

    def _by_kin(self, items: Items, ask: Callable[[Longs], Floats]) -> Floats:
        """Ask about trained titles, once, and put together what that says of each title (the last axis)."""
        wanted = np.asarray(items, np.int64)
        rows = wanted - self.kin.first
        is_new = (rows >= 0) & (rows < len(self.kin))
        is_own = (wanted >= 0) & (wanted < len(self.base.scores))
        if is_own.all() and not is_new.any():
            return ask(wanted)
        relatives, shares = self.kin.items[rows[is_new]], self.kin.shares[rows[is_new]]
        n_own = int(is_own.sum())
        said = ask(np.concatenate([wanted[is_own], relatives.ravel()]))
        found = np.zeros((*said.shape[:-1], len(wanted)), np.float32)
        found[..., is_own] = said[..., :n_own]
        of_kin = said[..., n_own:].reshape(*said.shape[:-1], *relatives.shape)
        found[..., is_new] += (of_kin * shares).sum(axis=-1)
        return found


class Newcomers:
    """Describes titles as they come, and finds their kin in the model that is used, where it has a likeness."""

    def __init__(self, describe: Describe, texts: TextStore | None = None) -> None:
        self._describe = describe
        self._texts = texts
        self._known: tuple[Model, float, tuple[TitleFacts, ...], Kin] | None = None

    def texts_version(self) -> float:
        """Changes when synopses were encoded since."""
        return 0.0 if self._texts is None else self._texts.version()

    def kin(self, model: Model) -> Kin:
        """Find the kin of every title that the model was given since it was trained."""
        likeness = likeness_of(model)
        late = model.title_ids[model.n_items :]
        if likeness is None or not late:
            return Kin.unknown(model.n_items, len(late))
        version = self.texts_version()
        by_id = {each.title_id: each for each in self._describe(late[-MOST:])}
        facts = tuple(by_id.get(each) or TitleFacts(each, "") for each in late)
        known = self._known
        if known is None or known[0] is not model or known[1] != version or known[2] != facts:
            self._known = known = (model, version, facts, self._found(likeness, facts, model.n_items))
        return known[3]

    def _found(self, likeness: Likeness, facts: Sequence[TitleFacts], first: int) -> Kin:
        items, shares = np.zeros((len(facts), KIN), np.int64), np.zeros((len(facts), KIN), np.float32)
        vectors: npt.NDArray[np.int8] | None = None if self._texts is None else self._texts.find(facts)
        described = {}
        for row, title in list(enumerate(facts))[-MOST:]:
            told = described[first + row] = likeness.describe(title, None if vectors is None else vectors[row])
            best, counted = likeness.kin(told, KIN)
            items[row, : len(best)], shares[row, : len(best)] = best, counted
        return Kin(first, items, shares, described)

    def like(self, model: Model, item: int) -> Floats | None:
        """The likeness of every title to a newcomer; None for other titles, and where the model has no likeness."""
        kin, likeness = self.kin(model), likeness_of(model)
        described = kin.described.get(item)
        return None if likeness is None or described is None else kin.spread(likeness.like(described))


def likeness_of(model: Model) -> Likeness | None:
    """The likeness that a model was trained with; None where it was trained without."""
    found = model.scorers.get(ALIKE)
    return found if isinstance(found, Likeness) and found.n_described else None
