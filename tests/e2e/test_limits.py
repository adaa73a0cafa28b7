"""A child's profile never shows what is above its certification, by any way in."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.benchmarks.serving import PASSWORD, V1
from tests.e2e.browsing import Visitor
from tests.e2e.houses import Certified
from tests.e2e.steps import shown


@pytest.fixture
def child(visitor: Visitor, email: str) -> Visitor:
    """A child who watches, on an account whose other profile has no limit."""
    visitor.sign_in_quietly(email)
    made = visitor.ask("POST", f"{V1}/profiles", {"name": "Lou", "is_kids": True})
    visitor.ask("PUT", f"{V1}/sessions/current/profile", {"profile_id": made["profile_id"]})
    visitor.open("/home")
    return visitor


def profile_of(child: Visitor) -> str:
    """The child's profile."""
    found: str = child.ask("GET", f"{V1}/me")["profile_id"]
    return found


def test_home_shows_a_child_only_what_is_for_it(child: Visitor, certified: Certified) -> None:
    titles = shown(child.page)
    assert titles
    assert set(titles) <= set(certified.for_all)


def test_a_search_finds_a_child_only_what_is_for_it(child: Visitor, certified: Certified) -> None:
    page = child.open("/search?q=Heat")
    expect(page.get_by_role("heading", name="Nothing by that name.")).to_be_visible()
    child.open("/search?q=Invented")
    names = _links(page)
    assert names
    assert names <= set(certified.for_all)


@pytest.mark.parametrize("address", ["/genres/Comedy", "/genres/Crime", "/genres", "/my-list", "/history", "/search"])
def test_a_page_shows_a_child_only_what_is_for_it(child: Visitor, certified: Certified, address: str) -> None:
    child.open(address)
    assert _links(child.page) <= set(certified.for_all)


def test_the_address_of_a_film_opens_nothing_to_a_child(child: Visitor, certified: Certified) -> None:
    page = child.open(f"/titles/{certified.above}")
    expect(page.get_by_role("heading", name="Nothing by that name.")).to_be_visible()
    page.goto(f"/watch/{certified.above}")
    expect(page.get_by_role("heading", name="This film is not available here")).to_be_visible()
    assert page.evaluate("() => document.querySelector('video').readyState") == 0


def test_the_api_answers_a_child_nothing_above_its_limit(child: Visitor, certified: Certified) -> None:
    profile_id = profile_of(child)
    home = f"{V1}/profiles/{profile_id}"
    for path in (
        f"{V1}/titles?limit=100",
        f"{V1}/titles?limit=100&sort=newest",
        f"{V1}/search?q=heat",
        f"{V1}/search?q=invented&limit=50",
        f"{V1}/genres",
        f"{V1}/onboarding/picks?n=40",
        f"{home}/home",
        f"{home}/recommendations?n=40",
    ):
        answer = json.dumps(child.ask("GET", path))
        assert not [title_id for title_id in certified.not_for_a_child if title_id in answer], path
    for path in (
        f"{V1}/titles/{certified.above}",
        f"{V1}/titles/{certified.above}/similar",
        f"{home}/titles/{certified.above}",
        f"{home}/titles/{certified.above}/why",
    ):
        answer = child.context.request.get(f"{child.server_address}{path}")
        assert answer.status == 404, path
    assert _status_of(child, "POST", f"{V1}/play-sessions", profile_id, certified.above) == 404


def test_a_child_may_neither_lift_its_limit_nor_act_for_another(child: Visitor, certified: Certified) -> None:
    me = child.ask("GET", f"{V1}/me")
    other = next(each["profile_id"] for each in me["profiles"] if not each["is_kids"])
    assert _send(child, "PATCH", f"{V1}/profiles/{me['profile_id']}", {"is_kids": False, "max_age": None}) == 403
    assert _send(child, "POST", f"{V1}/profiles", {"name": "Elder"}) == 403
    assert _send(child, "POST", f"{V1}/me/deletion", {"password": PASSWORD}) == 403
    assert _status_of(child, "POST", f"{V1}/play-sessions", other, certified.above) == 403
    assert child.context.request.get(f"{child.server_address}{V1}/profiles/{other}/home").status == 403


def _links(page: Page) -> set[str]:
    """The titles that a page leads to."""
    links: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('main a[href^=\"/titles/\"]')].map(a => a.getAttribute('href'))"
    )
    return {link.split("/")[2] for link in links} | set(shown(page))


def _status_of(child: Visitor, method: str, path: str, profile_id: str, title_id: str) -> int:
    return _send(child, method, path, {"profile_id": profile_id, "title_id": title_id})


def _send(child: Visitor, method: str, path: str, body: dict[str, object]) -> int:
    csrf = next(each["value"] for each in child.context.cookies() if each["name"] == "cinoche_csrf")
    headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf}
    answer = child.context.request.fetch(
        f"{child.server_address}{path}", method=method, data=json.dumps(body), headers=headers
    )
    return answer.status
