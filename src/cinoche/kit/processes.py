"""Processes: children that do not outlive their parent, and work that gives its memory back."""

import ctypes
import multiprocessing
import os
import platform
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from cinoche.kit.errors import Unavailable

_PR_SET_PDEATHSIG = 1  # prctl(2)
_LOOK_EVERY_S = 1.0

P = ParamSpec("P")
T = TypeVar("T")


def die_with(parent: int) -> None:
    """Arrange that this process is killed when its parent process dies, however that dies.

    Killed, not asked to stop: what it holds (a port, a lock) is free at once, and whatever was acknowledged is on the
    disk. On Linux the kernel does it (prctl PR_SET_PDEATHSIG); elsewhere a thread looks once a second.
    """
    if platform.system() == "Linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def run_apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work in a new process, whose modules and memory are gone at its end; its error is raised here.

    Raises Unavailable when that process dies.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=die_with, initargs=(os.getpid(),)) as pool:
        try:
            return pool.submit(work, *args, **kwargs).result()
        except BrokenProcessPool as error:
            raise Unavailable(
                "the process that did this was killed, perhaps for want of memory.",
                where=getattr(work, "__name__", "work"),
                remedy="Try again with more memory free; what was begun is taken up or begun anew.",
            ) from error


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGKILL)
