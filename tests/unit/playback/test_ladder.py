from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.playback.ladder import FASTEST, frame_rate, ladder

FPS = Fraction(24)


def lines(width: int, height: int) -> list[int]:
    return [rung.lines for rung in ladder(width, height, FPS)]


def test_the_middle_rung_comes_first() -> None:
    assert lines(1920, 1080) == [480, 1080, 720]
    assert lines(1280, 720) == [480, 720]
    assert lines(3840, 2160) == [480, 1080, 720]


def test_a_small_source_is_not_made_larger() -> None:
    assert [(rung.width, rung.height) for rung in ladder(320, 180, FPS)] == [(320, 180)]
    assert lines(854, 480) == [480, 240]


def test_a_wide_picture_keeps_its_shape() -> None:
    sizes = {rung.lines: (rung.width, rung.height) for rung in ladder(1920, 800, FPS)}
    assert sizes == {480: (854, 356), 720: (1280, 534), 1080: (1920, 800)}


@given(st.integers(16, 8192), st.integers(16, 8192))
def test_every_rung_is_even_and_there_is_always_one(width: int, height: int) -> None:
    rungs = ladder(width, height, FPS)
    assert rungs
    assert all(rung.width % 2 == rung.height % 2 == 0 for rung in rungs)
    assert all(rung.width <= 1920 + 2 and rung.height <= 1080 + 2 for rung in rungs if rung.lines <= 1080)
    assert len({rung.lines for rung in rungs}) == len(rungs)


@pytest.mark.parametrize(
    ("given_rate", "made"),
    [(240, 60), (120, 60), (60, 60), (50, 50), (24, 24), (100, 50), (1000, Fraction(125, 4) * 2)],
)
def test_a_fast_source_is_halved_until_it_is_no_faster_than_sixty(given_rate: int, made: int) -> None:
    assert frame_rate(Fraction(given_rate)) == made <= FASTEST


def test_a_rate_of_broadcast_stays_as_it_is() -> None:
    assert frame_rate(Fraction(24000, 1001)) == Fraction(24000, 1001)
    assert frame_rate(Fraction(60000, 1001)) == Fraction(60000, 1001)
