"""Watching, in a browser: a film plays, stops, goes on elsewhere, and says what is in its way."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cinoche.settings import Settings
from tests.benchmarks.serving import V1
from tests.e2e.browsing import PATIENCE_MS, Visitor, violations
from tests.e2e.houses import House

WITHIN_S = 20.0
STREAMS = Settings.model_fields["streams_per_account"].default
TIME = "() => document.querySelector('video')?.currentTime ?? 0"


def _until(page: Page, question: str, within_s: float = WITHIN_S) -> None:
    """Wait until a page answers a question with yes; the page's policy lets nothing else wait for it."""
    deadline = time.monotonic() + within_s
    while not page.evaluate(question):
        assert time.monotonic() < deadline, f"{question}: {page.locator('body').inner_text()[:300]}"
        page.wait_for_timeout(50)


def _play_to(page: Page, seconds: float) -> None:
    _until(page, f"() => (document.querySelector('video')?.currentTime ?? 0) > {seconds}")


def _watch(visitor: Visitor, film: str, seconds: float = 0.5) -> Page:
    visitor.page.goto(f"/watch/{film}")
    _play_to(visitor.page, seconds)
    return visitor.page


@pytest.fixture
def viewer(visitor: Visitor, email: str) -> Visitor:
    """Somebody who has come in and said who watches."""
    visitor.enter(email)
    return visitor


def test_film_stops_and_goes_on_where_it_was_on_another_device(
    viewer: Visitor, visit: Callable[..., Visitor], email: str, film: str
) -> None:
    page = _watch(viewer, film, 4)
    page.get_by_role("button", name="Leave the player").click()
    page.wait_for_url(f"**/titles/{film}")
    state = viewer.ask("GET", f"{V1}/me")
    profile_id = state["profile_id"]
    deadline = time.monotonic() + WITHIN_S
    while viewer.ask("GET", f"{V1}/profiles/{profile_id}/titles/{film}")["position_s"] < 3:
        assert time.monotonic() < deadline

    other = visit()
    other.enter(email)
    page = _watch(other, film, 3)

    expect(page.get_by_text(re.compile("Taken up again at 0:0[3-9]"))).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    _until(page, "() => document.querySelector('video').currentTime < 3")


def test_keys_alone_drive_the_player(viewer: Visitor, film: str) -> None:
    page = _watch(viewer, film)

    page.keyboard.press("k")
    _until(page, "() => document.querySelector('video').paused")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    _until(page, "() => Math.abs(document.querySelector('video').currentTime - 10) < 0.5")
    page.keyboard.press("m")
    _until(page, "() => document.querySelector('video').muted")
    slider = page.get_by_role("slider", name="Place in the film")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^0 seconds of 20 seconds"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_letters_are_no_keys_once_they_are_turned_off(viewer: Visitor, film: str) -> None:
    page = _watch(viewer, film)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Letters and digits work as keys").uncheck()
    page.keyboard.press("Escape")

    page.keyboard.press("m")
    page.keyboard.press(" ")

    _until(page, "() => document.querySelector('video').paused")
    assert not page.evaluate("() => document.querySelector('video').muted")


def test_player_and_its_menus_shut_nobody_out(viewer: Visitor, film: str) -> None:
    page = _watch(viewer, film)
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert violations(page) == []

    for name in ("Audio:", "Speed:", "Picture:"):
        page.get_by_role("button", name=re.compile(f"^{name}")).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(page) == [], name
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_film_goes_on_by_itself_when_the_network_is_back(viewer: Visitor, film: str) -> None:
    page = _watch(viewer, film)
    page.route("**/media/**", lambda route: route.abort("internetdisconnected"))
    viewer.context.set_offline(True)
    expect(page.get_by_text("No network", exact=True)).to_be_visible()

    viewer.context.set_offline(False)
    page.unroute("**/media/**")

    before = float(page.evaluate(TIME))
    _play_to(page, before + 1)
    expect(page.get_by_text("No network", exact=True)).to_have_count(0)


def test_server_that_is_gone_is_said_and_waited_for(viewer: Visitor, film: str) -> None:
    viewer.page.route("**/api/v1/play-sessions", lambda route: route.fulfill(status=503))
    viewer.page.goto(f"/watch/{film}")
    expect(viewer.page.get_by_text("The server does not answer")).to_be_visible()

    viewer.page.unroute("**/api/v1/play-sessions")

    _play_to(viewer.page, 0.5)


def test_title_that_cannot_be_played_says_so_and_leads_on(viewer: Visitor) -> None:
    viewer.page.goto("/watch/no-such-title")

    expect(viewer.page.get_by_role("heading", name="This film is not available here")).to_be_visible()
    expect(viewer.page.get_by_role("link", name="To the home page")).to_be_visible()
    assert violations(viewer.page) == []


def test_one_film_too_many_says_what_plays_and_begins_once_one_of_them_is_stopped(
    viewer: Visitor, email: str, film: str, house: House
) -> None:
    playing = [_play_apart(house, email, film) for _ in range(STREAMS)]
    viewer.page.goto(f"/watch/{film}")
    said = viewer.page.get_by_role("alert")
    expect(said.get_by_role("heading", name="Too many films at once")).to_be_focused()
    expect(said).to_contain_text("Stop one of these, here or where it plays, and yours begins.")
    expect(said.get_by_role("listitem")).to_have_count(STREAMS)
    assert violations(viewer.page) == []

    said.get_by_role("button", name=re.compile("^Stop Heat")).first.click()

    _play_to(viewer.page, 0.5)
    goes_on = [_goes_on(house, each) for each in playing]
    assert goes_on == [False, *[True] * (STREAMS - 1)]


def test_session_that_was_ended_stops_the_film_and_says_so(viewer: Visitor, film: str) -> None:
    page = _watch(viewer, film)
    cookies = viewer.context.cookies()
    viewer.ask("DELETE", f"{V1}/sessions/current")
    viewer.context.add_cookies(cookies)  # the page still believes that it is signed in

    said = page.get_by_role("heading", name="You were signed out on this device")
    expect(said).to_be_visible(timeout=PATIENCE_MS)  # the next heartbeat learns it
    assert page.evaluate("() => document.querySelector('video').paused")


def test_end_of_a_film_asks_what_one_thought_of_it(viewer: Visitor, film: str) -> None:
    page = _watch(viewer, film)
    page.keyboard.press("End")

    expect(page.get_by_role("heading", name="That was Heat")).to_be_visible()
    like = page.get_by_role("button", name="I liked it")
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    assert violations(page) == []


def _play_apart(house: House, email: str, film: str) -> Mapping[str, Any]:
    """Begin to play a film on a further device of an account."""
    device = house.server.client().sign_in(email)
    answer = device.ask("POST", f"{V1}/play-sessions", {"profile_id": device.profile_id, "title_id": film})
    assert answer.status == 201, answer
    begun: Mapping[str, Any] = answer.json
    return begun


def _goes_on(house: House, playing: Mapping[str, Any]) -> bool:
    """Tell whether the addresses of a play session still bring its film."""
    return house.server.client().ask("GET", playing["dash"]).status == 200
