"""The families of models, by name; each is imported only when it is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Any, Final

import msgspec
import numpy.typing as npt

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.recommend import scorers
from cinoche.recommend.families.base import Arrays, Family, Ground, Live, TitleFacts, bring

_HERE: Final = "cinoche.recommend.families"

FAMILIES: Final[Mapping[str, str]] = {
    scorers.POPULAR_7D: f"{_HERE}.sums:PopularWeek",
    scorers.POPULAR: f"{_HERE}.sums:Popular",
    scorers.CONTENT: f"{_HERE}.sums:Content",
    scorers.ALIKE: f"{_HERE}.alike:Alike",
    scorers.EASE: f"{_HERE}.sums:Ease",
    scorers.EASE_RECENT: f"{_HERE}.sums:EaseRecent",
    scorers.MARKOV: f"{_HERE}.markov:Markov",
    scorers.SEQUENCE_RIDGE: f"{_HERE}.sums:SequenceRidge",
    scorers.POPULAR_LIVE: f"{_HERE}.popular_live:PopularLive",
    scorers.POPULAR_DECAYED: f"{_HERE}.popular_live:PopularDecayed",
    scorers.NEIGHBOURS: f"{_HERE}.neighbours:Neighbours",
    scorers.CO_OCCURRENCE: f"{_HERE}.cooccurrence:CoOccurrence",
    scorers.CO_OCCURRENCE_CLOSE: f"{_HERE}.cooccurrence:CloseCoOccurrence",
    scorers.MEMORY: f"{_HERE}.memory:Memory",
    scorers.MEMORY_LONG: f"{_HERE}.memory:MemoryLong",
    scorers.MEMORY_SHARP: f"{_HERE}.memory:MemorySharp",
    scorers.CROWD: f"{_HERE}.crowd:Crowd",
    "ease-sparse": f"{_HERE}.ease_sparse:EaseSparse",
    "item-knn": f"{_HERE}.item_knn:ItemKnn",
    "user-knn": f"{_HERE}.user_knn:UserKnn",
    "svd": f"{_HERE}.svd:Svd",
    "ials": f"{_HERE}.ials:Ials",
    "bpr": f"{_HERE}.bpr:Bpr",
    "hybrid": f"{_HERE}.hybrid:Hybrid",
    scorers.AUTOENCODER: f"{_HERE}.autoencoder:Autoencoder",
    scorers.TRANSFORMER: f"{_HERE}.transformer:Transformer",
}
"""Where each family lives; the order is the reports'."""

ALWAYS: Final = (scorers.POPULAR, scorers.POPULAR_7D, scorers.CONTENT)
"""Fitted whatever is asked for: they cost nothing, pages read them, and they speak where no other family can."""

BLENDED: Final = (
    scorers.POPULAR_7D, scorers.POPULAR, scorers.EASE, scorers.EASE_RECENT, scorers.MARKOV, scorers.SEQUENCE_RIDGE,
    scorers.MEMORY, scorers.MEMORY_LONG, scorers.MEMORY_SHARP, "svd", "user-knn",
)  # fmt: skip
"""The members of the model `blend`: what is a sum over people or a memory of them, without descent."""

BEST: Final = (
    *BLENDED, "ease-sparse", "item-knn", "ials", "bpr", "hybrid", scorers.AUTOENCODER, scorers.TRANSFORMER,
)  # fmt: skip
"""The members of the model `best`: all that may help, whatever its fit costs."""

RANKER: Final = "ranker"
"""What stands on top of `best`, and of a training that names it: it reorders what families say (see `ranking`)."""

UNORDERED: Final = (
    "ease",
    "ease-sparse",
    "item-knn",
    "user-knn",
    "svd",
    "ials",
    "bpr",
    "hybrid",
    "autoencoder",
    "content",
    "alike",
)
"""The families to which the order of a history says nothing: only they speak for titles named together."""

EXTRAS: Final[Mapping[str, str]] = {scorers.AUTOENCODER: "neural", scorers.TRANSFORMER: "neural", RANKER: RANKER}
"""The extra that brings what a family needs to be fitted, where the core install does not."""


def family(name: str, hyper: Mapping[str, Any] | None = None) -> Family:
    """Make a family with its hyper-parameters (the others at their defaults).

    Raises Invalid for an unknown name or hyper-parameter, Unavailable where its extra is not installed.
    """
    kind = _kind(name)
    given = dict(hyper or {})
    try:
        found: Family = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"The model {name!r} cannot be made so: {error}.", where="hyper-parameters") from error
    _refuse_unknown(name, given, found)
    return found


def refuse_what_cannot_be_trained(names: Iterable[str], hyper: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise Invalid for a name or hyper-parameter that is unknown, Unavailable where the extra is not installed."""
    for name in names:
        if name == RANKER:
            bring("lightgbm", RANKER, RANKER)
        else:
            family(name, hyper.get(name))


def _kind(name: str) -> Any:
    where = FAMILIES.get(name)
    if where is None:
        raise Invalid(f"There is no model {name!r}.", where="model", remedy=f"Choose among {', '.join(FAMILIES)}.")
    module, made = where.split(":")
    try:
        return getattr(import_module(module), made)
    except ImportError as error:
        raise Unavailable(
            f"The model {name!r} needs {error.name}.",
            where="model",
            remedy=f'Install it with `pip install "cinoche[{EXTRAS.get(name, name)}]"`.',
        ) from error


def reads(one: Family) -> str:
    """The family whose arrays a family reads before its own: itself, mostly."""
    found: str = getattr(one, "reads", one.name)
    return found


def arrays_of(one: Family, arrays: Arrays) -> dict[str, npt.NDArray[Any]]:
    """What a family reads of all arrays, which are named ``<family>.<array>``."""
    starts = dict.fromkeys((f"{reads(one)}.", f"{one.name}."))
    return {name.removeprefix(s): array for s in starts for name, array in arrays.items() if name.startswith(s)}


def _refuse_unknown(name: str, given: Mapping[str, Any], found: Family) -> None:
    known = hyper_of(found)
    unknown = sorted(set(given) - set(known))
    if unknown:
        listed = ", ".join(known) or "none"
        raise Invalid(
            f"The model {name!r} has no hyper-parameter {unknown[0]!r}.",
            where="hyper-parameters",
            remedy=f"It has: {listed}.",
        )


def hyper_of(one: Family) -> dict[str, Any]:
    """Give a family's hyper-parameters as plain data."""
    plain: dict[str, Any] = msgspec.to_builtins(asdict(one))  # type: ignore[call-overload]
    return plain


__all__ = [
    "ALWAYS", "BEST", "BLENDED", "EXTRAS", "FAMILIES", "RANKER", "UNORDERED", "Arrays", "Family", "Ground", "Live",
    "TitleFacts", "arrays_of", "family", "hyper_of", "reads", "refuse_what_cannot_be_trained",
]  # fmt: skip
