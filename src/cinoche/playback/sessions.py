"""Play sessions: who may watch what now, under which addresses, from where, and what the log is told of it.

A play session holds a lease on one of its account's streams: each heartbeat renews it, and ``LEASE_S`` after the last
one another device may have its place. Whether a play session still goes on is looked up for every address that it gave
out, at most ``CHECKED_S`` old: what ends it (signing out, another password, an erasure, a child chosen on the device, a
limit that is lowered, a title that is withdrawn) stops its media.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from cinoche.accounts.models import Profile, Session
from cinoche.catalog import series
from cinoche.catalog.models import Face, Faces, Kind, is_fit
from cinoche.events import types
from cinoche.events.models import Appended, Event
from cinoche.kit.clock import HOUR_S, Clock, system_clock
from cinoche.kit.errors import Forbidden, NotFound
from cinoche.kit.ids import keyed_id, random_id
from cinoche.library.models import PLAYED_SHARE, TitleState
from cinoche.library.series import resume_of
from cinoche.playback import tokens
from cinoche.playback.heartbeats import CLOSED, Told, fold
from cinoche.playback.models import Asset, Beat, Playing, PlaySession, TooManyStreams, Totals

if TYPE_CHECKING:
    from cinoche.catalog.service import Catalog
    from cinoche.events.ports import EventLog
    from cinoche.library.service import Library
    from cinoche.playback.adapters.sessions_sql import SqlPlaySessions
    from cinoche.privacy.service import Privacy

SOURCE: Final = "cinoche:playback"
LEASE_S: Final = 45.0
SILENT_S: Final = 300.0
"""Without a heartbeat for so long, addresses stop working: a stream that nobody counts must not go on."""

LASTS_S: Final = 12 * HOUR_S
"""How long the addresses of a play session work at most."""

CHECKED_S: Final = 3.0
"""For how long an address found good needs no second look; with a proxy's 5 s this stays below 10 s."""

_RESUME_FROM_S: Final = 10.0
_RESUME_FROM_SHARE: Final = 0.02
_MAX_CHECKED: Final = 10_000


class Assets(Protocol):
    """What play sessions need to know of media."""

    def asset_of(self, title_id: str) -> Asset | None:
        """Give the asset of a title that can be played."""
        ...


@dataclass(frozen=True, slots=True)
class Started:
    """A play session that has begun, with all that a player needs."""

    play_session: PlaySession
    token: str
    asset: Asset
    face: Face
    series: Face | None
    next: Face | None
    next_season: int | None
    position_s: float
    offset: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What a message adds to the counts of how well pictures arrive."""

    stalls: int = 0
    stalled_ms: float = 0.0
    dropped_frames: int = 0
    startup_ms: float | None = None
    bitrate_kbps: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message of heartbeats."""

    goes_on: bool
    expires_at: float
    offset: int
    quality: Quality


class PlaySessions:
    """The play sessions of an installation. Methods wait for the log and the database: call them in a thread.

    ``allows`` alone is quick enough for the loop. ``watcher`` gives the profile that plays in a session, by the ids of
    both, for as long as it may; ``labels`` what the devices of a session's account are called, by their sessions.
    """

    def __init__(
        self,
        table: "SqlPlaySessions",
        *,
        secret: bytes,
        log: "EventLog",
        catalog: "Catalog",
        library: "Library",
        privacy: "Privacy",
        assets: Assets,
        watcher: Callable[[str, str], Profile | None],
        labels: Callable[[Session], Mapping[str, str]] = lambda _: {},
        at_once: int = 4,
        clock: Clock = system_clock,
    ) -> None:
        self._table = table
        self._key = tokens.derive_key(secret)
        self._log = log
        self._catalog = catalog
        self._library = library
        self._privacy = privacy
        self._assets = assets
        self._watcher = watcher
        self._labels = labels
        self._at_once = at_once
        self._clock = clock
        self._checked: dict[str, float] = {}

    def start(
        self, session: Session, profile: Profile, title_id: str, *, max_age: int | None, from_start: bool = False
    ) -> Started:
        """Begin to play a title, or the next episode of a series, where this profile stopped.

        ``max_age`` is the limit of who asks, the profile's own included. Raises NotFound where there is no such title
        for them or it cannot be played here, and TooManyStreams.
        """
        faces, subject = self._catalog.faces(), self._privacy.pseudonym(profile.profile_id)
        face = self._chosen(faces, subject, _shown(faces, title_id, max_age), max_age)
        asset = self._assets.asset_of(face.title_id)
        if asset is None:
            raise _not_here(face.name)
        state = self._library.state(subject, face.title_id)
        position_s = 0.0 if from_start else _resume_at(state, asset)
        play_session = self._opened(session, profile, asset, position_s)
        self._lease(play_session, session, max_age)
        told = Told(types.PLAYBACK_STARTED, position_s, play_session.started_at, "")
        offset = self._append(play_session, [told]).result().offset
        whole = series.series_of(faces, face.title_id)
        shown = (each for each in series.after(faces, face.title_id) if is_fit(each.min_age, max_age))
        following = next((each for each in shown if each.has_media), None)
        return Started(
            play_session,
            tokens.sign(self._key, play_session.play_session_id, asset.asset_id, int(play_session.expires_at)),
            asset,
            face,
            whole,
            following,
            _season_of(faces, following),
            position_s,
            offset,
        )

    def beat(self, play_session_id: str, token: str, beats: Sequence[Beat], totals: Totals | None = None) -> Taken:
        """Take heartbeats: tell the log what they say, renew the lease, and tell whether the play session goes on.

        A message that comes twice counts once. Raises Forbidden where the token is not this play session's.
        """
        now = self._clock()
        state = self._proved(play_session_id, token, now)
        if state is None or not self._may_go_on(state):
            return self._over(state, now)
        try:
            offset = self._tell(state, fold(state, beats)[1])
        except NotFound:  # the profile is being erased
            return self._over(state, now)
        added = Quality()

        def change(fresh: PlaySession, others: int) -> PlaySession:
            nonlocal added
            after, added = _count(fold(fresh, beats)[0], totals or Totals())
            return self._renewed(after, others, now)

        after = self._table.move(play_session_id, change, seen_after=now - LEASE_S)
        if after is None:
            return self._over(state, now)
        return Taken(after.ended_at is None, after.expires_at, offset, added)

    def stop(self, account_id: str, play_session_id: str) -> None:
        """End a play session of this account, and tell the log where it stood; raises NotFound."""
        state = self._table.find(play_session_id)
        if state is None or state.account_id != account_id:
            raise NotFound(
                "there is no such play session.", where="play_session_id", remedy="It may have ended a while ago."
            )
        now = self._clock()
        if state.ended_at is None:
            last = Beat(CLOSED, CLOSED, state.position_s, now)
            self._tell(state, fold(state, [last])[1])
            self._table.move(play_session_id, lambda fresh, _: fold(fresh, [last])[0], seen_after=now)
        self._checked.pop(play_session_id, None)

    def allows(self, token: str, asset_id: str) -> str:
        """Let somebody who brings a token at an asset, and tell the play session; raises Forbidden."""
        now = self._clock()
        play_session_id = tokens.check(self._key, token, asset_id, now).play_session_id
        if now >= self._checked.get(play_session_id, 0.0):
            self._look_up(play_session_id, now)
            if len(self._checked) >= _MAX_CHECKED:
                self._checked.clear()
            self._checked[play_session_id] = now + CHECKED_S
        return play_session_id

    def purge(self) -> int:
        """Forget the play sessions whose addresses have expired; tell how many."""
        return self._table.purge(self._clock())

    def _look_up(self, play_session_id: str, now: float) -> None:
        state = self._table.find(play_session_id)
        if state is None or state.ended_at is not None or not self._may_go_on(state):
            self._checked.pop(play_session_id, None)
            raise Forbidden(
                "This play session has ended.",
                where="token",
                remedy="Sign in and choose who watches, then start the title again: POST /api/v1/play-sessions.",
            )
        if now - state.seen_at > SILENT_S:
            self._checked.pop(play_session_id, None)
            raise Forbidden(
                f"This play session has sent no heartbeat for {now - state.seen_at:.0f} s.",
                where="token",
                remedy="Send one, or start the title again: POST /api/v1/play-sessions.",
            )

    def _may_go_on(self, state: PlaySession) -> bool:
        """Whether who began to play may still: signed in, speaking for that profile, and the title within its limit."""
        profile = self._watcher(state.session_id, state.profile_id)
        face = self._catalog.faces().get(state.title_id)
        return profile is not None and face is not None and is_fit(face.min_age, profile.max_age)

    def _proved(self, play_session_id: str, token: str, now: float) -> PlaySession | None:
        """Find the play session that a token is of; None where its row is gone (erased, or expired long ago)."""
        claimed = tokens.play_session_of(token)
        state = self._table.find(play_session_id)
        asset_id = state.asset_id if state is not None and claimed == play_session_id else ""
        if state is None and claimed == play_session_id:
            return None
        tokens.check(self._key, token, asset_id, now)
        return state

    def _over(self, state: PlaySession | None, now: float) -> Taken:
        if state is not None and state.ended_at is None:
            self._table.end([state.play_session_id], now)
        return Taken(goes_on=False, expires_at=now, offset=self._log.end(), quality=Quality())

    def _renewed(self, state: PlaySession, others: int, now: float) -> PlaySession:
        if state.ended_at is not None:
            return state
        if now - state.seen_at >= LEASE_S and others >= self._at_once:
            return replace(state, ended_at=now)  # its place was given away meanwhile
        return replace(state, seen_at=now)

    def _lease(self, play_session: PlaySession, session: Session, max_age: int | None) -> None:
        """Keep a play session, once the streams that may not go on are out of the way; raises TooManyStreams."""
        seen_after = play_session.started_at - LEASE_S
        others = self._table.start(play_session, at_once=self._at_once, seen_after=seen_after)
        gone = [each.play_session_id for each in others if not self._may_go_on(each)]
        if gone:
            self._table.end(gone, play_session.started_at)
            others = self._table.start(play_session, at_once=self._at_once, seen_after=seen_after)
        if others:
            faces, labels = self._catalog.faces(), self._labels(session)
            named = [each for each in others if (face := faces.get(each.title_id)) and is_fit(face.min_age, max_age)]
            raise TooManyStreams([_playing(each, faces, labels) for each in named], at_once=self._at_once)

    def _opened(self, session: Session, profile: Profile, asset: Asset, position_s: float) -> PlaySession:
        now = self._clock()
        completes_at_s = PLAYED_SHARE * asset.duration_s
        if asset.credits_at_s:
            completes_at_s = min(completes_at_s, asset.credits_at_s)
        return PlaySession(
            play_session_id=random_id(),
            account_id=profile.account_id,
            profile_id=profile.profile_id,
            session_id=session.session_id,
            title_id=asset.title_id,
            asset_id=asset.asset_id,
            duration_s=asset.duration_s,
            completes_at_s=completes_at_s,
            started_at=now,
            expires_at=float(int(now + LASTS_S)),
            seen_at=now,
            position_s=position_s,
            told_position_s=position_s,
            told_at=now,
        )

    def _chosen(self, faces: Faces, subject: str, face: Face, max_age: int | None) -> Face:
        """Choose the episode where a series or a season was asked for; an episode or a film is itself."""
        if face.kind not in {Kind.SERIES, Kind.SEASON}:
            return face
        offered = [each.title_id for each in series.playable(faces, face.title_id, max_age)]
        chosen = faces.get(resume_of(offered, self._library.states(subject)) or "")
        if chosen is None:
            raise _not_here(face.name)
        return chosen

    def _tell(self, state: PlaySession, told: Sequence[Told]) -> int:
        return self._append(state, told).result().offset if told else self._log.end()

    def _append(self, state: PlaySession, told: Sequence[Told]) -> Future[Appended]:
        subject = self._privacy.pseudonym(state.profile_id)
        return self._log.append([_event(state, subject, each) for each in told])


def _season_of(faces: Faces, face: Face | None) -> int | None:
    season = faces.get(face.parent_id) if face is not None and face.parent_id is not None else None
    return season.number if season is not None and season.kind is Kind.SEASON else None


def _event(state: PlaySession, subject: str, told: Told) -> Event:
    data = {
        types.TITLE_ID: state.title_id,
        types.POSITION_S: round(told.position_s, 3),
        types.DURATION_S: state.duration_s,
        "play_session_id": state.play_session_id,
    }
    return Event(
        source=SOURCE,
        id=keyed_id(state.play_session_id.encode(), told.cause),
        type=told.type,
        subject=subject,
        time_s=told.at,
        data=types.parse_data(told.type, data, where="event"),
        version=types.EVENT_TYPES[told.type].version,
    )


def _count(state: PlaySession, totals: Totals) -> tuple[PlaySession, Quality]:
    """Turn totals since the beginning into what is new, so that a message sent twice, or lost, counts right."""
    stalls = max(totals.stalls or 0, state.stalls)
    stalled_ms = max(totals.stalled_ms or 0.0, state.stalled_ms)
    dropped_frames = max(totals.dropped_frames or 0, state.dropped_frames)
    added = Quality(
        stalls - state.stalls,
        stalled_ms - state.stalled_ms,
        dropped_frames - state.dropped_frames,
        None if state.has_begun else totals.startup_ms,
        totals.bitrate_kbps,
    )
    has_begun = state.has_begun or totals.startup_ms is not None
    counted = replace(state, stalls=stalls, stalled_ms=stalled_ms, dropped_frames=dropped_frames, has_begun=has_begun)
    return counted, added


def _resume_at(state: TitleState, asset: Asset) -> float:
    """Tell where to go on: from the start where next to nothing, or nearly all, was seen."""
    if not state.in_progress or state.position_s > PLAYED_SHARE * asset.duration_s:
        return 0.0
    little_s = min(_RESUME_FROM_S, _RESUME_FROM_SHARE * asset.duration_s)
    return state.position_s if state.position_s >= little_s else 0.0


def _shown(faces: Faces, title_id: str, max_age: int | None) -> Face:
    face = faces.get(title_id)
    if face is None or not is_fit(face.min_age, max_age):
        raise NotFound("there is no such title.", where="title_id", remedy="Search by its name first.")
    return face


def _not_here(name: str) -> NotFound:
    return NotFound(
        f"{name} is not available here.",
        where="title_id",
        remedy="It can be rated and listed; titles with `has_media` can be played.",
    )


def _playing(state: PlaySession, faces: Faces, labels: Mapping[str, str]) -> Playing:
    name = faces.name_of(state.title_id)
    return Playing(state.play_session_id, state.title_id, name, labels.get(state.session_id))
