"""The scheme of one URL chooses the adapter; what is wrong is said with the setting to change."""

import pytest

from cinoche.events.adapters import ADAPTERS
from cinoche.kit.errors import Invalid, Unavailable
from cinoche.kit.urls import adapter_for, scheme_of


def test_the_scheme_chooses_the_adapter() -> None:
    assert adapter_for("memory://", ADAPTERS, setting="X").__name__ == "MemoryEventLog"
    assert adapter_for("sqlite:///x.db", ADAPTERS, setting="X").__name__ == "SqliteEventLog"


def test_a_driver_in_the_scheme_does_not_matter() -> None:
    assert scheme_of("postgresql+psycopg://host/db") == "postgresql"


def test_a_scheme_that_nobody_speaks_is_refused_with_those_that_are_spoken() -> None:
    with pytest.raises(Invalid) as caught:
        adapter_for("carrier-pigeon://roof", ADAPTERS, setting="CINOCHE_EVENTS_URL")
    assert caught.value.where == "CINOCHE_EVENTS_URL"
    assert "sqlite://" in (caught.value.remedy or "")


def test_a_client_that_is_not_installed_is_named() -> None:
    with pytest.raises(Unavailable, match="no_such_engine_client"):
        adapter_for("other://", {"other": "no_such_engine_client:Thing"}, setting="X")
