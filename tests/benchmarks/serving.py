"""A real server for tests and benchmarks: a process group of its own on a folder, and clients that speak HTTP to it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

V1 = "/api/v1"
PATIENCE_S = 60.0
PASSWORD = "a long sentence"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def as_of(self) -> int:
        """The offset of the log that the answer includes."""
        return int(self.headers["cinoche-as-of"])


class Client:
    """Somebody who asks, with a connection for each question, or one that is kept."""

    def __init__(self, port: int, token: str | None = None, *, keeps: bool = False) -> None:
        self.port = port
        self.token = token
        self._keeps = keeps
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Ask, and read the whole answer."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            found = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except BaseException:
            self._connection = None
            connection.close()
            raise
        if self._keeps:
            self._connection = connection
        else:
            connection.close()
        return found

    def get(self, path: str) -> Any:
        """Ask for something that must be there."""
        answer = self.ask("GET", path)
        assert answer.status == 200, (path, answer)
        return answer.json

    def sign_in(self, email: str, password: str = PASSWORD, *, keeps: bool = False) -> "Viewer":
        """Sign in, as the first profile of the account."""
        answer = self.ask("POST", f"{V1}/sessions", {"email": email, "password": password})
        assert answer.status == 201, answer
        return Viewer(self.port, answer.json["token"], answer.json["profiles"][0]["profile_id"], keeps=keeps)

    def join(self, email: str, *, keeps: bool = False) -> "Viewer":
        """Open an account, unless there is one, and sign in."""
        answer = self.ask("POST", f"{V1}/accounts", {"email": email, "password": PASSWORD})
        assert answer.status in {201, 409}, answer
        return self.sign_in(email, keeps=keeps)


class Viewer(Client):
    """Somebody who is signed in, as one profile."""

    def __init__(self, port: int, token: str, profile_id: str, *, keeps: bool = False) -> None:
        super().__init__(port, token, keeps=keeps)
        self.profile_id = profile_id

    @property
    def home(self) -> str:
        """The path of the profile."""
        return f"{V1}/profiles/{self.profile_id}"

    def list(self, n: int = 10) -> Answer:
        """Ask for the best titles."""
        answer = self.ask("GET", f"{self.home}/recommendations?n={n}")
        assert answer.status == 200, answer
        return answer

    def rated(self, title_id: str, event_id: str, rating: float = 5.0) -> Mapping[str, Any]:
        """Make the event of a rating."""
        data = {"profile_id": self.profile_id, "title_id": title_id, "rating": rating}
        return {"id": event_id, "source": "tests", "type": "title.rated", "data": data}

    def send(self, *events: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send events that must be accepted."""
        answer = self.ask("POST", f"{V1}/events", {"events": events})
        assert answer.status == 200, answer
        found: Mapping[str, Any] = answer.json
        return found


class Server:
    """``cinoche serve`` on a folder, waited for until every worker listens; what is left of it is killed at the end."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        workers: int = 2,
        waits: bool = True,
        patience_s: float = PATIENCE_S,
        **environment: str,
    ) -> None:
        self.folder = folder
        self.command = command("serve", "--port", "0", "--workers", str(workers), "--data", str(folder), *options)
        self.environment = surroundings(environment)
        self.log = folder.parent / f"{folder.name}.log"
        self.port = 0
        self._workers = workers
        self._waits = waits
        self._patience_s = patience_s
        self.started_s = 0.0

    def __enter__(self) -> Self:
        began = time.monotonic()
        self._begins_at = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, env=self.environment, start_new_session=True
            )
        try:
            self.port = int(self._wait_for(r"answers at http://[^/]*:(\d+)/").group(1))
            while self._waits and self.ask_ready() != 200:
                time.sleep(0.02)
            self.started_s = time.monotonic() - began
            if self._waits:  # one that answers says ready; another may be on its way still
                wait_until(lambda: len(self.workers()) == self._workers)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def said(self) -> str:
        """Read what this life of the server has written."""
        with self.log.open("rb") as log:
            log.seek(self._begins_at)
            return log.read().decode()

    def ask_ready(self) -> int:
        """Ask whether it is ready; 0 where nobody answers."""
        try:
            return Client(self.port).ask("GET", "/readyz").status
        except OSError:
            return 0

    def client(self) -> Client:
        """Make somebody who asks."""
        return Client(self.port)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ask the main process to stop; tell its exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)

    def interrupt(self) -> int:
        """Press Ctrl-C, which every process of the group feels."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE_S)

    def end(self) -> None:
        """Kill whatever is left."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def children(self) -> Sequence[int]:
        """List the processes that the main process started: the follower, then the workers."""
        return children_of(self.process.pid)

    def workers(self) -> Sequence[int]:
        """List the processes that answer."""
        return [pid for pid in self.children() if listens(pid)]

    def cpu_s(self) -> float:
        """Tell the CPU seconds that its processes have used so far."""
        return sum(map(cpu_s, [self.process.pid, *self.children()]))

    def _wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + self._patience_s
        while (found := re.search(pattern, self.said())) is None:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.said()}"
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)
        return found


def command(*arguments: str) -> Sequence[str]:
    """Make the command line of ``cinoche``."""
    return [sys.executable, "-m", "cinoche.cli", *arguments]


def surroundings(changes: Mapping[str, str]) -> Mapping[str, str]:
    """Make an environment in which the sources are found and no setting of the caller's counts; no film is made."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CINOCHE_")}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "CINOCHE_MEDIA_WORKERS": "0", **changes}


def run(*arguments: str, patience_s: float = PATIENCE_S, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ``cinoche`` to its end."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=patience_s,
        check=False,
        env=surroundings(environment),
    )


def children_of(pid: int) -> Sequence[int]:
    """List the children of a process, oldest first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # a thread that ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return sorted(found)


def cpu_s(pid: int) -> float:
    """Tell the CPU seconds that a process and its buried children have used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def listens(pid: int) -> bool:
    """Whether a process has a TCP socket that listens."""
    with suppress(OSError):
        held = {str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()}
        lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
        return any(line[3] == "0A" and f"socket:[{line[9]}]" in held for line in lines)
    return False


def is_alive(pid: int) -> bool:
    """Whether a process runs (one that waits to be buried does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def wait_until(holds: Any, *, within_s: float = PATIENCE_S) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def timed(found: list[float]) -> Iterator[None]:
    """Add the seconds that the block takes."""
    began = time.perf_counter()
    yield
    found.append(time.perf_counter() - began)
