"""The file of parameters: what `cinoche tune` writes, and `cinoche train` and `cinoche evaluate` read."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import msgspec

from cinoche.kit.errors import Invalid
from cinoche.recommend.families import refuse_what_cannot_be_trained
from cinoche.recommend.training.fit import Params

FOUND: Final = "found"
"""Where a file says how its parameters were found; whoever reads parameters leaves it aside."""

_REMEDY: Final = "Write a file like those of `cinoche tune --out FILE`."


def read_params(path: Path) -> Params:
    """Read a file of parameters; raises Invalid where it is none, or names what no family knows."""
    try:
        given = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise Invalid(f"It cannot be read ({error.strerror}).", where=str(path), remedy=_REMEDY) from error
    except msgspec.DecodeError as error:
        raise Invalid(f"This is not JSON ({error}).", where=str(path), remedy=_REMEDY) from error
    if not isinstance(given, dict):
        raise Invalid("There are no parameters in it.", where=str(path), remedy=_REMEDY)
    plain = {name: value for name, value in given.items() if name != FOUND}
    known = [each.name for each in fields(Params)]
    unknown = sorted(set(plain) - set(known))
    if unknown:
        listed = ", ".join(known)
        raise Invalid(f"There is no parameter {unknown[0]!r}.", where=str(path), remedy=f"There are: {listed}.")
    try:
        params = msgspec.convert(plain, Params)
    except msgspec.ValidationError as error:
        raise Invalid(f"The parameters cannot be read: {error}.", where=str(path), remedy=_REMEDY) from error
    refuse_what_cannot_be_trained(dict.fromkeys((*params.families, *params.hyper)), params.hyper)
    return params


def write_params(path: Path, params: Params, found: Mapping[str, Any]) -> None:
    """Write parameters, and how they were found."""
    plain = {**msgspec.to_builtins(params.as_dict()), FOUND: found}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n")
