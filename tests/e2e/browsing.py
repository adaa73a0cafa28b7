"""A browser as tests want it: found on the machine, with its network slowed on demand, and every complaint noted."""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect

from tests.benchmarks.serving import PASSWORD, ROOT, V1, Server

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox",  # tests may run as root, in a container
    "--autoplay-policy=no-user-gesture-required",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
)
AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ALSO: Final = {"label-content-name-mismatch": {"enabled": True}}
"""An experiment of axe-core's that Lighthouse asks too: who speaks to a page says what they see."""

MADE_ON_PURPOSE: Final = ("Failed to load resource", "NotArrived: ")
PATIENCE_MS: Final = 15_000
DEMO_PASSWORD: Final = "cinoche-demo"
OPERATOR: Final = "studio@cinoche.example"


def find_chromium() -> str | None:
    """Find a Chromium on this machine: the one that CHROMIUM names, else by the usual names."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen if Path(chosen).is_file() else None
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    """Start the browser of this machine."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))


@dataclass(frozen=True)
class Network:
    """How fast a network is: megabits a second down, and how long an answer takes to begin."""

    megabits_s: float
    latency_ms: float

    def apply(self, page: Page) -> None:
        """Slow a page down to this, from its next request on."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        rate = self.megabits_s * 1_000_000 / 8
        conditions = {
            "latency": self.latency_ms,
            "downloadThroughput": rate,
            "uploadThroughput": rate,
            "offline": False,
        }
        session.send("Network.emulateNetworkConditions", conditions)


FIBRE: Final = Network(20, 40)
MOBILE: Final = Network(5, 60)


def slow_processor(page: Page, times: float) -> None:
    """Make a page's processor so many times slower."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


@dataclass
class Complaints:
    """What a page complained of: errors that nobody caught, and what its own rules refused."""

    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note what a page complains of from now on."""
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._note(page, message))

    def _note(self, page: Page, message: ConsoleMessage) -> None:
        # A refused answer (401, 404, offline) or a part that did not arrive is told in the console too, besides on the
        # page: tests make those on purpose.
        if message.type == "error" and not any(each in message.text for each in MADE_ON_PURPOSE):
            self.found.append(f"{page.url}: {message.text}")


def violations(page: Page) -> Sequence[str]:
    """Ask axe-core what of a page some people could not use; each with its first place."""
    if not page.evaluate("() => 'axe' in window"):
        # Evaluated, not added as a script: the page's policy allows only its own.
        page.evaluate(AXE.read_text(encoding="utf-8") + "\n;undefined")
    found: Mapping[str, Any] = page.evaluate(
        "([values, rules]) => axe.run(document, {runOnly: {type: 'tag', values}, rules, resultTypes: ['violations']})",
        [list(RULES), ALSO],
    )
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {each['nodes'][0]['html'][:200]} "
        f"[{len(each['nodes'])}] {each['nodes'][0].get('failureSummary', '')}"
        for each in found["violations"]
    ]


def settle(page: Page) -> None:
    """Wait until a page has its main heading, its letters, and nothing that it says it waits for."""
    page.get_by_role("heading", level=1).first.wait_for(timeout=PATIENCE_MS)
    page.evaluate("() => document.fonts.ready.then(() => undefined)")
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE_MS)


class Visitor:
    """Somebody in front of a browser of their own."""

    def __init__(self, context: BrowserContext, server: Server, complaints: Complaints) -> None:
        self.context = context
        self.server_address = f"http://127.0.0.1:{server.port}"
        self.complaints = complaints
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Open one more page."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        self.complaints.listen(page)
        return page

    def open(self, address: str) -> Page:
        """Go to an address of the site and wait until it has settled."""
        self.page.goto(address, wait_until="load")
        settle(self.page)
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Sign in as a person does: by the form, to the question who watches."""
        self.page.goto("/sign-in")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page.get_by_role("heading", level=1, name="Who's watching?")).to_be_visible()
        return self.page

    def choose(self, profile: str | None = None) -> Page:
        """Say who watches: by name, or the first one; to the home page."""
        profiles = self.page.get_by_role("list", name="Profiles")
        who = (
            profiles.get_by_role("button", name=profile, exact=True)
            if profile
            else profiles.get_by_role("button").first
        )
        who.click()
        self.page.wait_for_url("**/home")
        expect(self.page).to_have_title(re.compile("^(Home|Accueil)"))
        settle(self.page)
        return self.page

    def enter(self, email: str, password: str = PASSWORD, *, profile: str | None = None) -> Page:
        """Come with a session begun without the form, which is faster and speaks every language; a profile chosen."""
        profiles = self.sign_in_quietly(email, password)
        chosen = next((each for each in profiles if each["name"] == profile), profiles[0])
        self.ask("PUT", f"{V1}/sessions/current/profile", {"profile_id": chosen["profile_id"]})
        return self.open("/home")

    def sign_in_quietly(self, email: str, password: str = PASSWORD) -> Sequence[Mapping[str, Any]]:
        """Sign in without the form; gives the profiles, of which none is chosen."""
        profiles: Sequence[Mapping[str, Any]] = self.ask(
            "POST", f"{V1}/sessions", {"email": email, "password": password}
        )["profiles"]
        return profiles

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask the API with the session of this browser, past its pages."""
        csrf = next((each["value"] for each in self.context.cookies() if each["name"] == "cinoche_csrf"), "")
        headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf}
        data = None if body is None else json.dumps(body)
        answer = self.context.request.fetch(f"{self.server_address}{path}", method=method, data=data, headers=headers)
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
        return answer.json() if answer.body() else None


@contextmanager
def visiting(browser: Browser, server: Server, **wishes: Any) -> Iterator[Visitor]:
    """Open a browser context on a server: English, dark, a desktop, unless wished otherwise."""
    chosen = {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 1440, "height": 900}, **wishes}
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}", **chosen)
    try:
        yield Visitor(context, server, Complaints())
    finally:
        context.close()
