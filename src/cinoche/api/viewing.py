"""What a profile sees and has done over HTTP: home, recommendations, history, ratings, my list, reviews, events."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.accounts.models import Profile
from cinoche.api import schemas
from cinoche.api.access import PREFIX
from cinoche.api.answers import AS_OF, answer, described, face_json, items_json, page_json, row_json
from cinoche.api.door import DoorRoute, read_json
from cinoche.api.intake import EVENTS_BODY, Batch, check_batch, make_event
from cinoche.api.languages import language_for
from cinoche.api.services import house_of
from cinoche.api.titles import Cursor, Limit
from cinoche.api.viewer import profile_of, profiles_of, viewer_of
from cinoche.events import types
from cinoche.events.models import Appended, Event
from cinoche.kit.clock import to_rfc3339
from cinoche.kit.errors import NotFound
from cinoche.kit.paging import Page
from cinoche.library.models import TitleState
from cinoche.recommend.exploration import Exploration
from cinoche.recommend.page import Rules
from cinoche.recommend.rerank import Balance
from cinoche.recommend.slates import LONGEST_SLATE

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["viewing"])

WRITES: Final[Mapping[str, Any]] = {
    "status_code": 204,
    "response_class": Response,
    "responses": described(status=204, as_of=True, what="Done, and durable."),
}
"""How the routes that write one event answer."""

LARGE_BATCH: Final = 50
"""Events whose checking is worth a thread: one that holds up the loop holds up everybody."""

Shape = Callable[[TitleState], Mapping[str, Any]]


@router.get(
    "/profiles/{profile_id}/home",
    summary="The page of a profile: rows, each title with its evidence",
    responses=described(schemas.Home, as_of=True, model=True),
)
async def home(
    request: Request,
    profile_id: str,
    rows: Annotated[int, Query(ge=1, le=40)] = 12,
    row_length: Annotated[int, Query(ge=1, le=60)] = 20,
    slate: Annotated[str, Query(max_length=LONGEST_SLATE, description="That of the page shown before.")] = "",
    kept: Annotated[int, Query(ge=0, le=40, description="How many of its first rows stay where they are.")] = 0,
) -> Response:
    """Compose the page of a profile from everything acknowledged so far; within a visit what was seen stays put."""
    profile, pseudonym = who_watches(request, profile_id)
    chosen = house_of(request).settings
    rules = Rules(
        profile.max_age,
        chosen.needs_media,
        rows=rows,
        row_length=row_length,
        balance=Balance(chosen.calibration, chosen.diversity),
        exploration=Exploration(chosen.exploration),
    )
    listing = house_of(request).recommender.home(pseudonym, rules, slate=slate, kept=kept)
    language = language_for(request, profile)
    body = {"rows": [row_json(listing, row, language) for row in listing.rows], "slate": listing.slate}
    return answer(body, as_of=listing.offset, model=listing.version)


@router.get(
    "/profiles/{profile_id}/recommendations",
    summary="The best titles for a profile, with evidence",
    responses=described(schemas.Recommended, as_of=True, model=True),
)
async def recommendations(
    request: Request, profile_id: str, n: Annotated[int, Query(ge=1, le=500, description="How many.")] = 10
) -> Response:
    """List the best titles for a profile from everything acknowledged so far."""
    profile, pseudonym = who_watches(request, profile_id)
    rules = Rules(profile.max_age, house_of(request).settings.needs_media)
    listing = house_of(request).recommender.recommend(pseudonym, rules, n=n)
    return answer(
        page_json(items_json(listing, listing.rows[0], language_for(request, profile))),
        as_of=listing.offset,
        model=listing.version,
    )


@router.post(
    "/events",
    summary="Tell what happened: up to 1,000 events, all or nothing",
    openapi_extra=EVENTS_BODY,
    responses=described(schemas.EventsAccepted, as_of=True),
)
async def post_events(request: Request) -> Response:
    """Append events to the log; the answer comes when they are durable."""
    services = house_of(request)
    batch = await read_json(request, Batch)
    limits = {each.profile_id: each.max_age for each in profiles_of(request)} if batch.events else {}
    if len(batch.events) > LARGE_BATCH:
        events = await run_in_threadpool(check_batch, services, limits, batch)
    else:
        events = check_batch(services, limits, batch)
    done = await append(request, events)
    return answer({"accepted": done.accepted, "duplicates": done.duplicates, "offset": done.offset}, as_of=done.offset)


@router.get(
    "/profiles/{profile_id}/history",
    summary="What a profile has watched, newest first",
    responses=described(schemas.History),
)
async def history(request: Request, profile_id: str, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """List what a profile has watched, with how far it came."""
    library = house_of(request).library
    return await _shelf(request, profile_id, library.history, _watched, limit, cursor)


@router.get(
    "/profiles/{profile_id}/ratings",
    summary="The stars a profile gave, newest first",
    responses=described(schemas.Ratings),
)
async def ratings(request: Request, profile_id: str, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """List the stars that a profile gave."""
    library = house_of(request).library
    return await _shelf(
        request,
        profile_id,
        library.ratings,
        lambda s: {"rating": s.rating, "rated_at": to_rfc3339(s.rated_at)},
        limit,
        cursor,
    )


@router.get(
    "/profiles/{profile_id}/watchlist",
    summary="My list, newest first",
    responses=described(schemas.Watchlist),
)
async def watchlist(request: Request, profile_id: str, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """List what a profile keeps on its list."""
    library = house_of(request).library
    return await _shelf(
        request, profile_id, library.watchlist, lambda s: {"listed_at": to_rfc3339(s.listed_at)}, limit, cursor
    )


@router.get(
    "/profiles/{profile_id}/reviews",
    summary="The reviews a profile wrote, newest first",
    responses=described(schemas.Reviews),
)
async def reviews(request: Request, profile_id: str, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """List the reviews that a profile wrote."""
    library = house_of(request).library
    return await _shelf(
        request,
        profile_id,
        library.reviews,
        lambda s: {"text": s.review, "reviewed_at": to_rfc3339(s.reviewed_at)},
        limit,
        cursor,
    )


@router.put("/profiles/{profile_id}/ratings/{title_id}", summary="Give stars, 0.5 to 5", **WRITES)
async def rate(request: Request, profile_id: str, title_id: str, body: schemas.NewRating) -> Response:
    """Give a title stars; a new rating replaces the one before."""
    return await write(request, profile_id, types.TITLE_RATED, {types.TITLE_ID: title_id, types.RATING: body.rating})


@router.delete("/profiles/{profile_id}/ratings/{title_id}", summary="Take the stars back", **WRITES)
async def unrate(request: Request, profile_id: str, title_id: str) -> Response:
    """Take the stars of a title back."""
    return await write(request, profile_id, types.TITLE_UNRATED, {types.TITLE_ID: title_id})


@router.put("/profiles/{profile_id}/watchlist/{title_id}", summary="Put a title on my list", **WRITES)
async def keep(request: Request, profile_id: str, title_id: str) -> Response:
    """Put a title on my list."""
    return await write(request, profile_id, types.WATCHLIST_ADDED, {types.TITLE_ID: title_id})


@router.delete("/profiles/{profile_id}/watchlist/{title_id}", summary="Take a title off my list", **WRITES)
async def let_go(request: Request, profile_id: str, title_id: str) -> Response:
    """Take a title off my list."""
    return await write(request, profile_id, types.WATCHLIST_REMOVED, {types.TITLE_ID: title_id})


@router.put("/profiles/{profile_id}/reviews/{title_id}", summary="Write a review", **WRITES)
async def review(request: Request, profile_id: str, title_id: str, body: schemas.NewReview) -> Response:
    """Write a review; a new one replaces the one before."""
    return await write(request, profile_id, types.TITLE_REVIEWED, {types.TITLE_ID: title_id, types.TEXT: body.text})


@router.delete("/profiles/{profile_id}/reviews/{title_id}", summary="Take a review back", **WRITES)
async def unreview(request: Request, profile_id: str, title_id: str) -> Response:
    """Take a review back."""
    return await write(request, profile_id, types.REVIEW_REMOVED, {types.TITLE_ID: title_id})


@router.delete("/profiles/{profile_id}/history/{title_id}", summary="Take a title out of the history", **WRITES)
async def forget_played(request: Request, profile_id: str, title_id: str) -> Response:
    """Take a title out of the history; nothing learns from it any more."""
    return await write(request, profile_id, types.HISTORY_REMOVED, {types.TITLE_ID: title_id})


async def write(request: Request, profile_id: str, type_name: str, data: Mapping[str, Any]) -> Response:
    """Append one event about a title that the profile may see, and answer when it is durable."""
    services = house_of(request)
    profile_of(request, profile_id)
    faces = services.catalog.faces()
    face = faces.get(data[types.TITLE_ID])
    if face is None or not viewer_of(request).may_see(face):
        raise NotFound("there is no such title.", where="title_id", remedy="Search by its name first.")
    done = await append(request, [make_event(services, faces, profile_id, type_name, data)])
    return Response(status_code=204, headers={AS_OF: str(done.offset)})


async def append(request: Request, batch: Sequence[Event]) -> Appended:
    """Append events to the log without holding up the loop; done when they are durable."""
    return await asyncio.wrap_future(house_of(request).log.append(batch))


async def _shelf(
    request: Request,
    profile_id: str,
    read: Callable[..., Page[TitleState]],
    shape: Shape,
    limit: int,
    cursor: str | None,
) -> Response:
    _, pseudonym = who_watches(request, profile_id)
    page = await run_in_threadpool(read, pseudonym, limit=limit, cursor=cursor)
    faces, viewer = house_of(request).catalog.faces(), viewer_of(request)
    # What was seen before there was a limit, or by who is not limited, is not shown to who is.
    items = [
        {**face_json(face), **shape(state)}
        for state in page.items
        if (face := faces.get(state.title_id)) is not None and viewer.may_see(face)
    ]
    return answer(page_json(items, page.next))


def _watched(state: TitleState) -> Mapping[str, Any]:
    return {
        "watched_at": to_rfc3339(state.watched_at),
        "position_s": state.position_s,
        "duration_s": state.duration_s,
        "is_played": state.is_played,
        "in_progress": state.in_progress,
    }


def who_watches(request: Request, profile_id: str) -> tuple[Profile, str]:
    """Get the profile that a route is about, and its pseudonym."""
    services = house_of(request)
    profile = profile_of(request, profile_id)
    return profile, services.privacy.pseudonym(profile.profile_id)
