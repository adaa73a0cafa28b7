"""A trained house, made once and copied for each test, and people who come to its door."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx2 import Response
from tests.conftest import write_release

from cinoche.accounts.passwords import Passwords
from cinoche.accounts.service import Accounts
from cinoche.asgi import build_app
from cinoche.bootstrap import Services, installation_secret, open_services
from cinoche.catalog.models import UNITED_STATES, Certification, TitleRecord
from cinoche.jobs import imports, training
from cinoche.settings import read_settings

V1 = "/api/v1"
PASSWORD = "a long sentence"
CERTIFICATIONS = {2: ("G", 0), 4: ("PG", 8), 6: ("PG-13", 13), 8: ("R", 17)}
_numbers = itertools.count()


@dataclass
class Viewer:
    """Somebody who is signed in, with a bearer token and a first profile."""

    client: TestClient
    profile_id: str
    email: str

    def path(self, *parts: str) -> str:
        """The address of something of the profile."""
        return "/".join((V1, "profiles", self.profile_id, *parts))

    def get(self, *parts: str, **params: Any) -> Response:
        """Get something of the profile."""
        return self.client.get(self.path(*parts), params=params)

    def items(self, *parts: str, **params: Any) -> list[dict[str, Any]]:
        """Get the items of a list of the profile."""
        answer = self.get(*parts, **params)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    def event(self, type_name: str, title_id: str, *, envelope: dict[str, Any] | None = None, **data: Any) -> Any:
        """Write an event about a title, as an app would."""
        about = {"profile_id": self.profile_id, "title_id": title_id, **data}
        return {"id": f"e{next(_numbers)}", "source": "test", "type": type_name, "data": about, **(envelope or {})}

    def send(self, *events: Any) -> Response:
        """Send events."""
        return self.client.post(f"{V1}/events", json={"events": list(events)})

    def tell(self, type_name: str, title_id: str, **data: Any) -> int:
        """Send one event that is accepted; tell the offset answered."""
        answer = self.send(self.event(type_name, title_id, **data))
        assert answer.status_code == 200, answer.text
        assert answer.json()["accepted"] == 1
        offset: int = answer.json()["offset"]
        return offset


@dataclass
class Town:
    """A data folder, the services that are open on it, and a client of each worker's application."""

    services: Services
    client: TestClient

    def title(self, name: str) -> str:
        """The id of a title, by its name."""
        return self.services.catalog.names().resolve(name).title_id

    def titles(self) -> list[str]:
        """The ids of all titles."""
        return [face.title_id for face in self.services.catalog.faces().faces]

    def viewer(self, email: str | None = None, *, client: TestClient | None = None) -> Viewer:
        """Sign somebody up and in."""
        email = email or f"viewer{next(_numbers)}@example.org"
        credentials = {"email": email, "password": PASSWORD}
        self.client.post(f"{V1}/accounts", json=credentials)
        return self.come_back(email, client=client)

    def come_back(self, email: str, *, client: TestClient | None = None) -> Viewer:
        """Sign somebody in who has an account."""
        signed = (client or self.client).post(f"{V1}/sessions", json={"email": email, "password": PASSWORD})
        assert signed.status_code == 201, signed.text
        body = signed.json()
        base = client or self.client
        base.cookies.clear()
        own = TestClient(base.app, headers={"Authorization": f"Bearer {body['token']}"})
        own.portal = base.portal
        return Viewer(own, body["profiles"][0]["profile_id"], email)


def with_cheap_passwords(services: Services) -> Services:
    """The same services, but that a password takes a millisecond to check."""
    accounts = Accounts(
        services.engine,
        secret=installation_secret(services.settings.data_dir),
        clock=services.clock,
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )
    return replace(services, accounts=accounts)


def certify(services: Services) -> None:
    """Give some of the invented films a certification; the others have none."""
    faces = {face.external.get("movielens"): face for face in services.catalog.faces().faces}
    with services.catalog.writing() as writer:
        writer.put(
            TitleRecord(
                title_id=face.title_id,
                kind=face.kind,
                name=face.name,
                year=face.year,
                source="movielens",
                genres=face.genres,
                external=face.external,
                certification=Certification(UNITED_STATES, *CERTIFICATIONS[film % 10]),
            )
            for film in range(1, 41)
            if film % 10 in CERTIFICATIONS and (face := faces[str(film)])
        )


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the invented release imported and trained; to be copied, not to be used."""
    root = tmp_path_factory.mktemp("trained")
    with open_services(read_settings(data_dir=root / "data")) as services:
        imports.import_movielens(services, str(write_release(root / "tiny")))
        training.train(services)
    return root / "data"


@pytest.fixture
def open_town(trained: Path, tmp_path: Path) -> Iterator[Callable[..., Town]]:
    """Open a copy of the trained folder, as one more worker each time."""
    with ExitStack() as stack:

        def open_one(folder: str = "data", **settings: object) -> Town:
            copy = tmp_path / folder
            if not copy.exists():
                shutil.copytree(trained, copy)
            chosen = read_settings(data_dir=copy, **{"open_rate": "100000/minute", **settings})
            services = with_cheap_passwords(stack.enter_context(open_services(chosen)))
            client = stack.enter_context(TestClient(build_app(services)))
            return Town(services, client)

        yield open_one


@pytest.fixture
def town(open_town: Callable[..., Town]) -> Town:
    """A trained house with an open door."""
    return open_town()


@pytest.fixture
def ada(town: Town) -> Viewer:
    """Somebody who is signed in."""
    return town.viewer()


@pytest.fixture
def refused() -> Callable[..., dict[str, Any]]:
    """Check that an answer is a problem of this status, with its reason, place and remedy, and give the document."""

    def refused(answer: Response, status: int, where: str | None = None) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        if answer.request.method == "HEAD":  # its answer has no body
            return {}
        body: dict[str, Any] = answer.json()
        assert body["status"] == status
        assert {"type", "title", "detail", "remedy"} <= body.keys(), body
        if where is not None:
            assert body["where"] == where, body
        return body

    return refused
