"""Read synopses in the background: what comes into the catalogue is understood before the next training."""

import os
import subprocess
import sys
from typing import Final

from cinoche.bootstrap import Services, open_services
from cinoche.kit import telemetry
from cinoche.kit.processes import die_with
from cinoche.recommend import texts
from cinoche.recommend.facts import facts_of
from cinoche.settings import read_settings

_NICENESS: Final = "10"
_READ: Final = "import sys; from cinoche.jobs import texts; texts.read_apart(int(sys.argv[1]))"


def read_apart(parent: int) -> None:
    """Encode what is missing, in this process, which dies with the one that started it."""
    die_with(parent)
    with open_services(read_settings()) as services:
        texts.bring_up_to_date(texts.TextStore(services.settings.texts), facts_of(services.catalog))


class Reading:
    """Looks for new synopses when the catalogue changes; the encoder and its memory live in a process of their own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._version: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start reading where there is something new to read."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            if self._process.returncode:
                telemetry.get_logger().warning("synopses were not read", exit_code=self._process.returncode)
            self._process = None
        version = self._services.catalog.version()
        if version == self._version or not texts.is_installed():
            return
        self._version = version
        if texts.TextStore(self._services.settings.texts).missing(facts_of(self._services.catalog)):
            self._process = _read()

    def close(self) -> None:
        """Give up what is being read: the next look begins with what is missing then."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def _read() -> subprocess.Popen[bytes]:
    """Start reading with the settings that the server handed down in the environment."""
    command = ["nice", "-n", _NICENESS, sys.executable, "-c", _READ, str(os.getpid())]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603
        command, env={**os.environ, **one_thread}, stdout=subprocess.DEVNULL
    )
