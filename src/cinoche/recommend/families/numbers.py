"""How near two titles are by their numbers: year, length and how many have rated them, in steps of a table each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.families.base import TitleFacts
from cinoche.recommend.statistics import Doubles

Steps = npt.NDArray[np.uint16]

_FIRST_YEAR: Final = 1870


@dataclass(frozen=True)
class Number:
    """One number of a title: it is told in ``steps`` steps of ``width`` each, and is near by one of the ``reaches``."""

    name: str
    steps: int
    width: float
    reaches: tuple[float, ...]

    def distances(self) -> Doubles:
        """How far every two steps are from each other."""
        at = np.arange(self.steps) * self.width
        return np.abs(at[:, None] - at[None, :])

    def kernels(self) -> Doubles:
        """How near every two steps are, by each reach: 1 where they are the same."""
        return np.asarray(np.exp(-self.distances()[None] / np.array(self.reaches)[:, None, None]))


NUMBERS: Final = (
    Number("year", 320, 1.0, (2.0, 5.0, 15.0, 30.0)),
    Number("length", 64, 0.1, (0.15, 0.5)),
    Number("votes", 64, 0.35, (1.0, 2.0)),
)
"""Years are counted one by one; lengths and votes by their logarithms. The step of what is not known is the last."""


def steps_of(title: TitleFacts) -> list[int]:
    """The step of each number of a title."""
    known: Mapping[str, float | None] = {
        "year": None if title.year is None else title.year - _FIRST_YEAR,
        "length": np.log(title.length_s / 60.0) if title.length_s else None,
        "votes": np.log1p(title.votes) if title.votes else None,
    }
    return [_step(each, known[each.name]) for each in NUMBERS]


def _step(number: Number, value: float | None) -> int:
    if value is None:
        return number.steps
    return int(np.clip(round(value / number.width), 0, number.steps - 1))


def steps(titles: Sequence[TitleFacts]) -> Steps:
    """The steps of titles, a row each."""
    return np.array([steps_of(each) for each in titles], np.uint16).reshape(len(titles), len(NUMBERS))


def with_unknown(table: Doubles, known: Steps) -> Doubles:
    """A table of nearness with a last row and column for what is not known: as near as two titles are on average."""
    told = known[known < len(table)]
    shares = np.bincount(told, minlength=len(table)) / max(len(told), 1)
    average = float(shares @ table @ shares)
    return np.pad(table, ((0, 1), (0, 1)), constant_values=average)
