"""Files over HTTP (RFC 9110): whole or a range of them, with validators, on GET and HEAD."""

import re
from collections.abc import Iterator
from email.utils import formatdate
from os import stat_result
from pathlib import Path
from typing import BinaryIO, Final

from fastapi import Request, Response
from starlette.responses import FileResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from cinoche.api.errors import REQUEST_ID, Kind, problem

UNSATISFIABLE: Final = Kind(416, "range-not-satisfiable", "This range is beyond the end")

_RANGE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.ASCII | re.IGNORECASE)
_PIECE: Final = 1 << 18


class Unsatisfiable(Exception):
    """A range of which the file has no byte."""


def parse_range(header: str | None, size: int) -> range | None:
    """Read a Range header for a file of this size: which bytes are asked for, or None for the whole of it.

    What is not one range of bytes is ignored, as the standard allows. Raises Unsatisfiable where the file has none of
    them.
    """
    found = _RANGE.fullmatch(header) if header is not None else None
    if found is None:
        return None
    first, last = found.groups()
    if first:
        asked = range(int(first), min(int(last) + 1, size) if last else size)
        if last and int(last) < int(first):
            return None
    elif last:
        asked = range(max(size - int(last), 0), size)
    else:
        return None
    if not asked:
        raise Unsatisfiable
    return asked


def etag_of(found: stat_result) -> str:
    """Make the validator of a file, of its time and size, as nginx does: whoever serves it, it is the same."""
    return f'"{int(found.st_mtime):x}-{found.st_size:x}"'


def answer_file(request: Request, path: Path, found: stat_result, *, media_type: str, cache: str) -> Response:
    """Answer a file of this machine: what was asked of it, or that the client's copy is still good."""
    etag, modified = etag_of(found), formatdate(found.st_mtime, usegmt=True)
    headers = {"ETag": etag, "Last-Modified": modified, "Cache-Control": cache, "Accept-Ranges": "bytes"}
    if _is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    is_same = request.headers.get("if-range", etag) in {etag, modified}
    try:
        asked = parse_range(request.headers.get("range"), found.st_size) if _may_be_part(request) and is_same else None
    except Unsatisfiable:
        return refuse_range(request, found.st_size)
    if asked is None:
        return _Whole(path, headers=headers, media_type=media_type, stat_result=found)
    headers |= part_headers(asked, found.st_size)
    return StreamingResponse(_pieces(path.open("rb"), asked), 206, headers, media_type)


def part_headers(asked: range, size: int) -> dict[str, str]:
    """Say which part of a whole an answer is."""
    return {"Content-Range": f"bytes {asked.start}-{asked.stop - 1}/{size}", "Content-Length": str(len(asked))}


def refuse_range(request: Request, size: int) -> Response:
    """Say that there are no such bytes, and how many there are."""
    return problem(
        UNSATISFIABLE,
        f"The file has {size} bytes; none of those asked for.",
        request_id=request.scope.get(REQUEST_ID),
        where="Range",
        remedy="Ask for bytes before its end.",
        headers={"Content-Range": f"bytes */{size}"},
    )


class _Whole(FileResponse):
    """A file as a whole, whatever range was asked for; the server sends it from the disk itself where it can."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": kept}, receive, send)


def _may_be_part(request: Request) -> bool:
    return request.method == "GET"


def _is_known(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    named = [each.strip().removeprefix("W/") for each in header.split(",")]
    return etag in named or named == ["*"]


def _pieces(file: BinaryIO, asked: range) -> Iterator[bytes]:
    with file:
        file.seek(asked.start)
        left = len(asked)
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
