"""SVG in as few characters as it takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from cinoche.web.posters.chance import Chance
from cinoche.web.posters.inks import Inks

Point = tuple[float, float]

__all__ = [
    "Art",
    "Point",
    "Stage",
    "disc",
    "escape",
    "group",
    "n",
    "path",
    "points",
    "polygon",
    "quoteattr",
    "rect",
    "stroke",
]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a family draws: a size, inks, and chance."""

    width: int
    height: int
    inks: Inks
    chance: Chance

    @property
    def is_wide(self) -> bool:
        """Whether this is a panorama, which has no title to leave room for."""
        return self.width > self.height

    def art_height(self, share: float = 0.64) -> float:
        """Tell how far down the art goes: all the way in a panorama."""
        return self.height if self.is_wide else self.height * share

    def across(self, wide: float, tall: float = 0.5) -> float:
        """Tell an abscissa as a share of the width, in a panorama and in a poster."""
        return self.width * (wide if self.is_wide else tall)


@dataclass(frozen=True, slots=True)
class Art:
    """What a family drew, and how the title goes with it.

    ``top`` and ``room`` are where the title's box begins and how high it is, as shares of the height; ``flip`` is how
    far down the art may go instead, for the title to stand above it; ``under`` is what the title stands on.
    """

    shapes: str
    voice: str
    room: float
    is_caps: bool = False
    flip: float = 0.0
    under: str | None = None


def n(value: float) -> str:
    """Write a number with one decimal at most."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def points(*values: float) -> str:
    """Write numbers of a path."""
    return " ".join(map(n, values)).replace(" -", "-")


def disc(x: float, y: float, radius: float, fill: str) -> str:
    """Draw a disc."""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{fill}"/>'


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    """Draw a rectangle."""
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" fill="{fill}"/>'


def path(d: str, fill: str, more: str = "") -> str:
    """Draw a filled path."""
    return f'<path d="{d}" fill="{fill}"{more and f" {more}"}/>'


def stroke(d: str, ink: str, width: float, more: str = "") -> str:
    """Draw a line along a path."""
    return f'<path d="{d}" fill="none" stroke="{ink}" stroke-width="{n(width)}"{more and f" {more}"}/>'


def polygon(corners: Iterable[Point], fill: str) -> str:
    """Draw a polygon."""
    return path("M" + "L".join(points(x, y) for x, y in corners) + "Z", fill)


def group(inner: str, attributes: str) -> str:
    """Put shapes together under common attributes."""
    return f"<g {attributes}>{inner}</g>"
