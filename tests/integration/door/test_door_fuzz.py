"""Whatever is sent, along the API's own description or against it, is answered as the description says."""

import shutil
from dataclasses import replace

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from tests.integration.conftest import with_cheap_passwords

from cinoche.api.access import ACCESS
from cinoche.asgi import build_app
from cinoche.bootstrap import open_services
from cinoche.settings import read_settings

CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
]

REFUSALS = {"checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 409, 413, 415, 422, 429]}}}
"""How a request that goes against the description is refused; too many events are what 413 stands for."""
CONFIG = schemathesis.Config.from_dict(REFUSALS)

EXAMPLES = 40
SIGNS_OUT = {"/api/v1/sessions", "/api/v1/sessions/current", "/api/v1/me/password"}
PASSWORD = "cinoche-demo"


@pytest.fixture(scope="module")
def whole(trained, tmp_path_factory):
    """A whole house, with demo accounts and a profile that has done things, for all routes in turn."""
    folder = shutil.copytree(trained, tmp_path_factory.mktemp("fuzz") / "data")
    with open_services(read_settings(data_dir=folder, open_rate="100000/second")) as opened:
        services = with_cheap_passwords(opened)
        services.accounts.ensure_demo(PASSWORD)
        app = build_app(services)
        app.state.services = replace(
            app.state.services, rates={"sign-up": "100000/second", "recommendations": "100000/second"}
        )
        yield services, app


def sign_in(services):
    """Sign in; tell a profile that may do everything, whatever was made of it or deleted before."""
    session, token = services.accounts.sign_in("demo@cinoche.example", PASSWORD)
    account_id = session.account.account_id
    profile_id = services.accounts.profiles(account_id)[0].profile_id
    services.accounts.change_profile(account_id, profile_id, {"is_kids": False, "max_age": None})
    return {"Authorization": f"Bearer {token}"}, profile_id


def do_things(services, app, headers, profile_id):
    """Fill every list of the profile, a little; tell a title's id."""
    titles = [face.title_id for face in services.catalog.faces().faces][:5]
    about = [{"profile_id": profile_id, "title_id": title_id} for title_id in titles]
    told = [{"type": "playback.progressed", "data": data | {"position_s": 60}} for data in about]
    told += [{"type": "title.rated", "data": data | {"rating": 4}} for data in about]
    told += [{"type": "watchlist.added", "data": data} for data in about]
    told += [{"type": "title.reviewed", "data": data | {"text": "Good."}} for data in about]
    events = [event | {"id": str(number), "source": "fuzz"} for number, event in enumerate(told)]
    answer = TestClient(app).post("/api/v1/events", json={"events": events}, headers=headers)
    assert answer.status_code == 200, answer.text
    return titles[0]


@pytest.mark.parametrize(("method", "path"), list(ACCESS))
def test_whatever_is_sent_is_answered_as_the_description_says(whole, method, path):
    services, app = whole
    headers, profile_id = sign_in(services)
    title_id = do_things(services, app, headers, profile_id)
    operation = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, config=CONFIG)[path][method]
    known = {"profile_id": profile_id, "title_id": title_id}

    def about_what_is_there(case):
        case.path_parameters.update({name: known[name] for name in known if f"{{{name}}}" in path})
        if path.endswith("/events"):
            for event in case.body["events"]:
                event["data"] |= {name: value for name, value in known.items() if name in event["data"]}
        elif path == "/api/v1/recommendations":
            case.body["liked"] = [title_id]
        return case

    strategies = {mode: operation.as_strategy(generation_mode=mode) for mode in GenerationMode}
    cases = st.one_of(*strategies.values(), strategies[GenerationMode.POSITIVE].map(about_what_is_there))

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases)
    def fuzz(case):
        sent = sign_in(services)[0] if path in SIGNS_OUT else headers
        case.call_and_validate(headers=sent, checks=CHECKS)

    fuzz()
