"""Lighthouse's throttled phone on the pages that people come in by, the signed-in ones as somebody signed in."""

import json
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright
from tools.web import Node, find_node

from tests.benchmarks.houses import VIEWER, wait_for_reels
from tests.benchmarks.lab import DEMO_PASSWORD, Lab
from tests.benchmarks.report import Row
from tests.benchmarks.serving import V1, Server
from tests.e2e.browsing import FLAGS, Complaints, Visitor, find_chromium
from tests.e2e.houses import open_house

HERE: Final = Path(__file__).parent / "lighthouse-cli"
PAGES: Final[Mapping[str, str]] = {
    "front page": "/",
    "sign-in": "/sign-in",
    "home": "/home",
    "title": "/titles/{other}",
}
OPEN: Final = frozenset({"front page", "sign-in"})
"""The pages that somebody sees who is not signed in."""

TARGET: Final = "performance ≥ 90, accessibility 100, LCP ≤ 2.0 s, CLS 0"
RUNS: Final = 3


def lighthouse(lab: Lab) -> Iterator[Row]:
    """What Lighthouse says of a page, as a phone on a slow network loads it: of three runs, the one in the middle."""
    node = find_node()
    assert node, "no Node is here: make web"
    _install(node)
    told = {"CINOCHE_OPEN_RATE": "100000/minute", "CINOCHE_MEDIA_WORKERS": "0"}
    with Server(lab.demo, "--demo", **told) as server:
        wait_for_reels(server)
        names = open_house(server).names()
        for name, address in PAGES.items():
            path = address.format_map(names)
            runs = [ask(node, lab.folder, server, path, is_open=name in OPEN) for _ in range(RUNS)]
            found = sorted(runs, key=_painted_s)[RUNS // 2]
            yield Row(f"Lighthouse, phone: {name}", TARGET, _said(found), f"{_weight(found):.0f} kB fetched")


def _install(node: Node) -> None:
    if not (HERE / "node_modules" / "lighthouse").is_dir():
        with node.environment() as environment:
            command = [str(node.node), str(node.npm), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, cwd=HERE, env=environment, check=True)


def ask(node: Node, folder: Path, server: Server, path: str, *, is_open: bool) -> Mapping[str, Any]:
    """Ask Lighthouse for its report of a page, in a new browser that has never seen the site."""
    report = folder / "lighthouse.json"
    with _browsing() as (context, port):
        if not is_open:
            _enter(context, server)
        # Lighthouse drops kept files and service workers before it loads the page, and leaves the cookies.
        command = [
            str(node.node), str(HERE / "node_modules" / "lighthouse" / "cli" / "index.js"),
            f"http://127.0.0.1:{server.port}{path}", "--quiet", f"--port={port}",
            "--output=json", f"--output-path={report}", "--only-categories=performance,accessibility",
        ]  # fmt: skip
        _run(command)
    found: Mapping[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    shown = urlsplit(found["finalDisplayedUrl"]).path
    assert shown == path, f"{path} was asked for, and {shown} was measured"
    return found


def _run(command: list[str], tries: int = 3) -> None:
    """Run Lighthouse, again where its recording of the page failed, as it now and then does."""
    for left in reversed(range(tries)):
        if not subprocess.run(command, check=not left, timeout=240).returncode:
            return


@contextmanager
def _browsing() -> Iterator[tuple[BrowserContext, int]]:
    """Start a browser of its own, that others may drive through a port; its window is as Lighthouse wants it."""
    assert find_chromium(), "no Chromium is on this machine; install one, or name it in CHROMIUM"
    port = _free_port()
    with TemporaryDirectory(prefix="cinoche-lighthouse-") as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_chromium(), args=[*FLAGS, f"--remote-debugging-port={port}"], no_viewport=True
        )
        try:
            yield context, port
        finally:
            context.close()


def _enter(context: BrowserContext, server: Server) -> None:
    """Sign in and choose who watches, without a page: none of the site is kept by the browser yet."""
    visitor = Visitor(context, server, Complaints())
    profiles = visitor.sign_in_quietly(VIEWER, DEMO_PASSWORD)
    visitor.ask("PUT", f"{V1}/sessions/current/profile", {"profile_id": profiles[0]["profile_id"]})
    visitor.page.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _painted_s(found: Mapping[str, Any]) -> float:
    return float(found["audits"]["largest-contentful-paint"]["numericValue"]) / 1000


def _said(found: Mapping[str, Any]) -> str:
    scores = {name: round(100 * each["score"]) for name, each in found["categories"].items()}
    audits = found["audits"]
    return (
        f"performance {scores['performance']}, accessibility {scores['accessibility']}, "
        f"LCP {_painted_s(found):.2f} s, "
        f"CLS {audits['cumulative-layout-shift']['numericValue']:.3f}, "
        f"TBT {audits['total-blocking-time']['numericValue']:.0f} ms"
    )


def _weight(found: Mapping[str, Any]) -> float:
    return float(found["audits"]["total-byte-weight"]["numericValue"]) / 1000
