"""What the service of privacy needs of the place where persons are kept."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from cinoche.kit.personal import PersonalData
from cinoche.privacy.models import Person


class Persons(PersonalData, Protocol):
    """The table of persons. Erasing one overwrites their key."""

    def by_profile(self, profile_ids: Sequence[str]) -> Mapping[str, Person]:
        """Find persons by their profiles; those unknown are left out."""
        ...

    def by_pseudonym(self, pseudonym: str) -> Person | None:
        """Find the person behind a pseudonym; always as it stands in the table now."""
        ...

    def add_missing(self, persons: Sequence[Person]) -> Mapping[str, Person]:
        """Add those whose profile has no person yet, in one transaction; return whoever stands for each profile."""
        ...

    def close(self, pseudonym: str, now: float) -> None:
        """Note that the person is being erased."""
        ...
