import json
import logging

from cinoche.api.access import ACCESS, Access
from cinoche.kit import telemetry

PASSWORD = "a long sentence"
V1 = "/api/v1"


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


def test_it_is_alive_always_and_ready_when_every_part_is(house, refused):
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
