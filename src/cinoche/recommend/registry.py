"""The registry of models: which version is in use, what was found when it was judged, and the way back.

It needs nothing but the store of artefacts: beside a version's files lies what the gate found, and the file ``pinned``
holds a version in use against the trainings that follow.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from cinoche.kit.errors import Conflict, NotFound
from cinoche.recommend import artefact
from cinoche.recommend.artefact import REFUSED

ACCEPTED: Final = "accepted.json"
PINNED: Final = "pinned"


class Verdict(msgspec.Struct, frozen=True):
    """Whether a version may be served, why, and what was measured of it and of the one before it."""

    is_accepted: bool
    reason: str
    metric: str = ""
    cases: int = 0
    current: float = 0.0
    candidate: float = 0.0
    difference: tuple[float, float, float] = (0.0, 0.0, 0.0)
    against: str = ""


FORGETTING: Final = Verdict(True, "the version before knew somebody who was erased")
"""What is found of a version that takes such a one's place, whatever it is worth and whatever is held in use."""

UNJUDGED: Final = Verdict(True, "nobody asked for a judgement")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of the registry."""

    version: str
    is_current: bool
    is_pinned: bool
    trained_at: float
    offset: int
    families: Sequence[str]
    megabytes: float
    verdict: Verdict | None

    def as_dict(self) -> dict[str, Any]:
        """The version as plain values."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"verdict": msgspec.to_builtins(self.verdict)}

    def line(self) -> str:
        """The version as a line of a list."""
        mark = "*" if self.is_current else " "
        when = datetime.fromtimestamp(self.trained_at, UTC).strftime("%Y-%m-%d %H:%M")
        said = (
            f"  {'accepted' if self.verdict.is_accepted else 'REFUSED'}: {self.verdict.reason}" if self.verdict else ""
        )
        pinned = "  pinned" if self.is_pinned else ""
        return f"{mark} {self.version}  {when}  up to event {self.offset:,}  {self.megabytes:,.1f} MB{pinned}{said}"


def entries(folder: Path) -> list[Entry]:
    """List the versions that can be read, the newest first."""
    current, held = artefact.current_version(folder), pinned(folder)
    found = []
    for version in artefact.versions(folder):
        manifest = artefact.manifest_of(folder, version)
        size = sum(each.bytes for each in manifest.files.values()) / 1e6
        found.append(
            Entry(version, version == current, version == held, manifest.as_of, manifest.offset,
                  list(manifest.recipe.families), size, verdict_of(folder, version))
        )  # fmt: skip
    return found


def settle(folder: Path, version: str, verdict: Verdict = UNJUDGED) -> bool:
    """Keep what was found of a written version, and make it the current one if it may be; tell whether it is."""
    name, other = (ACCEPTED, REFUSED) if verdict.is_accepted else (REFUSED, ACCEPTED)
    (folder / version / other).unlink(missing_ok=True)
    if verdict is not UNJUDGED:
        _write(folder / version / name, msgspec.json.format(msgspec.json.encode(verdict), indent=1))
    if not verdict.is_accepted or pinned(folder) is not None:
        return False
    artefact.point(folder, version)
    return True


def promote(folder: Path, version: str, *, is_stale: bool = False) -> None:
    """Make a version the current one by hand, whatever was found of it; trainings publish again from then on.

    Raises NotFound for one that is not there, Unavailable for one that is not whole, Conflict where all that there are
    may know somebody who was erased since (``is_stale``).
    """
    _check(folder, version)
    _refuse_stale(folder, is_stale)
    artefact.verify(folder, version)
    release(folder)
    settle(folder, version, Verdict(True, "promoted by hand"))


def release(folder: Path) -> None:
    """Hold no version in use any more: trainings publish again."""
    (folder / PINNED).unlink(missing_ok=True)


def rollback(folder: Path, *, is_stale: bool = False) -> str:
    """Go back to the version before the current one and hold it there; returns its name.

    Raises Conflict where there is none before it, or where those that there are may know somebody who was erased since
    (``is_stale``). Trainings go on writing versions, but none of them is served until one is promoted by hand, or until
    somebody is erased.
    """
    _refuse_stale(folder, is_stale)
    current = artefact.current_version(folder)
    names = artefact.versions(folder)
    older = names[names.index(current) + 1 :] if current in names else names
    for version in older:
        if not artefact.is_refused(folder, version):
            artefact.verify(folder, version)
            _write(folder / PINNED, f"{version}\n".encode("ascii"))
            artefact.point(folder, version)
            return version
    raise Conflict(
        "There is no version before the current one.",
        where=str(folder),
        remedy="Train a new one: cinoche train. Those that knew somebody who was erased were deleted.",
    )


def pinned(folder: Path) -> str | None:
    """The version that is held in use; None where trainings publish."""
    try:
        return (folder / PINNED).read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def verdict_of(folder: Path, version: str) -> Verdict | None:
    """What was found of a version; None where nobody asked."""
    for name in (REFUSED, ACCEPTED):
        try:
            return msgspec.json.decode((folder / version / name).read_bytes(), type=Verdict)
        except (OSError, msgspec.MsgspecError):
            continue
    return None


def _refuse_stale(folder: Path, is_stale: bool) -> None:
    if is_stale:
        raise Conflict(
            "Somebody was erased since whom the versions that there are may know.",
            where=str(folder),
            remedy="Train a new one, which will be served: cinoche train.",
        )


def _check(folder: Path, version: str) -> None:
    known = artefact.versions(folder)
    if version not in known:
        raise NotFound(
            f"There is no version {version!r}.", where=str(folder), remedy=f"There are: {', '.join(known) or 'none'}."
        )


def _write(path: Path, data: bytes) -> None:
    """Write a small file aside and put it in place, so that nobody reads a half."""
    aside = path.with_name(f".{path.name}-{os.getpid()}")
    aside.write_bytes(data)
    aside.replace(path)
