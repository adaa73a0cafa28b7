"""Signed pages: read back as they were sent, by the person they were sent to, and by nobody who changed them."""

import base64

import pytest
from tests.unit.recommend.test_page import NOW, a_catalogue, title

from cinoche.recommend import rows
from cinoche.recommend.rows import Evidence, Placed, Row
from cinoche.recommend.slates import LONGEST_SLATE, MadeBy, Marks, Slates

CATALOGUE = a_catalogue()
WHY = Evidence(rows.POPULAR)
PAGE = [
    Row(rows.TOP_PICKS, [Placed(0, 1.0, WHY), Placed(5, 0.5, WHY, propensity=0.125)]),
    Row(rows.GENRE, [Placed(9, 0.2, WHY)], Evidence(rows.TASTE, name="Drama")),
]


def seal(slates: Slates, subject: str = "ada", page: list[Row] = PAGE) -> str:
    return slates.seal(
        subject, page, CATALOGUE, made_by=MadeBy("blend", "v1", "bold", "control"), began_at=NOW - 60, now=NOW
    )


def test_a_page_is_read_back_as_it_was_sent() -> None:
    slates = Slates(b"secret")
    sent = slates.open("ada", seal(slates))
    assert sent is not None
    assert (sent.began_at, sent.made_at, sent.scorer) == (NOW - 60, NOW, "blend")
    assert [row.key for row in sent.rows] == [(rows.TOP_PICKS, ""), (rows.GENRE, "Drama")]
    assert sent.rows[0].propensities == [1.0, 0.125]
    assert [sent.rows[0].place_of(title(each)) for each in (0, 5, 9)] == [0, 1, None]


def test_it_is_for_one_person_and_of_one_installation() -> None:
    slates = Slates(b"secret")
    token = seal(slates)
    assert slates.open("bob", token) is None
    assert Slates(b"another").open("ada", token) is None


def test_whatever_is_changed_of_it_is_noticed() -> None:
    slates = Slates(b"secret")
    raw = bytearray(base64.urlsafe_b64decode(seal(slates) + "=="))
    for at in range(len(raw)):
        changed = raw.copy()
        changed[at] ^= 1
        assert slates.open("ada", base64.urlsafe_b64encode(bytes(changed)).decode()) is None


@pytest.mark.parametrize("token", ["", "a", "not a token", "é", "====", "A" * 100])
def test_what_is_no_page_is_not_read(token: str) -> None:
    assert Slates(b"secret").open("ada", token) is None


def test_titles_are_found_again_but_those_that_left() -> None:
    slates = Slates(b"secret")
    sent = slates.open("ada", seal(slates))
    assert sent is not None
    [first, second] = Marks(a_catalogue(6)).held(sent.rows)
    assert (first.positions, first.propensities) == ([0, 5], [1.0, 0.125])
    assert (second.key, second.positions) == ((rows.GENRE, "Drama"), [])


def test_the_longest_page_fits() -> None:
    catalogue = a_catalogue(2_400)
    page = [
        Row(rows.GENRE, [Placed(60 * n + at, 1.0, WHY) for at in range(60)], Evidence(rows.TASTE, name="é" * 60))
        for n in range(40)
    ]
    token = Slates(b"secret").seal("ada", page, catalogue, made_by=MadeBy("blend"), began_at=NOW, now=NOW)
    assert len(token) <= LONGEST_SLATE
