"""One job in its slot: what a worker says to it, when it has to make room, and why it may end without an answer."""

from __future__ import annotations

import logging
import signal
import time
from dataclasses import dataclass

from zielgraph.errors import OutOfMemory, QueryError, ServiceBusy, TimedOut, ZielgraphError
from zielgraph.workers.channel import (
    CRASH,
    ERROR,
    JOB,
    Frame,
    limit_waiting,
    pack_job,
    receive,
    receive_rest,
    send,
    unpack_error,
)
from zielgraph.workers.forks import Child
from zielgraph.workers.job import Job
from zielgraph.workers.keeper import Source
from zielgraph.workers.slots import Slots

SLOW_AFTER = 1.0
"""Seconds after which a job has to move to a slow slot."""

_RETRY = 2

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, eq=False, slots=True)
class Worker:
    """A process that answers jobs, and what it reads."""

    child: Child
    source: Source


@dataclass(frozen=True, slots=True)
class Begun:
    """A job that a worker was given at a ``time.monotonic()``, and the beginning of its answer."""

    worker: Worker
    since: float
    data: bytes = b""


class Turn:
    """A slot while a job has it."""

    def __init__(self, slots: Slots, client: str) -> None:
        self._slots, self._client = slots, client
        self.slow = self._left = False

    def slow_down(self) -> None:
        """Make room for short jobs. Raises ServiceBusy when there is no room for more long ones."""
        if not self._slots.slow_down(self._client):
            raise ServiceBusy(
                f"Die Anfrage braucht länger als {SLOW_AFTER:g} Sekunde, und es laufen schon zu viele solche. "
                "Bitte später noch einmal versuchen.",
                _RETRY,
            )
        self.slow = True

    def leave(self) -> None:
        """Give the slot back, once."""
        if not self._left:
            self._left = True
            self._slots.leave(self._client, slow=self.slow)


def answer_of(child: Child, job: Job, limit: float, turn: Turn, begun: Begun | None) -> Frame | None:
    """What the worker says; None or OSError when it has ended. Raises TimeoutError, and ServiceBusy."""
    since = begun.since if begun else time.monotonic()
    limit_waiting(child.sock, max(since + min(limit, SLOW_AFTER) - time.monotonic(), 0.001))
    try:
        if begun is None:
            send(child.sock, JOB, *pack_job(job, limit))
        elif begun.data:
            return receive_rest(child.sock, begun.data)
        return receive(child.sock)
    except TimeoutError:
        if limit <= SLOW_AFTER:
            raise
    turn.slow_down()
    child.nice()
    limit_waiting(child.sock, max(limit - (time.monotonic() - since), 0.001))
    return receive(child.sock)


def raise_error(frame: Frame, what: str) -> None:
    """Raise the error that a frame carries, if it carries one."""
    if frame.kind == ERROR:
        raise unpack_error(frame.head)
    if frame.kind == CRASH:
        _log.error("%s failed: %s", what, frame.head.decode())
        raise QueryError("Hier ist ein innerer Fehler aufgetreten; er steht im Protokoll des Dienstes.")


def broken(status: int | None, what: str) -> ZielgraphError:
    """Why a process ended without an answer."""
    match -(status or 0):
        case signal.SIGABRT:
            return OutOfMemory(f"{what} braucht mehr Arbeitsspeicher als erlaubt.")
        case signal.SIGSEGV | signal.SIGBUS:
            return QueryError(f"{what} ist zu tief geschachtelt.")
        case signal.SIGXCPU:
            return TimedOut(f"{what} brauchte zu viel Rechenzeit und wurde beendet.")
    return ServiceBusy(f"{what} wurde abgebrochen: Der Prozess wurde von außen beendet.")
