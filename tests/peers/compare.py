"""Measure lists by LensKit and RecTools, and say where they differ from ours by more than 1e-9.

It runs in an environment that has both and knows nothing of Cinoche. Where definitions differ, only what both define
alike is compared. RecTools divides recall by all that is right: compared where that is no more than the list is long.
LensKit divides precision by the list's own length: compared where the list is full. A title that nobody liked before
counts differently: novelty is compared on lists without any.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

WITHIN = 1e-9


def main(folder: Path) -> int:
    """Compare every set of lists; tell how many comparisons failed."""
    warnings.simplefilter("ignore")
    failed = 0
    for home in sorted(folder.iterdir()):
        told = json.loads((home / "ours.json").read_text())
        lists, right, known = (pd.read_csv(home / f"{name}.csv") for name in ("lists", "right", "known"))
        for depth, ours in told["ours"].items():
            n = int(depth)
            theirs = rectools(lists, right, known, told, n) | lenskit(lists, right, told, n)
            for name, (metric, values, people) in theirs.items():
                mine = np.atleast_1d(np.asarray(ours[metric], np.float64))
                mine = mine[people] if people is not None else mine
                gap = float(np.abs(mine - values).max(initial=0.0))
                failed += gap > WITHIN
                mark = "ok  " if gap <= WITHIN else "LOOK"
                print(  # noqa: T201
                    f"{mark} {home.name} @{n} {name}: {len(mine)} values, largest difference {gap:.1e}"
                )
    return failed


def rectools(lists, right, known, told, n):
    """What RecTools says."""
    from rectools.metrics import NDCG, CatalogCoverage, HitRate, MeanInvUserFreq, Precision, Recall

    by_person = {
        "hit_rate": HitRate(n).calc_per_user(lists, right),
        "precision": Precision(n).calc_per_user(lists, right),
        "recall": Recall(n).calc_per_user(lists, right),
        "ndcg": NDCG(n, divide_by_achievable=True).calc_per_user(lists, right),
    }
    few = right.groupby("user_id").size() <= n
    found = {}
    for metric, values in by_person.items():
        people = values.index.to_numpy()
        if metric == "recall":
            people = people[few.loc[people].to_numpy()]
        found[f"RecTools {metric}"] = (metric, values.loc[people].to_numpy(), people)
    novelty = MeanInvUserFreq(n).calc_per_user(lists, known)
    shown = lists[lists["rank"] <= n]
    is_known = shown["item_id"].isin(set(told["catalogue"])).groupby(shown["user_id"]).all()
    people = is_known.index[is_known].to_numpy()
    shift = np.log2(told["n_people"]) - np.log2(known["user_id"].nunique())
    found["RecTools novelty"] = ("novelty", novelty.loc[people].to_numpy() + shift, people)
    coverage = CatalogCoverage(n, normalize=True).calc(lists, np.array(told["catalogue"]))
    if set(shown["item_id"]) <= set(told["catalogue"]):
        found["RecTools coverage"] = ("coverage", np.array([coverage]), None)
    return found


def lenskit(lists, right, told, n):
    """What LensKit says."""
    from lenskit.data import ItemList
    from lenskit.metrics import NDCG, Hit, ListGini, LogRankWeight, Precision, Recall

    given = {
        user: ItemList(item_ids=part["item_id"].to_numpy(), ordered=True) for user, part in lists.groupby("user_id")
    }
    wanted = {user: ItemList(item_ids=part["item_id"].to_numpy()) for user, part in right.groupby("user_id")}
    people = np.array(sorted(given))
    measures = {"hit_rate": Hit(n), "precision": Precision(n), "recall": Recall(n)}
    measures["ndcg"] = NDCG(n, weight=LogRankWeight(offset=1))
    found = {}
    for metric, measure in measures.items():
        asked = people if metric != "precision" else np.array([user for user in people if len(given[user]) >= n])
        values = np.array([measure.measure_list(given[user], wanted[user]) for user in asked], np.float64)
        found[f"LensKit {metric}"] = (metric, values, asked)
    shown = set(lists.loc[lists["rank"] <= n, "item_id"])
    gini = ListGini(n, items=len(set(told["catalogue"]) | shown))
    value = gini.global_aggregate([gini.compute_list_data(given[user], wanted[user]) for user in people])
    found["LensKit gini"] = ("gini", np.array([value]), None)
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
