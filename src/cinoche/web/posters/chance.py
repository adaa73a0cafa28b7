"""Chance that is the same every time: a seed from a text, and numbers from a seed."""

from typing import Final

_WORD: Final = 0xFFFFFFFF


def seed_of(text: str) -> int:
    """Hash a text to 32 bits (FNV-1a over code points)."""
    value = 2166136261
    for character in text:
        value = ((value ^ ord(character)) * 16777619) & _WORD
    return value


class Chance:
    """Numbers that look drawn by lot (mulberry32)."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed & _WORD

    def __call__(self) -> float:
        """Draw a number from 0 up to 1."""
        self._state = (self._state + 0x6D2B79F5) & _WORD
        state = self._state
        mixed = ((state ^ state >> 15) * (1 | state)) & _WORD
        mixed = (mixed + (((mixed ^ mixed >> 7) * (61 | mixed)) & _WORD)) & _WORD ^ mixed
        return (mixed ^ mixed >> 14) / 4294967296

    def pick(self, n: int) -> int:
        """Draw a whole number from 0 up to n."""
        return int(self() * n)

    def between(self, low: float, high: float) -> float:
        """Draw a number between two."""
        return low + self() * (high - low)
