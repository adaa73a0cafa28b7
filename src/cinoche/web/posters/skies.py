"""Families with a horizon or a heaven: Orbite, Persiennes, Collines, Rayons."""

from math import cos, hypot, pi, radians, sin

from cinoche.web.posters.shapes import Art, Stage, disc, group, n, path, points, polygon, rect, stroke


def orbite(stage: Stage) -> Art:
    """Draw a planet with its night, three rings that pass behind then before, and a moon."""
    w, h, inks, chance = stage.width, stage.height, stage.inks, stage.chance
    radius = min(w, h) * chance.between(0.34, 0.39)
    x, y = w * (0.66 if stage.is_wide else chance.between(0.46, 0.58)), h * (0.48 if stage.is_wide else 0.335)
    tilt, at = chance.between(-24, -8), chance() * 2 * pi
    depth = 1 if stage.is_wide else 0.64
    stars = "".join(disc(chance() * w, chance() * h * depth, chance.between(0.7, 1.8), inks.type) for _ in range(16))
    rings = [(radius * (1.18 + each * 0.22), radius * (0.3 + each * 0.075)) for each in range(3)]

    def half(sweep: int) -> str:
        arcs = "".join(
            f"M{points(x - wide, y)}A{points(wide, high)} 0 0 {sweep} {points(x + wide, y)}" for wide, high in rings
        )
        return stroke(arcs, inks.type, 1.5, f'transform="rotate({points(tilt, x, y)})"')

    night = (
        f"M{points(x, y - radius)}A{points(radius, radius)} 0 0 1 {points(x, y + radius)}"
        f"A{points(radius * 1.5, radius * 1.5)} 0 0 0 {points(x, y - radius)}Z"
    )
    planet = disc(x, y, radius, inks.first) + path(night, inks.second, f'transform="rotate({points(tilt + 20, x, y)})"')
    turn, (wide, high) = radians(tilt), rings[2]
    px, py = cos(at) * wide, abs(sin(at)) * high
    moon = disc(x + px * cos(turn) - py * sin(turn), y + px * sin(turn) + py * cos(turn), radius * 0.15, inks.accent)
    return Art(stars + half(1) + planet + half(0) + moon, "large", 0.22)


def persiennes(stage: Stage) -> Art:
    """Draw a wedge of light and a disc behind thinning, tilted slats."""
    w, inks, chance = stage.width, stage.inks, stage.chance
    foot = stage.art_height()
    chance()
    is_mirrored, kind = chance() < 0.5, chance()

    def x(value: float) -> float:
        return w - value if is_mirrored else value

    if kind < 0.6:
        wedge = [(x(w * 0.3), -10.0), (x(w + 30), -10.0), (x(w * 0.8), foot), (x(-w * 0.02), foot)]
        at, radius = chance.between(0.42, 0.66), 0.25
    else:
        wedge = [(x(w * 0.62), -10.0), (x(w * 0.8), -10.0), (x(w * 1.1), foot), (x(-w * 0.1), foot)]
        at, radius = 0.5, 0.2
    light = polygon(wedge, inks.first)
    lamp = disc(x(w * at), foot * chance.between(0.38, 0.58), min(w, foot) * radius, inks.light)
    slats = 8 + chance.pick(4)
    tilt = (1 if is_mirrored else -1) * chance.between(3, 12)
    step = foot / slats
    bars = "".join(
        f"M-60 {n(-34 + step * 1.06 * each)}h{n(w + 120)}v{n(step * (0.78 - 0.6 * each / (slats + 2)))}h{n(-w - 120)}z"
        for each in range(slats + 3)
    )
    blind = path(bars, inks.dark, f'transform="rotate({points(tilt, w / 2, foot / 2)})"')
    floor = rect(-2, foot, w + 4, stage.height - foot + 2, inks.dark)
    return Art(light + lamp + blind + floor, "serre", 0.21, is_caps=True, under=inks.dark)


def collines(stage: Stage) -> Art:
    """Draw four hills, furrows, and a sun."""
    w, h, inks, chance = stage.width, stage.height, stage.inks, stage.chance
    sun = inks.type if inks.first == inks.sky else inks.first
    shapes = rect(-2, -2, w + 4, h + 4, inks.sky)
    shapes += disc(w * chance.between(0.3, 0.75), h * (0.34 if stage.is_wide else 0.25), min(w, h) * 0.17, sun)
    for place, ink in enumerate((*inks.lands, inks.dark)):
        y = h * (0.42 + 0.15 * place if stage.is_wide else 0.36 + 0.085 * place)
        way = (1 if place % 2 else -1) * h / 300
        left, right, middle = (
            chance.between(14, 40) * way,
            -chance.between(12, 36) * way,
            w * chance.between(0.35, 0.65),
        )
        top = (
            f"M0 {n(y + left)}C{points(middle * 0.5, y - left * 1.4, middle, y - left, middle + 20, y)}"
            f"S{points(w * 0.9, y + right * 1.6, w, y + right * 0.4)}"
        )
        shapes += path(f"{top}V{h}H0Z", ink)
        if place == 2:
            shapes += "".join(
                stroke(
                    top,
                    inks.dark,
                    0.8 + row * 0.25,
                    f'stroke-opacity=".55" transform="translate(0 {n(row * row * 1.5 + row * 4)})"',
                )
                for row in range(1, 7)
            )
    return Art(shapes, "serre", 0.18, is_caps=True, under=inks.dark)


def rayons(stage: Stage) -> Art:
    """Draw rays from an off-centre target on a horizon."""
    w, h, inks, chance = stage.width, stage.height, stage.inks, stage.chance
    horizon = h * (0.78 if stage.is_wide else 0.63)
    x = w * (chance.between(0.16, 0.3), 0.5, 0.78)[chance.pick(3)]
    rays, reach = 8 + chance.pick(6), w + h
    half = pi / (rays * 2)
    middle, other, _ = inks.lands
    beams = {middle: "", other: ""}
    for each in range(rays):
        start = pi + (each * 2 + 0.5) * half
        ink = other if each % 3 == 1 else middle
        edges = (points(x + reach * cos(angle), horizon + reach * sin(angle)) for angle in (start, start + half))
        beams[ink] += f"M{points(x, horizon)}L{'L'.join(edges)}Z"
    target = min(w, h) * 0.25
    shapes = rect(-2, -2, w + 4, h + 4, inks.sky) + "".join(path(d, ink) for ink, d in beams.items())
    for share, ink in ((1, inks.sun), (0.62, inks.sky), (0.34, inks.sun)):
        shapes += disc(x, horizon, target * share, ink)
    shapes += rect(-2, horizon, w + 4, h - horizon + 2, inks.dark)
    return Art(shapes, "serre", 0.22, is_caps=True, under=inks.dark)


def rencontre(stage: Stage) -> Art:
    """Draw two circles and what they share, or two half-discs slipped past each other."""
    inks, chance = stage.inks, stage.chance
    radius = stage.height * 0.36 if stage.is_wide else stage.width * 0.335
    dx, dy = radius * 0.62, radius * chance.between(0.12, 0.34) * (-1 if chance() < 0.5 else 1)
    x, y = stage.across(0.62), stage.height * (0.5 if stage.is_wide else 0.345)
    kind = chance()
    if kind < 0.34:
        return Art(_halves(x, y, radius, stage), "voix", 0.23, flip=0.36)
    apart = hypot(2 * dx, 2 * dy)
    half = (radius * radius - apart * apart / 4) ** 0.5
    ux, uy = 2 * dx / apart, 2 * dy / apart
    low, high = points(x - uy * half, y + ux * half), points(x + uy * half, y - ux * half)
    arc = f"A{points(radius, radius)} 0 0 1 "
    shapes = disc(x - dx, y - dy, radius, inks.first) + disc(x + dx, y + dy, radius, inks.second)
    shapes += path(f"M{high}{arc}{low}{arc}{high}Z", inks.accent)
    if kind < 0.67:
        rings = (f'<circle cx="{n(x - dx)}" cy="{n(y - dy)}" r="{n(radius * each)}"/>' for each in (0.78, 0.56, 0.34))
        shapes += group("".join(rings), f'fill="none" stroke="{inks.ground}" stroke-width="3"')
    return Art(shapes, "voix", 0.23, flip=0.36)


def _halves(x: float, y: float, radius: float, stage: Stage) -> str:
    inks, wide = stage.inks, radius * 1.1
    arc = f"a{points(wide, wide)} 0 0 "
    shapes = path(f"M{points(x - 3, y - wide)}{arc}0 0 {n(wide * 2)}Z", inks.first)
    shapes += path(f"M{points(x + 3, y - radius * 0.72)}{arc}1 0 {n(wide * 2)}Z", inks.second)
    shapes += disc(x + radius * 0.42, y + radius * 0.38, radius * 0.2, inks.accent)
    return group(shapes, f'transform="rotate({points(stage.chance.between(-20, 20), x, y)})"')
