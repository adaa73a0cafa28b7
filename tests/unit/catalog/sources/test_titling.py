"""Names as catalogues write them, and as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.catalog.models import EARLIEST_YEAR, LATEST_YEAR, Kind
from cinoche.catalog.sources.titling import Naming, read_title


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Heat (1995)", Naming("Heat", 1995)),
        ("Misérables, Les (1995)", Naming("Les Misérables", 1995)),
        (
            "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
            Naming("Amelie", 2001, ("Le Fabuleux destin d'Amélie Poulain",)),
        ),
        ("Seven (a.k.a. Se7en) (1995)", Naming("Seven", 1995, ("Se7en",))),
        ("Boot, Das (Boat, The) (1981) ", Naming("Das Boot", 1981, ("The Boat",))),
        ("Trou, Le (Hole, The) (Night Watch, The) (1960)", Naming("Le Trou", 1960, ("The Hole", "The Night Watch"))),
        ("(500) Days of Summer (2009)", Naming("(500) Days of Summer", 2009)),
        (
            "Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
            Naming("Birdman: Or (The Unexpected Virtue of Ignorance)", 2014),
        ),
        ("1-900 (06) (1994)", Naming("1-900 (06)", 1994)),
        ("Frontière(s) (2007)", Naming("Frontière(s)", 2007)),
        ('"Great Performances" Cats (1998)', Naming('"Great Performances" Cats', 1998)),
        ("Babylon 5", Naming("Babylon 5")),
        ("Death Note (2006–2007)", Naming("Death Note", 2006, (), Kind.SERIES)),
        ("Fargo (2014-)", Naming("Fargo", 2014, (), Kind.SERIES)),
        ("(1984)", Naming("(1984)")),
        ("Quo Vadis (0064)", Naming("Quo Vadis", None, ("0064",))),
        ("A (B (C)) (1999)", Naming("A", 1999, ("B (C)",))),
        ("Unbalanced) (1999)", Naming("Unbalanced)", 1999)),
        ("", Naming("")),
    ],
)
def test_a_title_is_read_into_its_name_year_and_other_names(written: str, read: Naming) -> None:
    assert read_title(written) == read


@given(st.text(alphabet="aB ,()'TheL19-", max_size=30) | st.text(max_size=30))
def test_what_says_something_keeps_a_name_and_a_year_that_can_be_kept(text: str) -> None:
    naming = read_title(text)
    assert bool(naming.name) == bool(text.strip())
    assert naming.year is None or EARLIEST_YEAR <= naming.year <= LATEST_YEAR
    assert naming.name not in naming.others
