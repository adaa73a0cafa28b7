"""Every family of models: the same ground gives the same scorer, any history is scored, and it finds what is there."""

from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import Invalid
from cinoche.recommend.artefact import Recipe, make_scorers
from cinoche.recommend.families import (
    BLENDED,
    EXTRAS,
    FAMILIES,
    UNORDERED,
    Arrays,
    Ground,
    TitleFacts,
    family,
    hyper_of,
)
from cinoche.recommend.interactions import Interactions
from cinoche.recommend.scorers import Scorer, top
from cinoche.recommend.statistics import History
from cinoche.recommend.training.content import content_features
from cinoche.recommend.training.fit import Params, fit

AS_OF = 1_700_000_000.0
N = 120
N_THIRD = N // 3
COLD = 119
HISTORY = History.of([3, 5, 6])

LIBRARIES = {"neural": "jax"}
"""What each extra brings."""

SMALL: dict[str, dict[str, Any]] = {
    "ease": {"reg": 20.0},
    "ease-recent": {"reg": 20.0},
    "sequence-ridge": {"reg": 20.0, "joint_titles": 60},
    "ease-sparse": {"reg": 20.0, "neighbours": 40, "head": 100},
    "svd": {"factors": 24},
    "ials": {"factors": 24},
    "bpr": {"factors": 16, "sweeps": 60},
    "hybrid": {"factors": 16, "sweeps": 60},
    "alike": {"min_likes": 5, "neighbours": 5},
    "autoencoder": {"dim": 64, "deep": 32, "rows": 16, "epochs": 20, "rate": 0.005, "kl": 0.0005},
    "transformer": {"dim": 16, "length": 16, "rows": 8, "negatives": 64, "epochs": 10, "rate": 0.01},
}
"""Hyper-parameters for a world of a few hundred people, where the defaults are for real ones."""

QUALITY = {
    "popular-7d": (0.02, 0.2),
    "popular": (0.02, 0.25),
    "content": (0.1, 0.3),
    "alike": (0.1, 0.35),
    "ease": (0.3, 0.6),
    "ease-recent": (0.4, 1.0),
    "markov": (0.6, 1.0),
    "sequence-ridge": (0.75, 1.0),
    "popular-live": (0.02, 0.25),
    "popular-decayed": (0.02, 0.25),
    "neighbours": (0.3, 0.9),
    "co-occurrence": (0.3, 1.0),
    "co-occurrence-close": (0.8, 1.0),
    "crowd": (0.4, 1.0),
    "memory": (0.6, 1.0),
    "memory-long": (0.5, 1.0),
    "memory-sharp": (0.6, 1.0),
    "ease-sparse": (0.3, 0.6),
    "item-knn": (0.2, 0.5),
    "user-knn": (0.2, 0.6),
    "svd": (0.3, 0.6),
    "ials": (0.2, 0.6),
    "bpr": (0.2, 0.5),
    "hybrid": (0.15, 0.45),
    "autoencoder": (0.23, 0.5),
    "transformer": (0.75, 1.0),
}
"""How often the next title is among the first ten, for people never seen: less is broken, more is too good to be."""


@cache
def world(n_people: int = 400, seed: int = 0) -> Interactions:
    """People who stay in one third of the catalogue and mostly take the next title; some titles are known to more."""
    rng = np.random.default_rng(seed)
    users, items, times = [], [], []
    for user in range(n_people):
        third = user % 3
        start = int(N_THIRD * rng.beta(1.2, 2.0))
        walked = (start + np.cumsum(rng.integers(1, 4, 14))) % (N_THIRD - 1) + N_THIRD * third
        _, first = np.unique(walked, return_index=True)
        walked = walked[np.sort(first)]
        began = AS_OF - (20 + 80 * rng.random()) * DAY_S
        users += [user] * len(walked)
        items += walked.tolist()
        times += (began + np.arange(len(walked)) * DAY_S).tolist()
    return Interactions.of(users, items, None, times)


@cache
def facts() -> tuple[TitleFacts, ...]:
    genres = ("Drama", "Comedy", "War")
    return tuple(TitleFacts(f"t{k}", f"Title {k}", 1950 + k % 60, (genres[k // N_THIRD],)) for k in range(N))


@cache
def ground() -> Ground:
    return Ground(world(), N, AS_OF, content_features(facts()), facts())


@cache
def fitted(name: str) -> Arrays:
    return family(name, SMALL.get(name)).fit(ground())


@cache
def scorer(name: str) -> Scorer:
    return family(name, SMALL.get(name)).scorer(fitted(name), N)


def hit_rate(one: Scorer) -> float:
    """How often the last title of somebody never seen is among the first ten, full ranking."""
    strangers = world(200, seed=1)
    found = []
    for k in range(strangers.n_users):
        whole = strangers.history(k)
        known, target = whole.at(slice(-1)), int(whole.items[-1])
        scores = one.score(known).copy()
        scores[known.items] = -np.inf
        found.append(target in top(scores, 10))
    return float(np.mean(found))


def _param(name: str) -> object:
    extra = EXTRAS.get(name)
    missing = extra is not None and find_spec(LIBRARIES[extra]) is None
    return pytest.param(name, marks=pytest.mark.skipif(missing, reason=f"the extra `{extra}` is not installed"))


every = pytest.mark.parametrize("name", [_param(name) for name in FAMILIES])


@every
def test_it_finds_what_is_there_and_no_more(name: str) -> None:
    low, high = QUALITY[name]
    assert low <= hit_rate(scorer(name)) <= high


@every
def test_the_same_ground_gives_the_same_arrays(name: str) -> None:
    again = family(name, SMALL.get(name)).fit(replace(ground()))
    assert again.keys() == fitted(name).keys()
    for each, array in fitted(name).items():
        np.testing.assert_array_equal(array, again[each])


@every
@pytest.mark.parametrize(
    "history",
    [
        History.of([]),
        History.of([COLD]),
        History.of([3]),
        History.of([3, 7, 50], [1.0, -1.0, 0.3]),
        History.of(np.arange(N)),
        History.of([5, 6], None, [AS_OF + 10 * DAY_S, AS_OF + 11 * DAY_S]),
    ],
    ids=["nothing", "cold", "one", "a dislike", "everything", "the future"],
)
def test_any_history_is_scored_in_finite_numbers(name: str, history: History) -> None:
    scores = scorer(name).score(history)
    assert (scores.shape, scores.dtype) == ((N,), np.float32)
    assert np.isfinite(scores).all()
    votes = scorer(name).explain(history, [0, 5, COLD])
    assert votes.shape == (len(history), 3)
    assert np.isfinite(votes).all()


@every
def test_scoring_changes_neither_the_arrays_nor_the_next_answer(name: str) -> None:
    history = History.of([3, 5, 6])
    first = scorer(name).score(history).copy()
    scorer(name).score(History.of([80, 81]))
    np.testing.assert_array_equal(scorer(name).score(history), first)


@every
def test_arrays_survive_being_written_and_mapped(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp(name)
    mapped = {}
    for each, array in fitted(name).items():
        np.save(folder / f"{each}.npy", array, allow_pickle=False)
        mapped[each] = np.load(folder / f"{each}.npy", mmap_mode="r" if array.size else None)
    reopened = family(name, hyper_of(family(name, SMALL.get(name)))).scorer(mapped, N)
    history = History.of([3, 5, 6])
    np.testing.assert_array_equal(reopened.score(history), scorer(name).score(history))


@every
@pytest.mark.parametrize(
    "rows",
    [
        Interactions.of([], []),
        Interactions.of([0], [0], None, [AS_OF - 1]),
        Interactions.of([0, 0, 0], [0, 1, 2], None, [AS_OF - 3, AS_OF - 2, AS_OF - 1]),
        Interactions.of([0, 1, 2], [4, 4, 4], None, [AS_OF - 3, AS_OF - 2, AS_OF - 1]),
        Interactions.of([0, 0, 1, 1], [0, 1, 0, 1], [-1.0, -1.0, -1.0, -1.0], [AS_OF - 9] * 4),
        Interactions.of([0, 0, 1, 1], [0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3], [AS_OF - 9] * 4),
        Interactions.of([0, 0, 0, 1, 1], [2, 2, 3, 3, 3], None, [AS_OF - 9] * 5),
        Interactions.of([0, 0, 1, 1], [2, 2, 2, 3], [1.0, -1.0, 1.0, 1.0], [AS_OF - 9] * 4),
    ],
    ids=[
        "nobody", "one row", "one person", "one title", "dislikes alone", "all equal", "twice the same",
        "liked and disliked",
    ],
)  # fmt: skip
def test_nearly_nothing_can_be_fitted(name: str, rows: Interactions) -> None:
    small = Ground(rows, 5, AS_OF, min_ratings=1)
    one = family(name, SMALL.get(name))
    scores = one.scorer(one.fit(small), 5).score(History.of([0, 1]))
    assert np.isfinite(scores).all()
    assert scores.shape == (5,)


def test_what_families_share_is_kept_once_and_read_by_each() -> None:
    names = ("ease", "ease-recent", "memory", "memory-long")
    params = Params(families=names, hyper={name: SMALL[name] for name in ("ease", "ease-recent")})
    found = fit(replace(ground()), params)
    assert {name for name in found.arrays if name.startswith(("ease-recent.", "memory-long."))} == {
        "memory-long.scales"
    }
    again = make_scorers(found.arrays, Recipe({name: dict(found.families[name]) for name in names}, {}), N)
    for name in names:
        np.testing.assert_array_equal(again[name].score(HISTORY), scorer(name).score(HISTORY))


def test_a_family_that_is_asked_for_without_the_one_it_shares_with_brings_its_own() -> None:
    found = fit(replace(ground()), Params(families=("ease-recent",), hyper={"ease-recent": SMALL["ease-recent"]}))
    assert "ease-recent.weights" in found.arrays
    np.testing.assert_array_equal(found.scorers["ease-recent"].score(HISTORY), scorer("ease-recent").score(HISTORY))


def test_the_blend_mixes_sums_and_memories_alone() -> None:
    assert {"ease", "markov", "memory"} < set(BLENDED)
    assert "content" not in BLENDED


@every
def test_a_history_longer_than_the_catalogue_that_is_known_is_scored(name: str) -> None:
    large = Ground(world(), 5_000, AS_OF)
    one = family(name, SMALL.get(name))
    scorer = one.scorer(one.fit(large), large.n_items)
    history = History.of(np.arange(large.n_items), np.resize([1.0, 0.3, -1.0], large.n_items))
    assert np.isfinite(scorer.score(history)).all()
    assert np.isfinite(scorer.explain(history, [0, 4_999])).all()


SHARES_OUT = {"crowd"}
"""Families whose scores are chances: what is known cannot come next, so that whatever was said of it others gain."""


@every
def test_what_is_like_a_dislike_never_rises(name: str) -> None:
    one = scorer(name)
    for liked, disliked in ((3, 50), (60, 100), (90, 10)):
        alike = top(one.score(History.of([disliked])), 5)
        known = History.of([disliked, liked], [0.0, 1.0]) if name in SHARES_OUT else History.of([liked])
        without = one.score(known)
        with_it = one.score(History.of([disliked, liked], [-1.0, 1.0]))
        assert (with_it[alike] <= without[alike] + 1e-6).all()


@pytest.mark.parametrize("name", UNORDERED)  # elsewhere the entries before it move up into its place
def test_without_the_entry_that_moved_a_title_most_it_scores_less(name: str) -> None:
    one, strangers = scorer(name), world(60, seed=2)
    for k in range(strangers.n_users):
        history = strangers.history(k)
        scores = one.score(history).copy()
        scores[history.items] = -np.inf
        best = top(scores, 1)
        votes = one.explain(history, best)[:, 0]
        if votes.max() > 0:
            left = history.where(np.arange(len(history)) != votes.argmax())
            assert one.score(left)[best[0]] < scores[best[0]]


@every
def test_it_is_called_by_the_name_in_the_registry(name: str) -> None:
    assert family(name).name == name
    assert scorer(name).name == name


def test_an_interaction_that_is_not_a_number_is_refused_before_any_family_sees_it() -> None:
    with pytest.raises(Invalid, match=r"weight is not a number"):
        Interactions.of([0, 0], [1, 2], [1.0, np.nan])
    with pytest.raises(Invalid, match=r"time is not a number"):
        Interactions.of([0, 0], [1, 2], None, [AS_OF, np.nan])


def test_an_unknown_family_or_hyper_parameter_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match=r"no model 'oracle'.*Choose among popular-7d"):
        family("oracle")
    with pytest.raises(Invalid, match=r"'ease' has no hyper-parameter 'factors'.*It has: reg"):
        family("ease", {"factors": 3})
    with pytest.raises(Invalid, match=r"'ease' cannot be made so"):
        family("ease", {"reg": "a lot"})
