"""What language a request asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.api.languages import SPOKEN, preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de,en-GB;q=0.7,fr;q=0.3", "en"),
        ("en;q=0.2, fr;q=0.9", "fr"),
        ("EN-us", "en"),
        ("de, es;q=0.5", None),
        ("fr;q=0", None),
        ("fr;q=nan, en;q=0.1", "en"),
        ("", None),
        ("*", None),
    ],
)
def test_the_language_that_is_liked_best_is_spoken(header: str, language: str | None) -> None:
    assert preferred(header) == language


@given(st.text())
def test_any_text_asks_for_a_language_that_is_spoken_or_for_none(header: str) -> None:
    assert preferred(header) in (*SPOKEN, None)
