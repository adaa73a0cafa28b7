from dataclasses import replace

from cinoche.catalog.models import Face, Kind
from cinoche.catalog.pictures import poster_address, poster_key

FACE = Face("t1", "The Night of the Hunter", 1955, Kind.FILM, genres=("Thriller",), directors=("Charles Laughton",))


def test_the_key_changes_with_what_is_shown_and_only_then() -> None:
    shown = (
        FACE,
        replace(FACE, title_id="t2"),
        replace(FACE, name="Alien"),
        replace(FACE, year=None),
        replace(FACE, genres=()),
        replace(FACE, directors=()),
        replace(FACE, directors=(), genres=("Charles Laughton", "Thriller")),
    )
    assert len({poster_key(each) for each in shown}) == len(shown)
    assert poster_key(FACE) == poster_key(replace(FACE, has_media=True, length_s=5_520))


def test_an_address_is_a_path_that_ends_in_the_key() -> None:
    assert poster_address(FACE) == f"/posters/t1-{poster_key(FACE)}.svg"
    assert len(poster_key(FACE)) == 8


def test_a_name_that_is_no_good_text_has_a_key_too() -> None:
    assert len(poster_key(replace(FACE, name="\ud800"))) == 8
