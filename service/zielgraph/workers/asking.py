"""The pool as an event loop asks it: without threads, as long as everything goes well and quickly.

Slots, workers and their limits are the pool's own. Whatever takes longer or goes wrong is handed on, half done, to a
thread that waits for it as for any other job.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from zielgraph.errors import ServiceBusy
from zielgraph.workers.channel import JOB, REPLY, pack_job, receive_now, send_now, unpack_reply
from zielgraph.workers.job import Job, Reply
from zielgraph.workers.pool import Pool
from zielgraph.workers.turn import SLOW_AFTER, Begun, Turn, Worker

Done = Callable[[Reply], None]
Rest = Callable[[Callable[[], Reply]], None]
_TICK = 0.05
"""Seconds between two looks at the clock while jobs are on their way; a timer for each would cost more."""


class Asking:
    """A pool for one event loop, in whose thread everything here is called."""

    def __init__(self, pool: Pool, loop: asyncio.AbstractEventLoop) -> None:
        self.pool, self.loop = pool, loop
        self._thread = threading.get_ident()
        self._lines: dict[Worker, _Line] = {}
        self._until: dict[_Asked, float] = {}
        self._ticking = False

    def ask(self, job: Job, *, client: str, seconds: float, done: Done, rest: Rest) -> None:
        """Begin a job as :meth:`Pool.run` does, without waiting.

        Either ``done`` is called with the reply, in the loop, or ``rest`` with a function that does what is left: it
        may wait, so it has to be called in a thread, and returns the reply or raises what :meth:`Pool.run` does.
        """
        if self.pool.needs_network(job):
            rest(partial(self.pool.run, job, client=client, seconds=seconds))
            return
        asked = _Asked(self, job, client, self.pool.limit(seconds), done, rest)
        try:
            if self.pool.slots.apply(client, asked.given):
                asked.begin()
            else:
                self.watch(asked, asked.limit)
        except ServiceBusy as error:
            rest(partial(_fail, error))

    def soon(self, function: Callable[[], None]) -> None:
        """Have a function called in the loop; this one in any thread."""
        if threading.get_ident() == self._thread:
            self.loop.call_soon(function)
            return
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(function)

    def line(self, worker: Worker) -> _Line:
        """What hears a worker."""
        found = self._lines.get(worker)
        if found is None:
            found = self._lines[worker] = _Line(self, worker)
        return found

    def forget(self, worker: Worker) -> None:
        """The worker is heard no more."""
        del self._lines[worker]

    def watch(self, asked: _Asked, seconds: float) -> None:
        """Call ``asked.late`` after so many seconds, until :meth:`unwatch`."""
        self._until[asked] = time.monotonic() + seconds
        if not self._ticking:
            self._ticking = True
            self.loop.call_later(min(seconds, _TICK), self._tick)

    def unwatch(self, asked: _Asked) -> None:
        """It is not late any more."""
        self._until.pop(asked, None)

    def _tick(self) -> None:
        now = time.monotonic()
        for asked in [asked for asked, until in self._until.items() if until <= now]:
            del self._until[asked]
            asked.late()
        self._ticking = bool(self._until)
        if self._ticking:
            self.loop.call_later(_TICK, self._tick)


def _fail(error: Exception) -> Reply:
    raise error


class _Line:
    """Hears a worker. The loop goes on listening between two jobs, for to begin and to stop costs more than it.

    It listens on a descriptor of its own, since the pool closes the worker's when it likes. A job that a thread gave
    the worker, and the worker's end, are heard as well: then it is time to stop.
    """

    __slots__ = ("_asking", "_number", "_worker", "asked")

    def __init__(self, asking: Asking, worker: Worker) -> None:
        self._asking, self._worker = asking, worker
        self.asked: _Asked | None = None
        self._number = os.dup(worker.child.sock.fileno())
        asking.loop.add_reader(self._number, self._ready)

    def _ready(self) -> None:
        if self.asked:
            self.asked.heard()
        else:
            self.stop()

    def stop(self) -> None:
        """Listen no more."""
        self._asking.loop.remove_reader(self._number)
        os.close(self._number)
        self._asking.forget(self._worker)


class _Asked:
    """A job on its way: it waits for a slot, then for the answer of a worker."""

    __slots__ = ("_asking", "_client", "_done", "_job", "_line", "_rest", "_since", "_turn", "_worker", "limit")

    def __init__(self, asking: Asking, job: Job, client: str, limit: float, done: Done, rest: Rest) -> None:
        self._asking, self._job, self._client, self.limit = asking, job, client, limit
        self._done, self._rest = done, rest
        self._turn: Turn | None = None

    def given(self) -> None:
        """The slot is there; in any thread."""
        self._asking.soon(self.begin)

    def begin(self) -> None:
        """In its slot: ask a worker, if one is idle."""
        asking, pool = self._asking, self._asking.pool
        asking.unwatch(self)
        self._turn = turn = Turn(pool.slots, self._client)
        worker = pool.idle()
        if worker is None:
            self._go_on(turn, None)
            return
        self._since = time.monotonic()
        try:
            line = asking.line(worker)
            if not send_now(worker.child.sock, JOB, *pack_job(self._job, self.limit)):
                pool.settle(worker, again=True)
                self._go_on(turn, None)
                return
        except OSError:  # whoever wants to read its answer finds out why
            self._go_on(turn, Begun(worker, self._since))
            return
        self._worker, self._line = worker, line
        line.asked = self
        asking.watch(self, min(self.limit, SLOW_AFTER))

    def heard(self) -> None:
        """The worker has answered, or ended."""
        worker, turn, data = self._worker, self._turn, b""
        if turn is None:
            raise RuntimeError("heard before it was asked")
        try:
            frame, data = receive_now(worker.child.sock)
        except BlockingIOError:
            return
        except OSError:
            frame = None
        self._asking.unwatch(self)
        self._line.asked = None
        if frame is None or frame.kind != REPLY:
            self._line.stop()
            self._go_on(turn, Begun(worker, self._since, data))
            return
        self._asking.pool.settle(worker, again=not frame.last)
        turn.leave()
        self._done(unpack_reply(frame, worker.source.name))

    def late(self) -> None:
        """No slot, or no answer, in all that time."""
        if self._turn:
            self._line.stop()
            self._go_on(self._turn, Begun(self._worker, self._since))
            return
        try:
            self._asking.pool.slots.withdraw(self._client, self.given, self.limit)
        except ServiceBusy as error:
            self._rest(partial(_fail, error))

    def _go_on(self, turn: Turn, begun: Begun | None) -> None:
        self._rest(partial(self._asking.pool.finish, self._job, self.limit, turn, begun))
