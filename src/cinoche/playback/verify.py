"""Look whether what an asset names is there, whole, and agrees with itself."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Final

from cinoche.kit.errors import CinocheError
from cinoche.playback.models import Asset
from cinoche.playback.package import MPD
from cinoche.playback.ports import MediaStore

_BOXES: Final = {b"ftyp", b"styp", b"moof", b"sidx"}
_SLACK_S: Final = 1.0
_LARGEST_MANIFEST: Final = 32 << 20


def verify(store: MediaStore, asset: Asset) -> list[str]:
    """List what is wrong with an asset, one sentence each; nothing when all is well."""
    look = _Look(store, asset)
    found = [*look.hls(), *look.dash(), *look.pictures(), *look.size()]
    return list(dict.fromkeys(found))


class _Look:
    def __init__(self, store: MediaStore, asset: Asset) -> None:
        self._store = store
        self._asset = asset

    def hls(self) -> Iterator[str]:
        """Look at the multivariant playlist, and all that it names."""
        main = self._read(self._asset.hls)
        if not main.startswith("#EXTM3U"):
            yield f"{self._asset.hls} is no playlist."
            return
        addresses = re.findall(r'URI="([^"]+)"', main) + [line for line in main.split() if _is_address(line)]
        variants = len(re.findall(r"^#EXT-X-STREAM-INF", main, re.MULTILINE))
        if variants != len(self._asset.renditions):
            yield f"{self._asset.hls} names {variants} encodings; the record has {len(self._asset.renditions)}."
        for address in addresses:
            yield from self._playlist(address)

    def _playlist(self, path: str) -> Iterator[str]:
        text = self._read(path)
        if not text.startswith("#EXTM3U") or "#EXT-X-ENDLIST" not in text:
            yield f"{path} is no whole playlist."
            return
        lasts = [float(each) for each in re.findall(r"^#EXTINF:([0-9.]+)", text, re.MULTILINE)]
        target = re.search(r"^#EXT-X-TARGETDURATION:(\d+)", text, re.MULTILINE)
        if target is None or any(round(each) > int(target[1]) for each in lasts):
            yield f"{path} has a segment that is longer than it says."
        if not path.startswith("text/"):
            yield from self._lasts(path, sum(lasts))
        for name in re.findall(r'URI="([^"]+)"', text) + [line for line in text.split() if _is_address(line)]:
            yield from self._segment(_beside(path, name))

    def dash(self) -> Iterator[str]:
        """Look at the DASH manifest, and all that it names."""
        path = self._asset.dash
        try:
            root = ET.fromstring(self._read(path))  # noqa: S314 - of our own store
        except ET.ParseError:
            yield f"{path} is no manifest."
            return
        told = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([0-9.]+)S)?", root.get("mediaPresentationDuration", ""))
        hours, minutes, seconds = (float(each or 0) for each in told.groups()) if told else (0.0, 0.0, 0.0)
        yield from self._lasts(path, 3_600 * hours + 60 * minutes + seconds)
        for template in root.iter(f"{{{MPD}}}SegmentTemplate"):
            yield from self._segment(_beside(path, template.get("initialization", "")))
            media, first = template.get("media", ""), int(template.get("startNumber", "1"))
            count = sum(1 + int(each.get("r", "0")) for each in template.iter(f"{{{MPD}}}S"))
            for number in range(first, first + count):
                yield from self._segment(_beside(path, media.replace("$Number%05d$", f"{number:05d}")))
        for base in root.iter(f"{{{MPD}}}BaseURL"):
            yield from self._segment(_beside(path, base.text or ""))

    def pictures(self) -> Iterator[str]:
        """Look at the still and at the small pictures."""
        if self._asset.poster:
            yield from self._segment(self._asset.poster)
        if self._asset.trickplay:
            cues = self._read(self._asset.trickplay)
            if not cues.startswith("WEBVTT"):
                yield f"{self._asset.trickplay} is no WebVTT."
            for sprite in dict.fromkeys(re.findall(r"^(\S+)#xywh=", cues, re.MULTILINE)):
                yield from self._segment(_beside(self._asset.trickplay, sprite))

    def size(self) -> Iterator[str]:
        """Compare what is there with what the record says."""
        keys = self._store.list(self._asset.asset_id)
        there = sum(self._store.size(key) or 0 for key in keys)
        if there != self._asset.size_bytes:
            yield f"its files are {there:,} bytes; the record says {self._asset.size_bytes:,}."

    def _lasts(self, path: str, seconds: float) -> Iterator[str]:
        if abs(seconds - self._asset.duration_s) > max(_SLACK_S, 0.01 * self._asset.duration_s):
            yield f"{path} lasts {seconds:.1f} s; the film lasts {self._asset.duration_s:.1f} s."

    def _segment(self, path: str) -> Iterator[str]:
        key = f"{self._asset.asset_id}/{path}"
        size = self._store.size(key)
        if size is None:
            yield f"{path} is missing."
        elif not size:
            yield f"{path} is empty."
        elif path.endswith((".m4s", ".mp4")):
            head = b"".join(self._store.open(key, length=8))
            if head[4:8] not in _BOXES or int.from_bytes(head[:4]) > size:
                yield f"{path} is damaged."

    def _read(self, path: str) -> str:
        try:
            key = f"{self._asset.asset_id}/{path}"
            return b"".join(self._store.open(key, length=_LARGEST_MANIFEST)).decode(errors="replace")
        except CinocheError:
            return ""


def _is_address(line: str) -> bool:
    return not line.startswith("#") and line.endswith((".m3u8", ".m4s", ".vtt", ".mp4"))


def _beside(path: str, name: str) -> str:
    return normpath(join(dirname(path), name))
