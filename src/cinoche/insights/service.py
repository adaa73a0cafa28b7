"""Figures of what was watched, from a fold of the log that every question first brings up to date."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Lock
from typing import Final

from cinoche.catalog.models import Face, Faces
from cinoche.events.ports import EventLog
from cinoche.insights.models import Figures, Span, Sum, TitleFigures, day_named, day_number, day_of
from cinoche.insights.plays import IsWanted, Plays
from cinoche.kit.clock import Clock, system_clock
from cinoche.kit.errors import Invalid, Unavailable

USUAL_DAYS: Final = 28
LONGEST_DAYS: Final = 731
"""How many days a question is about when it does not say, and at most."""


class Insights:
    """What was watched here, when, and from which rows. Threads may share it.

    Nothing outlives the process: the first question reads the log, later ones its tail. When somebody was erased from
    the log since, by whichever process, all is folded anew, so that they are in no figure any more.
    """

    def __init__(self, log: EventLog, faces: Callable[[], Faces], *, clock: Clock = system_clock) -> None:
        self._log = log
        self._faces = faces
        self._clock = clock
        self._turn = Lock()
        self._plays: Plays | None = None
        self._offset = 0
        self._erasures = -1

    def figures(self, *, since: date | None = None, until: date | None = None, genre: str | None = None) -> Figures:
        """Tell what was watched in a span of UTC days, of one genre or of all; raises Invalid for no such span."""
        since, until = self._span(since, until)
        with self._up_to_date() as plays:
            return _figures(plays, self._faces(), since, until, genre)

    def plays_of(self, title_ids: Iterable[str]) -> Mapping[str, int]:
        """Tell how often each title was ever played; a series counts the plays of its episodes."""
        faces = self._faces()
        with self._up_to_date() as plays:
            return {title_id: _count(plays, faces, title_id) for title_id in title_ids}

    def _span(self, since: date | None, until: date | None) -> tuple[date, date]:
        until = until or day_named(day_of(self._clock()))
        try:
            since = since or until - timedelta(days=USUAL_DAYS - 1)
            since - timedelta(days=LONGEST_DAYS)  # the span before must have days too
        except OverflowError:
            raise Invalid("there are no days that early.", where="query.since", remedy="Ask from 1970 on.") from None
        if since > until:
            raise Invalid("the span ends before it begins.", where="query.since", remedy="Give `since` <= `until`.")
        if (until - since).days >= LONGEST_DAYS:
            raise Invalid(
                f"the span is longer than {LONGEST_DAYS} days.",
                where="query.since",
                remedy="Ask for two years at most.",
            )
        return since, until

    @contextmanager
    def _up_to_date(self) -> Iterator[Plays]:
        """Give the plays of all that the log has now; raises Unavailable where the disk has no room for them."""
        with self._turn:
            try:
                yield self._catch_up()
            except sqlite3.Error as error:
                self._plays = None
                raise Unavailable(
                    f"what was watched cannot be added up ({error}).",
                    where="the folder for temporary files",
                    remedy="Make room there, or name another in SQLITE_TMPDIR.",
                ) from error

    def _catch_up(self) -> Plays:
        erasures = self._log.erasures()  # before the events: an erasure meanwhile is seen by the next question
        plays = self._plays
        if plays is None or erasures != self._erasures or self._log.end() < self._offset:
            plays, self._offset, self._erasures = Plays(), 0, erasures
        self._plays = plays
        while self._offset < self._log.end():
            tail = self._log.read(self._offset)
            for recorded in tail.events:
                plays.fold(recorded.event)
            self._offset = tail.offset
        return plays


def _figures(plays: Plays, faces: Faces, since: date, until: date, genre: str | None) -> Figures:
    first, last = day_number(since), day_number(until)
    is_wanted = None if genre is None else _filter(faces, genre)
    now = plays.span(first, last, is_wanted)
    rows = plays.rows(first, last, is_wanted)
    return Figures(
        since=since,
        until=until,
        genre=genre,
        now=now,
        before=plays.span(first - (last - first + 1), first - 1, is_wanted),
        titles=_titles(now, faces),
        rows=sorted(rows, key=lambda each: (-each.played, -each.shown, each.kind)),
        genres=sorted({each for face in faces.faces for each in face.genres}),
    )


def _filter(faces: Faces, genre: str) -> IsWanted:
    """Make the question whether a title is of the genre, answered once for each title."""
    known: dict[str, bool] = {}

    def is_wanted(title_id: str) -> bool:
        found = known.get(title_id)
        if found is None:
            found = known[title_id] = genre in _genres(faces, title_id)
        return found

    return is_wanted


def _genres(faces: Faces, title_id: str) -> tuple[str, ...]:
    """The genres of a title; an episode without any has those of its series."""
    face = _face(faces, title_id)
    while face is not None and not face.genres and face.parent_id is not None:
        face = _face(faces, face.parent_id)
    return face.genres if face is not None else ()


def _face(faces: Faces, title_id: str) -> Face | None:
    return faces.get(title_id) or faces.withdrawn.get(title_id)


def _titles(span: Span, faces: Faces) -> list[TitleFigures]:
    """List what was played, the most played first; episodes count for their series."""
    found: dict[str, Sum] = {}
    for title_id, each in span.titles.items():
        whole = found.setdefault(_whole(faces, title_id), Sum())
        whole.plays += each.plays
        whole.watched_s += each.watched_s
        whole.completed += each.completed
    named = []
    for title_id, each in found.items():
        face = _face(faces, title_id)
        named.append(TitleFigures(title_id, face.name if face else title_id, face.year if face else None, each))
    return sorted(named, key=lambda each: (-each.plays.plays, -each.plays.watched_s, each.name, each.title_id))


def _whole(faces: Faces, title_id: str) -> str:
    face = _face(faces, title_id)
    while face is not None and face.parent_id is not None and (above := _face(faces, face.parent_id)) is not None:
        face = above
    return title_id if face is None else face.title_id


def _count(plays: Plays, faces: Faces, title_id: str) -> int:
    under = faces.children.get(title_id, ())
    return plays.of_title(title_id) + sum(_count(plays, faces, each) for each in under)
