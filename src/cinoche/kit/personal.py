"""The promise of everything that holds personal data: it can hand it over, and it can erase it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

MARK_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Subject:
    """The person that an export or an erasure is about, by the names that different holders know them under."""

    account_id: str | None = None
    profile_id: str | None = None
    pseudonym: str | None = None


def mark_of(pseudonym: str) -> bytes:
    """Tell what is kept of an erased person, so that nothing late or restored brings them back: a digest of the name.

    A pseudonym is 128 random bits, so that its digest leads to nobody: it only knows the name when it comes again.
    """
    return hashlib.blake2b(pseudonym.encode(), digest_size=MARK_BYTES, person=b"cinoche-erased").digest()


class PersonalData(Protocol):
    """A holder of personal data. Every table or log with a personal column belongs to exactly one holder."""

    @property
    def holder(self) -> str:
        """The name of the holder, as reports show it."""
        ...

    @property
    def tables(self) -> frozenset[str]:
        """The tables with personal columns that this holder answers for."""
        ...

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield every record about the subject, as plain values."""
        ...

    def erase(self, subject: Subject) -> int:
        """Erase every record about the subject; tell how many there were."""
        ...
