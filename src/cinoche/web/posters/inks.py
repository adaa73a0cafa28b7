"""The inks of each era: five of a set, and what they serve for."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

ERAS: Final[Sequence[tuple[int, Sequence[str]]]] = (
    (
        1929,
        (
            "1b2a3a f3e3c0 e0b45c 55708a 0f1823",
            "ecd9b0 2a1d14 a9472d d3a95c 5b4630",
            "23312b efe6cf d8c27a 6c8f80 101a16",
        ),
    ),
    (
        1945,
        (
            "d9d6c8 17222b 40586a 9fb0b3 b3402f",
            "16222c f0e9d6 c8a24a 4c6375 93a8b2",
            "efe4cb 1d2a24 2f5d50 c4923e 9bab92",
        ),
    ),
    (
        1958,
        (
            "7d2029 f8e6c4 e2a33b 4c1119 c9553f",
            "f1e2c0 1b1b1e c43d2a e6a93d 28566a",
            "1e4a4c f6e7c6 e8b13f 0f2c30 d85a3a",
            "dfe3d0 14302f 1f6a63 e59a3c b2322c",
        ),
    ),
    (
        1969,
        (
            "f5ead2 12233b e4442c 1f6fae f4c536",
            "1d5598 fdf3da f6c83b 0f2f5b ef6a4b",
            "f4c536 1a2230 e4492f 1f6f8e fbf1d9",
            "f3b7ae 2a1030 d6353f fbeed6 2c5fa0",
        ),
    ),
    (
        1979,
        (
            "5a2a17 fbe2bd ea7b26 f2b53a b5451d",
            "f3d9b1 3b1d14 d9601f 8a3b1e e8a93a",
            "2f3d2a f3e6bf d98c2b 7f8f45 e9c85a",
            "e9a9a4 3a1222 c23b3a f7dcc0 6d2440",
        ),
    ),
    (
        1989,
        (
            "2a2a7e f6efe6 ff7a6b 8fd3c4 15154e",
            "f2c9cf 1f1f5c e5486d 3a4bb0 7cc5bd",
            "0f5a63 f7eddc f3a64a f2798f 0a343b",
        ),
    ),
    (
        1999,
        (
            "123f46 eef3e4 e8553b 56a6a3 f0c257",
            "4b2142 f9e6dc e77a4a a64b86 f3c48a",
            "bcd6de 15293d c93f2e 35718f f4efdc",
        ),
    ),
    (
        2009,
        (
            "d9ddc9 19271f 2f6b4f c2d04a 6f8f8a",
            "16386b eef0ea d7e05a 3f7fc2 0c2145",
            "7b1e2e fbe3d6 e4a44e c04a4a 3d0e1b",
        ),
    ),
    (
        2019,
        (
            "173c31 f7e9df f17e5d cbb6e0 0d241d",
            "e8dfee 2b1b3c f0714f 4c7a63 2b1b3c",
            "f4d9c6 22343a d9573c 2f7f86 f0b24a",
        ),
    ),
    (
        9999,
        (
            "dfe9b8 14213a 2546c9 f0713a 8fb6e8",
            "1f3fb0 fbf4e4 ffb03a f4cdd6 12246f",
            "f0713a 1a130f fbe6c9 9c2b1e 173f5c",
        ),
    ),
)
"""By the last year of each era, its sets: ground, type, three more."""

READABLE: Final = 4.5
"""The least contrast between letters and what is under them (WCAG AA)."""

_PALE: Final = 0.35


@dataclass(frozen=True, slots=True)
class Inks:
    """Five inks, and the parts they play."""

    ground: str
    type: str
    first: str
    second: str
    third: str

    @property
    def set(self) -> tuple[str, ...]:
        """All five."""
        return (self.ground, self.type, self.first, self.second, self.third)

    @property
    def dark(self) -> str:
        """The darkest."""
        return min(self.set, key=luminance)

    @property
    def light(self) -> str:
        """The lightest."""
        return max(self.set, key=luminance)

    @property
    def accent(self) -> str:
        """The third, or the type's where the third would vanish in the ground."""
        return self.type if self.third == self.ground else self.third

    @property
    def sky(self) -> str:
        """What stands behind a landscape: never the darkest, which is the land."""
        if luminance(self.ground) > _PALE:
            return self.ground
        return self.first if self.second == self.dark else self.second

    @property
    def lands(self) -> tuple[str, str, str]:
        """Three inks of a landscape, none of them its sky or the darkest where that can be."""
        taken = {self.sky, self.dark}
        middle = _not_in(taken, self.first, self.second, self.third, otherwise=self.first)
        other = _not_in({*taken, middle}, self.third, self.second, self.first, self.type, otherwise=self.type)
        last = _not_in({*taken, middle, other}, self.second, self.first, self.ground, self.third, otherwise=middle)
        return middle, other, last

    @property
    def sun(self) -> str:
        """What shines in the sky."""
        return self.first if self.light == self.sky else self.light

    def readable_on(self, under: str) -> str:
        """Choose the ink of letters over another ink."""
        wanted = (self.type, self.light, self.dark, self.third)
        return next(
            (ink for ink in wanted if contrast(ink, under) >= READABLE), max(wanted, key=lambda i: contrast(i, under))
        )


def inks_of(year: int, seed: int) -> Inks:
    """Pick the inks of a year."""
    era = bisect_left(ERAS, year, key=lambda each: each[0])
    sets = ERAS[min(era, len(ERAS) - 1)][1]
    return Inks(*(f"#{each}" for each in sets[(seed >> 3) % len(sets)].split()))


@cache
def luminance(ink: str) -> float:
    """Tell the relative luminance of an ink (WCAG 2)."""
    parts = (int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Tell the contrast between two inks (WCAG 2): from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _not_in(taken: set[str], *inks: str, otherwise: str) -> str:
    return next((ink for ink in inks if ink not in taken), otherwise)
