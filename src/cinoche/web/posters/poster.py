"""A whole poster: a family's art, the print of its years, and the title."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from cinoche.web.posters import forms, skies, weaves
from cinoche.web.posters.chance import Chance, seed_of
from cinoche.web.posters.facts import PosterFacts
from cinoche.web.posters.inks import Inks, inks_of
from cinoche.web.posters.lettering import Setting, fit, letter, measure, spoken
from cinoche.web.posters.shapes import Art, Stage, escape, group, n, path, points

TALL: Final = (300, 450)
WIDE: Final = (480, 270)

Family = Callable[[Stage], Art]

BY_GENRE: Final[Mapping[str, Sequence[Family]]] = {
    "Documentary": (weaves.trame, weaves.trame, skies.collines, weaves.rubans),
    "Film-Noir": (skies.persiennes, skies.persiennes, forms.damier),
    "Western": (skies.collines, skies.collines, skies.rayons),
    "Musical": (weaves.rubans, forms.guirlande),
    "Animation": (forms.gommettes, forms.zootrope, forms.mobile, weaves.rubans),
    "Horror": (weaves.amande, weaves.amande, skies.persiennes),
    "Sci-Fi": (skies.orbite, weaves.trame),
    "War": (weaves.arcades, skies.rayons, skies.collines),
    "Fantasy": (weaves.amande, weaves.arcades, skies.orbite),
    "Mystery": (skies.persiennes, forms.damier, weaves.amande),
    "Romance": (skies.rencontre, weaves.rubans),
    "Children": (forms.gommettes, forms.guirlande, forms.mobile),
    "Crime": (skies.persiennes, forms.damier, forms.pierres),
    "Thriller": (forms.damier, skies.persiennes),
    "Adventure": (skies.rayons, skies.collines),
    "IMAX": (weaves.trame, skies.orbite),
    "Action": (skies.rayons, forms.damier),
    "Comedy": (forms.mobile, forms.guirlande),
    "Drama": (forms.pierres, forms.pierres, weaves.arcades),
}
"""The families of each genre, the most telling genre first: of a title's genres, the first two speak.

A genre has two at least: where its titles stand in a row, they must not all look alike.
"""

_BY_FOLDED: Final = {genre.casefold(): families for genre, families in BY_GENRE.items()}
_ANY: Final[Sequence[Family]] = (forms.pierres, weaves.rubans, weaves.arcades, weaves.trame)
_LOUDER: Final = 0.6
"""How often the first of two genres speaks."""

_YEAR_UNKNOWN: Final = 2024
_MARGIN: Final = 20
_CREDIT: Final = 16.0
_CREDIT_TRACKING: Final = 12.0
_LEAST_CREDIT: Final = 11.0
_CREDITS_READABLE_FROM: Final = 187
"""The width in CSS pixels under which credits would be smaller than 10 px: they are left out there."""


def draw(facts: PosterFacts, *, is_wide: bool = False) -> str:
    """Draw a title's poster as SVG: 300 by 450, or 480 by 270 without letters."""
    width, height = WIDE if is_wide else TALL
    seed = seed_of(facts.title_id)
    chance = Chance(seed)
    year = facts.year if facts.year is not None else _YEAR_UNKNOWN
    inks = inks_of(year, seed)
    art = _family(facts.genres, chance)(Stage(width, height, inks, chance))
    is_flipped = not is_wide and art.flip > 0 and chance() < 0.5
    under = art.under or inks.ground
    shapes = group(art.shapes, f'transform="translate(0 {n(height * art.flip)})"') if is_flipped else art.shapes
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{escape(_said(facts))}</title>",
        f'<path d="M-2-2h{width + 4}v{height + 4}H-2z" fill="{under}"/>',
        shapes,
        _print(year, inks, Chance(seed + 7), width, height),
        "" if is_wide else _letters(facts, art, inks.readable_on(under), is_on_top=is_flipped),
        "</svg>",
    ]
    return "".join(parts)


def _said(facts: PosterFacts) -> str:
    return ", ".join(filter(None, (facts.name, facts.credit, str(facts.year or ""))))


def _family(genres: Sequence[str], chance: Chance) -> Family:
    """Let the two most telling genres speak, the first one louder."""
    own = {genre.casefold() for genre in genres}
    told = [families for genre, families in _BY_FOLDED.items() if genre in own][:2] or [_ANY]
    loudness = chance()
    families = told[-1] if loudness > _LOUDER else told[0]
    return families[chance.pick(len(families))]


def _print(year: int, inks: Inks, chance: Chance, width: int, height: int) -> str:
    """Give a poster the print of its years: specks, a fine screen, or none."""
    if year <= 1945:
        specks = ["", ""]
        for each in range(70):
            wide, high = chance.between(0.6, 2.2), chance.between(0.6, 1.8)
            specks[each % 2] += f"M{points(chance() * width, chance() * height)}h{n(wide)}v{n(high)}h-1z"
        return path(specks[0], inks.dark, 'opacity=".35"') + path(specks[1], inks.light, 'opacity=".35"')
    if 1970 <= year < 1990:
        return (
            '<pattern id="l" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(35)">'
            f'<path d="M0 0h1v4H0z" fill="{inks.dark}"/></pattern>'
            f'<path d="M0 0h{width}v{height}H0z" fill="url(#l)" opacity=".1"/>'
        )
    return ""


def _letters(facts: PosterFacts, art: Art, ink: str, *, is_on_top: bool) -> str:
    """Set the title and the credits, above the art or below."""
    width, height = TALL
    setting = Setting(
        voice=art.voice,
        width=width - 2 * _MARGIN,
        height=(0.228 if is_on_top else art.room) * height,
        leading=_leading(art, facts.name),
        tracking=-6 if art.voice == "voix" else -10,
        largest=66 if art.is_caps else 58,
        is_caps=art.is_caps,
    )
    block = fit(facts.name, setting)
    title = block.draw(_MARGIN, 46 if is_on_top else height - 46 - block.height)
    credits_ = _credits(facts, 27 if is_on_top else height - 19)
    style = f"<style>@media(max-width:{_CREDITS_READABLE_FROM}px){{.c{{display:none}}}}</style>" if credits_ else ""
    return style + group(title + credits_, f'fill="{ink}"')


def _leading(art: Art, name: str) -> float:
    """Tell how far apart lines stand: capitals close up, unless one wears an accent under the line above."""
    if art.is_caps:
        return 0.98 if any(ord(each) > 0x7F for each in name[3:]) else 0.9
    return 1.0 if art.voice == "voix" else 0.94


def _credits(facts: PosterFacts, y: float) -> str:
    width = TALL[0]
    year = "" if facts.year is None else str(facts.year)
    room = width - 2 * _MARGIN - (50 if year else 0)
    said = spoken(facts.credit, "generique")
    long = measure(said, "generique", _CREDIT_TRACKING)
    while said and room / long < _LEAST_CREDIT:
        said = said[:-2].rstrip(" ,.…") + "…" if len(said) > 2 else ""
        long = measure(said, "generique", _CREDIT_TRACKING) or 1.0
    size = min(_CREDIT, room / long) if said else _CREDIT
    drawn = letter(said, "generique", _MARGIN, y, size, _CREDIT_TRACKING) if said else ""
    if year:
        at = width - _MARGIN - measure(year, "generique", _CREDIT_TRACKING) * size
        drawn += letter(year, "generique", at, y, size, _CREDIT_TRACKING)
    return group(drawn, 'class="c"') if drawn else ""
