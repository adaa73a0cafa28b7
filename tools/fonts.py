"""Cut the typefaces of the site into what every page shows and what few do: ``python -m tools.fonts``.

Needs `fonttools` and `brotli`, which only `tools.glyphs` needs besides. ``web/fonts`` holds the whole typefaces; what
is written into ``web/src/styles/fonts``, where their licences are, is what the site sends: the letters of English and
French in one file, the other letters of Latin-1 in another, which a browser fetches only where a page has one of them.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).parent.parent / "web"
WHOLE: Final = WEB / "fonts"
SENT: Final = WEB / "src" / "styles" / "fonts"

AXES: Final[dict[str, dict[str, tuple[float, float]]]] = {"affiche": {"wght": (600, 800), "wdth": (75, 88)}}
"""What the style sheets use of an axis; of the others, everything."""

EVERYWHERE: Final = "éèêëàâùûüçîïôöœæÉÈÊËÀÂÙÛÜÇÎÏÔÖŒÆ«»‹›’‘“”–—…·•×€°№\N{NO-BREAK SPACE}"
FEATURES: Final = ("kern", "liga", "mark", "mkmk", "ccmp", "locl", "lnum", "tnum", "calt")


def everywhere() -> set[int]:
    """The letters that nearly every page has: those of English and French, and their signs."""
    return {*range(0x20, 0x7F), *map(ord, EVERYWHERE)}


def cut(name: str) -> tuple[int, int]:
    """Cut one typeface in two; returns the bytes of both files."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    sizes = []
    for is_rest in (False, True):
        font = TTFont(WHOLE / f"{name}.woff2")
        if name in AXES:
            narrowed = BytesIO()
            instantiateVariableFont(font, AXES[name]).save(narrowed)
            font = TTFont(narrowed)  # read anew: what no longer varies is missing from the tables in memory
        options = Options()
        options.layout_features = list(FEATURES)
        subsetter = Subsetter(options)
        known = set(font.getBestCmap())
        subsetter.populate(unicodes=known - everywhere() if is_rest else known & everywhere())
        subsetter.subset(font)
        font.flavor = "woff2"
        path = SENT / f"{name}{'-more' if is_rest else ''}.woff2"
        font.save(path)
        sizes.append(path.stat().st_size)
    return sizes[0], sizes[1]


def main() -> None:
    """Cut all of them and say what they weigh."""
    for path in sorted(WHOLE.glob("*.woff2")):
        whole, (first, more) = path.stat().st_size, cut(path.stem)
        sys.stdout.write(f"{path.stem}: {whole:,} bytes into {first:,} and {more:,}\n")


if __name__ == "__main__":
    main()
