"""Become another program, shut in: run as ``python -I -S cage.py LIMITS PROGRAM ARGUMENT...``.

It runs apart from the package, so it imports nothing of it: the kernel is asked directly (Landlock needs three calls).
The limits, by commas: seconds of CPU, bytes of memory, bytes of one file, niceness. Without a program it says what it
could take away, a word a line: ``network``, ``files``. What this kernel cannot take away is taken away, as far as may
be, by the options that the program itself is started with.
"""

import ctypes
import os
import resource
import signal
import stat
import sys
from collections.abc import Iterator

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_MOST_FILES = 256

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_NEWER = {_REFER: 2, _TRUNCATE: 3, _IOCTL_DEV: 5}
"""Rights on files that came after the first version of Landlock, with the version that brought each."""

_TCP = 0b11
"""To bind and to connect (version 4)."""

_SCOPES = 0b11
"""Abstract sockets and signals of processes outside (version 6)."""

_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_TO_READ = _READ_FILE | _READ_DIR
_TO_WORK = _TO_READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
"""All that work on files needs; no links: the next program would be let follow them."""

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_FACTS = ("/dev/urandom", "/dev/zero", "/sys/devices/system/cpu", "/usr/share/zoneinfo")


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def limit(kind: int, wanted: int) -> None:
    """Lower a limit; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    soft = resource.getrlimit(kind)[0]
    soft = allowed if soft == resource.RLIM_INFINITY else min(soft, allowed)
    resource.setrlimit(kind, (soft, allowed))


def shut_in(cpu_s: int, memory: int, file_bytes: int, niceness: int, program: str | None) -> list[str]:
    """Take away the network and others' files where the kernel lets us, bound what may be used, die with the parent.

    Tells what was taken away.
    """
    taken = []
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None, use_errno=True)
        kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if kernel.unshare(_CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET) == 0:
            taken.append("network")
        kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if fence(kernel, program):
            taken.append("files")
    limit(resource.RLIMIT_CPU, cpu_s)
    limit(resource.RLIMIT_AS, memory)
    limit(resource.RLIMIT_FSIZE, file_bytes)
    limit(resource.RLIMIT_NOFILE, _MOST_FILES)
    limit(resource.RLIMIT_CORE, 0)
    os.umask(0o077)
    os.nice(niceness)
    return taken


def fence(kernel: ctypes.CDLL, program: str | None) -> bool:
    """Leave this process the folder that it is in, what links in it lead to, the program and its libraries (Landlock).

    False where the kernel has no Landlock (before Linux 5.13, or switched off).
    """
    version = kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    handled = sum(1 << bit for bit in range(16) if _NEWER.get(1 << bit, 1) <= version)
    rules = _Ruleset(handled, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = kernel.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    for path, rights in _let(program):
        _add(kernel, ruleset, path, rights & handled)
    is_fenced = bool(kernel.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return is_fenced


def _let(program: str | None) -> Iterator[tuple[str, int]]:
    """List what the program may reach, and how."""
    yield ".", _TO_WORK
    with os.scandir(".") as entries:
        yield from ((os.path.realpath(each.path), _TO_READ) for each in entries if each.is_symlink())
    yield "/dev/null", _READ_FILE | _WRITE_FILE
    yield from ((each, _TO_READ) for each in _FACTS)
    yield from ((each, _TO_READ | _EXECUTE) for each in _LIBRARIES)
    if program is not None:
        yield os.path.realpath(program), _TO_READ | _EXECUTE


def _add(kernel: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    rule = _Beneath(rights if stat.S_ISDIR(os.fstat(place).st_mode) else rights & _OF_A_FILE, place)
    kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(place)


if __name__ == "__main__":
    inside = sys.argv[2] if len(sys.argv) > 2 else None
    cpu, room, longest, nice = map(int, sys.argv[1].split(","))
    taken_away = shut_in(cpu, room, longest, nice, inside)
    if inside is None:
        sys.stdout.write("".join(f"{each}\n" for each in taken_away))
    else:
        os.execv(inside, sys.argv[2:])  # noqa: S606
