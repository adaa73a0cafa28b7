"""Look into a file before anything is made of it: what is in it, and whether it is a film at all."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import msgspec

from cinoche.kit.errors import Invalid
from cinoche.playback.languages import tag_of
from cinoche.playback.models import Chapter
from cinoche.playback.tools import MOST_SAID, Limits, program, run, source_options

LIMITS: Final = Limits(cpu_s=60, wall_s=120, memory=2 << 30)
LONGEST_S: Final = 24 * 3_600.0
LARGEST_SIDE: Final = 8_192
TEXT_CODECS: Final = frozenset({"subrip", "webvtt", "mov_text", "ass", "ssa", "text"})

_ANOTHER: Final = "Choose a film that other players play to its end (mp4, mkv, webm, mov, avi, ts)."
_SLACK_S: Final = 3.0
_MOST_FACTS: Final = 16 << 20
"""How much a film may say of itself, its packets apart: names and chapters of a long one take some kilobytes."""

MOST_TRACKS: Final = 32
"""How many sounds, and how many texts, are taken out of one film."""


@dataclass(frozen=True, slots=True)
class Track:
    """A track of sound or of text in a file: its place among all streams, its language, its name."""

    index: int
    language: str
    name: str | None
    is_described: bool = False
    is_for_deaf: bool = False


@dataclass(frozen=True, slots=True)
class Film:
    """What is in a file: its picture as it is shown (rotated, with square pixels), its sound, its texts."""

    duration_s: float
    video: int
    width: int
    height: int
    fps: Fraction
    audio: tuple[Track, ...]
    text: tuple[Track, ...]
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...]


def probe(folder: Path, name: str, *, shown: str, tick: Callable[[], None] = lambda: None) -> Film:
    """Look into ``folder/name``; ``shown`` is what its owner calls it. Raises Invalid when it is not a whole film."""
    _check_size(folder / name, shown)
    try:
        told = _ask(folder, name, ["-show_format", "-show_streams", "-show_chapters"], tick, most=_MOST_FACTS)
    except Invalid as error:
        reason = error.message.partition("failed: ")[2] or error.message
        raise Invalid(f"this is not a film that can be read here ({reason})", where=shown, remedy=_ANOTHER) from error
    streams: Sequence[Mapping[str, Any]] = told.get("streams", [])
    video = next((each for each in streams if _is_picture(each)), None)
    if video is None:
        has_sound = any(each.get("codec_type") == "audio" for each in streams)
        raise Invalid(
            "there is sound in it, but no picture." if has_sound else "there is no picture in it.",
            where=shown,
            remedy=_ANOTHER,
        )
    duration_s = _duration(told, video) or _last_time(folder, name, video["index"], None, tick)
    if duration_s <= 0.05:
        raise Invalid("it is 0 s long.", where=shown, remedy=_ANOTHER)
    if duration_s > LONGEST_S:
        raise Invalid(f"it says that it is {duration_s / 3_600:.0f} h long.", where=shown, remedy=_ANOTHER)
    _check_end(folder, name, video, duration_s, shown, tick)
    width, height = _shown_size(video, shown)
    audio = tuple(_track(each) for each in streams if each.get("codec_type") == "audio")
    text, notes = _texts(streams)
    if max(len(audio), len(text)) > MOST_TRACKS:
        notes = (*notes, f"Left out all sounds and texts but {MOST_TRACKS} of each.")
    return Film(
        duration_s=duration_s,
        video=int(video["index"]),
        width=width,
        height=height,
        fps=_rate(video),
        audio=audio[:MOST_TRACKS],
        text=text[:MOST_TRACKS],
        chapters=_chapters(told.get("chapters", []), duration_s),
        notes=notes,
    )


def duration_of(folder: Path, name: str) -> float:
    """Tell how long a file of ours is."""
    return _duration(_ask(folder, name, ["-show_format"], lambda: None), {})


def _check_size(path: Path, shown: str) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise Invalid(
            f"it cannot be read ({error.strerror}).", where=shown, remedy="Name a file that this user may read."
        ) from error
    if not size:
        raise Invalid("the file is empty.", where=shown, remedy="Copy it again.")


def _ask(
    folder: Path, name: str, what: Sequence[str], tick: Callable[[], None], most: int = MOST_SAID
) -> Mapping[str, Any]:
    command = [
        program("ffprobe"), "-v", "error", "-hide_banner", *source_options(), *what, "-of", "json", f"file:{name}",
    ]  # fmt: skip
    told = run(command, folder=folder, limits=LIMITS, what="probe", most=most, tick=tick)
    answer: Mapping[str, Any] = msgspec.json.decode(told)
    return answer


def _is_picture(stream: Mapping[str, Any]) -> bool:
    is_cover = stream.get("disposition", {}).get("attached_pic")
    return stream.get("codec_type") == "video" and not is_cover and bool(stream.get("width"))


def _duration(told: Mapping[str, Any], video: Mapping[str, Any]) -> float:
    for place in (video, told.get("format", {})):
        found = _number(place.get("duration"))
        if found > 0:
            return found
    return 0.0


def _number(text: object) -> float:
    try:
        number = float(str(text))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _last_time(folder: Path, name: str, stream: int, since: float | None, tick: Callable[[], None]) -> float:
    """Tell the latest time of a packet, of all or of those near a time."""
    span = [] if since is None else ["-read_intervals", f"{since:.3f}%"]
    entries = ["-select_streams", str(stream), *span, "-show_entries", "packet=pts_time,dts_time,duration_time"]
    try:
        packets = _ask(folder, name, entries, tick).get("packets", [])
    except Invalid:
        return 0.0
    ends = (
        _number(each.get("pts_time", each.get("dts_time"))) + _number(each.get("duration_time")) for each in packets
    )
    return max(ends, default=0.0)


def _check_end(
    folder: Path, name: str, video: Mapping[str, Any], duration_s: float, shown: str, tick: Callable[[], None]
) -> None:
    begins_s = _number(video.get("start_time"))
    slack_s = max(_SLACK_S, 0.05 * duration_s)
    last_s = _last_time(folder, name, video["index"], max(0.0, begins_s + duration_s - slack_s), tick) - begins_s
    if last_s < duration_s - slack_s:
        raise Invalid(
            f"the film is cut short: it says that it lasts {duration_s:.0f} s, and its end is not in the file.",
            where=shown,
            remedy="Copy it again, whole.",
        )


def _shown_size(video: Mapping[str, Any], shown: str) -> tuple[int, int]:
    width, height = int(video["width"]), int(video.get("height") or 0)
    if not (16 <= width <= LARGEST_SIDE and 16 <= height <= LARGEST_SIDE):
        raise Invalid(f"its picture is {width} × {height}.", where=shown, remedy="Between 16 and 8192 pixels will do.")
    shape = _fraction(video.get("sample_aspect_ratio", "1:1").replace(":", "/"))
    if shape and Fraction(1, 4) <= shape <= 4:
        width = round(width * shape)
    turned = [int(_number(each.get("rotation"))) for each in video.get("side_data_list", [])]
    return (height, width) if any(each % 180 for each in turned) else (width, height)


def _rate(video: Mapping[str, Any]) -> Fraction:
    rate = _fraction(video.get("avg_frame_rate")) or _fraction(video.get("r_frame_rate")) or Fraction(25)
    return rate if Fraction(1) <= rate <= 1_000 else Fraction(25)


def _fraction(text: object) -> Fraction | None:
    try:
        return Fraction(str(text)) or None
    except (ValueError, ZeroDivisionError):
        return None


def _track(stream: Mapping[str, Any]) -> Track:
    tags, shown = stream.get("tags", {}), stream.get("disposition", {})
    title = str(tags.get("title", ""))[:60].strip() or None
    return Track(
        int(stream["index"]),
        tag_of(tags.get("language")),
        title,
        bool(shown.get("visual_impaired") or shown.get("descriptions")),
        bool(shown.get("hearing_impaired")),
    )


def _texts(streams: Sequence[Mapping[str, Any]]) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    texts = [each for each in streams if each.get("codec_type") == "subtitle"]
    usable = tuple(_track(each) for each in texts if each.get("codec_name") in TEXT_CODECS)
    pictures = sorted({str(each.get("codec_name"))[:30] for each in texts} - TEXT_CODECS)
    notes = tuple(f"Left out subtitles that are pictures ({each})." for each in pictures)
    return usable, notes


def _chapters(found: Sequence[Mapping[str, Any]], duration_s: float) -> tuple[Chapter, ...]:
    chapters = (
        Chapter(_number(each.get("start_time")), str(each.get("tags", {}).get("title", ""))[:100] or str(number))
        for number, each in enumerate(found[:200], start=1)
    )
    return tuple(each for each in chapters if each.start_s < duration_s)
