"""Follows the data folder: every request works on the snapshot that was current when it began."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock

from flask import current_app, g

from zielgraph import resources
from zielgraph.deciding.model import decisions_of
from zielgraph.editions.state import state_at
from zielgraph.engine import EmbeddedEngine, Quad
from zielgraph.errors import ZielgraphError
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Inventory
from zielgraph.lifting import ontology_quads
from zielgraph.lifting.iris import ontology_graph
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Snapshot, SnapshotInfo

_DAYS_KEPT = 3
_LOOK_SECONDS = 0.5
_LOG = logging.getLogger("zielgraph.web")


@dataclass
class _Day:
    """One state and what is read from it; each is made by the first who asks, and the others wait for it."""

    engine: Future[EmbeddedEngine] = field(default_factory=Future)
    inventory: Future[Inventory] | None = None


class State:
    """One opened snapshot with what is worth computing once for it. Safe in several threads."""

    def __init__(self, snapshot: Snapshot, *, inventory: Inventory | None = None) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        now = _Day()
        now.engine.set_result(snapshot.engine)
        if inventory is not None:
            now.inventory = Future()
            now.inventory.set_result(inventory)
        self._now, self._days = now, dict[date, _Day]()

    @property
    def info(self) -> SnapshotInfo:
        """What the snapshot says of itself."""
        return self._snapshot.info

    @property
    def engine(self) -> EmbeddedEngine:
        """The store, for reading."""
        return self._snapshot.engine

    @property
    def base(self) -> str:
        """Start of all data IRIs."""
        return self._snapshot.info.base

    def at(self, day: date | None, limit: int) -> EmbeddedEngine:
        """The store as it stood at a day, or now; the last few days asked for are kept.

        Raises NotFound when there was no edition yet, StoreError when it has more than ``limit`` quads.
        """
        return self._at(day, limit).engine.result()

    def inventory(self, day: date | None = None, limit: int = sys.maxsize) -> Inventory:
        """What pages list of the state now, or as it stood at a day. Read once, by the first who asks for it.

        Raises what :meth:`at` raises.
        """
        there = self._at(day, limit)
        engine = there.engine.result()
        with self._lock:
            leads = there.inventory is None
            if there.inventory is None:
                there.inventory = Future()
            future = there.inventory
        if leads:
            try:
                future.set_result(load(engine, self.base))
            except BaseException as error:
                future.set_exception(error)
                with self._lock:
                    there.inventory = None
                raise
        return future.result()

    @property
    def known(self) -> Inventory | None:
        """The inventory of now, if it was read already."""
        future = self._now.inventory
        return future.result() if future is not None and future.done() and not future.exception() else None

    def _at(self, day: date | None, limit: int) -> _Day:
        """The state at a day, which is the one after the last thing that happened until then."""
        last = None if day is None else max((each for each in self._turns if each <= day), default=day)
        with self._lock:
            if last is None or (self._turns and last == self._turns[-1]):
                return self._now
            there = self._days.pop(last, None)
            leads = there is None
            if there is None:
                there = _Day()
            self._days[last] = there  # the newest at the end
            while len(self._days) > _DAYS_KEPT:
                del self._days[next(iter(self._days))]
        if leads:
            try:
                there.engine.set_result(state_at(self.engine, self.base, self.info.editions, last, limit))
            except BaseException as error:
                with self._lock:
                    self._days.pop(last, None)
                there.engine.set_exception(error)
                raise
        return there

    @cached_property
    def _turns(self) -> tuple[date, ...]:
        """The days on which the state changed: those of editions and of decisions."""
        editions = {date.fromisoformat(edition.date) for edition in self.info.editions}
        return tuple(sorted(editions | {decision.day for decision in decisions_of(self.engine, self.base)}))

    @cached_property
    def ontology(self) -> EmbeddedEngine:
        """A store whose ``graph/ontology`` is filled: the snapshot, or while that is empty one in memory."""
        graph = ontology_graph(self.base)
        if next(iter(self.engine.quads(None, None, None, graph)), None) is not None:
            return self.engine
        engine = EmbeddedEngine.memory()
        engine.add(Quad(q.subject, q.predicate, q.object, graph) for q in ontology_quads(resources.ontology()))
        return engine


class Pointer:
    """Which snapshot is current. The file is read again only when a commit has replaced it. Safe in several threads."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder, self._path = folder, str(folder.root / "CURRENT")
        self._known: tuple[tuple[int, int], str] = (0, 0), ""

    def name(self) -> str:
        """The name, empty when nothing was imported yet. Raises StoreError."""
        try:
            status = os.stat(self._path)
        except OSError:
            return self._folder.current_name() or ""
        version = status.st_ino, status.st_mtime_ns
        if self._known[0] != version:  # replaced between the two lines, it is read again next time
            self._known = version, self._folder.current_name() or ""
        return self._known[1]


class Current:
    """The open snapshot; reopened when the data folder's pointer has moved. Safe in several threads."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder, self._pointer = folder, Pointer(folder)
        self._lock = Lock()
        self._state: State | None = None
        self._closed = threading.Event()

    def state(self) -> State:
        """The current state. Requests in flight keep the one they have. Raises StoreError."""
        name = self._pointer.name()
        with self._lock:
            if self._state is None or self._state.info.name != name:
                self._state = self._next(self._folder.open())
            return self._state

    def _next(self, snapshot: Snapshot) -> State:
        """The state after a commit, with the inventory of the one before where the commit cannot have changed it."""
        before = self._state
        if before is not None and _same_report(before.info, snapshot.info) and (known := before.known):
            return State(snapshot, inventory=known)
        return State(snapshot)

    def watch(self, *more: Callable[[State], object]) -> None:
        """Notice every commit in a thread of its own, and read what pages list before somebody asks for a page.

        ``more`` are further things to compute then.
        """
        threading.Thread(target=self._watch, args=more, name="zielgraph-inventory", daemon=True).start()

    def _watch(self, *more: Callable[[State], object]) -> None:
        seen: State | None = None
        while True:
            try:
                if (now := self.state()) is not seen:
                    seen = now  # once each: whoever asks for a page is told what was wrong
                    now.inventory()
                    for each in more:
                        each(now)
                    _settle()
            except ZielgraphError:
                pass
            except Exception:
                _LOG.exception("What pages list could not be read ahead")
            if self._closed.wait(_LOOK_SECONDS):
                return

    def close(self) -> None:
        """End the watching."""
        self._closed.set()


def _settle() -> None:
    """Take what was read out of the sight of the collector, which would go through all of it again and again.

    What nobody uses any more is let go all the same: nothing in an inventory refers back to what holds it.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _same_report(before: SnapshotInfo, after: SnapshotInfo) -> bool:
    """Whether a commit changed users' own graphs only: once an edition is there, an update can change no others."""
    return (
        after.action.partition(" ")[0] == "update"
        and after.parent == before.name
        and after.editions == before.editions
        and bool(after.editions)
    )


def settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.extensions["zielgraph.settings"]
    return found


def state() -> State:
    """The state this request works on: the same from its first to its last line."""
    if "state" not in g:
        current: Current = current_app.extensions["zielgraph.current"]
        g.state = current.state()
    found: State = g.state
    return found
