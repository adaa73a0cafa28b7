import pytest

PASSWORD = "a long sentence"
CREDENTIALS = {"email": "ada@example.org", "password": PASSWORD}
V1 = "/api/v1"
JSON = {"Content-Type": "application/json"}
NASTY = [
    "' OR 1=1 --", "'; DROP TABLE accounts; --", "../../etc/passwd", "..\\..\\x", "%00", "\0", "a\r\nSet-Cookie: x=1",
    "\u202e", "<script>", "{{7*7}}", "${x}", "é" * 300, "😀", "",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_nasty_characters_are_refused_or_kept_as_they_are(ada, client, text, refused):
    for url, body in (
        (f"{V1}/accounts", CREDENTIALS | {"email": text}),
        (f"{V1}/accounts", {"email": "z@example.org", "password": PASSWORD, "name": text}),
        (f"{V1}/accounts", {"email": "y@example.org", "password": text}),
        (f"{V1}/sessions", CREDENTIALS | {"email": text}),
        (f"{V1}/sessions", {"email": "x@example.org", "password": text}),
    ):
        assert client.post(url, json=body).status_code in {201, 401, 422}
    added = ada.post(f"{V1}/profiles", json={"name": text})
    if added.status_code == 201:
        assert added.json()["name"] == " ".join(text.split())
    else:
        refused(added, 422)
    for field in ("avatar", "language", "is_kids", "max_age", text):
        refused(ada.post(f"{V1}/profiles", json={"name": "Bob", field: text}), 422)
    place = "".join(f"%{byte:02X}" for byte in text.encode()) or "x"
    for method in ("GET", "PATCH", "DELETE"):
        refused(ada.request(method, f"{V1}/profiles/{place}", json={} if method == "PATCH" else None), 404)
    token = b"Bearer " + text.encode().translate(None, b"\r\n\0")
    refused(ada.get(f"{V1}/me", headers={"Authorization": token}), 401)


@pytest.mark.parametrize(
    "body",
    [b'{"name": NaN}', b'{"name": "a", "max_age": NaN}', b'{"max_age": Infinity}', b'{"max_age": 1e999}', b"{", b"null",
     b'"x"', b"[]", b"[" * 100_000, b"\xff", b'{"name": "\\ud800"}', b'{"name": "\xed\xa0\x80"}', b"",
     b'{"name": "a", "is_kids": "true"}', b'{"name": "a", "max_age": "7"}', b'{"name": "a", "max_age": 7.5}',
     b'{"name": "a", "max_age": 123456789012345678901234567890}', b'{"name": "a", "role": "operator"}'],
)  # fmt: skip
def test_what_is_not_json_or_not_what_is_asked_for_is_refused(ada, body, refused):
    problem = refused(ada.post(f"{V1}/profiles", content=body, headers=JSON), 422)
    assert problem["where"].startswith("body")
    assert problem["remedy"]


def test_a_body_that_does_not_say_that_it_is_json_is_refused(ada, refused):
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "x"}, {"Content-Type": ""}):
        assert refused(ada.post(f"{V1}/profiles", content=b'{"name": "a"}', headers=headers), 422)["where"]


def test_a_refusal_does_not_repeat_what_was_sent(client, refused):
    secret = "very secret " * 200
    answer = client.post(f"{V1}/sessions", json={"email": "ada@example.org", "password": secret, "token": secret})
    problem = refused(answer, 422)
    assert "very secret" not in answer.text
    assert {error["where"] for error in problem["errors"]} == {"body.password", "body.token"}


def test_a_large_body_is_refused_without_being_read(ada, refused):
    read = 0

    def chunks():
        nonlocal read
        for _ in range(5):
            read += 1
            yield b" " * (1 << 20)

    large = b'{"name": "' + b"a" * 5_000_000 + b'"}'
    assert refused(ada.post(f"{V1}/profiles", content=large, headers=JSON), 413)["remedy"]
    refused(ada.post(f"{V1}/profiles", content=chunks(), headers=JSON), 413)
    lies = JSON | {"Content-Length": "9" * 30}
    refused(ada.post(f"{V1}/profiles", content=b"{}", headers=lies), 413)
    refused(ada.post(f"{V1}/profiles", content=large, headers=JSON | {"Authorization": "Bearer x"}), 401)


def test_what_is_not_there_is_a_problem_too(ada, refused):
    assert refused(ada.get("/nowhere"), 404)["remedy"]
    refused(ada.get(f"{V1}/me/"), 404)
    answer = ada.put(f"{V1}/me", json={})
    assert "GET" in refused(answer, 405)["remedy"]
    assert answer.headers["allow"] == "GET"
    assert ada.put(f"{V1}/profiles/x").headers["allow"] == "DELETE, GET, PATCH"
