"""How long answers are packed."""

import gzip

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cinoche.api.packing import LEAST_BYTES, packed

LONG = {"sentence": "Because you watched Heat. " * 200}


def asked(method: str = "GET", accepts: str = "gzip, br") -> Request:
    return Request({"type": "http", "method": method, "headers": [(b"accept-encoding", accepts.encode())]})


def is_packed(response: Response) -> bool:
    return response.headers.get("content-encoding") == "gzip"


def test_a_long_answer_is_packed_and_says_so() -> None:
    plain = JSONResponse(LONG).body
    response = packed(asked(), JSONResponse(LONG))
    assert is_packed(response)
    assert gzip.decompress(response.body) == plain
    assert response.headers["content-length"] == str(len(response.body))
    assert response.headers["vary"] == "Accept-Encoding"


def test_who_does_not_take_gzip_gets_a_long_answer_as_it_is() -> None:
    response = packed(asked(accepts="identity"), JSONResponse(LONG))
    assert not is_packed(response)
    assert response.headers["vary"] == "Accept-Encoding"


def test_a_short_answer_is_not_packed() -> None:
    assert not is_packed(packed(asked(), JSONResponse({"short": "x" * (LEAST_BYTES // 2)})))


def test_only_what_is_read_is_packed() -> None:
    assert not is_packed(packed(asked("POST"), JSONResponse(LONG)))


def test_only_json_is_packed() -> None:
    assert not is_packed(packed(asked(), PlainTextResponse("text " * 1_000)))


def test_what_is_packed_already_is_left_alone() -> None:
    response = packed(asked(), packed(asked(), JSONResponse(LONG)))
    assert gzip.decompress(response.body) == JSONResponse(LONG).body
