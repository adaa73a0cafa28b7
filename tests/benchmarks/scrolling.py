"""How long the page is busy at a time while somebody scrolls a home page, with a processor four times slower."""

from collections.abc import Iterator

from tests.benchmarks.houses import VIEWER, demo_in_a_browser
from tests.benchmarks.lab import DEMO_PASSWORD, Lab
from tests.benchmarks.report import Row
from tests.e2e.browsing import slow_processor, visiting

SLOWER = 4
LONGEST_MS = 50
STEP_PX = 120
WATCH = """
() => {
    window.tasks = [];
    new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(e => e.duration)))
        .observe({type: 'longtask'});
}
"""


def scrolling(lab: Lab) -> Iterator[Row]:
    """Long tasks while a home page is scrolled down and up again."""
    with demo_in_a_browser(lab) as (house, browser), visiting(browser, house.server) as visitor:
        visitor.enter(VIEWER, DEMO_PASSWORD)
        page = visitor.page
        page.wait_for_load_state("networkidle")
        slow_processor(page, SLOWER)
        page.evaluate(WATCH)
        page.mouse.move(720, 450)
        height = int(page.evaluate("() => document.documentElement.scrollHeight"))
        for way in (1, -1):
            for _ in range(height // STEP_PX):
                page.mouse.wheel(0, way * STEP_PX)
                page.wait_for_timeout(16)
        tasks = page.evaluate("() => window.tasks")
        rows = page.get_by_role("main").get_by_role("region").count() or page.locator("main section").count()
        longest = f"longest {max(tasks):.0f} ms" if tasks else "none seen"
        yield Row(
            f"tasks over {LONGEST_MS} ms, scrolling a home of {rows} rows with {SLOWER}x CPU throttling",
            "0",
            f"{len(tasks)} ({longest})",
            f"{height} px down and up",
        )
