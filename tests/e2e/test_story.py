"""What people do here: come in, say who watches, play, leave, and go on elsewhere."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.browsing import MOBILE, Visitor
from tests.e2e.steps import play

Visit = Callable[..., Visitor]


def test_somebody_signs_in_says_who_watches_and_is_home(visitor: Visitor, email: str) -> None:
    page = visitor.sign_in(email)
    expect(page.get_by_role("list", name="Profiles").get_by_role("button")).not_to_have_count(0)
    visitor.choose()
    expect(page.get_by_role("main")).to_be_visible()


def test_a_wrong_password_is_said_where_it_was_typed(visitor: Visitor, email: str) -> None:
    page = visitor.page
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill("not the right one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert page.url.endswith("/sign-in")


def test_a_film_plays_and_goes_on_in_another_browser(visit: Visit, email: str, film: str) -> None:
    one = visit()
    one.enter(email)
    play(one.open(f"/titles/{film}"), "Play Heat", until_s=3)
    one.page.go_back()
    one.page.wait_for_url(f"**/titles/{film}")
    other = visit(viewport={"width": 390, "height": 844})
    other.enter(email)
    play(other.open(f"/titles/{film}"), "Resume Heat", until_s=3)


def test_a_film_starts_on_a_slow_network(visitor: Visitor, email: str, film: str) -> None:
    visitor.enter(email)
    page = visitor.open(f"/titles/{film}")
    MOBILE.apply(page)
    play(page, "Play Heat", until_s=1)
