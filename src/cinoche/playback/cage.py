"""Become another program, shut in: run as ``python -I -S cage.py LIMITS PROGRAM ARGUMENT...``.

It runs apart from the package, so it imports nothing of it. The limits, by commas: seconds of CPU, bytes of memory,
bytes of one file, niceness. What cannot be taken away here (a kernel without namespaces) is taken away by the options
that the program itself is started with.
"""

import ctypes
import os
import resource
import signal
import sys

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_MOST_FILES = 256


def limit(kind: int, wanted: int) -> None:
    """Lower a limit; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    soft = resource.getrlimit(kind)[0]
    soft = allowed if soft == resource.RLIM_INFINITY else min(soft, allowed)
    resource.setrlimit(kind, (soft, allowed))


def shut_in(cpu_s: int, memory: int, file_bytes: int, niceness: int) -> None:
    """Take the network away where the kernel lets us, bound what may be used, and die with the parent."""
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None, use_errno=True)
        kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        kernel.unshare(_CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET)
        kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limit(resource.RLIMIT_CPU, cpu_s)
    limit(resource.RLIMIT_AS, memory)
    limit(resource.RLIMIT_FSIZE, file_bytes)
    limit(resource.RLIMIT_NOFILE, _MOST_FILES)
    limit(resource.RLIMIT_CORE, 0)
    os.umask(0o077)
    os.nice(niceness)


if __name__ == "__main__":
    shut_in(*map(int, sys.argv[1].split(",")))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606
