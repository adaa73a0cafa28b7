"""Write the outlines that posters are lettered with, from the fonts of the site.

Posters are shown as images, which see no font of the page: their letters are drawn as paths. This tool reads the
variable fonts that npm brings, fixes their axes, and writes outlines, advances and kerning into one small file. It is
run by hand when the fonts or the voices change, in an environment that has ``fonttools``, ``brotli`` and ``uharfbuzz``:

    python -m tools.glyphs web/node_modules/@fontsource-variable
"""

import gzip
import io
import itertools
import json
import string
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uharfbuzz
from fontTools.pens.basePen import BasePen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET: Final = Path(__file__).parents[1] / "src" / "cinoche" / "web" / "posters" / "glyphs.json.gz"
CHARACTERS: Final = (
    "".join(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x180), 0x218, 0x219, 0x21A, 0x21B))) + "–—‘’‚“”„•…‹›€−"
)
LEFT_OUT: Final = "¤¦¨ª¬\u00ad¯´¶¸ºŀĿŉ"
KERNED: Final = string.ascii_letters + string.digits + "ŒØæœø.,:;!?-–—'’“”&()"
LEAST_KERN: Final = 0.007


@dataclass(frozen=True)
class Voice:
    """A voice of the posters: a font with its axes fixed."""

    font: str
    axes: Mapping[str, float]
    em: int
    """How many units its size is parted into: enough for the size it is set at, and no more to send."""


BRICOLAGE: Final = "bricolage-grotesque/files/bricolage-grotesque-{}-standard-normal.woff2"
NEWSREADER: Final = "newsreader/files/newsreader-{}-standard-italic.woff2"
VOICES: Final = {
    "serre": Voice(BRICOLAGE, {"opsz": 96, "wght": 800, "wdth": 75}, 500),
    "large": Voice(BRICOLAGE, {"opsz": 96, "wght": 700, "wdth": 100}, 500),
    "maigre": Voice(BRICOLAGE, {"opsz": 96, "wght": 400, "wdth": 78}, 500),
    "voix": Voice(NEWSREADER, {"opsz": 36, "wght": 500}, 500),
    "generique": Voice(BRICOLAGE, {"opsz": 20, "wght": 600, "wdth": 80}, 200),
}


class PathPen(BasePen):
    """Draws contours as relative SVG path data, in whole units of the voice, y downward."""

    def __init__(self, glyphs: Any, scale: float) -> None:
        super().__init__(glyphs)
        self._scale = scale
        self._here = (0, 0)
        self._mirrored: tuple[int, int] | None = None
        self.contours: list[str] = []

    def _at(self, point: tuple[float, float]) -> tuple[int, int]:
        return round(point[0] * self._scale), -round(point[1] * self._scale)

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools names it
        self._here, self._mirrored = self._at(point), None
        self.contours.append(f"{_joined(self._here)} ")

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._mirrored = None
        self._draw("l", point)

    def _qCurveToOne(self, control: tuple[float, float], point: tuple[float, float]) -> None:  # noqa: N802
        (cx, cy), (x, y) = self._at(control), self._at(point)
        if self._mirrored and max(abs(cx - self._mirrored[0]), abs(cy - self._mirrored[1])) <= 1:
            cx, cy = self._mirrored
            self._draw("t", point)
        else:
            self._draw("q", control, point)
        self._mirrored = (2 * x - cx, 2 * y - cy)

    def _closePath(self) -> None:  # noqa: N802
        self.contours[-1] += "z"

    def _draw(self, command: str, *points: tuple[float, float]) -> None:
        places = [self._at(point) for point in points]
        steps = [(x - self._here[0], y - self._here[1]) for x, y in places]
        self._here = places[-1]
        if command == "l" and steps[-1] == (0, 0):
            return
        if command == "l" and steps[0][1] == 0:
            self.contours[-1] += f"h{steps[0][0]}"
        elif command == "l" and steps[0][0] == 0:
            self.contours[-1] += f"v{steps[0][1]}"
        else:
            self.contours[-1] += command + _joined(tuple(itertools.chain.from_iterable(steps)))


def _joined(numbers: Sequence[int]) -> str:
    """Write numbers with a space between, but where a minus sign parts them already."""
    return " ".join(map(str, numbers)).replace(" -", "-")


def outline(font: TTFont, name: str, scale: float) -> list[str]:
    """Draw one glyph, with its components, as contours."""
    glyphs = font.getGlyphSet()
    pen = PathPen(glyphs, scale)
    glyphs[name].draw(pen)
    return pen.contours


def components(font: TTFont, name: str, scale: float) -> list[tuple[str, int, int]] | None:
    """Tell which glyphs another is put together from, with their places; None where it is drawn itself."""
    pen = RecordingPen()
    glyphs = font.getGlyphSet()
    glyphs[name].draw(pen)
    parts = []
    for command, arguments in pen.value:
        if command != "addComponent":
            return None
        base, (xx, xy, yx, yy, dx, dy) = arguments
        if (xx, xy, yx, yy) != (1, 0, 0, 1):
            return None
        parts += [
            (inner, x + round(dx * scale), y - round(dy * scale))
            for inner, x, y in components(font, base, scale) or [(base, 0, 0)]
        ]
    return parts or None


def kerning(data: bytes, em: int) -> dict[str, dict[str, str]]:
    """Measure the pairs: for each group of left characters, the right ones by how much they move."""
    face = uharfbuzz.Face(data)
    font = uharfbuzz.Font(face)
    known = [each for each in KERNED if font.get_nominal_glyph(ord(each))]

    def advance(text: str) -> int:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer, {"kern": True, "liga": False, "calt": False})
        return sum(each.x_advance for each in buffer.glyph_positions)

    alone = {each: advance(each) for each in known}
    rows: dict[str, dict[str, str]] = {}
    for left in known:
        moved: defaultdict[str, str] = defaultdict(str)
        for right in known:
            kern = round((advance(left + right) - alone[left] - alone[right]) * em / face.upem)
            if abs(kern) >= em * LEAST_KERN:
                moved[str(kern)] += right
        rows[left] = dict(moved)
    groups: defaultdict[str, str] = defaultdict(str)
    for left, row in rows.items():
        groups[json.dumps(row, ensure_ascii=False)] += left
    return {lefts: json.loads(row) for row, lefts in groups.items() if row != "{}"}


def voice_data(folder: Path, voice: Voice) -> dict[str, Any]:
    """Read one voice: every character's advance and parts, each part's contours once, and the kerning."""
    glyphs: dict[str, Any] = {}
    parts: dict[str, str] = {}
    kerns: dict[str, dict[str, str]] = {}
    for subset in ("latin", "latin-ext"):
        font = instantiateVariableFont(TTFont(folder / voice.font.format(subset)), dict(voice.axes))
        names, metrics = font.getBestCmap(), font["hmtx"]
        scale = voice.em / font["head"].unitsPerEm
        for character in CHARACTERS:
            name = names.get(ord(character))
            if name is None or character in glyphs or character in LEFT_OUT:
                continue
            made_of = components(font, name, scale) or [(name, 0, 0)]
            placed = []
            for part, dx, dy in made_of:
                key = part if subset == "latin" else f"{part}+"
                contours = "|".join(outline(font, part, scale))
                key = next((known for known, drawn in parts.items() if drawn == contours), key)
                parts[key] = contours
                placed.append([key, dx, dy])
            glyphs[character] = [round(metrics[name][0] * scale), placed]
        if subset == "latin":
            file = io.BytesIO()
            font.flavor = None
            font.save(file)
            kerns = kerning(file.getvalue(), voice.em)
    return {"em": voice.em, "kerning": kerns, "glyphs": _numbered(glyphs, parts), "parts": list(parts.values())}


def _numbered(glyphs: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, Any]:
    """Name parts by their place: ``[advance, part]``, or ``[advance, part, dx, dy, part, dx, dy…]``."""
    place = {key: number for number, key in enumerate(parts)}
    shaped = {}
    for character, (advance, placed) in sorted(glyphs.items()):
        drawn = [(place[key], dx, dy) for key, dx, dy in placed if parts[key]]
        flat = [advance, *itertools.chain.from_iterable(drawn)]
        shaped[character] = flat[:2] if len(drawn) == 1 and drawn[0][1:] == (0, 0) else flat
    return shaped


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    data = {
        "licence": "Outlines of Bricolage Grotesque and Newsreader, SIL Open Font License 1.1: see OFL.txt.",
        "voices": {name: voice_data(folder, voice) for name, voice in VOICES.items()},
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    missing = [c for c in CHARACTERS if c not in data["voices"]["serre"]["glyphs"] and unicodedata.name(c, "")]
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes; not drawn: {''.join(missing)}")  # noqa: T201


if __name__ == "__main__":
    main()
