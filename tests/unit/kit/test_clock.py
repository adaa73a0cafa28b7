"""Instants are read from RFC 3339 with an offset, and written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.kit.clock import from_rfc3339, to_rfc3339
from cinoche.kit.errors import Invalid


@given(st.integers(0, 4_000_000_000_000))
def test_an_instant_comes_back_to_the_millisecond(time_ms: int) -> None:
    assert from_rfc3339(to_rfc3339(time_ms / 1000)) == pytest.approx(time_ms / 1000, abs=1e-3)


@pytest.mark.parametrize("text", ["yesterday", "2026-11-23", "2026-11-23T20:00:00", "", "20:00Z"])
def test_a_time_without_an_offset_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        from_rfc3339(text, where="events[0].time")
    assert caught.value.where == "events[0].time"


def test_offsets_count() -> None:
    assert from_rfc3339("2026-11-23T21:00:00+01:00") == from_rfc3339("2026-11-23T20:00:00Z")
