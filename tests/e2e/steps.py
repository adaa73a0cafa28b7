"""What people do over and over, in words."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import PATIENCE_MS, settle

_PLAYED = "seconds => (document.querySelector('video')?.currentTime ?? 0) > seconds"
_FOCUSED = """() => {
    const here = document.activeElement;
    const labels = [...(here.labels ?? [])].map(label => label.innerText);
    return [here.getAttribute('aria-label'), here.innerText, ...labels].filter(Boolean).map(text => text.trim());
}"""
_SHOWN = "() => [...document.querySelectorAll('main [data-title]')].map(card => card.dataset.title)"


def play(page: Page, name: str, *, until_s: float) -> None:
    """Press what plays, and wait until that much of the film has been seen."""
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
    wait_played(page, until_s)


def wait_played(page: Page, seconds: float, *, within_ms: float = PATIENCE_MS) -> None:
    """Wait until the page's one film has come that far."""
    expect(page.locator("video")).to_have_count(1)
    page.wait_for_function(_PLAYED, arg=seconds, timeout=within_ms)


def place_of(page: Page) -> float:
    """Tell where the film is, in seconds."""
    return float(page.evaluate("() => document.querySelector('video').currentTime"))


def tab_to(page: Page, name: str, *, most: int = 80) -> None:
    """Press Tab until what has this name is focused."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(_FOCUSED):
            return
    raise AssertionError(f"Tab never came to {name!r}")


def shown(page: Page) -> list[str]:
    """List the titles of a page, by their ids, in the order of the page."""
    found: list[str] = page.evaluate(_SHOWN)
    return found


def choose_of(card: Locator, name: str) -> None:
    """Open the menu of a card, and choose of it."""
    page = card.page
    card.get_by_role("button", expanded=False).click()
    page.get_by_role("menu").get_by_role("menuitem", name=name, exact=True).click()
    expect(page.get_by_role("menu")).to_have_count(0)


def go_home(page: Page) -> None:
    """Go home by the link of the page's top, without a reload."""
    page.get_by_role("link", name="Home", exact=True).first.click()
    arrive_home(page)


def arrive_home(page: Page) -> None:
    """Wait until the page is the home, and whole: the address changes before the page does."""
    page.wait_for_url("**/home")
    expect(page).to_have_title(re.compile("^(Home|Accueil)"))
    expect(page.locator("main .home")).to_have_attribute("aria-busy", "false")
    settle(page)
