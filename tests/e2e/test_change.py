"""The page changes while one looks: below the fold, without a reload, and it says why."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.browsing import Visitor, settle
from tests.e2e.houses import House
from tests.e2e.steps import choose_of, go_home, shown

_ROWS = """() => [...document.querySelectorAll('main [data-row]')].map(row => ({
    row: row.dataset.row,
    isAbove: row.getBoundingClientRect().top < innerHeight,
    titles: [...row.querySelectorAll('[data-title]')].map(card => card.dataset.title),
}))"""
_ASKS = "() => performance.getEntriesByType('navigation').length + '/' + performance.timeOrigin"


@pytest.fixture
def home(visitor: Visitor, email: str, house: House) -> Page:
    """The home of somebody who likes one film, as far as the house knows; its first row is whole in sight, no other."""
    visitor.enter(email)
    visitor.page.set_viewport_size({"width": 1440, "height": 1060})
    page = visitor.open(f"/titles/{house.title_id('Alien')}")
    page.get_by_role("button", name="I like it").click()
    expect(page.get_by_role("button", name="I like it")).to_have_attribute("aria-pressed", "true")
    go_home(page)
    return page


def rows(page: Page) -> Sequence[dict[str, object]]:
    """Tell of each row what it is, whether one sees its beginning, and what is in it."""
    found: Sequence[dict[str, object]] = page.evaluate(_ROWS)
    return found


def first_card(page: Page) -> Locator:
    """The first poster of the first row of posters."""
    return page.locator("main [data-row] .rail:not(.panoramas) > [data-title]").first


def test_a_thumb_changes_what_is_below_the_fold_and_says_why(home: Page) -> None:
    card = first_card(home)
    name = card.get_by_role("link").first.inner_text().strip()
    began, before = home.evaluate(_ASKS), rows(home)
    assert any(row["isAbove"] for row in before)
    assert not all(row["isAbove"] for row in before)
    choose_of(card, "I like it")
    because = home.locator(".because")
    expect(because).to_contain_text(f"You just said that you like {name}.")
    after = rows(home)
    above = [row for row in before if row["isAbove"]]
    assert [row["titles"] for row in after[: len(above)]] == [row["titles"] for row in above]
    assert [row["titles"] for row in after[len(above) :]] != [row["titles"] for row in before[len(above) :]]
    assert because.evaluate("mark => mark.getBoundingClientRect().top >= innerHeight")
    assert home.evaluate(_ASKS) == began, "the page was loaded anew"


def test_stars_on_a_title_are_the_reason_of_rows_at_home(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    first = shown(visitor.page)
    page = visitor.open(f"/titles/{house.title_id('Heat')}")
    page.get_by_role("radio", name="5 stars", exact=True).check()
    expect(page.get_by_role("status").filter(has_text="Stars given to Heat")).to_be_visible()
    go_home(page)
    expect(page.locator(".because")).to_contain_text("You just gave stars to Heat.")
    assert shown(page) != first
    reasons = page.locator("main .coupon, main .cartouche").filter(has_text=re.compile(r"\bHeat\b"))
    expect(reasons.first).to_be_attached()


def test_what_does_not_interest_leaves_and_comes_back(home: Page) -> None:
    card = first_card(home)
    title_id = card.get_attribute("data-title")
    name = card.get_by_role("link").first.inner_text().strip()
    before = home.evaluate(_ROWS)
    choose_of(card, "Not interested")
    expect(card).to_contain_text(f"{name} will not come back here.")
    home.get_by_role("status").filter(has_text=name).get_by_role("button", name="Undo").click()
    expect(card.get_by_role("link", name=name, exact=True)).to_be_visible()
    assert card.get_attribute("data-title") == title_id
    assert home.evaluate(_ROWS)[0] == before[0]


def test_a_page_that_does_not_change_says_that_it_stays_as_it_is(visitor: Visitor, email: str) -> None:
    answered: list[str] = []

    def answer_the_same(route: Route) -> None:
        if not answered:
            answered.append(route.fetch().text())
        route.fulfill(body=answered[0], content_type="application/json")

    visitor.page.route(re.compile("/profiles/[^/]+/home"), answer_the_same)
    page = visitor.enter(email)
    name = first_card(page).get_by_role("link").first.inner_text().strip()
    choose_of(first_card(page), "Not interested")
    sentence = f"You just said that {name} does not interest you. The rest of this page stays as it is."
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_attached()
    expect(page.locator(".because")).to_have_text(sentence)


def test_what_does_not_interest_is_not_on_the_next_page(home: Page) -> None:
    card = first_card(home)
    title_id = card.get_attribute("data-title")
    with home.expect_response("**/dismissals/*") as told:
        choose_of(card, "Not interested")
    assert told.value.ok
    home.reload()
    settle(home)
    assert title_id not in shown(home)


def test_a_poster_says_why_it_is_there(home: Page) -> None:
    card = first_card(home)
    link = card.get_by_role("link").first
    name = link.inner_text().strip()
    choose_of(card, "Why this?")
    dialog = home.get_by_role("dialog", name=f"Why {name}?")
    facts = dialog.get_by_role("listitem")
    expect(facts.first).to_be_visible()
    assert all(text.strip().endswith(".") for text in facts.all_inner_texts())
    expect(dialog.get_by_text("Alien").first).to_be_visible()
    home.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_rating_that_the_server_refuses_is_taken_back_and_said(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    page = visitor.open(f"/titles/{house.title_id('Heat')}")
    page.route("**/ratings/*", lambda route: route.abort("connectionfailed"))
    stars = page.get_by_role("radiogroup", name="Your stars")
    stars.get_by_role("radio", name="4 stars", exact=True).click()
    said = page.get_by_role("status").filter(has_text="That did not reach the server: Heat stays as it was.")
    expect(said).to_be_visible()
    expect(stars.get_by_role("radio", checked=True)).to_have_count(0)
    page.unroute("**/ratings/*")
    said.get_by_role("button", name="Undo").click()
    expect(stars.get_by_role("radio", name="4 stars", exact=True)).to_be_checked()
