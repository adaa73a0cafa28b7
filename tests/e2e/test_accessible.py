"""Every page and state in both themes, on a phone and on a desktop: axe-core finds nothing that shuts anybody out."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as BrowserPage
from tools.pages import PAGES, THEMES, WIDTHS, Page, Who

from tests.benchmarks.serving import PASSWORD, V1
from tests.e2e.browsing import DEMO_PASSWORD, OPERATOR, Visitor, settle, violations, visiting
from tests.e2e.houses import House
from tests.e2e.steps import choose_of

Seat = Callable[[str, Who], Visitor]
PHONE, _, DESKTOP, _ = WIDTHS
NEEDS_MEDIA: Final = "{film}"
_OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_numbers = itertools.count()


@dataclass(frozen=True)
class State:
    """A page in a state that it is not in when it opens: ``bring`` gives the page, from a visitor before it."""

    name: str
    who: Who
    bring: Callable[[Visitor], BrowserPage]


def _wrong_sign_in(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/sign-in")
    page.get_by_label("Email").fill("nobody@example.org")
    page.get_by_label("Password", exact=True).fill("not the right one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    return page


def _wrong_sign_up(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/sign-up")
    page.get_by_role("button", name="Open an account", exact=True).click()
    expect(page.get_by_label("What should we call you?")).to_be_focused()
    return page


def _films_named(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/")
    page.get_by_role("combobox").fill("Ali")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    return page


def _picked(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/welcome")
    pick = page.get_by_role("list", name="Films to choose from").get_by_role("button").first
    pick.click()
    expect(pick).to_have_attribute("aria-pressed", "true")
    return page


def _pin_refused(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/profiles")
    page.route("**/sessions/current/profile", lambda route: route.fulfill(status=403, json={"title": "Forbidden"}))
    page.get_by_role("list", name="Profiles").get_by_role("button", name="Locked").click()
    page.get_by_role("dialog").get_by_label("PIN", exact=True).fill("1357")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is not the PIN. Try again.")).to_be_visible()
    return page


def _profile_added(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/profiles/manage")
    page.get_by_role("button", name="Add a profile").click()
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    return page


def _card_menu(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/home")
    page.locator(".rail:not(.panoramas) > [data-title]").first.get_by_role("button").click()
    expect(page.get_by_role("menu")).to_be_visible()
    return page


def _why(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/home")
    choose_of(page.locator(".rail:not(.panoramas) > [data-title]").first, "Why this?")
    expect(page.get_by_role("dialog").locator(".why")).to_be_visible()
    return page


def _reasons(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/home")
    page.get_by_role("button", name="Why these films?").first.click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()
    return page


def _dismissed(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/home")
    choose_of(page.locator(".rail:not(.panoramas) > [data-title]").first, "Not interested")
    undo = page.get_by_role("status").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    return page


def _own_menu(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/genres")
    page.get_by_role("banner").get_by_role("button", name="profile and account").click()
    expect(page.get_by_role("menu")).to_be_visible()
    return page


def _nothing_found(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/search?q=zzqqxxyy")
    expect(page.get_by_role("heading", name="Nothing by that name.")).to_be_visible()
    return page


def _account_deletion(visitor: Visitor) -> BrowserPage:
    page = visitor.open("/account")
    page.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def _review_written(visitor: Visitor) -> BrowserPage:
    title_id = visitor.ask("GET", f"{V1}/search?q=Alien")["items"][0]["title_id"]
    page = visitor.open(f"/titles/{title_id}")
    page.get_by_role("button", name="Write a review").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("There is nothing written yet.")).to_be_visible()
    return page


def _failed(visitor: Visitor) -> BrowserPage:
    visitor.page.route("**/api/v1/profiles/*/home", lambda route: route.fulfill(status=500, json={"title": "Broken"}))
    visitor.page.goto("/home")
    expect(visitor.page.get_by_role("button", name="Try again")).to_be_visible()
    return visitor.page


def _loading(visitor: Visitor) -> BrowserPage:
    visitor.page.route("**/api/v1/profiles/*/home", lambda _: None)
    visitor.page.goto("/home")
    expect(visitor.page.locator("[aria-busy=true]").first).to_be_visible()
    expect(visitor.page.get_by_text("One moment more.").first).to_be_visible()
    return visitor.page


def _missing(visitor: Visitor) -> BrowserPage:
    visitor.page.goto("/titles/none")
    settle(visitor.page)
    expect(visitor.page.get_by_role("heading", name="Nothing by that name.")).to_be_visible()
    return visitor.page


def _not_played(visitor: Visitor) -> BrowserPage:
    visitor.page.goto("/watch/none")
    expect(visitor.page.get_by_role("heading", name="This film is not available here")).to_be_visible()
    return visitor.page


STATES: Final = (
    State("wrong-sign-in", "nobody", _wrong_sign_in),
    State("wrong-sign-up", "nobody", _wrong_sign_up),
    State("films-named", "nobody", _films_named),
    State("pin-refused", "account", _pin_refused),
    State("profile-added", "account", _profile_added),
    State("picked", "viewer", _picked),
    State("card-menu", "viewer", _card_menu),
    State("why", "viewer", _why),
    State("reasons", "viewer", _reasons),
    State("dismissed", "viewer", _dismissed),
    State("own-menu", "viewer", _own_menu),
    State("nothing-found", "viewer", _nothing_found),
    State("account-deletion", "viewer", _account_deletion),
    State("review-written", "viewer", _review_written),
    State("failed", "viewer", _failed),
    State("loading", "viewer", _loading),
    State("missing", "viewer", _missing),
    State("not-played", "viewer", _not_played),
)


@pytest.fixture(scope="module")
def seat(browser: Browser, house: House) -> Iterator[Seat]:
    """Give somebody of each kind a browser in each theme, kept for all pages, for coming in takes the longest."""
    with ExitStack() as stack:
        taken: dict[tuple[str, Who], Visitor] = {}

        def take(theme: str, who: Who) -> Visitor:
            if (theme, who) not in taken:
                visitor = stack.enter_context(visiting(browser, house.server, color_scheme=THEMES[theme]))
                _enter(visitor, who, house)
                taken[theme, who] = visitor
            visitor = taken[theme, who]
            visitor.page.unroute_all(behavior="ignoreErrors")
            visitor.complaints.found.clear()
            return visitor

        yield take


@pytest.fixture(scope="module")
def names(house: House) -> dict[str, str]:
    """What the addresses of pages are filled in with."""
    return dict(house.names())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everybody_can_use_the_page(
    seat: Seat, film: str, series: list[str], names: dict[str, str], page: Page, theme: str
) -> None:
    visitor = seat(theme, page.who)
    address = page.address.format_map(names | {"film": film, "series": series[0]})
    found: dict[str, list[str]] = {}
    for width, height in (PHONE, DESKTOP):
        visitor.page.set_viewport_size({"width": width, "height": height})
        opened = visitor.open(address)
        found[f"{width} px"] = [*violations(opened)]
        overflow = opened.evaluate(_OVERFLOW)
        assert overflow <= 0, f"the page is {overflow} px wider than {width} px"
    assert {width: wrong for width, wrong in found.items() if wrong} == {}
    assert visitor.complaints.found == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_everybody_can_use_the_state_of_a_page(seat: Seat, state: State, theme: str) -> None:
    visitor = seat(theme, state.who)
    assert violations(state.bring(visitor)) == []
    assert visitor.complaints.found == []


def _enter(visitor: Visitor, who: Who, house: House) -> None:
    if who == "operator":
        visitor.enter(OPERATOR, DEMO_PASSWORD)
    if who in {"account", "viewer"}:
        email = f"seat{next(_numbers)}@example.org"
        house.server.client().join(email)
        if who == "viewer":
            visitor.enter(email)
            return
        visitor.sign_in_quietly(email)
        locked = visitor.ask("POST", f"{V1}/profiles", {"name": "Locked"})["profile_id"]
        visitor.ask("PUT", f"{V1}/profiles/{locked}/pin", {"pin": "2468", "password": PASSWORD})
