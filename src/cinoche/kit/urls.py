"""One URL per part: its scheme chooses the adapter, which is imported only then."""

import importlib
from collections.abc import Mapping
from urllib.parse import urlsplit

from cinoche.kit.errors import Invalid, Unavailable

EXTRAS: Mapping[str, str] = {}
"""The package that an engine's client comes in -> the extra of Cinoche that installs it."""


def scheme_of(url: str) -> str:
    """Tell the scheme of a URL, without a driver: ``sqlite`` for ``sqlite+pysqlite:///x``."""
    return urlsplit(url).scheme.split("+")[0]


def adapter_for(url: str, adapters: Mapping[str, str], *, setting: str) -> type:
    """Find the class that ``adapters`` (scheme -> ``"module:Class"``) names for the scheme of ``url``.

    Raises Invalid when no adapter has this scheme, and Unavailable when its client is not installed; both name the
    setting to change.
    """
    scheme = scheme_of(url)
    target = adapters.get(scheme)
    if target is None:
        known = ", ".join(f"{name}://" for name in sorted(adapters))
        raise Invalid(f"no part speaks {scheme!r}.", where=setting, remedy=f"Use one of: {known}.")
    module_name, class_name = target.split(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(error.name or "")
        remedy = f"Install it: pip install 'cinoche[{extra}]'." if extra else f"Install {error.name}."
        raise Unavailable(
            f"{scheme}:// needs the package {error.name}, which is not here.", where=setting, remedy=remedy
        ) from error
    found = getattr(module, class_name)
    assert isinstance(found, type)
    return found
