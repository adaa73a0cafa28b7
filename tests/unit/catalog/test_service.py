"""The catalogue: what several sources say becomes one title; lists, details, names and versions agree."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, update

from cinoche.bootstrap import Services
from cinoche.catalog.adapters import sql
from cinoche.catalog.models import (
    GGPLOT2MOVIES,
    MOVIELENS,
    Certification,
    Credit,
    Face,
    Kind,
    Person,
    Tag,
    TitleFilter,
    TitleRecord,
)
from cinoche.catalog.service import Catalog
from cinoche.kit.errors import Forbidden, Invalid, NotFound
from cinoche.kit.ids import stable_id
from cinoche.kit.sql import open_engine

MANN = Person("p-mann", "Michael Mann")
PACINO = Person("p-pacino", "Al Pacino")

HEAT = TitleRecord(
    title_id=stable_id("title", "movielens", "6"),
    kind=Kind.FILM,
    name="Heat",
    year=1995,
    source=MOVIELENS.source,
    alternative_names=("Acalorado",),
    length_s=10_200,
    budget_usd=60_000_000,
    genres=("Thriller", "Crime"),
    external={"movielens": "6", "imdb": "tt0113277"},
    certification=Certification("US", "R", 17),
    credits=(Credit(MANN, "director"), Credit(PACINO, "actor", "Vincent Hanna")),
    tags={"heist": 3, "cops": 1},
    facts_from=dict.fromkeys(("length_s", "budget_usd", "certification"), GGPLOT2MOVIES.source),
)
POORER = TitleRecord(
    title_id=HEAT.title_id, kind=Kind.FILM, name="Heat", year=None, source=MOVIELENS.source, external={"movielens": "6"}
)


def film(number: int, /, name: str = "", **facts: object) -> TitleRecord:
    known = {"kind": Kind.FILM, "name": name or f"Film {number}", "year": 1990 + number % 30, "source": "movielens"}
    external = {"movielens": str(number)}
    return TitleRecord(**{"title_id": f"t{number:03}", "external": external, **known, **facts})  # type: ignore[arg-type]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'catalog.db'}")
    sql.METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def catalog(engine: Engine) -> Catalog:
    return Catalog(engine)


def put(catalog: Catalog, *facts: TitleRecord) -> int:
    with catalog.writing() as writer:
        return writer.put(facts)


def pages(catalog: Catalog, wanted: TitleFilter, limit: int) -> Iterator[Sequence[Face]]:
    cursor = None
    while True:
        page = catalog.list(wanted, limit=limit, cursor=cursor)
        yield page.items
        cursor = page.next
        if cursor is None:
            return


def test_an_empty_catalogue_has_version_0_and_nothing_in_it(catalog: Catalog) -> None:
    assert catalog.version() == 0
    assert catalog.faces().faces == ()
    assert catalog.list(TitleFilter(), limit=5).items == []
    assert catalog.names().entries == ()
    assert catalog.attributions() == []
    with pytest.raises(NotFound):
        catalog.get("nothing")


def test_a_title_shows_everything_that_is_known_and_who_said_it(catalog: Catalog) -> None:
    put(catalog, HEAT)
    detail = catalog.get(HEAT.title_id)
    assert (detail.name, detail.year, detail.kind, detail.length_s) == ("Heat", 1995, Kind.FILM, 10_200)
    assert (detail.certification, detail.min_age, detail.genres) == ("R", 17, ("Crime", "Thriller"))
    assert detail.credits == list(HEAT.credits)
    assert detail.tags == [Tag("heist", 3), Tag("cops", 1)]
    assert detail.alternative_names == ["Acalorado"]
    assert detail.sources == {
        "budget_usd": "ggplot2movies",
        "certification": "ggplot2movies",
        "credits": "movielens",
        "length_s": "ggplot2movies",
        "name": "movielens",
        "tags": "movielens",
        "year": "movielens",
    }
    assert detail.attributions == [GGPLOT2MOVIES.attribution, MOVIELENS.attribution]


def test_a_detail_reads_well_as_json(catalog: Catalog) -> None:
    put(catalog, HEAT)
    shown = msgspec.json.decode(msgspec.json.encode(catalog.get(HEAT.title_id)))
    assert (shown["title_id"], shown["name"], shown["kind"], shown["year"]) == (HEAT.title_id, "Heat", "film", 1995)
    assert shown["credits"][1] == {
        "person": {"person_id": "p-pacino", "name": "Al Pacino"},
        "role": "actor",
        "character": "Vincent Hanna",
    }
    assert shown["tags"] == [{"tag": "heist", "times": 3}, {"tag": "cops", "times": 1}]
    assert shown["external"] == {"imdb": "tt0113277", "movielens": "6"}


def test_faces_have_people_marks_and_ids(catalog: Catalog) -> None:
    put(catalog, HEAT, film(1))
    faces = catalog.faces()
    face = faces.get(HEAT.title_id)
    assert face is not None
    assert face.added_at > 0
    assert replace(face, added_at=0.0) == Face(
        HEAT.title_id,
        "Heat",
        1995,
        Kind.FILM,
        10_200,
        "R",
        17,
        ("Crime", "Thriller"),
        dict(HEAT.external),
        directors=("Michael Mann",),
    )
    assert faces.people == {HEAT.title_id: (("p-mann", "Michael Mann", "director"), ("p-pacino", "Al Pacino", "actor"))}
    assert faces.get("nothing") is None


def test_writing_the_same_again_changes_nothing_and_moves_no_version(catalog: Catalog) -> None:
    assert put(catalog, HEAT, film(1)) > 0
    version = catalog.version()
    assert put(catalog, HEAT, film(1)) == 0
    assert catalog.version() == version


def test_a_poorer_source_takes_nothing_away(catalog: Catalog) -> None:
    put(catalog, HEAT)
    before, version = catalog.get(HEAT.title_id), catalog.version()
    assert put(catalog, POORER) == 0
    assert catalog.get(HEAT.title_id) == before
    assert catalog.version() == version


def test_a_richer_source_fills_what_was_open(catalog: Catalog) -> None:
    put(catalog, POORER)
    assert catalog.get(HEAT.title_id).length_s is None
    put(catalog, HEAT)
    detail = catalog.get(HEAT.title_id)
    assert (detail.length_s, detail.year, detail.sources["length_s"]) == (10_200, 1995, "ggplot2movies")


def test_what_a_source_no_longer_says_goes(catalog: Catalog) -> None:
    put(catalog, HEAT)
    put(
        catalog,
        replace(
            HEAT,
            genres=("Crime", "Drama"),
            tags={"heist": 4},
            alternative_names=("Fuego contra fuego",),
            credits=(Credit(MANN, "director"),),
            external={"movielens": "6", "imdb": "tt9999999"},
        ),
    )
    detail = catalog.get(HEAT.title_id)
    assert detail.genres == ("Crime", "Drama")
    assert detail.tags == [Tag("heist", 4)]
    assert detail.alternative_names == ["Fuego contra fuego"]
    assert [each.person for each in detail.credits] == [MANN]
    assert detail.external == {"movielens": "6", "imdb": "tt9999999"}


def test_tags_of_another_source_stay(engine: Engine, catalog: Catalog) -> None:
    put(catalog, HEAT)
    with engine.begin() as connection:
        row = {"title_id": HEAT.title_id, "tag": "cool", "times": 9, "source": "ggplot2movies"}
        connection.execute(insert(sql.tags).values(row))
    put(catalog, replace(HEAT, tags={"noir": 1}))
    assert catalog.get(HEAT.title_id).tags == [Tag("cool", 9), Tag("noir", 1)]


def test_an_external_id_stays_with_the_title_that_has_it(catalog: Catalog) -> None:
    one, two = film(1, external={"tmdb": "5", "movielens": "1"}), film(2, external={"tmdb": "5", "movielens": "2"})
    put(catalog, one, two)
    assert catalog.external_ids()["tmdb", "5"] == "t001"
    assert put(catalog, one, two) == 0
    assert put(catalog, two) == 0


def test_a_failure_while_writing_leaves_nothing_visible(catalog: Catalog) -> None:
    put(catalog, film(1))
    version = catalog.version()

    def fail_half_way() -> None:
        with catalog.writing() as writer:
            writer.put([film(2)])
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_half_way()
    assert catalog.version() == version
    assert [face.title_id for face in catalog.faces().faces] == ["t001"]


def test_seasons_and_episodes_are_written_after_their_series_whatever_their_order(catalog: Catalog) -> None:
    put(
        catalog,
        film(3, "Pilot", kind=Kind.EPISODE, parent_id="t002", number=1),
        film(2, "Season 1", kind=Kind.SEASON, parent_id="t001", number=1),
        film(1, "Fargo", kind=Kind.SERIES),
    )
    detail = catalog.get("t003")
    assert (detail.kind, detail.parent_id, detail.number) == (Kind.EPISODE, "t002", 1)
    assert [entry.name for entry in catalog.names().entries] == ["Fargo"]


def test_another_process_sees_the_next_version(engine: Engine, catalog: Catalog) -> None:
    other = Catalog(engine)
    put(catalog, film(1))
    first = other.faces()
    assert other.faces() is first
    assert other.names().resolve("film 1").title_id == "t001"
    put(catalog, film(1, "Renamed"))
    assert other.faces() is not first
    assert other.names().resolve("renamed").title_id == "t001"
    assert other.get("t001").name == "Renamed"


def test_other_names_find_titles(catalog: Catalog) -> None:
    put(catalog, HEAT)
    assert catalog.names().resolve("acalorado").title_id == HEAT.title_id
    assert catalog.names().resolve("tt0113277").title_id == HEAT.title_id


def test_threads_share_one_copy(catalog: Catalog) -> None:
    put(catalog, *map(film, range(50)))
    found: list[object] = []

    def ask() -> None:
        found.append(catalog.names())
        found.append(catalog.faces())

    threads = [Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(map(id, found))) == 2


def test_what_a_commercial_installation_may_not_show_is_nowhere(engine: Engine, catalog: Catalog) -> None:
    free = film(1, source="movielens")
    put(catalog, HEAT, free)
    with engine.begin() as connection:
        ours = {"source": "ours", "name": "Ours", "licence": "ours", "is_commercial": True, "attribution": "Us."}
        connection.execute(insert(sql.sources).values(ours))
        connection.execute(update(sql.titles).where(sql.titles.c.title_id == HEAT.title_id).values(source="ours"))
        named = sql.provenance.c.field == "name"
        connection.execute(update(sql.provenance).where(named).values(source="ours"))
    strict = Catalog(engine, commercial=True)
    assert [face.title_id for face in strict.faces().faces] == [HEAT.title_id]
    assert [face.title_id for face in strict.list(TitleFilter(), limit=9).items] == [HEAT.title_id]
    assert [entry.title_id for entry in strict.names().entries] == [HEAT.title_id]
    assert [source.source for source in strict.attributions()] == ["ours"]
    with pytest.raises(NotFound):
        strict.get("t001")
    detail = strict.get(HEAT.title_id)
    assert (detail.name, detail.year, detail.length_s, detail.certification) == ("Heat", None, None, None)
    assert (detail.budget_usd, detail.tags, detail.credits) == (None, [], [])
    assert (detail.sources, detail.attributions) == ({"name": "ours"}, ["Us."])
    assert strict.faces().people == {}
    for wanted in (TitleFilter(max_age=18), TitleFilter(person_id="p-mann")):
        assert strict.list(wanted, limit=9).items == []
        assert len(catalog.list(wanted, limit=9).items) == 1


def test_a_commercial_installation_refuses_what_it_may_not_use(engine: Engine, catalog: Catalog) -> None:
    with pytest.raises(Forbidden, match="MovieLens may not be used commercially"):
        Catalog(engine, commercial=True).refuse_if_commercial([MOVIELENS])
    catalog.refuse_if_commercial([MOVIELENS])


def test_a_cursor_that_the_list_did_not_give_is_refused(catalog: Catalog) -> None:
    put(catalog, film(1), film(2))
    for cursor in ("x", "💥", "WzFd", "../..", "' OR 1=1 --"):
        with pytest.raises(Invalid, match="cursor"):
            catalog.list(TitleFilter(), limit=1, cursor=cursor)


GENRES = ("Comedy", "Crime", "Drama")
shelves = st.lists(
    st.tuples(
        st.sampled_from(["Heat", "heat", "HEAT", "Élan", "???", "七人", "Zéro", "A"]),
        st.none() | st.integers(1980, 1984),
        st.sets(st.sampled_from(GENRES)),
        st.sampled_from([None, 0, 13, 17]),
        st.booleans(),
    ),
    max_size=12,
)
filters = st.builds(
    TitleFilter,
    kind=st.none() | st.sampled_from([Kind.FILM, Kind.SERIES]),
    genre=st.none() | st.sampled_from(GENRES),
    person_id=st.none() | st.just("p-mann"),
    year_from=st.none() | st.integers(1980, 1984),
    year_to=st.none() | st.integers(1980, 1984),
    max_age=st.none() | st.sampled_from([0, 13, 17]),
)


def _fits(record: TitleRecord, wanted: TitleFilter) -> bool:
    mark = record.certification
    return all(
        (
            wanted.kind in {None, record.kind},
            wanted.genre is None or wanted.genre in record.genres,
            wanted.person_id is None or bool(record.credits),
            wanted.year_from is None or (record.year is not None and record.year >= wanted.year_from),
            wanted.year_to is None or (record.year is not None and record.year <= wanted.year_to),
            wanted.max_age is None or (mark is not None and (mark.min_age or 0) <= wanted.max_age),
        )
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(shelves, filters, st.integers(1, 5))
def test_the_pages_of_a_list_are_its_whole(
    engine: Engine, titles: list[tuple], wanted: TitleFilter, limit: int
) -> None:  # type: ignore[type-arg]
    with engine.begin() as connection:
        for table in reversed(sql.METADATA.sorted_tables):
            connection.execute(table.delete())
    catalog = Catalog(engine)
    records = [
        film(
            n,
            name,
            year=year,
            genres=sorted(genres),
            kind=Kind.SERIES if n % 4 == 0 else Kind.FILM,
            certification=None if age is None else Certification("US", "X", age),
            credits=(Credit(MANN, "director"),) if is_manns else (),
        )
        for n, (name, year, genres, age, is_manns) in enumerate(titles)
    ]
    put(catalog, *records)
    found = list(pages(catalog, wanted, limit))
    listed = [face.title_id for page in found for face in page]
    assert len(listed) == len(set(listed))
    assert set(listed) == {each.title_id for each in records if _fits(each, wanted)}
    assert all(len(page) == limit for page in found[:-1])
    whole = catalog.list(wanted, limit=100)
    assert (listed, whole.next) == ([face.title_id for face in whole.items], None)


def test_media_is_marked_title_by_title_and_moves_the_version_only_when_something_changes(house: Services) -> None:
    first, second = (face.title_id for face in house.catalog.faces().faces[:2])
    before = house.catalog.version()
    with house.catalog.writing() as writer:
        assert writer.mark_media([first, second], has_media=True) == 2
    with house.catalog.writing() as writer:
        assert writer.mark_media([first], has_media=True) == 0
    assert house.catalog.version() == before + 1
    faces = house.catalog.faces()
    assert {face.title_id for face in faces.faces if face.has_media} == {first, second}


def test_a_title_keeps_the_instant_at_which_it_came_in(catalog: Catalog) -> None:
    put(catalog, HEAT)
    came = catalog.faces().faces[0].added_at
    put(catalog, replace(HEAT, name="Heat, anew"), film(1))
    faces = {face.title_id: face for face in catalog.faces().faces}
    assert faces[HEAT.title_id].added_at == came
    assert faces[film(1).title_id].added_at >= came > 0
