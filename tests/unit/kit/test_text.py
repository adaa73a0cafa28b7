"""Folded text stays the same when accents, case and punctuation differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.kit.text import fold, printable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "AMELIE"),
        ("L’Œuvre", "l oeuvre"),
        ("WALL·E", "wall-e"),
        ("Tom & Jerry", "tom and jerry"),
        ("Łódź", "lodz"),
    ],
)
def test_what_people_type_folds_to_what_is_meant(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["0:_0", "_", "Ǿ", "Ǽ", "İ", "ẞ", "＆", "ﬁ", "a\u0345"])
def test_odd_characters_fold_once_and_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_names_in_other_scripts_survive() -> None:
    assert fold("七人の侍")
    assert fold("Броненосец") == "броненосец"


@given(st.text(alphabet=st.characters(), max_size=40))
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert not any(c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u202e\u2066" for c in shown)
    assert printable(shown) == shown


def test_what_is_no_order_to_a_terminal_stays() -> None:
    assert printable("Amélie — l’« œuvre »\u00a0: 千と千尋 🎬") == "Amélie — l’« œuvre »\u00a0: 千と千尋 🎬"
    assert printable("a\x1b[31m\nb\udcff") == "a\\u001b[31m\\u000ab\\udcff"
