"""Titles over HTTP: lists, one title, titles like it, and lists for people without an account."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.api import schemas
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described, face_json, items_json, page_json, title_json
from cinoche.api.door import DoorRoute
from cinoche.api.limits import limited
from cinoche.api.services import house_of
from cinoche.api.viewer import check_shown, viewer_of
from cinoche.catalog.models import Kind, Sort, TitleFilter
from cinoche.catalog.names import Ambiguous, NameEntry, NameIndex, Unknown
from cinoche.kit.errors import Unavailable
from cinoche.recommend.page import Rules

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["titles"])

Shown = Callable[[NameEntry], bool]
"""Whether a title is shown to who asks."""

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=500, description="The `next` of the page before.")]
Language = Annotated[str, Query(pattern="^(en|fr)$", description="The language of sentences.")]


@router.get("/titles", summary="List titles, filtered", responses=described(schemas.Faces))
async def list_titles(
    request: Request,
    kind: Annotated[Kind | None, Query(description="Only this kind.")] = None,
    genre: Annotated[str | None, Query(max_length=60)] = None,
    person: Annotated[str | None, Query(max_length=64, description="Only titles this person had a part in.")] = None,
    year_from: Annotated[int | None, Query(ge=1870, le=2200)] = None,
    year_to: Annotated[int | None, Query(ge=1870, le=2200)] = None,
    max_age: Annotated[int | None, Query(ge=0, le=21, description="Only titles certified for this age.")] = None,
    media: Annotated[bool | None, Query(description="Only what can be watched here, or only what cannot.")] = None,
    sort: Annotated[Sort, Query(description="By name, the newest first, or the best known first.")] = Sort.NAME,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List films and series of the catalogue, or titles of another kind, a page at a time."""
    limited_to = viewer_of(request).narrowest(max_age)
    wanted = TitleFilter(
        kind=kind,
        genre=genre,
        person_id=person,
        year_from=year_from,
        year_to=year_to,
        max_age=limited_to,
        has_media=media,
    )
    known = known_by(request) if sort is Sort.KNOWN else {}
    page = await run_in_threadpool(
        house_of(request).catalog.list, wanted, limit=limit, cursor=cursor, sort=sort, known=known
    )
    return answer(page_json([face_json(face) for face in page.items], page.next))


@router.get(
    "/titles/{title_id}",
    summary="One title, with everything that is known of it",
    responses=described(schemas.Title),
)
async def get_title(request: Request, title_id: str) -> Response:
    """Show one title: its facts, people, external ids, and where each fact comes from."""
    detail = await run_in_threadpool(house_of(request).catalog.get, title_id)
    check_shown(request, detail)
    return answer(title_json(detail))


@router.get(
    "/titles/{title_id}/similar",
    summary="Titles like this one, with reasons",
    responses=described(schemas.Recommended, as_of=True, model=True),
)
async def similar_titles(request: Request, title_id: str, limit: Limit = 20, language: Language = "en") -> Response:
    """List the titles most like this one, each with what both share."""
    face = house_of(request).catalog.faces().get(title_id)
    if face is not None:
        check_shown(request, face)
    rules = Rules(viewer_of(request).max_age, house_of(request).settings.needs_media)
    listing = house_of(request).recommender.similar(title_id, rules, n=limit)
    return answer(
        page_json(items_json(listing, listing.rows[0], language)), as_of=listing.offset, model=listing.version
    )


@router.post(
    "/recommendations",
    summary="Films like these, for anybody",
    dependencies=[Depends(limited("recommendations", "60/minute"))],
    responses=described(schemas.Suggested, as_of=True, model=True),
)
async def recommend_like(request: Request, liked: schemas.LikedTitles) -> Response:
    """List what suits somebody who likes these titles, given by id or by name; no account is needed."""
    services, viewer = house_of(request), viewer_of(request)
    faces = services.catalog.faces()

    def is_shown(entry: NameEntry) -> bool:
        face = faces.get(entry.title_id)
        return face is not None and viewer.may_see(face)

    seeds = await run_in_threadpool(lambda: _resolve(services.catalog.names(), liked.liked, is_shown))
    rules = Rules(viewer.max_age, services.settings.needs_media)
    listing = services.recommender.suggest([seed.title_id for seed in seeds], rules, n=liked.n)
    body: dict[str, Any] = page_json(items_json(listing, listing.rows[0], liked.language))
    body["seeds"] = [{"title_id": seed.title_id, "name": seed.name, "year": seed.year} for seed in seeds]
    return answer(body, as_of=listing.offset, model=listing.version)


def known_by(request: Request) -> Mapping[str, float]:
    """Tell how many people are known to like each title; nothing before the first training."""
    try:
        _, catalogue = house_of(request).recommender.laid_out()
    except Unavailable:
        return {}
    kept: tuple[object, Mapping[str, float]] | None = getattr(request.app.state, "known", None)
    if kept is None or kept[0] is not catalogue:
        counts = zip((face.title_id for face in catalogue.faces), catalogue.counts.tolist(), strict=True)
        kept = request.app.state.known = (catalogue, dict(counts))
    return kept[1]


def telling_titles(request: Request) -> Sequence[str]:
    """List the titles that tell tastes apart; none before the first training."""
    try:
        return house_of(request).recommender.model().telling
    except Unavailable:
        return ()


def _resolve(names: NameIndex, texts: Sequence[str], is_shown: Shown) -> list[NameEntry]:
    """Find the titles that are meant, each once; what is wrong is said of the place where it stands."""
    seeds: dict[str, NameEntry] = {}
    for place, text in enumerate(texts):
        try:
            entry = _resolve_shown(names, text, is_shown)
        except (Ambiguous, Unknown) as error:
            error.where = f"body.liked[{place}]"
            raise
        seeds[entry.title_id] = entry
    return list(seeds.values())


def _resolve_shown(names: NameIndex, text: str, is_shown: Shown) -> NameEntry:
    """Find the title that is meant among those that the viewer may see, as if there were no others."""
    try:
        found = [names.resolve(text)]
    except Ambiguous as error:
        found = list(error.candidates)
    except Unknown as error:
        raise Unknown(text, [each for each in error.near if is_shown(each)]) from None
    shown = [each for each in found if is_shown(each)]
    if not shown:
        raise Unknown(text, [])
    if len(shown) > 1:
        raise Ambiguous(text, shown)
    return shown[0]
