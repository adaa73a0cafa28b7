"""Watching over HTTP: play sessions and their heartbeats, and the bytes of films under the addresses they give out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from cinoche.api import ranges, schemas_watch
from cinoche.api.access import PREFIX
from cinoche.api.answers import answer, described, face_json
from cinoche.api.door import DoorRoute, account_id_of, session_of
from cinoche.api.languages import own_language
from cinoche.api.limits import limited
from cinoche.api.services import house_of
from cinoche.api.viewer import profile_of, viewer_of
from cinoche.kit.clock import to_rfc3339
from cinoche.kit.errors import Forbidden, NotFound
from cinoche.playback import tokens
from cinoche.playback.heartbeats import HEARTBEAT_S
from cinoche.playback.models import Asset, Beat, Totals
from cinoche.playback.sessions import Started, Taken
from cinoche.playback.taste import choose_audio, choose_captions

router = APIRouter(route_class=DoorRoute, tags=["playback"])

SEGMENT_CACHE: Final = "private, max-age=43200, immutable"
"""What a name of ours holds never changes: an asset that is made anew has another id."""

MANIFEST_CACHE: Final = "private, max-age=5"
"""Manifests and their like grow while further pictures are made."""

MEDIA_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "m4s": ("video/mp4", SEGMENT_CACHE),
    "mp4": ("video/mp4", SEGMENT_CACHE),
    "jpg": ("image/jpeg", SEGMENT_CACHE),
    "mpd": ("application/dash+xml", MANIFEST_CACHE),
    "m3u8": ("application/vnd.apple.mpegurl", MANIFEST_CACHE),
    "vtt": ("text/vtt; charset=utf-8", MANIFEST_CACHE),
}
_AUDIO: Final = "audio"
_ORIGINAL_URI: Final = "X-Original-URI"
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "A range of it.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "The copy that the client has is still good."},
}


@router.post(
    f"{PREFIX}/play-sessions",
    status_code=201,
    summary="Begin to play a title, or the next episode of a series",
    responses=described(schemas_watch.PlaySession, status=201, as_of=True),
)
async def start(request: Request, body: schemas_watch.NewPlaySession) -> Response:
    """Give the addresses of a title's manifests, where this profile stopped, and what its taste chooses."""
    session, profile = session_of(request), profile_of(request, body.profile_id)
    max_age = viewer_of(request).narrowest(profile.max_age)
    started = await run_in_threadpool(
        lambda: house_of(request).play_sessions.start(
            session, profile, body.title_id, max_age=max_age, from_start=body.from_start
        )
    )
    taste, language = profile.preferences, own_language(request, profile)
    audio = choose_audio(started.asset.audio, (taste.audio_language, language))
    shown = _started_json(started) | {
        "audio_language": audio,
        "caption_language": choose_captions(started.asset.text, taste.caption_language, audio=audio, language=language),
        "preferences": asdict(taste),
    }
    return answer(shown, status=201, as_of=started.offset)


@router.post(
    f"{PREFIX}/play-sessions/{{play_session_id}}/heartbeats",
    summary="Tell where a play session is; its token proves it",
    dependencies=[Depends(limited("heartbeats", "1200/minute"))],
    responses=described(schemas_watch.Beaten, as_of=True),
)
async def beat(request: Request, play_session_id: str, body: schemas_watch.Heartbeat) -> Response:
    """Take heartbeats, several at once where some had to wait; what comes twice counts once."""
    house = house_of(request)
    now = house.clock()
    beats = [Beat(each.beat_id, each.state, each.position_s, now - each.ago_s) for each in body.beats]
    totals = _totals(body.quality)
    taken: Taken = await run_in_threadpool(house.play_sessions.beat, play_session_id, body.token, beats, totals)
    request.app.state.metrics.observe_playback(taken.quality)
    shown = {"goes_on": taken.goes_on, "expires_at": to_rfc3339(taken.expires_at), "offset": taken.offset}
    return answer(shown, as_of=taken.offset)


@router.delete(f"{PREFIX}/play-sessions/{{play_session_id}}", status_code=204, summary="Stop playing")
async def stop(request: Request, play_session_id: str) -> None:
    """End a play session of the account, on whichever device; its stream is free at once."""
    await run_in_threadpool(house_of(request).play_sessions.stop, account_id_of(request), play_session_id)


@router.get(
    "/media/{token}/{asset_id}/{path:path}",
    response_class=Response,
    summary="A file of a film, to who holds a play session's token",
    responses=_FILE,
)
async def get_file(request: Request, token: str, asset_id: str, path: str) -> Response:
    """Answer a file of an asset, or a range of it."""
    return _file(request, token, asset_id, path)


@router.head(
    "/media/{token}/{asset_id}/{path:path}",
    response_class=Response,
    summary="What a file of a film is like",
    responses=_FILE,
)
async def head_file(request: Request, token: str, asset_id: str, path: str) -> Response:
    """Answer what GET would, without the file."""
    return _file(request, token, asset_id, path)


@router.get(
    "/media-check",
    status_code=204,
    response_class=Response,
    summary="Whether an address of a film is good, for a proxy that serves the files itself",
)
async def check_address(request: Request) -> Response:
    """Answer 204 where the address in `X-Original-URI` may be served, and 403 where it may not."""
    parts = request.headers.get(_ORIGINAL_URI, "").split("/", 4)
    if len(parts) < 4 or f"/{parts[1]}" != tokens.PREFIX:
        raise Forbidden(
            "No address of a film was named.", where=_ORIGINAL_URI, remedy="Name one: /media/<token>/<asset>/."
        )
    house_of(request).play_sessions.allows(parts[2], parts[3])
    return Response(status_code=204)


def _file(request: Request, token: str, asset_id: str, path: str) -> Response:
    house = house_of(request)
    house.play_sessions.allows(token, asset_id)
    store, key = house.media.store, f"{asset_id}/{path}"
    media_type, cache = _described(path)
    here = store.path(key)
    if here is not None:
        with suppress(FileNotFoundError):  # it was removed a moment ago
            return ranges.answer_file(request, here, here.stat(), media_type=media_type, cache=cache)
    size = None if here is not None else store.size(key)
    if size is None:
        raise NotFound(
            "This film has no such file: no segment of this number, or no such picture.",
            where="path",
            remedy="Read the manifest again; it names what there is.",
        )
    return _from_afar(request, key, size, {"Cache-Control": cache, "Content-Type": media_type})


def _from_afar(request: Request, key: str, size: int, headers: dict[str, str]) -> Response:
    """Answer a file that the store keeps elsewhere."""
    headers |= {"Accept-Ranges": "bytes", "Content-Length": str(size)}
    if request.method == "HEAD":
        return Response(headers=headers)
    try:
        asked = ranges.parse_range(request.headers.get("range"), size)
    except ranges.Unsatisfiable:
        return ranges.refuse_range(request, size)
    store = house_of(request).media.store
    if asked is None:
        pieces: Iterator[bytes] = store.open(key)
        return StreamingResponse(pieces, 200, headers)
    pieces = store.open(key, start=asked.start, length=len(asked))
    return StreamingResponse(pieces, 206, headers | ranges.part_headers(asked, size))


def _described(path: str) -> tuple[str, str]:
    """Tell the type of a file and how long its copies are good, by its name and the folder that it is in."""
    media_type, cache = MEDIA_TYPES.get(path.rpartition(".")[2], ("application/octet-stream", MANIFEST_CACHE))
    if media_type == "video/mp4" and path.partition("/")[0] == _AUDIO:
        media_type = "audio/mp4"
    return media_type, cache


def _totals(quality: schemas_watch.Quality | None) -> Totals:
    if quality is None:
        return Totals()
    return Totals(quality.stalls, quality.stalled_ms, quality.dropped_frames, quality.startup_ms, quality.bitrate_kbps)


def _started_json(started: Started) -> dict[str, Any]:
    asset, after = started.asset, started.next
    base = tokens.prefix(started.token, asset.asset_id)
    return {
        "play_session_id": started.play_session.play_session_id,
        "token": started.token,
        "title": face_json(started.face),
        "series": face_json(started.series) if started.series else None,
        "dash": base + asset.dash,
        "hls": base + asset.hls,
        "poster": base + asset.poster if asset.poster else None,
        "trickplay": base + asset.trickplay if asset.trickplay else None,
        "expires_at": to_rfc3339(started.play_session.expires_at),
        "heartbeat_s": HEARTBEAT_S,
        "position_s": started.position_s,
        "duration_s": asset.duration_s,
        "credits_at_s": asset.credits_at_s,
        "chapters": [asdict(each) for each in asset.chapters],
        "audio": [asdict(each) for each in asset.audio],
        "captions": _captions_json(asset, base),
        "rungs": [{"height": each.height, "bandwidth": each.bandwidth} for each in asset.renditions],
        "next": None
        if after is None
        else {"title_id": after.title_id, "name": after.name, "season": started.next_season, "number": after.number},
    }


def _captions_json(asset: Asset, base: str) -> Sequence[Mapping[str, Any]]:
    return [
        {"language": each.language, "name": each.name, "kind": each.kind, "url": base + each.path}
        for each in asset.text
    ]
