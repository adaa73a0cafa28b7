"""The server as its operator sees it: it starts, answers, stops, and starts again with nothing lost."""

import json
import os
import re
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.benchmarks.serving import PASSWORD, PATIENCE_S, V1, Server, is_alive, wait_until
from tests.benchmarks.watching import pairs

Serve = Callable[..., Server]


def test_an_event_changes_the_list_and_a_restart_does_not(serve: Serve) -> None:
    server = serve()
    ada = server.client().join("ada@example.org")
    before = ada.list().json["items"]
    sent = ada.send(ada.rated(before[0]["title_id"], "one"), ada.rated(before[3]["title_id"], "two", 1.0))
    after = ada.list()
    assert after.as_of >= sent["offset"]
    rated = {before[0]["title_id"], before[3]["title_id"]}
    assert not rated & {each["title_id"] for each in after.json["items"]}
    assert after.json["items"] != before
    home = ada.get(f"{ada.home}/home")["rows"]
    assert server.stop() == 0
    again = serve()
    ada.port = again.port
    assert ada.list().json["items"] == after.json["items"]
    assert ada.get(f"{ada.home}/home")["rows"] == home
    assert [each["rating"] for each in ada.get(f"{ada.home}/ratings")["items"]] == [1.0, 5.0]
    assert again.stop() == 0


def test_a_request_in_flight_finishes_when_the_server_is_told_to_stop(serve: Serve) -> None:
    server = serve(workers=1)
    ada = server.client().join("ada@example.org")
    title = ada.list().json["items"][0]["title_id"]
    body = json.dumps({"events": [ada.rated(title, "late")]}).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(
            f"POST {V1}/events HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {ada.token}\r\nExpect: 100-continue\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        assert b"100 Continue" in line.recv(1_000)
        with ThreadPoolExecutor() as pool:
            stopped = pool.submit(server.stop)
            while server.ask_ready():
                pass
            line.sendall(body)
            answer = line.recv(10_000)
            assert stopped.result() == 0
    assert answer.startswith(b"HTTP/1.1 200"), answer
    again = serve()
    ada.port = again.port
    assert [each["title_id"] for each in ada.get(f"{ada.home}/ratings")["items"]] == [title]


def test_ctrl_c_stops_every_process_without_a_traceback(serve: Serve) -> None:
    server = serve()
    assert server.interrupt() == 0
    assert "Traceback" not in server.said()
    assert server.ask_ready() == 0


def test_ctrl_c_reaches_workers_through_the_main_process_alone(serve: Serve) -> None:
    server = serve()
    workers = server.workers()
    for pid in workers:
        os.kill(pid, signal.SIGINT)
    assert server.ask_ready() == 200
    assert server.workers() == workers
    assert server.interrupt() == 0
    assert "Unexpected exit" not in server.said()


def test_workers_that_are_faster_to_stop_than_the_main_process_are_no_failure(serve: Serve) -> None:
    server = serve(workers=8)
    workers = server.workers()
    server.process.send_signal(signal.SIGSTOP)
    for pid in [server.process.pid, *workers]:  # as a service manager asks all that belong to a service to stop
        os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not any(map(is_alive, workers)))
    server.process.send_signal(signal.SIGCONT)
    assert server.process.wait(PATIENCE_S) == 0


def test_no_answer_of_four_workers_forgets_what_was_acknowledged(serve: Serve) -> None:
    server = serve(workers=4)
    viewers = [server.client().join(f"viewer{n}@example.org") for n in range(20)]
    assert pairs(viewers, 200) == 0
    assert len(server.workers()) == 4


def test_any_worker_tells_the_counts_of_all(serve: Serve) -> None:
    server = serve()
    client = server.client()
    for _ in range(40):
        client.ask("GET", "/healthz")
    counted = {_count(client.ask("GET", "/metrics").body.decode()) for _ in range(10)}
    assert counted == {40.0}


def _count(text: str) -> float:
    found = re.search(r'_duration_seconds_count\{method="GET",route="/healthz",status="200"\} (\S+)', text)
    assert found, text
    return float(found.group(1))


def test_the_log_names_nobody(serve: Serve) -> None:
    server = serve(CINOCHE_LOG_FORMAT="json", CINOCHE_LOG_LEVEL="debug")
    ada = server.client().join("ada@example.org")
    title = ada.list().json["items"][0]["title_id"]
    ada.send(ada.rated(title, "one"))
    ada.ask("PUT", f"{ada.home}/reviews/{title}", {"text": "my very own words"})
    ada.ask("GET", f"{V1}/search?q=ada@example.org")
    ada.ask("GET", f"/ada@example.org/{ada.profile_id}")
    ada.ask("POST", f"{V1}/sessions", {"email": "ada@example.org", "password": "not it at all"})
    assert server.stop(signal.SIGTERM) == 0
    said = server.said()
    lines = [line for line in said.splitlines() if '"request"' in line]
    assert len(lines) >= 8
    logged = "\n".join(line for line in said.splitlines() if "answers at" not in line)
    for secret in ("ada", "example.org", PASSWORD, ada.token, ada.profile_id, "127.0.0.1", "my very own words"):
        assert secret not in logged, secret


def test_a_worker_loads_nothing_that_only_jobs_need(serve: Serve, folder: Path) -> None:
    server = serve(workers=1)
    server.client().join("ada@example.org").list()
    [worker] = server.workers()
    maps = Path(f"/proc/{worker}/maps").read_text()
    assert "/numpy/" in maps
    for package in ("pandas", "pyarrow", "alembic", "mako", "jaxlib", "lightgbm"):
        assert f"/{package}/" not in maps, package
