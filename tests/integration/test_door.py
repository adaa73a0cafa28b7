import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.routing import iter_route_contexts

from cinoche.api.access import ACCESS, Access
from cinoche.api.door import DoorRoute
from cinoche.kit import telemetry

PASSWORD = "a long sentence"
CREDENTIALS = {"email": "ada@example.org", "password": PASSWORD}
V1 = "/api/v1"
JSON = {"Content-Type": "application/json"}
NASTY = [
    "' OR 1=1 --", "'; DROP TABLE accounts; --", "../../etc/passwd", "..\\..\\x", "%00", "\0", "a\r\nSet-Cookie: x=1",
    "\u202e", "<script>", "{{7*7}}", "${x}", "é" * 300, "😀", "",
]  # fmt: skip


def refused(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()
    return body


def operations(app):
    for context in iter_route_contexts(app.routes):
        for method in context.methods or ():
            yield method, context.path_format, context.original_route


def fill(path):
    return path.replace("{profile_id}", "x")


def test_every_route_stands_behind_the_door_and_has_a_row_and_every_row_a_route(house):
    found = list(operations(house.app()))
    assert all(isinstance(route, DoorRoute) for _, _, route in found)
    assert {(method, path) for method, path, _ in found} == set(ACCESS)


def test_a_route_without_a_row_refuses_everybody(ada, monkeypatch):
    monkeypatch.setattr("cinoche.api.door.ACCESS", {})
    refused(ada.get(f"{V1}/me"), 403)
    refused(ada.get("/healthz"), 403)


def test_an_operators_route_refuses_a_viewer(ada, house, monkeypatch):
    monkeypatch.setattr("cinoche.api.door.ACCESS", {("GET", f"{V1}/me"): Access.OPERATOR})
    assert "operators" in refused(ada.get(f"{V1}/me"), 403)["detail"]
    house.accounts().ensure_demo("cinoche-demo")
    _, token = house.accounts().sign_in("studio@cinoche.example", "cinoche-demo")
    assert ada.get(f"{V1}/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 10_000, b'{"unknown": 1}', b""])
@pytest.mark.parametrize(("method", "path"), [key for key, access in ACCESS.items() if access is not Access.OPEN])
def test_a_stranger_is_refused_before_what_they_bring_is_read(client, method, path, body):
    answer = client.request(method, fill(path), content=body, headers=JSON)
    assert refused(answer, 401)["remedy"]
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "value",
    ["Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer ' OR 1=1 --", "Bearer " + "a" * 5_000, "x", "Bearer \xe9"],
)
def test_a_forged_token_is_refused(ada, value):
    refused(ada.get(f"{V1}/me", headers={"Authorization": value.encode("latin-1")}), 401)


def test_an_expired_token_is_refused(ada, house):
    assert ada.get(f"{V1}/me").status_code == 200
    house.now += 31 * 86_400
    refused(ada.get(f"{V1}/me"), 401)


def test_a_session_in_use_is_renewed(ada, house):
    before = ada.get(f"{V1}/me").json()["expires_at"]
    house.now += 2 * 86_400
    assert ada.get(f"{V1}/me").json()["expires_at"] > before


def test_a_token_of_another_installation_is_refused(ada, house, tmp_path):
    token = "Zm9yZWlnbi10b2tlbi1mb3JlaWduLXRva2VuLWZvcmVpZ24"
    refused(ada.get(f"{V1}/me", headers={"Authorization": f"Bearer {token}"}), 401)


def test_signing_in_tells_who_came_and_gives_cookies_that_scripts_cannot_read(client):
    client.post(f"{V1}/accounts", json=CREDENTIALS)
    answer = client.post(f"{V1}/sessions", json=CREDENTIALS)
    assert answer.status_code == 201
    body = answer.json()
    assert body.keys() == {"token", "csrf_token", "expires_at", "account", "profiles"}
    assert body["profiles"][0].keys() >= {"profile_id", "name", "avatar", "language", "is_kids", "max_age"}
    session, csrf = answer.headers.get_list("set-cookie")
    assert session.startswith(f"cinoche_session={body['token']};")
    assert csrf.startswith(f"cinoche_csrf={body['csrf_token']};")
    for cookie in (session, csrf):
        assert "Path=/" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
    assert "HttpOnly" in session
    assert "HttpOnly" not in csrf


def test_cookies_are_secure_where_the_address_is(house):
    for client, base in ((house.client(), "https://testserver"), (house.client(secure_cookies=True), "http://t")):
        client.base_url = base
        client.post(f"{V1}/accounts", json=CREDENTIALS)
        answer = client.post(f"{V1}/sessions", json=CREDENTIALS)
        assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


def test_a_cookie_reads_but_changes_nothing_without_the_csrf_token(house, ada):
    client = house.client()
    signed_in = client.post(f"{V1}/sessions", json=CREDENTIALS).json()
    other = house.client().post(f"{V1}/sessions", json=CREDENTIALS).json()
    assert client.get(f"{V1}/me").status_code == 200
    url, body = f"{V1}/profiles", {"name": "Bob"}
    for headers in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": "é".encode()}, {"X-CSRF-Token": other["csrf_token"]}):
        assert refused(client.post(url, json=body, headers=headers), 403)["where"] == "X-CSRF-Token"
    proof = {"X-CSRF-Token": signed_in["csrf_token"]}
    for origin in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://[::1"},
    ):  # fmt: skip
        refused(client.post(url, json=body, headers=proof | origin), 403)
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert client.post(url, json=body, headers=proof | ours).status_code == 201


def test_a_listed_origin_may_use_the_cookie(house, ada):
    client = house.client(allowed_origins=frozenset({"https://films.example"}))
    proof = client.post(f"{V1}/sessions", json=CREDENTIALS).json()["csrf_token"]
    headers = {"X-CSRF-Token": proof, "Origin": "https://films.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{V1}/profiles", json={"name": "Bob"}, headers=headers).status_code == 201


def test_another_site_cannot_sign_a_visitor_in(client, ada):
    refused(client.post(f"{V1}/sessions", json=CREDENTIALS, headers={"Origin": "https://evil.example"}), 403)


def test_a_bearer_token_wins_over_a_cookie(house, ada):
    client = house.client()
    client.post(f"{V1}/sessions", json=CREDENTIALS)
    refused(client.get(f"{V1}/me", headers={"Authorization": "Bearer x"}), 401)
    bearer = {"Authorization": ada.headers["Authorization"]}
    assert client.post(f"{V1}/profiles", json={"name": "Bob"}, headers=bearer).status_code == 201


def test_a_browser_whose_session_is_renewed_keeps_its_cookie_longer(house, ada):
    client = house.client()
    client.post(f"{V1}/sessions", json=CREDENTIALS)
    assert "set-cookie" not in client.get(f"{V1}/me").headers
    house.now += 2 * 86_400
    assert len(client.get(f"{V1}/me").headers.get_list("set-cookie")) == 2


def test_signing_out_here_and_everywhere(house, ada):
    phone, tv = house.sign_in(), house.sign_in()
    answer = phone.delete(f"{V1}/sessions/current")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    refused(phone.get(f"{V1}/me"), 401)
    assert tv.delete(f"{V1}/sessions").status_code == 204
    for client in (tv, ada):
        refused(client.get(f"{V1}/me"), 401)


def test_a_new_password_signs_out_the_other_devices(house, ada):
    tv = house.sign_in()
    change = {"current_password": PASSWORD, "new_password": "another sentence"}
    assert ada.put(f"{V1}/me/password", json=change).status_code == 204
    assert ada.get(f"{V1}/me").status_code == 200
    refused(tv.get(f"{V1}/me"), 401)
    refused(ada.put(f"{V1}/me/password", json=change), 401)


def test_failed_sign_ins_are_limited_and_the_answer_says_until_when(house, ada):
    wrong = CREDENTIALS | {"password": "not the password"}
    said = [refused(house.client().post(f"{V1}/sessions", json=wrong), 401)["detail"] for _ in range(3)]
    assert len(set(said)) == 1
    answer = house.client().post(f"{V1}/sessions", json=CREDENTIALS)
    refused(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 900
    house.now += 901
    assert house.client().post(f"{V1}/sessions", json=CREDENTIALS).status_code == 201


def test_signing_in_rightly_is_not_limited(house, ada):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: house.client().post(f"{V1}/sessions", json=CREDENTIALS), range(20)))
    assert {answer.status_code for answer in answers} == {201}


def test_the_address_of_a_proxy_is_believed_only_when_it_is_trusted(house, ada):
    wrong = CREDENTIALS | {"password": "not the password"}
    for trusted, expected in ((frozenset(), 429), (frozenset({"testclient"}), 401)):
        client = house.client(trusted_proxies=trusted)
        answers = [
            client.post(f"{V1}/sessions", json=wrong, headers={"X-Forwarded-For": f"9.9.9.9, 192.0.2.{i}"})
            for i in range(4)
        ]
        refused(answers[-1], expected)


def test_an_open_route_that_costs_is_limited_by_address(house):
    client = house.client(rates={"sign-up": "2/minute"})
    people = [{"email": f"{i}@example.org", "password": PASSWORD} for i in range(3)]
    answers = [client.post(f"{V1}/accounts", json=person) for person in people]
    assert [answer.status_code for answer in answers[:2]] == [201, 201]
    refused(answers[2], 429)
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60


def test_profiles_are_listed_added_changed_and_deleted(ada, house):
    [first] = ada.get(f"{V1}/profiles").json()["items"]
    child = ada.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True, "language": "fr"})
    assert child.status_code == 201
    assert child.json()["max_age"] == 10
    url = f"{V1}/profiles/{child.json()['profile_id']}"
    assert ada.patch(url, json={"max_age": 7, "name": None}).json()["max_age"] == 7
    assert ada.patch(url, json={}).json() == ada.get(url).json()
    assert ada.get(f"{V1}/profiles").json() == {"items": [first, ada.get(url).json()], "next": None}
    assert ada.delete(url).status_code == 204
    account_id = ada.get(f"{V1}/me").json()["account"]["account_id"]
    assert house.erased == [(account_id, child.json()["profile_id"])]
    refused(ada.delete(url), 404)
    refused(ada.delete(f"{V1}/profiles/{first['profile_id']}"), 409)


def test_an_erasure_that_breaks_can_be_asked_for_again(house):
    def broken(*_):
        raise OSError("disk full, said ada@example.org")

    client = house.sign_in(erase_profile=broken)
    url = f"{V1}/profiles/{client.post(f'{V1}/profiles', json={'name': 'Bob'}).json()['profile_id']}"
    body = refused(client.delete(url), 500)
    assert "disk" not in str(body)
    refused(client.get(url), 404)
    assert house.sign_in().delete(url).status_code == 204
    assert len(house.erased) == 1


def test_five_profiles_and_no_more_however_many_ask_at_once(house, ada):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: ada.post(f"{V1}/profiles", json={"name": f"P{i}"}), range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 6
    assert len(ada.get(f"{V1}/profiles").json()["items"]) == 5


def test_another_accounts_profile_is_not_there(house, ada):
    bob = house.sign_in("bob@example.org")
    [profile] = bob.get(f"{V1}/profiles").json()["items"]
    url = f"{V1}/profiles/{profile['profile_id']}"
    for answer in (ada.get(url), ada.patch(url, json={"name": "x"}), ada.delete(url)):
        assert refused(answer, 404)["where"] == "profile_id"
    assert house.erased == []
    assert bob.get(url).json() == profile


@pytest.mark.parametrize("text", NASTY)
def test_nasty_characters_are_refused_or_kept_as_they_are(ada, client, text):
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
def test_what_is_not_json_or_not_what_is_asked_for_is_refused(ada, body):
    problem = refused(ada.post(f"{V1}/profiles", content=body, headers=JSON), 422)
    assert problem["where"].startswith("body")
    assert problem["remedy"]


def test_a_body_that_does_not_say_that_it_is_json_is_refused(ada):
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "x"}, {"Content-Type": ""}):
        assert refused(ada.post(f"{V1}/profiles", content=b'{"name": "a"}', headers=headers), 422)["where"]


def test_a_refusal_does_not_repeat_what_was_sent(client):
    secret = "very secret " * 200
    answer = client.post(f"{V1}/sessions", json={"email": "ada@example.org", "password": secret, "token": secret})
    problem = refused(answer, 422)
    assert "very secret" not in answer.text
    assert {error["where"] for error in problem["errors"]} == {"body.password", "body.token"}


def test_a_large_body_is_refused_without_being_read(ada):
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


def test_what_is_not_there_is_a_problem_too(ada):
    assert refused(ada.get("/nowhere"), 404)["remedy"]
    refused(ada.get(f"{V1}/me/"), 404)
    answer = ada.put(f"{V1}/me", json={})
    assert "GET" in refused(answer, 405)["remedy"]
    assert answer.headers["allow"] == "GET"


def test_every_answer_has_safe_headers_and_an_id(ada):
    for answer in (ada.get(f"{V1}/me"), ada.get("/nowhere"), ada.get(f"{V1}/me", headers={"Authorization": "x"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.headers["x-request-id"]) == 26
        assert "access-control-allow-origin" not in answer.headers
        if answer.status_code >= 400:
            assert answer.json()["instance"].endswith(answer.headers["x-request-id"])


def test_the_description_names_the_open_routes_and_no_others(client):
    answer = client.get(f"{V1}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    said = {
        (method.upper(), path): operation["security"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert said.keys() == ACCESS.keys()
    for key, access in ACCESS.items():
        assert said[key] == ([] if access is Access.OPEN else [{"bearer": []}, {"cookie": []}])
    assert document["components"]["securitySchemes"].keys() == {"bearer", "cookie"}


def test_it_is_alive_always_and_ready_when_every_part_is(house):
    def broken():
        raise OSError("no")

    assert house.client().get("/healthz").json()["status"] == "ok"
    ready = house.client(checks={"log": lambda: None}).get("/readyz")
    assert ready.json() == {"status": "ready", "checks": ["log"]}
    assert refused(house.client(checks={"log": broken}).get("/readyz"), 503)["where"] == "log"


def test_requests_are_counted_by_template_and_nobody_is_named(ada):
    [profile] = ada.get(f"{V1}/profiles").json()["items"]
    ada.get(f"{V1}/profiles/{profile['profile_id']}")
    ada.get("/ada@example.org")
    text = ada.get("/metrics").text
    count = (
        'cinoche_http_request_duration_seconds_count{method="GET",route="/api/v1/profiles/{profile_id}",status="200"}'
    )
    assert f"{count} 1.0" in text
    assert 'route="unknown",status="404"' in text
    assert profile["profile_id"] not in text
    assert "ada@" not in text


def test_the_log_has_a_line_for_each_request_and_names_nobody(house, capsys):
    handlers, level = logging.root.handlers[:], logging.root.level
    telemetry.configure("json")
    try:
        ada = house.sign_in(erase_profile=lambda *_: 1 / 0)
        [profile] = ada.get(f"{V1}/profiles?email=ada@example.org").json()["items"]
        other = ada.post(f"{V1}/profiles", json={"name": "Robert"}).json()["profile_id"]
        ada.delete(f"{V1}/profiles/{other}")
        logging.getLogger("somebody").warning("a library speaks")
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        telemetry.structlog.reset_defaults()
        logging.basicConfig(handlers=handlers, level=level, force=True)
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requests] == [201, 201, 200, 201, 500]
    assert requests[2].keys() == {
        "event", "level", "timestamp", "method", "route", "status", "duration_ms", "request_id"
    }  # fmt: skip
    assert any(line["event"] == "request broke" and line["frames"] for line in lines)
    assert lines[-1]["event"] == "a library speaks"
    for secret in ("ada", "Robert", profile["profile_id"], other, PASSWORD, ada.headers["Authorization"][7:]):
        assert secret not in str(lines)
