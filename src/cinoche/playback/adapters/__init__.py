"""The places for media to choose from, by the scheme of ``CINOCHE_MEDIA_URL``."""

from collections.abc import Mapping

ADAPTERS: Mapping[str, str] = {
    "file": "cinoche.playback.adapters.files:FileMediaStore",
    "memory": "cinoche.playback.adapters.memory:MemoryMediaStore",
}
