"""Films by the command line, and by the worker of a server."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.serving import Server, run
from tests.integration.media.conftest import draw

Serve = Callable[..., Server]
PATIENCE_S = 120.0


def media(folder: Path, *arguments: str) -> Any:
    """Run `cinoche media ... --json`, which succeeds; give what it printed."""
    done = run("media", *arguments, "--json", "--data", str(folder))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_film_is_added_listed_verified_and_removed_without_a_server(folder: Path, tmp_path: Path) -> None:
    film = draw(tmp_path / "a film.mp4", size="160x90", seconds=2)
    added = run("media", "add", "alien", str(film), "--data", str(folder))
    assert added.returncode == 0, added.stderr
    assert "done" in added.stdout
    assert "Film" in added.stderr, "how far it is goes to stderr"
    (asset,) = media(folder, "list")
    assert asset["title_name"] == "Alien"
    assert asset["heights"] == [90]
    (verdict,) = media(folder, "verify", "alien")
    assert verdict["wrong"] == []
    segment = folder / "media" / asset["asset_id"] / "video" / "90" / "00001.m4s"
    assert segment.stat().st_mode & 0o044 == 0o044, "a web server of another user may read it"
    segment.unlink()
    broken = run("media", "verify", "--data", str(folder))
    assert broken.returncode == 6
    assert "00001.m4s is missing" in broken.stdout
    assert media(folder, "remove", "alien")["freed_bytes"] > 0
    assert media(folder, "list") == []
    assert run("media", "remove", "alien", "--data", str(folder)).returncode == 3


def test_what_cannot_be_added_says_why_and_leaves_a_code(folder: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear film")
    film = draw(tmp_path / "film.mp4", size="160x90", seconds=2)
    cases: list[tuple[int, str, tuple[str, ...]]] = [
        (2, "not a film", ("add", "alien", str(letter))),
        (3, "", ("add", "no such title at all", str(film))),
        (2, "is not a language", ("add", "alien", str(film), "--captions", f"../x={film}")),
    ]
    for code, words, arguments in cases:
        done = run("media", *arguments, "--data", str(folder))
        assert done.returncode == code, done.stderr
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    assert media(folder, "add", "alien", str(film), "--detach")["state"] == "queued"
    assert run("media", "add", "alien", str(film), "--data", str(folder)).returncode == 4


def test_the_worker_of_a_server_does_what_waits_and_comes_back_when_it_is_killed(
    folder: Path, serve: Serve, tmp_path: Path
) -> None:
    film = draw(tmp_path / "film.mp4", size="640x360", seconds=4)
    server = serve(CINOCHE_MEDIA_WORKERS="1")
    first = server.children()
    job_id = media(folder, "add", "alien", str(film), "--detach")["job_id"]
    until = time.monotonic() + PATIENCE_S
    while (job := media(folder, "jobs")[0])["state"] != "done" and time.monotonic() < until:
        time.sleep(0.2)
    assert (job["job_id"], job["state"]) == (job_id, "done")
    worker = max(set(first) - set(server.workers()), key=nice_of)
    assert nice_of(worker) == min(19, os.nice(0) + 10), "it works behind everything else"
    os.kill(worker, signal.SIGKILL)
    while not (set(server.children()) - set(first)) and time.monotonic() < until:
        time.sleep(0.05)
    assert set(server.children()) - set(first), "another took its place"
    assert server.stop() == 0
    (verdict,) = media(folder, "verify")
    assert verdict["wrong"] == []


def nice_of(pid: int) -> int:
    """Tell how nice a process is."""
    return os.getpriority(os.PRIO_PROCESS, pid)
