"""The benchmarks by name; each takes the lab and yields rows."""

import json
import os
import random
import re
import secrets
import shutil
import signal
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from cinoche.bootstrap import Services, open_services
from cinoche.events.models import Event
from cinoche.recommend.page import Rules
from cinoche.settings import read_settings
from tests.benchmarks import append, kill9
from tests.benchmarks import encoding as films
from tests.benchmarks import remembering as memory_figures
from tests.benchmarks.lab import DEMO_PASSWORD, Lab, titles_of
from tests.benchmarks.report import Row, p50_p99
from tests.benchmarks.segments import serving_segments
from tests.benchmarks.serving import V1, Server, Viewer, run, timed

KILLINGS: Final = 20


def starting(lab: Lab) -> Iterator[Row]:
    """Starts of the demo, cold and warm, and what its processes hold."""
    folder = lab.demo
    yield Row("first `serve --demo`: import, train, answer", "", f"{lab.cold_start_s:.1f} s")
    walls, cpus, rests = [], [], []
    for _ in range(3):
        with Server(folder, "--demo") as server:
            walls.append(server.started_s)
            cpus.append(server.cpu_s())
            time.sleep(1.5)  # until the follower has looked once and nothing goes on
            rests.append(_pss(server))
            assert server.stop() == 0
    cpu, wall = statistics.median(cpus), statistics.median(walls)
    yield Row(
        "second `serve --demo`, 2 workers, until it answers",
        "< 5 s",
        f"{wall:.2f} s",
        f"{cpu:.2f} CPU-s, all processes",
    )
    idle = max(each["worker"] for each in rests)
    others = ", ".join(f"{name} {rests[0][name]:.0f}" for name in ("main", "follower"))
    yield Row("PSS of an idle worker, demo loaded", "≤ 150 MB", f"{idle:.0f} MB", f"{others} MB")
    with Server(folder, "--demo") as server:
        viewer = server.client().sign_in("demo@cinoche.example", DEMO_PASSWORD)
        for _ in range(100):
            viewer.get(f"{viewer.home}/home")
            viewer.get(f"{V1}/search?q=heat")
        used = _pss(server)["worker"]
    yield Row("the same after 100 homes and 100 searches", "", f"{used:.0f} MB", "the mapped model included")


def _pss(server: Server) -> Mapping[str, float]:
    workers = server.workers()
    [follower] = [pid for pid in server.children() if pid not in workers]
    return {
        "main": _pss_mb(server.process.pid),
        "follower": _pss_mb(follower),
        "worker": max(map(_pss_mb, workers)),
    }


def _pss_mb(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found.group(1)) / 1024


def command_line(lab: Lab) -> Iterator[Row]:
    """`cinoche recommend`, interpreter included."""
    walls: list[float] = []
    before = os.times()
    for _ in range(6):
        with timed(walls):
            assert run("recommend", "Heat", "Alien", "--json", "--data", str(lab.demo)).returncode == 0
    after = os.times()
    cpu = (after.children_user + after.children_system - before.children_user - before.children_system) / 6
    wall = statistics.median(walls[1:])
    yield Row("`cinoche recommend Heat Alien`, warm", "≤ 1 s", f"{wall:.2f} s", f"{cpu:.2f} CPU-s")


def training(lab: Lab) -> Iterator[Row]:
    """A training on the whole demo, in a process of its own."""
    before, began = os.times(), time.perf_counter()
    assert run("train", "--data", str(lab.demo), patience_s=600).returncode == 0
    after, wall = os.times(), time.perf_counter() - began
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    yield Row("`cinoche train` on the demo", "≤ 30 CPU-s", f"{cpu:.1f} CPU-s", f"{wall:.1f} s")


def fresh(lab: Lab) -> Iterator[Row]:
    """Random pairs of an event and a list, over four workers, from four clients at once."""
    with Server(lab.demo, "--demo", workers=4) as server:
        began = time.perf_counter()
        stale = sum(lab.clients("pairs", server, each=500, at_once=4))
        took = time.perf_counter() - began
    yield Row("stale lists of 2,000 random event → list pairs, 4 workers", "0", str(stale), f"4 clients, {took:.0f} s")


def event_to_home(lab: Lab) -> Iterator[Row]:
    """From sending an event to having the page that includes it, over HTTP."""
    for at_once, target in ((1, "p99 ≤ 30 ms"), (4, "p99 ≤ 60 ms")):
        with Server(lab.demo, "--demo") as server:
            titles = titles_of(server.client().sign_in("demo@cinoche.example", DEMO_PASSWORD))
            before = server.cpu_s()
            found = lab.clients("homes", server, each=400, at_once=at_once, titles=titles)
            cpu_ms = (server.cpu_s() - before) / (410 * at_once) * 1e3
        times = [each for one in found for each in one]
        what = f"event → home, {at_once} client{'s' * (at_once > 1)}, 2 workers"
        yield Row(what, target, p50_p99(times), f"{cpu_ms:.1f} CPU-ms of the server a pair; fdatasync {lab.disk}")


def home_10k(lab: Lab) -> Iterator[Row]:
    """The page at 10,000 titles that every scorer knows, a gigabyte of model."""
    with open_services(read_settings(data_dir=lab.many)) as services:
        subjects = _subjects(services, 60)
        rules = Rules(rows=12)
        rows = [len(services.recommender.home(each, rules).rows) for each in subjects]
        found = _asked(subjects, lambda each: services.recommender.home(each, rules))
        yield Row(
            "home of 12 rows, 10,000 titles, in process", "p50 ≤ 10 ms, p99 ≤ 30 ms", p50_p99(found),
            f"{statistics.mean(rows):.1f} rows on average; 100 rated titles a profile",
        )  # fmt: skip
    with Server(lab.many) as server:
        viewer = server.client().join("many@example.org", keeps=True)
        viewer.send(*(viewer.rated(each, f"seed-{k}") for k, each in enumerate(titles_of(viewer)[:100])))
        times = _answered(viewer, f"{viewer.home}/home?rows=12", 300)
        size = len(viewer.ask("GET", f"{viewer.home}/home?rows=12").body)
    yield Row("the same over HTTP", "p50 ≤ 10 ms, p99 ≤ 30 ms", p50_p99(times), f"{size / 1e3:.0f} kB of JSON")


def lists(lab: Lab) -> Iterator[Row]:
    """The ten best titles for a profile, in process."""
    with open_services(read_settings(data_dir=lab.demo)) as services:
        subjects = _subjects(services, 100)
        found = _asked(subjects, lambda each: services.recommender.recommend(each, Rules(), n=10))
        yield Row("list of 10, demo, in process", "p50 ≤ 1.5 ms", p50_p99(found), "9,061 titles, histories as they are")
        homes = _asked(subjects, lambda each: services.recommender.home(each, Rules()))
        yield Row("home, demo, in process", "", p50_p99(homes))


def _subjects(services: Services, n: int) -> Sequence[str]:
    found = dict.fromkeys(each.event.subject for each in services.log.read(0, limit=20_000).events)
    return list(found)[:n]


def _asked(subjects: Sequence[str], ask: Callable[[str], object], turns: int = 6) -> list[float]:
    for each in subjects:
        ask(each)
    found: list[float] = []
    for _ in range(turns):
        for each in subjects:
            with timed(found):
                ask(each)
    return found


def _answered(viewer: Viewer, path: str, n: int) -> list[float]:
    for _ in range(20):
        viewer.get(path)
    found: list[float] = []
    for _ in range(n):
        with timed(found):
            viewer.get(path)
    return found


def appending(lab: Lab) -> Iterator[Row]:
    """The log alone, durable, beside what bare SQLite takes for the same rows."""
    folder = lab.folder / "append"
    folder.mkdir()
    found = append.measure_append(folder)
    shutil.rmtree(folder)
    disk = f"bare sqlite3 {found.bare_sqlite_per_s:,.0f}/s in the same run; fdatasync {lab.disk}"
    rate = f"{found.one_producer_per_s:,.0f}/s, {found.ratio_to_bare:.2f} of bare"
    yield Row("append, batches of 1,000, durable", "≥ 50,000/s", rate, disk)
    yield Row("the same, 4 producers", "≥ 50,000/s", f"{found.four_producers_per_s:,.0f}/s", disk)
    one = f"p50 {found.single_append_p50_ms:.2f} ms, p99 {found.single_append_p99_ms:.2f} ms"
    yield Row("append of one event, durable", "", one, f"fdatasync {lab.disk}")
    yield Row("read of an empty tail", "", f"{found.tail_read_us:.0f} µs")


def posting(lab: Lab) -> Iterator[Row]:
    """`POST /events` with 1,000 events, checked, durable, over HTTP."""
    for at_once in (1, 4):
        with Server(lab.demo, "--demo") as server:
            viewers = [server.client().join(f"post{k}@example.org", keeps=True) for k in range(at_once)]
            titles = titles_of(viewers[0])
            bodies = [[_body(viewer, titles, turn) for turn in range(20)] for viewer in viewers]
            before = server.cpu_s()
            threads = [threading.Thread(target=_post, args=each) for each in zip(viewers, bodies, strict=True)]
            began = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took, cpu = time.perf_counter() - began, server.cpu_s() - before
        events = 20_000 * at_once
        yield Row(
            f"`POST /events` of 1,000, {at_once} client{'s' * (at_once > 1)}, 2 workers", "",
            f"{events / took:,.0f} events/s", f"{cpu / events * 1e6:.0f} CPU-µs an event; fdatasync {lab.disk}",
        )  # fmt: skip


def _body(viewer: Viewer, titles: Sequence[str], turn: int) -> bytes:
    run = secrets.token_hex(8)
    events = [viewer.rated(titles[n % len(titles)], f"{run}-{turn}-{n}") for n in range(1_000)]
    return json.dumps({"events": events}).encode()


def _post(viewer: Viewer, bodies: Sequence[bytes]) -> None:
    for body in bodies:
        answer = viewer.ask("POST", f"{V1}/events", body)
        assert answer.status == 200, answer


def door(lab: Lab) -> Iterator[Row]:
    """What it costs to know who comes."""
    with Server(lab.demo, "--demo", workers=1) as server:
        viewer = server.client().sign_in("demo@cinoche.example", DEMO_PASSWORD, keeps=True)
        path = f"{V1}/profiles/{viewer.profile_id}"
        signed, opened = _answered(viewer, path, 1_000), _answered(viewer, "/healthz", 1_000)
    ratio = statistics.median(signed) / statistics.median(opened)
    yield Row(
        "a signed-in request (a profile) beside an open one (/healthz)",
        "",
        p50_p99(signed),
        f"{ratio:.2f} × {p50_p99(opened)}",
    )


def killing(lab: Lab) -> Iterator[Row]:
    """Kill -9 of the whole server under load, again and again; and of a process that appends, with no server around."""
    acknowledged: list[str] = []
    draw = random.Random(0)
    folder = shutil.copytree(lab.demo, lab.folder / "killed")
    for life in range(KILLINGS):
        with Server(folder) as server:
            viewer = server.client().sign_in("demo@cinoche.example", DEMO_PASSWORD)
            titles = titles_of(viewer, 100)
            load = [
                threading.Thread(target=_load, args=(viewer, titles, f"kill9-{life}-{k}", acknowledged))
                for k in range(2)
            ]
            for thread in load:
                thread.start()
            time.sleep(draw.uniform(0.1, 1.0))
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            for thread in load:
                thread.join()
    with open_services(read_settings(data_dir=folder)) as services:
        kept = [each.id for each in _events_of(services, "kill9-")]
    shutil.rmtree(folder)
    times, batches = Counter(kept), Counter(each.rpartition("-")[0] for each in kept)
    torn = sum(1 for batch, size in batches.items() if size != int(batch.rpartition("-")[2]))
    lost, twice = len(set(acknowledged) - times.keys()), sum(1 for each in times.values() if each > 1)
    yield Row(
        f"{KILLINGS} × kill -9 of the server under load", "0 lost", f"{lost} lost, {twice} twice, {torn} batches torn",
        f"{len(acknowledged):,} acknowledged before, {len(kept):,} found after",
    )  # fmt: skip
    (lab.folder / "kill9").mkdir()
    found = kill9.kill_while_appending(f"sqlite:///{lab.folder}/kill9/events.db", rounds=KILLINGS)
    yield Row(
        f"{KILLINGS} × kill -9 of a process that appends", "0 lost",
        f"{found.lost} lost, {found.repeated} twice, {found.torn_batches} batches torn",
        f"{found.acknowledged:,} acknowledged before, {found.found:,} found after",
    )  # fmt: skip


def _load(viewer: Viewer, titles: Sequence[str], name: str, acknowledged: list[str]) -> None:
    mine = Viewer(viewer.port, viewer.token or "", viewer.profile_id)
    draw = random.Random(name)
    for turn in range(100_000):
        size = draw.randint(1, 50)
        ids = [f"{name}-{turn}-{size}-{n}" for n in range(size)]
        try:
            mine.send(*(mine.rated(draw.choice(titles), each) for each in ids))
        except OSError:
            return
        acknowledged += ids


def _events_of(services: Services, prefix: str) -> Iterator[Event]:
    at = 0
    while (tail := services.log.read(at)).events:
        yield from (each.event for each in tail.events if each.event.id.startswith(prefix))
        at = tail.offset


def encoding(lab: Lab) -> Iterator[Row]:
    """A minute of 1080p, from a file to a film that plays."""
    folder = lab.folder / "encoding"
    folder.mkdir()
    found = films.measure_encoding(folder)
    shutil.rmtree(folder)
    rungs = "/".join(map(str, found.heights))
    yield Row(
        f"a minute of 1080p to {rungs}, sound, previews, two manifests", "≤ 55 CPU-s", f"{found.cpu_s:.1f} CPU-s",
        f"{found.wall_s:.0f} s on the clock; {found.source_mb:.0f} MB became {found.made_mb:.0f} MB",
    )  # fmt: skip
    share = found.watchable_s / films.SECONDS
    yield Row("until it can be watched at 480p", "≤ 20 % of its length", f"{share:.0%}", f"{found.watchable_s:.1f} s")


def accuracy(_lab: Lab) -> Iterator[Row]:
    """Accuracy, with what evaluating costs; minutes."""
    from tests.benchmarks import accuracy as figures

    yield from map(Row.of, figures.main())


def lighthouse(lab: Lab) -> Iterator[Row]:
    """What Lighthouse's phone says of the pages; it needs a browser, and takes minutes."""
    from tests.benchmarks import lighthouse as figures

    yield from figures.lighthouse(lab)


def first_frame(lab: Lab) -> Iterator[Row]:
    """From the click to the first frame, in a browser."""
    from tests.benchmarks import first_frame as figures

    yield from figures.first_frame(lab)


def scrolling(lab: Lab) -> Iterator[Row]:
    """Long tasks while a home page is scrolled, in a browser."""
    from tests.benchmarks import scrolling as figures

    yield from figures.scrolling(lab)


def remembering(lab: Lab) -> Iterator[Row]:
    """The context memory at a million contexts."""
    yield from memory_figures.remembering()


FIGURES: Final[Mapping[str, Callable[[Lab], Iterator[Row]]]] = {
    "start": starting,
    "recommend": command_line,
    "train": training,
    "fresh": fresh,
    "event-home": event_to_home,
    "home-10k": home_10k,
    "list": lists,
    "memory": remembering,
    "append": appending,
    "post": posting,
    "door": door,
    "segments": serving_segments,
    "kill9": killing,
    "encoding": encoding,
    "accuracy": accuracy,
    "first-frame": first_frame,
    "scrolling": scrolling,
    "lighthouse": lighthouse,
}
"""All benchmarks; accuracy takes minutes, and those of the page a browser: they run only when they are asked for."""

SLOW: Final = frozenset({"accuracy", "first-frame", "scrolling", "lighthouse"})
