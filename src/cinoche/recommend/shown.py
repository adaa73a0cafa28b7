"""What a person was shown and passed by: after several visits it stands lower, gently, and comes back with time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cinoche.kit.clock import DAY_S

Scores = npt.NDArray[np.float32]

MOST_SHOWN: Final = 500
"""Of how many titles it is remembered that they were shown: those shown last."""

APART_S: Final = 30 * 60.0
"""Shown again within half an hour is the same visit, and counts once."""

IGNORED_FROM: Final = 3
IGNORED_FULLY: Final = 8
"""Passed by in so many visits a title begins to sink; in so many it has sunk as far as it does."""

FORGIVEN_S: Final = 14 * DAY_S
"""After so long without being shown, half of it is forgiven."""


@dataclass(frozen=True, slots=True)
class Shown:
    """In how many visits a title was shown since something was last done with it, and when last."""

    times: int
    last_at: float


def show(shown: dict[str, Shown], title_ids: Iterable[str], time_s: float) -> None:
    """Count that titles were shown; those shown longest ago are let go of when there are too many."""
    for title_id in title_ids:
        before = shown.pop(title_id, None)
        if before is None:
            shown[title_id] = Shown(1, time_s)
        else:
            is_another = time_s - before.last_at > APART_S
            shown[title_id] = Shown(before.times + is_another, max(before.last_at, time_s))
        if len(shown) > MOST_SHOWN:
            del shown[next(iter(shown))]


def passed_by(shown: Shown, now: float) -> float:
    """Tell how much a title was passed by, 0 (not enough to say anything) to 1."""
    share = (shown.times - IGNORED_FROM + 1) / (IGNORED_FULLY - IGNORED_FROM + 1)
    return float(min(max(share, 0.0), 1.0) * 0.5 ** (max(now - shown.last_at, 0.0) / FORGIVEN_S))


def lower_ignored(
    scores: Scores, shown: Mapping[str, Shown], position: Mapping[str, int], weight: float, now: float
) -> Scores:
    """Lower the scores of what was passed by, each by at most ``weight`` (negative) times the spread of all scores."""
    passed = {
        position[title_id]: share
        for title_id, each in shown.items()
        if title_id in position and (share := passed_by(each, now)) > 0
    }
    if not passed or weight == 0:
        return scores
    lowered = scores.copy()
    spread = np.float32(weight * float(scores.std(dtype=np.float64)))
    lowered[list(passed)] += spread * np.fromiter(passed.values(), dtype=np.float32, count=len(passed))
    return lowered
