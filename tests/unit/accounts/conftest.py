from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from cinoche.accounts.adapters.sql import METADATA
from cinoche.accounts.models import Session, SignInLimits
from cinoche.accounts.passwords import Passwords
from cinoche.accounts.service import Accounts

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = b"one installation"


class Hands:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def open_engine(path: Path) -> sa.Engine:
    """An engine with the house's settings: foreign keys, waiting writers, BEGIN IMMEDIATE."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 20})

    @sa.event.listens_for(engine, "connect")
    def _(connection, _record):
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    METADATA.create_all(engine)
    return engine


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(tmp_path / "accounts.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def make(engine: sa.Engine, clock: Hands) -> Callable[..., Accounts]:
    """Make another worker's service on the same database."""

    def make(**changes: object) -> Accounts:
        settings = {"secret": SECRET, "clock": clock, "passwords": Passwords(QUICK)}
        settings["limits"] = SignInLimits(pair=3, address=6, email=8)
        return Accounts(changes.pop("engine", engine), **(settings | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def accounts(make: Callable[..., Accounts]) -> Accounts:
    return make()


@pytest.fixture
def signed_in(accounts: Accounts) -> tuple[Session, str]:
    accounts.sign_up("ada@example.org", "a long sentence")
    return accounts.sign_in("ada@example.org", "a long sentence", address="192.0.2.1")
