"""What a log must do, whatever it is made of."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Protocol

from cinoche.events.models import Appended, Event, Recorded, Tail
from cinoche.kit.personal import PersonalData


class EventLog(PersonalData, Protocol):
    """An append-only log: what was acknowledged is durable, in order, and never there twice.

    A person who was erased stays erased: what is appended or loaded of them later, by whoever had waited, is refused.
    """

    def append(self, batch: Sequence[Event]) -> Future[Appended]:
        """Add a batch, all or nothing; the future is done once it is durable (raises Unavailable when it is not).

        It raises NotFound where an event is about a person who was erased.
        """
        ...

    def load(self, batches: Iterable[Sequence[Event]]) -> Appended:
        """Add many batches as one: after a crash either all of them are there, or none."""
        ...

    def read(self, after: int, *, limit: int = 10_000) -> Tail:
        """Read at most ``limit`` events after an offset, and the offset reached, in one snapshot."""
        ...

    def read_subject(self, subject: str, *, after: int = 0, until: int | None = None) -> Sequence[Recorded]:
        """Read what one person's events say, in order, after an offset and up to another."""
        ...

    def subjects(self, *, after: int = 0, until: int | None = None) -> Sequence[str]:
        """Tell who has events after an offset and up to another, in the order of their names."""
        ...

    def end(self) -> int:
        """Tell the offset of the last event; 0 when there is none."""
        ...

    def erasures(self) -> int:
        """Tell how many erasures there have been: who sums up the log and sees it move sums anew."""
        ...

    def erased_since(self, erasures: int) -> Sequence[bytes]:
        """Give the marks (`kit.personal.mark_of`) of those who were erased since there had been so many erasures."""
        ...

    def committed(self, group: str) -> int:
        """Tell how far a consumer group has come; 0 when it never said."""
        ...

    def commit(self, group: str, offset: int) -> None:
        """Remember how far a consumer group has come."""
        ...

    def close(self) -> None:
        """Finish what waits, then let go of everything."""
        ...
