"""From the click on play to the first frame on the screen, on networks of two speeds."""

import re
from collections.abc import Iterator

from playwright.sync_api import Browser

from tests.benchmarks.houses import VIEWER, demo_in_a_browser, high_title
from tests.benchmarks.lab import DEMO_PASSWORD, Lab
from tests.benchmarks.report import Row, p50_p99
from tests.e2e.browsing import FIBRE, MOBILE, Network, visiting
from tests.e2e.houses import House

TIMES = 9
TARGETS = ((FIBRE, "p50 ≤ 0.6 s"), (MOBILE, "p50 ≤ 1.2 s"))
NOTE = """
addEventListener('click', () => { window.clickedAt ??= performance.now(); }, true);
addEventListener('loadstart', event => {
    event.target.requestVideoFrameCallback?.(now => { window.shownAt ??= now; });
}, true);
"""
"""Notes when something was first clicked, and when the first frame of a film was put on the screen."""

PLAYER_IS_NEAR = (
    "() => performance.getEntriesByType('resource').some(each => /shaka/.test(each.name) && each.responseEnd)"
)
"""The page fetches the player some seconds after it has come to rest: whoever reads before they click has it."""


def first_frame(lab: Lab) -> Iterator[Row]:
    """First frame after a click on play, with everything of the page loaded and nothing of the film."""
    with demo_in_a_browser(lab) as (house, browser):
        title_id = high_title(house.server)
        for network, target in TARGETS:
            found = [_once(browser, house, title_id, network) for _ in range(TIMES)]
            what = f"click to first frame at {network.megabits_s:g} Mb/s, {network.latency_ms:g} ms, in Chromium"
            yield Row(what, target, p50_p99(found, "s"), f"{TIMES} films, each in a browser without a cache")


def _once(browser: Browser, house: House, title_id: str, network: Network) -> float:
    with visiting(browser, house.server) as visitor:
        visitor.page.add_init_script(NOTE)
        visitor.enter(VIEWER, DEMO_PASSWORD)
        page = visitor.open(f"/titles/{title_id}")
        page.wait_for_load_state("networkidle")
        page.wait_for_function(PLAYER_IS_NEAR, timeout=30_000)
        network.apply(page)
        page.evaluate("() => { window.clickedAt = window.shownAt = undefined; }")
        main = page.get_by_role("main")
        named = re.compile("^(Play|Resume) ")
        main.get_by_role("link", name=named).or_(main.get_by_role("button", name=named)).first.click()
        page.wait_for_function("() => window.shownAt !== undefined", timeout=30_000)
        return float(page.evaluate("() => (window.shownAt - window.clickedAt) / 1000"))
