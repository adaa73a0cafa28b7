"""Lists that come a page at a time, with a cursor to the next one."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from cinoche.kit.errors import Invalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; ``next`` is the cursor of the following page, or None on the last one."""

    items: Sequence[T]
    next: str | None = None


def encode_cursor(of: str, *values: str | float) -> str:
    """Pack the last row's sort values into an opaque text for the address of the next page of the list ``of``."""
    return base64.urlsafe_b64encode(msgspec.json.encode((of, *values))).decode("ascii").rstrip("=")


def decode_cursor(of: str, text: str, shape: type[T]) -> T:
    """Unpack a cursor into a tuple type; raises Invalid when it is not one that the list ``of`` gave."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        whose, *values = msgspec.json.decode(raw, type=list[str | float])
        if whose == of:
            return msgspec.convert(values, shape)
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        pass
    raise Invalid(
        "This cursor is not one that the list gave.",
        where="cursor",
        remedy="Use the `next` of the page before, or leave `cursor` out to start over.",
    )
