"""The demo, served for a browser to measure."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.lab import Lab
from tests.benchmarks.serving import Server
from tests.e2e.browsing import find_chromium, launch
from tests.e2e.houses import House, open_house

VIEWER = "demo@cinoche.example"


@contextmanager
def demo_in_a_browser(lab: Lab) -> Iterator[tuple[House, Browser]]:
    """Serve the demo, and start a browser."""
    assert find_chromium(), "no Chromium is on this machine; install one, or name it in CHROMIUM"
    with Server(lab.demo, "--demo", CINOCHE_OPEN_RATE="100000/minute") as server, sync_playwright() as playwright:
        browser = launch(playwright)
        yield open_house(server), browser
        browser.close()
