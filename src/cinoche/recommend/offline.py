"""Films like those somebody names, from the published model alone: no database, no server, answered in a second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cinoche.catalog.names import NameEntry, NameIndex
from cinoche.kit.errors import Forbidden
from cinoche.recommend.artefact import LEARNED_FROM, Model, TitleName, open_current
from cinoche.recommend.scorers import top
from cinoche.recommend.statistics import History


@dataclass(frozen=True, slots=True)
class Liked:
    """One title of an answer: its score, and the seed that moved it the most."""

    title: TitleName
    score: float
    because: TitleName | None
    share: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was named, and what is like it."""

    seeds: Sequence[NameEntry]
    items: Sequence[Liked]

    def as_dict(self) -> dict[str, Any]:
        """Give the answer as plain values."""
        return {
            "seeds": [{"title_id": seed.title_id, "name": seed.name, "year": seed.year} for seed in self.seeds],
            "items": [
                {**_named(each.title), "score": round(each.score, 6), "evidence": _evidence(each)}
                for each in self.items
            ],
        }

    def lines(self) -> Sequence[str]:
        """Give the answer as lines for a terminal."""
        several = len(self.seeds) > 1
        found = [f"Because you like {', '.join(map(str, self.seeds))}:"]
        for rank, each in enumerate(self.items, start=1):
            year = f" ({each.title.year})" if each.title.year else ""
            why = f"   ← {each.because.name}" if several and each.because else ""
            found.append(f"{rank:>4}. {each.title.name}{year}{why}")
        return found


def recommend(folder: Path, names: Sequence[str], *, n: int, is_commercial: bool = False) -> Answer:
    """List the ``n`` titles most like those named (by name or id).

    Raises Unavailable when no model was published, Forbidden in commercial mode for one of non-commercial sources, and
    Ambiguous or Unknown for a name.
    """
    model = open_current(folder)
    if is_commercial and not model.manifest.params.get(LEARNED_FROM, {}).get("is_commercial", False):
        raise Forbidden(
            "this model was learned from sources that may not be used commercially.",
            where="CINOCHE_COMMERCIAL",
            remedy="Import sources whose licence allows it and train again, or run without commercial mode.",
        )
    index = NameIndex(
        NameEntry(title.title_id, title.name, title.year, title.external, title.also, title.folded)
        for title in model.titles
    )
    seeds = list({entry.title_id: entry for entry in map(index.resolve, names)}.values())
    return Answer(seeds, like(model, [model.index[seed.title_id] for seed in seeds], n=n))


def like(model: Model, items: Sequence[int], *, n: int) -> Sequence[Liked]:
    """List the ``n`` titles most like these items, each with the one that moved it."""
    scored = model.blend.scored(History.of(items), is_ordered=False)
    scores = scored.scores.copy()
    scores[list(items)] = -np.inf
    found = [int(each) for each in top(scores, n) if scores[each] > 0]
    raised = np.maximum(scored.explain(found), 0.0) if found else np.zeros((len(items), 0), np.float32)
    total = raised.sum(axis=0)
    strongest = raised.argmax(axis=0)
    return [
        Liked(
            model.titles[item],
            float(scores[item]),
            model.titles[items[strongest[k]]] if total[k] > 0 else None,
            float(raised[strongest[k], k] / total[k]) if total[k] > 0 else 0.0,
        )
        for k, item in enumerate(found)
    ]


def _named(title: TitleName) -> Mapping[str, Any]:
    return {"title_id": title.title_id, "name": title.name, "year": title.year}


def _evidence(each: Liked) -> Mapping[str, Any]:
    if each.because is None:
        return {"kind": "popular"}
    return {"kind": "seed", **_named(each.because), "value": round(each.share, 4)}
