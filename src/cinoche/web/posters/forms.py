"""Families of cut shapes: Pierres, Mobile, Damier, Gommettes, Zootrope."""

from math import cos, pi, sin

from cinoche.web.posters.shapes import Art, Stage, disc, group, n, path, points, polygon, rect, stroke

_OVERLAP = 0.5


def pierres(stage: Stage) -> Art:
    """Draw four or five unequal slabs balanced on a rule."""
    w, h, inks, chance = stage.width, stage.height, stage.inks, stage.chance
    base, top = (h * 0.92, h * 0.1) if stage.is_wide else (h * 0.625, h * 0.07)
    slabs = 4 + chance.pick(2)
    high, middle, most = (base - top) / slabs, stage.across(0.66), h * 0.5 if stage.is_wide else w * 0.43
    fills, first = (
        (inks.first, inks.second, inks.type, inks.first if inks.third == inks.ground else inks.third),
        chance.pick(4),
    )
    shapes = ""
    for place in range(slabs):
        foot = base - place * high
        head = foot - high + 5
        wide = min(most * (1 - 0.11 * place) * chance.between(0.72, 1.12), most * 0.94)
        x, slant = middle + chance.between(-0.5, 0.5) * most * 0.2, chance.between(-0.5, 0.5) * high * 0.34
        narrow = wide * 0.16 * chance()
        corners = [
            (x - wide, foot),
            (x + wide, foot),
            (x + wide - narrow, head + slant),
            (x - wide + narrow * 1.4, head - slant),
        ]
        shapes += polygon(corners, fills[(place + first) % 4])
    left, long = (w * 0.34, w * 0.6) if stage.is_wide else (w * 0.07, w * 0.86)
    return Art(shapes + rect(left, base + 5, long, 3, inks.type), "serre", 0.225)


class _Mobile:
    """Wires and cut shapes that hang from them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._scale = stage.height / 330 if stage.is_wide else stage.width / 300
        inks = stage.inks
        self._fills = (inks.first, inks.second, inks.accent, inks.type)
        self._next = stage.chance.pick(4)
        self._is_mirrored = stage.chance() < 0.5
        self.shapes = ""
        self.wires = f"M{n(self.x(0.52))} 0V{n(self.y(38))}"

    def x(self, share: float) -> float:
        """Place across the art."""
        share = 1 - share if self._is_mirrored else share
        return self._stage.width * (0.36 + share * 0.56 if self._stage.is_wide else share)

    def y(self, value: float) -> float:
        """Place down the art."""
        return value * self._scale * (0.86 if self._stage.is_wide else 1)

    def beam(self, left: float, middle: float, right: float, y: float, lean: float) -> None:
        """Hang an arc of wire."""
        ends = points(self.x(middle), self.y(y - 15), self.x(right), self.y(y - lean))
        self.wires += f"M{points(self.x(left), self.y(y + lean))}Q{ends}"

    def drop(self, share: float, start: float, end: float) -> None:
        """Hang a straight wire."""
        self.wires += f"M{points(self.x(share), self.y(start))}V{n(self.y(end))}"

    def hang(self, share: float, start: float, size: float) -> None:
        """Hang a shape."""
        x, y, size = self.x(share), self.y(start), size * self._scale * 1.22
        self.wires += f"M{points(x, y)}v{n(10 * self._scale)}"
        y += 10 * self._scale
        fill = self._fills[self._next % 4]
        self._next += 1
        kind = self._stage.chance.pick(5)
        if kind == 0:
            self.shapes += disc(x, y + size, size, fill)
        elif kind == 1:
            curves = points(size * 1.9, size * 0.5, size * 1.3, size * 2.3, 0, size * 2.3)
            back = points(-size * 1.3, 0, -size * 0.9, -size * 1.6, 0, -size * 2.3)
            self.shapes += path(f"M{points(x, y)}c{curves}c{back}Z", fill)
        elif kind == 2:
            self.shapes += polygon([(x, y), (x + size * 1.15, y + size * 1.9), (x - size * 0.95, y + size * 1.6)], fill)
        elif kind == 3:
            bowl = points(size * 1.2, size * 1.2)
            self.shapes += path(f"M{points(x - size * 1.2, y)}h{n(size * 2.4)}a{bowl} 0 0 1 {n(-size * 2.4)} 0Z", fill)
        else:
            self.shapes += path(f"M{points(x, y)}a{points(size * 0.8, size * 1.3)} 0 1 1-.1 0Z", fill)


def mobile(stage: Stage) -> Art:
    """Draw three arcs of wire and four cut shapes."""
    chance, hung = stage.chance, _Mobile(stage)

    def near(share: float, by: float = 0.025) -> float:
        return share + chance.between(-by, by)

    def lean() -> float:
        return chance.between(-0.35, 0.65) * 16

    left, right, lower_left, lower_right = near(0.3), near(0.84), near(0.13, 0.0125), near(0.53)
    last_left, last_right = near(0.36), near(0.75)
    first, second, third = lean(), lean(), lean()
    hung.beam(left, 0.52, right, 46, first)
    hung.hang(right, 46 - first, chance.between(26, 33))
    hung.drop(left, 46 + first, 98)
    hung.beam(lower_left, left, lower_right, 106, second)
    hung.hang(lower_left, 106 + second, chance.between(15, 20))
    hung.drop(lower_right, 106 - second, 164)
    hung.beam(last_left, lower_right, last_right, 172, third)
    hung.hang(last_left, 172 + third, chance.between(24, 32))
    hung.hang(last_right, 172 - third, chance.between(15, 22))
    wires = stroke(hung.wires, stage.inks.type, 1.8, 'stroke-linecap="round"')
    return Art(hung.shapes + wires, "large", 0.2)


def guirlande(stage: Stage) -> Art:
    """Draw three strings of pennants, each string with a cut of its own, hung across the street."""
    w, inks, chance = stage.width, stage.inks, stage.chance
    foot = stage.art_height()
    fills, turn, first = (inks.first, inks.second, inks.accent, inks.type), chance.pick(4), chance.pick(3)
    shapes, strings = "", ""
    for row in range(3):
        left, right = (foot * (0.06 + 0.29 * row + chance.between(-0.04, 0.06)) for _ in range(2))
        middle, low = w * chance.between(0.35, 0.65), (left + right) / 2 + foot * chance.between(0.16, 0.26)
        strings += f"M{points(-10, left)}Q{points(middle, low, w + 10, right)}"
        count = (11 if stage.is_wide else 7) + row % 2
        size = w / count * 0.74
        for each in range(count):
            t = (each + 0.5) / count
            x = (1 - t) ** 2 * -10 + 2 * t * (1 - t) * middle + t * t * (w + 10)
            y = (1 - t) ** 2 * left + 2 * t * (1 - t) * low + t * t * right
            shapes += _pennant((row + first) % 3, x, y, size, fills[(each + row + turn) % 4])
    return Art(shapes + stroke(strings, inks.type, 1.8), "large", 0.2)


def _pennant(cut: int, x: float, y: float, size: float, fill: str) -> str:
    half = size / 2
    if cut == 0:
        return polygon([(x - half, y), (x + half, y), (x, y + size * 1.25)], fill)
    if cut == 1:
        return path(f"M{points(x - half, y)}h{n(size)}a{points(half, half)} 0 0 1{n(-size)} 0Z", fill)
    tail = size * 1.15
    corners = [(x - half, y), (x + half, y), (x + half, y + tail), (x, y + tail * 0.68), (x - half, y + tail)]
    return polygon(corners, fill)


def damier(stage: Stage) -> Art:
    """Draw a chequerboard squeezed towards one cell, that one lit."""
    w, inks, chance = stage.width, stage.inks, stage.chance
    high = stage.art_height(0.635)
    columns, rows = (10, 6) if stage.is_wide else (7, 8)
    fx, fy = chance.between(0.3, 0.7), chance.between(0.3, 0.7)

    def squeezed(share: float, focus: float) -> float:
        return share - 0.62 * (sin((share - focus) * 2 * pi) + sin(focus * 2 * pi)) / (2 * pi)

    xs = [w * squeezed(each / columns, fx) for each in range(columns + 1)]
    ys = [high * squeezed(each / rows, fy) for each in range(rows + 1)]
    lit = min(columns - 1, round(fx * columns)), min(rows - 1, round(fy * rows))
    cells = "".join(
        f"M{points(xs[i], ys[j])}H{n(xs[i + 1])}V{n(ys[j + 1])}H{n(xs[i])}Z"
        for i in range(columns)
        for j in range(rows)
        if (i + j) % 2 == sum(lit) % 2 and (i, j) != lit
    )
    left, right, top, foot = xs[lit[0]], xs[lit[0] + 1], ys[lit[1]], ys[lit[1] + 1]
    shapes = path(cells, inks.type) + rect(left, top, right - left, foot - top, inks.first)
    shapes += disc((left + right) / 2, (top + foot) / 2, min(right - left, foot - top) * 0.24, inks.ground)
    return Art(shapes, "serre", 0.22, is_caps=True, flip=0.365)


def gommettes(stage: Stage) -> Art:
    """Draw a board of quarter-discs, dots and squares."""
    columns, rows = (7, 4) if stage.is_wide else (4, 4)
    cell = stage.height / rows if stage.is_wide else stage.width / columns
    # Each is cut a little larger than its place: two of one ink that only touched would show a hair of ground.
    shapes = "".join(_sticker(stage, i * cell, j * cell, cell + _OVERLAP) for i in range(columns) for j in range(rows))
    # No square divides a panorama: its cells are stretched by what the whole columns leave over.
    spread = stage.width / (columns * cell)
    return Art(group(shapes, f'transform="scale({spread:.4f} 1)"') if stage.is_wide else shapes, "large", 0.19)


def _sticker(stage: Stage, x: float, y: float, cell: float) -> str:
    inks, chance, half = stage.inks, stage.chance, cell / 2
    fills = (inks.first, inks.second, inks.accent, inks.type)
    kind, fill, other = chance(), fills[chance.pick(4)], fills[chance.pick(4)]
    if kind < 0.13:
        return ""
    if kind < 0.26:
        return disc(x + half, y + half, half, fill) + (
            "" if fill == other else disc(x + half, y + half, cell * 0.2, other)
        )
    if kind < 0.74:
        corners = [(x, y), (x + cell, y), (x + cell, y + cell), (x, y + cell)]
        turn = chance.pick(4)
        corner, after, before = (corners[(turn + each) % 4] for each in (0, 1, 3))
        return path(f"M{points(*corner)}L{points(*after)}A{points(cell, cell)} 0 0 1 {points(*before)}Z", fill)
    if kind < 0.88:
        if chance() < 0.5:
            bump = f"a{points(half, half)} 0 0 1 {n(cell)} 0Z"
            return path(f"M{points(x, y + half)}{bump}", fill) + path(f"M{points(x, y + cell)}{bump}", other)
        return path(f"M{points(x, y)}h{n(cell)}L{points(x, y + cell)}Z", fill)
    return rect(x, y, cell, cell, fill) + disc(x + half, y + half, cell * 0.28, inks.ground)


def zootrope(stage: Stage) -> Art:
    """Draw the disc that moved pictures first: slots around its rim, and a ball that bounces from one to the next."""
    inks, chance, foot = stage.inks, stage.chance, stage.art_height(0.62)
    x, y = stage.across(0.66, 0.36 if chance() < 0.5 else 0.64), foot * chance.between(0.36, 0.46)
    radius, bounces = foot * 0.98 - y, 2 + chance.pick(2)
    count = 2 * (5 + chance.pick(3))
    balls = ["", ""]
    for each in range(count):
        angle = pi * (2 * each + 1) / count
        far = radius * (0.47 + 0.26 * abs(sin(pi * bounces * each / count)))
        balls[each % 2] += f"M{points(x + cos(angle) * far, y + sin(angle) * far)}h0"
    shapes = disc(x, y, radius, inks.first)
    shapes += _dashes(x, y, radius, (0, 1), inks.second, (pi * radius / count, 0.0))
    slot = radius * 0.04
    shapes += _dashes(x, y, radius, (0.89, 0.96), inks.ground, (slot, 2 * pi * radius * 0.925 / count - slot))
    for drawn, ink in zip(balls, (inks.ground, inks.type), strict=True):
        shapes += stroke(drawn, ink, radius * 0.17, 'stroke-linecap="round"')
    turned = group(shapes, f'transform="rotate({points(360 * chance(), x, y)})"')
    return Art(turned + disc(x, y, radius * 0.3, inks.accent) + disc(x, y, radius * 0.07, inks.type), "large", 0.2)


def _dashes(x: float, y: float, radius: float, span: tuple[float, float], ink: str, dash: tuple[float, float]) -> str:
    """Draw a ring of dashes between two shares of a radius; a gap of none is as long as the dash."""
    near, far = span[0] * radius, span[1] * radius
    lengths = " ".join(f"{each:.3f}" for each in dash if each)
    return (
        f'<circle cx="{n(x)}" cy="{n(y)}" r="{n((near + far) / 2)}" fill="none" stroke="{ink}" '
        f'stroke-width="{n(far - near)}" stroke-dasharray="{lengths}"/>'
    )
