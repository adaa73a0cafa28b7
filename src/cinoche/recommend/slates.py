"""What a page was, signed and handed out with it: so that what was seen of it can be told, and nothing be made up.

A slate names each row, marks its titles and says with which chance each stood there. It is kept nowhere: whoever was
sent it sends it back, bound to the person by a signature that only this installation can make.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import msgspec

from cinoche.kit.ids import keyed_id
from cinoche.recommend.catalogue import Catalogue
from cinoche.recommend.rows import Held, Key, Row

VISIT_S: Final = 30 * 60.0
"""A visit is over when no page was asked for in so long."""

MARK_BYTES: Final = 6
LONGEST_SLATE: Final = 32_000
"""How long a signed page is at most, in characters: one of 40 rows of 60 titles is shorter."""

_SIGNATURE_BYTES: Final = 16
_VERSION: Final = 1
_ID_LENGTH: Final = 13
_PERSON: Final = b"slate\x1f"


class _Row(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    about: str
    marks: bytes
    drawn: dict[int, float]
    owed_to: dict[int, str] = {}


class _Slate(msgspec.Struct, frozen=True, array_like=True):
    version: int
    began_at: float
    made_at: float
    scorer: str
    rows: list[_Row]
    model: str = ""
    experiment_id: str = ""
    arm: str = ""


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row as it was sent: what it is, the marks of its titles, the chance of each to stand there and its cause."""

    key: Key
    marks: Sequence[bytes]
    propensities: Sequence[float]
    owed_to: Sequence[str]

    def place_of(self, title_id: str) -> int | None:
        """Tell the place of a title in the row; None where it is not in it."""
        mark = mark_of(title_id)
        return self.marks.index(mark) if mark in self.marks else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it was sent: when, in a visit that began when, made by what, and its rows."""

    slate_id: str
    began_at: float
    made_at: float
    made_by: "MadeBy"
    rows: Sequence[SentRow]

    @property
    def scorer(self) -> str:
        """The scorer that made it."""
        return self.made_by.scorer


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What made a page: the scorer, the version of the model, and of which experiment it was, in which arm.

    Of an interleaved experiment a page has no one arm.
    """

    scorer: str
    model: str = ""
    experiment_id: str = ""
    arm: str = ""


class Slates:
    """Signs pages, and knows those that it signed."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"cinoche slates").digest()

    def seal(
        self, subject: str, rows: Sequence[Row], catalogue: Catalogue, *, made_by: MadeBy, began_at: float, now: float
    ) -> str:
        """Sign a page for one person; gives what goes with it."""
        packed_rows = [_packed(row, catalogue) for row in rows]
        slate = _Slate(
            _VERSION, began_at, now, made_by.scorer, packed_rows, made_by.model, made_by.experiment_id, made_by.arm
        )
        packed = msgspec.msgpack.encode(slate)
        return base64.urlsafe_b64encode(self._sign(subject, packed) + packed).decode("ascii").rstrip("=")

    def open(self, subject: str, token: str) -> Sent | None:
        """Read a page that was signed for this person; None where it was not."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        signature, packed = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(subject, packed)):
            return None
        try:
            slate = msgspec.msgpack.decode(packed, type=_Slate)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return None  # signed by another version of this program
        slate_id = keyed_id(self._key, subject, packed.hex())[:_ID_LENGTH]
        made_by = MadeBy(slate.scorer, slate.model, slate.experiment_id, slate.arm)
        return Sent(slate_id, slate.began_at, slate.made_at, made_by, [_read(row) for row in slate.rows])

    def _sign(self, subject: str, packed: bytes) -> bytes:
        return hmac.digest(self._key, _PERSON + subject.encode() + b"\x1f" + packed, "sha256")[:_SIGNATURE_BYTES]


def mark_of(title_id: str) -> bytes:
    """Give the mark of a title: 48 bits, enough to tell the titles of a catalogue apart."""
    return hashlib.blake2b(title_id.encode(), digest_size=MARK_BYTES).digest()


def _packed(row: Row, catalogue: Catalogue) -> _Row:
    kind, about = row.key
    marks = b"".join(mark_of(catalogue.faces[each.position].title_id) for each in row.items)
    drawn = {place: each.propensity for place, each in enumerate(row.items) if each.propensity < 1}
    owed_to = {place: each.owed_to for place, each in enumerate(row.items) if each.owed_to}
    return _Row(kind, about, marks, drawn, owed_to)


def _read(row: _Row) -> SentRow:
    marks = [row.marks[at : at + MARK_BYTES] for at in range(0, len(row.marks), MARK_BYTES)]
    propensities = [row.drawn.get(place, 1.0) for place in range(len(marks))]
    owed_to = [row.owed_to.get(place, "") for place in range(len(marks))]
    return SentRow((row.kind, row.about), marks, propensities, owed_to)


class Marks:
    """Where in a catalogue the titles are that marks stand for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    @cached_property
    def _positions(self) -> Mapping[bytes, int]:
        return {mark_of(face.title_id): position for position, face in enumerate(self.catalogue.faces)}

    def held(self, rows: Sequence[SentRow]) -> list[Held]:
        """Give rows that were sent as rows that stay; titles that left the catalogue are left out."""
        found = []
        for row in rows:
            known = [
                (position, chance, owed_to)
                for mark, chance, owed_to in zip(row.marks, row.propensities, row.owed_to, strict=True)
                if (position := self._positions.get(mark)) is not None
            ]
            positions, chances = [each[0] for each in known], [each[1] for each in known]
            found.append(Held(row.key, positions, chances, [each[2] for each in known]))
        return found
