"""Rank the demo's titles by our models, then let the peers' environment measure the same lists.

``python -m tests.peers PYTHON``: the interpreter of the environment that has LensKit and RecTools.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from cinoche.recommend.evaluation import beyond
from cinoche.recommend.evaluation.beyond import Known
from cinoche.recommend.evaluation.metrics import Ranked
from cinoche.recommend.evaluation.protocols import plan
from cinoche.recommend.evaluation.rounds import Round
from cinoche.recommend.evaluation.tally import rank
from cinoche.recommend.families import family
from cinoche.recommend.training import Params
from cinoche.recommend.training.train import ground_of
from tests.benchmarks.accuracy import demo_ratings

MODELS = ("popular-7d", "ease")
DEPTHS = (10, 50)
COMPARE = Path(__file__).with_name("compare.py")


def main() -> int:
    """Write the lists of two protocols, and what we say of them, and have them compared."""
    ratings = demo_ratings()
    with tempfile.TemporaryDirectory(prefix="cinoche-peers-") as folder:
        for protocol in ("time", "fold-in"):
            laid = plan(ratings, protocol, seed=0, validation_users=100)
            one = laid.rounds[0]
            ground = ground_of(one.test.known, laid.n_items, one.test.as_of, Params())
            for name in MODELS:
                model = family(name)
                scorer = model.scorer(model.fit(ground), laid.n_items)
                ranked, _ = rank(scorer, one.test.cases, laid.n_items, max(DEPTHS))
                write(Path(folder) / f"{protocol}.{name}", one, ranked, laid.n_items)
        return subprocess.run([sys.argv[1], str(COMPARE), folder], check=False).returncode


def write(home: Path, one: Round, ranked: Ranked, n_items: int) -> None:
    """Write the lists, what is right, what was known, and our metrics of each person."""
    home.mkdir()
    rows = one.test.known
    known = Known(rows.counts(n_items), rows.n_users)
    with (home / "lists.csv").open("w") as file:
        file.write("user_id,item_id,rank\n")
        for user, row in enumerate(ranked.tops):
            file.writelines(f"{user},{item},{place + 1}\n" for place, item in enumerate(row[row >= 0]))
    with (home / "right.csv").open("w") as file:
        file.write("user_id,item_id\n")
        file.writelines(f"{user},{item}\n" for user, case in enumerate(one.test.cases) for item in case.targets)
    liked = rows.weights > 0
    with (home / "known.csv").open("w") as file:
        file.write("user_id,item_id\n")
        file.writelines(f"{user},{item}\n" for user, item in zip(rows.users[liked], rows.items[liked], strict=True))
    ours = {str(n): measured(ranked, known, n) for n in DEPTHS}
    told = {"ours": ours, "n_people": known.n_people, "catalogue": np.flatnonzero(known.counts > 0).tolist()}
    (home / "ours.json").write_text(json.dumps(told))


def measured(ranked: Ranked, known: Known, n: int) -> dict[str, object]:
    """Our metrics at one depth: a value a person, or one value for all lists."""
    return {
        "hit_rate": ranked.hit_rate(n).tolist(),
        "precision": ranked.precision(n).tolist(),
        "recall": ranked.recall(n).tolist(),
        "ndcg": ranked.ndcg(n).tolist(),
        "novelty": beyond.novelty(ranked, known, n).tolist(),
        "coverage": ranked.coverage(n, known.n_titles),
        "gini": beyond.gini(ranked, known, n),
    }


if __name__ == "__main__":
    sys.exit(main())
