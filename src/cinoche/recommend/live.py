"""Learning while serving: what a published model's live scorers learn from the log's tail, and whom they forget."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from cinoche.events.models import Recorded, Tail
from cinoche.events.ports import EventLog
from cinoche.kit.personal import mark_of
from cinoche.library.models import TitleState, apply, title_of
from cinoche.recommend.artefact import PEOPLE, Model
from cinoche.recommend.blend import SHORT_BELOW
from cinoche.recommend.families import memory
from cinoche.recommend.scorers import MEMORY, MEMORY_LONG, MEMORY_SHARP
from cinoche.recommend.state import SignalWeights, happened_at, weigh
from cinoche.recommend.statistics import History

if TYPE_CHECKING:
    from cinoche.recommend.families.crowd import CrowdScorer

BATCH: Final = 256
"""How many events are learnt between two looks at the time."""

STEP_S: Final = 0.005
"""How long one answer waits for learning at most; what is left is learnt before the next ones."""

PEOPLE_KEPT: Final = 10_000
"""Of how many people what they did is kept folded; others are folded anew when they do something more."""

REMEMBERING: Final = frozenset({MEMORY, MEMORY_LONG, MEMORY_SHARP})
"""The scorers whose loops are compiled, which an answer must not wait for."""

Marks = npt.NDArray[np.uint64]


def marks_of(subjects: Sequence[str]) -> Marks:
    """Tell the short marks by which a model knows people again; they lead to nobody's name."""
    return np.frombuffer(b"".join(mark_of(each)[:8] for each in subjects), np.uint64)


class Learner:
    """Brings one model from what it was published with to the end of the log, and keeps it there.

    What a person newly says of a title takes the place of what was learnt of the two. Who was erased is struck out, and
    is never learnt again.
    """

    def __init__(self, log: EventLog, model: Model, weights: SignalWeights) -> None:
        self.model = model
        self.offset = model.offset
        self._log = log
        self._weights = weights
        self._titles: OrderedDict[str, dict[str, TitleState]] = OrderedDict()
        self._numbers: dict[str, int] = {}
        self._gone: set[bytes] = set()
        marks = model.arrays.get(PEOPLE, np.zeros(0, np.uint64))
        self._order = np.argsort(marks)
        self._marks: Marks = marks[self._order]
        self._n_people = len(marks)
        if not REMEMBERING.isdisjoint(model.scorers):
            memory.warm()
        if model.crowd is None:
            self.offset = log.end()
        else:
            self._warm_up(model.crowd)
        if model.n_items and (model.gate or model.ranking):
            for n in (1, min(SHORT_BELOW, model.n_items)):
                model.scored(History.of(np.arange(n)))
        self.forget_marks(log.erased_since(0))

    def number(self, subject: str) -> int:
        """Tell the number by which the model knows a person; -1 for somebody it has learnt nothing from."""
        known = self._numbers.get(subject)
        return self._published(mark_of(subject)) if known is None else known

    def follow(self, tail: Tail) -> bool:
        """Learn a tail that begins where this has come to, if it is short; tell whether that was so."""
        if self.model.crowd is not None and len(tail.events) > BATCH:
            return False
        self._learn(tail.events)
        self.offset = tail.offset
        return True

    def step(self) -> bool:
        """Learn what the log has gained, for a short while; tell whether that is all of it."""
        began = time.perf_counter()
        while True:
            tail = self._log.read(self.offset, limit=BATCH)
            self._learn(tail.events)
            self.offset = tail.offset
            if len(tail.events) < BATCH:
                return True
            if time.perf_counter() - began > STEP_S:
                return False

    def forget_marks(self, marks: Sequence[bytes]) -> None:
        """Forget those who were erased."""
        self._gone.update(marks)
        for subject in [each for each in self._titles if mark_of(each) in self._gone]:
            self._titles.pop(subject)
        published = {self._published(each) for each in marks} - {-1}
        for forget in filter(None, (getattr(each, "forget", None) for each in self.model.scorers.values())):
            for person in published:  # what was solved out of rows remembers them, though it learns nothing here
                forget(person)
        crowd = self.model.crowd
        if crowd is None:
            return
        late = {number for subject, number in self._numbers.items() if mark_of(subject) in set(marks)}
        for person in late | published:
            crowd.forget(person)

    def forget(self, subject: str) -> None:
        """Forget one person."""
        self.forget_marks([mark_of(subject)])

    def _warm_up(self, crowd: "CrowdScorer") -> None:
        """Load what is compiled before the first answer needs it: nobody says nothing of a title, and goes."""
        if crowd.n_items and self.model.gate is not None:
            nobody, item = np.array([self._n_people], np.int32), np.zeros(1, np.int32)
            crowd.learn(nobody, item, np.zeros(1, np.float32), np.array([crowd.latest_at]))
            crowd.forget(self._n_people)

    def _published(self, mark: bytes) -> int:
        """The number of a person that the model was published with."""
        short = np.frombuffer(mark[:8], np.uint64)[0]
        place = int(np.searchsorted(self._marks, short))
        is_there = place < len(self._marks) and self._marks[place] == short
        return int(self._order[place]) if is_there else -1

    def _number_for(self, subject: str) -> int:
        number = self.number(subject)
        if number < 0:
            number, self._n_people = self._n_people, self._n_people + 1
        self._numbers[subject] = number
        return number

    def _learn(self, events: Sequence[Recorded]) -> None:
        crowd = self.model.crowd
        if crowd is None:
            return
        for recorded in events:
            title_id = title_of(recorded.event)
            if title_id is not None and mark_of(recorded.event.subject) not in self._gone:
                self._learn_one(crowd, recorded, title_id)

    def _learn_one(self, crowd: "CrowdScorer", recorded: Recorded, title_id: str) -> None:
        titles = self._titles_of(recorded.event.subject, recorded.offset - 1)
        before = titles.get(title_id) or TitleState(title_id)
        after = titles[title_id] = apply(before, recorded.event)
        said, says = ((weigh(each, self._weights), happened_at(each)) for each in (before, after))
        item = self.model.index.get(title_id)
        if item is not None and said != says:
            weight, at = says
            crowd.learn(
                np.array([self._number_for(recorded.event.subject)], np.int32),
                np.array([item], np.int32),
                np.array([weight], np.float32),
                np.array([at], np.float64),
            )

    def _titles_of(self, subject: str, until: int) -> dict[str, TitleState]:
        titles = self._titles.pop(subject, None)
        if titles is None:
            titles = {}
            for recorded in self._log.read_subject(subject, until=until):
                title_id = title_of(recorded.event)
                if title_id is not None:
                    titles[title_id] = apply(titles.get(title_id) or TitleState(title_id), recorded.event)
        self._titles[subject] = titles
        if len(self._titles) > PEOPLE_KEPT:
            self._titles.popitem(last=False)
        return titles
