"""Write docs/pictures: every page of the demo at four widths in both themes, in compressed pictures.

make screenshots                                            all of them
python -m tools.screenshots --only home --only title        these pages
python -m tools.screenshots --data cinoche-data             of an installation that has the demo already
python -m tools.screenshots --story                         a newcomer's home, and the same after five events
"""

import argparse
import base64
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright
from tests.benchmarks.houses import wait_for_reels
from tests.benchmarks.serving import PASSWORD, ROOT, Server
from tests.e2e.browsing import DEMO_PASSWORD, OPERATOR, Visitor, find_chromium, launch, settle, visiting
from tests.e2e.houses import House, open_house

from tools.pages import PAGES, THEMES, WIDTHS, Page

TARGET: Final = ROOT / "docs" / "pictures"
NOW: Final = datetime(2026, 11, 25, 20, 42, tzinfo=UTC)
"""The time on every page: an evening, when people choose a film."""

VIEWER: Final = "demo@cinoche.example"
LANGUAGE: Final = {"soiree": "fr-FR", "matinee": "en-GB"}
"""The language of each theme's pictures, so that both are looked at."""

BEFORE: Final = "home-newcomer"
AFTER: Final = "home-after-five"
STORY: Final = ("Toy Story", "Finding Nemo", "Monsters, Inc.", "Shrek", "Ice Age")
"""What the newcomer of the story likes, one event each."""

QUALITY: Final = 60
_IMPORT_WITHIN_S: Final = 600.0


def main(arguments: Sequence[str]) -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=[page.name for page in PAGES], metavar="PAGE")
    parser.add_argument("--data", type=Path, help="a data folder with the demo; else one is made for the occasion")
    parser.add_argument("--story", action="store_true", help="a newcomer's home before and after five events, alone")
    parser.add_argument("--into", type=Path, default=TARGET)
    asked = parser.parse_args(arguments)
    if find_chromium() is None:
        sys.exit("screenshots: no Chromium is on this machine; install one, or name it in CHROMIUM.")
    wanted = [page for page in PAGES if asked.only is None or page.name in asked.only]
    asked.into.mkdir(parents=True, exist_ok=True)
    with _served(asked.data) as house, sync_playwright() as playwright:
        browser = launch(playwright)
        names = house.names()
        shots = [_tell(browser, house, asked.into)] if asked.story else []
        shots += [_take(browser, house, page, names, asked.into) for page in wanted if not asked.story]
        for path in chain.from_iterable(shots):
            sys.stdout.write(f"{path.relative_to(asked.into.parent)}  {path.stat().st_size // 1024} kB\n")
            sys.stdout.flush()
        browser.close()
    return 0


def _tell(browser: Browser, house: House, into: Path) -> Iterator[Path]:
    """Open an account, look at its home, like five films, and look again."""
    email = f"newcomer-{secrets.token_hex(4)}@cinoche.example"
    viewer = house.server.client().join(email)
    with visiting(browser, house.server, color_scheme="dark", locale="en-GB") as visitor:
        visitor.page.emulate_media(reduced_motion="reduce")
        visitor.enter(email, PASSWORD)
        for name in (BEFORE, AFTER):
            visitor.page.set_viewport_size({"width": 1440, "height": 1500})
            visitor.page.goto("/home")
            settle(visitor.page)
            visitor.page.wait_for_load_state("networkidle")
            path = into / f"{name}-1440-soiree.webp"
            path.write_bytes(_picture(visitor))
            yield path
            if name == BEFORE:
                viewer.send(*(viewer.rated(house.title_id(film), film, 5.0) for film in STORY))


@contextmanager
def _served(data: Path | None) -> Iterator[House]:
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cinoche-pictures-"))) / "data"
        told = {"CINOCHE_OPEN_RATE": "100000/minute", "CINOCHE_MEDIA_WORKERS": "1"}
        server = Server(folder, "--demo", patience_s=_IMPORT_WITHIN_S, **told)
        stack.enter_context(server)
        wait_for_reels(server)
        yield open_house(server)


def _take(browser: Browser, house: House, page: Page, names: Mapping[str, str], into: Path) -> Iterator[Path]:
    try:
        address = page.address.format_map(names)
    except KeyError as missing:
        sys.stderr.write(f"screenshots: {page.name} is left out, for the catalogue has no {missing}.\n")
        return
    for theme, preference in THEMES.items():
        with visiting(browser, house.server, color_scheme=preference, locale=LANGUAGE[theme]) as visitor:
            visitor.page.emulate_media(reduced_motion="reduce")
            visitor.page.clock.set_fixed_time(NOW)
            _enter(visitor, page)
            for width, height in WIDTHS:
                visitor.page.set_viewport_size({"width": width, "height": height})
                visitor.page.goto(address)
                settle(visitor.page)
                visitor.page.wait_for_load_state("networkidle")
                path = into / f"{page.name}-{width}-{theme}.webp"
                path.write_bytes(_picture(visitor))
                yield path


def _enter(visitor: Visitor, page: Page) -> None:
    if page.who == "operator":
        visitor.enter(OPERATOR, DEMO_PASSWORD)
    elif page.who == "viewer":
        visitor.enter(VIEWER, DEMO_PASSWORD)
    elif page.who == "account":
        visitor.sign_in_quietly(VIEWER, DEMO_PASSWORD)


def _picture(visitor: Visitor) -> bytes:
    session = visitor.context.new_cdp_session(visitor.page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    return base64.b64decode(shot["data"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
