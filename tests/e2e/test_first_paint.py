"""What a first visit shows before its scripts, and how they take over."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.browsing import settle, visiting
from tests.e2e.houses import House

SHIFTS = """() => { window.shifts = 0; new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shifts += each.value;
}).observe({ type: 'layout-shift', buffered: true }); }"""


@pytest.mark.parametrize(
    ("locale", "address", "heading"),
    [
        ("fr-FR", "/", "Nommez un film. Voyez où il mène."),
        ("en-GB", "/", "Name a film. See where it leads."),
        ("fr-FR", "/sign-in", "Se connecter"),
        ("en-GB", "/sign-in", "Sign in"),
    ],
)
def test_the_words_are_there_before_the_scripts_and_stay_where_they_are(
    browser: Browser, house: House, locale: str, address: str, heading: str
) -> None:
    with visiting(browser, house.server, locale=locale) as visitor:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        visitor.page.route("**/assets/react-*.js", hold)
        visitor.page.add_init_script(f"({SHIFTS})()")
        visitor.page.goto(address, wait_until="commit")
        expect(visitor.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        assert visitor.page.locator("[data-words=own]").count() == 1
        for route in held:
            route.continue_()
        visitor.page.unroute("**/assets/react-*.js")
        expect(visitor.page.locator("[data-words]")).to_have_count(0)
        settle(visitor.page)
        expect(visitor.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        expect(visitor.page.locator("[inert]")).to_have_count(0)
        assert visitor.page.evaluate("() => window.shifts") < 0.01
        assert visitor.complaints.found == []


def test_words_in_another_language_than_the_one_chosen_here_are_not_seen(browser: Browser, house: House) -> None:
    with visiting(browser, house.server, locale="en-GB") as visitor:
        visitor.page.add_init_script("localStorage.setItem('cinoche.language', 'fr')")
        visitor.page.route("**/assets/react-*.js", lambda _: None)
        visitor.page.goto("/", wait_until="commit")
        expect(visitor.page.locator("[data-words=other]")).to_have_count(1)
        expect(visitor.page.locator("#cinoche")).to_be_hidden()
        visitor.page.unroute_all()
        visitor.open("/")
        expect(visitor.page.get_by_role("heading", level=1, name="Nommez un film. Voyez où il mène.")).to_be_visible()
