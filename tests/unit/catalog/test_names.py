"""Names as people type them: which title is meant, when that is not clear, and what comes up while one types."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.catalog.names import LONGEST, Ambiguous, NameEntry, NameIndex, Unknown, say, without_article
from cinoche.kit.errors import Conflict, NotFound
from cinoche.kit.ids import stable_id

NAMED: Sequence[tuple[str, int | None, tuple[str, ...]]] = [
    ("The Heat", 2013, ()),
    ("Heat", 1995, ()),
    ("The Matrix", 1999, ()),
    ("The Matrix Reloaded", 2003, ()),
    ("Hamlet", 1948, ()),
    ("Hamlet", 1996, ()),
    ("Hamlet", 2000, ()),
    ("Hamlet", 2000, ()),
    ("Seven", 1995, ("Se7en",)),
    ("Amelie", 2001, ("Le Fabuleux Destin d'Amélie Poulain", "Amélie")),
    ("1984", 1984, ()),
    ("2001: A Space Odyssey", 1968, ()),
    ("2010", 1984, ()),
    ("10", 1979, ()),
    ("Up", 2009, ()),
    ("M", 1931, ()),
    ("L'Avventura", 1960, ()),
    ("Das Boot", 1981, ("The Boat",)),
    ("Los Olvidados", 1950, ()),
    ("The Terminator", 1984, ()),
    ("Terminator 2: Judgment Day", 1991, ()),
    ("Rocky III", 1982, ()),
    ("Death Race 2000", 1975, ()),
    ("七人の侍", 1954, ("Seven Samurai",)),
    ("Сталкер", 1979, ("Stalker",)),
    ("Œdipe roi", 1967, ()),
    ("???", 1966, ()),
    ("!!!", None, ()),
    ("Star Wars: Episode IV - A New Hope", 1977, ()),
    ("Star Wars: Episode V - The Empire Strikes Back", 1980, ()),
    ("The Lord of the Rings: The Fellowship of the Ring", 2001, ()),
    ("The Lord of the Rings: The Two Towers", 2002, ()),
    ("Blade Runner 2049", 2017, ()),
    ("Boat", 2009, ()),
]
EXTERNAL = {1: {"imdb": "tt0113277", "tmdb": "949", "movielens": "6"}}
ENTRIES = [
    NameEntry(stable_id("title", str(n)), name, year, EXTERNAL.get(n, {}), also)
    for n, (name, year, also) in enumerate(NAMED)
]
INDEX = NameIndex(ENTRIES)


def found(text: str) -> str:
    return str(INDEX.resolve(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Heat", "Heat (1995)"),
        ("heat", "Heat (1995)"),
        ("  HEAT  ", "Heat (1995)"),
        ("the heat", "The Heat (2013)"),
        ("Heat, The", "The Heat (2013)"),
        ("matrix", "The Matrix (1999)"),
        ("Matrix, The (1999)", "The Matrix (1999)"),
        ("the matrx", "The Matrix (1999)"),
        ("teh matrix", "The Matrix (1999)"),
        ("the matrix reloded", "The Matrix Reloaded (2003)"),
        ("Hamlet (1996)", "Hamlet (1996)"),
        ("hamlet 1948", "Hamlet (1948)"),
        ("Hamlet, 1996", "Hamlet (1996)"),
        ("hamlt 1996", "Hamlet (1996)"),
        ("Se7en", "Seven (1995)"),
        ("seven", "Seven (1995)"),
        ("Amélie", "Amelie (2001)"),
        ("amelie", "Amelie (2001)"),
        ("Le fabuleux destin d’Amelie Poulain", "Amelie (2001)"),
        ("fabuleux destin d'amelie poulain", "Amelie (2001)"),
        ("1984", "1984 (1984)"),
        ("1984 (1984)", "1984 (1984)"),
        ("2010", "2010 (1984)"),
        ("10", "10 (1979)"),
        ("2001: A Space Odyssey", "2001: A Space Odyssey (1968)"),
        ("2001 a space odyssey 1968", "2001: A Space Odyssey (1968)"),
        ("2001", "2001: A Space Odyssey (1968)"),
        ("Death Race 2000", "Death Race 2000 (1975)"),
        ("Death Race 2000 (1975)", "Death Race 2000 (1975)"),
        ("blade runer 2049", "Blade Runner 2049 (2017)"),
        ("up", "Up (2009)"),
        ("m", "M (1931)"),
        ("avventura", "L'Avventura (1960)"),
        ("l'aventura", "L'Avventura (1960)"),
        ("boot", "Das Boot (1981)"),
        ("Boat", "Boat (2009)"),
        ("The Boat", "Das Boot (1981)"),
        ("olvidados", "Los Olvidados (1950)"),
        ("terminatr 2", "Terminator 2: Judgment Day (1991)"),
        ("terminator", "The Terminator (1984)"),
        ("lord of the rings the two", "The Lord of the Rings: The Two Towers (2002)"),
        ("star wars 1980", "Star Wars: Episode V - The Empire Strikes Back (1980)"),
        ("七人の侍", "七人の侍 (1954)"),
        ("сталкер", "Сталкер (1979)"),
        ("oedipe roi", "Œdipe roi (1967)"),
        ("???", "??? (1966)"),
        ("??? (1966)", "??? (1966)"),
        ("!!!", "!!!"),
        ("tt0113277", "Heat (1995)"),
        ("TT0113277", "Heat (1995)"),
        ("imdb:tt0113277", "Heat (1995)"),
        ("imdb:113277", "Heat (1995)"),
        ("tmdb:949", "Heat (1995)"),
        ("movielens:6", "Heat (1995)"),
        ("MovieLens:6", "Heat (1995)"),
        (ENTRIES[1].title_id, "Heat (1995)"),
    ],
)
def test_a_name_finds_the_title_that_is_meant(typed: str, meant: str) -> None:
    assert found(typed) == meant


@pytest.mark.parametrize(("typed", "n"), [("Hamlet", 4), ("hamlt", 4), ("Star Wars", 2), ("lord of the ring", 2)])
def test_a_name_of_several_titles_lists_them_and_asks_for_the_year(typed: str, n: int) -> None:
    with pytest.raises(Ambiguous) as caught:
        INDEX.resolve(typed)
    assert isinstance(caught.value, Conflict)
    assert len(caught.value.candidates) == n
    for each in caught.value.candidates:
        assert f"{each} [{each.title_id}]" in str(caught.value)


def test_the_year_is_asked_for_only_where_it_decides() -> None:
    with pytest.raises(Ambiguous, match="Add the year, or give the id"):
        INDEX.resolve("star wars")
    with pytest.raises(Ambiguous, match="Give the id") as caught:
        INDEX.resolve("Hamlet (2000)")
    assert [str(each) for each in caught.value.candidates] == ["Hamlet (2000)", "Hamlet (2000)"]
    assert all(each.title_id in str(caught.value) for each in caught.value.candidates)
    assert [INDEX.resolve(each.title_id) for each in caught.value.candidates] == list(caught.value.candidates)


def test_many_candidates_are_counted_and_some_are_shown() -> None:
    index = NameIndex(NameEntry(f"id{n}", "Emma", 1900 + n) for n in range(30))
    with pytest.raises(Ambiguous, match=r"30 titles.*; and 24 more"):
        index.resolve("emma")


@pytest.mark.parametrize(
    "typed", ["Hamlet 1997", "terminator 3", "rocky 4", "tt9999999", "tmdb:0", "zzzzqqqq", "the", "a", "", " ", "?"]
)
def test_what_no_title_is_called_is_unknown(typed: str) -> None:
    with pytest.raises(Unknown) as caught:
        INDEX.resolve(typed)
    assert isinstance(caught.value, NotFound)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Hamlet 1997", "Hamlet (1996)"),
        ("terminator 3", "Terminator 2: Judgment Day (1991)"),
        ("heat wav", "Heat (1995)"),
    ],
)
def test_an_unknown_name_says_what_is_near(typed: str, near: str) -> None:
    with pytest.raises(Unknown) as caught:
        INDEX.resolve(typed)
    assert near in str(caught.value)


def test_an_unknown_id_is_never_taken_for_a_name() -> None:
    index = NameIndex([NameEntry("x", "TMDB 1234"), NameEntry("y", "tt1234567")])
    for text in ("tmdb:1235", "tt1234568", "movielens:1"):
        with pytest.raises(Unknown):
            index.resolve(text)


def test_a_name_with_a_colon_is_a_name() -> None:
    assert NameIndex([NameEntry("x", "Alien:3")]).resolve("alien:3").title_id == "x"


def test_a_beginning_is_short_of_a_word_only_while_searching() -> None:
    with pytest.raises(Unknown):
        INDEX.resolve("hea")
    assert [str(each) for each in INDEX.search("hea")] == ["Heat (1995)", "The Heat (2013)"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "((((" * 5_000,
        " , " * 30_000,
        "\x00\x1b[2J",
        "'; DROP TABLE titles; --",
        "../../etc/passwd",
        "%s%n{0}",
        "\ud800\udfff",
        "🎬" * 50,
        "a\u0301" * 99,
        "١٩٩٥ 1995",
        "tt٠١١٣٢٧٧",
    ],
)
def test_hostile_text_is_unknown_quickly_and_never_a_traceback(text: str) -> None:
    with pytest.raises(Unknown) as caught:
        INDEX.resolve(text)
    assert len(str(caught.value)) < 2_000
    INDEX.search(text)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("heat", ["Heat (1995)", "The Heat (2013)"]),
        ("the heat", ["The Heat (2013)", "Heat (1995)"]),
        ("the h", ["The Heat (2013)"]),
        ("matr", ["The Matrix (1999)", "The Matrix Reloaded (2003)"]),
        ("reload", ["The Matrix Reloaded (2003)"]),
        ("two lord", ["The Lord of the Rings: The Two Towers (2002)"]),
        ("matrx", ["The Matrix (1999)"]),
        ("hamlet 1996", ["Hamlet (1996)"]),
        ("hamlet (1948)", ["Hamlet (1948)"]),
        ("se7", ["Seven (1995)"]),
        ("amélie poulain", ["Amelie (2001)"]),
        ("seven", ["Seven (1995)", "七人の侍 (1954)"]),
        ("七人", ["七人の侍 (1954)"]),
        ("судья", []),
        ("???", ["??? (1966)"]),
        ("???????", []),
        ("", []),
    ],
)
def test_a_search_lists_the_best_first(typed: str, first: list[str]) -> None:
    assert [str(each) for each in INDEX.search(typed)][: max(len(first), 1)] == first


def test_a_search_lists_each_title_once_and_no_more_than_asked() -> None:
    assert len(INDEX.search("a", limit=3)) == 3
    assert INDEX.search("heat", limit=0) == []
    assert INDEX.search("heat", limit=-1) == []
    every = INDEX.search("e", limit=100)
    assert len(every) == len({each.title_id for each in every})


def test_no_titles_means_nothing_found() -> None:
    empty = NameIndex(())
    assert empty.search("heat") == []
    with pytest.raises(Unknown):
        empty.resolve("heat")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Matrix, The", "The Matrix"),
        ("Avventura, L'", "L'Avventura"),
        ("Avventura, L’", "L’Avventura"),
        ("Good, the Bad and the Ugly, The", "The Good, the Bad and the Ugly"),
        ("Corrina, Corrina", "Corrina, Corrina"),
        ("Paris, Texas", "Paris, Texas"),
        ("Boot, Das", "Das Boot"),
        (", The", ", The"),
        ("The", "The"),
        ("", ""),
    ],
)
def test_an_article_stands_where_it_is_said(written: str, said: str) -> None:
    assert say(written) == said


def test_an_article_alone_stays() -> None:
    assert without_article("the") == "the"
    assert without_article("the thing") == "thing"


names = st.text(st.sampled_from("ab éÉ-:,'12(){}你ß the") | st.characters(exclude_categories=["Cs"]), max_size=25)
shelves = st.lists(
    st.tuples(names, st.none() | st.integers(1890, 2100), st.lists(names, max_size=2)), min_size=1, max_size=8
)


def _shelf(titles: Sequence[tuple[str, int | None, Sequence[str]]]) -> NameIndex:
    return NameIndex(
        NameEntry(stable_id("title", str(n)), name.strip() or "x", year, {"tmdb": str(n)}, also)
        for n, (name, year, also) in enumerate(titles)
    )


def _means(index: NameIndex, text: str) -> Sequence[NameEntry]:
    try:
        return [index.resolve(text)]
    except Ambiguous as ambiguous:
        return ambiguous.candidates


@given(shelves)
def test_every_title_is_found_by_its_name_its_year_and_its_ids(
    titles: Sequence[tuple[str, int | None, Sequence[str]]],
) -> None:
    index = _shelf(titles)
    for entry in index.entries:
        assert entry in _means(index, entry.name)
        assert index.resolve(entry.title_id) is entry
        assert index.resolve(f"tmdb:{entry.external['tmdb']}") is entry
        if entry.year is not None and not any(each.name == str(entry) for each in index.entries):
            meant = _means(index, str(entry))
            assert entry in meant or all(str(entry) in (*each.also, each.name) for each in meant)


@given(shelves, st.text(max_size=40), st.integers(-1, 30))
def test_a_search_never_fails(titles: Sequence[tuple[str, int | None, Sequence[str]]], text: str, limit: int) -> None:
    index = _shelf(titles)
    assert len(index.search(text, limit=limit)) <= max(limit, 0)
    with suppress(Ambiguous, Unknown):
        index.resolve(text)


@given(shelves)
def test_a_name_typed_whole_comes_up_first(titles: Sequence[tuple[str, int | None, Sequence[str]]]) -> None:
    index = _shelf(titles)
    for entry in index.entries:
        top = index.search(entry.name, limit=1)
        assert top
        assert len(entry.name) > LONGEST or entry in index.search(entry.name, limit=100)
