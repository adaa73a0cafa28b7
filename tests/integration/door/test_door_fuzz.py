"""Whatever is sent, along the API's own description or against it, is answered as the description says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from cinoche.api.access import ACCESS

CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.mark.parametrize(("method", "path"), list(ACCESS))
def test_whatever_is_sent_is_answered_as_the_description_says(house, method, path):
    house.accounts().ensure_demo("cinoche-demo")
    app = house.app(rates={"sign-up": "100000/second"})
    operation = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)[path][method]
    session, _ = house.accounts().sign_in("demo@cinoche.example", "cinoche-demo")
    profile_id = house.accounts().profiles(session.account.account_id)[0].profile_id

    def with_a_profile(case):
        case.path_parameters.update({"profile_id": profile_id} if "{profile_id}" in path else {})
        return case

    strategies = {mode: operation.as_strategy(generation_mode=mode) for mode in GenerationMode}
    cases = st.one_of(*strategies.values(), strategies[GenerationMode.POSITIVE].map(with_a_profile))

    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def fuzz(case):
        _, token = house.accounts().sign_in("demo@cinoche.example", "cinoche-demo")
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    fuzz()
