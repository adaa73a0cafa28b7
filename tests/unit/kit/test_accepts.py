"""What a client says that it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.kit.accepts import SPOKEN, choose_encoding, preferred


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


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("identity", ""),
        ("br;q=0.0, *;q=0", ""),
        (None, ""),
    ],
)
def test_the_best_encoding_that_a_client_takes_is_chosen(accepted: str | None, encoding: str) -> None:
    assert choose_encoding(accepted, ("gzip", "br")) == encoding


def test_an_encoding_that_is_not_offered_is_not_chosen() -> None:
    assert choose_encoding("br, gzip", ("gzip",)) == "gzip"
    assert choose_encoding("br", ("gzip",)) == ""
