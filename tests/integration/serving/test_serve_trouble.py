"""What a server refuses to start with, each time with the reason and the remedy; and what it survives."""

import os
import shutil
import signal
import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.benchmarks.serving import V1, Server, Viewer, is_alive, run, wait_until
from tests.conftest import write_release

Serve = Callable[..., Server]


def test_a_second_server_on_the_folder_is_refused_and_told_who_holds_it(serve: Serve, folder: Path) -> None:
    server = serve()
    second = run("serve", "--port", "0", "--data", str(folder))
    assert second.returncode == 4
    assert f"cinoche serve (process {server.process.pid})" in second.stderr
    assert "--data" in second.stderr
    assert "Traceback" not in second.stderr
    assert server.ask_ready() == 200


def test_an_import_beside_a_server_is_refused(serve: Serve, folder: Path, tmp_path: Path) -> None:
    server = serve()
    ada = server.client().join("ada@example.org")
    before = ada.list()
    release = write_release(tmp_path / "second", films=50)
    done = run("import", "movielens", str(release), "--data", str(folder))
    assert done.returncode == 4
    assert "cinoche serve" in done.stderr
    assert ada.list().json == before.json


def test_a_port_in_use_is_refused(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), "--data", str(folder))
    assert done.returncode == 4
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--demo", "--host", "0.0.0.0"), 5, "--demo-password"),
        (("--demo", "--host", "0.0.0.0", "--demo-password", "short"), 2, "demo_password"),
        (("--host", "no such host"), 2, "--host"),
        (("--host", "192.0.2.1"), 2, "--host"),
        (("--port", "70000"), 2, "65535"),
        (("--workers", "0"), 2, "--workers"),
    ],
)
def test_what_cannot_be_served_is_said(options: tuple[str, ...], code: int, words: str, tmp_path: Path) -> None:
    done = run("serve", "--port", "0", *options, "--data", str(tmp_path / "data"))
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_killed_takes_its_children_along_and_starts_again_at_once(serve: Serve) -> None:
    server = serve()
    ada = server.client().join("ada@example.org")
    title = ada.list().json["items"][0]["title_id"]
    offset = ada.send(ada.rated(title, "last words"))["offset"]
    children = server.children()
    assert len(children) == 3
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    again = serve("--port", str(server.port))
    assert not any(map(is_alive, children))
    assert again.port == server.port
    answer = ada.list()
    assert answer.as_of >= offset
    assert title not in {each["title_id"] for each in answer.json["items"]}


def test_a_worker_killed_is_replaced_and_nothing_acknowledged_is_lost(serve: Serve) -> None:
    server = serve()
    ada = server.client().join("ada@example.org")
    titles = [each["title_id"] for each in ada.list(20).json["items"]]
    first = server.workers()
    acknowledged = []
    for turn, title in enumerate(titles[:12]):
        if turn == 4:
            os.kill(first[0], signal.SIGKILL)
        if _is_sent(ada, title, f"event {turn}"):
            acknowledged.append(title)
    assert len(acknowledged) >= 10
    wait_until(lambda: len(server.workers()) == 2 and first[0] not in server.workers())
    wait_until(lambda: server.ask_ready() == 200)
    for _ in range(6):
        kept = {each["title_id"] for each in ada.get(f"{ada.home}/ratings?limit=50")["items"]}
        assert set(acknowledged) <= kept
    assert server.stop() == 0


def _is_sent(ada: Viewer, title: str, event_id: str) -> bool:
    try:
        ada.send(ada.rated(title, event_id))
    except OSError:  # it was on its way to the worker that died
        return False
    return True


def test_a_follower_killed_is_replaced(serve: Serve, folder: Path) -> None:
    server = serve()
    [follower] = set(server.children()) - set(server.workers())
    os.kill(follower, signal.SIGKILL)
    ada = server.client().join("ada@example.org")
    offset = ada.send(ada.rated(ada.list().json["items"][0]["title_id"], "one"))["offset"]
    with closing(sqlite3.connect(folder / "cinoche.db")) as stored:
        wait_until(lambda: stored.execute("SELECT log_offset FROM library_offset").fetchone() == (offset,))
    assert server.stop() == 0


def test_a_truncated_artefact_falls_back_to_the_version_before(serve: Serve, folder: Path) -> None:
    trained = run("train", "--data", str(folder))
    assert trained.returncode == 0
    current = (folder / "artefacts" / "current").read_text().strip()
    os.truncate(folder / "artefacts" / current / "ease.weights.npy", 100)
    server = serve()
    assert server.client().join("ada@example.org").list().json["items"]
    done = run("recommend", "Heat", "--data", str(folder))
    assert done.returncode == 0
    assert "ease.weights.npy" in done.stderr


def test_a_model_that_cannot_be_read_is_trained_again_at_the_start(serve: Serve, folder: Path) -> None:
    shutil.rmtree(folder / "artefacts")
    server = serve()
    assert server.client().join("ada@example.org").list().json["items"]
    assert (folder / "artefacts" / "current").exists()


def test_on_an_empty_folder_accounts_open_and_readiness_says_what_to_do(tmp_path: Path) -> None:
    with Server(tmp_path / "empty", workers=1, waits=False) as server:
        answer = server.client().ask("GET", "/readyz")
        assert answer.status == 503
        assert "cinoche import" in str(answer.json)
        ada = server.client().join("ada@example.org")
        assert ada.get(f"{V1}/titles")["items"] == []
        assert ada.ask("GET", f"{ada.home}/home").status == 503
        assert server.stop() == 0
        assert "Traceback" not in server.said()


def test_a_restart_does_not_train_again_for_a_few_events(serve: Serve, folder: Path) -> None:
    server = serve()
    ada = server.client().join("ada@example.org")
    ada.send(ada.rated(ada.list().json["items"][0]["title_id"], "one"))
    assert server.stop() == 0
    current = (folder / "artefacts" / "current").read_text()
    again = serve()
    assert again.started_s < 20
    time.sleep(1.5)  # the follower has looked by then
    assert (folder / "artefacts" / "current").read_text() == current
