"""Every row and every reason can be said in both languages."""

import pytest

from cinoche.recommend import rows
from cinoche.recommend.rows import Evidence, Row, people_number
from cinoche.recommend.sentences import ENGLISH, FRENCH, LONGEST_PURPOSE, explanation, heading, purpose, reason

KINDS = [rows.CONTINUE_WATCHING, rows.TOP_PICKS, rows.BECAUSE, rows.MY_LIST, rows.TRENDING, rows.GENRE]
KINDS += [rows.HIDDEN_GEMS, rows.PERSON, rows.WATCH_AGAIN, rows.PLAYABLE]
KINDS += [rows.NEW_HERE, rows.SHORT, rows.DIRECTOR]
REASONS = [rows.SEED, rows.PROGRESS, rows.LISTED, rows.TREND, rows.POPULAR, rows.TASTE, rows.GEM, rows.WITH_PERSON]
REASONS += [rows.SEEN, rows.KIN, rows.NEXT, rows.PLAYS_HERE, rows.WATCHED, rows.SAME_DIRECTOR, rows.SAME_GENRES]
REASONS += [rows.BY_DIRECTOR, rows.ADDED, rows.LASTS]


@pytest.mark.parametrize("language", [FRENCH, ENGLISH])
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_has_a_heading(kind: str, language: str) -> None:
    about = Evidence(rows.SEED, title_id="t1", name="Agnès Varda")
    said = heading(Row(kind, [], about), lambda _: "Heat", language)
    assert said
    assert "{" not in said


@pytest.mark.parametrize("language", [FRENCH, ENGLISH])
@pytest.mark.parametrize("value", [None, 0.4, 1.0, 12.0])
@pytest.mark.parametrize("kind", REASONS)
def test_every_reason_is_a_sentence(kind: str, value: float | None, language: str) -> None:
    said = reason(Evidence(kind, title_id="t1", name="Drama", value=value), lambda _: "Heat", language)
    assert said.endswith(".")
    assert "{" not in said


@pytest.mark.parametrize("language", [FRENCH, ENGLISH])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [None, 0.4, 3.0])
def test_every_row_says_on_one_line_why_it_is_there(kind: str, value: float | None, language: str) -> None:
    about = Evidence(rows.SEED, title_id="t1", name="Agnès Varda", value=value)
    said = purpose(Row(kind, [], about), lambda _: "Heat", language)
    assert said.endswith(".")
    assert "{" not in said
    assert len(purpose(Row(kind, [], about), lambda _: "Heat " * 60, language)) <= LONGEST_PURPOSE


def test_a_length_is_said_as_people_say_it() -> None:
    def said(value: float, name: str | None = "Drama", language: str = ENGLISH) -> str:
        return reason(Evidence(rows.PLAYS_HERE, name=name, value=value), str, language)

    assert said(45) == "Plays here: 45 s, drama."
    assert said(135, None) == "Plays here: 2 min 15 s."
    assert said(5_400, language=FRENCH) == "Se regarde ici : 1 h 30, drame."


def test_what_was_only_watched_is_not_called_liked() -> None:
    watched, liked = (Evidence(kind, title_id="t1") for kind in (rows.WATCHED, rows.SEED))
    said = {
        language: [
            each
            for about in (watched, liked)
            for each in (
                reason(about, lambda _: "Heat", language),
                heading(Row(rows.BECAUSE, [], about), str, language),
            )
        ]
        for language in (ENGLISH, FRENCH)
    }
    assert said[ENGLISH] == [
        "Because you watched Heat.",
        "Because you watched t1",
        "Because you liked Heat.",
        "Because you liked t1",
    ]
    assert said[FRENCH] == [
        "Parce que vous avez vu Heat.",
        "Parce que vous avez vu t1",
        "Parce que vous avez aimé Heat.",
        "Parce que vous avez aimé t1",
    ]


def test_genres_that_two_titles_share_are_said_in_the_reader_s_words() -> None:
    shared = Evidence(rows.SAME_GENRES, title_id="t1", genres=("Crime", "Action"))
    assert reason(shared, lambda _: "Heat", ENGLISH) == "Crime and action, as in Heat."
    assert reason(shared, lambda _: "Heat", FRENCH) == "Policier et action, comme Heat."


def test_one_title_is_not_said_in_the_plural() -> None:
    one = Evidence(rows.WITH_PERSON, name="Agnès Varda", value=1.0)
    assert reason(one, str, ENGLISH) == "With Agnès Varda, as in a title you liked."
    assert reason(one, str, FRENCH) == "Avec Agnès Varda, comme dans un titre que vous avez aimé."


def test_nothing_known_is_said_as_it_is() -> None:
    assert explanation(ENGLISH) != explanation(FRENCH)


def test_a_small_number_of_people_is_not_said() -> None:
    assert people_number(19) is None
    assert people_number(20) == 20
    assert reason(rows.popular(3), str, ENGLISH) == "Chosen from the whole catalogue."
    assert reason(rows.popular(321), str, ENGLISH) == "Liked by 321 people here."


def test_genres_are_said_in_the_language_of_the_profile() -> None:
    evidence = Evidence(rows.TASTE, name="Sci-Fi", value=0.25)
    assert heading(Row(rows.GENRE, [], evidence), str, FRENCH) == "Science-fiction"
    assert reason(evidence, str, FRENCH) == "25 % de ce que vous aimez : Science-fiction."
    assert heading(Row(rows.GENRE, [], evidence), str, ENGLISH) == "Sci-Fi"
