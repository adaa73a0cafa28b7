"""The protocol `stream`: each later event is predicted from all that came before it, then learnt (prequential).

Somebody's own history is always what happened before the question. ``learning`` says how fresh the rest is: what
others did is learnt at once, at the start of each hour or day, or not at all. Families that are solved instead of
learning at once are solved again at most daily.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Invalid
from cinoche.recommend.evaluation.metrics import RESAMPLES, Interval
from cinoche.recommend.evaluation.protocols import STREAM, weighted
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.report import Comparison, Cost, Data, ModelReport, Report, peak_rss_mb
from cinoche.recommend.gate import Gate, Scoring
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.ranking import Ranking
from cinoche.recommend.ranking_facts import CrowdFacts, Made
from cinoche.recommend.scorers import (
    CO_OCCURRENCE,
    CO_OCCURRENCE_CLOSE,
    CROWD,
    EASE,
    MEMORY,
    NEIGHBOURS,
    POPULAR_7D,
    POPULAR_DECAYED,
    POPULAR_LIVE,
    SEQUENCE_RIDGE,
    Items,
    Scorer,
)
from cinoche.recommend.statistics import Doubles, Floats, History, Ints, Longs
from cinoche.recommend.training.fit import Params, fit
from cinoche.recommend.training.mixing import chorus_of, crowd_of, find_gate
from cinoche.recommend.training.ranking import Learnt, learn, walked
from cinoche.recommend.training.train import ground_of
from cinoche.recommend.training.walk import DAILY, FROZEN, LEARNING, LIVE, Question, Resolved, Walk, is_live

BLEND: Final = "blend"
BEST: Final = "best"
STREAMED: Final = (
    POPULAR_7D, EASE, SEQUENCE_RIDGE, POPULAR_LIVE, POPULAR_DECAYED, NEIGHBOURS, CO_OCCURRENCE, CO_OCCURRENCE_CLOSE,
    MEMORY, CROWD, BLEND,
)  # fmt: skip
"""The models that are judged where none is named: what learns at once, and what is quickly solved anew every day."""

CUTS: Final = (0.6, 0.8)
"""Where the slice begins on which weights are found, and where that begins on which models are judged."""

TAUGHT_FROM: Final = 0.3
"""Where the walk begins on which the ranker is learnt; it ends where models are judged."""

LESSONS: Final = 4
"""How many times as many questions it is learnt on as are asked."""

LIMIT: Final = 4000
"""How many questions are asked where nothing else is said: as many as fit, evenly spread over the slice."""

N: Final = 10


@dataclass
class WeekLive:
    """What people liked in the seven days before each question: the same bar for every way of learning."""

    n_items: int
    name: str = POPULAR_7D
    latest_at: float = 0.0
    _items: list[int] = field(default_factory=list)
    _times: list[float] = field(default_factory=list)
    _first: int = 0
    _counts: Doubles = field(default_factory=lambda: np.zeros(0))
    _ever: Doubles = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        self._counts, self._ever = np.zeros(self.n_items), np.zeros(self.n_items)

    def learn(self, persons: Ints, items: Ints, weights: Floats, times: Doubles) -> None:  # noqa: ARG002
        """Count likes."""
        for item, weight, at in zip(items.tolist(), weights.tolist(), times.tolist(), strict=True):
            if weight > 0:
                self._items.append(item)
                self._times.append(at)
                self._counts[item] += 1.0
                self._ever[item] += 1.0
            self.latest_at = max(self.latest_at, at)

    def forget(self, person: int) -> None:
        """Nobody is forgotten in an evaluation."""

    def score(self, history: History) -> Floats:
        """Likes of the week before the question (before the last event known, where no instant is named)."""
        now = self.latest_at if history.now is None else history.now
        while self._first < len(self._times) and self._times[self._first] <= now - 7 * DAY_S:
            self._counts[self._items[self._first]] -= 1.0
            self._first += 1
        return np.asarray(self._counts + 0.5 * self._ever / max(float(self._ever.max(initial=0.0)), 1.0), np.float32)

    def explain(self, history: History, items: Items) -> Floats:
        """No entry of the history moves a popularity."""
        return np.zeros((len(history), len(items)), np.float32)


@dataclass(frozen=True, slots=True)
class Answers:
    """How one model did in one way of learning: the rank of each target (from 0), and what the asking cost."""

    ranks: Doubles
    request_s: Doubles
    tops: Longs
    fit_cpu_s: float
    learn_cpu_s: float


@dataclass(frozen=True)
class _Stretch:
    """The walk, and the scorers as they stand at its beginning."""

    walk: Walk
    scorers: Mapping[str, Scorer]
    fit_cpu_s: float


def stream(
    ratings: Ratings,
    models: Sequence[str],
    seed: int = 0,
    *,
    learning: Sequence[str] = (LIVE,),
    limit: int = LIMIT,
    params: Params | None = None,
    progress: Callable[[str, float], None] = lambda _stage, _share: None,
) -> Report:
    """Judge models by walking through the last fifth of a file; weights are found on the fifth before it."""
    rows, modes = _prepare(ratings), _modes(learning)
    made = Made(None if ratings.genres is None else _unit(ratings.genres))
    chosen = replace(params or Params(), seed=seed)
    answers: dict[tuple[str, str], Answers] = {}
    questions: list[Question] = []
    for k, mode in enumerate(modes):

        def say(stage: str, share: float, k: int = k, mode: str = mode) -> None:
            progress(f"{mode}: {stage}", (k + share) / len(modes))

        found, questions = _judge(rows, made, models, mode, limit, chosen, say)
        answers |= {(name, mode): one for name, one in found.items()}
    progress("done", 1.0)
    data = Data(rows.n_users, len(np.unique(rows.items)), len(rows), ratings.sha256)
    reports = [_report(name, mode, answers[name, mode], questions, rows, seed) for name in models for mode in modes]
    return Report(STREAM, seed, data, reports, _compared(answers, models, modes, questions, rows, seed))


def _prepare(ratings: Ratings) -> Interactions:
    if not ratings.is_timed:
        raise Invalid(
            "The protocol 'stream' needs times.", where="interactions", remedy="Add a column `time`, or choose `next`."
        )
    return weighted(ratings)


def _modes(learning: Sequence[str]) -> Sequence[str]:
    unknown = [each for each in learning if each not in LEARNING]
    if unknown:
        raise Invalid(
            f"There is no learning {unknown[0]!r}.", where="learning", remedy=f"Choose among {', '.join(LEARNING)}."
        )
    return [each for each in LEARNING if each in set(learning)] or [LIVE]


def _unit(features: Floats) -> Floats:
    return np.asarray(features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9), np.float32)


def _judge(
    rows: Interactions,
    made: Made,
    models: Sequence[str],
    mode: str,
    limit: int,
    params: Params,
    say: Callable[[str, float], None],
) -> tuple[dict[str, Answers], list[Question]]:
    at = np.quantile(rows.times, CUTS)
    spent = dict.fromkeys((BLEND, BEST), 0.0)
    weights: dict[str, tuple[float, ...]] = {}
    learnt: Learnt | None = None
    mixed = [name for name in models if name in spent]
    if mixed:
        say("weights", 0.0)
        began = time.process_time()
        early = _stretch(Walk(rows, float(at[0]), float(at[1]), limit), [CROWD], params)
        weights = find_gate(early.walk, chorus_of(early.scorers[CROWD]), [early.scorers[CROWD]], mode)
        spent = dict.fromkeys(spent, time.process_time() - began)
    if BEST in models:
        say("ranker", 0.1)
        learnt = _taught(rows, made, weights, mode, limit, params)
        spent[BEST] = time.process_time() - began
    say("fit", 0.4)
    names = {*models, *([CROWD] if mixed else ())} - {*spent}
    late = _stretch(Walk(rows, float(at[1]), np.inf, limit), sorted(names), params)
    if not len(late.walk.asked):
        raise Invalid(
            "The protocol 'stream' leaves nothing to ask.",
            where="interactions",
            remedy="It needs people with two rows or more; give a larger file or another protocol.",
        )
    candidates: dict[str, Scoring] = {name: late.scorers[name] for name in models if name not in spent}
    if mixed:
        gate = Gate(chorus_of(late.scorers[CROWD]), weights)
        facts = CrowdFacts(crowd_of(late.scorers[CROWD]), made)
        best = gate if learnt is None else Ranking(gate, learnt.ranker, facts)
        candidates |= {name: best if name == BEST else gate for name in mixed}
    say("walk", 0.5)
    return _ask(late, candidates, mode, spent)


def _taught(
    rows: Interactions, made: Made, weights: Mapping[str, tuple[float, ...]], mode: str, limit: int, params: Params
) -> Learnt | None:
    """Learn the ranker on a walk that ends where the models are judged; what is frozen is not walked for longer."""
    begin = CUTS[0] if mode == FROZEN else TAUGHT_FROM
    start_at, stop_at = np.quantile(rows.times, [begin, CUTS[1]])
    one = _stretch(Walk(rows, float(start_at), float(stop_at), LESSONS * limit), [CROWD], params)
    crowd = one.scorers[CROWD]
    answers, facts = Gate(chorus_of(crowd), weights), CrowdFacts(crowd_of(crowd), made)
    return learn(walked(one.walk, answers, facts, [crowd], mode), params.seed)


def _stretch(walk: Walk, names: Sequence[str], params: Params) -> _Stretch:
    known, n_items = walk.known(), int(walk.rows.items.max(initial=-1)) + 1

    began = time.process_time()
    ground = ground_of(known, n_items, walk.start_at, params)
    found = dict(fit(ground, params, [name for name in names if name != POPULAR_7D]).scorers)
    for name in names:
        if name == POPULAR_7D:
            week = found[name] = WeekLive(n_items)
            past = known.where(known.weights > 0)
            order = np.argsort(past.times, kind="stable")
            week.learn(past.users[order], past.items[order], past.weights[order], past.times[order])
        elif not is_live(found[name]):
            found[name] = Resolved(found[name], partial(_fit_one, name, n_items, params))
    return _Stretch(walk, {name: found[name] for name in names}, time.process_time() - began)


def _fit_one(name: str, n_items: int, params: Params, past: Interactions, as_of: float) -> Scorer:
    return fit(ground_of(past, n_items, as_of, params), params, [name]).scorers[name]


def _ask(
    late: _Stretch, candidates: Mapping[str, Scoring], mode: str, spent: Mapping[str, float]
) -> tuple[dict[str, Answers], list[Question]]:
    n = len(late.walk.asked)
    ranks = {name: np.zeros(n) for name in candidates}
    seconds = {name: np.zeros(n) for name in candidates}
    tops = {name: np.full((n, N), -1, np.int64) for name in candidates}
    questions = []
    for k, question in enumerate(late.walk.questions(list(late.scorers.values()), mode)):
        for name, model in candidates.items():
            began = time.thread_time()
            scores = model.score(question.history)
            seconds[name][k] = time.thread_time() - began
            ranks[name][k], tops[name][k] = _placed(scores, question)
        questions.append(question)
    return {
        name: Answers(ranks[name], seconds[name], tops[name], late.fit_cpu_s + spent.get(name, 0.0), 0.0)
        for name in candidates
    }, questions


def _placed(scores: Floats, question: Question) -> tuple[float, Longs]:
    """The rank of the target among what was not seen, half of its equals before it; and the first ten."""
    if not np.isfinite(scores).all():
        raise Invalid("A model gave a score that is not a number.", where="stream")
    scores = scores.copy()
    scores[question.history.items] = -np.inf
    best = np.argpartition(-scores, N)[:N] if len(scores) > N else np.arange(len(scores))
    padded = np.full(N, -1, np.int64)
    padded[: len(best)] = best
    if not question.is_known:
        return np.inf, padded
    own = scores[question.target]
    equal = int((scores == own).sum()) - 1
    return float((scores > own).sum() + equal / 2), padded


def _gains(ranks: Doubles) -> Doubles:
    found = ranks < N
    return np.where(found, 1.0 / np.log2(np.where(found, ranks, 0.0) + 2.0), 0.0)


@dataclass(frozen=True)
class _Draws:
    """People drawn again and again: how often each question counts in each draw, by whose it is."""

    users: Longs
    counts: Doubles

    @classmethod
    def of(cls, people: npt.NDArray[np.integer], seed: int) -> "_Draws":
        _, users = np.unique(people, return_inverse=True)
        n = int(users.max(initial=-1)) + 1
        rng = np.random.default_rng(seed)
        counts = np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(RESAMPLES)])
        return cls(users.astype(np.int64), counts.astype(np.float64))

    def mean(self, values: Doubles, chosen: "np.ndarray[tuple[int], np.dtype[np.bool_]] | None" = None) -> Interval:
        """The mean over questions, and the interval that the choice of people leaves."""
        counted = np.ones(len(values)) if chosen is None else chosen.astype(np.float64)
        if not counted.sum():
            return Interval(0.0, 0.0, 0.0)
        n = self.counts.shape[1]
        sums = np.bincount(self.users, values * counted, minlength=n)
        sizes = np.bincount(self.users, counted, minlength=n)
        drawn = (self.counts @ sums) / np.maximum(self.counts @ sizes, 1e-12)
        low, high = np.quantile(drawn, [0.025, 0.975])
        return Interval(float((values * counted).sum() / counted.sum()), float(low), float(high))


def _report(
    name: str, mode: str, answers: Answers, questions: Sequence[Question], rows: Interactions, seed: int
) -> ModelReport:
    draws = _Draws.of(rows.users[[each.row for each in questions]], seed)
    liked = np.array([each.is_liked for each in questions])
    gains, hits = _gains(answers.ranks), (answers.ranks < N).astype(np.float64)
    shown = len(np.unique(answers.tops[answers.tops >= 0])) / max(len(np.unique(rows.items)), 1)
    metrics = {
        "hr@10": draws.mean(hits),
        "ndcg@10": draws.mean(gains),
        "liked-ndcg@10": draws.mean(gains, liked),
        "coverage": Interval(shown, shown, shown),
    }
    p50, p99 = np.quantile(answers.request_s, [0.5, 0.99]) * 1000
    return ModelReport(name, metrics, Cost(answers.fit_cpu_s, peak_rss_mb(), float(p50), float(p99)), mode)


def _compared(
    answers: Mapping[tuple[str, str], Answers],
    models: Sequence[str],
    modes: Sequence[str],
    questions: Sequence[Question],
    rows: Interactions,
    seed: int,
) -> list[Comparison]:
    """Each model against the bar in the same learning, and against itself where it learns less often."""
    pairs = [((name, mode), (POPULAR_7D, mode)) for name in models if name != POPULAR_7D for mode in modes]
    pairs += [((name, a), (name, b)) for name in models for a, b in pairwise(modes)]
    draws = _Draws.of(rows.users[[each.row for each in questions]], seed)
    gains = {key: _gains(one.ranks) for key, one in answers.items()}
    return [
        Comparison(*this, *that, "ndcg@10", draws.mean(gains[this] - gains[that]))
        for this, that in pairs
        if that in gains
    ]


__all__ = ["DAILY", "FROZEN", "LEARNING", "LIMIT", "LIVE", "STREAM", "STREAMED", "WeekLive", "find_gate", "stream"]
