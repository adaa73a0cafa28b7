"""A range is read as the standard says, and what is not one range is as if it had not been asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.api.ranges import Unsatisfiable, parse_range

numbers = st.integers(0, 300) | st.integers(0, 10**17)
sizes = st.integers(0, 250)


@given(st.binary(max_size=250), numbers, numbers)
def test_from_one_byte_to_another_is_that_slice(data, first, last):
    header = f"bytes={first}-{last}"
    if last < first:
        assert parse_range(header, len(data)) is None
    elif first >= len(data):
        with pytest.raises(Unsatisfiable):
            parse_range(header, len(data))
    else:
        asked = parse_range(header, len(data))
        assert data[asked.start : asked.stop] == data[first : last + 1]
        assert len(asked) == len(data[first : last + 1])


@given(st.binary(max_size=250), numbers)
def test_from_one_byte_on_is_the_rest(data, first):
    if first >= len(data):
        with pytest.raises(Unsatisfiable):
            parse_range(f"bytes={first}-", len(data))
    else:
        asked = parse_range(f"Bytes={first}-", len(data))
        assert data[asked.start : asked.stop] == data[first:]


@given(st.binary(max_size=250), numbers)
def test_a_suffix_is_the_last_bytes(data, count):
    expected = data[-count:] if count else b""
    if not expected:
        with pytest.raises(Unsatisfiable):
            parse_range(f"bytes=-{count}", len(data))
    else:
        asked = parse_range(f"bytes=-{count}", len(data))
        assert data[asked.start : asked.stop] == expected


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "bytes=1--2", "bytes=٣-٤",
     "bytes=5-2", f"bytes={'9' * 30}-", "bytes = 0-1", "0-1"],
)  # fmt: skip
def test_what_is_not_one_range_of_bytes_asks_for_the_whole(header):
    assert parse_range(header, 100) is None


@given(st.text(max_size=40) | st.from_regex(re.compile("bytes=.{0,12}", re.ASCII)), sizes)
def test_no_text_at_all_breaks_it_and_what_is_asked_lies_within(header, size):
    try:
        asked = parse_range(header, size)
    except Unsatisfiable:
        return
    if asked is not None:
        assert 0 <= asked.start < asked.stop <= size
