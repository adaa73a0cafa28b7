"""The Studio: what operators write stays, moves the catalogue, and what they withdraw is shown to nobody else."""

from collections.abc import Callable
from typing import Any

import pytest

from cinoche.bootstrap import Services
from cinoche.catalog import series
from cinoche.catalog.models import (
    GGPLOT2MOVIES,
    HOUSE,
    MOVIELENS,
    VEGA,
    Certification,
    Credit,
    Kind,
    Person,
    StudioFilter,
    StudioSort,
    TitleFilter,
    TitleRecord,
    person_id_of,
)
from cinoche.catalog.service import Catalog
from cinoche.kit.errors import Conflict, Invalid, NotFound

MANN = Person(person_id_of("Michael Mann"), "Michael Mann")
PACINO = Person("p-pacino", "Al Pacino")
HEAT = TitleRecord(
    "heat",
    Kind.FILM,
    "Heat",
    1995,
    MOVIELENS.source,
    genres=("Crime", "Thriller"),
    length_s=10_200,
    certification=Certification("US", "R", 17),
    credits=(Credit(MANN, "director"), Credit(PACINO, "actor", "Vincent Hanna")),
    facts_from={"length_s": GGPLOT2MOVIES.source, "certification": GGPLOT2MOVIES.source, "credits": VEGA.source},
)
ALIEN = TitleRecord("alien", Kind.FILM, "Alien", 1979, MOVIELENS.source, genres=("Horror",))
SERIES = TitleRecord("series", Kind.SERIES, "A Series", 2020, HOUSE.source)
EPISODE = TitleRecord("episode", Kind.EPISODE, "The First", 2020, HOUSE.source, parent_id="series", number=1)


def put(catalog: Catalog, *facts: TitleRecord) -> int:
    with catalog.writing() as writer:
        return writer.put(facts)


@pytest.fixture
def catalog(open_house: Callable[..., Services]) -> Catalog:
    catalog = open_house().catalog
    put(catalog, HEAT, ALIEN, SERIES, EPISODE)
    return catalog


def ids(catalog: Catalog, **wanted: Any) -> list[str]:
    return [each.face.title_id for each in catalog.studio.list(StudioFilter(**wanted), limit=50).items]


EDITS: dict[str, Any] = {
    "name": "Heat, Again",
    "year": 1996,
    "length_s": 60,
    "synopsis": "A robber and a policeman meet.",
    "genres": ["Drama"],
    "certification": "PG-13",
    "directors": ["Somebody Else"],
}


def shown(catalog: Catalog) -> dict[str, Any]:
    detail = catalog.get("heat")
    return {
        "name": detail.name,
        "year": detail.year,
        "length_s": detail.length_s,
        "synopsis": detail.synopsis,
        "genres": list(detail.genres),
        "certification": detail.certification,
        "directors": list(detail.directors),
    }


def test_every_fact_that_an_operator_writes_is_shown_at_once_and_is_the_houses(catalog: Catalog) -> None:
    version = catalog.version()
    title = catalog.studio.change("heat", EDITS)
    assert catalog.version() == version + 1
    assert (title.face.name, title.synopsis, title.is_withdrawn) == ("Heat, Again", EDITS["synopsis"], False)
    assert title.updated_at == catalog.get("heat").updated_at > 0
    assert shown(catalog) == EDITS
    detail = catalog.get("heat")
    assert {field: detail.sources[field] for field in EDITS} == dict.fromkeys(EDITS, HOUSE.source)
    assert detail.min_age == 13
    assert [credit.person.name for credit in detail.credits if credit.role == "actor"] == ["Al Pacino"]
    assert HOUSE in catalog.attributions()


@pytest.mark.parametrize("field", EDITS)
def test_an_import_changes_nothing_that_an_operator_wrote_and_all_the_rest(catalog: Catalog, field: str) -> None:
    catalog.studio.change("heat", {field: EDITS[field]})
    richer = TitleRecord(
        "heat",
        Kind.FILM,
        "Heat (new edition)",
        1997,
        MOVIELENS.source,
        genres=("Action",),
        length_s=99,
        certification=Certification("US", "NC-17", 18),
        synopsis="Of the import.",
        credits=(Credit(Person("p-new", "New Director"), "director"), Credit(PACINO, "actor", "Vincent Hanna")),
        facts_from={"credits": VEGA.source},
    )
    of_import = {
        "name": "Heat (new edition)",
        "year": 1997,
        "length_s": 99,
        "synopsis": "Of the import.",
        "genres": ["Action"],
        "certification": "NC-17",
        "directors": ["New Director"],
    }
    for _ in range(2):
        put(catalog, HEAT)
        put(catalog, richer)
        assert shown(catalog) == of_import | {field: EDITS[field]}
        assert catalog.get("heat").sources[field] == HOUSE.source
    assert put(catalog, richer) == 0


@pytest.mark.parametrize(
    ("field", "empty", "left"),
    [
        ("year", None, None),
        ("length_s", None, None),
        ("synopsis", None, None),
        ("synopsis", "  \n ", None),
        ("genres", None, []),
        ("genres", [], []),
        ("certification", None, None),
        ("directors", None, []),
    ],
)
def test_a_fact_that_is_emptied_stays_empty_after_an_import(
    catalog: Catalog, field: str, empty: Any, left: Any
) -> None:
    catalog.studio.change("heat", {field: empty})
    put(catalog, HEAT)
    assert shown(catalog)[field] == left


def test_what_a_reel_of_the_house_says_is_renewed_until_an_operator_writes_it(catalog: Catalog) -> None:
    put(catalog, TitleRecord("series", Kind.SERIES, "A Series", 2021, HOUSE.source))
    assert catalog.get("series").year == 2021
    catalog.studio.change("series", {"year": 1999})
    put(catalog, TitleRecord("series", Kind.SERIES, "Another Name", 2022, HOUSE.source))
    assert (catalog.get("series").year, catalog.get("series").name) == (1999, "Another Name")


def test_genres_and_people_that_there_are_are_used_again(catalog: Catalog) -> None:
    catalog.studio.change("alien", {"genres": ["crime", "Crime", " New  Genre "], "directors": ["michael mann", "A B"]})
    face = catalog.faces().get("alien")
    assert face is not None
    assert face.genres == ("Crime", "New Genre")
    assert face.directors == ("Michael Mann", "A B")
    assert catalog.person(MANN.person_id)[0].titles == 2


def test_a_change_of_nothing_moves_nothing(catalog: Catalog) -> None:
    version = catalog.version()
    assert catalog.studio.change("heat", {}).face.name == "Heat"
    assert catalog.version() == version


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": None}, "body.name"),
        ({"name": " \t "}, "body.name"),
        ({"name": "a\x00b"}, "body.name"),
        ({"name": "x" * 501}, "body.name"),
        ({"genres": ["Crime", ""]}, "body.genres.1"),
        ({"genres": ["x" * 61]}, "body.genres.0"),
        ({"directors": ["A", "x" * 301]}, "body.directors.1"),
        ({"directors": ["\x1b[31m"]}, "body.directors.0"),
        ({"synopsis": "a\x07b"}, "body.synopsis"),
        ({"synopsis": "x" * 4_001}, "body.synopsis"),
        ({"is_withdrawn": None}, "body.is_withdrawn"),
    ],
)
def test_what_cannot_be_a_fact_is_refused_with_its_place_and_changes_nothing(
    catalog: Catalog, change: dict[str, Any], where: str
) -> None:
    before, version = shown(catalog), catalog.version()
    with pytest.raises(Invalid) as refused:
        catalog.studio.change("heat", {"year": 2001, **change})
    assert refused.value.where == where
    assert (shown(catalog), catalog.version()) == (before, version)


def test_a_title_that_is_not_there_cannot_be_changed(catalog: Catalog) -> None:
    with pytest.raises(NotFound):
        catalog.studio.change("nothing", {"year": 2000})


def test_a_withdrawn_title_is_nowhere_but_in_the_studio_until_it_comes_back(catalog: Catalog) -> None:
    catalog.studio.change("heat", {"is_withdrawn": True})
    put(catalog, HEAT)
    assert catalog.faces().get("heat") is None
    with pytest.raises(NotFound):
        catalog.get("heat")
    with pytest.raises(NotFound):
        catalog.names().resolve("Heat")
    with pytest.raises(NotFound):
        catalog.person(MANN.person_id)
    assert "heat" not in [face.title_id for face in catalog.list(TitleFilter(), limit=50).items]
    assert catalog.shelf().search("heat", limit=9).titles == []
    assert "Crime" not in [each.genre for each in catalog.shelf().genres]
    assert catalog.collection().titles == 2
    assert ids(catalog) == ["series", "alien", "heat", "episode"]
    assert ids(catalog, is_withdrawn=True) == ["heat"]
    assert catalog.studio.get("heat").is_withdrawn
    catalog.studio.change("heat", {"is_withdrawn": False})
    assert catalog.get("heat").name == "Heat"


def test_what_is_under_a_withdrawn_series_goes_with_it(catalog: Catalog) -> None:
    catalog.studio.change("series", {"is_withdrawn": True})
    assert catalog.faces().get("episode") is None
    assert ids(catalog, kind=Kind.EPISODE) == ["episode"]


def test_the_table_is_filtered_and_says_how_many_there_are(catalog: Catalog) -> None:
    assert ids(catalog, text="HEAT") == ["heat"]
    assert ids(catalog, text="heat") == ["heat"]
    assert ids(catalog, text="series a") == ["series"]
    assert ids(catalog, text="100%_") == []
    assert ids(catalog, text="?!") == []
    assert ids(catalog, genre="Crime") == ["heat"]
    assert ids(catalog, kind=Kind.SERIES) == ["series"]
    page = catalog.studio.list(StudioFilter(kind=Kind.FILM), limit=1)
    assert (page.total, [each.face.title_id for each in page.items], page.next is None) == (2, ["alien"], False)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (StudioSort.NAME, ["series", "alien", "heat", "episode"]),
        (StudioSort.YEAR, ["series", "episode", "heat", "alien"]),
        (StudioSort.UPDATED, ["alien", "series", "heat", "episode"]),
        (StudioSort.PLAYS, ["heat", "series", "alien", "episode"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 50])
def test_the_table_is_paged_whole_in_every_order(
    catalog: Catalog, sort: StudioSort, order: list[str], limit: int
) -> None:
    catalog.studio.change("alien", {"year": 1979})
    found, cursor = [], None
    while True:
        page = catalog.studio.list(
            StudioFilter(), limit=limit, cursor=cursor, sort=sort, plays=lambda _ids: {"heat": 3}
        )
        found += [each.face.title_id for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == order


def test_a_cursor_of_another_order_is_refused(catalog: Catalog) -> None:
    cursor = catalog.studio.list(StudioFilter(), limit=1).next
    with pytest.raises(Invalid, match="cursor"):
        catalog.studio.list(StudioFilter(), limit=1, cursor=cursor, sort=StudioSort.YEAR)


def test_a_new_title_is_there_at_once_with_what_was_said_of_it(catalog: Catalog) -> None:
    facts = {"name": " New  Film ", "year": 2024, "genres": ["crime"], "certification": "PG", "directors": ["Me"]}
    title = catalog.studio.create(Kind.FILM, {**facts, "synopsis": "Short."}, parent_id=None, number=None)
    detail = catalog.get(title.face.title_id)
    assert (detail.name, detail.year, detail.genres, detail.min_age) == ("New Film", 2024, ("Crime",), 8)
    assert (detail.directors, detail.synopsis) == (("Me",), "Short.")
    assert set(detail.sources.values()) == {HOUSE.source}
    assert catalog.names().resolve("new film").title_id == title.face.title_id


def test_seasons_and_episodes_are_created_under_their_series(catalog: Catalog) -> None:
    season = catalog.studio.create(Kind.SEASON, {"name": "Season 1"}, parent_id="series", number=1).face.title_id
    episode = catalog.studio.create(Kind.EPISODE, {"name": "Pilot"}, parent_id=season, number=1).face.title_id
    assert [face.title_id for face in series.children(catalog.faces(), "series")] == ["episode", season]
    assert [face.title_id for face in series.episodes(catalog.faces(), "series")] == ["episode", episode]


@pytest.mark.parametrize(
    ("kind", "parent_id", "number", "where"),
    [
        (Kind.FILM, "series", None, "body.parent_id"),
        (Kind.SERIES, None, 1, "body.parent_id"),
        (Kind.SEASON, None, 1, "body.parent_id"),
        (Kind.SEASON, "series", None, "body.number"),
        (Kind.SEASON, "heat", 1, "body.parent_id"),
        (Kind.EPISODE, "episode", 1, "body.parent_id"),
        (Kind.EPISODE, "nothing", 1, "body.parent_id"),
    ],
)
def test_a_title_in_the_wrong_place_is_refused(
    catalog: Catalog, kind: Kind, parent_id: str | None, number: int | None, where: str
) -> None:
    with pytest.raises((Invalid, NotFound)) as refused:
        catalog.studio.create(kind, {"name": "New"}, parent_id=parent_id, number=number)
    assert refused.value.where == where


def test_a_title_that_is_there_already_is_refused(catalog: Catalog) -> None:
    with pytest.raises(Conflict, match="heat"):
        catalog.studio.create(Kind.FILM, {"name": "Heat", "year": 1995}, parent_id=None, number=None)
    with pytest.raises(Conflict, match="episode"):
        catalog.studio.create(Kind.EPISODE, {"name": "Other"}, parent_id="series", number=1)
    with pytest.raises(Invalid):
        catalog.studio.create(Kind.FILM, {}, parent_id=None, number=None)


def test_another_worker_shows_an_edit_with_its_next_answer(
    open_house: Callable[..., Services], catalog: Catalog
) -> None:
    other = open_house().catalog
    assert other.get("heat").name == "Heat"
    catalog.studio.change("heat", {"name": "Cold"})
    assert other.get("heat").name == "Cold"
    assert other.names().resolve("cold").title_id == "heat"


def test_a_commercial_installation_shows_what_the_house_says_and_hides_the_rest(
    open_house: Callable[..., Services], catalog: Catalog
) -> None:
    catalog.studio.change("heat", {"synopsis": "Of the operator."})
    strict = open_house(commercial=True).catalog
    assert [face.title_id for face in strict.faces().faces] == ["episode", "series"]
    assert [each.face.title_id for each in strict.studio.list(StudioFilter(), limit=9).items] == ["series", "episode"]
    assert [source.source for source in strict.attributions()] == [HOUSE.source]
    with pytest.raises(NotFound):
        strict.studio.change("heat", {"year": 2000})
    with pytest.raises(NotFound):
        strict.person(MANN.person_id)
