"""Series: their episodes in the order in which one watches them, and what is withdrawn with them."""

from collections.abc import Callable

import pytest

from cinoche.bootstrap import Services
from cinoche.catalog import series
from cinoche.catalog.models import HOUSE, Kind, TitleFilter, TitleRecord
from cinoche.catalog.service import Catalog


def part(title_id: str, kind: Kind, parent_id: str | None = None, number: int | None = None) -> TitleRecord:
    return TitleRecord(title_id, kind, f"The {title_id}", 2020, HOUSE.source, parent_id=parent_id, number=number)


@pytest.fixture
def catalog(open_house: Callable[..., Services]) -> Catalog:
    catalog = open_house().catalog
    with catalog.writing() as writer:
        writer.put(
            [
                part("s1e2", Kind.EPISODE, "s1", 2),
                part("s1e10", Kind.EPISODE, "s1", 10),
                part("s1e1", Kind.EPISODE, "s1", 1),
                part("s2e1", Kind.EPISODE, "s2", 1),
                part("special", Kind.EPISODE, "s0", 1),
                part("s0", Kind.SEASON, "series", 0),
                part("s2", Kind.SEASON, "series", 2),
                part("s1", Kind.SEASON, "series", 1),
                part("series", Kind.SERIES),
                part("film", Kind.FILM),
            ]
        )
    return catalog


def test_seasons_and_episodes_come_by_number_and_specials_last(catalog: Catalog) -> None:
    faces = catalog.faces()
    assert [each.title_id for each in series.children(faces, "series")] == ["s1", "s2", "s0"]
    assert [each.title_id for each in series.children(faces, "s1")] == ["s1e1", "s1e2", "s1e10"]
    assert [each.title_id for each in series.episodes(faces, "series")] == ["s1e1", "s1e2", "s1e10", "s2e1", "special"]
    assert series.children(faces, "film") == series.children(faces, "nothing") == []


def test_what_follows_an_episode_goes_on_in_the_next_season_and_ends_after_the_last(catalog: Catalog) -> None:
    faces, ids = catalog.faces(), ("s1e2", "s1e10", "special", "film", "series", "nothing")
    assert {each: [face.title_id for face in series.after(faces, each)] for each in ids} == {
        "s1e2": ["s1e10", "s2e1", "special"],
        "s1e10": ["s2e1", "special"],
        "special": [],
        "film": [],
        "series": [],
        "nothing": [],
    }


def test_a_series_of_episodes_without_seasons_has_a_next_one_too(catalog: Catalog) -> None:
    with catalog.writing() as writer:
        writer.put([part("short", Kind.SERIES), *(part(f"e{n}", Kind.EPISODE, "short", n) for n in (1, 2))])
    faces = catalog.faces()
    assert [each.title_id for each in series.after(faces, "e1")] == ["e2"]
    assert series.series_of(faces, "e2") is faces.get("short")


def test_a_series_can_be_watched_when_one_of_its_episodes_can(catalog: Catalog) -> None:
    assert not any(face.has_media for face in catalog.faces().faces)
    with catalog.writing() as writer:
        writer.mark_media(["s2e1"], has_media=True)
    assert {face.title_id for face in catalog.faces().faces if face.has_media} == {"series", "s2", "s2e1"}


def test_a_list_shows_films_and_series_and_no_parts_of_them(catalog: Catalog) -> None:
    assert {face.title_id for face in catalog.list(TitleFilter(), limit=50).items} == {"film", "series"}
    assert len(catalog.list(TitleFilter(kind=Kind.EPISODE), limit=50).items) == 5
