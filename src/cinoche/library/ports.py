"""What the library needs of the place where its read models are kept."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from cinoche.kit.personal import Subject
from cinoche.library.models import TitleState

Place = tuple[str, str]
"""A subject and a title: what one state is about."""


class Step(Protocol):
    """One transaction that moves the read models along the log; nobody else moves them meanwhile."""

    @property
    def offset(self) -> int:
        """How far the read models have come."""
        ...

    def find(self, places: Sequence[Place]) -> dict[Place, TitleState]:
        """Find the states at these places, given in order; those that have none yet are left out."""
        ...

    def save(self, added: Mapping[Place, TitleState], changed: Mapping[Place, TitleState], offset: int) -> None:
        """Write the states and how far they have come."""
        ...

    def clear(self) -> None:
        """Forget every state and start at 0."""
        ...


class TitleStates(Protocol):
    """The stored states, and the log's offset that they include."""

    @property
    def tables(self) -> frozenset[str]:
        """The tables that name a person."""
        ...

    def offset(self) -> int:
        """Tell how far the states have come, without waiting for anybody."""
        ...

    def step(self) -> AbstractContextManager[Step]:
        """Begin a transaction; it is committed when the block ends, and undone when the block raises."""
        ...

    def of_subject(self, subject: str) -> tuple[int, Iterable[TitleState]]:
        """Read an offset and the subject's states, which include at least what the log says up to that offset."""
        ...

    def of_title(self, subject: str, title_id: str) -> tuple[int, TitleState | None]:
        """Read an offset and one state, likewise."""
        ...

    def erase(self, subject: Subject) -> int:
        """Delete the subject's states, down to the bytes; tell how many there were."""
        ...
