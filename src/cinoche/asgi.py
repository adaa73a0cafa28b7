"""The server: one process group on one data folder. Workers answer; a follower folds, learns and publishes."""

import contextlib
import errno
import gc
import importlib
import ipaddress
import multiprocessing
import os
import platform
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, Self

from cinoche.kit.errors import CinocheError, Conflict, Forbidden, Invalid, Unavailable
from cinoche.kit.progress import Progress, silent_bars
from cinoche.settings import PREFIX, Settings, read_settings

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from fastapi import FastAPI

    from cinoche.bootstrap import Services as House

Bars = Callable[[], AbstractContextManager[Progress]]
"""Opens what shows progress; opened only while there is some, for it draws from a thread and takes stderr over."""

DEMO_PASSWORD: Final = "cinoche-demo"  # noqa: S105 - public on purpose, see _demo_password
_STOP_WITHIN_S: Final = 10.0
_RESPAWN_AFTER_S: Final = 0.5
_LOOK_AGAIN_S: Final = 0.05


def create() -> "FastAPI":
    """Build the application of one worker from the environment; its process ends with the one that started it."""
    from cinoche.bootstrap import open_services
    from cinoche.kit import telemetry
    from cinoche.kit.processes import die_with

    settings = read_settings()
    die_with(int(os.environ[_MAIN_PROCESS]))
    telemetry.configure(settings.log_format, level=settings.log_level)
    rooms = contextlib.ExitStack()
    house = rooms.enter_context(open_services(settings))
    app = build_app(house)
    app.router.add_event_handler("startup", _leave_interrupts_to_main)
    app.router.add_event_handler("shutdown", rooms.close)
    with contextlib.suppress(CinocheError):  # /readyz tells
        house.recommender.laid_out()
    gc.collect()
    gc.freeze()
    threading.Thread(target=_warm, args=(house,), name="warm", daemon=True).start()
    return app


def _leave_interrupts_to_main() -> None:
    """Let Ctrl-C, which every process of a terminal feels, stop a worker only through the main process.

    A worker that went by itself, faster than the main process was told, would pass for one that crashed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _warm(house: "House") -> None:
    """Build what the first search needs while the worker answers already."""
    with contextlib.suppress(CinocheError):  # /readyz tells
        house.catalog.shelf().warm()


def build_app(house: "House") -> "FastAPI":
    """Build the application on services that are open."""
    from cinoche.api.app import create_app
    from cinoche.api.door import ROUTE
    from cinoche.api.services import Services
    from cinoche.api.viewer import viewer_of
    from cinoche.jobs.erasure import erase_account, erase_profile
    from cinoche.web.site import site_routes

    settings = house.settings
    app = create_app(
        Services(
            accounts=house.accounts,
            erase_profile=lambda account_id, profile_id: erase_profile(house, account_id, profile_id),
            erase_account=lambda account_id: erase_account(house, account_id),
            house=house,
            checks={
                "database": house.catalog.version,
                "events": house.log.end,
                "recommender": house.recommender.laid_out,
            },
            rates={"recommendations": settings.open_rate, "sign-up": settings.open_rate},
            metrics_dir=settings.data_dir.absolute() / "run" / "metrics" if _MAIN_PROCESS in os.environ else None,
            secure_cookies=settings.secure_cookies,
            trusted_proxies=_listed(settings.trusted_proxies),
            allowed_origins=_listed(settings.allowed_origins),
        )
    )
    # After the API's: the pages take every address that nobody else has.
    app.router.routes.extend(
        site_routes(house.catalog.faces, may_see=lambda request, face: viewer_of(request).may_see(face), mark=ROUTE)
    )
    return app


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",") if each.strip())


_MAIN_PROCESS: Final = "CINOCHE_MAIN_PROCESS"


def run_server(
    settings: Settings, *, demo: bool = False, demo_password: str | None = None, bars: Bars = silent_bars
) -> None:
    """Serve until SIGINT or SIGTERM. Raises Conflict when the folder or the port is in use."""
    from cinoche.bootstrap import LOCK
    from cinoche.kit.lock import FolderLock

    password = _demo_password(settings, demo_password) if demo else None
    with FolderLock(settings.data_dir, LOCK, holder="cinoche serve"):
        settings = settings.model_copy(update={"port": _free_port(settings.host, settings.port)})
        limited = _limit_threads()
        prepare(settings, demo_password=password, bars=bars, limited=limited)
        _hand_down(settings)
        _load_for_children()
        with contextlib.ExitStack() as children:
            for name, module, function in _children(settings):
                children.enter_context(_Child(settings, name, module, function))
            _announce(settings, password)
            _serve(settings)


def prepare(settings: Settings, *, demo_password: str | None, bars: Bars, limited: Sequence[str] = ()) -> None:
    """Migrate, and for the demo import, train and create its accounts, whatever of it is not yet done.

    Imports and trainings run in a process apart: what they load would stay in every worker forked from this one.
    """
    from cinoche.bootstrap import open_services, published_model
    from cinoche.jobs.imports import lacks_directors
    from cinoche.jobs.reels import add_reels
    from cinoche.kit.processes import run_apart

    with open_services(settings) as services:
        if demo_password is not None:
            services.accounts.ensure_demo(demo_password)
        elif not _is_loopback(settings.host) and services.accounts.has_demo(DEMO_PASSWORD):
            raise Forbidden(
                f"the demo accounts here have the public password, and {settings.host} is reached from elsewhere.",
                where="--host",
                remedy="Give them another with --demo --demo-password, listen on 127.0.0.1, or choose another folder.",
            )
        has_titles = services.catalog.version() > 0
        needs_demo = demo_password is not None and (not has_titles or lacks_directors(services))
        if demo_password is not None and not needs_demo:
            add_reels(services)
        has_events = services.log.end() > 0
    if has_events and not needs_demo:
        with contextlib.suppress(Unavailable):
            published_model(settings)
            return
    if has_events or needs_demo:
        run_apart(_fill, settings, needs_demo, bars, limited)


def _fill(settings: Settings, needs_demo: bool, bars: Bars, limited: Sequence[str]) -> None:
    for name in limited:
        del os.environ[name]
    from cinoche.bootstrap import open_services
    from cinoche.jobs import imports, reels, training

    with open_services(settings) as services, bars() as progress:
        if needs_demo:
            imports.import_movielens(services, "demo", progress=progress)
            reels.add_reels(services)
        training.train(services, only_if_needed=True, progress=progress)


def _limit_threads() -> Sequence[str]:
    """Give linear algebra one thread in this process and its workers, unless the operator chose; tell what was set."""
    names = [name for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS") if name not in os.environ]
    os.environ.update(dict.fromkeys(names, "1"))
    return names


def _demo_password(settings: Settings, given: str | None) -> str:
    if given in {None, DEMO_PASSWORD} and not _is_loopback(settings.host):
        raise Forbidden(
            f"the demo's password is public, and {settings.host} is reached from other machines.",
            where="--demo",
            remedy="Choose a password with --demo-password, or listen on 127.0.0.1.",
        )
    return given or DEMO_PASSWORD


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free_port(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Forbidden(f"port {port} is reserved to root.", where="--port", remedy="Use 1024 or more.") from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise Invalid(
                    f"{host!r} is not an address of this machine.",
                    where="--host",
                    remedy="Use 127.0.0.1 (this machine only) or 0.0.0.0 (all its addresses).",
                ) from error
            raise Conflict(
                f"{host}:{port} cannot be listened on ({error.strerror}).",
                where="--port",
                remedy="Stop what listens there, or choose another port with --port (0 picks a free one).",
            ) from error
        chosen: int = probe.getsockname()[1]
        return chosen


def _hand_down(settings: Settings) -> None:
    for name, value in settings.model_dump(mode="json").items():
        os.environ[f"{PREFIX}{name.upper()}"] = str(value)
    os.environ[_MAIN_PROCESS] = str(os.getpid())
    shutil.rmtree(settings.data_dir / "run" / "metrics", ignore_errors=True)


def _load_for_children() -> None:
    """Load what every child needs before it is forked, so that all share its memory; nothing is opened here."""
    for name in ("cinoche.api.app", "cinoche.jobs.follower", "cinoche.jobs.media", "cinoche.web.site"):
        importlib.import_module(name)
    importlib.import_module("cinoche.recommend.families.memory").warm()  # numba, and the compiled loops
    if platform.system() == "Linux":  # elsewhere a fork is not safe, and children load everything themselves
        multiprocessing.set_start_method("fork", force=True)
    gc.collect()
    gc.freeze()


def _children(settings: Settings) -> Sequence[tuple[str, str, str]]:
    """List the processes beside those that answer: name, module, function."""
    makers = [(f"cinoche-media-{number + 1}", "cinoche.jobs.media", "work") for number in range(settings.media_workers)]
    return [("cinoche-follower", "cinoche.jobs.follower", "follow"), *makers]


class _Child:
    """A process that works beside those that answer, started anew when it dies; it ends with the block."""

    def __init__(self, settings: Settings, name: str, module: str, function: str) -> None:
        self._settings = settings
        self._name = name
        self._module = module
        self._function = function
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self._process = self._start(multiprocessing.get_start_method())
        self._keeper = threading.Thread(target=self._keep, name=f"{self._name}-keeper", daemon=True)
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        told, until = None, time.monotonic() + _STOP_WITHIN_S
        while self._keeper.is_alive() and time.monotonic() < until:
            if self._process is not told:  # one may have been on its way when the other was told
                told = self._process
                told.terminate()
            self._keeper.join(_LOOK_AGAIN_S)
        if self._keeper.is_alive():
            self._process.kill()

    def _start(self, method: str) -> "BaseProcess":
        target = getattr(importlib.import_module(self._module), self._function)
        context: Any = multiprocessing.get_context(method)
        process: BaseProcess = context.Process(target=target, args=(self._settings, os.getpid()), name=self._name)
        process.start()
        return process

    def _keep(self) -> None:
        self._process.join()
        while not self._is_over.wait(_RESPAWN_AFTER_S):
            self._process = self._start("spawn")  # threads are about: a fork could take a lock along that nobody frees
            self._process.join()


def _announce(settings: Settings, demo_password: str | None) -> None:
    address = f"http://{settings.host if ':' not in settings.host else f'[{settings.host}]'}:{settings.port}"
    lines = [f"Cinoche answers at {address}/ (its API is described at {address}/api/v1/openapi.json). Ctrl-C stops it."]
    if demo_password is not None:
        shown = demo_password if demo_password == DEMO_PASSWORD else "(the one you gave)"
        lines += [
            f"  sign in as demo@cinoche.example    password {shown}",
            f"          or studio@cinoche.example  password {shown}",
        ]
    threading.Thread(target=_say_when_ready, args=(settings, lines), daemon=True).start()


def _say_when_ready(settings: Settings, lines: list[str]) -> None:
    while True:
        with contextlib.suppress(OSError), socket.create_connection((settings.host, settings.port), timeout=1):
            break
        time.sleep(0.02)
    print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201


def _serve(settings: Settings) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server: Any = Granian(
        "cinoche.asgi:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=_RESPAWN_AFTER_S,
        workers_kill_timeout=int(_STOP_WITHIN_S),
        websockets=False,
    )
    try:
        server.serve()
    except SystemExit:
        # Asked to stop together with its workers (a service manager asks all), it takes those that were faster than
        # itself for crashed, and says so by its exit code.
        if not server.interrupt_signal:
            raise
    except Exception:
        _free_port(settings.host, settings.port)  # says so where somebody was faster to take it
        raise
