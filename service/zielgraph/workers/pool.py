"""The pool: takes jobs, gives them to workers, ends what takes too long."""

from __future__ import annotations

import importlib.util
import logging
import os
import pickle
import threading
import time
import weakref
from typing import Any

from zielgraph.errors import ServiceBusy, TimedOut, ZielgraphError
from zielgraph.settings import Settings
from zielgraph.sparql import needs_network
from zielgraph.store import DataFolder
from zielgraph.workers import networked
from zielgraph.workers.channel import CALL, GONE, Frame, receive, send, unpack_reply
from zielgraph.workers.job import Job, Reply
from zielgraph.workers.keeper import Keeper, Source
from zielgraph.workers.slots import Slots
from zielgraph.workers.turn import Begun, Turn, Worker, answer_of, broken, raise_error

_EXPLAIN = "zielgraph.sparql.explain"
_TICK = 0.2
_PAUSE = 0.02
"""So long a killed process has for giving back its memory before it is buried, which waits for that."""
_GRACE = 5.0
_TRIES = 3

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


class Pool:
    """Answers jobs on the newest snapshot of a data folder. Safe in several threads.

    Its processes start with the first job or :meth:`start`, and end with :meth:`close` or this process.
    """

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self._settings = settings
        self._fast = settings.workers or max(2, os.cpu_count() or 1)
        self.slots = Slots(self._fast, settings.slow_workers, settings.queue)
        self._keeper = Keeper(folder, settings)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._retired: list[Worker] = []
        self._killed = self._forked = self._living = 0
        self._wake = threading.Event()
        self._house: threading.Thread | None = None
        self._closed = False
        weakref.finalize(self, _end_all, self._keeper, self._idle, self._retired)

    def start(self) -> None:
        """Start the processes now instead of with the first job, and load the store into memory in the background."""
        if self._house:
            return
        with self._lock:
            if not self._house and not self._closed:
                self._house = threading.Thread(target=_keep_house, args=(weakref.ref(self), self._wake), daemon=True)
                self._house.start()

    def run(self, job: Job, *, client: str = "", seconds: float | None = None) -> Reply:
        """The answer on the snapshot that is current when the job starts.

        ``client`` is who asks, for fairness; ``seconds`` a shorter deadline than the setting. Raises QueryError and its
        kinds (TimedOut, TooLarge, OutOfMemory, SyntaxProblem), ServiceBusy and StoreError.
        """
        self.start()
        limit = self.limit(seconds)
        self.slots.enter(client, limit)
        return self.finish(job, limit, Turn(self.slots, client))

    def limit(self, seconds: float | None) -> float:
        """How long a job may take."""
        most = float(self._settings.query_seconds)
        return most if seconds is None else min(most, max(seconds, 0.001))

    def finish(self, job: Job, limit: float, turn: Turn, begun: Begun | None = None) -> Reply:
        """:meth:`run` for a job that has its slot, and perhaps a worker that has begun."""
        try:
            if begun is None and self.needs_network(job):
                return self._networked(job, limit, turn)
            for _ in range(_TRIES):
                worker = begun.worker if begun else self._take()
                frame = self._ask(worker, job, limit, turn, begun)
                if frame.kind != GONE:
                    raise_error(frame, "query")
                    return unpack_reply(frame, worker.source.name)
                begun = None
            raise ServiceBusy("Der Datenbestand wechselt gerade. Bitte gleich noch einmal versuchen.")
        except TimedOut as error:
            turn.leave()
            raise TimedOut(str(error), self._cause(job.query)) from None
        finally:
            turn.leave()

    def needs_network(self, job: Job) -> bool:
        """Whether a job asks other hosts, which no worker may."""
        return needs_network(job.query, self._settings.service_hosts)

    def idle(self) -> Worker | None:
        """A worker that can be asked at once; None when there is none, or something is to be done first."""
        source = self._keeper.unchanged() if self._house else None
        with self._lock:
            if source and self._idle and self._idle[-1].source is source:
                return self._idle.pop()
        return None

    def _networked(self, job: Job, limit: float, turn: Turn) -> Reply:
        """The answer of a process of its own that may ask the allowed hosts; it waits for them in a slow slot."""
        turn.slow_down()
        source = self._keeper.source()
        request = networked.Request(job, source.name, source.path, self._settings.service_hosts)
        reply: Reply = self.call(networked.FUNCTION, request, seconds=limit, files=True)
        return reply

    def _take(self) -> Worker:
        for _ in range(_TRIES):
            source = self._keeper.source()
            with self._lock:
                while self._idle:
                    worker = self._idle.pop()
                    if worker.source is source:
                        return worker
                    self._retired.append(worker)
            try:
                return self._new(source)
            except ServiceBusy:
                self._keeper.zygote()  # is the whole service ending, or was only this process gone?
        raise ServiceBusy("Gerade steht kein Prozess für die Anfrage bereit.")

    def _new(self, source: Source) -> Worker:
        child = source.server.fork("query", path=source.path, memory_mb=self._settings.query_memory_mb)
        with self._lock:
            self._forked += 1
            self._living += 1
        return Worker(child, source)

    def _ask(self, worker: Worker, job: Job, limit: float, turn: Turn, begun: Begun | None = None) -> Frame:
        """The worker's answer. Afterwards it is idle again, or retired."""
        try:
            frame = answer_of(worker.child, job, limit, turn, begun)
        except TimeoutError:
            self._kill(worker)
            raise TimedOut(f"Die Anfrage lief länger als {limit:g} Sekunden und wurde beendet.") from None
        except OSError:
            frame = None
        except BaseException:
            self._kill(worker)
            raise
        if frame is None:
            with self._lock:
                self._living -= 1
            self._wake.set()
            raise broken(worker.child.end(), "Die Anfrage")
        self.settle(worker, again=not frame.last and not turn.slow)
        return frame

    def settle(self, worker: Worker, *, again: bool) -> None:
        """Let a worker that has answered do other jobs ``again``, or end."""
        if again and worker.source is self._keeper.last:
            with self._lock:
                self._idle.append(worker)
        else:
            self._retire(worker)

    def _kill(self, worker: Worker) -> None:
        worker.child.kill()
        self._killed += 1
        self._retire(worker)

    def _retire(self, worker: Worker) -> None:
        with self._lock:
            self._retired.append(worker)
        self._wake.set()

    def _cause(self, query: str) -> str:
        """Why a query may have run so long, a sentence or nothing."""
        try:
            if importlib.util.find_spec(_EXPLAIN):
                return str(self.call(f"{_EXPLAIN}:likely_cause", query, seconds=1))
        except ZielgraphError:
            pass
        return ""

    def call(
        self,
        function: str,
        argument: object = None,
        *,
        seconds: float,
        files: bool = False,
        memory_mb: int | None = None,
    ) -> Any:
        """The result of one function, run in a process of its own that is ended after ``seconds``.

        ``function`` is ``"module:name"``; it takes the one picklable argument and gives a picklable result. Without
        ``files`` it can open neither files nor sockets, so it must import nothing while it runs. ``memory_mb`` is what
        it may take beyond its size at the start (None: the setting for queries; 0: any).

        Raises the error of zielgraph.errors that the function raised, with its attributes; TimedOut, OutOfMemory;
        QueryError for any other failure, which goes to the log; ServiceBusy when no process can be had.
        """
        self.start()
        memory = self._settings.query_memory_mb if memory_mb is None else memory_mb
        child = self._keeper.zygote().fork("call", seconds=seconds, files=files, memory_mb=memory)
        end = time.monotonic() + seconds
        frame, status = None, None
        try:
            child.sock.settimeout(seconds)
            send(child.sock, CALL, function.encode(), pickle.dumps(argument, pickle.HIGHEST_PROTOCOL))
            child.sock.settimeout(max(end - time.monotonic(), 0.001))
            frame = receive(child.sock)
        except TimeoutError:
            raise TimedOut(f"Der Vorgang lief länger als {seconds:g} Sekunden und wurde beendet.") from None
        except OSError:
            pass  # it has ended: see below how
        finally:
            status = child.end()
        if frame is None:
            raise broken(status, "Der Vorgang")
        raise_error(frame, function)
        return pickle.loads(frame.body)  # noqa: S301 -- from a process of ours

    def stats(self) -> dict[str, int]:
        """Numbers for monitoring: workers, busy, slow, waiting, killed, forked; memory: 1 when read from there."""
        source = self._keeper.last
        with self._lock:
            return {
                "workers": self._living,
                "busy": self.slots.fast + self.slots.slow,
                "slow": self.slots.slow,
                "waiting": self.slots.waiting,
                "killed": self._killed,
                "forked": self._forked,
                "memory": int(source is not None and source.in_memory),
            }

    def close(self) -> None:
        """Let running jobs end, for a few seconds, then end all processes. Later jobs are refused."""
        with self._lock:
            self._closed = True
        self.slots.close()
        self.slots.idle(_GRACE)
        self._wake.set()
        if self._house:
            self._house.join()
        with self._lock:
            _end_all(self._keeper, self._idle, self._retired)
            self._living = 0

    def _tidy(self) -> None:
        """What can wait: bury workers, look after the processes they come from, have new ones before somebody asks."""
        with self._lock:
            buried = self._retired[:]
            self._retired.clear()
            self._living -= len(buried)
        for worker in buried:
            worker.child.end()
        self._keeper.tend()
        source = self._keeper.source()
        with self._lock:
            old = [each for each in self._idle if each.source is not source]
            self._idle[:] = [each for each in self._idle if each.source is source]
            old += self._idle[self._fast :]  # a job made itself one while this thread did
            del self._idle[self._fast :]
            self._retired += old
            missing = self.slots.free - len(self._idle)
        for worker in old:
            worker.child.kill()
        for _ in range(missing):
            worker = self._new(source)
            with self._lock:
                self._idle.append(worker)


def _end_all(keeper: Keeper, *workers: list[Worker]) -> None:
    """What a pool leaves behind."""
    keeper.close()
    for some in workers:
        for worker in some:
            worker.child.sock.close()
        some.clear()


def _keep_house(pool: weakref.ref[Pool], wake: threading.Event) -> None:
    while True:
        each = pool()
        if each is None or each._closed:
            return
        try:
            each._tidy()
        except ZielgraphError as error:  # the next job says so as well
            _log.warning("%s", error)
        del each
        if wake.wait(_TICK):
            wake.clear()
            time.sleep(_PAUSE)
