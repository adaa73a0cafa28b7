"""Letters drawn as paths, and titles broken into lines by what they measure."""

import gzip
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

MOST_LINES: Final = 6
SMALLEST: Final = 15.0
"""Below this size, in units of a poster 300 wide, a title loses words rather than height."""

_BOUND: Final = re.compile(
    r"(le|la|les|un|une|de|du|des|à|au|aux|et|en|ni|the|a|an|of|to|in|and|from|for|on|at|or|&|s’est|el|los|las|der|die|das)",
    re.IGNORECASE,
)
_CLINGS: Final = re.compile(r"[«»:;!?–—-]+")
_UNBOUND_MUST_WIN_BY: Final = 1.4
_MORE_LINES_MUST_WIN_BY: Final = 1.06


@dataclass(frozen=True, slots=True)
class Voice:
    """A typeface as outlines: advances, contours with their first points, and kerning pairs."""

    em: int
    advances: Mapping[str, int]
    contours: Mapping[str, Sequence[tuple[int, int, str]]]
    kerning: Mapping[tuple[str, str], int]

    def advance(self, text: str, tracking: float) -> float:
        """Measure a text at size 1; tracking is in thousandths."""
        known, kerning, wide, before = self.advances, self.kerning, 0.0, ""
        for character in text:
            wide += known.get(character) or _guess(character) * self.em
            wide += kerning.get((before, character), 0)
            before = character
        return wide / self.em + len(text) * tracking / 1000

    def can_say(self, text: str) -> bool:
        """Tell whether every character has an outline."""
        return all(character in self.advances for character in text)

    def draw(self, text: str, tracking: float) -> str:
        """Draw a text from the origin, in units of the voice, as path data."""
        drawn, x, before = [], 0.0, ""
        for character in text:
            x += self.kerning.get((before, character), 0)
            here = round(x)
            for left, top, rest in self.contours[character]:
                drawn.append(f"M{left + here} {top}{rest}")
            x += self.advances[character] + tracking * self.em / 1000
            before = character
        return "".join(drawn)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a title is set."""

    voice: str
    width: float
    height: float
    leading: float
    tracking: float
    largest: float
    is_caps: bool = False

    @property
    def rise(self) -> float:
        """Tell how high capitals stand, as a share of the size."""
        return 0.7 if self.voice == "voix" else 0.68

    @property
    def drop(self) -> float:
        """Tell how far letters hang below the last line."""
        return 0.02 if self.is_caps else 0.2

    def size(self, widest: float, lines: int) -> float:
        """Tell the size at which lines fill the box."""
        by_width = self.width / widest if widest > 0 else self.largest
        return min(self.largest, by_width, self.height / ((lines - 1) * self.leading + self.rise + self.drop))


@dataclass(frozen=True, slots=True)
class Block:
    """A title broken into lines, and the size it is set at."""

    lines: tuple[str, ...]
    size: float
    setting: Setting

    @property
    def height(self) -> float:
        """Tell how high the whole block is."""
        return self.size * ((len(self.lines) - 1) * self.setting.leading + self.setting.rise + self.setting.drop)

    def draw(self, x: float, top: float) -> str:
        """Draw the lines under one another."""
        setting = self.setting
        baselines = (top + self.size * (setting.rise + number * setting.leading) for number in range(len(self.lines)))
        return "".join(
            letter(line, setting.voice, x, baseline, self.size, setting.tracking)
            for line, baseline in zip(self.lines, baselines, strict=True)
        )


def voice(name: str) -> Voice:
    """Give one of the voices: serre, large, maigre, voix, generique."""
    return _voices()[name]


def spoken(text: str, voice_name: str = "large") -> str:
    """Write a text with characters that have outlines, where that only takes marks away; else leave it as it is."""
    known = voice(voice_name).advances
    said = "".join(each if each in known else _plain(each, known) for each in text)
    return said if voice(voice_name).can_say(said) else text


def measure(text: str, voice_name: str, tracking: float = 0.0) -> float:
    """Measure a text at size 1."""
    return voice(voice_name).advance(text, tracking)


def letter(text: str, voice_name: str, x: float, y: float, size: float, tracking: float = 0.0) -> str:
    """Draw one line of text from a point of its baseline; in the reader's font where a character has no outline."""
    speaker = voice(voice_name)
    if speaker.can_say(text):
        place = f"translate({x:.1f} {y:.1f})scale({size / speaker.em:.4g})"
        return f'<path transform="{place}" d="{speaker.draw(text, tracking)}"/>'
    face = "serif" if voice_name == "voix" else "sans-serif"
    weight = "" if voice_name in {"voix", "maigre"} else ' font-weight="700"'
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" font-family="{face}"{weight}>{escape(text)}</text>'


def fit(text: str, setting: Setting) -> Block:
    """Break a title into the lines that can be set largest, small words bound to the next; shorten it if it must be."""
    if setting.is_caps:
        text = text.upper()
    text = spoken(text, setting.voice)
    block = _best(text, setting)
    while block.size < SMALLEST and " " in text:
        text = text.rstrip("… ").rpartition(" ")[0].rstrip(" ,;:–—-") + "…"
        block = _best(text, setting)
        if " " not in text:
            break
    return block


def _best(text: str, setting: Setting) -> Block:
    best: Block | None = None
    for is_unbound, words in enumerate((_bound(text), text.split(" "))):
        must_win_by = _UNBOUND_MUST_WIN_BY if is_unbound else _MORE_LINES_MUST_WIN_BY
        for lines, widest in _broken(words, setting):
            size = setting.size(widest, len(lines))
            if best is None or size > best.size * must_win_by:
                best = Block(lines, size, setting)
    assert best is not None
    return best


def _broken(words: Sequence[str], setting: Setting) -> list[tuple[tuple[str, ...], float]]:
    """Break words into one line, two, and so on, each time so that the widest line is as short as can be."""
    count = len(words)
    known = voice(setting.voice)
    space = known.advance(" ", setting.tracking)
    ends = [0.0]
    for word in words:
        ends.append(ends[-1] + known.advance(word, setting.tracking) + space)
    most = min(MOST_LINES, count)
    widest = [[0.0] + [float("inf")] * count]
    cuts: list[list[int]] = [[0] * (count + 1)]
    found = []
    for lines in range(1, most + 1):
        row, cut = [float("inf")] * (count + 1), [0] * (count + 1)
        for end in range(lines, count + 1):
            row[end], cut[end] = min(
                (max(widest[-1][start], ends[end] - ends[start] - space), start) for start in range(lines - 1, end)
            )
        widest.append(row)
        cuts.append(cut)
        found.append((_lines(words, cuts), row[count]))
    return found


def _lines(words: Sequence[str], cuts: Sequence[Sequence[int]]) -> tuple[str, ...]:
    lines: list[str] = []
    end = len(words)
    for cut in reversed(cuts[1:]):
        lines.insert(0, " ".join(words[cut[end] : end]))
        end = cut[end]
    return tuple(lines)


def _bound(text: str) -> list[str]:
    """Part a text into words, with small ones bound to the next and signs to the one before."""
    words: list[str] = []
    for word in text.split(" "):
        if words and (_BOUND.fullmatch(words[-1].rpartition("\u00a0")[2]) or _CLINGS.fullmatch(word)):
            words[-1] += "\u00a0" + word
        else:
            words.append(word)
    return words


def _plain(character: str, known: Mapping[str, int]) -> str:
    bare = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
    return bare if all(each in known for each in bare) else character


def _guess(character: str) -> float:
    """Tell about how wide a character is, at size 1, that has no outline here."""
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.62


@cache
def _voices() -> Mapping[str, Voice]:
    packed = files("cinoche.web.posters").joinpath("glyphs.json.gz").read_bytes()
    return {name: _voice(drawn) for name, drawn in json.loads(gzip.decompress(packed))["voices"].items()}


def _voice(drawn: Mapping[str, Any]) -> Voice:
    parts = [[_contour(each) for each in part.split("|")] if part else [] for part in drawn["parts"]]
    contours = {
        character: [(left + dx, top + dy, rest) for part, dx, dy in _placed(places) for left, top, rest in parts[part]]
        for character, (_advance, *places) in drawn["glyphs"].items()
    }
    kerning = {
        (left, right): int(moved)
        for lefts, row in drawn["kerning"].items()
        for moved, rights in row.items()
        for left in lefts
        for right in rights
    }
    advances = {character: advance for character, (advance, *_) in drawn["glyphs"].items()}
    for each in (advances, contours):
        each["\u00a0"] = each[" "]
    return Voice(drawn["em"], advances, contours, kerning)


def _placed(places: Sequence[int]) -> list[tuple[int, int, int]]:
    if len(places) == 1:
        return [(places[0], 0, 0)]
    return [(places[at], places[at + 1], places[at + 2]) for at in range(0, len(places), 3)]


def _contour(text: str) -> tuple[int, int, str]:
    found = re.match(r"(-?\d+) ?(-?\d+) ", text)
    assert found is not None
    return int(found[1]), int(found[2]), text[found.end() :]
