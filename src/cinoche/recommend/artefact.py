"""Artefacts: what a training publishes and workers read: a folder of memory-mapped arrays a version.

Layout of a store: ``<version>/manifest.json``, ``<version>/titles.json``, ``<version>/<array>.npy``, and the file
``current``, which names the version in use. A version is written aside, synced and renamed, then ``current`` is
replaced: a reader sees the old one or the new one, never a half.
"""

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, cast

import msgspec
import numpy as np
import numpy.typing as npt

from cinoche.kit.clock import HOUR_S
from cinoche.kit.errors import Unavailable
from cinoche.kit.text import fold
from cinoche.recommend.blend import Blend, Scored
from cinoche.recommend.families import RANKER, TitleFacts, arrays_of, family
from cinoche.recommend.families.sums import COUNTS, DECAYED, RECENT
from cinoche.recommend.gate import Choir, Gate, Gated
from cinoche.recommend.ranking import Ranked, Ranking, ranker_of
from cinoche.recommend.scorers import CONTENT, CROWD, POPULAR, Scorer
from cinoche.recommend.statistics import HALF_LIVES_S, Floats, History

if TYPE_CHECKING:
    from cinoche.recommend.families.crowd import CrowdScorer

FORMAT: Final = 2
CURRENT: Final = "current"
MANIFEST: Final = "manifest.json"
TITLES: Final = "titles.json"
ASIDE: Final = ".writing-"
REFUSED: Final = "refused.json"
"""What lies beside the files of a version that was judged too bad to be served."""

LEARNED_FROM: Final = "learned_from"
"""Where a published model's parameters say what it depends on besides the events."""

TRAIN_AGAIN: Final = "Run `cinoche train` to publish a new one."

PEOPLE: Final = "people.marks"
"""The array of the marks of the people that a model's live scorers know by number; see `live`."""

ONBOARDING: Final = "onboarding.titles"
"""The array of the titles that tell tastes apart, the best first; see `training.onboarding`."""

Array = npt.NDArray[Any]
Answered = Scored | Gated | Ranked

_log = logging.getLogger(__name__)


class TitleName(msgspec.Struct, frozen=True, array_like=True):
    """How a title is called, kept in the artefact so that names resolve without a database."""

    title_id: str
    name: str
    year: int | None
    folded: str
    external: dict[str, str]
    also: tuple[str, ...] = ()


class Recipe(msgspec.Struct, frozen=True):
    """What turns the arrays into scorers: each family with its hyper-parameters, the blend's weights, the gate's.

    ``ranker`` names the columns that the ranker's trees read, where there are some.
    """

    families: dict[str, dict[str, Any]]
    blend: dict[str, dict[str, float]]
    gate: dict[str, tuple[float, ...]] = {}
    ranker: tuple[str, ...] = ()


class Stored(msgspec.Struct, frozen=True):
    """One file of an artefact."""

    bytes: int
    blake2b: str


class Manifest(msgspec.Struct, frozen=True):
    """What an artefact is: its place in the log, how it was made, how good it is, and its files."""

    format: int
    version: str
    offset: int
    as_of: float
    n_items: int
    recipe: Recipe
    files: dict[str, Stored]
    params: dict[str, Any] = {}
    metrics: dict[str, Any] = {}


@dataclass(frozen=True)
class Draft:
    """A trained model before it is published."""

    arrays: Mapping[str, Array] = field(repr=False)
    titles: Sequence[TitleFacts] = field(repr=False)
    recipe: Recipe
    as_of: float
    offset: int
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)


def make_scorers(
    arrays: Mapping[str, Array], recipe: Recipe, n_items: int, without: Collection[str] = ()
) -> dict[str, Scorer]:
    """Make the scorers out of an artefact's arrays, which are named ``<family>.<array>``."""
    made = {}
    for name, hyper in recipe.families.items():
        if name not in without:
            one = family(name, hyper)
            made[name] = one.scorer(arrays_of(one, arrays), n_items)
    return made


class Model:
    """A loaded artefact: scorers and their blend over read-only memory-mapped arrays."""

    def __init__(self, manifest: Manifest, arrays: Mapping[str, Array], titles: Sequence[TitleName]) -> None:
        self.manifest = manifest
        self.arrays = arrays
        self.titles = titles
        self.scorers = make_scorers(arrays, manifest.recipe, manifest.n_items, {CROWD})
        self.blend = Blend(self.scorers, manifest.recipe.blend)

    @cached_property
    def crowd(self) -> "CrowdScorer | None":
        """What learns at once, where the model has it and weights for it; opened when it is first asked for."""
        if not self.manifest.recipe.gate or CROWD not in self.manifest.recipe.families:
            return None
        others = set(self.manifest.recipe.families) - {CROWD}
        made = make_scorers(self.arrays, self.manifest.recipe, self.n_items, others)
        return cast("CrowdScorer", made[CROWD])

    @cached_property
    def gate(self) -> Gate | None:
        """The crowd's voices and what was solved, by their weights."""
        crowd = self.crowd
        if crowd is None:
            return None
        return Gate(Choir(crowd, self.blend, self.n_items), self.manifest.recipe.gate)

    @cached_property
    def ranking(self) -> Ranking | None:
        """The gate, or what was solved, with the ranker's trees on top."""
        columns = self.manifest.recipe.ranker
        if not columns:
            return None
        from cinoche.recommend.ranking_facts import facts_of

        starts = f"{RANKER}."
        own = {name.removeprefix(starts): each for name, each in self.arrays.items() if name.startswith(starts)}
        years = np.array([title.year or 0 for title in self.titles], np.float32)
        facts = facts_of(self.crowd if self.gate else None, self.counts, self.scorers.get(CONTENT), years)
        return Ranking(self.gate or self.blend, ranker_of(own, columns), facts)

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """A model over a draft's arrays, in memory."""
        manifest = Manifest(
            FORMAT, "draft", draft.offset, draft.as_of, len(draft.titles), draft.recipe, {}, dict(draft.params)
        )
        return cls(manifest, draft.arrays, [_named(title) for title in draft.titles])

    def scored(self, history: History) -> Answered:
        """Score a person's history: by the gate where there is one, else by what was solved; then by the ranker.

        What was solved knows no title that came since.
        """
        known = history if self.gate is not None else history.where(history.items < self.n_items)
        answers = self.ranking or self.gate or self.blend
        return answers.scored(known)

    @property
    def version(self) -> str:
        """The version's name."""
        return self.manifest.version

    @property
    def offset(self) -> int:
        """The log offset up to which events were learned."""
        return self.manifest.offset

    @property
    def n_items(self) -> int:
        """How many titles it scores."""
        return self.manifest.n_items

    @cached_property
    def title_ids(self) -> list[str]:
        """The title at each index."""
        return [title.title_id for title in self.titles]

    @cached_property
    def index(self) -> dict[str, int]:
        """The index of each title."""
        return {title_id: k for k, title_id in enumerate(self.title_ids)}

    def admit(self, title_ids: Iterable[str]) -> None:
        """Give items to titles that came since, for the scorers that learn at once; what was solved knows them not."""
        for title_id in title_ids:
            if title_id not in self.index:
                self.index[title_id] = len(self.title_ids)
                self.title_ids.append(title_id)
        if self.crowd is not None:
            self.crowd.widen(len(self.title_ids))

    @property
    def telling(self) -> Sequence[str]:
        """The titles that tell tastes apart, the best first; none where the model was trained without."""
        return [self.title_ids[item] for item in self.arrays.get(ONBOARDING, np.zeros(0, np.int32)).tolist()]

    @property
    def counts(self) -> Floats:
        """How many people liked each title."""
        return self._popular(COUNTS)

    @property
    def recent(self) -> Floats:
        """How many people liked each title in the last 7 days before the as-of time."""
        return self._popular(RECENT)

    def decayed(self, half_life_s: float) -> Floats:
        """Counts at the as-of time in which what happened a half-life before counts half."""
        row: Floats = self._popular(DECAYED)[HALF_LIVES_S.index(half_life_s)]
        return row

    def _popular(self, name: str) -> Floats:
        array: Floats = self.arrays[f"{POPULAR}.{name}"]
        return array


def publish(folder: Path, draft: Draft) -> str:
    """Write a version and make it the current one; returns its name. Nothing is seen before it is whole."""
    version = write(folder, draft)
    point(folder, version)
    return version


def write(folder: Path, draft: Draft) -> str:
    """Write a version that nobody is pointed to yet; returns its name."""
    with _told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return _write_version(folder, draft)


def point(folder: Path, version: str) -> None:
    """Make a written version the current one."""
    with _told_plainly(folder):
        _point(folder, version)


@contextmanager
def _told_plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unavailable(
            f"The artefact could not be written ({reason}); the one before it stays in use.",
            where=str(folder),
            remedy="Make room or make the folder writable, then train again.",
        ) from error


def _write_version(folder: Path, draft: Draft) -> str:
    aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder))
    _sweep(folder, aside)
    try:
        files = {f"{name}.npy": _write_array(aside / f"{name}.npy", array) for name, array in draft.arrays.items()}
        titles = msgspec.json.encode([_named(title) for title in draft.titles])
        files[TITLES] = _write(aside / TITLES, titles)
        version = _version(draft, files)
        manifest = Manifest(
            FORMAT, version, draft.offset, draft.as_of, len(draft.titles), draft.recipe, files,
            dict(draft.params), dict(draft.metrics),
        )  # fmt: skip
        _write(aside / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        _sync(aside)
        if (folder / version).exists():
            shutil.rmtree(folder / version)
        aside.rename(folder / version)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return version


def _sweep(folder: Path, aside: Path) -> None:
    """Delete what trainings killed long ago left half written."""
    now = aside.stat().st_mtime
    for left in folder.glob(f"{ASIDE}*"):
        if now - left.stat().st_mtime > HOUR_S:
            shutil.rmtree(left, ignore_errors=True)


def current_version(folder: Path) -> str | None:
    """The name of the current version, cheap enough to ask at every request; None when nothing was published."""
    try:
        return (folder / CURRENT).read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def versions(folder: Path) -> list[str]:
    """The published versions, newest first."""
    found = [path.parent for path in folder.glob(f"[!.]*/{MANIFEST}")]
    return [path.name for path in sorted(found, key=lambda p: (p.stat().st_mtime, p.name), reverse=True)]


def is_refused(folder: Path, version: str) -> bool:
    """Tell whether a version was judged too bad to be served."""
    return (folder / version / REFUSED).exists()


def manifest_of(folder: Path, version: str) -> Manifest:
    """Read what a version says of itself; raises Unavailable where it cannot be read."""
    return _manifest(folder / version)


def open_current(folder: Path) -> Model:
    """Open the current version; when it is damaged, the newest whole one before it, with a warning in the log."""
    current = current_version(folder)
    others = [version for version in versions(folder) if version != current and not is_refused(folder, version)]
    reasons: list[str] = []
    for version in [*([current] if current else []), *others]:
        try:
            model = open_version(folder, version)
        except Unavailable as error:
            reasons.append(str(error))
            continue
        if reasons:
            _log.warning("artefact set aside: %s Serving %s instead.", reasons[0], version)
        return model
    if reasons:
        raise Unavailable("No published model can be read.", where=str(folder), remedy=f"{reasons[0]}")
    raise Unavailable(
        "No model has been trained yet.",
        where=str(folder),
        remedy="Import a catalogue (for example: cinoche import movielens demo), then run: cinoche train.",
    )


def open_version(folder: Path, version: str) -> Model:
    """Open one version in milliseconds: sizes are checked, contents are not (see `verify`)."""
    home = folder / version
    manifest = _manifest(home)
    for name, stored in manifest.files.items():
        _check_size(home / name, stored)
    try:
        arrays = {Path(name).stem: _map(home / name) for name in manifest.files if name.endswith(".npy")}
        titles = msgspec.json.decode((home / TITLES).read_bytes(), type=list[TitleName])
        return Model(manifest, arrays, titles)
    except (OSError, ValueError, KeyError, IndexError, msgspec.MsgspecError) as error:
        raise _damaged(home, f"cannot be read ({error})") from error


def verify(folder: Path, version: str) -> None:
    """Check every byte of a version against its manifest; raises Unavailable where one differs."""
    home = folder / version
    for name, stored in _manifest(home).files.items():
        _check_size(home / name, stored)
        if _checksum(home / name) != stored.blake2b:
            raise _damaged(home / name, "does not have the contents that were published")


def prune(folder: Path, keep: int = 3, spared: Collection[str] = ()) -> list[str]:
    """Delete all versions but the current one and the newest, ``keep`` in all; returns those deleted.

    Refused ones go first: what could be gone back to is worth more. Those ``spared`` stay besides.
    """
    current = current_version(folder)
    others = [version for version in versions(folder) if version != current and version not in spared]
    old = sorted(others, key=lambda version: is_refused(folder, version))[max(keep - 1, 0) :]
    for version in old:
        shutil.rmtree(folder / version, ignore_errors=True)
    return old


def _named(title: TitleFacts) -> TitleName:
    return TitleName(title.title_id, title.name, title.year, fold(title.name), dict(title.external), title.also)


def _version(draft: Draft, files: Mapping[str, Stored]) -> str:
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(files):
        digest.update(f"{name} {files[name].blake2b}\n".encode())
    digest.update(msgspec.json.encode([draft.recipe, draft.offset, draft.as_of], order="sorted"))
    moment = datetime.fromtimestamp(draft.as_of, UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{moment}-{draft.offset}-{digest.hexdigest()}"


def _manifest(home: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((home / MANIFEST).read_bytes(), type=Manifest)
    except OSError as error:
        raise _damaged(home, "has no manifest") from error
    except msgspec.MsgspecError as error:
        raise _damaged(home / MANIFEST, f"is not a manifest ({error})") from error
    if manifest.format != FORMAT:
        raise _damaged(home, f"has format {manifest.format}; this Cinoche reads format {FORMAT}")
    return manifest


def _check_size(path: Path, stored: Stored) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _damaged(path, "is missing") from error
    if size != stored.bytes:
        raise _damaged(path, f"has {size} bytes instead of {stored.bytes}")


def _damaged(path: Path, reason: str) -> Unavailable:
    return Unavailable(f"The artefact {reason}.", where=str(path), remedy=TRAIN_AGAIN)


def _map(path: Path) -> Array:
    array: Array
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    except ValueError:
        array = np.load(path, allow_pickle=False)
        if array.size:
            raise
    return array


def _write_array(path: Path, array: Array) -> Stored:
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return Stored(path.stat().st_size, _checksum(path))


def _write(path: Path, data: bytes) -> Stored:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Stored(len(data), hashlib.blake2b(data, digest_size=16).hexdigest())


def _checksum(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def _blocks(path: Path, size: int = 1 << 20) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(size):
            yield block


def _point(folder: Path, version: str) -> None:
    aside = folder / f".{CURRENT}-{os.getpid()}"
    _write(aside, f"{version}\n".encode("ascii"))
    aside.replace(folder / CURRENT)
    _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


__all__ = [
    "Draft", "Manifest", "Model", "Recipe", "TitleFacts", "TitleName", "current_version", "make_scorers",
    "open_current", "open_version", "point", "prune", "publish", "verify", "versions", "write",
]  # fmt: skip
