"""Structured logs on stderr, one line an event, never with personal data."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final, Literal

import msgspec
import structlog

from cinoche.kit.text import printable

LogFormat = Literal["json", "console"]

PERSONAL: Final = frozenset(
    {"email", "password", "token", "address", "client", "cookie", "authorization", "query", "body", "name", "text"}
    | {"account_id", "profile_id", "pseudonym", "subject", "ip", "user_agent", "url", "path"}
)
"""What no log line may say, whoever asks for it."""

_FRAMES: Final = 12


def configure(log_format: LogFormat = "json", *, level: str = "info") -> None:
    """Send the logs of Cinoche and of its libraries to stderr; call it once, when the process starts."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_personal_data,
        frames_only,
        printable_only,
    ]
    render: structlog.typing.Processor
    if log_format == "json":
        render = structlog.processors.JSONRenderer(serializer=_json)
    else:
        render = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_no_traceback)
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """Get the logger, as it is configured now."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger().bind()
    return logger


def without_personal_data(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out of a log line what it may not say, and name what was taken."""
    taken = PERSONAL & event.keys()
    if taken:
        for key in taken:
            del event[key]
        event["withheld"] = sorted(taken)
    return event


def frames_only(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the kind of an error and where it came from in the place of its text, which may quote a person."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1] if info else None
    if error is not None:
        event.update(error=type(error).__name__, frames=frames_of(error))
    return event


def printable_only(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Spell out what a terminal would obey: a log quotes names that others gave to files."""
    event.update({key: printable(value) for key, value in event.items() if isinstance(value, str)})
    return event


def frames_of(error: BaseException) -> list[str]:
    """Tell where an error came from, as ``file:line function``; its text is left out, for it may quote a person."""
    stack = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in stack]


def _json(event: object, **_: object) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def _no_traceback(*_: object) -> None:
    """Write no traceback: its texts may quote a person (``frames_of`` says where an error came from)."""
