"""A cursor comes back as it was given, to its own list, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.kit.errors import Invalid
from cinoche.kit.paging import decode_cursor, encode_cursor


@given(st.text(max_size=30).filter(str.isprintable), st.floats(allow_nan=False, allow_infinity=False))
def test_a_cursor_comes_back_as_it_was_given(name: str, number: float) -> None:
    assert decode_cursor("titles", encode_cursor("titles", name, number), tuple[str, float]) == (name, number)


@given(st.text(max_size=80))
def test_whatever_is_not_a_cursor_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        decode_cursor("titles", text, tuple[str, float])
    assert caught.value.where == "cursor"


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(Invalid):
        decode_cursor("titles", encode_cursor("history", "heat", 1), tuple[str, float])


def test_a_cursor_of_another_shape_is_refused() -> None:
    with pytest.raises(Invalid):
        decode_cursor("titles", encode_cursor("titles", "heat", 1, 2), tuple[str, float])
