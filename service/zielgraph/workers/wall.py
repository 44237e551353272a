"""The second wall around a query: limits by the operating system, in case the look at its text missed something.

A worker with the store in memory opens no file and no socket at all. One that reads from disk still has to open files
of the store (the engine opens sixteen at the start and the others when it needs them), so there a filter of system
calls lets it open files for reading, and refuses sockets, writing and other programs. The filter is Linux's; elsewhere
only the number of files is limited.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from contextlib import suppress
from pathlib import Path

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # the second with the error number EPERM
_NUMBER, _ARCHITECTURE, _THIRD_ARGUMENT = 0, 4, 32  # places in the description of a system call
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_OTHER_ABI = 0x40000000
_MACHINES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    # Architecture, openat; then socket, connect, bind, listen, execve, execveat, ptrace, io_uring_setup, openat2 and,
    # where they exist, open and creat.
    "x86_64": (0xC000003E, 257, (41, 42, 49, 50, 59, 322, 101, 425, 437, 2, 85)),
    "aarch64": (0xC00000B7, 56, (198, 203, 200, 201, 221, 281, 117, 425, 437)),
}


def limit_memory(more_mb: int) -> None:
    """From now on at most so much more memory of its own than now (0: any).

    What is written to counts (``RLIMIT_DATA``), not the address space: a store that is open for writing reserves half a
    gigabyte and more of that for its threads and never uses it.
    """
    if not more_mb:
        return
    with suppress(OSError, ValueError):  # no /proc, or the system knows no such limit
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
        size = pages * os.sysconf("SC_PAGE_SIZE") + (more_mb << 20)
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def all_files_at_hand() -> None:
    """Before a store is opened: the engine keeps as many files open as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def close_off(store: Path | None = None) -> None:
    """No further files and sockets; of a store on disk its files, for reading."""
    _filter()
    if store is None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        return
    probe = os.open(os.devnull, os.O_RDONLY)
    os.close(probe)
    most = probe + 1 + sum(1 for _ in store.glob("*.sst"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _filter() -> None:
    """Refuse the system calls that reach out, for the rest of this process's life."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return
    architecture, openat, refused = machine
    program = _program(architecture, openat, refused)
    code = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    libc = ctypes.CDLL(None)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:  # else the kernel has no filters
        libc.prctl(_SECCOMP, _FILTER, ctypes.byref(Program(len(program) // 8, ctypes.addressof(code))), 0, 0)


def _program(architecture: int, openat: int, refused: tuple[int, ...]) -> bytes:
    """A filter in the kernel's small machine language: each step is an operation, two jumps ahead and a number."""
    checks = len(refused)
    refuse = checks + 8  # number of the step that refuses; the one before allows
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, refuse - 2, architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, refuse - 4, 0, _OTHER_ABI),
        *((_EQUAL, refuse - 5 - index, 0, number) for index, number in enumerate(refused)),
        (_EQUAL, 0, 2, openat),
        (_LOAD, 0, 0, _THIRD_ARGUMENT),
        (_ANY_BIT, 1, 0, _WRITES),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)
