"""Which encodings of a picture are made: by the size and the rate of the source, a middle one first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

SEGMENT_S: Final = 2
FASTEST: Final = 60
"""Frames a second at most; a faster source is halved until it is no faster."""

FIRST_LINES: Final = 480
_WIDE: Final = Fraction(16, 9)
_BITS: Final = {1080: 4_400_000, 720: 2_300_000, 480: 1_200_000, 360: 800_000, 240: 450_000}
"""Lines -> the peak in bit/s at 30 frames a second or fewer; half as much again above that."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One encoding: ``lines`` is its name; a picture wider than 16:9 has fewer of them."""

    lines: int
    width: int
    height: int
    peak: int

    @property
    def file(self) -> str:
        """The name of the file that it is encoded to."""
        return f"video-{self.lines}.mp4"


def frame_rate(fps: Fraction) -> Fraction:
    """Choose the rate of the encodings: that of the source, halved until it is at most ``FASTEST``."""
    while fps > FASTEST * Fraction(1001, 1000):
        fps /= 2
    return fps.limit_denominator(1001)


def ladder(width: int, height: int, fps: Fraction) -> Sequence[Rung]:
    """List the rungs of a source, the one that is made first in front; never larger than the source."""
    lines = max(height, math.ceil(width / _WIDE))
    chosen = [each for each in (1080, 720, 480) if each <= lines * 1.02]
    if lines < 720:
        chosen += [240] if lines >= 360 else []
    if not chosen or (lines < 480 and lines > chosen[0] * 1.1):
        chosen.insert(0, lines - lines % 2)
    first = FIRST_LINES if FIRST_LINES in chosen else chosen[0]
    order = [first, *(each for each in chosen if each != first)]
    return [_rung(each, width, height, fps) for each in order]


def _rung(lines: int, width: int, height: int, fps: Fraction) -> Rung:
    scale = min(Fraction(lines, height), Fraction(lines) * _WIDE / width, Fraction(1))
    if abs(height * scale - lines) < 2:
        scale = Fraction(lines, height)
    peak = _BITS[min(_BITS, key=lambda each: (each < lines, abs(each - lines)))]
    if frame_rate(fps) > 31:
        peak = peak * 3 // 2
    return Rung(lines, _even(width * scale), _even(height * scale), peak)


def _even(value: Fraction) -> int:
    return max(16, 2 * round(value / 2))
