"""Signed 1 MiB segments a second, from one Python worker and through nginx; run alone, it is a client that asks."""

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from cinoche.bootstrap import open_services
from cinoche.catalog.models import Kind, TitleRecord
from cinoche.playback.models import Asset, AssetState, Rendition
from cinoche.settings import read_settings
from tests.benchmarks import nginx
from tests.benchmarks.lab import Lab
from tests.benchmarks.report import Row
from tests.benchmarks.serving import ROOT, V1, Server, cpu_s, surroundings

SEGMENT_BYTES = 1 << 20
SEGMENTS = 16
CONNECTIONS = 16
LASTS_S = 6
CLIENTS = 2
TITLE, ASSET = "segments", "benchasset"


def serving_segments(lab: Lab) -> Iterator[Row]:
    """One film of 16 segments, asked for in turn on 16 connections: first from a worker, then through nginx."""
    folder = lab.folder / "segments"
    _publish(folder)
    with ExitStack() as stack:
        server = stack.enter_context(Server(folder, workers=1, waits=False, CINOCHE_MEDIA_WORKERS="0"))
        viewer = server.client().join("segments@example.org")
        body = {"profile_id": viewer.profile_id, "title_id": TITLE}
        base = viewer.ask("POST", f"{V1}/play-sessions", body).json["dash"].rpartition("/")[0]
        paths = [f"{base}/video/1080/{number:05}.m4s" for number in range(1, SEGMENTS + 1)]
        yield _row("signed 1 MiB segments, 1 Python worker", "≥ 500/s", server.port, paths, server.workers)
        if nginx.PROGRAM is None:
            yield Row("the same through nginx", "≥ 2,000/s", "not measured: there is no nginx here")
            return
        proxy = stack.enter_context(nginx.Nginx(lab.folder / "nginx", media=folder / "media", backend=server.port))
        yield _row(
            "the same through nginx, 1 process", "≥ 2,000/s", proxy.port, paths,
            lambda: [*proxy.workers(), *server.workers()],
        )  # fmt: skip
    shutil.rmtree(folder)


def _publish(folder: Path) -> None:
    with open_services(read_settings(data_dir=folder)) as services:
        with services.catalog.writing() as writer:
            writer.put([TitleRecord(TITLE, Kind.FILM, "Segments", 2026, "house")])
        for number in range(1, SEGMENTS + 1):
            source = folder / "segment"
            source.write_bytes(bytes([number]) * SEGMENT_BYTES)
            services.media.store.put(f"{ASSET}/video/1080/{number:05}.m4s", source)
            source.unlink()
        services.media.publish(
            Asset(
                asset_id=ASSET,
                title_id=TITLE,
                state=AssetState.READY,
                duration_s=2.0 * SEGMENTS,
                dash="manifest.mpd",
                hls="master.m3u8",
                poster=None,
                trickplay=None,
                renditions=(Rendition(1080, 1920, 5_000_000),),
                audio=(),
                text=(),
                size_bytes=SEGMENTS * SEGMENT_BYTES,
                created_at=1.0,
            )
        )


def _row(what: str, target: str, port: int, paths: Sequence[str], pids: Callable[[], Sequence[int]]) -> Row:
    _ask(port, paths, 1.0)
    processes = pids()
    before = sum(map(cpu_s, processes))
    wrk = shutil.which("wrk")
    per_s = _by_wrk(wrk, port, paths) if wrk else _by_ourselves(port, paths)
    spent_ms = (sum(map(cpu_s, processes)) - before) / (per_s * LASTS_S) * 1e3
    client = f"wrk, {CONNECTIONS} connections" if wrk else f"{CLIENTS} Python clients of {CONNECTIONS // CLIENTS}"
    return Row(what, target, f"{per_s:,.0f}/s", f"{spent_ms:.2f} CPU-ms a segment; asked by {client} on this machine")


def _by_wrk(program: str, port: int, paths: Sequence[str]) -> float:
    listed = ", ".join(f'"{path}"' for path in paths)
    script = (
        f"local paths = {{ {listed} }}\nlocal at = 0\n"
        "request = function()\n  at = at % #paths + 1\n  return wrk.format('GET', paths[at])\nend\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [program, "-t1", f"-c{CONNECTIONS}", f"-d{LASTS_S}s", "-s", file.name, f"http://127.0.0.1:{port}"],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    assert "Non-2xx" not in done.stdout, done.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found.group(1))


def _by_ourselves(port: int, paths: Sequence[str]) -> float:
    order = json.dumps({"port": port, "paths": list(paths), "connections": CONNECTIONS // CLIENTS, "lasts_s": LASTS_S})
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.segments"], env=surroundings({}), cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(CLIENTS)
    ]  # fmt: skip
    for client in clients:
        assert client.stdin is not None
        client.stdin.write(order + "\n")
        client.stdin.flush()
    return sum(float(client.communicate(timeout=60)[0]) for client in clients)


def _ask(port: int, paths: Sequence[str], lasts_s: float, *, connections: int = 1) -> float:
    """Ask for one path after the other on connections that are kept, several under way at once; segments a second."""
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    buffer = memoryview(bytearray(SEGMENT_BYTES + 4096))
    began, done, at = time.perf_counter(), 0, 0
    while time.perf_counter() - began < lasts_s:
        for each in sockets:
            each.sendall(f"GET {paths[at % len(paths)]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            at += 1
        for each in sockets:
            _read_segment(each, buffer)
        done += len(sockets)
    took = time.perf_counter() - began
    for each in sockets:
        each.close()
    return done / took


def _read_segment(connection: socket.socket, buffer: memoryview) -> None:
    got, head = 0, -1
    while head < 0 or got < head + SEGMENT_BYTES:
        got += (count := connection.recv_into(buffer[got:]))
        assert count, "the server hung up"
        if head < 0 and (found := bytes(buffer[: min(got, 4096)]).find(b"\r\n\r\n")) >= 0:
            head = found + 4
            assert bytes(buffer[:12]) == b"HTTP/1.1 200", bytes(buffer[:200])


def main() -> None:
    """Do what the line on stdin says."""
    order = json.loads(sys.stdin.readline())
    sys.stdout.write(str(_ask(order["port"], order["paths"], order["lasts_s"], connections=order["connections"])))


if __name__ == "__main__":
    main()
