"""The sums over people, kept from one training to the next, from which anybody can be taken out at once.

``ledger.db`` says whom the sums are over and with which history; ``<version>/`` holds the arrays. A training works on a
copy and puts it in the place of the version before in one transaction: nobody sees a half. Whoever erases a person
changes the version in use, in place, while a lock keeps everybody else out; a training that counted them meanwhile is
told when it wants to publish.
"""

import fcntl
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from cinoche.kit.errors import Conflict, Unavailable
from cinoche.kit.personal import PersonalData, Subject, mark_of
from cinoche.recommend import sums_files
from cinoche.recommend.people import People
from cinoche.recommend.statistics import Doubles, Longs, Statistics, contribution
from cinoche.recommend.sums_files import Kept, map_file, path_of
from cinoche.recommend.sums_ledger import Ledger, State, open_ledger

LEDGER: Final = "ledger.db"
LOCK: Final = "lock"
ASIDE: Final = ".writing-"
KEPT: Final = ("counts", "decayed", "together", "gram", "following")
"""The sums that are kept; days are counted back from the as-of time, so that each training counts them anew."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """What a training begins with: a copy of the arrays to work on, and what they are over.

    ``state`` is None where there is nothing to go on from, and ``why`` says the reason. ``marks`` are those of people
    who must not be counted, ``seen`` the last forgetting that they include.
    """

    folder: Path
    state: State | None
    people: People
    arrays: Mapping[str, Doubles]
    marks: frozenset[bytes]
    seen: int
    why: str


class SumsStore(PersonalData):
    """The store of one data folder; processes share it, one training at a time (the trainer's lock sees to that)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written = 0

    def begin(self) -> Snapshot:
        """Copy what is kept, whole and checked, for a training to work on; `commit` or `give_up` ends that."""
        with self._turn() as ledger:
            self._sweep(ledger)
            aside = self._folder / f"{ASIDE}{secrets.token_hex(4)}"
            aside.mkdir()
            seen, marks = ledger.last_forgotten(), frozenset(ledger.forgotten())
            state, files = ledger.state(), ledger.files()
            why = "nothing was summed before" if state is None else self._copy(state, files, aside)
            if state is None or why:
                return Snapshot(aside, None, People.of({}), {}, marks, seen, why)
            people = ledger.people()
        arrays = {name: map_file(aside, name, kept.shape) for name, kept in files.items()}
        damaged = [name for name, kept in files.items() if sums_files.checksum(arrays[name]) != kept.checksum]
        if damaged:
            return Snapshot(aside, None, People.of({}), {}, marks, seen, f"the sum {damaged[0]!r} is damaged")
        return Snapshot(aside, state, people, arrays, marks, seen, "")

    def _copy(self, state: State, files: Mapping[str, Kept], aside: Path) -> str:
        for name, kept in files.items():
            if not sums_files.is_whole(self._folder / state.version, name, kept):
                return f"the sum {name!r} is missing or cut short"
            shutil.copyfile(path_of(self._folder / state.version, name), path_of(aside, name))
        return ""

    def commit(
        self,
        snapshot: Snapshot,
        state: State,
        arrays: Mapping[str, Doubles],
        *,
        changed: People,
        gone: Collection[str] = (),
        is_anew: bool = False,
        publish: Callable[[], None] = lambda: None,
    ) -> frozenset[bytes]:
        """Put a training's sums in the place of those before, and publish what was solved from them, at one stroke.

        ``changed`` are the people whose history is another, ``gone`` those who have none any more; with ``is_anew`` all
        others are gone. Somebody who was forgotten since the snapshot must not come back: then nothing happens,
        and their marks are returned, to be taken out first.
        """
        for array in arrays.values():
            if isinstance(array, np.memmap):
                array.flush()
        files = {name: Kept(array.shape, sums_files.checksum(array)) for name, array in arrays.items()}
        version = f"{state.offset}-{secrets.token_hex(4)}"
        with self._turn() as ledger:
            since = frozenset(ledger.forgotten(snapshot.seen))
            if since:
                return since
            before = ledger.state()
            snapshot.folder.rename(self._folder / version)
            with ledger.transaction():
                if is_anew:
                    ledger.drop_all()
                ledger.drop(list(gone))
                ledger.put(changed)
                ledger.settled()  # what is pending was of the version before
                ledger.set_files(files)
                ledger.set_state(msgspec.structs.replace(state, version=version, solved=ledger.last_forgotten()))
                publish()
            if before is not None:
                shutil.rmtree(self._folder / before.version, ignore_errors=True)
        return frozenset()

    def take_in(self, whole: tuple[State, Mapping[str, Doubles], People]) -> None:
        """Keep sums that were added up elsewhere (`sums_update.merged`) in the place of what is kept here."""
        state, arrays, people = whole
        snapshot = self.begin()
        try:
            written = sums_files.create(snapshot.folder, {name: array.shape for name, array in arrays.items()})
            for name, array in arrays.items():
                written[name][...] = array
            if self.commit(snapshot, state, written, changed=people, is_anew=True):
                raise Conflict("Somebody was erased meanwhile.", where="sums", remedy="Add the parts up again.")
        finally:
            self.give_up(snapshot)

    def seen_since(self, snapshot: Snapshot) -> Snapshot:
        """The same snapshot, after those forgotten since it was taken have been taken out of it."""
        with self._turn() as ledger:
            seen, marks = ledger.last_forgotten(), frozenset(ledger.forgotten())
        return replace(snapshot, marks=marks, seen=seen)

    def give_up(self, snapshot: Snapshot) -> None:
        """Delete a training's copy; what is kept stays as it is."""
        shutil.rmtree(snapshot.folder, ignore_errors=True)

    def forget(self, subject: str) -> bool:
        """Take a person out of every sum, for good; tell whether they were in them. Begun again, it changes nothing."""
        with self._turn() as ledger:
            state, history = ledger.state(), ledger.person(subject)
            with ledger.transaction():
                ledger.forget(subject, was_counted=history is not None)
                if state is not None and history is not None:
                    ledger.drop([subject])
                    layout = state.layout()
                    parts = contribution(history.where(state.counted(history)), layout).parts
                    self._note(ledger, state, {name: parts[name] for name in KEPT if name in ledger.files()})
            if history is not None:
                self._write_pending(ledger)
        return history is not None

    def _note(self, ledger: Ledger, state: State, parts: Mapping[str, tuple[Longs, Doubles]]) -> None:
        files = ledger.files()
        for name, (cells, values) in parts.items():
            if not len(cells):
                continue
            flat = map_file(self._folder / state.version, name, files[name].shape).reshape(-1)
            old = np.asarray(flat[cells])
            new = old - values
            ledger.note(name, cells, new)
            moved = sums_files.moved(files[name].checksum, cells, old, new)
            ledger.set_files({name: Kept(files[name].shape, moved)})

    def _write_pending(self, ledger: Ledger, *, to_disk: bool = False) -> None:
        """Write what is noted to the arrays; with ``to_disk`` all of it, and wait for the disk.

        A note that this process has seen written needs no second time: what others could see of it, they can.
        """
        mapped: dict[str, Doubles] = {}
        for number, name, cells, numbers in ledger.pending(0 if to_disk else self._written):
            if name not in mapped:
                version = ledger.version()
                mapped[name] = map_file(self._folder / version, name, ledger.files()[name].shape)
            mapped[name].reshape(-1)[cells] = numbers
            self._written = number
        if to_disk:
            for array in mapped.values():
                if isinstance(array, np.memmap):
                    array.flush()

    def settle(self) -> None:
        """Wait until what was taken out is overwritten on the disk, then delete the notes of it."""
        if not (self._folder / LEDGER).exists():
            return
        with self._turn(replay=False) as ledger:
            if next(ledger.pending(), None) is None:
                return
            self._write_pending(ledger, to_disk=True)
            with ledger.transaction():
                ledger.settled()

    def is_stale(self) -> bool:
        """Tell whether somebody was taken out whom the published matrices were still solved with."""
        if not (self._folder / LEDGER).exists():
            return False
        with self._turn(replay=False) as ledger:
            state = ledger.state()
            return state is not None and ledger.last_forgotten(counted_only=True) > state.solved

    def statistics(self) -> tuple[Statistics, People, State]:
        """Read what is kept: the sums (over numbers of titles), whom they are over, and what they cover.

        Raises Unavailable where nothing is. The arrays are mapped, not copied: a forgetting changes them.
        """
        with self._turn() as ledger:
            state, files, people = ledger.state(), ledger.files(), ledger.people()
        if state is None:
            raise Unavailable("no sums are kept here.", where=str(self._folder), remedy="Run `cinoche train` first.")
        arrays = {name: map_file(self._folder / state.version, name, kept.shape) for name, kept in files.items()}
        return Statistics(state.layout(), arrays), people, state

    @property
    def holder(self) -> str:
        """The name of the sums in reports of exports and erasures."""
        return "sums"

    @property
    def tables(self) -> frozenset[str]:
        """No table of the relational store; the ledger is a file of its own."""
        return frozenset()

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield what the sums were made of for this person; the events say it better, and nothing more is known."""
        if not subject.pseudonym or not (self._folder / LEDGER).exists():
            return
        with self._turn(replay=False) as ledger:
            state, history = ledger.state(), ledger.person(subject.pseudonym)
        if state is not None and history is not None:
            columns = (history.items.tolist(), history.weights.tolist(), history.times.tolist())
            for item, weight, at in zip(*columns, strict=True):
                yield {"title_id": state.titles[item], "weight": round(weight, 4), "time_s": at}

    def erase(self, subject: Subject) -> int:
        """Take the person out of the sums and leave nothing of them on the disk."""
        if not subject.pseudonym:
            return 0
        try:
            erased = self.forget(subject.pseudonym)
            self.settle()
        except Unavailable as error:
            # Sums that cannot be read cannot be kept: the next training counts anew, from a log without the person.
            _log.warning("sums deleted to erase a person: %s", error)
            shutil.rmtree(self._folder, ignore_errors=True)
            erased = True
        return int(erased)

    def reset(self) -> None:
        """Delete everything that is kept."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _turn(self, *, replay: bool = True) -> Iterator[Ledger]:
        """Be alone with the store; what a crash left to be written is written first."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(
                f"the sums cannot be kept ({error.strerror}).", where=str(self._folder), remedy="Check the folder."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with open_ledger(self._folder / LEDGER) as ledger:
                if replay:
                    self._write_pending(ledger)
                yield ledger
        finally:
            os.close(lock)

    def _sweep(self, ledger: Ledger) -> None:
        """Delete what trainings that were killed had begun, and settle what is pending."""
        self._write_pending(ledger, to_disk=True)
        with ledger.transaction():
            ledger.settled()
        state = ledger.state()
        for folder in self._folder.iterdir():
            if folder.is_dir() and (state is None or folder.name != state.version):
                shutil.rmtree(folder, ignore_errors=True)


def taken_out(people: People, marks: frozenset[bytes]) -> list[str]:
    """Tell who of many people must not be counted, by the marks."""
    return [subject for subject in people.subjects if mark_of(subject) in marks] if marks else []


__all__ = ["KEPT", "Snapshot", "SumsStore", "taken_out"]
