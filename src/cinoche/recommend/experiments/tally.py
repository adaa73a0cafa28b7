"""What came of experiments, summed up from the log in bounded memory, whatever the number of profiles.

Each arm keeps its counts in groups of profiles (a hash of the pseudonym names the group): impressions of one profile
fall into one group, so that errors between groups are errors between people. Nobody is kept by name.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.personal import mark_of
from cinoche.recommend import rows
from cinoche.recommend.attribution import Outcome, Seen, What
from cinoche.recommend.experiments.estimators import Doubles, Logged, by_groups

GROUPS: Final = 4_096
SEATS: Final = 1 << 20
"""Profiles are counted by the seats that they take, two in one at times: a million of them to a tenth of a percent."""

MOST_ARMS: Final = 100
"""Arms that are counted at most; those of which there was nothing for longest go first."""

MOST_DRAWS: Final = 200_000
"""Of how many places that were drawn it is known what came of them: the latest."""

OWN_ROWS: Final = frozenset({rows.CONTINUE_WATCHING, rows.MY_LIST, rows.PLAYABLE, rows.WATCH_AGAIN})
"""Rows of what is the profile's own: no arm chooses what stands in them."""

DRAWN: Final = rows.DRAWN

Floats = npt.NDArray[np.float32]


class Counts:
    """What came of one arm: things shown, played and completed, by group of profiles.

    A thing is a row; of an interleaved experiment, a title.
    """

    def __init__(self) -> None:
        self._of_groups: Floats = np.zeros((3, GROUPS), np.float32)
        self._seats = np.zeros(SEATS // 8, np.uint8)

    @property
    def profiles(self) -> int:
        """How many profiles there are, from how many seats are taken."""
        taken = int(np.bitwise_count(self._seats).sum())
        free = max(SEATS - taken, 1)
        return round(-SEATS * np.log(free / SEATS)) if taken else 0

    @property
    def shown(self) -> Doubles:
        """How many were shown to each group."""
        return self._sums(0)

    @property
    def played(self) -> Doubles:
        """How many of these were played."""
        return self._sums(1)

    @property
    def completed(self) -> Doubles:
        """How many of these were played to the end."""
        return self._sums(2)

    def _sums(self, what: int) -> Doubles:
        sums: Doubles = self._of_groups[what].astype(np.float64)
        return sums

    def add(self, subject: str, what: int, number: int = 1) -> None:
        """Count something of one profile."""
        mark = int.from_bytes(mark_of(subject)[:8], "big")
        self._of_groups[what, mark % GROUPS] += number
        seat = (mark >> 24) % SEATS
        self._seats[seat // 8] |= 1 << (seat % 8)


class Draws:
    """The latest places that were drawn: the chance, whether the best stayed, and what came of it."""

    def __init__(self, most: int = MOST_DRAWS) -> None:
        self._most = most
        self._n = 0
        self._propensities = np.zeros(0, np.float32)
        self._stayed = np.zeros(0, np.bool_)
        self._rewards = np.zeros(0, np.bool_)
        self._groups = np.zeros(0, np.uint16)
        self._places = np.zeros(0, np.uint16)

    def __len__(self) -> int:
        return min(self._n, self._most)

    def see(self, row: Seen, title_id: str) -> None:
        """Keep that a place was drawn."""
        number, self._n = self._n, self._n + 1
        at = number % self._most
        if at >= len(self._rewards):
            self._widen()
        self._propensities[at] = row.chances[title_id]
        self._stayed[at] = row.owed_to.get(title_id) != DRAWN
        self._rewards[at] = False
        self._groups[at] = int.from_bytes(mark_of(row.subject)[:8], "big") % GROUPS
        is_top = row.kind == rows.TOP_PICKS
        self._places[at] = 2 * min(row.places.get(title_id, 0), 999) + is_top
        row.numbers[title_id] = number

    def play(self, row: Seen, title_id: str) -> None:
        """Keep that what stood there was played."""
        number = row.numbers.get(title_id)
        if number is not None and number >= self._n - self._most:
            self._rewards[number % self._most] = True

    def never(self) -> Logged:
        """What was drawn, to judge by it what never drawing would earn at these places."""
        n = len(self)
        stayed, rewards = self._stayed[:n].astype(np.float64), self._rewards[:n].astype(np.float64)
        groups = self._groups[:n].astype(np.int64)
        keys = 2 * self._places[:n].astype(np.int64)
        predicted = by_groups(keys + self._stayed[:n], rewards, groups)
        expected = by_groups(keys, rewards, groups, known=self._stayed[:n])
        return Logged.of(rewards, self._propensities[:n], stayed, groups, predicted=predicted, expected=expected)

    def _widen(self) -> None:
        size = min(max(2 * len(self._rewards), 1_024), self._most)
        for name in ("_propensities", "_stayed", "_rewards", "_groups", "_places"):
            before = getattr(self, name)
            wider = np.zeros(size, before.dtype)
            wider[: len(before)] = before
            setattr(self, name, wider)


class Trials:
    """What came of every experiment, folded in the log's order."""

    def __init__(self) -> None:
        self._arms: OrderedDict[tuple[str, str], Counts] = OrderedDict()
        self.draws = Draws()

    def fold(self, event: Event, outcomes: Iterable[Outcome]) -> None:
        """Take one more event into account, with what it did to rows."""
        if event.type == types.EXPERIMENT_STARTED:
            for key in [each for each in self._arms if each[0] == event.data["experiment_id"]]:
                del self._arms[key]
        for outcome in outcomes:
            self._draw(outcome)
            if outcome.row.experiment_id:
                self._count(outcome)

    def counts(self, experiment_id: str, arm: str) -> Counts:
        """What came of one arm."""
        return self._arms.get((experiment_id, arm)) or Counts()

    def _draw(self, outcome: Outcome) -> None:
        row = outcome.row
        for title_id in (each for each in outcome.title_ids if each in row.chances):
            if row.owed_to.get(title_id, DRAWN) != DRAWN:
                continue
            if outcome.what is What.PLAYED:
                self.draws.play(row, title_id)
            elif outcome.what is not What.COMPLETED:
                self.draws.see(row, title_id)

    def _count(self, outcome: Outcome) -> None:
        row = outcome.row
        if not row.arm:
            for title_id in outcome.title_ids:
                if (team := row.owed_to.get(title_id, DRAWN)) != DRAWN:
                    self._of(row, team).add(row.subject, _PART[outcome.what])
        elif row.kind not in OWN_ROWS:
            first = {What.SEEN: True, What.PLAYED: len(row.played) == 1, What.COMPLETED: len(row.completed) == 1}
            if first.get(outcome.what):
                self._of(row, row.arm).add(row.subject, _PART[outcome.what])

    def _of(self, row: Seen, arm: str) -> Counts:
        key = (row.experiment_id, arm)
        counts = self._arms.pop(key, None)
        self._arms[key] = counts = counts or Counts()
        if len(self._arms) > MOST_ARMS:
            self._arms.popitem(last=False)
        return counts


_PART: Final = {What.SEEN: 0, What.MORE: 0, What.PLAYED: 1, What.COMPLETED: 2}
