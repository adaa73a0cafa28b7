"""User neighbours against cosines written out, and the bounds on what is kept."""

from dataclasses import replace

import numpy as np

from cinoche.recommend.families import Ground
from cinoche.recommend.families.user_knn import UserKnn
from cinoche.recommend.statistics import Doubles, History


def test_scores_are_the_votes_of_the_nearest_people(ground: Ground, dense: Doubles) -> None:
    one = UserKnn(neighbours=5, power=2.0, rarity=0.5)
    rarity = np.log(1.0 + len(dense) / np.maximum((dense > 0).sum(0), 1)) ** 0.5
    rows = dense * rarity
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    history = History.of([0, 4, 7], [1.0, 0.5, -1.0])
    query = np.zeros(dense.shape[1])
    query[ground.layout.place[history.items]] = history.weights
    likeness = rows @ (query * rarity)
    near = [k for k in np.argsort(-likeness)[:5] if likeness[k] > 0]
    expected = sum(likeness[k] ** 2 * (dense[k] > 0) for k in near)
    scorer = one.scorer(one.fit(ground), ground.n_items)
    np.testing.assert_allclose(scorer.score(history)[ground.layout.warm_items], expected, rtol=1e-4)
    np.testing.assert_allclose(scorer.explain(history, np.arange(13)).sum(0), scorer.score(history), rtol=1e-4)


def test_the_last_active_people_and_their_last_titles_are_kept(ground: Ground) -> None:
    arrays = UserKnn(most_people=10, most_titles=2).fit(ground)
    assert len(arrays["rows"]) <= 11
    assert np.diff(arrays["rows"]).max() <= 2
    rows = ground.interactions
    last = np.array([rows.times[stop - 1] for stop in rows.bounds[1:]])
    newest = replace(ground, interactions=rows.where(np.repeat(last >= np.sort(last)[-10], np.diff(rows.bounds))))
    for name, array in UserKnn(most_titles=2).fit(newest).items():
        if name != "items" and len(newest.layout.warm_items) == len(ground.layout.warm_items):
            assert array.shape == arrays[name].shape


def test_people_who_liked_what_one_dislikes_are_farther(ground: Ground) -> None:
    scorer = UserKnn(neighbours=40).scorer(UserKnn(neighbours=40).fit(ground), ground.n_items)
    without, disliked = History.of([0]), History.of([0, 1], [1.0, -1.0])
    assert scorer.score(disliked).sum() < scorer.score(without).sum()
