"""What stands in the way, and what the pages say of it: no network, no server, no session, no JavaScript."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.benchmarks.serving import V1
from tests.e2e.browsing import Network, Visitor, settle
from tests.e2e.houses import LONG_FILM_S, House
from tests.e2e.steps import place_of, play, wait_played

Visit = Callable[..., Visitor]
TRICKLE = Network(1.5, 40)
"""A network on which a film plays without being wholly here long before it is seen."""

_BUFFERED = """() => {
    const film = document.querySelector('video');
    return film.buffered.length ? film.buffered.end(film.buffered.length - 1) : 0;
}"""
_STANDS = """() => {
    const film = document.querySelector('video');
    return !film.ended && film.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
}"""
SOON_MS = 20_000


@pytest.fixture
def viewer(visitor: Visitor, email: str) -> Visitor:
    """Somebody who has come in and said who watches."""
    visitor.enter(email)
    return visitor


def begin(viewer: Visitor, long_film: str) -> Page:
    """Watch a film of which the end is not here yet."""
    page = viewer.open(f"/titles/{long_film}")
    TRICKLE.apply(page)
    play(page, "Play The Long One", until_s=3)
    assert float(page.evaluate(_BUFFERED)) < LONG_FILM_S * 0.75
    return page


def test_a_film_outlives_a_cut_of_the_network(viewer: Visitor, long_film: str) -> None:
    page = begin(viewer, long_film)
    viewer.context.set_offline(True)
    expect(page.get_by_text("No network", exact=True)).to_be_visible()
    expect(page.get_by_text("Your place is kept; it goes on by itself when the network is back.")).to_be_visible()
    page.keyboard.press("9")  # to what is not here
    page.wait_for_function(_STANDS)
    stood = place_of(page)
    viewer.context.set_offline(False)
    wait_played(page, stood + 2)
    expect(page.get_by_text("No network", exact=True)).to_have_count(0)
    assert stood > LONG_FILM_S * 0.8


def test_a_film_outlives_its_server(viewer: Visitor, house: House, long_film: str) -> None:
    page = begin(viewer, long_film)
    with house.gone():
        page.keyboard.press("8")  # to what is not here, and far enough from the end
        page.wait_for_function(_STANDS)
        expect(page.get_by_text("The server does not answer", exact=True)).to_be_visible(timeout=SOON_MS)
        expect(page.get_by_text("Your place is kept").first).to_be_visible()
        stood = place_of(page)
    wait_played(page, stood + 2, within_ms=2 * SOON_MS)  # the player asks again every 15 s by then
    profile_id = viewer.ask("GET", f"{V1}/me")["profile_id"]
    page.get_by_role("button", name="Leave the player").click()
    expect(page.get_by_role("main").get_by_role("link", name="Resume The Long One", exact=True)).to_be_visible()
    assert viewer.ask("GET", f"{V1}/profiles/{profile_id}/titles/{long_film}")["position_s"] > LONG_FILM_S * 0.75


def test_a_page_that_finds_no_server_says_so_and_tries_again(viewer: Visitor, house: House) -> None:
    page = viewer.page
    with house.gone():
        page.get_by_role("link", name="My list", exact=True).first.click()
        expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1, name="My list")).to_be_visible()
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_have_count(0)


def test_a_device_that_is_removed_stops_its_film_within_seconds(visit: Visit, email: str, film: str) -> None:
    sofa, desk = visit(), visit()
    sofa.enter(email)
    play(sofa.open(f"/titles/{film}"), "Play Heat", until_s=1)
    desk.enter(email)
    sofa_id = sofa.ask("GET", f"{V1}/devices")
    here = next(each["session_id"] for each in sofa_id["items"] if each["is_current"])
    sofa_label = next(each["label"] for each in sofa_id["items"] if each["is_current"])
    desk.ask("PATCH", f"{V1}/devices/{here}", {"label": "Sofa"})
    assert sofa_label
    page = desk.open("/account")
    page.get_by_role("button", name="Remove Sofa").click()
    expect(page.get_by_role("button", name="Remove Sofa")).to_have_count(0)
    stopped = sofa.page.get_by_role("heading", name="You were signed out on this device")
    expect(stopped).to_be_visible(timeout=15_000)
    assert sofa.page.evaluate("() => document.querySelector('video').paused")
    sofa.page.get_by_role("main").get_by_role("link", name="Sign in").or_(
        sofa.page.get_by_role("main").get_by_role("button", name="Sign in")
    ).click()
    sofa.page.wait_for_url("**/sign-in**")


@pytest.mark.parametrize(("locale", "said"), [("en-GB", "No network"), ("fr-FR", "Pas de réseau")])
def test_without_a_network_the_site_opens_on_a_page_that_says_so(visit: Visit, locale: str, said: str) -> None:
    visitor = visit(locale=locale)
    page = visitor.open("/sign-in")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    visitor.context.set_offline(True)
    page.goto("/home")
    expect(page.get_by_role("heading", level=1)).to_have_text(said)
    assert page.locator("html").get_attribute("lang") == locale[:2]
    visitor.context.set_offline(False)
    page.wait_for_url("**/sign-in**")
    settle(page)


@pytest.mark.parametrize("address", ["/home", "/watch/any"])
def test_without_javascript_every_address_says_so_in_both_languages(visit: Visit, address: str) -> None:
    page = visit(java_script_enabled=False).page
    page.goto(address)
    expect(page.get_by_role("heading", name="JavaScript is off")).to_be_visible()
    expect(page.get_by_role("heading", name="Il manque JavaScript")).to_be_visible()
    expect(page.locator("div[lang=en] p")).to_be_visible()


def test_a_part_beyond_the_end_of_a_film_is_not_found(viewer: Visitor, film: str) -> None:
    profile_id = viewer.ask("GET", f"{V1}/me")["profile_id"]
    session = viewer.ask("POST", f"{V1}/play-sessions", {"profile_id": profile_id, "title_id": film})
    folder = session["hls"].rpartition("/")[0]
    gone = viewer.context.request.get(f"{viewer.server_address}{folder}/video/480p/99999.m4s")
    assert gone.status == 404, json.dumps(session)[:400]
