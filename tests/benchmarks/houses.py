"""The demo, served for a browser to measure."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.lab import Lab
from tests.benchmarks.serving import Server, run
from tests.e2e.browsing import find_chromium, launch
from tests.e2e.houses import House, open_house

VIEWER = "demo@cinoche.example"
REELS_WITHIN_S = 1_200.0


@contextmanager
def demo_in_a_browser(lab: Lab) -> Iterator[tuple[House, Browser]]:
    """Serve the demo, and start a browser."""
    assert find_chromium(), "no Chromium is on this machine; install one, or name it in CHROMIUM"
    told = {"CINOCHE_OPEN_RATE": "100000/minute", "CINOCHE_MEDIA_WORKERS": "1"}
    with Server(lab.demo, "--demo", **told) as server, sync_playwright() as playwright:
        wait_for_reels(server)
        browser = launch(playwright)
        yield open_house(server), browser
        browser.close()


def wait_for_reels(server: Server) -> None:
    """Wait until the demo's reels are made: who measures beside an encoder measures the encoder."""
    until = time.monotonic() + REELS_WITHIN_S
    while any(job["state"] in {"queued", "running"} for job in _told(server, "jobs")):
        assert time.monotonic() < until, "the demo's reels are not done"
        time.sleep(1)


def high_title(server: Server) -> str:
    """Find a title whose ladder goes up to 1080 lines."""
    return next(asset["title_id"] for asset in _told(server, "list") if 1080 in asset["heights"])


def _told(server: Server, what: str) -> list[dict[str, Any]]:
    done = run("media", what, "--json", "--data", str(server.folder))
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told
