"""Looking around: what is typed finds titles, people and genres, and a limit hides what is above it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.catalog.models import Face, Faces, Kind
from cinoche.catalog.names import NameIndex
from cinoche.catalog.picks import pick
from cinoche.catalog.shelf import Shelf

LIMIT = 10
FILMS = [
    ("heat", "Heat", 1995, 17, ("Crime", "Thriller"), "Michael Mann"),
    ("insider", "The Insider", 1999, 17, ("Drama",), "Michael Mann"),
    ("matrix", "The Matrix", 1999, 17, ("Action", "Sci-Fi"), None),
    ("empire", "Star Wars: Episode V - The Empire Strikes Back", 1980, 8, ("Action", "Sci-Fi"), "Irvin Kershner"),
    ("et", "E.T.", 1982, 8, ("Children", "Sci-Fi"), "Steven Spielberg"),
    ("jaws", "Jaws", 1975, 13, ("Action", "Horror"), "Steven Spielberg"),
    ("bakery", "The Bakery", 2001, None, ("Comedy",), "Mann Michaels"),
    ("oeuvre", "L'Œuvre au noir", 1988, 0, ("Drama",), "André Delvaux"),
]


def make_shelf(max_age: int | None = None) -> Shelf:
    faces = tuple(
        Face(title_id, name, year, Kind.FILM, 6_000, None, age, genres, directors=(director,) if director else ())
        for title_id, name, year, age, genres, director in FILMS
    )
    people: Mapping[str, tuple[tuple[str, str, str], ...]] = {
        each[0]: ((f"p-{each[5]}", each[5], "director"),) for each in FILMS if each[5]
    }
    index = {face.title_id: place for place, face in enumerate(faces)}
    also = {"oeuvre": ("The Abyss",)}
    return Shelf(Faces(3, faces, index, people), also, max_age=max_age)


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return make_shelf()


@pytest.mark.parametrize(
    ("typed", "titles", "people", "genres", "read_as"),
    [
        ("heat", ["heat"], [], [], None),
        ("HEA", ["heat"], [], [], None),
        ("oeuvre", ["oeuvre"], [], [], None),
        ("abyss", ["oeuvre"], [], [], None),
        ("the matrx", ["matrix"], [], [], "The Matrix"),
        ("empire strikes bak", ["empire"], [], [], "Star Wars: Episode V - The Empire Strikes Back"),
        ("emipre strikes", ["empire"], [], [], "Star Wars: Episode V - The Empire Strikes Back"),
        ("michael", [], ["Michael Mann", "Mann Michaels"], [], None),
        ("mann", [], ["Michael Mann", "Mann Michaels"], [], None),
        ("spilberg", [], ["Steven Spielberg"], [], "Steven Spielberg"),
        ("delvaux andre", [], ["André Delvaux"], [], None),
        ("sci", [], [], ["Sci-Fi"], None),
        ("horreur", [], [], ["Horror"], None),
        ("comédie", [], [], ["Comedy"], None),
        ("documentry", [], [], [], None),
        ("zzzz", [], [], [], None),
        ("?!", [], [], [], None),
        (" ", [], [], [], None),
        (" ".join(["word"] * 40), [], [], [], None),
    ],
)
def test_what_is_typed_is_found(
    shelf: Shelf, typed: str, titles: list[str], people: list[str], genres: list[str], read_as: str | None
) -> None:
    found = shelf.search(typed, limit=10)
    assert [face.title_id for face in found.titles] == titles
    assert [person.name for person in found.people] == people
    assert [genre.genre for genre in found.genres] == genres
    assert found.read_as == read_as


def test_what_matches_plainly_comes_before_what_begins_or_has_a_word(shelf: Shelf) -> None:
    found = [face.title_id for face in shelf.search("the", limit=10).titles]
    assert found == ["matrix", "bakery", "insider", "oeuvre", "empire"]
    assert len(shelf.search("e", limit=2).titles) == 2


SHELF = make_shelf()
CHILD = make_shelf(LIMIT)


@given(st.text(max_size=60) | st.sampled_from([each[1] for each in FILMS]).flatmap(st.permutations))
def test_whatever_is_typed_finds_something_or_nothing_and_never_what_a_limit_hides(typed: str | list[str]) -> None:
    text = "".join(typed)
    assert len(SHELF.search(text, limit=3).titles) <= 3
    found = CHILD.search(text, limit=10)
    assert all(face.min_age is not None and face.min_age <= LIMIT for face in found.titles)
    assert found.read_as is None or found.read_as not in {"Heat", "The Matrix", "Jaws", "The Bakery", "Michael Mann"}


@given(st.sampled_from(FILMS), st.integers(3, 20))
def test_a_name_is_found_from_its_third_letter_on(
    film: tuple[str, str, int, int | None, tuple[str, ...], str], n: int
) -> None:
    assert film[0] in [face.title_id for face in SHELF.search(film[1][:n], limit=10).titles]


def test_a_limit_hides_titles_people_genres_and_names_understood() -> None:
    child = make_shelf(LIMIT)
    assert [face.title_id for face in child.shown] == ["empire", "et", "oeuvre"]
    assert sorted(child.people) == ["p-André Delvaux", "p-Irvin Kershner", "p-Steven Spielberg"]
    assert child.people["p-Steven Spielberg"].titles == 1
    assert {face.genre: face.titles for face in child.genres} == {"Action": 1, "Children": 1, "Drama": 1, "Sci-Fi": 2}
    for typed in ("heat", "heta", "the matrx", "mann", "horror", "bakery"):
        found = child.search(typed, limit=10)
        assert (found.titles, found.people, found.genres, found.read_as) == ([], [], [], None)


def test_genres_come_the_fullest_first(shelf: Shelf) -> None:
    assert [(face.genre, face.titles) for face in shelf.genres][:3] == [("Action", 3), ("Sci-Fi", 3), ("Drama", 2)]


def test_the_collection_is_said_in_figures(shelf: Shelf) -> None:
    figures = shelf.collection(["Cited."])
    assert (figures.titles, figures.films, figures.series, figures.episodes, figures.people) == (8, 8, 0, 0, 5)
    assert (figures.first_year, figures.last_year, figures.hours, figures.version) == (1975, 2001, 13.3, 3)
    assert figures.decades == [(1970, 1), (1980, 3), (1990, 3), (2000, 1)]
    assert figures.attributions == ["Cited."]


def test_an_empty_collection_has_no_years() -> None:
    figures = Shelf(Faces(0, (), {}), {}).collection([])
    assert (figures.titles, figures.first_year, figures.decades, figures.genres) == (0, None, [], [])


def many(n: int = 300) -> list[Face]:
    genres = ("Drama", "Comedy", "Action", "Horror", "Sci-Fi")
    return [
        Face(f"t{i:03}", f"Film {i}", 1950 + i % 60, Kind.FILM, genres=(genres[i % 5 if i % 3 else 0],))
        for i in range(n)
    ]


def test_picks_are_well_known_and_spread_over_genres_and_decades() -> None:
    faces = many()
    known = {face.title_id: float(300 - place) for place, face in enumerate(faces)}
    picked = pick(faces, known, n=20, seed="2026-11-25")
    assert len({face.title_id for face in picked}) == 20
    assert all(known[face.title_id] >= 300 - 20 * 8 for face in picked)
    assert len({face.genres[0] for face in picked}) == 5
    assert len({(face.year or 0) // 10 for face in picked}) == 6
    best = faces[:20]
    assert len({face.genres[0] for face in picked[:6]}) >= len({face.genres[0] for face in best[:6]})


def test_picks_are_those_that_tell_tastes_apart_then_well_known_ones() -> None:
    faces = [
        Face(f"t{n:03}", f"Film {n}", 1950 + n, Kind.FILM if n != 7 else Kind.EPISODE, genres=("Drama",))
        for n in range(30)
    ]
    known = {face.title_id: float(place) for place, face in enumerate(faces)}
    picked = [f.title_id for f in pick(faces, known, n=5, seed="x", telling=("t003", "gone", "t007", "t001", "t003"))]
    assert picked[:2] == ["t003", "t001"]
    assert len(set(picked)) == 5
    assert [f.title_id for f in pick(faces, known, n=1, seed="x", telling=("t003", "t001"))] == ["t003"]


def test_picks_are_the_same_all_day_and_others_on_another() -> None:
    faces = many()
    days = [[face.title_id for face in pick(faces, {}, n=20, seed=day)] for day in ("a", "a", "b")]
    assert days[0] == days[1] != days[2]


def test_there_are_no_more_picks_than_titles_and_none_is_a_part_of_a_series() -> None:
    faces = [*many(3), Face("e", "Episode", 2000, Kind.EPISODE)]
    assert sorted(face.title_id for face in pick(faces, {}, n=20, seed="x")) == ["t000", "t001", "t002"]
    assert pick([], {}, n=20, seed="x") == []


@pytest.mark.parametrize("typed", ["heat", "hete", "drame", "mann", "qqqq"])
def test_a_warm_shelf_builds_nothing_more_for_a_search(shelf: Shelf, typed: str) -> None:
    def built() -> dict[str, set[str]]:
        indexes = {name: set(vars(each)) for name, each in vars(shelf).items() if isinstance(each, NameIndex)}
        return {"shelf": set(vars(shelf)), **indexes}

    shelf.warm()
    before = built()
    assert len(before) == 4
    shelf.search(typed, limit=5)
    assert built() == before
