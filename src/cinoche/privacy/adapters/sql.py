"""Persons in a relational database."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from cinoche.kit.clock import to_rfc3339
from cinoche.kit.personal import Subject
from cinoche.kit.shred import shred
from cinoche.privacy.models import Person
from cinoche.privacy.ports import Persons

METADATA: Final = MetaData()

PERSONS: Final = Table(
    "persons",
    METADATA,
    Column("pseudonym", String(32), primary_key=True, comment="128 random bits: the person's name in every log"),
    Column("profile_id", String(128), nullable=False, unique=True, comment="a profile, or data set/user id"),
    Column("scope", String(64), nullable=False, index=True, comment="account, or the data set it came with"),
    Column("data_key", LargeBinary(32), nullable=False, comment="seals texts and derives ids; never leaves"),
    Column("created_at", Float, nullable=False),
    Column("closed_at", Float, comment="when an erasure began: from then on nobody is given the pseudonym"),
    comment="The only tie between a profile and its pseudonym; destroying a row unlinks and shreds the rest.",
)

CHUNK: Final = 500
"""Values that one statement asks for at most: every database takes as many."""


class SqlPersons(Persons):
    """The table of persons, in whatever database the engine speaks to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_profile(self, profile_ids: Sequence[str]) -> Mapping[str, Person]:
        """Find persons by their profiles."""
        with self._engine.connect() as connection:
            return _by_profile(connection, profile_ids)

    def by_pseudonym(self, pseudonym: str) -> Person | None:
        """Find the person behind a pseudonym, as it stands in the table now."""
        with self._engine.connect() as connection:
            row = connection.execute(select(PERSONS).where(PERSONS.c.pseudonym == pseudonym)).first()
        return _person(row) if row else None

    def add_missing(self, persons: Sequence[Person]) -> Mapping[str, Person]:
        """Add those whose profile has no person yet; when another process did so meanwhile, take what it added."""
        try:
            return self._add_missing(persons)
        except IntegrityError:
            return self._add_missing(persons)

    def close(self, pseudonym: str, now: float) -> None:
        """Note that the person is being erased."""
        with self._engine.begin() as connection:
            connection.execute(
                update(PERSONS)
                .where(PERSONS.c.pseudonym == pseudonym, PERSONS.c.closed_at.is_(None))
                .values(closed_at=now)
            )

    @property
    def holder(self) -> str:
        """The name of this table in reports of exports and erasures."""
        return "privacy"

    @property
    def tables(self) -> frozenset[str]:
        """The one table."""
        return frozenset({PERSONS.name})

    def export(self, subject: Subject) -> Iterator[Mapping[str, Any]]:
        """Yield what is known of the person here; the key is not theirs to carry, it opens nothing elsewhere."""
        person = self.by_pseudonym(subject.pseudonym) if subject.pseudonym else None
        if person:
            yield {
                "pseudonym": person.pseudonym,
                "profile_id": person.profile_id,
                "scope": person.scope,
                "created_at": to_rfc3339(person.created_at),
            }

    def erase(self, subject: Subject) -> int:
        """Destroy the person's row, key included, down to the bytes; a repeat finishes what was cut short."""
        erased = 0
        if subject.pseudonym:
            with self._engine.begin() as connection:
                erased = connection.execute(delete(PERSONS).where(PERSONS.c.pseudonym == subject.pseudonym)).rowcount
        if subject.pseudonym or subject.profile_id:
            shred(self._engine)
        return erased

    def _add_missing(self, persons: Sequence[Person]) -> Mapping[str, Person]:
        with self._engine.begin() as connection:
            known = _by_profile(connection, [person.profile_id for person in persons])
            missing = {each.profile_id: each for each in persons if each.profile_id not in known}
            if missing:
                connection.execute(insert(PERSONS), [_values(person) for person in missing.values()])
        return {**known, **missing}


def _by_profile(connection: Connection, profile_ids: Sequence[str]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for start in range(0, len(profile_ids), CHUNK):
        some = profile_ids[start : start + CHUNK]
        rows = connection.execute(select(PERSONS).where(PERSONS.c.profile_id.in_(some)))
        found.update((row.profile_id, _person(row)) for row in rows)
    return found


def _person(row: Row[Any]) -> Person:
    return Person(row.pseudonym, row.profile_id, row.scope, row.data_key, row.created_at, row.closed_at)


def _values(person: Person) -> dict[str, Any]:
    return {column.name: getattr(person, column.name) for column in PERSONS.columns}
