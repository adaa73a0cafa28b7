"""What a family of models is: how it is fitted, what it keeps, and the scorer that its arrays make."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar, Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Unavailable
from cinoche.recommend.counting import count
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import Scorer
from cinoche.recommend.statistics import Doubles, Floats, Ints, Layout, Statistics

T = TypeVar("T")

SUM: Final = "sum"
MEMORY: Final = "memory"
FACTS: Final = "facts"
FACTORS: Final = "factors"
"""What a family is made of: sums over people, sets of their rows, facts of titles, or factors found by small steps."""

Arrays = Mapping[str, npt.NDArray[Any]]
"""What a fit leaves behind, by name: published as one memory-mapped file each."""


@dataclass(frozen=True)
class TitleFacts:
    """What training knows of a title besides who watched it."""

    title_id: str
    name: str
    year: int | None = None
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    external: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    synopsis: str = ""
    keywords: tuple[str, ...] = ()
    length_s: int | None = None
    votes: int | None = None


@dataclass(frozen=True)
class Ground:
    """What every family is fitted on; what happened after ``as_of`` was left out before.

    ``content`` has one row a title (see `training.content`), ``facts`` what is known of each title (empty where an
    evaluation reads ratings alone), ``texts`` its synopsis as a text encoder understands it (see `recommend.texts`),
    a row of zeros where there is none. Titles with fewer than ``min_ratings`` positives, or beyond the ``warm_titles``
    most watched, are cold: a family need not know them. ``seed`` is of every draw.
    """

    interactions: Interactions
    n_items: int
    as_of: float
    content: Floats | None = None
    facts: Sequence[TitleFacts] = ()
    min_ratings: int = 5
    warm_titles: int = 10_000
    seed: int = 0
    sums: Statistics | None = None
    texts: npt.NDArray[np.int8] | None = None
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """Make something that several families read, the first time that it is asked for."""
        if what not in self._made:
            self._made[what] = make()
        made: T = self._made[what]
        return made

    def let_go(self) -> None:
        """Give back the memory of what several families read, once no other will."""
        self._made.clear()

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many people liked each title."""
        return self.interactions.counts(self.n_items)

    @cached_property
    def layout(self) -> Layout:
        """Where each warm title stands, the most watched first."""
        return self.laid_out()

    def laid_out(self, **more: Any) -> Layout:
        """Choose the warm titles, with what a family adds: how many are joint, which bins."""
        chosen = {"joint_titles": 0, **more}
        return Layout.choose(
            self.counts, as_of=self.as_of, min_ratings=self.min_ratings, warm_titles=self.warm_titles, **chosen
        )

    def counted(self, names: Collection[str], **more: Any) -> Statistics:
        """Sum over everybody: the sums that are kept, where they are of this layout, or counted anew to be solved."""
        layout = self.laid_out(**more)
        if self.sums is not None and self.sums.layout.counts_like(layout, names):
            return self.sums
        return count(layout, self.interactions.users, self.interactions.entries, names, np.float32)


class Family(Protocol):
    """A family of models. Its fields are its hyper-parameters, plain data that the manifest keeps.

    ``kind`` says what it is made of: those made of rows hold what people did themselves. A family may also say
    with ``reads`` whose arrays it shares: what both have alike is kept once, under the other's name.
    """

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """How settings, events, tables and files call it."""
        ...

    def fit(self, ground: Ground) -> Arrays:
        """Fit, and give what the scorer needs; the same ground and seed give the same arrays."""
        ...

    def scorer(self, arrays: Arrays, n_items: int) -> Scorer:
        """Make the scorer that reads these arrays, in milliseconds and without copying them."""
        ...


class Live(Scorer, Protocol):
    """A scorer that learns from every event at once, whoever's it is, and can forget a person."""

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:
        """Learn events in the order in which they happened."""
        ...

    def forget(self, person: int) -> None:
        """Score from now on as if this person had never been."""
        ...


def bring(module: str, name: str, extra: str) -> ModuleType:
    """Import what fits the family ``name``; raises Unavailable, naming the extra, where a library is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise Unavailable(
            f"To fit the model {name!r}, {error.name} is needed.",
            where="model",
            remedy=f'Install it with `pip install "cinoche[{extra}]"`.',
        ) from error
