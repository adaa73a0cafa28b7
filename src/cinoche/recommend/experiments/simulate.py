"""A world whose truth is known, to try experiments on: who clicks what, how often, at which place.

Profiles and titles are points; a profile likes a title by how near the two are, and looks at a place of a list the less
the lower it stands. All chances are given, so that what any way of choosing earns can be computed, not estimated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from cinoche.recommend.experiments.design import draw
from cinoche.recommend.experiments.estimators import Doubles, Logged
from cinoche.recommend.experiments.interleave import team_draft

Chances = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """The chance that each profile clicks each title that it looks at, and that it looks at each place."""

    likes: Doubles
    looks: Doubles

    @classmethod
    def drawn(cls, profiles: int, titles: int, *, length: int = 10, rate: float = 0.3, seed: int = 0) -> Self:
        """Draw a world; the best title of a profile is clicked with about the chance ``rate`` when it is looked at."""
        draws = np.random.default_rng(seed)
        people, films = draws.normal(size=(profiles, 4)), draws.normal(size=(titles, 4))
        nearness = people @ films.T
        span = nearness.max(1, keepdims=True) - nearness.min(1, keepdims=True)
        likes = rate * ((nearness - nearness.min(1, keepdims=True)) / span) ** 2
        return cls(likes, 1.0 / np.log2(np.arange(2, length + 2)))

    @property
    def n_profiles(self) -> int:
        """How many profiles there are."""
        return len(self.likes)

    def scores(self, noise: float, seed: int) -> Doubles:
        """What a scorer says that knows the truth but for some noise: the less of it, the better the scorer."""
        draws = np.random.default_rng(seed)
        said: Doubles = self.likes / self.likes.std() + noise * draws.normal(size=self.likes.shape)
        return said


def softmax(scores: Doubles, temperature: float) -> Chances:
    """The chances with which a place is drawn by scores, a row a profile."""
    powers = np.exp((scores - scores.max(1, keepdims=True)) / temperature)
    chances: Chances = powers / powers.sum(1, keepdims=True)
    return chances


def greedy(scores: Doubles) -> Chances:
    """The chances of who always shows the best."""
    chances = np.zeros_like(scores)
    chances[np.arange(len(scores)), scores.argmax(1)] = 1.0
    return chances


def value(world: World, chances: Chances) -> float:
    """What a way of choosing one title earns: the true share of its impressions that are clicked."""
    return float((chances * world.likes).sum(1).mean())


def log(
    world: World, chances: Chances, other: Chances, visits: int, *, seed: int = 0, model: Doubles | None = None
) -> Logged:
    """Log so many visits in which one title was shown by ``chances``, to judge ``other`` by; profiles come again.

    ``model`` predicts clicks for the doubly robust estimate, well or badly.
    """
    draws = np.random.default_rng(seed)
    who = draws.integers(0, world.n_profiles, visits)
    bounds = np.cumsum(chances, 1)
    shown = np.minimum((draws.random(visits)[:, None] > bounds[who]).sum(1), chances.shape[1] - 1)
    rewards = (draws.random(visits) < world.likes[who, shown]).astype(np.float64)
    more = {}
    if model is not None:
        more = {"predicted": model[who, shown], "expected": (other * model).sum(1)[who]}
    return Logged.of(rewards, chances[who, shown], other[who, shown], who, **more)


def clicks(world: World, profile: int, titles: Sequence[int], draws: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Tell which places of a list a profile clicks in one visit."""
    looks = world.looks[: len(titles)]
    clicked: npt.NDArray[np.bool_] = draws.random(len(looks)) < looks * world.likes[profile, list(titles)[: len(looks)]]
    return clicked


def duel(world: World, first: Doubles, second: Doubles, visits: int, *, seed: int = 0) -> npt.NDArray[np.float64]:
    """Interleave what two scorers say in so many visits; gives the clicks owed to each, a row a profile."""
    draws, length = np.random.default_rng(seed), len(world.looks)
    orders = [np.argsort(-each, axis=1, kind="stable")[:, : 2 * length].tolist() for each in (first, second)]
    earned = np.zeros((world.n_profiles, 2))
    for visit, profile in enumerate(draws.integers(0, world.n_profiles, visits).tolist()):
        mixed = team_draft(orders[0][profile], orders[1][profile], length, f"{seed}:{visit}")
        clicked = clicks(world, profile, mixed.items, draws)
        for team, is_clicked in zip(mixed.teams, clicked.tolist(), strict=True):
            earned[profile, team] += is_clicked
    return earned


def split(world: World, arms: Sequence[Doubles], visits: int, *, seed: int = 0) -> npt.NDArray[np.float64]:
    """Give each profile one of the scorers by its hash; gives (arm, lists shown, lists clicked), a row a profile."""
    draws, length = np.random.default_rng(seed), len(world.looks)
    arm_of = [int(draw(f"salt {seed}", f"profile {each}") * len(arms)) for each in range(world.n_profiles)]
    orders = [np.argsort(-each, axis=1, kind="stable")[:, :length] for each in arms]
    found = np.column_stack([arm_of, np.zeros((world.n_profiles, 2))]).astype(np.float64)
    for profile in draws.integers(0, world.n_profiles, visits).tolist():
        listed = orders[arm_of[profile]][profile].tolist()
        found[profile, 1] += 1
        found[profile, 2] += clicks(world, profile, listed, draws).any()
    return found
