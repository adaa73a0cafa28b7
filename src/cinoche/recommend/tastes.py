"""What a page is made from: a profile's scores over the catalogue, what it likes, and how scores are explained."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from cinoche.recommend import rows
from cinoche.recommend.artefact import Model
from cinoche.recommend.catalogue import Catalogue, Positions, Scores
from cinoche.recommend.experiments.arms import scored_by
from cinoche.recommend.experiments.design import Part
from cinoche.recommend.newcomers import Kin, Widened
from cinoche.recommend.page import Rules
from cinoche.recommend.reasons import name_reasons
from cinoche.recommend.rows import Evidence, Rival, Taste
from cinoche.recommend.shown import lower_ignored
from cinoche.recommend.state import ProfileState, SignalWeights
from cinoche.recommend.statistics import History

CHECKED: Final = 60
"""In lists of so many titles at most each reason is tried out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose taste is asked for: the state, the history as the model reads it, and the moment.

    ``kin`` is what newcomers among the titles are known by.
    """

    model: Model
    catalogue: Catalogue
    kin: Kin
    state: ProfileState
    history: History
    weights: SignalWeights
    now: float

    def level(self, of: Widened) -> Scores:
        """Spread scores over the catalogue, what was passed by lower."""
        scores = self.catalogue.spread(of.levels, missing=float(of.levels.min(initial=0.0)))
        return lower_ignored(scores, self.state.shown, self.catalogue.position, self.weights.ignored, self.now)

    def explain(self, of: Widened, chosen: Positions) -> Sequence[Evidence]:
        """Name what moved the score of each title the most."""
        title_ids, is_checked = self.model.title_ids, len(chosen) <= CHECKED
        return name_reasons(of, title_ids, self.catalogue, chosen, self._kind_of, is_checked=is_checked)

    def like(self, position: int) -> Scores:
        """Score the catalogue by its likeness to one title."""
        item = int(self.catalogue.item[position])
        alike = self.kin.ask(self.model.blend, [item] if item >= 0 else [])
        return self.catalogue.spread(alike.scores, missing=0.0)

    def loss(self, of: Widened, position: int, positions: Positions) -> Scores:
        """Tell how much lower each title's score is without one title (of a series, any part) in the history."""
        catalogue = self.catalogue
        places = catalogue.position_of_item[self.history.items].tolist()
        is_seed = np.array([catalogue.whole(place) == position for place in places])
        items = catalogue.item[positions]
        lost = np.zeros(len(positions), np.float32)
        lost[items >= 0] = of.losses(np.flatnonzero(is_seed), items[items >= 0])
        return lost

    def liked(self) -> dict[int, float]:
        """Tell the positions of what the profile likes and how much, oldest first."""
        places = self.catalogue.position_of_item[self.history.items].tolist()
        return {
            self.catalogue.whole(position): weight
            for position, weight in zip(places, self.history.weights.tolist(), strict=True)
            if weight > 0 and position >= 0
        }

    def _kind_of(self, position: int) -> str:
        return rows.seed_kind(position, self.state.titles, self.catalogue)


def taste_of(asked: Asked, part: Part | None = None) -> tuple[Taste, Widened]:
    """Score the catalogue for a profile, by what its arm says where it takes part in an experiment."""
    scored = asked.kin.widen(scored_by(asked.model, part.arm.scorer if part else "", asked.history))
    rival = None
    if part is not None and part.rival is not None:
        other = asked.kin.widen(scored_by(asked.model, part.rival.scorer, asked.history))
        rival = Rival(asked.level(other), partial(asked.explain, other), (part.arm.name, part.rival.name))
    taste = Taste(
        state=asked.state,
        scores=asked.level(scored),
        liked=asked.liked(),
        explain=partial(asked.explain, scored),
        like=asked.like,
        loss=partial(asked.loss, scored),
        now=asked.now,
        rival=rival,
    )
    return taste, scored


def ruled(rules: Rules, part: Part | None) -> Rules:
    """The rules of a page as an arm changes them."""
    if part is None:
        return rules
    arm, balance, share = part.arm, rules.balance, rules.exploration.share
    return replace(
        rules,
        balance=replace(
            balance,
            calibration=balance.calibration if arm.calibration is None else arm.calibration,
            diversity=balance.diversity if arm.diversity is None else arm.diversity,
        ),
        exploration=replace(rules.exploration, share=share if arm.exploration is None else arm.exploration),
    )
