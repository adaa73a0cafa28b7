"""What the rows of a page are made of: kinds, evidence, what is known of a profile, and the page while it is made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cinoche.library.models import TitleState
from cinoche.recommend.catalogue import Catalogue, Mask, Positions, Scores, best
from cinoche.recommend.exploration import NEVER_DRAWN, Exploration, explore
from cinoche.recommend.rerank import PLAIN, Balance, Candidates, rerank
from cinoche.recommend.state import ProfileState, says_liked

CONTINUE_WATCHING: Final = "continue_watching"
TOP_PICKS: Final = "top_picks"
BECAUSE: Final = "because_you_watched"
MY_LIST: Final = "my_list"
TRENDING: Final = "trending"
GENRE: Final = "genre"
HIDDEN_GEMS: Final = "hidden_gems"
DIRECTOR: Final = "more_by_director"
PERSON: Final = "more_with_person"
NEW_HERE: Final = "new_here"
SHORT: Final = "short_tonight"
WATCH_AGAIN: Final = "watch_again"
PLAYABLE: Final = "playable"

SEED: Final = "seed"
WATCHED: Final = "watched"
KIN: Final = "kin"
SAME_DIRECTOR: Final = "director"
SAME_GENRES: Final = "genres"
PROGRESS: Final = "progress"
NEXT: Final = "next"
LISTED: Final = "listed"
TREND: Final = "trend"
POPULAR: Final = "popular"
TASTE: Final = "taste"
GEM: Final = "gem"
WITH_PERSON: Final = "person"
BY_DIRECTOR: Final = "by_director"
ADDED: Final = "added"
LASTS: Final = "lasts"
SEEN: Final = "seen"
PLAYS_HERE: Final = "playable"

DRAWN: Final = "drawn"
"""What a title is owed to that stands where another would, had nothing been drawn."""

FEWEST: Final = 4
"""A row of proposals with fewer titles than this is not worth its place."""

NUMBERED_FROM: Final = 20
"""Fewer people than this are never numbered on a page: a small number points at somebody."""

FRESH_S: Final = 86_400.0
"""What was counted longer ago than a day is not called this week's any more."""

CLEAR_LIKING: Final = 0.5

POOL: Final = 200
"""How many of the best titles calibration and diversity choose from."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a title stands where it stands, as data: the thing that really moved it.

    ``genres`` are what two titles share, where that is the reason.
    """

    kind: str
    title_id: str | None = None
    person_id: str | None = None
    name: str | None = None
    value: float | None = None
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A title in a row: its position in the catalogue, its score, the reason, and how far a play of it has come.

    ``propensity`` is the chance with which it stands there: 1 where nothing was drawn. ``owed_to`` is what put it
    there: nothing in particular, a draw (`DRAWN`), or an arm of an experiment.
    """

    position: int
    score: float
    evidence: Evidence
    progress: float | None = None
    position_s: float | None = None
    propensity: float = 1.0
    owed_to: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as proposed or placed; ``about`` is what its heading names (a title, a person, a genre)."""

    kind: str
    items: Sequence[Placed]
    about: Evidence | None = None

    @property
    def key(self) -> "Key":
        """What a row is, whatever stands in it."""
        about = self.about
        return self.kind, "" if about is None else about.title_id or about.person_id or about.name or ""


Key = tuple[str, str]
"""What a row is: its kind, and the id (of a genre the name) of what its heading names, or nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row as it was shown before in the same visit: it stays where it is, with what may still be shown of it."""

    key: Key
    positions: Sequence[int]
    propensities: Sequence[float]
    owed_to: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Rival:
    """What another scorer says, where the top picks of two are interleaved; ``arms`` names the first and the other."""

    scores: Scores
    explain: Callable[[Positions], Sequence[Evidence]]
    arms: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Taste:
    """What the rows know of a profile: its state, its scores over the whole catalogue and how to explain them.

    ``explain(positions)`` gives, for each position, the evidence that moved its score the most. ``liked`` maps the
    positions of what the profile liked to how much, newest last. ``like(position)`` scores the catalogue by its
    likeness to one title; ``loss(position, positions)`` is how much lower each score would be had the profile never
    had to do with one title. ``rival`` is what another scorer says, where the two are compared.
    """

    state: ProfileState
    scores: Scores
    liked: Mapping[int, float]
    explain: Callable[[Positions], Sequence[Evidence]]
    like: Callable[[int], Scores]
    loss: Callable[[int, Positions], Scores]
    now: float
    rival: Rival | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Titles chosen for a row, in their order, each with the chance that it would stand there and what put it there."""

    positions: Positions
    propensities: Sequence[float]
    owed_to: Sequence[str]

    @classmethod
    def of(cls, positions: Positions) -> "Choice":
        """Make a choice in which nothing was drawn."""
        return cls(positions, [1.0] * len(positions), [""] * len(positions))


@dataclass(slots=True)
class Slate:
    """The page while it is being made: what may still be placed, what may be shown at all, and how it is chosen.

    ``seed`` is of every draw. ``held`` are the rows that stay: a proposer asked for one gives the titles it had.
    """

    catalogue: Catalogue
    open: Mask
    shown: Mask
    length: int
    rows: list[Row] = field(default_factory=list)
    balance: Balance = PLAIN
    exploration: Exploration = NEVER_DRAWN
    seed: str = ""
    held: Mapping[Key, Held] = field(default_factory=dict)

    def take(self, scores: Scores, mask: Mask | None = None, *, n: int | None = None) -> Positions:
        """Pick the best titles that are still open (and under a mask)."""
        return best(scores, self.open if mask is None else self.open & mask, n or self.length)

    def kept(self, key: Key) -> Choice | None:
        """Give what stands in a row that stays, as far as it may still be shown; None for any other row."""
        held = self.held.get(key)
        if held is None:
            return None
        still = [place for place, position in enumerate(held.positions) if self.open[position]]
        positions = np.array([held.positions[place] for place in still], dtype=np.intp)
        owed_to = held.owed_to or [""] * len(held.positions)
        return Choice(positions, [held.propensities[place] for place in still], [owed_to[place] for place in still])

    def choose(
        self,
        key: Key,
        scores: Scores,
        mask: Mask | None = None,
        *,
        target: NDArray[np.float64] | None = None,
        slots: Sequence[int] = (),
    ) -> Choice:
        """Choose the titles of a row: the best, not all alike, as many-sided as ``target``, with ``slots`` drawn."""
        if (kept := self.kept(key)) is not None:
            return kept
        pool = self.take(scores, mask, n=max(POOL, self.length))
        catalogue = self.catalogue
        balance = self.balance if target is not None else Balance(diversity=self.balance.diversity)
        candidates = Candidates(scores[pool], catalogue.genre_parts(pool), catalogue.features_of(pool))
        aim = np.zeros(len(catalogue.genres)) if target is None else target
        chosen = rerank(candidates, aim.astype(np.float32), self.length, balance)
        drawn = explore(chosen, candidates.scores, slots, self.exploration, f"{self.seed}:{key[0]}:{key[1]}")
        owed_to = [DRAWN if is_other else "" for is_other in drawn.places != chosen]
        return Choice(pool[drawn.places], drawn.propensities, owed_to)


def people_number(count: float) -> float | None:
    """Give a number of people where it may be said: it points at nobody."""
    return float(count) if count >= NUMBERED_FROM else None


def popular(count: float) -> Evidence:
    """Make the evidence of a title that nothing but its popularity speaks for."""
    return Evidence(POPULAR, value=people_number(count))


def seed_kind(position: int, states: Mapping[str, TitleState], catalogue: Catalogue) -> str:
    """Tell how a title (of a series, any part) speaks for others: the profile said that it likes it, or watched it."""
    whole = catalogue.whole(position)
    title_ids = (catalogue.faces[whole].title_id, *catalogue.episodes.get(whole, ()))
    known = [states[each] for each in title_ids if each in states]
    if any(says_liked(each) for each in known):
        return SEED
    return WATCHED if any(each.in_history for each in known) else KIN


Proposer = Callable[[Taste, Slate], Iterator[Row]]
