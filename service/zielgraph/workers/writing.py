"""The queue before the one writing process."""

from __future__ import annotations

import threading
import time
from typing import Any

from zielgraph.errors import ServiceBusy, StoreBusy, TimedOut
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.workers.change import Change, Order, Outcome, action_of
from zielgraph.workers.pool import Pool

_PAUSE = 0.1  # seconds between two looks whether another process has finished writing
_RETRY = 2  # seconds after which a client may try again
_ENGINE_MB = 256  # what a store takes that is open for writing
_FUNCTION = "zielgraph.workers.applying:write"


class Writer:
    """Gives changes to writing processes, one after the other. Safe in several threads."""

    def __init__(self, pool: Pool, folder: DataFolder, settings: Settings) -> None:
        self._pool, self._folder, self._settings = pool, folder, settings
        self._turn = threading.Lock()
        self._room = threading.BoundedSemaphore(max(settings.queue, 1))

    def write(self, change: Change) -> Outcome:
        """Apply and commit a change.

        Raises QueryError and its kinds (SyntaxProblem, Managed, TimedOut), InputError for unreadable RDF, NotFound for
        a graph to be deleted that is not there, PreconditionFailed when the change's condition is not true, ServiceBusy
        when others keep on writing, StoreError.
        """
        settings = self._settings
        order = Order(
            self._folder.root,
            settings.base,
            settings.keep_snapshots,
            settings.service_hosts,
            change,
            settings.max_upload_bytes,
        )
        outcome: Outcome | None = self.run(_FUNCTION, order, action_of(change))
        return outcome or Outcome(self._folder.info().name, changed=True)

    def run(self, function: str, task: object, action: str) -> Any:
        """The result of a function that writes, run in a process of its own when it is its turn.

        ``function`` and ``task`` are those of :meth:`Pool.call`, ``action`` is what the snapshot says that comes of it.
        None is returned for what was ended while it was tidying up, after its commit. Raises what the function raises,
        TimedOut when nothing was changed, and ServiceBusy.
        """
        end = time.monotonic() + self._settings.write_seconds
        if not self._room.acquire(blocking=False):
            raise ServiceBusy("Es warten schon zu viele Änderungen.", _RETRY)
        try:
            if not self._turn.acquire(timeout=max(end - time.monotonic(), 0)):
                raise ServiceBusy("Andere Änderungen dauern noch an.", _RETRY)
            try:
                return self._run(function, task, action, end)
            finally:
                self._turn.release()
        finally:
            self._room.release()

    def _run(self, function: str, task: object, action: str, end: float) -> Any:
        memory = self._settings.query_memory_mb + _ENGINE_MB
        while True:
            before = self._folder.current_name() or ""
            try:
                left = max(end - time.monotonic(), _PAUSE)
                return self._pool.call(function, task, files=True, seconds=left, memory_mb=memory)
            except StoreBusy as error:
                if end - time.monotonic() < 2 * _PAUSE:
                    raise ServiceBusy(str(error), _RETRY) from None
                time.sleep(_PAUSE)
            except TimedOut:  # perhaps while it was tidying up after the commit
                now = self._folder.info()
                if now.name == before or now.parent != before or now.action != action:
                    raise TimedOut(
                        f"Die Änderung dauerte länger als {self._settings.write_seconds} Sekunden und wurde beendet; "
                        "es wurde nichts geändert."
                    ) from None
                return None
