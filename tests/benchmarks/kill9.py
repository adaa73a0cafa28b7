"""Kill a process that appends, again and again, and count what was acknowledged before and what is there after."""

import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cinoche.events.adapters.sqlite import SqliteEventLog

CHILD = """
import os, random, sys, threading
from cinoche.events.adapters.sqlite import SqliteEventLog
from cinoche.events.models import Event

log = SqliteEventLog.open(sys.argv[1])
life = sys.argv[2]

def work(name):
    draw = random.Random(f"{life}-{name}")
    for turn in range(10**9):
        size = draw.randint(1, 50)
        ids = [f"{life}-{name}-{turn}-{n}-{size}" for n in range(size)]
        log.append([Event("kill9", i, "title.liked", f"p{name}", 1.0, {"title_id": "heat"}) for i in ids]).result()
        os.write(1, ("".join(i + "\\n" for i in ids)).encode())

for name in range(4):
    threading.Thread(target=work, args=(name,)).start()
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the killings left: nothing acknowledged may be lost, nothing may be there twice, no batch in part."""

    rounds: int
    acknowledged: int
    found: int
    lost: int
    repeated: int
    torn_batches: int
    gaps: int


def kill_while_appending(url: str, *, rounds: int, seed: int = 0, longest_s: float = 0.5) -> Outcome:
    """Start a process that appends from four threads, kill it at a random moment, and do it again; then count."""
    draw = random.Random(seed)
    acknowledged: list[str] = []
    for life in range(rounds):
        acknowledged += _one_life(url, life, draw.uniform(0.01, longest_s))
    log = SqliteEventLog.open(url)
    offsets: list[int] = []
    ids: list[str] = []
    while (tail := log.read(offsets[-1] if offsets else 0)).events:
        offsets += [each.offset for each in tail.events]
        ids += [each.event.id for each in tail.events]
    log.close()
    return _outcome(rounds, acknowledged, ids, offsets)


def _one_life(url: str, life: int, lasts_s: float) -> list[str]:
    with subprocess.Popen([sys.executable, "-c", CHILD, url, str(life)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline()]
        killer = threading.Timer(lasts_s, child.kill)
        killer.start()
        lines += child.stdout.readlines()
        killer.join()
    return [line.decode().strip() for line in lines if line.endswith(b"\n")]


def _outcome(rounds: int, acknowledged: Iterable[str], ids: list[str], offsets: list[int]) -> Outcome:
    known = set(acknowledged)
    times = Counter(ids)
    batches = Counter(tuple(each.split("-")[i] for i in (0, 1, 2, 4)) for each in ids)
    return Outcome(
        rounds=rounds,
        acknowledged=len(known),
        found=len(ids),
        lost=len(known - times.keys()),
        repeated=sum(1 for each in times.values() if each > 1),
        torn_batches=sum(1 for batch, size in batches.items() if size != int(batch[3])),
        gaps=(offsets[-1] if offsets else 0) - len(offsets),
    )


def main(rounds: int = 20) -> Outcome:
    """Run it in a folder of its own and print the outcome."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        outcome = kill_while_appending(f"sqlite:///{folder}/events.db", rounds=rounds)
    sys.stdout.write(f"{outcome}\n")
    return outcome


if __name__ == "__main__":
    main()
