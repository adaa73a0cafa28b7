"""What making a film playable costs: CPU seconds a minute of film, and how soon its first rung can be watched."""

import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from cinoche.bootstrap import open_services
from cinoche.catalog.models import HOUSE, Kind, TitleRecord
from cinoche.jobs import media as jobs
from cinoche.playback.tools import program
from cinoche.playback.verify import verify
from cinoche.settings import read_settings

SECONDS = 60
TITLE = "bench"


@dataclass(frozen=True, slots=True)
class EncodingFigures:
    """Of one minute of 1080p: CPU seconds of all programs, times on the clock, bytes made of bytes given."""

    cpu_s: float
    wall_s: float
    watchable_s: float
    source_mb: float
    made_mb: float
    heights: tuple[int, ...]
    wrong: int


def measure_encoding(folder: Path, *, seconds: int = SECONDS) -> EncodingFigures:
    """Draw a noisy minute at 1920 × 1080 and 24 frames a second with a sound, and make it playable."""
    film = folder / "film.mp4"
    _draw(film, seconds)
    with open_services(read_settings(data_dir=folder / "data")) as services:
        with services.catalog.writing() as writer:
            writer.put([TitleRecord(TITLE, Kind.FILM, "Bench", 2026, HOUSE.source)])
        before, began = _children_cpu_s(), time.perf_counter()
        job = jobs.add(services, TITLE, film)
        wall_s, cpu_s = time.perf_counter() - began, _children_cpu_s() - before
        asset = services.media.asset_of(TITLE)
        assert asset is not None
        assert job.watchable_at is not None
        return EncodingFigures(
            cpu_s=cpu_s * 60 / seconds,
            wall_s=wall_s,
            watchable_s=job.watchable_at - job.created_at,
            source_mb=film.stat().st_size / 1e6,
            made_mb=asset.size_bytes / 1e6,
            heights=tuple(each.height for each in asset.renditions),
            wrong=len(verify(services.media.store, asset)),
        )


def _draw(film: Path, seconds: int) -> None:
    picture = "testsrc2=s=1920x1080:r=24,noise=alls=2:allf=t,format=yuv420p"
    words = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=440", "-t", str(seconds)]
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", "6600k", "-maxrate", "8M", "-bufsize", "12M"]
    command = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", *words, *codecs, "-c:a", "aac", str(film)]
    subprocess.run(command, check=True)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> EncodingFigures:
    """Run it in a folder of its own and print the figures."""
    import tempfile

    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        figures = measure_encoding(Path(folder))
    sys.stdout.write(f"{figures}\n")
    return figures


if __name__ == "__main__":
    main()
