"""One fit: from interactions to the arrays of the scorers."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cinoche.recommend.blend import SEEDS, SHORT, WARM
from cinoche.recommend.families import ALWAYS, FAMILIES, RANKER, Ground, arrays_of, family, hyper_of, reads
from cinoche.recommend.scorers import ALIKE, CONTENT, CROWD, EASE, MEMORY, POPULAR, POPULAR_7D, SEQUENCE_RIDGE, Scorer

DEFAULT_BLEND: Mapping[str, Mapping[str, float]] = {
    WARM: {EASE: 1.0, SEQUENCE_RIDGE: 0.5, MEMORY: 0.5, POPULAR: 0.2, POPULAR_7D: 0.1, CONTENT: 0.1},
    SHORT: {EASE: 1.0, SEQUENCE_RIDGE: 0.3, MEMORY: 0.3, POPULAR: 0.3, POPULAR_7D: 0.1, CONTENT: 0.1, ALIKE: 0.1},
    SEEDS: {EASE: 1.0, SEQUENCE_RIDGE: 0.0, POPULAR: 0.0, POPULAR_7D: 0.0, CONTENT: 0.1, ALIKE: 0.3},
}
"""The blend where there is too little data to find one, of the families that there are; the search starts here."""

SERVED = (EASE, SEQUENCE_RIDGE, ALIKE, *([MEMORY, CROWD] if find_spec("numba") else []))
"""The families that are trained and served where nothing else is asked for, besides those that always are."""

LARGE: Final = 1 << 24
"""Bytes from which a fitted array is not kept in memory until it is published."""


@dataclass(frozen=True, slots=True)
class Params:
    """Every hyper-parameter of a training; ``hyper`` holds the families' own, by name, where they are not the defaults.

    Titles with fewer than ``min_ratings`` positives, or beyond the ``warm_titles`` most watched, are left to content
    and popularity.
    """

    families: tuple[str, ...] = SERVED
    hyper: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    min_ratings: int = 5
    warm_titles: int = 10_000
    validation_share: float = 0.1
    validation_users: int = 1000
    seed: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The parameters as plain data, for the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class Fit:
    """The arrays of one fit and the scorers over them; ``cpu_s`` is what each part cost."""

    arrays: Mapping[str, npt.NDArray[Any]]
    scorers: Mapping[str, Scorer]
    families: Mapping[str, Mapping[str, Any]]
    cpu_s: Mapping[str, float]


def fit(ground: Ground, params: Params, names: Iterable[str] | None = None, *, aside: Path | None = None) -> Fit:
    """Fit the named families (those of the parameters, without names), and those that always are.

    With a folder ``aside``, large arrays are laid down there as soon as they are fitted, and mapped: the memory of one
    family is given back before the next is fitted.
    """
    chosen = in_order({*ALWAYS, *(params.families if names is None else names)} - {RANKER})
    clock = _Stopwatch()
    arrays: dict[str, npt.NDArray[Any]] = {}
    scorers: dict[str, Scorer] = {}
    families: dict[str, dict[str, Any]] = {}
    as_fitted: dict[str, npt.NDArray[Any]] = {}
    ones = [family(name, params.hyper.get(name)) for name in chosen]
    for place, one in enumerate(ones):
        name, is_read = one.name, any(reads(later) == one.name for later in ones[place + 1 :])
        shared, fitted = arrays_of(one, as_fitted), one.fit(ground)
        own = {f"{name}.{each}": array for each, array in fitted.items() if shared.get(each) is not array}
        if is_read:
            as_fitted |= own
        arrays |= own if aside is None else {each: _laid_down(aside / f"{each}.npy", own[each]) for each in own}
        del own, shared, fitted
        if not is_read:
            ground.let_go()
        scorers[name], families[name] = one.scorer(arrays_of(one, arrays), ground.n_items), hyper_of(one)
        clock.lap(name)
    return Fit(arrays, scorers, families, clock.laps)


def _laid_down(path: Path, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if array.nbytes < LARGE:
        return array
    np.save(path, array, allow_pickle=False)
    mapped: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped


def in_order(names: Collection[str]) -> list[str]:
    """Put names of families in the order of the reports; unknown ones last."""
    known = list(FAMILIES)
    return sorted(names, key=lambda each: (known.index(each) if each in known else len(known), each))


class _Stopwatch:
    """CPU seconds of this process between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._at = time.process_time()

    def lap(self, name: str) -> None:
        now = time.process_time()
        self.laps[name] = now - self._at
        self._at = now
