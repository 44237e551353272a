"""Finished answers, kept until a commit changes what they were computed on.

An entry belongs to one snapshot, what was asked, and a format. Of several requests for the same at the same time one
computes and the others wait for what it gets. Errors are passed on to those that wait, and never kept.
"""

from __future__ import annotations

import hashlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from werkzeug.http import parse_etags

from zielgraph.errors import ServiceBusy, TimedOut
from zielgraph.web.steps import Steps, finished

_LARGEST = 4  # no single answer takes more than this part of the space
_ENTRY = 1000  # bytes that an entry takes besides its texts


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished answer with its media type and strong entity tag.

    ``kind`` is rows, boolean or graph, ``rows`` the number of solutions or triples. ``snapshot`` is the one it was
    computed on.
    """

    body: bytes
    content_type: str
    etag: str
    snapshot: str
    kind: str = ""
    format: str = ""
    rows: int = 0

    @property
    def length(self) -> str:
        """Content-Length."""
        return str(len(self.body))


def entity_tag(body: bytes, format: str) -> str:
    """A strong entity tag: equal tags, equal bytes."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}-{format}"'


def is_known(if_none_match: str, etag: str) -> bool:
    """Whether the client has this answer already (If-None-Match: a list, weak comparison, or ``*``)."""
    return bool(etag) and (if_none_match == etag or parse_etags(if_none_match).contains_weak(etag.strip('"')))


class _Flight:
    """An answer that one request computes and others wait for."""

    __slots__ = ("_done", "error", "finished")

    def __init__(self) -> None:
        self.finished: Finished | None = None
        self.error: Exception | None = None
        self._done = Lock()
        self._done.acquire()

    def land(self) -> None:
        """Now it is there, or never will be."""
        self._done.release()

    def wait(self, seconds: float) -> Finished:
        if not self._done.acquire(timeout=seconds):
            raise TimedOut(f"Die Anfrage lief länger als {seconds:g} Sekunden und wurde beendet.")
        self._done.release()
        if self.finished is not None:
            return self.finished
        raise self.error or ServiceBusy("Die Anfrage wurde abgebrochen. Bitte gleich noch einmal versuchen.")


class Cache:
    """Answers of the current snapshot within a number of bytes; the least recently used go first. Thread-safe."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._lock = Lock()
        self._snapshot = ""
        self._entries: OrderedDict[Hashable, tuple[Finished, int]] = OrderedDict()
        self._flights: dict[Hashable, _Flight] = {}
        self._bytes = 0
        self._counts = {"hit": 0, "miss": 0, "shared": 0}

    def find(self, snapshot: str, asked: Hashable, formats: tuple[str, ...]) -> Finished | None:
        """The answer kept in one of the formats, if there is one. Every entry of another snapshot is dropped."""
        with self._lock:
            return self._find(snapshot, asked, formats)

    def answer(
        self,
        snapshot: str,
        asked: Hashable,
        formats: tuple[str, ...],
        compute: Callable[[], Finished],
        *,
        seconds: float,
    ) -> tuple[Finished, str]:
        """The answer, and whether it was a ``hit``, a ``miss`` or ``shared`` with another request.

        ``snapshot`` is the current one. ``formats`` are those in which the answer may come. Raises what ``compute``
        raises, and TimedOut when another request takes longer than ``seconds``.
        """

        def computed() -> Steps[Finished]:
            return compute()
            yield

        return finished(self.answering(snapshot, asked, formats, computed(), seconds=seconds))

    def answering(
        self,
        snapshot: str,
        asked: Hashable,
        formats: tuple[str, ...],
        compute: Steps[Finished],
        *,
        seconds: float,
    ) -> Steps[tuple[Finished, str]]:
        """:meth:`answer` in steps."""
        key = (snapshot, asked, formats, seconds)
        with self._lock:
            if kept := self._find(snapshot, asked, formats):
                return kept, "hit"
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
            self._counts["miss" if leads else "shared"] += 1
        if not leads:
            return (yield lambda: flight.wait(seconds)), "shared"
        try:
            flight.finished = yield from compute
        except Exception as error:
            flight.error = error
            raise
        finally:
            with self._lock:
                if flight.finished is not None:
                    self._keep(asked, flight.finished)
                del self._flights[key]
            flight.land()
        return flight.finished, "miss"

    def stats(self) -> dict[str, int]:
        """Numbers for monitoring: entries, bytes, and how often each kind of answer was given."""
        with self._lock:
            return {"entries": len(self._entries), "bytes": self._bytes, **self._counts}

    def _find(self, snapshot: str, asked: Hashable, formats: tuple[str, ...]) -> Finished | None:
        if snapshot != self._snapshot:
            self._entries.clear()
            self._bytes, self._snapshot = 0, snapshot
        for format in formats:
            if entry := self._entries.get((asked, format)):
                self._entries.move_to_end((asked, format))
                self._counts["hit"] += 1
                return entry[0]
        return None

    def _keep(self, asked: Hashable, finished: Finished) -> None:
        if finished.snapshot != self._snapshot:  # a commit came in between
            return
        key = (asked, finished.format)
        size = len(finished.body) + _size(asked) + _ENTRY
        if size > self.capacity // _LARGEST:
            return
        if old := self._entries.pop(key, None):
            self._bytes -= old[1]
        self._entries[key] = (finished, size)
        self._bytes += size
        while self._bytes > self.capacity:
            _, (_, dropped) = self._entries.popitem(last=False)
            self._bytes -= dropped


def _size(key: object) -> int:
    return sys.getsizeof(key) + (sum(map(_size, key)) if isinstance(key, tuple) else 0)
