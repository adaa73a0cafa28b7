"""Team-draft interleaving: two lists become one, each title owed to one of them, and neither has the better places.

Two by two the lists take turns at the next title that is not there yet, a coin deciding who goes first each time. Who
chooses from the mixed list without knowing of the two chooses more from the one that is better for them.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Generic, TypeVar

FIRST: Final = 0
SECOND: Final = 1
HALF: Final = 0.5

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Mixed(Generic[T]):
    """A mixed list: what stands where, to which list it is owed, and the chance of it given what stands before."""

    items: Sequence[T]
    teams: Sequence[int]
    propensities: Sequence[float]


def team_draft(first: Sequence[T], second: Sequence[T], n: int, seed: str) -> Mixed[T]:
    """Mix two lists into one of at most ``n``; the same seed mixes alike.

    >>> mixed = team_draft("abc", "bad", 4, "seed")
    >>> sorted(mixed.items), sorted(mixed.teams)
    (['a', 'b', 'c', 'd'], [0, 0, 1, 1])
    """
    draws, lists = Random(seed), (first, second)  # noqa: S311 - nothing is kept secret by it
    items: list[T] = []
    teams: list[int] = []
    chances: list[float] = []
    placed: set[T] = set()
    while len(items) < n:
        tops = [_next(each, placed) for each in lists]
        goes_first = FIRST if draws.random() < HALF else SECOND
        turn = [team for team in (goes_first, 1 - goes_first) if tops[team] is not None]
        if not turn:
            break
        may_be_either = None not in tops
        for team in turn:
            chosen = _next(lists[team], placed)
            if chosen is None or len(items) >= n:
                break
            others = _next(lists[1 - team], placed)
            items.append(chosen)
            teams.append(team)
            chances.append(HALF if may_be_either and others is not None and others != chosen else 1.0)
            # Once the two have chosen differently, what stands first tells whose turn comes next.
            may_be_either = may_be_either and others == chosen
            placed.add(chosen)
    return Mixed(items, teams, chances)


def _next(of: Sequence[T], placed: set[T]) -> T | None:
    return next((each for each in of if each not in placed), None)
