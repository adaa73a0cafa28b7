"""The process that follows the log while the service runs: it stores what the library folds, and starts trainings."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing.synchronize import Event as Stop
from pathlib import Path
from typing import Final

from cinoche.bootstrap import Services, open_services
from cinoche.kit.errors import CinocheError
from cinoche.kit.processes import die_with
from cinoche.kit.telemetry import get_logger
from cinoche.settings import Settings

LOOK_EVERY_S: Final = 1.0
_NICENESS: Final = "10"


def follow(settings: Settings, stop: Stop, parent: int) -> None:
    """Follow the log until told to stop; an error of one round is logged and the next round tries again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with(parent)
    log = get_logger()
    with open_services(settings) as services:
        training = _Training(services)
        while not stop.wait(LOOK_EVERY_S):
            try:
                services.library.catch_up()
                training.look()
            except CinocheError as error:
                log.warning("follower waits", reason=str(error))
        training.end()


class _Training:
    """Trainings in a process of their own, so that their memory is given back and requests come first."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._process: subprocess.Popen[bytes] | None = None
        self._trained_at = time.monotonic()
        self._trained_offset = services.log.end()

    def look(self) -> None:
        """Start a training when it is time for one and the log has enough that is new."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            if self._process.returncode:
                get_logger().warning("training failed", exit_code=self._process.returncode)
            self._process = None
        settings, end = self._services.settings, self._services.log.end()
        waited_s = time.monotonic() - self._trained_at
        is_time = 0 < settings.train_every_s <= waited_s
        if is_time and end - self._trained_offset >= settings.train_after_events:
            self._trained_at, self._trained_offset = time.monotonic(), end
            self._process = _train(settings.data_dir)

    def end(self) -> None:
        """Give up a training that is under way: the version before stays."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def _train(data_dir: Path) -> subprocess.Popen[bytes]:
    command = ["nice", "-n", _NICENESS, sys.executable, "-m", "cinoche.cli", "train", "--if-needed"]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment = {**os.environ, **one_thread, "CINOCHE_DATA_DIR": str(data_dir.absolute())}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
