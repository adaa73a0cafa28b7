"""Every row and every reason can be said in both languages."""

import pytest

from cinoche.recommend import rows
from cinoche.recommend.rows import Evidence, Row, people_number
from cinoche.recommend.sentences import ENGLISH, FRENCH, heading, reason

KINDS = [rows.CONTINUE_WATCHING, rows.TOP_PICKS, rows.BECAUSE, rows.MY_LIST, rows.TRENDING, rows.GENRE]
KINDS += [rows.HIDDEN_GEMS, rows.PERSON, rows.WATCH_AGAIN]
REASONS = [rows.SEED, rows.PROGRESS, rows.LISTED, rows.TREND, rows.POPULAR, rows.TASTE, rows.GEM, rows.WITH_PERSON]
REASONS += [rows.SEEN, rows.KIN]


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
