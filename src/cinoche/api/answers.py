"""How titles, rows and lists look in JSON, and the fast way to answer them."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from pydantic import BaseModel
from starlette.responses import Response

from cinoche.catalog.models import Face, TitleDetail
from cinoche.catalog.pictures import poster_address
from cinoche.kit.clock import to_rfc3339
from cinoche.recommend.catalogue import Catalogue
from cinoche.recommend.rows import Evidence, Placed, Row
from cinoche.recommend.sentences import NameOf, heading, purpose, reason
from cinoche.recommend.service import Listing

AS_OF: Final = "Cinoche-As-Of"
"""The header that says which offset of the log an answer includes."""

MODEL: Final = "Cinoche-Model"
"""The header that says which version of the model made a list."""

_encoder = msgspec.json.Encoder()


def answer(value: object, *, status: int = 200, as_of: int | None = None, model: str = "") -> Response:
    """Answer a value as JSON, with the offset that it includes and the model that made it where it has them."""
    headers = {"Cache-Control": "private, no-store"}
    if as_of is not None:
        headers[AS_OF] = str(as_of)
    if model:
        headers[MODEL] = model
    return Response(_encoder.encode(value), status_code=status, headers=headers, media_type="application/json")


def described(
    schema: type[BaseModel] | None = None,
    *,
    status: int = 200,
    as_of: bool = False,
    model: bool = False,
    what: str = "Done.",
) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is encoded by hand: its ``responses`` for a route. Nothing is checked at run time."""
    headers = {AS_OF: {"description": "The log offset that this includes.", "schema": {"type": "integer"}}}
    if model:
        headers[MODEL] = {"description": "The version of the model that made this.", "schema": {"type": "string"}}
    said: dict[str, Any] = {"description": inspect.getdoc(schema) if schema else what}
    return {status: said | ({"model": schema} if schema else {}) | ({"headers": headers} if as_of else {})}


def page_json(items: Sequence[object], next_cursor: str | None = None) -> dict[str, Any]:
    """Shape a list: its items and the cursor of what follows."""
    return {"items": items, "next": next_cursor}


def face_json(face: Face | TitleDetail) -> dict[str, Any]:
    """Shape the public columns of a title."""
    return {
        "title_id": face.title_id,
        "name": face.name,
        "year": face.year,
        "kind": face.kind,
        "length_s": face.length_s,
        "certification": face.certification,
        "genres": face.genres,
        "has_media": face.has_media,
        "directors": face.directors,
        "parent_id": face.parent_id,
        "number": face.number,
        "poster": poster_address(face),
    }


def title_json(title: TitleDetail) -> dict[str, Any]:
    """Shape everything that is known of a title."""
    return {
        **face_json(title),
        "original_name": title.original_name,
        "alternative_names": title.alternative_names,
        "synopsis": title.synopsis,
        "is_withdrawn": title.is_withdrawn,
        "updated_at": to_rfc3339(title.updated_at),
        "budget_usd": title.budget_usd,
        "external": title.external,
        "credits": [
            {
                "person_id": credit.person.person_id,
                "name": credit.person.name,
                "role": credit.role,
                "character": credit.character,
            }
            for credit in title.credits
        ],
        "tags": [{"tag": each.tag, "times": each.times} for each in title.tags],
        "sources": title.sources,
        "attributions": title.attributions,
    }


def row_json(listing: Listing, row: Row, language: str) -> dict[str, Any]:
    """Shape a row: its kind, its heading in a language, and its titles with their evidence."""
    name_of = _names(listing.catalogue)
    about = row.about
    return {
        "kind": row.kind,
        "title": heading(row, name_of, language),
        "sentence": purpose(row, name_of, language),
        "about": None
        if about is None
        else {"title_id": about.title_id, "person_id": about.person_id, "name": about.name},
        "items": items_json(listing, row, language),
    }


def items_json(listing: Listing, row: Row, language: str) -> list[dict[str, Any]]:
    """Shape the titles of a row or a list, each with its score, its scorer and its evidence."""
    name_of = _names(listing.catalogue)
    return [_item(listing, placed, name_of, language) for placed in row.items]


def _item(listing: Listing, placed: Placed, name_of: NameOf, language: str) -> dict[str, Any]:
    catalogue = listing.catalogue
    shown = face_json(catalogue.faces[placed.position])
    shown["name"] = catalogue.full_name(placed.position)
    shown["score"] = round(placed.score, 6)
    shown["scorer"] = listing.scorer
    shown["progress"] = placed.progress
    shown["position_s"] = placed.position_s
    shown["propensity"] = placed.propensity
    shown["evidence"] = _evidence(placed.evidence, name_of, language)
    return shown


def evidence_json(catalogue: Catalogue, why: Evidence, language: str) -> dict[str, Any]:
    """Shape a piece of evidence: what it names, and the sentence that says so."""
    return _evidence(why, _names(catalogue), language)


def _evidence(why: Evidence, name_of: NameOf, language: str) -> dict[str, Any]:
    return {
        "kind": why.kind,
        "title_id": why.title_id,
        "person_id": why.person_id,
        "name": why.name or (name_of(why.title_id) if why.title_id else None),
        "value": None if why.value is None else round(why.value, 4),
        "text": reason(why, name_of, language),
    }


def _names(catalogue: Catalogue) -> NameOf:
    position: Mapping[str, int] = catalogue.position
    return lambda title_id: catalogue.full_name(position[title_id]) if title_id in position else ""
