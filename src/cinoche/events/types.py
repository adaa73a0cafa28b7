"""The registry: every type of event, its fields and their bounds, and the version of that schema.

What can be undone has its event too (``title.rated``, ``title.unrated``). A type never changes meaning: a new meaning
is a new version, and readers keep understanding the old ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from cinoche.kit.errors import Invalid

PLAYBACK_STARTED: Final = "playback.started"
PLAYBACK_PROGRESSED: Final = "playback.progressed"
PLAYBACK_COMPLETED: Final = "playback.completed"
PLAYBACK_ABANDONED: Final = "playback.abandoned"
HISTORY_REMOVED: Final = "history.removed"
TITLE_RATED: Final = "title.rated"
TITLE_UNRATED: Final = "title.unrated"
TITLE_REVIEWED: Final = "title.reviewed"
REVIEW_REMOVED: Final = "review.removed"
TITLE_LIKED: Final = "title.liked"
TITLE_DISLIKED: Final = "title.disliked"
TITLE_UNREACTED: Final = "title.unreacted"
WATCHLIST_ADDED: Final = "watchlist.added"
WATCHLIST_REMOVED: Final = "watchlist.removed"
TITLE_DISMISSED: Final = "title.dismissed"
TITLE_UNDISMISSED: Final = "title.undismissed"
TITLE_RESTORED: Final = "title.restored"
ROW_SHOWN: Final = "row.shown"
SLATE_SHOWN: Final = "slate.shown"
EXPERIMENT_STARTED: Final = "experiment.started"
EXPERIMENT_STOPPED: Final = "experiment.stopped"

TITLE_ID: Final = "title_id"
RATING: Final = "rating"
POSITION_S: Final = "position_s"
DURATION_S: Final = "duration_s"
TEXT: Final = "text"
SENTIMENT: Final = "sentiment"
TITLE_IDS: Final = "title_ids"
ROWS: Final = "rows"

MIN_RATING: Final = 0.5
MAX_RATING: Final = 5.0
MAX_REVIEW_LENGTH: Final = 10_000
MAX_SHOWN: Final = 200
MAX_ROWS: Final = 40
DAY_S: Final = 86_400

AB: Final = "ab"
INTERLEAVED: Final = "interleaved"
MAX_ARMS: Final = 8
EXPERIMENTS: Final = "experiments"
"""The subject of the events about experiments: nobody."""

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=DAY_S)]


class _Fields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The fields of one type of event; anything else is refused."""


class AboutTitle(_Fields, frozen=True):
    """An event that needs no more than the title it is about."""

    title_id: Id
    play_session_id: Id | None = None


class Playback(_Fields, frozen=True):
    """How far a play session has come, of how much, both in seconds."""

    title_id: Id
    position_s: Seconds = 0.0
    duration_s: Annotated[float, Meta(gt=0, le=DAY_S)] | None = None
    play_session_id: Id | None = None


class Rated(_Fields, frozen=True):
    """Stars that a person gave, from 0.5 to 5."""

    title_id: Id
    rating: Annotated[float, Meta(ge=MIN_RATING, le=MAX_RATING)]


class Reviewed(_Fields, frozen=True):
    """A review: its text (the log keeps it encrypted under the profile's key) and, when known, its sentiment."""

    title_id: Id
    text: Annotated[str, Meta(min_length=1, max_length=MAX_REVIEW_LENGTH)]
    sentiment: Annotated[float, Meta(ge=-1, le=1)] | None = None


class RowShown(_Fields, frozen=True):
    """A row that the page really put before somebody's eyes: which titles, in which order, and by which scorer."""

    kind: Id
    title_ids: Annotated[list[Id], Meta(min_length=1, max_length=MAX_SHOWN)]
    position: Annotated[int, Meta(ge=0, le=1_000)] = 0
    slate_id: Id | None = None
    scorer: Id | None = None


class RowSeen(_Fields, frozen=True):
    """A row of a slate as far as it was seen: its titles, their places in it, and the chance of each to stand there.

    ``owed_to`` says of each title what put it there: nothing in particular, a draw (``drawn``), or the arm of an
    interleaved experiment; it is left out where that is nothing of all of them.
    """

    kind: Id
    position: Annotated[int, Meta(ge=0, le=1_000)]
    title_ids: Annotated[list[Id], Meta(min_length=1, max_length=MAX_SHOWN)]
    places: Annotated[list[Annotated[int, Meta(ge=0, le=1_000)]], Meta(min_length=1, max_length=MAX_SHOWN)]
    propensities: Annotated[list[Annotated[float, Meta(gt=0, le=1)]], Meta(min_length=1, max_length=MAX_SHOWN)]
    owed_to: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=MAX_SHOWN)] = []


class SlateShown(_Fields, frozen=True):
    """What of a page that the recommender made was really before somebody's eyes; only the server can say so."""

    slate_id: Id
    scorer: Id
    made_at: float
    visit_at: float
    rows: Annotated[list[RowSeen], Meta(min_length=1, max_length=MAX_ROWS)]
    model: Annotated[str, Meta(max_length=64)] = ""
    experiment_id: Annotated[str, Meta(max_length=64)] = ""
    arm: Annotated[str, Meta(max_length=64)] = ""


class ExperimentArm(_Fields, frozen=True):
    """One way of recommending: what it changes of what everybody gets."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9._-]{0,39}$")]
    scorer: Annotated[str, Meta(max_length=64)] = ""
    version: Annotated[str, Meta(max_length=64)] = ""
    calibration: Share | None = None
    diversity: Share | None = None
    exploration: Share | None = None


class ExperimentStarted(_Fields, frozen=True):
    """An experiment that an operator declared: its arms, and which share of the profiles takes part."""

    experiment_id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9._-]{0,39}$")]
    kind: Literal["ab", "interleaved"]
    arms: Annotated[list[ExperimentArm], Meta(min_length=2, max_length=MAX_ARMS)]
    share: Annotated[float, Meta(gt=0, le=1)] = 1.0
    salt: Annotated[str, Meta(max_length=64)] = ""


class ExperimentStopped(_Fields, frozen=True):
    """The end of an experiment: everybody gets what everybody gets."""

    experiment_id: Id


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event: its name, its fields, the version of that schema, and a sentence for the reference.

    No client can send one ``of_server``; one ``of_nobody`` is about no person.
    """

    name: str
    fields: type[_Fields]
    sentence: str
    version: int = 1
    of_server: bool = False
    of_nobody: bool = False


EVENT_TYPES: Mapping[str, EventType] = {
    each.name: each
    for each in (
        EventType(PLAYBACK_STARTED, Playback, "A play session began."),
        EventType(PLAYBACK_PROGRESSED, Playback, "A play session reached a position."),
        EventType(PLAYBACK_COMPLETED, Playback, "A play session reached the end, or close enough (92 %)."),
        EventType(PLAYBACK_ABANDONED, Playback, "A play session was given up before the end."),
        EventType(HISTORY_REMOVED, AboutTitle, "A title was taken out of the history; nothing learns from it."),
        EventType(TITLE_RATED, Rated, "A title was given stars."),
        EventType(TITLE_UNRATED, AboutTitle, "The stars were taken back."),
        EventType(TITLE_REVIEWED, Reviewed, "A review was written, or written anew."),
        EventType(REVIEW_REMOVED, AboutTitle, "The review was taken back."),
        EventType(TITLE_LIKED, AboutTitle, "A thumb up."),
        EventType(TITLE_DISLIKED, AboutTitle, "A thumb down."),
        EventType(TITLE_UNREACTED, AboutTitle, "The thumb was taken back; whether it is dismissed stays as it is."),
        EventType(WATCHLIST_ADDED, AboutTitle, "A title was put on my list."),
        EventType(WATCHLIST_REMOVED, AboutTitle, "A title was taken off my list."),
        EventType(TITLE_DISMISSED, AboutTitle, "Not interested: the title is not proposed any more."),
        EventType(TITLE_UNDISMISSED, AboutTitle, "A dismissed title may be proposed again; a thumb stays as it is."),
        EventType(TITLE_RESTORED, AboutTitle, "Both a dismissal and a thumb were taken back."),
        EventType(ROW_SHOWN, RowShown, "A row was seen on a page that another program made."),
        EventType(
            SLATE_SHOWN,
            SlateShown,
            "Rows of a page were seen; written by the server alone, of a slate that it signed.",
            of_server=True,
        ),
        EventType(
            EXPERIMENT_STARTED, ExperimentStarted, "An operator began an experiment.", of_server=True, of_nobody=True
        ),
        EventType(
            EXPERIMENT_STOPPED, ExperimentStopped, "An operator ended an experiment.", of_server=True, of_nobody=True
        ),
    )
}


def rows_shown(type_name: str, data: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[str]]]:
    """Tell the rows that an event says were seen: the kind of each and its titles; none for any other event."""
    if type_name == ROW_SHOWN:
        yield data["kind"], data[TITLE_IDS]
    elif type_name == SLATE_SHOWN:
        yield from ((row["kind"], row[TITLE_IDS]) for row in data[ROWS])


def titles_shown(type_name: str, data: Mapping[str, Any]) -> Iterator[str]:
    """Tell the titles that an event says were seen."""
    for _, title_ids in rows_shown(type_name, data):
        yield from title_ids


def parse_data(type_name: str, data: object, *, where: str) -> dict[str, Any]:
    """Check the data of an event against the schema of its type, and return it with its defaults left out.

    Raises Invalid with the field that is wrong when the type is unknown or the data do not fit.
    """
    event_type = EVENT_TYPES.get(type_name)
    if event_type is None:
        known = ", ".join(EVENT_TYPES)
        raise Invalid(
            f"{type_name[:64]!r} is not a type of event.", where=f"{where}.type", remedy=f"Use one of: {known}."
        )
    try:
        fields = msgspec.convert(data, event_type.fields)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        field = path.rstrip("`")
        raise Invalid(
            f"{reason}.", where=f"{where}.data{field}", remedy=f"See the fields of {type_name} in the reference."
        ) from error
    checked: dict[str, Any] = msgspec.to_builtins(fields)
    return checked
