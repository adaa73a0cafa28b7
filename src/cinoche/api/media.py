"""The Studio's media over HTTP: what can be played, the work on it, and films that come in pieces (tus 1.0.0)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import contextmanager_in_threadpool
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from cinoche.api import schemas_studio as schemas
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described, page_json
from cinoche.api.door import DoorRoute
from cinoche.api.errors import Kind, problem
from cinoche.api.services import house_of
from cinoche.bootstrap import Services
from cinoche.catalog.models import Kind as TitleKind
from cinoche.kit.clock import to_rfc3339
from cinoche.kit.errors import Conflict, Invalid, NotFound
from cinoche.playback import shown
from cinoche.playback.models import Asset
from cinoche.playback.uploads import KEPT_S, Uploads
from cinoche.playback.work import Job

router = APIRouter(prefix=f"{PREFIX}/studio", route_class=DoorRoute, tags=["studio"])

TUS: Final = "1.0.0"
PIECE_TYPE: Final = "application/offset+octet-stream"
JOB_HEADER: Final = "Cinoche-Job"
_PLAYED: Final = frozenset({TitleKind.FILM, TitleKind.EPISODE})
_GATHERED: Final = 1 << 20
"""How much of a piece is gathered before a thread writes it."""

_LONGEST_METADATA: Final = 4_096
_NOTHING: Final = described(what="Done.", status=204)


@router.get("/media", summary="What can be played", responses=described(schemas.MediaAssets))
async def list_media(request: Request) -> Response:
    """List the assets, the newest first."""
    house = house_of(request)
    assets = await run_in_threadpool(house.media.assets)
    return answer(page_json([_asset_json(house, each) for each in assets]))


@router.delete("/media/{title_id}", status_code=204, summary="Remove what can be played of a title", responses=_NOTHING)
async def remove_media(request: Request, title_id: str) -> Response:
    """Remove the films' files; the title stays."""
    await run_in_threadpool(house_of(request).media.remove, title_id)
    return Response(status_code=204)


@router.get("/jobs", summary="The work on films", responses=described(schemas.MediaJobs))
async def list_jobs(request: Request) -> Response:
    """List jobs, the newest first."""
    house = house_of(request)
    jobs = await run_in_threadpool(house.media.jobs)
    return answer(page_json([_job_json(house, each) for each in jobs]))


@router.get("/jobs/{job_id}", summary="One job, with its log", responses=described(schemas.MediaJobDetail))
async def get_job(request: Request, job_id: str) -> Response:
    """Show how a job stands and what it wrote."""
    house = house_of(request)
    job = await run_in_threadpool(house.media.job, job_id)
    lines = await run_in_threadpool(house.media.lines, job_id)
    log = [{"at": to_rfc3339(line.at), "text": line.text} for line in lines]
    return answer({**_job_json(house, job), "log": log})


@router.post("/jobs/{job_id}/retry", summary="Try a job again", responses=described(schemas.MediaJob))
async def retry_job(request: Request, job_id: str) -> Response:
    """Put a job that failed or was cancelled back into the queue; what it had finished is not done again."""
    house = house_of(request)
    return answer(_job_json(house, await run_in_threadpool(house.media.retry, job_id)))


@router.post("/jobs/{job_id}/cancel", summary="Stop a job", responses=described(schemas.MediaJob))
async def cancel_job(request: Request, job_id: str) -> Response:
    """Stop a job; what it has published stays."""
    house = house_of(request)
    return answer(_job_json(house, await run_in_threadpool(house.media.cancel, job_id)))


@router.options("/uploads", status_code=204, summary="What uploads can do (tus)", responses=_NOTHING)
async def describe_uploads(request: Request) -> Response:
    """Tell the version of tus, its extensions, and the largest file."""
    headers = {
        "Tus-Version": TUS,
        "Tus-Extension": "creation,expiration,termination",
        "Tus-Max-Size": str(_uploads(request).largest),
    }
    return _tus(204, headers)


@router.post(
    "/uploads",
    status_code=201,
    response_class=Response,
    summary="Begin an upload (tus)",
    responses=described(what="Begun: Location says where its pieces go.", status=201),
)
async def begin_upload(request: Request) -> Response:
    """Begin an upload: `Upload-Length`, and `Upload-Metadata` with `filename`, `title_id` and perhaps `sha256`."""
    if (refusal := _other_version(request)) is not None:
        return refusal
    metadata = _metadata(request.headers.get("upload-metadata", ""))
    size = _number(request, "Upload-Length")
    title_id = _title_id(house_of(request), metadata.get("title_id", ""))
    name, digest = metadata.get("filename", ""), metadata.get("sha256")
    upload = await run_in_threadpool(_uploads(request).begin, title_id, name, size, digest)
    place = f"{PREFIX}/studio/uploads/{upload.upload_id}"
    return _tus(201, {"Location": place, "Upload-Expires": _http_date(upload.touched_at + KEPT_S)})


@router.head(
    "/uploads/{upload_id}",
    response_class=Response,
    summary="How much of an upload is here (tus)",
    responses=described(what="Here it is."),
)
async def look_at_upload(request: Request, upload_id: str) -> Response:
    """Tell how many bytes are here, and how many are meant to be."""
    try:  # of an upload that came whole before a crash, a job is made now
        headers = await run_in_threadpool(_standing, _uploads(request), upload_id)
    except Conflict as error:  # to a client of tus, "locked" alone means that what it sent is still good
        kind = Kind(423, "locked", "It cannot be taken up now")
        return problem(kind, error.message, where=error.where, remedy=error.remedy)
    return _tus(200, headers)


@router.patch("/uploads/{upload_id}", status_code=204, summary="Send a piece of an upload (tus)", responses=_NOTHING)
async def send_piece(request: Request, upload_id: str) -> Response:
    """Write a piece where `Upload-Offset` says; the last one makes a job, which the header `Cinoche-Job` names."""
    if (refusal := _other_version(request)) is not None:
        return refusal
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != PIECE_TYPE:
        kind = Kind(415, "unsupported-media-type", "This is not a piece of an upload")
        return problem(
            kind, "The body does not say that it is one.", where="Content-Type", remedy=f"Send {PIECE_TYPE}."
        )
    uploads = _uploads(request)
    offset = _number(request, "Upload-Offset")
    if await run_in_threadpool(uploads.job_of, upload_id) is None:
        await _take_piece(request, uploads, upload_id, offset)
    return _tus(204, await run_in_threadpool(_standing, uploads, upload_id))


async def _take_piece(request: Request, uploads: Uploads, upload_id: str, offset: int) -> None:
    async with contextmanager_in_threadpool(uploads.writing(upload_id, offset)) as write:
        is_whole = await _write_body(request, write)
    if not is_whole:
        raise ClientDisconnect


def _standing(uploads: Uploads, upload_id: str) -> Mapping[str, str]:
    """Say how an upload stands, once what is whole is a job."""
    job = uploads.finish(upload_id)
    upload, here = uploads.get(upload_id)
    headers = {
        "Upload-Offset": str(here),
        "Upload-Length": str(upload.size_bytes),
        "Upload-Expires": _http_date(upload.touched_at + KEPT_S),
    }
    return headers if job is None else {**headers, JOB_HEADER: job.job_id}


@router.delete("/uploads/{upload_id}", status_code=204, summary="Give an upload up (tus)", responses=_NOTHING)
async def remove_upload(request: Request, upload_id: str) -> Response:
    """Forget what came of an upload."""
    await run_in_threadpool(_uploads(request).remove, upload_id)
    return _tus(204)


async def _write_body(request: Request, write: Callable[[bytes], None]) -> bool:
    """Write what comes, as far as it comes: False where the sender went away, who goes on from there another time."""
    gathered, is_whole = bytearray(), True
    try:
        async for chunk in request.stream():
            gathered += chunk
            if len(gathered) >= _GATHERED:
                await run_in_threadpool(write, bytes(gathered))
                gathered.clear()
    except ClientDisconnect:
        is_whole = False
    await run_in_threadpool(write, bytes(gathered))
    return is_whole


def _uploads(request: Request) -> Uploads:
    house = house_of(request)
    return Uploads(house.media, largest=house.settings.upload_bytes)


def _tus(status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": TUS, "Cache-Control": "no-store", **(headers or {})})


def _other_version(request: Request) -> Response | None:
    if request.headers.get("tus-resumable") == TUS:
        return None
    return problem(
        Kind(412, "other-version", "This speaks another version of tus"),
        "The request does not say that it speaks tus 1.0.0.",
        where="Tus-Resumable",
        remedy=f"Send the header Tus-Resumable: {TUS}.",
        headers={"Tus-Version": TUS},
    )


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header.lower(), "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Invalid(f"{text[:20]!r} is not a number of bytes.", where=header, remedy="Send it as decimal digits.")
    return int(text)


def _metadata(text: str) -> Mapping[str, str]:
    """Read pairs of a key and a base64 value, by commas."""
    if len(text) > _LONGEST_METADATA:
        raise Invalid("this is too long.", where="Upload-Metadata", remedy="Send filename and title_id alone.")
    found: dict[str, str] = {}
    try:
        for pair in filter(None, (each.strip() for each in text.split(","))):
            key, _, value = pair.partition(" ")
            found[key] = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Invalid(
            "this is not what tus says.", where="Upload-Metadata", remedy="Send: key base64(value), by commas."
        ) from error
    return found


def _title_id(house: Services, title_id: str) -> str:
    face = house.catalog.faces().get(title_id)
    if face is None:
        raise NotFound(
            f"there is no title {title_id[:64]!r}.",
            where="Upload-Metadata.title_id",
            remedy="Choose one of the catalogue.",
        )
    if face.kind not in _PLAYED:
        raise Invalid(
            f"a {face.kind.value} has no film of its own.",
            where="Upload-Metadata.title_id",
            remedy="Choose one of its episodes.",
        )
    return title_id


def _http_date(time_s: float) -> str:
    from email.utils import formatdate

    return formatdate(time_s, usegmt=True)


def _asset_json(house: Services, asset: Asset) -> Mapping[str, Any]:
    return shown.asset_dict(asset, house.catalog.faces().name_of(asset.title_id))


def _job_json(house: Services, job: Job) -> Mapping[str, Any]:
    return shown.job_dict(job, house.catalog.faces().name_of(job.title_id))
