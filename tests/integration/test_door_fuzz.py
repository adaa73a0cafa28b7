import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture
def api(house):
    house.accounts().ensure_demo("cinoche-demo")
    app = house.app(rates={"sign-up": "100000/second"})
    app.state.demo = house
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


schema = schemathesis.pytest.from_fixture("api").exclude(path_regex="/sessions$", method="DELETE")


@schema.parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_answered_as_the_description_says(case):
    house = case.operation.app.state.demo
    _, token = house.accounts().sign_in("demo@cinoche.example", "cinoche-demo")
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
