"""What a forked child does: it takes its limits, then answers jobs, makes one call, or loads a store for others."""

from __future__ import annotations

import ctypes
import importlib
import os
import pickle
import resource
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import OutOfMemory, StoreError, ZielgraphError
from zielgraph.workers import wall
from zielgraph.workers.channel import (
    CRASH,
    ERROR,
    GONE,
    REPLY,
    pack_error,
    pack_reply,
    receive,
    send,
    unpack_job,
)
from zielgraph.workers.evaluate import evaluate

GROWTH = 64 << 20
"""A worker that has taken so much more memory than at its start ends after the job."""

NICE = 10
"""How much lower the priority of a slow query is, and of loading."""

_SLACK = 2
"""Seconds by which the limit of processor time may be too wide, so that not every job needs a new one."""

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux


def leave_with(parent: int) -> None:
    """End when the parent ends, even in the middle of a query. Elsewhere than on Linux processor time is the limit."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def quiet() -> None:
    """No words on the terminal (the engine prints where it was when memory ran out), no core files."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    os.close(null)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Usage:
    """Processor time and memory of this process, looked up once per job."""

    def __init__(self) -> None:
        self._seconds, self._begin = self._look()
        self._limit = 0
        self.grown = False

    def limit_time(self, seconds: float) -> None:
        """At most so much more processor time; what ends a worker when nobody is left to do so."""
        wanted = int(self._seconds + seconds) + 2
        if not wanted <= self._limit <= wanted + _SLACK:
            self._limit = wanted + _SLACK
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (self._limit, hard))

    def update(self) -> None:
        """After a job: has the process grown by too much?"""
        self._seconds, peak = self._look()
        self.grown = peak - self._begin > GROWTH

    @staticmethod
    def _look() -> tuple[float, int]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime, used.ru_maxrss << (0 if sys.platform == "darwin" else 10)


def query(sock: socket.socket, order: dict[str, Any], engine: EmbeddedEngine | None) -> None:
    """Answer jobs until the other side ends, on the engine of the parent or the snapshot that the order names."""
    quiet()
    path = Path(order["path"]) if order["path"] and engine is None else None
    trouble: StoreError | None = None
    if path:
        wall.all_files_at_hand()
        try:
            engine = EmbeddedEngine.read_only(path)
        except StoreError as error:
            trouble = error
    elif engine is None:
        engine = EmbeddedEngine.memory()
    gone = trouble is not None and path is not None and not path.exists()
    wall.limit_memory(order["memory_mb"])
    wall.close_off(path)
    usage = Usage()
    while frame := receive(sock):
        if gone:
            send(sock, GONE, last=True)
            return
        job, seconds = unpack_job(frame)
        usage.limit_time(seconds)
        try:
            if engine is None:
                raise trouble or AssertionError
            reply = evaluate(engine, job)
        except BaseException as error:
            usage.update()
            _send_error(sock, error, last=usage.grown or isinstance(error, MemoryError))
        else:
            usage.update()
            send(sock, REPLY, pack_reply(reply), reply.body, last=usage.grown)


def load(order: dict[str, Any]) -> EmbeddedEngine | None:
    """The snapshot that the order names in memory, slowly, for others go first; None when it is too large for that.

    In a thread that has ended on return: only a thread's own priority can be lowered without lowering what follows.
    """
    found: list[EmbeddedEngine] = []

    def work() -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, 0, NICE)
        engine = EmbeddedEngine.read_only(Path(order["path"]))
        if not engine.exceeds(order["most"]):
            found.append(engine.in_memory())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found[0] if found else None


def call(sock: socket.socket, order: dict[str, Any]) -> None:
    """Run one named function with the argument that comes over the socket, and send its result or error."""
    quiet()
    frame = receive(sock)
    if frame is None:
        return
    Usage().limit_time(order["seconds"])
    try:
        function = _function(frame.head.decode())
        argument = pickle.loads(frame.body)  # noqa: S301 -- from the process that started this one
        wall.limit_memory(order["memory_mb"])
        if not order["files"]:
            wall.close_off()
        result = pickle.dumps(function(argument), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        _send_error(sock, error)
    else:
        send(sock, REPLY, body=result)


def _function(path: str) -> Callable[[Any], object]:
    module, _, name = path.partition(":")
    found: Callable[[Any], object] = getattr(importlib.import_module(module), name)
    return found


def _send_error(sock: socket.socket, error: BaseException, *, last: bool = False) -> None:
    """Errors of this program cross as they are; of others only where they happened, for they may quote a query."""
    if isinstance(error, MemoryError):
        error = OutOfMemory("Der Vorgang braucht mehr Arbeitsspeicher, als er belegen darf.")
    if isinstance(error, ZielgraphError):
        send(sock, ERROR, pack_error(error), last=last)
    else:
        places = "".join(traceback.format_tb(error.__traceback__))
        send(sock, CRASH, f"{type(error).__name__}\n{places}".encode(), last=last)
