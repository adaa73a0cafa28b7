"""Context memories that let what happened lately speak louder: one of today, one of these days."""

from dataclasses import dataclass
from typing import ClassVar

from cinoche.kit.clock import DAY_S
from cinoche.recommend import scorers
from cinoche.recommend.families.memory import Memory


@dataclass(frozen=True)
class MemoryOfDays(Memory):
    """Which of these days' contexts are like the asker's: a vote halves in three days."""

    power: float = 2.0
    half_life_s: float = 3 * DAY_S
    name: ClassVar[str] = scorers.MEMORY_DAYS


@dataclass(frozen=True)
class MemoryOfToday(Memory):
    """The same of today: a vote halves in a day, and likeness counts plainly."""

    power: float = 1.0
    half_life_s: float = DAY_S
    name: ClassVar[str] = scorers.MEMORY_TODAY
