"""The families of models, by name; each is imported only when it is asked for."""

from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Any, Final

import msgspec

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.recommend import scorers
from cinoche.recommend.families.base import Arrays, Family, Ground, Live, TitleFacts

_HERE: Final = "cinoche.recommend.families"

FAMILIES: Final[Mapping[str, str]] = {
    scorers.POPULAR_7D: f"{_HERE}.sums:PopularWeek",
    scorers.POPULAR: f"{_HERE}.sums:Popular",
    scorers.CONTENT: f"{_HERE}.sums:Content",
    scorers.EASE: f"{_HERE}.sums:Ease",
    scorers.SEQUENCE_RIDGE: f"{_HERE}.sums:SequenceRidge",
    scorers.POPULAR_LIVE: f"{_HERE}.popular_live:PopularLive",
    scorers.POPULAR_DECAYED: f"{_HERE}.popular_live:PopularDecayed",
    scorers.NEIGHBOURS: f"{_HERE}.neighbours:Neighbours",
    scorers.CO_OCCURRENCE: f"{_HERE}.cooccurrence:CoOccurrence",
    scorers.CO_OCCURRENCE_CLOSE: f"{_HERE}.cooccurrence:CloseCoOccurrence",
    scorers.MEMORY: f"{_HERE}.memory:Memory",
    scorers.CROWD: f"{_HERE}.crowd:Crowd",
}
"""Where each family lives; the order is the reports'."""

ALWAYS: Final = (scorers.POPULAR, scorers.POPULAR_7D, scorers.CONTENT)
"""Fitted whatever is asked for: they cost nothing, pages read them, and they speak where no other family can."""

EXTRAS: Final[Mapping[str, str]] = {}
"""The extra that brings what a family needs to be fitted, where the core install does not."""


def family(name: str, hyper: Mapping[str, Any] | None = None) -> Family:
    """Make a family with its hyper-parameters (the others at their defaults).

    Raises Invalid for an unknown name or hyper-parameter, Unavailable where its extra is not installed.
    """
    where = FAMILIES.get(name)
    if where is None:
        raise Invalid(f"There is no model {name!r}.", where="model", remedy=f"Choose among {', '.join(FAMILIES)}.")
    module, made = where.split(":")
    try:
        kind = getattr(import_module(module), made)
    except ImportError as error:
        raise Unavailable(
            f"The model {name!r} needs {error.name}.",
            where="model",
            remedy=f'Install it with `pip install "cinoche[{EXTRAS.get(name, name)}]"`.',
        ) from error
    given = dict(hyper or {})
    try:
        found: Family = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"The model {name!r} cannot be made so: {error}.", where="hyper-parameters") from error
    _refuse_unknown(name, given, found)
    return found


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


__all__ = ["ALWAYS", "EXTRAS", "FAMILIES", "Arrays", "Family", "Ground", "Live", "TitleFacts", "family", "hyper_of"]
