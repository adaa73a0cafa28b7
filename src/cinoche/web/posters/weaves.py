"""Families of bands, dots and openings: Rubans, Trame, Amande, Arcades."""

from collections import defaultdict
from math import cos, hypot, pi, sin

from cinoche.web.posters.shapes import Art, Stage, disc, group, n, path, points, rect, stroke

_DOT_SIZES = 0.5


def rubans(stage: Stage) -> Art:
    """Draw nested arcs, or waves."""
    w, h, inks, chance = stage.width, stage.height, stage.inks, stage.chance
    foot = stage.art_height()
    phase, is_mirrored, is_nested = chance() * 0.5, chance() < 0.5, chance() < 0.5
    if is_nested:
        x, most = w * chance.between(0.1, 0.2), hypot(w, foot) * 0.86
        bands = (inks.first, inks.ground, inks.second, inks.ground, inks.accent, inks.ground, inks.type, inks.ground)
        shapes = ""
        for place, ink in enumerate(bands):
            radius = most * (1 - place * 0.115)
            shapes += path(f"M{points(x - radius, foot)}a{points(radius, radius)} 0 0 1 {n(2 * radius)} 0Z", ink)
        shapes += "" if stage.is_wide else rect(-5, foot - 1, w + 10, h - foot + 1, inks.ground)
    else:
        thick = (h if stage.is_wide else w) * 0.072
        fills = (inks.first, inks.second, inks.accent, inks.type, inks.first, inks.second)
        shapes = "".join(
            stroke(_wave(w, foot, phase, (place - 3) * thick * 1.16), ink, thick * 1.17)
            for place, ink in enumerate(fills)
        )
        shapes += disc(w * chance.between(0.8, 0.86), foot * 0.15, min(w, foot) * 0.07, inks.type)
    return Art(group(shapes, f'transform="matrix(-1 0 0 1 {w} 0)"') if is_mirrored else shapes, "voix", 0.215)


def _wave(w: float, foot: float, phase: float, by: float) -> str:
    start, end = foot * (0.78 - phase * 0.2) + by, foot * (0.26 + phase * 0.2) + by
    curve = points(w * 0.34, start + foot * 0.1, w * 0.26, end - foot * 0.26, w * 0.56, end - foot * 0.04)
    return f"M-20 {n(start)}C{curve}S{points(w * 0.8, end + foot * 0.42, w + 20, end + foot * 0.1)}"


def trame(stage: Stage) -> Art:
    """Draw a sphere in halftone."""
    w, inks, chance = stage.width, stage.inks, stage.chance
    foot = stage.art_height()
    cell = stage.height / 15 if stage.is_wide else w / 18
    light_x = w * (0.5 + chance() * 0.1 if stage.is_wide else chance.between(0.3, 0.7))
    light_y, radius = foot * chance.between(0.3, 0.65), min(w, foot) * 0.47
    x0, y0 = stage.across(0.62), foot * 0.52
    dots: defaultdict[tuple[bool, float], str] = defaultdict(str)
    for row in range(int(foot / cell) + 1):
        y = row * cell + cell / 2
        for column in range(int(w / cell) + 2):
            x = column * cell + (cell / 2 if row % 2 else 0)
            is_inside = hypot(x - x0, y - y0) < radius
            shade = (
                0.16 + 0.78 * min(1, hypot(x - light_x, y - light_y) / (radius * 1.5))
                if is_inside
                else 0.17 + 0.1 * y / foot
            )
            size = max(1, round(cell * 1.16 * shade / _DOT_SIZES)) * _DOT_SIZES
            if y + size / 2 < foot:
                dots[is_inside, size] += f"M{points(x, y)}h0"
    ink = inks.type if chance() < 0.5 else inks.first
    shapes = "".join(
        stroke(d, ink if is_inside else inks.second, size) for (is_inside, size), d in sorted(dots.items())
    )
    return Art(group(shapes, 'stroke-linecap="round"'), "maigre", 0.215, flip=0.36)


def amande(stage: Stage) -> Art:
    """Draw an eye of nested almonds, or a flower of them that opens in the dark."""
    return _eye(stage) if stage.chance() < 0.5 else _flower(stage)


def _almond(x: float, y: float, long: float, wide: float) -> str:
    left, right = points(x - long, y), points(x + long, y)
    return f"M{left}Q{points(x, y - wide * 1.55)} {right}Q{points(x, y + wide * 1.55)} {left}Z"


def _eye(stage: Stage) -> Art:
    h, inks = stage.height, stage.inks
    is_upright = not stage.is_wide and stage.chance() < 0.5
    x, y = stage.across(0.62), h * (0.5 if stage.is_wide else 0.325 if is_upright else 0.34)
    long = h * 0.86 if stage.is_wide else stage.width * (0.43 if is_upright else 0.45)
    wide = long * (0.62 if is_upright else 0.66)
    if stage.is_wide:
        long, wide = h * 0.62, h * 0.38
    count, gaze = 11 + 2 * stage.chance.pick(4), stage.chance.between(-0.16, 0.16)
    lashes = ""
    for each in range(count):
        angle = pi * (each + 0.5) / count
        near_x, far_x = x - cos(angle) * long * 0.96, x - cos(angle) * long * 1.13
        for way in (-1, 1):
            near_y, far_y = y + way * sin(angle) * wide, y + way * sin(angle) * wide * 1.34
            lashes += f"M{points(near_x, near_y)}L{points(far_x, far_y)}"
    shapes = stroke(lashes, inks.type, 2)
    for share, thick, ink in ((1, 1, inks.first), (0.82, 0.82, inks.accent), (0.64, 0.66, inks.second)):
        shapes += path(_almond(x, y, long * share, wide * thick), ink)
    pupil = x + long * gaze
    shapes += disc(pupil, y, wide * 0.42, inks.dark)
    shapes += disc(pupil + wide * 0.13, y - wide * 0.14, wide * 0.1, inks.light)
    if is_upright:
        return Art(group(shapes, f'transform="rotate(90 {points(x, y)})"'), "maigre", 0.215)
    return Art(shapes, "voix", 0.215)


def _flower(stage: Stage) -> Art:
    """Fan almonds out from one root, the outer ones behind, with an eye where they meet."""
    inks, chance, foot = stage.inks, stage.chance, stage.art_height(0.615)
    x, y = stage.across(0.62), foot * (0.95 if stage.is_wide else 0.97)
    long = foot * 0.86 if stage.is_wide else min(stage.width * 0.5, foot * 0.84)
    petals = 7 + 2 * chance.pick(2)
    spread, wide = chance.between(22, 25) * 7 / petals, long * 0.5 * chance.between(0.27, 0.33) * 7 / petals
    fills = (inks.first, inks.accent, inks.second)
    moon = stage.width * (0.045 if stage.is_wide else 0.085)
    moon_x = stage.width * 0.2 if stage.is_wide else x
    shapes = disc(
        moon_x, foot * (0.3 if stage.is_wide else 0.17), moon, inks.light if inks.light != inks.ground else inks.type
    )
    for rank in range(petals // 2, -1, -1):
        reach = long * (1 - 0.035 * rank)
        for side in (-1, 1) if rank else (0,):
            turn = f'transform="rotate({points(side * rank * spread - 90, x, y)})"'
            heart = inks.dark if fills[rank % 3] != inks.dark else inks.type
            petal = path(_almond(x + reach / 2, y, reach / 2, wide), fills[rank % 3])
            vein = path(_almond(x + reach * 0.6, y, reach * 0.2, wide * 0.42), heart)
            shapes += group(petal + vein, turn)
    eye = long * 0.17
    ring = inks.type if inks.type != inks.ground else inks.light
    shapes += rect(x - long * 0.95, y, long * 1.9, 3, ring) if not stage.is_wide else ""
    shapes += path(f"M{points(x - eye, y)}a{points(eye, eye)} 0 0 1 {n(eye * 2)} 0Z", ring)
    shapes += path(f"M{points(x - eye * 0.5, y)}a{points(eye * 0.5, eye * 0.5)} 0 0 1 {n(eye)} 0Z", inks.ground)
    return Art(shapes, "voix", 0.215)


def arcades(stage: Stage) -> Art:
    """Draw nested arches, or storeys of them with one lit."""
    return _nested(stage) if stage.chance() < 0.5 else _storeys(stage)


def _arch(x: float, foot: float, half: float, top: float) -> str:
    return f"M{points(x - half, foot)}V{n(top + half)}a{points(half, half)} 0 0 1 {n(half * 2)} 0V{n(foot)}Z"


def _nested(stage: Stage) -> Art:
    h, inks = stage.height, stage.inks
    foot, x = h * (0.94 if stage.is_wide else 0.64), stage.across(0.64)
    half, top, step = (h * 0.62, h * 0.06, h * 0.075) if stage.is_wide else (stage.width * 0.43, h * 0.055, h * 0.052)
    chance, colours = stage.chance, [inks.first, inks.second, inks.accent]
    first, count = chance.pick(3), 4 + chance.pick(2)
    fills = [*(colours[(first + place) % 3] for place in range(count)), inks.dark]
    thin = chance.between(0.76, 0.84) / count
    shapes = "".join(
        path(_arch(x, foot, half * (1 - place * thin), top + place * step * 4 / count), ink)
        for place, ink in enumerate(fills)
    )
    shapes += disc(x, foot - half * chance.between(0.45, 0.75), half * 0.1, inks.light)
    for each in range(3):
        wide = half * (1 + 0.04 * each)
        shapes += rect(x - wide, foot + each * 4.5, wide * 2, 2.4, inks.type)
    return Art(shapes, "voix", 0.2)


def _storeys(stage: Stage) -> Art:
    """Stand rows of arches on one another, each row lower and closer than the one below; a moon is in one."""
    w, h, inks, chance = stage.width, stage.height, stage.inks, stage.chance
    foot = h * (1.0 if stage.is_wide else 0.63)
    counts = (6, 8, 11) if stage.is_wide else (3, 4, 6)
    highs = [foot * share for share in (0.42, 0.3, 0.2)]
    walls = (inks.first, inks.second, inks.accent)
    lit_row, shapes, y = chance.pick(2), "", foot
    for row, (count, high, wall) in enumerate(zip(counts, highs, walls, strict=True)):
        shapes += rect(-2, y - high, w + 4, high + 1, wall)
        step = w / count
        half, shift = step * 0.34, step * 0.5
        lit = chance.pick(count)
        hollow = inks.dark if wall != inks.dark else inks.ground
        shapes += path("".join(_arch(shift + each * step, y, half, y - high * 0.84) for each in range(count)), hollow)
        if row == lit_row:
            x = shift + lit * step
            shapes += path(_arch(x, y, half, y - high * 0.84), inks.light if inks.light != wall else inks.type)
            shapes += disc(x, y - high * 0.84 + half * 1.15, half * 0.46, hollow)
        y -= high
    shapes += rect(-2, foot - 1, w + 4, 3, inks.type) if not stage.is_wide else ""
    return Art(shapes, "voix", 0.2)
