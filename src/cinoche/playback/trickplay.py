"""Small pictures of a film for whoever searches through it: sprites of tiles, and a WebVTT file that names them."""

from typing import Final

from cinoche.playback.ladder import SEGMENT_S

TILES: Final = 5
"""Tiles in a row and in a column of one sprite."""

INDEX: Final = "trickplay.vtt"
SPRITE: Final = "sprite-%03d.jpg"
_SHORT_S: Final = 600.0


def every(duration_s: float) -> int:
    """Choose which keyframes are shown: each one of a short film, each fifth (ten seconds) of a long one."""
    return 1 if duration_s <= _SHORT_S else 5


def index(duration_s: float, width: int, height: int) -> str:
    """Write the cues: from when to when which rectangle of which sprite shows the film."""
    step_s = every(duration_s) * SEGMENT_S
    cues = ["WEBVTT\n"]
    for number in range(max(1, -(-int(duration_s * 1000) // (step_s * 1000)))):
        sheet, tile = divmod(number, TILES * TILES)
        row, column = divmod(tile, TILES)
        begin, end = number * step_s, min(duration_s, (number + 1) * step_s)
        place = f"{SPRITE % (sheet + 1)}#xywh={column * width},{row * height},{width},{height}"
        cues.append(f"{_clock(begin)} --> {_clock(end)}\n{place}\n")
    return "\n".join(cues)


def _clock(time_s: float) -> str:
    minutes, seconds = divmod(time_s, 60)
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{seconds:06.3f}"
