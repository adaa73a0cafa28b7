"""Lists that come a page at a time, with a cursor to the next one."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from cinoche.kit.errors import Invalid

T = TypeVar("T")

CursorValue = str | int | float | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; ``next`` is the cursor of the following page, or None on the last one."""

    items: Sequence[T]
    next: str | None = None


def encode_cursor(*values: CursorValue) -> str:
    """Pack the last row's sort values into an opaque text for the address of the next page."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode("ascii").rstrip("=")


def decode_cursor(text: str, *, length: int) -> tuple[CursorValue, ...]:
    """Unpack a cursor of ``length`` values; raises Invalid when it is not one that this list gave."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = msgspec.json.decode(raw, type=tuple[CursorValue, ...])
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError):
        values = ()
    if len(values) != length:
        raise Invalid(
            "This cursor is not one that the list gave.",
            where="cursor",
            remedy="Use the `next` of the page before, or leave `cursor` out to start over.",
        )
    return values
