"""The Studio over HTTP: the table of titles, and what operators write into it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from cinoche.api import schemas_studio as schemas
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described, face_json
from cinoche.api.door import DoorRoute
from cinoche.api.services import house_of
from cinoche.api.titles import Cursor, Limit
from cinoche.bootstrap import Services
from cinoche.catalog.models import Kind, StudioFilter, StudioSort, StudioTitle
from cinoche.kit.clock import to_rfc3339
from cinoche.playback.models import AssetState
from cinoche.playback.work import JobState

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["studio"])

MediaState = Literal["none", "queued", "watchable", "ready", "failed"]


_STATES_OF_JOBS: Final[Mapping[JobState, MediaState]] = {
    JobState.QUEUED: "queued",
    JobState.RUNNING: "queued",
    JobState.FAILED: "failed",
}
_STATES_OF_ASSETS: Final[Mapping[AssetState, MediaState]] = {
    AssetState.WATCHABLE: "watchable",
    AssetState.READY: "ready",
}


@router.get(
    "/studio/titles", summary="Every title as operators see it, filtered", responses=described(schemas.StudioTitles)
)
async def list_titles(
    request: Request,
    q: Annotated[str | None, Query(max_length=200, description="Words of a name, or an id.")] = None,
    genre: Annotated[str | None, Query(max_length=60)] = None,
    kind: Annotated[Kind | None, Query(description="Only this kind.")] = None,
    media: Annotated[MediaState | None, Query(description="Only titles whose media stand like this.")] = None,
    withdrawn: Annotated[bool | None, Query(description="Only titles that are withdrawn, or only others.")] = None,
    sort: Annotated[StudioSort, Query(description="By name, or what is the most first.")] = StudioSort.NAME,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """List titles with what operators ask of them; ``total`` is how many there are on all pages."""
    house = house_of(request)
    wanted = StudioFilter(text=(q or "").strip() or None, genre=genre, kind=kind, is_withdrawn=withdrawn)

    def read() -> dict[str, Any]:
        states = _media_states(house)
        page = house.catalog.studio.list(
            wanted,
            limit=limit,
            cursor=cursor,
            sort=sort,
            is_wanted=lambda title_id: media is None or states.get(title_id, "none") == media,
            plays=house.insights.plays_of,
        )
        plays = house.insights.plays_of([each.face.title_id for each in page.items])
        items = [_title_json(each, states, plays) for each in page.items]
        return {"items": items, "next": page.next, "total": page.total}

    return answer(await run_in_threadpool(read))


@router.post(
    "/studio/titles",
    summary="Add a film, a series, a season or an episode",
    status_code=201,
    responses=described(schemas.StudioTitle, status=201),
)
async def create_title(request: Request, new: schemas.NewTitle) -> Response:
    """Add a title that the catalogue does not have yet; viewers see it at once."""
    house = house_of(request)
    facts = new.model_dump(exclude={"kind", "parent_id", "number"})

    def create() -> dict[str, Any]:
        title = house.catalog.studio.create(new.kind, facts, parent_id=new.parent_id, number=new.number)
        return _one(house, title)

    return answer(await run_in_threadpool(create), status=201)


@router.patch(
    "/studio/titles/{title_id}",
    summary="Change facts of a title, or withdraw it",
    responses=described(schemas.StudioTitle),
)
async def change_title(request: Request, title_id: str, change: schemas.TitleChange) -> Response:
    """Write facts of a title; what is left out stays, null empties what may be empty. No import undoes it."""
    house, sent = house_of(request), change.model_dump(exclude_unset=True)
    return answer(await run_in_threadpool(lambda: _one(house, house.catalog.studio.change(title_id, sent))))


def _one(house: Services, title: StudioTitle) -> dict[str, Any]:
    return _title_json(title, _media_states(house), house.insights.plays_of([title.face.title_id]))


def _media_states(house: Services) -> Mapping[str, MediaState]:
    """Tell of each title that has media, or on which somebody worked, how they stand; what plays counts most."""
    newest = {job.title_id: job.state for job in reversed(house.media.jobs())}
    states = {title_id: _STATES_OF_JOBS[state] for title_id, state in newest.items() if state in _STATES_OF_JOBS}
    return states | {asset.title_id: _STATES_OF_ASSETS[asset.state] for asset in house.media.assets()}


def _title_json(title: StudioTitle, states: Mapping[str, MediaState], plays: Mapping[str, int]) -> dict[str, Any]:
    return {
        **face_json(title.face),
        "is_withdrawn": title.is_withdrawn,
        "media": states.get(title.face.title_id, "none"),
        "synopsis": title.synopsis,
        "plays": plays.get(title.face.title_id, 0),
        "updated_at": to_rfc3339(title.updated_at),
    }
