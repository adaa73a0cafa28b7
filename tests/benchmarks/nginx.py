"""A real nginx before a real server, with the recipe of deploy/nginx/ as it stands but for ports and folders."""

import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

from tests.benchmarks.serving import PATIENCE_S, ROOT, children_of, wait_until

RECIPE = ROOT / "deploy" / "nginx" / "cinoche.conf"
PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Nginx:
    """One nginx process group on a free port, in a folder of its own; it ends with the block."""

    def __init__(self, folder: Path, *, media: Path, backend: int, workers: int = 1) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self.port = _free_port()
        recipe = RECIPE.read_text(encoding="utf-8")
        for there, here in (
            ("127.0.0.1:8000", f"127.0.0.1:{backend}"),
            ("listen 8080;", f"listen 127.0.0.1:{self.port};"),
            ("/var/cache/nginx/cinoche", str(folder / "checks")),
            ("/var/lib/cinoche/media", str(media)),
        ):
            assert there in recipe, there
            recipe = recipe.replace(there, here)
        (folder / "cinoche.conf").write_text(recipe, encoding="utf-8")
        temporary = "".join(
            f"{each}_temp_path {folder}/{each};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nworker_processes {workers};\n"
            f"events {{ worker_connections 1024; }}\nhttp {{\n{temporary}include {folder}/cinoche.conf;\n}}\n",
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        command = [PROGRAM, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(self._listens, within_s=PATIENCE_S)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def workers(self) -> Sequence[int]:
        """List the processes that answer."""
        return children_of(self._process.pid)

    def _listens(self) -> bool:
        assert self._process.poll() is None, (self._folder / "error.log").read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
