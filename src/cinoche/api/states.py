"""What a profile did with one title over HTTP: its state, why it is proposed, thumbs, dismissals, its episodes."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.accounts.models import Profile
from cinoche.api import schemas_watch
from cinoche.api.access import PREFIX
from cinoche.api.answers import AS_OF, answer, described, evidence_json, face_json
from cinoche.api.door import DoorRoute
from cinoche.api.intake import API_SOURCE
from cinoche.api.languages import language_for
from cinoche.api.services import house_of
from cinoche.api.viewer import Viewer, check_shown, viewer_of
from cinoche.api.viewing import WRITES, append, who_watches, write
from cinoche.catalog import series
from cinoche.catalog.models import Face, Faces, Kind
from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import to_rfc3339
from cinoche.kit.errors import Invalid, NotFound
from cinoche.kit.ids import random_id
from cinoche.library.models import DISLIKED, LIKED, NEVER, TitleState
from cinoche.library.series import resume_of
from cinoche.recommend.page import Rules
from cinoche.recommend.sentences import explanation

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["viewing"])

_THUMBS: Final[Mapping[int, str]] = {LIKED: "up", DISLIKED: "down"}
_THUMB_EVENTS: Final[Mapping[str, str]] = {"up": types.TITLE_LIKED, "down": types.TITLE_DISLIKED}


@router.get(
    "/profiles/{profile_id}/titles/{title_id}",
    summary="What a profile has done with a title",
    responses=described(schemas_watch.TitleState),
)
async def title_state(request: Request, profile_id: str, title_id: str) -> Response:
    """Show the stars, the thumb, the review, the place on the list and the progress that a profile has on a title."""
    profile, pseudonym = who_watches(request, profile_id)
    _shown(request, profile, title_id)
    state = await run_in_threadpool(house_of(request).library.state, pseudonym, title_id)
    return answer(_state_json(state))


@router.get(
    "/profiles/{profile_id}/titles/{title_id}/why",
    summary="Why a title is proposed to a profile: every fact that speaks for it",
    responses=described(schemas_watch.Why, as_of=True),
)
async def why(request: Request, profile_id: str, title_id: str) -> Response:
    """List what speaks for a title, for this profile, from everything acknowledged so far."""
    profile, pseudonym = who_watches(request, profile_id)
    face = _shown(request, profile, title_id)
    reasons = house_of(request).recommender.why(pseudonym, face.title_id, Rules(profile.max_age))
    language = language_for(request, profile)
    facts = [evidence_json(reasons.catalogue, each, language) for each in reasons.facts]
    body = {
        "title_id": title_id,
        "text": facts[0]["text"] if facts else explanation(language),
        "facts": facts,
    }
    return answer(body, as_of=reasons.offset)


@router.get(
    "/profiles/{profile_id}/titles/{title_id}/seasons",
    summary="The seasons and episodes of a series, with what a profile has seen of them",
    responses=described(schemas_watch.Seasons),
)
async def seasons(request: Request, profile_id: str, title_id: str) -> Response:
    """List the seasons of a series, and the episode that a click on Play would start."""
    profile, pseudonym = who_watches(request, profile_id)
    face = _shown(request, profile, title_id)
    if face.kind is not Kind.SERIES:
        raise Invalid("this title is not a series.", where="title_id", remedy="Ask for the seasons of a series.")
    states = await run_in_threadpool(house_of(request).library.states, pseudonym)
    faces, limits = house_of(request).catalog.faces(), (viewer_of(request), _as_viewer(profile))
    allowed = [each for each in series.episodes(faces, title_id) if all(limit.may_see(each) for limit in limits)]
    body = {
        "items": _seasons_json(faces, face, allowed, states),
        "resume_title_id": resume_of([each.title_id for each in allowed if each.has_media], states),
    }
    return answer(body)


@router.put("/profiles/{profile_id}/thumbs/{title_id}", summary="Give a thumb, up or down", **WRITES)
async def give_thumb(request: Request, profile_id: str, title_id: str, body: schemas_watch.NewThumb) -> Response:
    """Give a title a thumb; a new one replaces the one before."""
    return await write(request, profile_id, _THUMB_EVENTS[body.thumb], {types.TITLE_ID: title_id})


@router.delete("/profiles/{profile_id}/thumbs/{title_id}", summary="Take the thumb back", **WRITES)
async def take_thumb_back(request: Request, profile_id: str, title_id: str) -> Response:
    """Take the thumb of a title back; a dismissal stays."""
    return await write(request, profile_id, types.TITLE_UNREACTED, {types.TITLE_ID: title_id})


@router.put("/profiles/{profile_id}/dismissals/{title_id}", summary="Say: not interested", **WRITES)
async def dismiss(request: Request, profile_id: str, title_id: str) -> Response:
    """Dismiss a title: it is not proposed any more."""
    return await write(request, profile_id, types.TITLE_DISMISSED, {types.TITLE_ID: title_id})


@router.delete("/profiles/{profile_id}/dismissals/{title_id}", summary="Take a dismissal back", **WRITES)
async def undismiss(request: Request, profile_id: str, title_id: str) -> Response:
    """Let a dismissed title be proposed again; a thumb stays."""
    return await write(request, profile_id, types.TITLE_UNDISMISSED, {types.TITLE_ID: title_id})


@router.delete("/profiles/{profile_id}/history", summary="Take everything out of the history", **WRITES)
async def clear_history(request: Request, profile_id: str) -> Response:
    """Take every title out of the history, those that have left the catalogue too; what was said of them stays."""
    services = house_of(request)
    _, pseudonym = who_watches(request, profile_id)
    states = await run_in_threadpool(services.library.states, pseudonym)
    now = services.clock()
    batch = [
        Event(API_SOURCE, random_id(), types.HISTORY_REMOVED, pseudonym, now, {types.TITLE_ID: title_id})
        for title_id, state in states.items()
        if state.in_history
    ]
    offset = (await append(request, batch)).offset if batch else services.log.end()
    return Response(status_code=204, headers={AS_OF: str(offset)})


def _shown(request: Request, profile: Profile, title_id: str) -> Face:
    """Get a title that the session and the profile may see; raises NotFound."""
    face = house_of(request).catalog.faces().get(title_id)
    if face is None or not _as_viewer(profile).may_see(face):
        raise NotFound("there is no such title.", where="title_id", remedy="Search by its name first.")
    check_shown(request, face)
    return face


def _as_viewer(profile: Profile) -> Viewer:
    return Viewer(profile, profile.max_age)


def _state_json(state: TitleState) -> dict[str, Any]:
    return {
        "title_id": state.title_id,
        "rating": state.rating,
        "thumb": _THUMBS.get(state.reaction),
        "is_listed": state.is_listed,
        "is_dismissed": state.is_dismissed,
        "review": state.review,
        "position_s": state.position_s if state.in_history else 0.0,
        "duration_s": state.duration_s,
        "is_played": state.is_played,
        "in_progress": state.in_progress,
        "watched_at": to_rfc3339(state.watched_at) if state.in_history and state.watched_at > NEVER else None,
    }


def _seasons_json(
    faces: Faces, whole: Face, episodes: list[Face], states: Mapping[str, TitleState]
) -> list[dict[str, Any]]:
    """Shape the seasons, in order; episodes right under the series make one of their own, without an id."""
    by_parent: dict[str, list[Face]] = {}
    for each in episodes:
        by_parent.setdefault(each.parent_id or whole.title_id, []).append(each)
    shaped = []
    for parent_id, under in by_parent.items():
        season = None if parent_id == whole.title_id else faces.get(parent_id)
        shaped.append(
            {
                "title_id": season.title_id if season else None,
                "name": season.name if season else whole.name,
                "number": season.number if season else None,
                "episodes": [_episode_json(each, season, states.get(each.title_id)) for each in under],
            }
        )
    return shaped


def _episode_json(face: Face, season: Face | None, state: TitleState | None) -> dict[str, Any]:
    return {
        **face_json(face),
        "season": season.number if season else None,
        "position_s": state.position_s if state and state.in_progress else 0.0,
        "is_played": bool(state and state.is_played),
    }
