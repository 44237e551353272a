"""Which snapshot the workers read, and from where: the disk at once, the memory as soon as it is loaded there."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from dataclasses import dataclass

from zielgraph.errors import ServiceBusy
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.workers.forks import Child, ForkServer

SETTLED = 0.5
"""Seconds that a snapshot has been current before it is loaded into memory: nobody loads each of many quick commits."""

_TRIALS = 3
"""So often the same snapshot is loaded when the process that holds it is killed."""


@dataclass(frozen=True, eq=False)
class Source:
    """A snapshot, and the process whose children can read it: the zygote from disk, a holder from its memory."""

    name: str
    server: ForkServer
    path: str
    in_memory: bool = False


@dataclass(frozen=True, eq=False)
class _Holder:
    """A child of the zygote that has loaded a snapshot, or is about to, and forks by itself."""

    name: str
    child: Child
    server: ForkServer


class Keeper:
    """Looks after the zygote and the holder. :meth:`tend` is for one thread, everything else for all."""

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self._folder, self._most = folder, settings.memory_quads
        self._current = str(folder.root / "CURRENT")
        self._lock = threading.Lock()
        self._closed = False
        self._zygote: ForkServer | None = None
        self._source: Source | None = None
        self._signature: tuple[int, int, int] | None = None
        self._since = 0.0
        self._loading: _Holder | None = None
        self._holders: list[_Holder] = []
        self._leaving: list[_Holder] = []
        self._failed: Counter[str] = Counter()

    def zygote(self) -> ForkServer:
        """The process that forks, a new one when the last is gone. Raises ServiceBusy when it does not come up."""
        with self._lock:
            return self._living()

    def _living(self) -> ForkServer:
        if self._closed:
            raise ServiceBusy("Der Dienst wird gerade beendet.", seconds=5)
        if self._zygote and self._zygote.dead:
            self._zygote.close()
            self._zygote = None
        if not self._zygote:
            self._zygote = ForkServer.start()
        return self._zygote

    @property
    def last(self) -> Source | None:
        """What :meth:`source` found when it was last asked."""
        return self._source

    def unchanged(self) -> Source | None:
        """As :meth:`source` by one look; None when more is to be done."""
        if self._look() != self._signature:
            return None
        source = self._source  # read last: it is set before the signature, so it is never older
        return source if source and not source.server.dead else None

    def source(self) -> Source:
        """The newest commit, from the best place there is. Cheap while nothing changes.

        Raises StoreError when the data folder cannot be read, and ServiceBusy.
        """
        if source := self.unchanged():
            return source
        signature = self._look()
        with self._lock:
            name = self._folder.current_name() or ""
            source = self._source
            if not source or source.name != name or source.server.dead:
                self._since = time.monotonic() if source else 0.0  # at the start nothing is to be waited for
                path = str(self._folder.path(name) / "store") if name else ""
                source = self._source = Source(name, self._living(), path)
            self._signature = signature
            return source

    def _look(self) -> tuple[int, int, int] | None:
        """What changes whenever another snapshot becomes current, without reading the file."""
        try:
            told = os.stat(self._current)
        except OSError:
            return None
        return told.st_mtime_ns, told.st_ino, told.st_size

    def tend(self) -> None:
        """Look whether the processes are there, load what has settled, let go of what was replaced."""
        for server in (self._zygote, *(each.server for each in self._holders)):
            if server:
                server.look()
        source = self.source()
        self._let_go(source)
        if self._loading:
            self._await(self._loading, source)
        elif (
            source.name
            and not source.in_memory
            and self._failed[source.name] < _TRIALS
            and time.monotonic() - self._since > SETTLED
        ):
            child = self.zygote().fork("hold", path=source.path, most=self._most)
            self._loading = _Holder(source.name, child, ForkServer(child.sock))

    def _await(self, holder: _Holder, source: Source) -> None:
        ready = holder.server.ready()
        if holder.name != source.name or holder.server.dead:
            self._loading = None
            status = holder.child.end()
            if holder.name == source.name:  # 0: it saw that the store is too large
                self._failed[holder.name] += 1 if status else _TRIALS
        elif ready:
            self._loading = None
            self._holders.append(holder)
            with self._lock:
                if self._source is source:
                    self._source = Source(source.name, holder.server, source.path, in_memory=True)

    def _let_go(self, source: Source) -> None:
        """End holders without use: first they end by themselves, so that nobody waits for it, then they are buried."""
        for holder in self._leaving:
            holder.child.end()
        self._leaving = [
            each
            for each in self._holders
            if each.server.dead or (each.server is not source.server and not each.server.children)
        ]
        for holder in self._leaving:
            holder.server.close()
            self._holders.remove(holder)

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            for holder in (*self._holders, *([self._loading] if self._loading else [])):
                holder.server.close()
            if self._zygote:
                self._zygote.close()
