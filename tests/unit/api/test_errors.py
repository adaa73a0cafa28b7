import inspect

import msgspec
import pytest

from cinoche.api.errors import KINDS, answer, answer_broken, kind_of
from cinoche.kit import errors

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.CinocheError) and kind is not errors.CinocheError
]


def test_every_error_of_the_house_has_its_status():
    assert set(CLASSES) == set(KINDS)
    assert len({kind.slug for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_says_what_where_and_what_would_be_right(kind):
    extra = {"retry_after_s": 1.5} if kind is errors.Limited else {}
    response = answer(kind("It is so.", where="here", remedy="Do this.", **extra), request_id="r")
    body = msgspec.json.decode(response.body)
    assert body["status"] == response.status_code == KINDS[kind].status
    assert (body["detail"], body["where"], body["remedy"]) == ("It is so.", "here", "Do this.")
    assert body["instance"] == "urn:cinoche:request:r"
    assert response.headers.get("retry-after") == ("2" if kind is errors.Limited else None)
    assert ("www-authenticate" in response.headers) == (kind is errors.Unauthorized)


def test_an_error_of_a_class_without_a_row_is_answered_as_its_parent():
    class Ambiguous(errors.Conflict):
        pass

    assert kind_of(Ambiguous("x")).status == 409
    assert kind_of(errors.CinocheError("x")).status == 500


def test_what_nobody_foresaw_says_nothing_of_the_inside():
    body = msgspec.json.decode(answer_broken("r").body)
    assert body["status"] == 500
    assert body["instance"].endswith(":r")
