"""A training's sums: from those that are kept, what has changed since is taken out and put in again as it is now.

The sums are over numbers that titles have for good, whatever the catalogue's order; the families get them by the
catalogue's. Which titles are warm, and how sequences are counted, is fixed until that changes: then all is counted
anew, from the histories, which the ledger has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Invalid
from cinoche.recommend import sums_files
from cinoche.recommend.counting import add_counts
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.people import People
from cinoche.recommend.statistics import DAYS, SUMS, Doubles, History, Layout, Longs, Statistics
from cinoche.recommend.sums_ledger import State
from cinoche.recommend.sums_store import KEPT, Snapshot, taken_out

OTHER_TITLES: Final = "other titles are warm now, or sequences are counted otherwise"


class SumsUpdate:
    """What one training does to the sums of a snapshot."""

    def __init__(
        self, snapshot: Snapshot, catalogue: Sequence[str], *, offset: int, erasures: int, as_of: float, stamp: str
    ) -> None:
        """``catalogue`` lists the titles by their items; ``stamp`` is what histories depend on besides the events."""
        self.snapshot = snapshot
        self.why = snapshot.why
        before = snapshot.state
        if before is not None and before.stamp != stamp:
            self.why = "the weights of signals are others"
        if before is not None and before.offset > offset:
            self.why = "the log is another one"
        self.before = None if self.why else before
        self.people = People.of({}) if self.before is None else snapshot.people
        self.changed: set[str] = set()
        self._as = (offset, erasures, float(as_of), stamp)
        self._catalogue = catalogue
        self.number: dict[str, int] = {} if before is None else {each: k for k, each in enumerate(before.titles)}
        self.add_titles(catalogue)
        self._layout: Layout | None = None
        self._arrays: dict[str, Doubles] = {}
        self._days: Doubles = np.zeros((DAYS, 0))

    @property
    def after(self) -> int:
        """The offset from which the log must be read; 0: all of it."""
        return 0 if self.before is None else self.before.offset

    @property
    def erasures_before(self) -> int:
        """How many erasures the kept histories know of."""
        return 0 if self.before is None else self.before.erasures

    @property
    def offset(self) -> int:
        """The offset that the sums cover now."""
        return self._as[0]

    @property
    def as_of(self) -> float:
        """The instant up to which everything is counted."""
        return self._as[2]

    def said(self) -> str:
        """Say in words how the sums were brought up to date."""
        if self.why:
            return f"counted anew, of {len(self.people):,} people ({self.why})"
        return f"brought up to date for {len(self.changed):,} of {len(self.people):,} people"

    def add_titles(self, title_ids: Sequence[str]) -> None:
        """Give numbers to titles that have none."""
        for title_id in title_ids:
            self.number.setdefault(title_id, len(self.number))

    def learn(self, histories: Mapping[str, History]) -> None:
        """Take people's whole histories, over numbers, in the place of what is known of them; an empty one is none."""
        new = People.of(histories)
        self.people = self.people.only(~self.people.among(histories)).and_also(new)
        self.changed |= histories.keys()

    def interactions(self) -> Interactions:
        """Everything that is counted, over the catalogue's items."""
        people = self.people.keep(self._counted(self.people.entries))
        entries = people.entries
        return Interactions(people.users, self._item[entries.items], entries.weights, entries.times)

    def count(self, wanted: Layout) -> Statistics:
        """Bring the sums up to date, in a layout like the one wanted (over items); give them over items.

        Asked again after somebody was taken out, they are counted anew only where another layout is wanted since.
        """
        chosen = self._choose(wanted)
        is_counted = self._layout is chosen
        self._layout = chosen
        shapes = {name: shape for name, shape in chosen.shapes().items() if name in KEPT}
        if self.why and not is_counted:
            self._arrays = sums_files.create(self.snapshot.folder, shapes)
            self._add(self.people, 1.0)
        elif not is_counted:
            self._arrays = {name: self._grown(name, shape) for name, shape in shapes.items()}
            self._replace_changed()
        self._count_days()
        return self._statistics()

    def take_out(self, marks: frozenset[bytes]) -> bool:
        """Take those out who were forgotten meanwhile; tell whether anybody was counted."""
        gone = taken_out(self.people, marks)
        if gone:
            is_gone = self.people.among(set(gone))
            self._add(self.people.only(is_gone), -1.0)
            self.people = self.people.only(~is_gone)
            self.changed |= set(gone)
        return bool(gone)

    def state(self) -> State:
        """What the sums cover now."""
        offset, erasures, as_of, stamp = self._as
        layout = self._of_now
        return State(
            "", offset, erasures, as_of, stamp, list(self.number), self._is_known.tolist(), layout.warm_items.tolist(),
            layout.n_joint, layout.most_ordered, layout.head_bins, layout.tail_bin,
        )  # fmt: skip

    @property
    def arrays(self) -> Mapping[str, Doubles]:
        """The sums to keep, over numbers."""
        return self._arrays

    def to_keep(self) -> tuple[People, list[str]]:
        """Those whose history is another than the ledger's, and those who have none any more."""
        changed = self.people if self.before is None else self.people.only(self.people.among(self.changed))
        return changed, sorted(self.changed - self.people.number.keys())

    @property
    def _of_now(self) -> Layout:
        if self._layout is None:
            raise AssertionError("the sums are counted first")
        return self._layout

    @property
    def _item(self) -> npt.NDArray[np.int32]:
        """The item of each number; -1 where the catalogue has no such title."""
        item = np.full(len(self.number), -1, np.int32)
        item[self._number_of_item] = np.arange(len(self._catalogue), dtype=np.int32)
        return item

    @property
    def _number_of_item(self) -> Longs:
        return np.array([self.number[title_id] for title_id in self._catalogue], np.int64)

    @property
    def _is_known(self) -> npt.NDArray[np.bool_]:
        return self._item >= 0

    def _counted(self, entries: History) -> npt.NDArray[np.bool_]:
        return np.asarray(self._is_known[entries.items] & (entries.times <= self._as[2]))

    def _choose(self, wanted: Layout) -> Layout:
        """Keep the layout there is where one like it is wanted, else note why all is counted anew."""
        place = np.full(len(self.number), -1, np.int32)
        place[self._number_of_item] = wanted.place
        chosen = replace(wanted, place=place, as_of=self._as[2])
        if self._layout is not None:
            if not self._layout.counts_like(chosen, SUMS):
                self.why = self.why or OTHER_TITLES
                return chosen
            return self._layout
        if self.before is None:
            return chosen
        kept = self.before.layout()
        grown = np.full(len(self.number), -1, np.int32)
        grown[: len(kept.place)] = kept.place
        kept = replace(kept, place=grown, as_of=self._as[2])
        if kept.counts_like(chosen, SUMS):
            return kept
        self.why = OTHER_TITLES
        return chosen

    def _grown(self, name: str, shape: tuple[int, ...]) -> Doubles:
        """A kept array, with room for the titles that came since."""
        before = self.snapshot.arrays[name]
        if before.shape == shape:
            return before
        known = np.array(before)
        grown = sums_files.create(self.snapshot.folder, {name: shape})[name]
        grown[..., : known.shape[-1]] = known
        return grown

    def _replace_changed(self) -> None:
        """Subtract what changed people contributed, and add what they contribute now.

        Changed is also who has a title that came into the catalogue or left it, or whose instant has come.
        """
        before = self.before
        if before is None:
            raise AssertionError("there is nothing to change")
        old = self.snapshot.people
        is_other = self.people.any_of_each(self._counted(self.people.entries) != self._was_counted(self.people.entries))
        also = {subject for subject, other in zip(self.people.subjects, is_other.tolist(), strict=True) if other}
        touched = self.changed | also
        minus = old.only(old.among(touched))
        self._add(minus.keep(before.counted(minus.entries)), -1.0, is_filtered=True)
        self._add(self.people.only(self.people.among(touched)), 1.0)

    def _was_counted(self, entries: History) -> npt.NDArray[np.bool_]:
        """What the kept sums would have counted; titles that came since were not."""
        if self.before is None:
            return np.zeros(len(entries), np.bool_)
        was_known = np.zeros(len(self.number), np.bool_)
        was_known[: len(self.before.is_known)] = self.before.is_known
        return np.asarray(was_known[entries.items] & (entries.times <= self.before.as_of))

    def _add(self, people: People, sign: float, *, is_filtered: bool = False) -> None:
        counted = people if is_filtered else people.keep(self._counted(people.entries))
        if len(counted.entries):
            add_counts(Statistics(self._of_now, self._arrays), counted.users, counted.entries, sign)

    def _count_days(self) -> None:
        layout = self._of_now
        people = self.people.keep(self._counted(self.people.entries))
        sums = Statistics.empty(layout, ("counts", "decayed", "days"))
        add_counts(sums, people.users, people.entries)
        self._days = sums.arrays["days"]

    def _statistics(self) -> Statistics:
        number = self._number_of_item
        layout = replace(self._of_now, place=self._of_now.place[number])
        by_item = {name: self._arrays[name][..., number] for name in ("counts", "decayed")}
        return Statistics(layout, {**self._arrays, **by_item, "days": self._days[..., number]})


def merged(parts: Sequence[tuple[Statistics, People, State]]) -> tuple[State, dict[str, Doubles], People]:
    """Add the sums of partitions of one log up: the same layout and offset, nobody in two of them."""
    (first, people, state), *others = parts
    total = {name: np.array(array) for name, array in first.arrays.items()}
    for sums, more, theirs in others:
        if _coverage(theirs) != _coverage(state):
            raise Invalid(
                "These sums are not parts of one whole.",
                where="sums",
                remedy="Give each the same titles, layout, offset and as-of time (see `SumsUpdate`).",
            )
        if people.number.keys() & more.number.keys():
            raise Invalid("Somebody is in two parts.", where="sums", remedy="Cut the log by person.")
        for name, array in sums.arrays.items():
            total[name] += array
        people = people.and_also(more)
    return state, total, people


def _coverage(state: State) -> State:
    """A state without what differs between stores that cover the same."""
    return msgspec.structs.replace(state, version="", solved=0, erasures=0)
