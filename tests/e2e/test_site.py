"""The site as a browser gets it, before anybody signs in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import Visitor
from tests.e2e.houses import House

Visit = Callable[..., Visitor]


def test_without_javascript_a_page_says_so(visit: Visit) -> None:
    page = visit(java_script_enabled=False).page
    page.goto("/")
    expect(page.get_by_role("heading", name="JavaScript is off")).to_be_visible()
    expect(page.get_by_role("heading", name="Il manque JavaScript")).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/sign-in", "/no/such/page"])
def test_a_page_has_one_heading_of_its_own_and_breaks_none_of_its_rules(visitor: Visitor, address: str) -> None:
    page = visitor.open(address)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)


def test_nothing_is_asked_of_any_other_server(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open("/")
    assert asked
    elsewhere = [each for each in asked if not each.startswith((visitor.server_address, "data:", "blob:"))]
    assert elsewhere == []


def test_the_second_visit_asks_for_no_asset_again(visitor: Visitor) -> None:
    visitor.open("/")
    again: list[str] = []
    visitor.page.on("response", lambda answer: again.append(answer.url) if not _is_kept(answer) else None)
    visitor.open("/")
    assert [each for each in again if "/assets/" in each] == []


def _is_kept(answer) -> bool:
    return answer.request.timing["responseStart"] <= 0 or answer.from_service_worker or bool(answer.status == 304)


@pytest.mark.parametrize(("locale", "language"), [("fr-CA", "fr"), ("fr-FR", "fr"), ("en-US", "en"), ("de-DE", "en")])
def test_the_language_is_the_browsers_until_one_is_chosen(visit: Visit, locale: str, language: str) -> None:
    page = visit(locale=locale).open("/sign-in")
    assert page.locator("html").get_attribute("lang") == language


def test_a_poster_is_an_image_of_the_title(visitor: Visitor, house: House) -> None:
    address = house.operator.get("/api/v1/titles")["items"][0]["poster"]
    visitor.page.goto("/sign-in")
    size = visitor.page.evaluate(
        """async address => {
            const image = new Image();
            image.src = address;
            await image.decode();
            return [image.naturalWidth, image.naturalHeight];
        }""",
        address,
    )
    assert size == [300, 450]
