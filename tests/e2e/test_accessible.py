"""Every page in both themes, on a phone and on a desktop: axe-core finds nothing that somebody could not use."""

from collections.abc import Callable

import pytest
from tools.pages import PAGES, THEMES, WIDTHS, Page

from tests.e2e.browsing import DEMO_PASSWORD, OPERATOR, Visitor, violations
from tests.e2e.houses import House

Visit = Callable[..., Visitor]
PHONE, _, DESKTOP, _ = WIDTHS
NEEDS_MEDIA = {"{film}"}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everybody_can_use_the_page(visit: Visit, house: House, request, page: Page, theme: str) -> None:
    if any(each in page.address for each in NEEDS_MEDIA):
        request.getfixturevalue("film")
    names = house.names()
    try:
        address = page.address.format_map(names)
    except KeyError as missing:
        pytest.skip(f"the invented catalogue has no {missing}")
    for width, height in (PHONE, DESKTOP):
        visitor = visit(color_scheme=THEMES[theme], viewport={"width": width, "height": height})
        _enter(visitor, page, request)
        opened = visitor.open(address)
        assert violations(opened) == []
        overflow = opened.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"the page is {overflow} px wider than {width} px"


def _enter(visitor: Visitor, page: Page, request: pytest.FixtureRequest) -> None:
    if page.who == "operator":
        visitor.enter(OPERATOR, DEMO_PASSWORD)
    elif page.who == "viewer":
        visitor.enter(request.getfixturevalue("email"))
    elif page.who == "account":
        visitor.sign_in_quietly(request.getfixturevalue("email"))
