"""Looking around over HTTP: search, people, genres, what a new profile may pick, and what anybody may see."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.api import schemas_browse as schemas
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described, face_json, page_json
from cinoche.api.door import DoorRoute
from cinoche.api.limits import limited
from cinoche.api.services import house_of
from cinoche.api.titles import Limit, known_by, telling_titles
from cinoche.api.viewer import viewer_of
from cinoche.catalog.models import GenreFace, PersonFace
from cinoche.catalog.picks import pick
from cinoche.kit.clock import to_rfc3339

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["looking around"])

MOST_NAMES: Final = 8
_DAY: Final = 10
"""How many characters of a time say its day."""

Words = Annotated[str, Query(min_length=1, max_length=200, description="What somebody types, so far.")]


@router.get(
    "/search",
    summary="Find titles, people and genres by name; typos are forgiven",
    responses=described(schemas.Found),
)
async def search(request: Request, q: Words, limit: Limit = 20) -> Response:
    """Find titles, people and genres by what somebody types: the beginning of a name, words of it, or nearly so."""
    catalog, max_age = house_of(request).catalog, viewer_of(request).max_age
    # In a thread: it compares thousands of names, while others wait for the loop.
    found = await run_in_threadpool(lambda: catalog.shelf(max_age).search(q, limit=limit))
    body = page_json([face_json(face) for face in found.titles])
    body["people"] = [_person_json(person) for person in found.people]
    body["genres"] = [_genre_json(genre) for genre in found.genres]
    body["read_as"] = found.read_as
    return answer(body)


@router.get(
    "/people/{person_id}",
    summary="A person, and every title they had a part in",
    responses=described(schemas.PersonPage),
)
async def get_person(request: Request, person_id: str) -> Response:
    """Show a person and the titles they had a part in, the newest first."""
    catalog, max_age = house_of(request).catalog, viewer_of(request).max_age
    person, parts = await run_in_threadpool(lambda: catalog.person(person_id, max_age=max_age))
    shown = [{**face_json(part.face), "role": part.role, "character": part.character} for part in parts]
    return answer({**_person_json(person), "parts": shown})


@router.get("/genres", summary="Every genre, the fullest first", responses=described(schemas.Genres))
async def list_genres(request: Request) -> Response:
    """List the genres of what the viewer may see."""
    catalog, max_age = house_of(request).catalog, viewer_of(request).max_age
    genres = await run_in_threadpool(lambda: catalog.shelf(max_age).genres)
    return answer({"items": [_genre_json(genre) for genre in genres]})


@router.get(
    "/onboarding/picks",
    summary="Titles that tell tastes apart, for a new profile to pick from",
    responses=described(schemas.Picks),
)
async def onboarding_picks(
    request: Request, n: Annotated[int, Query(ge=1, le=60, description="How many at most.")] = 24
) -> Response:
    """List the titles whose answers say most about a taste; before a training, well-known ones of many kinds."""
    house, max_age = house_of(request), viewer_of(request).max_age
    known, today = known_by(request), to_rfc3339(house.clock())[:_DAY]
    telling = telling_titles(request)
    picked = await run_in_threadpool(
        lambda: pick(house.catalog.shelf(max_age).shown, known, n=n, seed=today, telling=telling)
    )
    return answer({"items": [face_json(face) for face in picked]})


@router.get(
    "/public/names",
    summary="Titles whose names are near to what is typed, for anybody",
    dependencies=[Depends(limited("public-names", "240/minute"))],
    responses=described(schemas.Names),
)
async def public_names(request: Request, q: Words) -> Response:
    """Complete a name; no account is needed."""
    catalog, max_age = house_of(request).catalog, viewer_of(request).max_age
    entries = await run_in_threadpool(lambda: catalog.shelf(max_age).names.search(q, limit=MOST_NAMES))
    return answer({"items": [{"title_id": each.title_id, "name": each.name, "year": each.year} for each in entries]})


@router.get(
    "/public/collection",
    summary="The collection in figures, for anybody",
    dependencies=[Depends(limited("public-collection", "120/minute"))],
    responses=described(schemas.Collection),
)
async def public_collection(request: Request) -> Response:
    """Say what the collection holds; no account is needed."""
    collection = await run_in_threadpool(house_of(request).catalog.collection)
    body: dict[str, Any] = {name: getattr(collection, name) for name in _FIGURES}
    body["version"] = str(collection.version)
    body["genres"] = [_genre_json(genre) for genre in collection.genres]
    body["decades"] = [{"decade": decade, "titles": n} for decade, n in collection.decades]
    return answer(body)


_FIGURES: Final = (
    *("titles", "films", "series", "episodes", "with_media", "people", "hours", "first_year", "last_year"),
    "attributions",
)


def _person_json(person: PersonFace) -> Mapping[str, Any]:
    return {"person_id": person.person_id, "name": person.name, "titles": person.titles, "roles": person.roles}


def _genre_json(genre: GenreFace) -> Mapping[str, Any]:
    return {"genre": genre.genre, "titles": genre.titles}
