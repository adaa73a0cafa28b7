"""The logs to choose from, by the scheme of ``CINOCHE_EVENTS_URL``."""

from collections.abc import Mapping

ADAPTERS: Mapping[str, str] = {
    "memory": "cinoche.events.adapters.memory:MemoryEventLog",
    "sqlite": "cinoche.events.adapters.sqlite:SqliteEventLog",
}
