from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.kit.errors import Invalid
from cinoche.kit.paging import decode_cursor, encode_cursor

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(NUMBERS, TEXTS)
def test_what_is_packed_comes_back_as_it_was(number, text):
    assert decode_cursor("here", encode_cursor("here", number, text), tuple[float, str]) == (number, text)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text):
    with suppress(Invalid):
        decode_cursor("here", text, tuple[float, str])


@pytest.mark.parametrize(
    "cursor",
    [
        encode_cursor("there", 1.0, "x"),
        encode_cursor("here", 1.0),
        encode_cursor("here", "x", 1.0),
        encode_cursor("here", 1.0, "x", "y"),
        encode_cursor("here", 10**400, "x"),
        encode_cursor("here", 1.0, "x") + "A",
        " " + encode_cursor("here", 1.0, "x"),
        "W10",
        "bnVsbA",
        "",
        "é",
    ],
)
def test_a_cursor_of_another_list_or_of_none_is_refused_with_what_to_do(cursor):
    with pytest.raises(Invalid) as refusal:
        decode_cursor("here", cursor, tuple[float, str])
    assert refusal.value.where == "cursor"
    assert "next" in refusal.value.remedy
