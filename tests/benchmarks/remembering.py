"""What the context memory costs at a million contexts, beside a plain sparse product over the same rows."""

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cinoche.recommend.families import family
from cinoche.recommend.families.base import Ground
from cinoche.recommend.families.memory import Memory, Remembering
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.statistics import History
from tests.benchmarks.report import Row, p50_p99
from tests.benchmarks.serving import timed

PEOPLE, LENGTH, TITLES = 6_000, 196, 3_700
NAMES = ("memory", "memory-sharp", "memory-long")
ASKED = 300


def remembering() -> Iterator[Row]:
    """Requests, an append, a forgotten person, and the bytes of it."""
    rows = invented()
    ground = Ground(rows, TITLES, float(rows.times.max()))
    histories = [rows.history(k).at(slice(20, 120)) for k in range(0, 6 * ASKED, 6)]
    for name in NAMES:
        one = family(name)
        began = time.process_time()
        arrays = one.fit(ground)
        fitted_s = time.process_time() - began
        memory: Any = one.scorer(arrays, TITLES)
        found, cpu_ms = _asked(memory.score, histories)
        size = sum(each.nbytes for each in arrays.values()) / 1e6
        target = "≤ 5 ms" if name == "memory" else ""
        beside = f"{cpu_ms:.2f} CPU-ms; fit {fitted_s:.1f} CPU-s; {size:.0f} MB of arrays, most shared"
        yield Row(f"{name}: a request at {len(rows):,} contexts, 100 titles", target, p50_p99(found), beside)
        if name == "memory":
            yield from _beside(one, rows, histories)
            explained, cpu_ms = _asked(
                lambda history, memory=memory: memory.explain(history, range(60)), histories[:60]
            )
            yield Row("memory: reasons for 60 titles", "", p50_p99(explained), f"{cpu_ms:.2f} CPU-ms")
            yield from _changing(memory)


def invented() -> Interactions:
    """People who mostly take a near title next, the well known ones more often; a million events in all."""
    rng = np.random.default_rng(0)
    liked = rng.zipf(1.3, PEOPLE * LENGTH) % TITLES
    start = rng.integers(0, TITLES, (PEOPLE, 1))
    walked = (start + np.cumsum(rng.integers(1, 30, (PEOPLE, LENGTH)), 1)) % TITLES
    chosen = np.where(rng.random((PEOPLE, LENGTH)) < 0.3, liked.reshape(PEOPLE, LENGTH), walked).reshape(-1)
    times = np.tile(np.arange(LENGTH) * 3600.0, PEOPLE) + np.repeat(rng.random(PEOPLE) * 1e7, LENGTH)
    return Interactions.of(np.repeat(np.arange(PEOPLE), LENGTH), chosen, None, times).first_of_each()


def _asked(ask: Callable[[History], object], histories: list[History]) -> tuple[list[float], float]:
    for each in histories[:20]:
        ask(each)
    found: list[float] = []
    began = time.process_time()
    for each in histories:
        with timed(found):
            ask(each)
    return found, (time.process_time() - began) / len(histories) * 1e3


def _changing(memory: Remembering) -> Iterator[Row]:
    """Append to people who are there and to new ones, then forget some."""
    appended: list[float] = []
    for k in range(4_000):
        event = np.array([secrets.randbelow(2 * PEOPLE)]), np.array([k % TITLES]), np.ones(1, np.float32), np.ones(1)
        with timed(appended):
            memory.learn(*event)
    p50, p99 = np.quantile(np.array(appended[200:]) * 1e6, [0.5, 0.99])
    yield Row("memory: an event learned", "≤ 30 µs", f"p50 {p50:.0f} µs, p99 {p99:.0f} µs", "one of 12,000 people")
    forgotten: list[float] = []
    for person in range(0, PEOPLE, 40):
        with timed(forgotten):
            memory.forget(person)
    yield Row("memory: a person of 6,000 forgotten", "≤ 50 ms", p50_p99(forgotten))


def _beside(one: Any, rows: Interactions, histories: list[History]) -> Iterator[Row]:
    """The similarities alone as sparse products: of the rows, and of the asked titles' columns."""
    from scipy.sparse import csr_array

    assert isinstance(one, Memory)
    matrix = _written_out(one, rows)
    by_column = matrix.tocsc()
    queries = []
    for history in histories[:40]:
        query = np.zeros(TITLES, np.float32)
        query[history.items[-one.lags :][::-1]] = one.kernel
        queries.append(query)

    def columns(query: Any) -> object:
        items = np.flatnonzero(query)
        return by_column[:, items] @ query[items]

    size = (matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes) / 1e6
    assert isinstance(matrix, csr_array)
    for what, ask in (("rows", lambda query: matrix @ query), ("columns", columns)):
        found, cpu_ms = _asked(ask, queries)
        text = f"its similarities alone, scipy by {what}"
        yield Row(text, "", p50_p99(found), f"{cpu_ms:.1f} CPU-ms; {size:.0f} MB")


def _written_out(one: Memory, rows: Interactions) -> Any:
    from scipy.sparse import coo_array

    before = np.arange(len(rows)) - np.repeat(rows.bounds[:-1], np.diff(rows.bounds))
    at, items, values = [], [], []
    for lag, worth in enumerate(one.kernel):
        found = np.flatnonzero(before > lag)
        at.append(found)
        items.append(rows.items[found - 1 - lag])
        values.append(np.full(len(found), worth, np.float32))
    index = np.concatenate(at), np.concatenate(items)
    return coo_array((np.concatenate(values), index), shape=(len(rows), TITLES)).tocsr()
