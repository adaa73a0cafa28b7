"""What two titles share, as a fact that a sentence can stand on."""

from dataclasses import replace
from typing import Any

from tests.unit.recommend.test_page import a_catalogue, title

from cinoche.recommend import rows
from cinoche.recommend.reasons import shared_by
from cinoche.recommend.rows import Evidence

HEAT = {"genres": ("Crime", "Action", "Drama"), "directors": ("Michael Mann",)}


def shared(**other: Any) -> Evidence:
    catalogue = a_catalogue(2)
    first, second = catalogue.faces
    return shared_by(0, 1, replace(catalogue, faces=[replace(first, **HEAT), replace(second, **other)]))


def test_who_directed_both_is_said_first() -> None:
    both = shared(genres=("Crime", "Action"), directors=("Somebody Else", "Michael Mann"))
    assert both == Evidence(rows.SAME_DIRECTOR, name="Michael Mann")


def test_the_genres_of_both_are_said_in_the_order_of_the_title_that_the_list_is_about() -> None:
    both = shared(genres=("Action", "Comedy", "Drama", "Crime"))
    assert both == Evidence(rows.SAME_GENRES, title(0), genres=("Crime", "Action"))


def test_one_genre_is_too_little_to_be_a_reason() -> None:
    assert shared(genres=("Drama", "War"), directors=("Nobody",)) == Evidence(rows.KIN, title(0))
