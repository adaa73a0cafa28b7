"""The use cases of the library: what a profile has watched, rated, reviewed and kept, as of this very moment.

The stored states follow the log (``catch_up``), each step with its offset in one transaction. A read never waits for
them: it folds the few events that the log has beyond their offset over them, and writes nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from cinoche.events.models import Event, Recorded
from cinoche.events.ports import EventLog
from cinoche.kit.paging import Page, decode_cursor, encode_cursor
from cinoche.kit.personal import PersonalData, Subject
from cinoche.library.models import TitleState, apply, title_of
from cinoche.library.ports import Place, Step, TitleStates

Unseal = Callable[[str, str], str | None]
"""Read a sealed review: (subject, token) -> its text, or None when nobody can any more."""

_EMPTY = TitleState("")


def _as_it_is(subject: str, token: str) -> str | None:
    del subject
    return token


class Library(PersonalData):
    """History, progress, ratings, reviews and my list of every profile. Subjects are pseudonyms."""

    def __init__(self, log: EventLog, store: TitleStates, *, unseal: Unseal = _as_it_is) -> None:
        self._log = log
        self._store = store
        self._unseal = unseal

    def catch_up(self, limit: int = 10_000) -> int:
        """Fold at most ``limit`` further events into the stored states; tell how many there were.

        The log is read inside the transaction that writes: whoever erases a person from the log first, and from here
        next, cannot see them return. A log that ends before the stored offset is another log: all begins anew.
        """
        if self._store.offset() == self._log.end():
            return 0
        with self._store.step() as step:
            offset = step.offset
            tail = self._log.read(offset, limit=limit)
            if tail.offset < offset:
                step.clear()
                tail = self._log.read(0, limit=limit)
            if tail.offset != offset:
                _fold(step, tail.events, tail.offset)
        return len(tail.events)

    @property
    def offset(self) -> int:
        """How far the stored states have come along the log; reads are ahead of it."""
        return self._store.of_subject("")[0]

    def rebuild(self) -> int:
        """Forget the stored states and fold the whole log anew; tell how many events there were."""
        with self._store.step() as step:
            step.clear()
        folded = 0
        while count := self.catch_up():
            folded += count
        return folded

    def states(self, subject: str) -> dict[str, TitleState]:
        """Tell what the profile has done with each title, title id -> state; reviews stay sealed."""
        offset, stored = self._store.of_subject(subject)
        states = {state.title_id: state for state in stored}
        for recorded in self._log.read_subject(subject, after=offset):
            title_id = title_of(recorded.event)
            if title_id is not None:
                states[title_id] = apply(states.get(title_id) or TitleState(title_id), recorded.event)
        return states

    def state(self, subject: str, title_id: str) -> TitleState:
        """Tell what the profile has done with one title, its review readable; an empty state when nothing."""
        offset, stored = self._store.of_title(subject, title_id)
        state = stored or TitleState(title_id)
        for recorded in self._log.read_subject(subject, after=offset):
            if title_of(recorded.event) == title_id:
                state = apply(state, recorded.event)
        return self._readable(subject, state)

    def history(self, subject: str, *, limit: int = 50, cursor: str | None = None) -> Page[TitleState]:
        """List the titles that were watched, latest first."""
        watched = [state for state in self.states(subject).values() if state.in_history]
        return _page("history", watched, lambda state: state.watched_at, limit, cursor)

    def ratings(self, subject: str, *, limit: int = 50, cursor: str | None = None) -> Page[TitleState]:
        """List the titles that were given stars, latest first."""
        rated = [state for state in self.states(subject).values() if state.rating is not None]
        return _page("ratings", rated, lambda state: state.rated_at, limit, cursor)

    def watchlist(self, subject: str, *, limit: int = 50, cursor: str | None = None) -> Page[TitleState]:
        """List the titles on my list, latest first."""
        listed = [state for state in self.states(subject).values() if state.is_listed]
        return _page("watchlist", listed, lambda state: state.listed_at, limit, cursor)

    def reviews(self, subject: str, *, limit: int = 50, cursor: str | None = None) -> Page[TitleState]:
        """List the titles that were reviewed, latest first, with the texts readable."""
        reviewed = [state for state in self.states(subject).values() if state.review is not None]
        page = _page("reviews", reviewed, lambda state: state.reviewed_at, limit, cursor)
        return Page([self._readable(subject, state) for state in page.items], page.next)

    @property
    def holder(self) -> str:
        """The name of the library in reports of exports and erasures."""
        return "library"

    @property
    def tables(self) -> frozenset[str]:
        """The tables that name a person."""
        return self._store.tables

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield what was done with each title; what was never done is left out."""
        if not subject.pseudonym:
            return
        empty = asdict(_EMPTY)
        for state in self.states(subject.pseudonym).values():
            values = asdict(self._readable(subject.pseudonym, state))
            yield {name: value for name, value in values.items() if value != empty[name]}

    def erase(self, subject: Subject) -> int:
        """Delete the stored states of a person; their events must have been erased from the log before."""
        return self._store.erase(subject)

    def _readable(self, subject: str, state: TitleState) -> TitleState:
        return state if state.review is None else replace(state, review=self._unseal(subject, state.review))


def _fold(step: Step, events: Sequence[Recorded], offset: int) -> None:
    by_place: dict[Place, list[Event]] = {}
    for recorded in events:
        title_id = title_of(recorded.event)
        if title_id is not None:
            by_place.setdefault((recorded.event.subject, title_id), []).append(recorded.event)
    places = sorted(by_place)
    stored = step.find(places)
    added: dict[Place, TitleState] = {}
    changed: dict[Place, TitleState] = {}
    for place in places:
        before = stored.get(place)
        state = before or TitleState(place[1])
        for event in by_place[place]:
            state = apply(state, event)
        if before is None:
            added[place] = state
        elif state != before:
            changed[place] = state
    step.save(added, changed, offset)


def _page(
    name: str, states: list[TitleState], instant: Callable[[TitleState], float], limit: int, cursor: str | None
) -> Page[TitleState]:
    def rank(state: TitleState) -> tuple[float, str]:
        return (-instant(state), state.title_id)

    states.sort(key=rank)
    if cursor is not None:
        after = decode_cursor(name, cursor, tuple[float, str])
        states = [state for state in states if rank(state) > after]
    some = states[:limit]
    return Page(some, encode_cursor(name, *rank(some[-1])) if len(states) > limit and some else None)
