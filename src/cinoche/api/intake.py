"""From what a client sends to what the log keeps: checked, with pseudonyms for profiles and reviews sealed."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from cinoche.bootstrap import Services
from cinoche.catalog.models import Faces, is_fit
from cinoche.events import types
from cinoche.events.models import SPEC_VERSION, Event
from cinoche.kit.clock import from_rfc3339
from cinoche.kit.errors import Invalid, NotFound, TooLarge
from cinoche.kit.ids import random_id

MAX_BATCH: Final = 1_000
OWN_SOURCES: Final = "cinoche:"
"""Sources that begin so are ours: a client that could write under them could pass for an import."""

API_SOURCE: Final = "cinoche:api"
PROFILE_ID: Final = "profile_id"
_PLAYBACK: Final = "playback."

_NO_CONTROLS: Final = "^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"
"""CloudEvents allows no control characters in attributes; not every database can keep the first of them."""

ShortText = Annotated[str, Meta(min_length=1, max_length=200, pattern=_NO_CONTROLS)]


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as a client sends it: the attributes of CloudEvents 1.0, with ``data`` about one of its profiles.

    ``subject`` is accepted and not kept: in the log the subject is the profile's pseudonym. Without ``time`` the event
    happened now.
    """

    id: ShortText
    source: ShortText
    type: ShortText
    data: dict[str, Any]
    subject: Annotated[str, Meta(max_length=200)] | None = None
    time: Annotated[str, Meta(max_length=64)] | None = None
    specversion: str = SPEC_VERSION
    datacontenttype: Annotated[str, Meta(max_length=100)] | None = None
    dataschema: Annotated[str, Meta(max_length=200)] | None = None


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``POST /events``."""

    events: list[Envelope]


def _schemas() -> dict[str, Any]:
    sent = [each for each in types.EVENT_TYPES.values() if not each.of_server]
    kinds = {each.fields.__name__: each.fields for each in sent}
    refs, components = msgspec.json.schema_components(
        [Batch, *kinds.values()], ref_template="#/components/schemas/{name}"
    )
    for name in kinds:
        components[name]["properties"][PROFILE_ID] = {"type": "string"}
        components[name]["required"].append(PROFILE_ID)
    components["Batch"]["properties"]["events"]["maxItems"] = MAX_BATCH
    envelope = components["Envelope"]["properties"]
    envelope["type"] = {"type": "string", "enum": [each.name for each in sent]}
    envelope["specversion"] = {"type": "string", "const": SPEC_VERSION, "default": SPEC_VERSION}
    envelope["data"] = {"anyOf": list(refs[1:])}
    return dict(components)


EVENT_SCHEMAS: Final = _schemas()
"""What ``POST /events`` accepts, and the fields of each type of event, for the description of the API."""

EVENTS_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}},
    }
}


def check_batch(services: Services, limits: Mapping[str, int | None], batch: Batch) -> list[Event]:
    """Make events for the log of what ``POST /events`` was sent; nothing of it is accepted unless all of it is.

    ``limits`` are the profiles that the sender may speak for, by their ids, with the age up to which each sees titles.
    Raises Invalid (or TooLarge, or NotFound for a profile) with the place of the first thing that is wrong.
    """
    if len(batch.events) > MAX_BATCH:
        raise TooLarge(
            f"{len(batch.events)} events in one batch; {MAX_BATCH} are accepted.",
            where="body.events",
            remedy="Send them in several batches.",
        )
    faces = services.catalog.faces()
    return [
        _event(services, envelope, limits, faces, where=f"body.events[{number}]")
        for number, envelope in enumerate(batch.events)
    ]


def _event(
    services: Services, envelope: Envelope, limits: Mapping[str, int | None], faces: Faces, *, where: str
) -> Event:
    if envelope.specversion != SPEC_VERSION:
        raise Invalid(
            "this is not CloudEvents 1.0.", where=f"{where}.specversion", remedy='Say "1.0", or leave it out.'
        )
    if envelope.source.startswith(OWN_SOURCES):
        raise Invalid(
            f"sources beginning with {OWN_SOURCES!r} are Cinoche's own.",
            where=f"{where}.source",
            remedy="Name the app or the device that saw what happened.",
        )
    if (known := types.EVENT_TYPES.get(envelope.type)) is not None and known.of_server:
        raise Invalid(
            f"{envelope.type!r} is an event that only the server writes.",
            where=f"{where}.type",
            remedy="Tell what was seen of a page with POST /api/v1/profiles/{profile_id}/impressions.",
        )
    data = dict(envelope.data)
    profile_id = data.pop(PROFILE_ID, None)
    if not isinstance(profile_id, str):
        raise Invalid("an event belongs to a profile.", where=f"{where}.data.profile_id", remedy="Name one of yours.")
    if profile_id not in limits:
        raise NotFound(
            "the account has no such profile that this session may speak for.",
            where=f"{where}.data.profile_id",
            remedy="GET /api/v1/profiles lists those of the account; one with a PIN is chosen first.",
        )
    return make_event(
        services,
        faces,
        profile_id,
        envelope.type,
        data,
        source=envelope.source,
        event_id=envelope.id,
        time_s=_time(services, envelope.time, where=f"{where}.time"),
        max_age=limits[profile_id],
        where=where,
    )


def make_event(
    services: Services,
    faces: Faces,
    profile_id: str,
    type_name: str,
    data: Mapping[str, Any],
    *,
    source: str = API_SOURCE,
    event_id: str | None = None,
    time_s: float | None = None,
    max_age: int | None = None,
    where: str = "body",
) -> Event:
    """Make an event for the log about one profile; raises Invalid when its type, fields or titles are not known.

    A title above ``max_age`` is one that is not known.
    """
    fields = types.parse_data(type_name, data, where=where)
    _check_titles(fields, faces, max_age, where=f"{where}.data")
    pseudonym = services.privacy.pseudonym(profile_id)
    if type_name.startswith(_PLAYBACK) and types.DURATION_S not in fields:
        face = faces.get(fields[types.TITLE_ID])
        if face is not None and face.length_s:
            fields[types.DURATION_S] = float(face.length_s)
    if types.TEXT in fields:
        fields[types.TEXT] = services.privacy.seal(pseudonym, fields[types.TEXT])
    return Event(
        source=source,
        id=event_id or random_id(),
        type=type_name,
        subject=pseudonym,
        time_s=services.clock() if time_s is None else time_s,
        data=fields,
        version=types.EVENT_TYPES[type_name].version,
    )


def _check_titles(fields: Mapping[str, Any], faces: Faces, max_age: int | None, *, where: str) -> None:
    # The rows of a page were made under the limit of their time: one that was lowered since refuses no report of them.
    shown = enumerate(fields.get(types.TITLE_IDS, ()))
    named: list[tuple[str, str, int | None]] = [(f"{types.TITLE_IDS}[{place}]", each, None) for place, each in shown]
    if types.TITLE_ID in fields:
        named.append((types.TITLE_ID, fields[types.TITLE_ID], max_age))
    for place, title_id, limit in named:
        face = faces.get(title_id)
        if face is None or not is_fit(face.min_age, limit):
            raise Invalid(
                f"there is no title {title_id!r}.", where=f"{where}.{place}", remedy="Search by its name first."
            )


def _time(services: Services, text: str | None, *, where: str) -> float:
    now = services.clock()
    if text is None:
        return now
    time_s = from_rfc3339(text, where=where)
    ahead_s = time_s - now
    tolerance_s = services.settings.clock_tolerance_s
    if ahead_s > tolerance_s:
        raise Invalid(
            f"this is {ahead_s:.0f} s ahead of the server's clock; {tolerance_s:.0f} s are tolerated.",
            where=where,
            remedy="Set the clock of the device, or leave `time` out: the event then happened now.",
        )
    if time_s <= 0:
        raise Invalid("this is before 1970.", where=where, remedy="Set the clock of the device.")
    return min(time_s, now)
