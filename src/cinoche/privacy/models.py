"""A person as the logs know them, and what ties that name to a profile."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """The only tie between a profile and its pseudonym. Destroying it unlinks and shreds what any log or backup holds.

    ``scope`` is ``account`` for those who watch here, or the name of the data set that an imported profile came with.
    ``closed_at`` is when an erasure began: from then on the pseudonym is given to nobody.
    """

    pseudonym: str
    profile_id: str
    scope: str
    data_key: bytes = field(repr=False)
    created_at: float
    closed_at: float | None = None
