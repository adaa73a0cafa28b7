"""Cut encodings into segments once, and write the two manifests that name them: HLS and DASH."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cinoche.playback.ladder import SEGMENT_S, Rung
from cinoche.playback.languages import UNKNOWN
from cinoche.playback.models import AudioTrack, TextTrack
from cinoche.playback.tools import Limits, program, run

NUMBER: Final = "$Number%05d$"
MPD: Final = "urn:mpeg:dash:schema:mpd:2011"
_ROLE: Final = "urn:mpeg:dash:role:2011"


@dataclass(frozen=True, slots=True)
class Parts:
    """What goes into a package: rungs in the order of the manifest, sounds and texts, each with its file."""

    rungs: Sequence[Rung]
    audio: Sequence[tuple[AudioTrack, str, str]]
    text: Sequence[tuple[TextTrack, str]]


def package(
    folder: Path, out: str, parts: Parts, names: tuple[str, str], *, limits: Limits, tick: Callable[[], None]
) -> None:
    """Cut the parts into ``folder/out``; ``names`` are those of the manifests, DASH first."""
    dash, hls = names
    streams = [_video(out, rung) for rung in parts.rungs]
    streams += [_audio(out, *each) for each in parts.audio]
    streams += [_text(out, *each) for each in parts.text]
    options = ["--segment_duration", str(SEGMENT_S), "--mpd_output", f"{out}/{dash}"]
    options += ["--hls_master_playlist_output", f"{out}/{hls}", "--hls_playlist_type", "VOD"]
    options += ["--generate_static_live_mpd", "--quiet"]
    if parts.audio and parts.audio[0][0].language != UNKNOWN:
        options += ["--default_language", parts.audio[0][0].language]
    (folder / out).mkdir(exist_ok=True)
    run([program("packager"), *streams, *options], folder=folder, limits=limits, what="packaging", tick=tick)
    for playlist in (folder / out).rglob("*.m3u8"):
        playlist.write_text(exact_target(playlist.read_text(encoding="utf-8")), encoding="utf-8")
    main = folder / out / hls
    main.write_text(with_default(main.read_text(encoding="utf-8")), encoding="utf-8")
    manifest = folder / out / dash
    manifest.write_bytes(with_texts(manifest.read_bytes(), [track for track, _ in parts.text]))


def _video(out: str, rung: Rung) -> str:
    place = f"video/{rung.lines}"
    return (
        f"in={rung.file},stream=video,init_segment={out}/{place}/init.mp4,segment_template={out}/{place}/{NUMBER}.m4s,"
        f"playlist_name={place}/main.m3u8,iframe_playlist_name={place}/iframes.m3u8"
    )


def _said(language: str) -> str:
    return "" if language == UNKNOWN else f",language={language}"


def _audio(out: str, track: AudioTrack, file: str, name: str) -> str:
    place = f"audio/{name}"
    described = ",dash_roles=description,hls_characteristics=public.accessibility.describes-video"
    return (
        f"in={file},stream=audio{_said(track.language)},init_segment={out}/{place}/init.mp4,"
        f"segment_template={out}/{place}/{NUMBER}.m4s,playlist_name={place}/main.m3u8,hls_group_id=audio,"
        f"hls_name={track.name},dash_label={track.name}{described if track.is_described else ''}"
    )


def _text(out: str, track: TextTrack, file: str) -> str:
    place = track.path.removesuffix(".vtt")
    return (
        f"in={file},stream=text{_said(track.language)},segment_template={out}/{place}/{NUMBER}.vtt,"
        f"playlist_name={place}/main.m3u8,hls_group_id=text,hls_name={track.name},hls_only=1"
    )


def exact_target(playlist: str) -> str:
    """Set the target duration of a playlist to what the specification says: its longest segment, rounded."""
    lasts = [float(each) for each in re.findall(r"^#EXTINF:([0-9.]+)", playlist, re.MULTILINE)]
    if not lasts:
        return playlist
    longest = max(1, int(max(lasts) + 0.5))
    return re.sub(r"^#EXT-X-TARGETDURATION:\d+", f"#EXT-X-TARGETDURATION:{longest}", playlist, flags=re.MULTILINE)


def with_default(main: str) -> str:
    """Let one sound be the default: where no language is known, the packager marks none."""
    if "TYPE=AUDIO" in main and not re.search(r"TYPE=AUDIO.*DEFAULT=YES", main):
        return re.sub(r"(TYPE=AUDIO.*DEFAULT=)NO", r"\1YES", main, count=1)
    return main


def with_texts(manifest: bytes, tracks: Sequence[TextTrack]) -> bytes:
    """Name whole WebVTT files in a DASH manifest: players read those; segments of plain WebVTT are HLS' own."""
    ET.register_namespace("", MPD)
    root = ET.fromstring(manifest)  # noqa: S314 - our packager wrote it, out of names of ours
    period = root.find(f"{{{MPD}}}Period")
    assert period is not None
    taken = [int(each.get("id", "0")) for each in period.iter() if each.get("id", "").isdecimal()]
    for number, track in enumerate(tracks, start=max(taken, default=-1) + 1):
        place = {"id": str(number), "contentType": "text", "lang": track.language, "mimeType": "text/vtt"}
        entry = ET.SubElement(period, f"{{{MPD}}}AdaptationSet", place)
        role = "caption" if track.kind == "captions" else "subtitle"
        ET.SubElement(entry, f"{{{MPD}}}Role", {"schemeIdUri": _ROLE, "value": role})
        ET.SubElement(entry, f"{{{MPD}}}Label").text = track.name
        shown = ET.SubElement(entry, f"{{{MPD}}}Representation", {"id": str(number), "bandwidth": "256"})
        ET.SubElement(shown, f"{{{MPD}}}BaseURL").text = track.path
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def bandwidths(master: str) -> dict[str, int]:
    """Read the peak of each variant out of an HLS multivariant playlist, by the address of its playlist."""
    found = re.findall(r"^#EXT-X-STREAM-INF:BANDWIDTH=(\d+).*\n(\S+)", master, re.MULTILINE)
    return {address: int(bits) for bits, address in found}
