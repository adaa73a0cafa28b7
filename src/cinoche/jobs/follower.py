"""The process that follows the log while the service runs: it stores what the library folds, and starts trainings."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from typing import Final

from cinoche.bootstrap import Services, open_services, published_model
from cinoche.jobs.erasure import resume
from cinoche.jobs.health import HealthWatch
from cinoche.jobs.texts import Reading
from cinoche.kit import telemetry
from cinoche.kit.clock import DAY_S
from cinoche.kit.errors import CinocheError, Unavailable
from cinoche.kit.processes import die_with
from cinoche.settings import Settings, read_settings

LOOK_EVERY_S: Final = 1.0
RESOLVE_EVERY_S: Final = 30.0
"""The least time between two trainings where somebody was erased."""
GROUP: Final = "library"
"""The consumer group under which the log remembers how far the library's stored rows have come."""

_NICENESS: Final = "10"
_TRAIN: Final = "import sys; from cinoche.jobs import follower; follower.train_apart(int(sys.argv[1]))"


def follow(settings: Settings, parent: int) -> None:
    """Follow the log until SIGTERM; an error of one round is logged and the next round tries again."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    die_with(parent)
    telemetry.configure(settings.log_format, level=settings.log_level)
    log = telemetry.get_logger()
    with (
        open_services(settings) as services,
        closing(_Training(services)) as training,
        closing(Reading(services)) as reading,
    ):
        tidied_at, figures = -DAY_S, HealthWatch(services)
        while True:
            time.sleep(LOOK_EVERY_S)
            try:
                if services.library.catch_up():
                    services.log.commit(GROUP, services.library.offset)
                if time.monotonic() - tidied_at >= DAY_S:
                    resume(services)
                    tidied_at = time.monotonic()
                services.sums.settle()
                training.look()
                reading.look()
                figures.look()
            except CinocheError as error:
                log.warning("follower waits", reason=str(error))
            except Exception as error:  # noqa: BLE001 - it is logged, and the next round tries again
                log.error("follower broke", error=type(error).__name__, frames=telemetry.frames_of(error))


def train_apart(parent: int) -> None:
    """Train if needed, in this process, which dies with the follower that started it."""
    from cinoche.jobs.training import train

    die_with(parent)
    with open_services(read_settings()) as services:
        train(services, only_if_needed=True, gate=services.settings.train_gate)


class _Training:
    """Trainings in a process of their own, so that their memory is given back and requests come first."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._process: subprocess.Popen[bytes] | None = None
        self._trained_at = time.monotonic() - services.settings.train_every_s
        self._trained_offset = _published_offset(services.settings)

    def look(self) -> None:
        """Start a training when it is time for one and the log has enough that is new."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            if self._process.returncode:
                telemetry.get_logger().warning("training failed, to be tried again", exit_code=self._process.returncode)
            self._process = None
            self._trained_offset = _published_offset(self._services.settings)
        settings = self._services.settings
        new = self._services.log.end() - self._trained_offset
        waited_s = time.monotonic() - self._trained_at
        is_worth_it = new >= settings.train_after_events or (new > 0 and waited_s >= DAY_S)
        is_due = settings.train_every_s <= waited_s and is_worth_it
        # Whoever was erased leaves the published matrices as soon as they can be solved again, whatever else is new.
        if settings.train_every_s > 0 and (is_due or (waited_s >= RESOLVE_EVERY_S and self._services.sums.is_stale())):
            self._trained_at = time.monotonic()
            self._process = _train()

    def close(self) -> None:
        """Give up a training that is under way: the version before stays."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def _published_offset(settings: Settings) -> int:
    try:
        return published_model(settings)[1]
    except Unavailable:
        return 0


def _train() -> subprocess.Popen[bytes]:
    """Start a training with the settings that the server handed down in the environment."""
    command = ["nice", "-n", _NICENESS, sys.executable, "-c", _TRAIN, str(os.getpid())]
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603
        command, env={**os.environ, **one_thread}, stdout=subprocess.DEVNULL
    )
