"""Every error that Cinoche raises on purpose.

The tree::

    CinocheError
    ├── Invalid          what was sent cannot be accepted
    │   └── TooLarge     it is bigger than what is accepted
    ├── Unauthorized     nobody is signed in, or the proof of it is not good
    ├── Forbidden        somebody is signed in, but may not do this
    ├── NotFound         there is no such thing (or it is somebody else's)
    ├── Conflict         it contradicts what is already there
    └── Unavailable      a part that this needs cannot answer now
        └── Limited      too many tries; ask again later

Contexts know no HTTP: one table in ``api/errors.py`` maps these classes to statuses, and the command line maps them to
exit codes.
"""


class CinocheError(Exception):
    """An error with a reason and a remedy: what was wrong, where, and what would be right.

    ``message`` says what was wrong; ``where`` names the place (a field, a file and line, a setting); ``remedy`` says
    what to do about it.
    """

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{advice}"


class Invalid(CinocheError):
    """What was sent cannot be accepted as it is."""


class TooLarge(Invalid):
    """What was sent is bigger than what is accepted."""


class Unauthorized(CinocheError):
    """Nobody is signed in, or the proof of it is not good (any more)."""


class Forbidden(CinocheError):
    """Somebody is signed in, but may not do this."""


class NotFound(CinocheError):
    """There is no such thing, or it belongs to somebody else."""


class Conflict(CinocheError):
    """It contradicts what is already there."""


class Unavailable(CinocheError):
    """A part that this needs cannot answer now."""


class Limited(Unavailable):
    """Too many tries: ask again after ``retry_after_s`` seconds."""

    def __init__(
        self, message: str, *, retry_after_s: float, where: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(message, where=where, remedy=remedy)
        self.retry_after_s = retry_after_s
