"""The file that knows directors: its faults are mended, and what is doubtful is not taken."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.catalog.models import MOVIELENS, VEGA, Certification, Credit, Kind, Person, TitleRecord, person_id_of
from cinoche.catalog.sources.models import SetAside
from cinoche.catalog.sources.vega import IN_WEB, add_extras, find_movies, mended, open_movies, year_of
from cinoche.kit.errors import Invalid, NotFound


def row(title: Any, date: Any = "Dec 15 1995", **facts: Any) -> dict[str, Any]:
    names = {"director": "Director", "mark": "MPAA Rating", "minutes": "Running Time min"}
    return {"Title": title, "Release Date": date, **{names[name]: value for name, value in facts.items()}}


def title(name: str, year: int | None = 1995, *others: str, **facts: Any) -> TitleRecord:
    return TitleRecord(
        person_id_of(f"{name}{year}"), Kind.FILM, name, year, MOVIELENS.source, alternative_names=others, **facts
    )


def enriched(tmp_path: Path, rows: list[Any], *titles: TitleRecord, aside: list[SetAside] | None = None) -> Any:
    path = tmp_path / "movies.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    numbered = {str(number): each for number, each in enumerate(titles)}
    found = add_extras(numbered, open_movies(path), ([] if aside is None else aside).append)
    return list(found.values())


def directors(found: list[TitleRecord]) -> list[str | None]:
    return [each.credits[0].person.name if each.credits else None for each in found]


def test_a_title_gets_what_it_lacks_and_each_fact_says_where_it_is_from(tmp_path: Path) -> None:
    rows = [row("Heat", director="Michael Mann", mark="R", minutes=170)]
    (bare,) = enriched(tmp_path, rows, title("Heat"))
    assert bare.credits == (Credit(Person(person_id_of("Michael Mann"), "Michael Mann"), "director"),)
    assert (bare.certification, bare.length_s) == (Certification("US", "R", 17), 10_200)
    assert bare.facts_from == dict.fromkeys(("credits", "certification", "length_s"), VEGA.source)
    known = title("Heat", certification=Certification("US", "PG", 8), length_s=60, facts_from={"length_s": "other"})
    (kept,) = enriched(tmp_path, rows, known)
    assert (kept.certification, kept.length_s) == (Certification("US", "PG", 8), 60)
    assert kept.facts_from == {"length_s": "other", "credits": VEGA.source}


@pytest.mark.parametrize(
    ("written", "date", "name", "year"),
    [
        ("Gone with the Wind", "Dec 15 2039", "Gone with the Wind", 1939),
        ("The Birth of a Nation", "Feb 08 2015", "The Birth of a Nation", 1915),
        ("Charge of the Light Brigade, The", "Oct 20 2036", "The Charge of the Light Brigade", 1936),
        ("King Kong (1933)", "Apr 07 2033", "King Kong", 1933),
        ("LÈon", "Nov 18 1994", "Léon", 1994),
        ("Le Fabuleux destin d'AmÈlie Poulain", "Nov 02 2001", "Le fabuleux destin d’Amélie Poulain", 2001),
        ("Alien³", "May 22 1992", "Alien³", 1992),
        (300, "Mar 09 2007", "300", 2007),
        ("Last of the year", "Dec 31 2012", "Last of the Year", 2012),
    ],
)
def test_a_film_is_found_by_its_name_and_the_year_that_was_meant(
    tmp_path: Path, written: Any, date: str, name: str, year: int
) -> None:
    rows = [row(written, date, director="Somebody")]
    assert directors(enriched(tmp_path, rows, title(name, year), title(name, year + 1))) == ["Somebody", None]


def test_a_film_is_found_by_another_of_its_names(tmp_path: Path) -> None:
    amelie = title("Amelie", 2001, "Le Fabuleux destin d'Amélie Poulain")
    rows = [row("Le Fabuleux destin d'AmÈlie Poulain", "Nov 02 2001", director="Jean-Pierre Jeunet")]
    assert directors(enriched(tmp_path, rows, amelie)) == ["Jean-Pierre Jeunet"]


def test_rows_of_one_film_count_only_where_they_agree(tmp_path: Path) -> None:
    rows = [
        row("Heat", director="Michael Mann", mark="R", minutes=170),
        row("Heat", director="Michael Mann", mark="PG", minutes=170),
        row("Heat", director="Michael Mann", mark="PG"),
    ]
    (found,) = enriched(tmp_path, rows, title("Heat"))
    assert (directors([found]), found.certification, found.length_s) == (["Michael Mann"], None, None)


def test_a_row_that_two_titles_answer_to_is_given_to_neither(tmp_path: Path) -> None:
    emmas = [title("Emma", 1996, external={"movielens": number}) for number in ("1", "2")]
    assert directors(enriched(tmp_path, [row("Emma", "Aug 02 1996", director="X")], *emmas)) == [None, None]


def test_a_title_without_a_year_is_given_nothing(tmp_path: Path) -> None:
    assert directors(enriched(tmp_path, [row("Heat", director="X")], title("Heat", None))) == [None]


@pytest.mark.parametrize("mark", ["Not Rated", "Open", "", None, 17, ["R"]])
def test_what_is_no_certification_is_none(tmp_path: Path, mark: Any) -> None:
    (found,) = enriched(tmp_path, [row("Heat", mark=mark)], title("Heat"))
    assert found == title("Heat")


@pytest.mark.parametrize("minutes", [0, -5, 100_000, True, 1.5, "90", None])
def test_what_is_no_length_is_none(tmp_path: Path, minutes: Any) -> None:
    (found,) = enriched(tmp_path, [row("Heat", minutes=minutes)], title("Heat"))
    assert found.length_s is None


def test_rows_that_are_no_films_are_set_aside_with_their_reason(tmp_path: Path) -> None:
    aside: list[SetAside] = []
    rows = [7, row(None), row(""), row(True), row("A", None), row("B", "yesterday"), row("C", "Feb 30 1999"), row("D")]
    enriched(tmp_path, rows, title("Heat"), aside=aside)
    assert [each.line for each in aside] == [1, 2, 3, 4, 5, 6, 7]
    assert [each.reason for each in aside] == [
        "this is no film",
        *["a film without a name"] * 3,
        "a film without a date",
        *["the date is not one like Jun 12 1998"] * 2,
    ]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "{}", "7", '{"a": 1}'])
def test_what_is_not_the_file_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "movies.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match="this is not") as refused:
        open_movies(path)
    assert refused.value.where == str(path)


def test_the_setting_says_where_the_file_is_and_must_be_right(tmp_path: Path) -> None:
    path = tmp_path / "films.json"
    with pytest.raises(NotFound, match="no such file") as refused:
        find_movies(str(path))
    assert "CINOCHE_VEGA_MOVIES" in str(refused.value.where)
    path.write_text("[]", encoding="utf-8")
    assert find_movies(str(path)) == path


def test_without_a_setting_the_file_of_the_folder_one_is_in_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / IN_WEB
    path.parent.mkdir(parents=True)
    path.write_text("[]", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = find_movies()
    assert found is not None
    assert found.parts[-len(IN_WEB.parts) :] == IN_WEB.parts


@given(st.integers(1870, 2099))
def test_every_year_is_read_in_a_century_that_had_films(year: int) -> None:
    assert year_of(f"Jan 01 {year}") == (year if year <= 2012 else year - 100)


@given(st.text(alphabet=st.characters(codec="cp1252", categories=["Lu", "Ll", "Zs"]), max_size=30))
def test_a_name_read_in_another_encoding_is_mended(name: str) -> None:
    assert mended(name.encode("cp1252").decode("mac_roman")) == name
    assert isinstance(mended(name), str)
