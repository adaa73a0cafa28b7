"""A browser, a served house, and people who come to it. Everything here is marked ``e2e``."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from cinoche.web.site import DIST
from tests.benchmarks.serving import Server
from tests.e2e.browsing import Visitor, find_chromium, launch, visiting
from tests.e2e.houses import (
    LONG_FILM_S,
    Certified,
    House,
    add_film,
    add_media,
    add_series,
    certify,
    direct,
    film_to_play,
    open_house,
    stock,
)

HERE = Path(__file__).parent
NO_BROWSER = "no Chromium is on this machine; install one, or name it in CHROMIUM"
NO_SITE = "the site is not built: make web"
_numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them where nothing could run them."""
    missing = [why for why, is_here in ((NO_BROWSER, find_chromium()), (NO_SITE, _is_built())) if not is_here]
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            for why in missing:
                item.add_marker(pytest.mark.skip(reason=why))


def _is_built() -> bool:
    return (DIST / "index.html").is_file()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, started once."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that all tests share, each with accounts of its own; it has the demo's two accounts as well."""
    folder = stock(tmp_path_factory.mktemp("house"))
    told = {"CINOCHE_OPEN_RATE": "100000/minute", "CINOCHE_MEDIA_WORKERS": "1"}
    with Server(folder, "--demo", workers=2, **told) as server:
        opened = open_house(server)
        opened.stop_reels()
        direct(opened)
        yield opened


@pytest.fixture(scope="session")
def film_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short film, drawn once."""
    return film_to_play(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="session")
def film(house: House, film_file: Path) -> str:
    """The id of "Heat", which can be played."""
    title_id = house.title_id("Heat")
    add_media(house, title_id, film_file)
    return title_id


@pytest.fixture(scope="session")
def long_film(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of "The Long One", of which a slow network brings only the beginning before it is seen."""
    title_id = add_film(house, "The Long One")
    add_media(house, title_id, film_to_play(tmp_path_factory.mktemp("long-film") / "film.mp4", LONG_FILM_S))
    return title_id


@pytest.fixture(scope="session")
def series(house: House, film_file: Path) -> Sequence[str]:
    """The ids of a series and its three episodes, of which the first two can be played."""
    ids = add_series(house)
    for episode in ids[1:3]:
        add_media(house, episode, film_file)
    return ids


@pytest.fixture(scope="session")
def certified(house: House, film: str) -> Certified:
    """Which titles are for a child; "Heat", which plays, is not."""
    return certify(house, film)


@pytest.fixture
def email(house: House) -> str:
    """The address of somebody who has just opened an account."""
    address = f"visitor{next(_numbers)}@example.org"
    house.server.client().join(address)
    return address


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Callable[..., Visitor]]:
    """Open browsers on the house, each a person of its own; at the end, none of their pages may have complained."""
    with ExitStack() as stack:
        visitors: list[Visitor] = []

        def open_one(**wishes: Any) -> Visitor:
            visitors.append(stack.enter_context(visiting(browser, house.server, **wishes)))
            return visitors[-1]

        yield open_one
        complaints = [each for visitor in visitors for each in visitor.complaints.found]
    assert complaints == []


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    """Somebody who has come to the house and is not signed in."""
    return visit()
