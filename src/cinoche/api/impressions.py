"""What of a page was really seen, over HTTP: believed only of pages that were signed for the profile."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from cinoche.api.access import PREFIX
from cinoche.api.answers import AS_OF
from cinoche.api.door import DoorRoute
from cinoche.api.intake import API_SOURCE
from cinoche.api.limits import limited
from cinoche.api.schemas import Accepted
from cinoche.api.services import house_of
from cinoche.api.viewing import WRITES, append, who_watches
from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Invalid
from cinoche.kit.ids import stable_id
from cinoche.recommend.slates import LONGEST_SLATE, Sent

router = APIRouter(prefix=PREFIX, route_class=DoorRoute, tags=["viewing"])

LATEST_S: Final = DAY_S
"""What was seen of a page is not told of later than a day after it was made."""

Number = Annotated[int, Field(ge=0, le=1_000)]


class SeenRow(Accepted):
    """A row that was seen: its number in the page as it was sent, where it stood on the screen, and which titles."""

    row: Number
    position: Number
    title_ids: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=types.MAX_SHOWN)
    ]


class Impressions(Accepted):
    """What was seen of one page: the slate that came with it, and the rows."""

    slate: Annotated[str, Field(min_length=1, max_length=LONGEST_SLATE, description="`slate` of the page.")]
    rows: Annotated[list[SeenRow], Field(min_length=1, max_length=types.MAX_ROWS)]


@router.post(
    "/profiles/{profile_id}/impressions",
    summary="Tell which rows of a page were really seen",
    dependencies=[Depends(limited("impressions", "240/minute"))],
    **WRITES,
)
async def tell_seen(request: Request, profile_id: str, body: Impressions) -> Response:
    """Keep what was seen, with the chance that each title had to stand there; told twice it counts once."""
    house = house_of(request)
    _, pseudonym = who_watches(request, profile_id)
    now = house.clock()
    sent = house.recommender.sent(pseudonym, body.slate)
    if sent is None or not 0 <= now - sent.made_at <= LATEST_S:
        raise Invalid(
            "this is not a page that was sent to this profile within a day.",
            where="body.slate",
            remedy="Send the `slate` of GET /api/v1/profiles/{profile_id}/home as it came.",
        )
    data = {
        "slate_id": sent.slate_id,
        "scorer": sent.scorer,
        "made_at": sent.made_at,
        "visit_at": sent.began_at,
        "model": sent.made_by.model,
        "experiment_id": sent.made_by.experiment_id,
        "arm": sent.made_by.arm,
        types.ROWS: [_seen(sent, row, where=f"body.rows[{at}]") for at, row in enumerate(body.rows)],
    }
    told = sorted(f"{row.row}:{','.join(sorted(row.title_ids))}" for row in body.rows)
    fields = types.parse_data(types.SLATE_SHOWN, data, where="body")
    event = Event(
        source=API_SOURCE,
        id=stable_id(sent.slate_id, *told),
        type=types.SLATE_SHOWN,
        subject=pseudonym,
        time_s=now,
        data=fields,
    )
    done = await append(request, [event])
    return Response(status_code=204, headers={AS_OF: str(done.offset)})


def _seen(sent: Sent, seen: SeenRow, *, where: str) -> dict[str, Any]:
    """Say of a row that was seen what the page said of it; raises Invalid where it was not on the page."""
    if seen.row >= len(sent.rows):
        raise Invalid(f"the page had {len(sent.rows)} rows.", where=f"{where}.row", remedy="Count them from 0.")
    row = sent.rows[seen.row]
    title_ids = list(dict.fromkeys(seen.title_ids))
    places = [row.place_of(each) for each in title_ids]
    if None in places:
        missing = title_ids[places.index(None)]
        raise Invalid(f"{missing!r} was not in this row.", where=f"{where}.title_ids", remedy="Name titles of the row.")
    owed_to = [row.owed_to[place] for place in places if place is not None]
    return {
        "kind": row.key[0],
        "position": seen.position,
        types.TITLE_IDS: title_ids,
        "places": places,
        "propensities": [row.propensities[place] for place in places if place is not None],
        "owed_to": owed_to if any(owed_to) else [],
    }
