"""The protocol `alike`: films like one that nobody has watched, from what it is alone.

The titles of the file are dealt into five hands. Of each hand in turn, all that people did is hidden; models are fitted
on the rest, and list for every title of the hand those most like it, of the whole catalogue. Right are the 20 titles
most liked together with it, in the whole file, among those with at least 20 likes; only of these titles lists are
judged. Coverage counts the lists of all.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.kit.errors import Invalid
from cinoche.recommend import texts
from cinoche.recommend.evaluation import protocols
from cinoche.recommend.evaluation.metrics import Ranked, interval, ratio
from cinoche.recommend.evaluation.readers import Ratings
from cinoche.recommend.evaluation.report import Cost, Data, ModelReport, Report, peak_rss_mb
from cinoche.recommend.evaluation.tally import whole
from cinoche.recommend.families import Ground, TitleFacts, family
from cinoche.recommend.families.alike_fit import FEWEST, liked_together
from cinoche.recommend.families.numbers import NUMBERS, steps
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import ALIKE, CONTENT, Scorer, top
from cinoche.recommend.statistics import Doubles, Floats, History, Longs
from cinoche.recommend.training.content import content_features
from cinoche.recommend.training.fit import Params

NEAREST: Final = "genres+numbers"
"""The baseline: the nearest titles by genres, year and votes, all of one weight."""

JUDGED: Final = (NEAREST, CONTENT, ALIKE)
HANDS: Final = 5
N: Final = 20
LEAST_LIKES: Final = 20

Say = Callable[[str, float], None]


@dataclass(frozen=True)
class Nearest:
    """The nearest titles by genres and numbers, each scaled to the same spread."""

    features: Floats
    name: str = NEAREST

    @classmethod
    def of(cls, titles: Sequence[TitleFacts]) -> "Nearest":
        """Lay titles out by their genres, year and votes."""
        genres = sorted({genre for each in titles for genre in each.genres})
        table = np.array([[genre in each.genres for genre in genres] for each in titles], np.float64)
        numbers = steps(titles)[:, [0, 2]].astype(np.float64)
        for column, number in zip(numbers.T, (NUMBERS[0], NUMBERS[2]), strict=True):
            is_known = column < number.steps
            column[~is_known] = column[is_known].mean() if is_known.any() else 0.0
        spread = numbers.std(axis=0)
        numbers = (numbers - numbers.mean(0)) / np.where(spread > 0, spread, 1.0)
        return cls(np.concatenate([table, numbers], axis=1).astype(np.float32))

    def score(self, history: History) -> Floats:
        """Minus the squared distance from the nearest title of the history."""
        far = [np.square(self.features - self.features[item]).sum(1) for item in history.items]
        return np.asarray(-np.min(far, axis=0) if far else np.zeros(len(self.features)), np.float32)

    def explain(self, history: History, items: npt.NDArray[np.integer] | Sequence[int]) -> Floats:
        """Nothing is told."""
        return np.zeros((len(history), len(items)), np.float32)


@dataclass
class _Shown:
    """What one model listed: hand by hand, for the titles judged, and among the titles known well alone."""

    ranked: list[Ranked] = field(default_factory=list)
    among_known: list[Ranked] = field(default_factory=list)
    listed: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)


def alike(
    ratings: Ratings,
    facts: Sequence[TitleFacts],
    models: Sequence[str] = (),
    seed: int = 0,
    *,
    params: Params | None = None,
    progress: Say = lambda _stage, _share: None,
) -> Report:
    """Judge how well titles without any interaction are put beside those that people like with them."""
    chosen = choose(models)
    if int(ratings.items.max(initial=-1)) >= len(facts):
        raise Invalid(
            f"Facts are given of {len(facts)} titles; the ratings name more.",
            where="facts",
            remedy="Give what is known of every item, in the order of the ratings' names.",
        )
    liked = np.ones(len(ratings), np.bool_) if ratings.ratings is None else ratings.ratings >= ratings.threshold
    rows = Interactions.of(ratings.users[liked], ratings.items[liked]).first_of_each()
    progress("texts", 0.0)
    ground = Ground(rows, len(facts), 0.0, content_features(facts), facts, seed=seed, texts=encoded(facts))
    known = np.flatnonzero(ground.counts >= LEAST_LIKES)
    if len(known) < FEWEST:
        raise Invalid(
            f"Only {len(known)} titles have {LEAST_LIKES} likes.",
            where="interactions",
            remedy=f"It needs {FEWEST} of them; give a larger file.",
        )
    right = known[liked_together(ground, known, known, N)]
    shown: dict[str, _Shown] = {name: _Shown() for name in chosen}
    hands = np.random.default_rng(seed).integers(0, HANDS, len(facts))
    for hand in range(HANDS):
        progress(f"hand {hand + 1}", 0.1 + 0.9 * hand / HANDS)
        of_hand = hands == hand
        _judge(
            shown,
            _without(ground, of_hand),
            np.flatnonzero(of_hand),
            dict(zip(known.tolist(), right, strict=True)),
            params,
        )
    progress("done", 1.0)
    found = [_row(name, one, shown[NEAREST], len(facts), seed) for name, one in shown.items()]
    data = Data(rows.n_users, len(facts), len(rows), ratings.sha256)
    return Report(protocols.ALIKE, seed, data, found, bar=NEAREST)


def choose(models: Iterable[str]) -> list[str]:
    """The models that this protocol can judge, among these or all; the baseline is always one. Raises Invalid."""
    wanted = set(models) or set(JUDGED)
    if unknown := sorted(wanted - set(JUDGED)):
        raise Invalid(f"There is no model {unknown[0]!r} here.", where="model", remedy=f"Choose {', '.join(JUDGED)}.")
    return [name for name in JUDGED if name in wanted | {NEAREST}]


def encoded(facts: Sequence[TitleFacts]) -> npt.NDArray[np.int8] | None:
    """What the encoder makes of the synopses; None where it is not installed, or there are none."""
    if not texts.is_installed() or not any(each.synopsis for each in facts):
        return None
    return np.concatenate(list(texts.encode([texts.text_of(each) for each in facts])))


def _without(ground: Ground, hidden: npt.NDArray[np.bool_]) -> Ground:
    rows = ground.interactions.where(~hidden[ground.interactions.items])
    return Ground(rows, ground.n_items, 0.0, ground.content, ground.facts, seed=ground.seed, texts=ground.texts)


def _judge(
    shown: Mapping[str, _Shown], ground: Ground, hand: Longs, right: Mapping[int, Longs], params: Params | None
) -> None:
    for name, one in shown.items():
        started = time.process_time()
        scorer = _fitted(name, ground, params)
        one.cpu_s.append(time.process_time() - started)
        _list(one, scorer, ground.n_items, hand, right)


def _fitted(name: str, ground: Ground, params: Params | None) -> Scorer:
    if name == NEAREST:
        return Nearest.of(ground.facts)
    made = family(name, (params or Params()).hyper.get(name))
    return made.scorer(made.fit(ground), ground.n_items)


def _list(one: _Shown, scorer: Scorer, n_items: int, hand: Longs, right: Mapping[int, Longs]) -> None:
    known = np.array(sorted(right), np.int64)
    judged = [int(each) for each in hand if int(each) in right]
    tops, tops_known = [], []
    for item in hand.tolist():
        started = time.perf_counter()
        scores = scorer.score(History.of([item])).copy()
        scores[item] = -np.inf
        best = top(scores, N)
        one.seconds.append(time.perf_counter() - started)
        one.listed.update(best.tolist())
        if item in right:
            tops.append(best)
            tops_known.append(known[top(scores[known], N)])
    targets = [right[item] for item in judged]
    one.ranked.append(Ranked.of(np.array(tops).reshape(-1, N), targets, n_items))
    one.among_known.append(Ranked.of(np.array(tops_known).reshape(-1, N), targets, n_items))


def _row(name: str, one: _Shown, bar: _Shown, n_titles: int, seed: int) -> ModelReport:
    def ndcg(parts: Sequence[Ranked]) -> Doubles:
        return np.concatenate([each.ndcg(N) for each in parts])

    metrics = {
        f"ndcg@{N}": interval([ndcg(one.ranked)], seed),
        f"recall@{N}": interval([np.concatenate([each.recall(N) for each in one.ranked])], seed),
        f"known_ndcg@{N}": interval([ndcg(one.among_known)], seed),
        "coverage": whole([len(one.listed) / max(n_titles, 1)]),
    }
    p50, p99 = np.quantile(one.seconds, [0.5, 0.99]) * 1000
    versus = {
        f"ndcg@{N}": ratio([ndcg(one.ranked)], [ndcg(bar.ranked)], seed),
        f"known_ndcg@{N}": ratio([ndcg(one.among_known)], [ndcg(bar.among_known)], seed),
    }
    cost = Cost(float(np.mean(one.cpu_s)), peak_rss_mb(), float(p50), float(p99))
    return ModelReport(name, metrics, cost, ratio=versus)
