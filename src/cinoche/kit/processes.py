"""Children that do not outlive their parent, even when it is killed."""

import ctypes
import os
import platform
import signal
import threading
import time

_PR_SET_PDEATHSIG = 1  # prctl(2)
_LOOK_EVERY_S = 1.0


def die_with(parent: int) -> None:
    """Arrange that this process is terminated when its parent process dies.

    On Linux the kernel does it (prctl PR_SET_PDEATHSIG); elsewhere a thread looks once a second.
    """
    if platform.system() == "Linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
        return
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
