"""Lighthouse's throttled phone on the pages that people come in by."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.web import Node, find_node

from tests.benchmarks.houses import VIEWER, demo_in_a_browser
from tests.benchmarks.lab import DEMO_PASSWORD, Lab
from tests.benchmarks.report import Row
from tests.e2e.browsing import find_chromium, visiting

HERE: Final = Path(__file__).parent / "lighthouse-cli"
PAGES: Final[Mapping[str, str]] = {
    "front page": "/",
    "sign-in": "/sign-in",
    "home": "/home",
    "title": "/titles/{other}",
}
TARGET: Final = "performance ≥ 90, accessibility 100, LCP ≤ 2.0 s, CLS 0"


def lighthouse(lab: Lab) -> Iterator[Row]:
    """What Lighthouse says of a page, as a phone on a slow network loads it."""
    node = find_node()
    assert node, "no Node is here: make web"
    _install(node)
    with demo_in_a_browser(lab) as (house, browser):
        names = house.names()
        with visiting(browser, house.server) as visitor:
            visitor.enter(VIEWER, DEMO_PASSWORD)
            cookies = "; ".join(f"{each['name']}={each['value']}" for each in visitor.context.cookies())
        for name, address in PAGES.items():
            is_open = name in {"front page", "sign-in"}
            found = _ask(
                node, lab.folder, visitor.server_address + address.format_map(names), "" if is_open else cookies
            )
            yield Row(f"Lighthouse, phone: {name}", TARGET, _said(found), f"{_weight(found):.0f} kB fetched")


def _install(node: Node) -> None:
    if not (HERE / "node_modules" / "lighthouse").is_dir():
        with node.environment() as environment:
            command = [str(node.node), str(node.npm), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, cwd=HERE, env=environment, check=True)


def _ask(node: Node, folder: Path, address: str, cookies: str) -> Mapping[str, Any]:
    report = folder / "lighthouse.json"
    command = [
        str(node.node), str(HERE / "node_modules" / "lighthouse" / "cli" / "index.js"), address, "--quiet",
        "--output=json", f"--output-path={report}", "--only-categories=performance,accessibility",
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
        f"--extra-headers={json.dumps({'Cookie': cookies} if cookies else {})}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": find_chromium() or ""}
    subprocess.run(command, env=environment, check=True, timeout=240)
    found: Mapping[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _said(found: Mapping[str, Any]) -> str:
    scores = {name: round(100 * each["score"]) for name, each in found["categories"].items()}
    audits = found["audits"]
    return (
        f"performance {scores['performance']}, accessibility {scores['accessibility']}, "
        f"LCP {audits['largest-contentful-paint']['numericValue'] / 1000:.2f} s, "
        f"CLS {audits['cumulative-layout-shift']['numericValue']:.3f}, "
        f"TBT {audits['total-blocking-time']['numericValue']:.0f} ms"
    )


def _weight(found: Mapping[str, Any]) -> float:
    return float(found["audits"]["total-byte-weight"]["numericValue"]) / 1000
