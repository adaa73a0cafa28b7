"""What the log says was played and seen, kept on the disk while it is folded: memory is bounded, the log is not."""

import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from cinoche.events import types
from cinoche.events.models import Event
from cinoche.insights.models import Play, RowFigures, Span, Sum, advance, day_named, day_of
from cinoche.kit.clock import DAY_S

MOST_OPEN: Final = 20_000
"""How many plays are kept in memory, for the next event is most often of one of them."""

_CACHE_KIB: Final = 16 << 10
_PLAYBACK: Final = frozenset(
    {types.PLAYBACK_STARTED, types.PLAYBACK_PROGRESSED, types.PLAYBACK_COMPLETED, types.PLAYBACK_ABANDONED}
)
_BETWEEN: Final = "\x1f"
_SCHEMA: Final = f"""
    PRAGMA cache_size = -{_CACHE_KIB};
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE plays (
        id INTEGER PRIMARY KEY, subject TEXT, title_id TEXT, session TEXT, day INTEGER,
        at REAL, position_s REAL, watched_s REAL, is_completed INTEGER
    );
    CREATE INDEX plays_open ON plays (subject, title_id, session);
    CREATE INDEX plays_by_day ON plays (day);
    CREATE TABLE seen (
        id INTEGER PRIMARY KEY, subject TEXT, at REAL, day INTEGER, kind TEXT, title_ids TEXT, is_played INTEGER
    );
    CREATE INDEX seen_by ON seen (subject, at);
    CREATE INDEX seen_by_day ON seen (day);
    CREATE TEMP TABLE wanted (title_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_FIND: Final = """
    SELECT id, day, at, position_s, watched_s, is_completed FROM plays
    WHERE subject = ? AND title_id = ? AND session = ? ORDER BY id DESC LIMIT 1
"""
_KEEP: Final = "INSERT OR REPLACE INTO plays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SHOWN_TO: Final = "SELECT id, title_ids FROM seen WHERE subject = ? AND at BETWEEN ? AND ? ORDER BY id DESC"
_OF_SPAN: Final = "FROM plays WHERE day BETWEEN ? AND ?"
_OF_WANTED: Final = "FROM plays WHERE day BETWEEN ? AND ? AND title_id IN (SELECT title_id FROM wanted)"
_SUMS: Final = "count(*), sum(watched_s), sum(is_completed)"

Key = tuple[str, str, str]
IsWanted = Callable[[str], bool]


class Plays:
    """What was played and seen, folded event by event, in the log's order; not for several threads at once.

    A play is a play session; where an app names none, a play of a title lasts until the same person starts that title
    anew. Stars, lists and imports are no plays. The file has no name and goes away with the process.
    """

    def __init__(self, *, most_open: int = MOST_OPEN) -> None:
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._file.close)
        self._file.executescript(_SCHEMA)
        self._file.execute("BEGIN")  # and never an end: nobody else reads it, and nothing of it is kept
        self._most_open = most_open
        self._open: dict[Key, Play] = {}
        self._last = 0
        self._of_title: dict[str, int] = {}

    def fold(self, event: Event) -> None:
        """Take one more event into account."""
        if event.type in _PLAYBACK:
            self._play(event)
        elif event.type == types.ROW_SHOWN:
            self._show(event)

    def of_title(self, title_id: str) -> int:
        """Tell how often a title was ever played."""
        return self._of_title.get(title_id, 0)

    def span(self, first: int, last: int, is_wanted: IsWanted | None) -> Span:
        """Add up the plays that began in a span of days, of the titles that are wanted."""
        self._write(self._open.items())
        chosen = self._chosen(is_wanted)
        of_days = {day_named(number): Sum() for number in range(first, last + 1)}
        for number, *sums in self._all(f"SELECT day, {_SUMS} {chosen} GROUP BY day", first, last):
            of_days[day_named(number)] = Sum(*sums)
        titles = self._all(f"SELECT title_id, {_SUMS} {chosen} GROUP BY title_id", first, last)
        of_titles = {title_id: Sum(*sums) for title_id, *sums in titles}
        ((plays, watched_s, completed),) = self._all(f"SELECT {_SUMS} {chosen}", first, last)
        ((people,),) = self._all(f"SELECT count(DISTINCT subject) {chosen}", first, last)
        return Span(Sum(plays, watched_s or 0.0, completed or 0), of_days, of_titles, people)

    def rows(self, first: int, last: int, is_wanted: IsWanted | None) -> list[RowFigures]:
        """Tell which kinds of rows were seen in a span of days, with titles that are wanted, and played from."""
        if is_wanted is None:
            sql = "SELECT kind, count(*), sum(is_played) FROM seen WHERE day BETWEEN ? AND ? GROUP BY kind"
            return [RowFigures(*row) for row in self._all(sql, first, last)]
        shown: dict[str, int] = {}
        played: dict[str, int] = {}
        sql = "SELECT kind, title_ids, is_played FROM seen WHERE day BETWEEN ? AND ?"
        for kind, title_ids, is_played in self._all(sql, first, last):
            if any(map(is_wanted, title_ids.split(_BETWEEN))):
                shown[kind] = shown.get(kind, 0) + 1
                played[kind] = played.get(kind, 0) + is_played
        return [RowFigures(kind, count, played[kind]) for kind, count in shown.items()]

    def _all(self, sql: str, *values: Any) -> Iterator[Any]:
        return iter(self._file.execute(sql, values))

    def _chosen(self, is_wanted: IsWanted | None) -> str:
        """Write down which titles are wanted; gives what chooses their plays."""
        if is_wanted is None:
            return _OF_SPAN
        self._file.execute("DELETE FROM wanted")
        self._file.executemany("INSERT INTO wanted VALUES (?)", [(each,) for each in self._of_title if is_wanted(each)])
        return _OF_WANTED

    def _play(self, event: Event) -> None:
        data = event.data
        session = data.get("play_session_id", "")
        key = (event.subject, data[types.TITLE_ID], session)
        is_anew = not session and event.type == types.PLAYBACK_STARTED
        play = None if is_anew else self._find(key)
        if play is None:
            play = self._begin(key, event)
        advance(play, event)

    def _find(self, key: Key) -> Play | None:
        play = self._open.pop(key, None)
        if play is None:
            row = self._file.execute(_FIND, key).fetchone()
            if row is None:
                return None
            number, day, at, position_s, watched_s, is_completed = row
            play = Play(number, day, at, position_s, watched_s, bool(is_completed))
        self._hold(key, play)
        return play

    def _begin(self, key: Key, event: Event) -> Play:
        subject, title_id, _ = key
        if (before := self._open.pop(key, None)) is not None:
            self._write([(key, before)])
        self._last += 1
        play = Play(self._last, day_of(event.time_s), event.time_s, event.data.get(types.POSITION_S, 0.0))
        self._hold(key, play)
        self._of_title[title_id] = self._of_title.get(title_id, 0) + 1
        for number, title_ids in self._all(_SHOWN_TO, subject, event.time_s - DAY_S, event.time_s):
            if title_id in title_ids.split(_BETWEEN):
                self._file.execute("UPDATE seen SET is_played = 1 WHERE id = ?", (number,))
                break
        return play

    def _hold(self, key: Key, play: Play) -> None:
        """Keep a play in memory, as the one of which there was an event last; half of the others go when it is full."""
        self._open[key] = play
        if len(self._open) > self._most_open:
            oldest = list(self._open.items())[: (self._most_open + 1) // 2]
            self._write(oldest)
            for each, _ in oldest:
                del self._open[each]

    def _write(self, plays: Iterable[tuple[Key, Play]]) -> None:
        rows = (
            (each.number, *key, each.day, each.at, each.position_s, each.watched_s, each.is_completed)
            for key, each in plays
        )
        self._file.executemany(_KEEP, rows)

    def _show(self, event: Event) -> None:
        title_ids = _BETWEEN.join(event.data[types.TITLE_IDS])
        row = (event.subject, event.time_s, day_of(event.time_s), event.data["kind"], title_ids)
        self._file.execute(
            "INSERT INTO seen (subject, at, day, kind, title_ids, is_played) VALUES (?, ?, ?, ?, ?, 0)", row
        )
