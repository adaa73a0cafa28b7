import json
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.api.door import decode
from cinoche.kit.errors import Invalid

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class Point(msgspec.Struct):
    x: float


@given(st.binary(max_size=60))
def test_any_bytes_are_parsed_or_refused(body):
    with suppress(Invalid):
        decode(body)


@given(VALUES)
def test_what_is_json_is_parsed(value):
    assert decode(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "nan"])
def test_a_number_that_is_none_is_refused(word):
    with pytest.raises(Invalid):
        decode(f'{{"x": [{word}]}}'.encode())


def test_a_typed_body_says_where_it_is_wrong():
    assert decode(b'[{"x": 1.5}]', list[Point]) == [Point(1.5)]
    with pytest.raises(Invalid) as refusal:
        decode(b'[{"x": 1.5}, {"x": "1"}]', list[Point])
    assert refusal.value.where == "body[1].x"
