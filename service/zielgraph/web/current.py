"""Follows the data folder: every request works on the snapshot that was current when it began."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from threading import Lock

from flask import current_app, g

from zielgraph import resources
from zielgraph.editions.state import state_at
from zielgraph.engine import EmbeddedEngine, Quad
from zielgraph.lifting import ontology_quads
from zielgraph.lifting.iris import ontology_graph
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Snapshot, SnapshotInfo

_DAYS_KEPT = 3


class State:
    """One opened snapshot with what is worth computing once for it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        self._days: dict[date, EmbeddedEngine] = {}

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
        if day is None:
            return self.engine
        with self._lock:
            if day not in self._days:
                self._days[day] = state_at(self.engine, self.base, self.info.editions, day, limit)
            self._days[day] = self._days.pop(day)  # the newest at the end
            while len(self._days) > _DAYS_KEPT:
                del self._days[next(iter(self._days))]
            return self._days[day]

    @cached_property
    def triples(self) -> int:
        """Number of quads in the store."""
        return len(self.engine)

    @cached_property
    def ontology(self) -> EmbeddedEngine:
        """A store whose ``graph/ontology`` is filled: the snapshot, or while that is empty one in memory."""
        graph = ontology_graph(self.base)
        if next(iter(self.engine.quads(None, None, None, graph)), None) is not None:
            return self.engine
        engine = EmbeddedEngine.memory()
        engine.add(Quad(q.subject, q.predicate, q.object, graph) for q in ontology_quads(resources.ontology()))
        return engine


class Current:
    """The open snapshot; reopened when the data folder's pointer has moved. Safe in several threads."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._lock = Lock()
        self._state: State | None = None

    def state(self) -> State:
        """The current state. Requests in flight keep the one they have. Raises StoreError."""
        name = self._folder.current_name() or ""
        with self._lock:
            if self._state is None or self._state.info.name != name:
                self._state = State(self._folder.open())
            return self._state


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
