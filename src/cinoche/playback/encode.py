"""Encode a film's picture at each rung, and its sound and texts once each; what is finished is never done again."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Final

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.playback.ladder import FIRST_LINES, SEGMENT_S, Rung, frame_rate
from cinoche.playback.probe import Film
from cinoche.playback.tools import CAPTION_DEMUXERS, DEMUXERS, SOUND_DEMUXERS, Limits, program, run, source_options

Share = Callable[[float], None]
"""Told how much of a step is done, 0 to 1; it may raise to end the step."""

Tick = Callable[[], None]
"""Called every second of a step of which nobody knows how much is done; it may raise to end the step."""

_PART: Final = ".part"
_CPU_PER_S: Final = 40.0
"""Seconds of CPU that a second of film may take: some forty times what a film of the usual size takes."""

_QUICK: Final = ("-x264-params", "me=dia:subme=1")
"""Large pictures are searched less closely: a third of their time, for detail that few can tell at their bit rates."""

_AUDIO: Final = ("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000", "-af", "aresample=async=1:first_pts=0")


def encode_rungs(
    folder: Path,
    film: Film,
    rungs: Sequence[Rung],
    *,
    sounds: Sequence[tuple[str, str, str]],
    share: Share,
    limits: Limits,
) -> None:
    """Encode rungs, and sounds (file, stream, name of the result), in one pass over the source ``folder/source``."""
    rungs = [rung for rung in rungs if not (folder / rung.file).exists()]
    sounds = [each for each in sounds if not (folder / each[2]).exists()]
    if not rungs and not sounds:
        return
    files = list(dict.fromkeys(["source", *(file for file, _, _ in sounds)]))
    inputs = [word for file in files for word in (*_opened(file), "-i", f"file:{file}")]
    results = [rung.file for rung in rungs] + [name for _, _, name in sounds]
    outputs: list[str] = []
    if rungs:
        outputs += ["-filter_complex", _picture(film, rungs)]
    for rung in rungs:
        outputs += ["-map", f"[v{rung.lines}]", *_video(rung, film.fps), *_to(rung.file)]
    for file, stream, name in sounds:
        outputs += ["-map", f"{files.index(file)}:{stream}", *_AUDIO, *_to(name)]
    _ffmpeg(folder, [*inputs, *outputs], film.duration_s, share, limits, what="encoding")
    for name in results:
        (folder / f"{name}{_PART}").replace(folder / name)


def _opened(file: str) -> Sequence[str]:
    return source_options() if file == "source" else source_options(f"{DEMUXERS},{SOUND_DEMUXERS}")


def _picture(film: Film, rungs: Sequence[Rung]) -> str:
    rate = frame_rate(film.fps)
    chain = f"[0:{film.video}]fps=fps={rate.numerator}/{rate.denominator}:start_time=0"
    split = f"split={len(rungs)}" + "".join(f"[s{rung.lines}]" for rung in rungs)
    scaled = (
        f"[s{rung.lines}]scale={rung.width}:{rung.height}:flags=bilinear,setsar=1,format=yuv420p[v{rung.lines}]"
        for rung in rungs
    )
    return ";".join([f"{chain},{split}", *scaled])


def _video(rung: Rung, fps: Fraction) -> Sequence[str]:
    longest = ceil(SEGMENT_S * frame_rate(fps)) + 1
    return (
        "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "23",
        "-maxrate", str(rung.peak), "-bufsize", str(rung.peak),
        "-g", str(longest), "-sc_threshold", "0", "-flags", "+cgop",
        "-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT_S})",
        *(_QUICK if rung.lines > FIRST_LINES else ()),
    )  # fmt: skip


def _to(name: str) -> Sequence[str]:
    return ("-map_metadata", "-1", "-map_chapters", "-1", "-f", "mp4", f"file:{name}{_PART}")


def encode_text(
    folder: Path, film: Film, file: str, stream: int | None, result: str, *, tick: Tick, limits: Limits
) -> bool:
    """Turn a track of text into WebVTT at ``folder/result``; False when there is no word in it.

    A track inside a film is read out of the whole of it.
    """
    if not (folder / result).exists():
        demuxers = DEMUXERS if stream is not None else CAPTION_DEMUXERS
        track = ["-map", f"0:{stream}" if stream is not None else "0:s:0"]
        part = f"{result}{_PART}"
        words = [
            *source_options(demuxers),
            "-i",
            f"file:{file}",
            *track,
            "-c:s",
            "webvtt",
            "-f",
            "webvtt",
            f"file:{part}",
        ]
        _ffmpeg(folder, words, film.duration_s, lambda _: tick(), limits, what="reading captions")
        (folder / part).replace(folder / result)
    return "-->" in (folder / result).read_text(encoding="utf-8", errors="replace")


def as_utf8(source: Path, target: Path) -> None:
    """Copy a file of captions as UTF-8, whatever it is written in; raises Invalid when it is no text."""
    try:
        data = source.read_bytes() if source.stat().st_size <= 16 << 20 else b"\0"
    except OSError as error:
        raise Invalid(
            f"it cannot be read ({error.strerror}).", where=source.name, remedy="Name another file."
        ) from error
    if b"\0" in data:
        raise Invalid(
            "this is not a file of captions.", where=source.name, remedy="Name one in WebVTT or SubRip (.srt)."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    target.write_text(text, encoding="utf-8")


def draw_poster(folder: Path, film: Film, result: str, *, tick: Tick, limits: Limits) -> None:
    """Take a still out of the film, a fifth of the way in."""
    at_s = f"{film.duration_s / 5:.3f}"
    wide = min(1280, film.width)
    lines = max(2, 2 * round(wide * film.height / film.width / 2))
    shape = f"scale={wide - wide % 2}:{lines},setsar=1,format=yuvj420p"
    words = [*source_options(), "-ss", at_s, "-i", "file:source", "-map", f"0:{film.video}", "-frames:v", "1"]
    _still(folder, [*words, "-vf", shape, "-q:v", "4", "-f", "image2", "-update", "1"], result, tick, limits)


def draw_sprites(
    folder: Path, film: Film, rung: Rung, every: int, tiles: int, result: str, *, tick: Tick, limits: Limits
) -> None:
    """Draw tiles of small pictures, one for every so-many-th keyframe; ``result`` is like ``sprite-%03d.jpg``."""
    chain = f"select='not(mod(n,{every}))',scale=-2:{SPRITE_LINES},setsar=1,format=yuvj420p,tile={tiles}x{tiles}"
    words = ["-protocol_whitelist", "file", "-skip_frame", "nokey", "-i", f"file:{rung.file}", "-vf", chain]
    words += ["-fps_mode", "passthrough", "-q:v", "6", "-f", "image2", f"file:{result}"]
    _ffmpeg(folder, words, film.duration_s, lambda _: tick(), limits, what="drawing previews")


SPRITE_LINES: Final = 120


def draw_source(folder: Path, words: Sequence[str], seconds: float, *, share: Share, limits: Limits) -> None:
    """Draw a film out of nothing, by ffmpeg's own sources."""
    if (folder / "source").exists():
        return
    _ffmpeg(folder, [*words, "-f", "matroska", f"file:source{_PART}"], seconds, share, limits, what="drawing")
    (folder / f"source{_PART}").replace(folder / "source")


def _still(folder: Path, words: Sequence[str], result: str, tick: Tick, limits: Limits) -> None:
    _ffmpeg(folder, [*words, f"file:{result}"], 0.0, lambda _: tick(), limits, what="drawing a still")
    if not (folder / result).exists():
        raise Unavailable("no still could be taken.", where=result, remedy="Retry.")


def _ffmpeg(folder: Path, words: Sequence[str], duration_s: float, share: Share, limits: Limits, *, what: str) -> None:
    done = 0.0

    def listen(line: str) -> None:
        nonlocal done
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.isdecimal() and duration_s:
            done = min(1.0, int(value) / 1e6 / duration_s)

    begin = [program("ffmpeg"), "-nostdin", "-hide_banner", "-v", "error", "-y", "-nostats", "-progress", "pipe:1"]
    bounded = Limits(
        cpu_s=limits.cpu_s + _CPU_PER_S * duration_s,
        wall_s=limits.wall_s + _CPU_PER_S * duration_s,
        memory=limits.memory,
        file_bytes=limits.file_bytes,
        niceness=limits.niceness,
    )
    run([*begin, *words], folder=folder, limits=bounded, what=what, on_line=listen, tick=lambda: share(done))
