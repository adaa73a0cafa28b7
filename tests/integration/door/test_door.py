import pytest
from fastapi.routing import iter_route_contexts

from cinoche.api.access import ACCESS, Access
from cinoche.api.door import DoorRoute

PASSWORD = "a long sentence"
V1 = "/api/v1"
JSON = {"Content-Type": "application/json"}


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


def test_a_route_without_a_row_refuses_everybody(ada, monkeypatch, refused):
    monkeypatch.setattr("cinoche.api.door.ACCESS", {})
    refused(ada.get(f"{V1}/me"), 403)
    refused(ada.get("/healthz"), 403)


def test_an_operators_route_refuses_a_viewer(ada, house, monkeypatch, refused):
    monkeypatch.setattr("cinoche.api.door.ACCESS", {("GET", f"{V1}/me"): Access.OPERATOR})
    assert "operators" in refused(ada.get(f"{V1}/me"), 403)["detail"]
    house.accounts().ensure_demo("cinoche-demo")
    _, token = house.accounts().sign_in("studio@cinoche.example", "cinoche-demo")
    assert ada.get(f"{V1}/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 10_000, b'{"unknown": 1}', b""])
@pytest.mark.parametrize(("method", "path"), [key for key, access in ACCESS.items() if access is not Access.OPEN])
def test_a_stranger_is_refused_before_what_they_bring_is_read(client, method, path, body, refused):
    answer = client.request(method, fill(path), content=body, headers=JSON)
    refused(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "value",
    ["Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer ' OR 1=1 --", "Bearer " + "a" * 5_000, "x", "Bearer \xe9"],
)
def test_a_forged_token_is_refused(ada, value, refused):
    refused(ada.get(f"{V1}/me", headers={"Authorization": value.encode("latin-1")}), 401)


def test_an_expired_token_is_refused(ada, house, refused):
    assert ada.get(f"{V1}/me").status_code == 200
    house.now += 31 * 86_400
    refused(ada.get(f"{V1}/me"), 401)


def test_a_session_in_use_is_renewed(ada, house):
    before = ada.get(f"{V1}/me").json()["expires_at"]
    house.now += 2 * 86_400
    assert ada.get(f"{V1}/me").json()["expires_at"] > before


def test_a_token_of_another_installation_is_refused(ada, house, tmp_path, refused):
    token = "Zm9yZWlnbi10b2tlbi1mb3JlaWduLXRva2VuLWZvcmVpZ24"
    refused(ada.get(f"{V1}/me", headers={"Authorization": f"Bearer {token}"}), 401)


def test_an_open_route_that_costs_is_limited_by_address(house, refused):
    client = house.client(rates={"sign-up": "2/minute"})
    people = [{"email": f"{i}@example.org", "password": PASSWORD} for i in range(3)]
    answers = [client.post(f"{V1}/accounts", json=person) for person in people]
    assert [answer.status_code for answer in answers[:2]] == [201, 201]
    refused(answers[2], 429)
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
