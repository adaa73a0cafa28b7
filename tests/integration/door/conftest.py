from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from cinoche.accounts.adapters.sql import METADATA
from cinoche.accounts.models import SignInLimits
from cinoche.accounts.passwords import Passwords
from cinoche.accounts.service import Accounts
from cinoche.api.app import create_app
from cinoche.api.services import Services
from cinoche.kit.personal import Subject

PASSWORD = "a long sentence"


@dataclass
class House:
    """A service with its door, and hands on its clock."""

    engine: sa.Engine
    now: float = 1_800_000_000.0
    erased: list[tuple[str, str]] = field(default_factory=list)

    def accounts(self) -> Accounts:
        return Accounts(
            self.engine,
            secret=b"one installation",
            clock=lambda: self.now,
            passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
            limits=SignInLimits(pair=3, address=60, email=80),
        )

    def services(self, **changes: object) -> Services:
        accounts = self.accounts()

        def erase_account(account_id: str) -> None:
            accounts.erase(Subject(account_id=account_id))

        given = {
            "accounts": accounts,
            "erase_profile": lambda *ids: self.erased.append(ids),
            "erase_account": erase_account,
        }
        return Services(**(given | changes))  # type: ignore[arg-type]

    def app(self, **changes: object) -> FastAPI:
        return create_app(self.services(**changes))

    def client(self, **changes: object) -> TestClient:
        return TestClient(self.app(**changes))

    def sign_in(self, email: str = "ada@example.org", **changes: object) -> TestClient:
        """A client of its own that sends a bearer token and no cookie."""
        client = self.client(**changes)
        client.post("/api/v1/accounts", json={"email": email, "password": PASSWORD})
        answer = client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'accounts.sqlite'}", connect_args={"timeout": 20})

    @sa.event.listens_for(engine, "connect")
    def _(connection, _record):
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    METADATA.create_all(engine)
    yield House(engine)
    engine.dispose()


@pytest.fixture
def client(house: House) -> TestClient:
    return house.client()


@pytest.fixture
def ada(house: House) -> TestClient:
    return house.sign_in()


@pytest.fixture
def refused() -> Callable[[Response, int], dict[str, Any]]:
    """Check that an answer is a problem of this status, and give the document."""

    def refused(answer: Response, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        body: dict[str, Any] = answer.json()
        assert body["status"] == status
        assert {"type", "title", "detail", "remedy"} <= body.keys()
        return body

    return refused
