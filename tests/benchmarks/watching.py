"""A client in a process of its own, so that several do not wait for each other: prints what it measured as JSON."""

import json
import random
import secrets
import sys
import time
from collections.abc import Sequence

from tests.benchmarks.serving import Client, Viewer


def pairs(viewers: Sequence[Viewer], n: int, *, seed: int = 0) -> int:
    """Send random ratings and ask for the list after each, on separate connections; count the lists that were stale."""
    draw, run = random.Random(seed), secrets.token_hex(8)
    stale = 0
    for turn in range(n):
        viewer = draw.choice(viewers)
        items = viewer.list(20).json["items"]
        chosen = draw.choice(items)["title_id"]
        offset = viewer.send(viewer.rated(chosen, f"{run}-{turn}", draw.choice([1.0, 3.0, 5.0])))["offset"]
        answer = viewer.list(20)
        stale += answer.as_of < offset or chosen in {each["title_id"] for each in answer.json["items"]}
    return stale


def homes(viewer: Viewer, titles: Sequence[str], n: int, *, seed: int = 0) -> Sequence[float]:
    """Send an event and ask for the page, on a kept connection; the seconds of each pair."""
    draw, run = random.Random(seed), secrets.token_hex(8)
    found = []
    for turn in range(n):
        event = viewer.rated(draw.choice(titles), f"{run}-{turn}", draw.choice([2.0, 4.0, 5.0]))
        began = time.perf_counter()
        offset = viewer.send(event)["offset"]
        answer = viewer.ask("GET", f"{viewer.home}/home")
        found.append(time.perf_counter() - began)
        assert answer.status == 200, answer
        assert answer.as_of >= offset
    return found


def main() -> None:
    """Do what the line on stdin says."""
    order = json.loads(sys.stdin.readline())
    seed, n, port = order["seed"], order["n"], order["port"]
    if order["do"] == "pairs":
        result: object = pairs([Client(port).join(f"pair-{seed}-{k}@example.org") for k in range(4)], n, seed=seed)
    else:
        viewer = Client(port).join(f"home-{seed}@example.org", keeps=True)
        viewer.send(*(viewer.rated(each, f"before-{seed}-{k}") for k, each in enumerate(order["titles"][:40])))
        homes(viewer, order["titles"], 10, seed=seed + 1_000)
        result = homes(viewer, order["titles"], n, seed=seed)
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
