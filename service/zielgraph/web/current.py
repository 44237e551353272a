"""Follows the data folder: every request works on the snapshot that was current when it began."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from threading import Lock

from flask import current_app, g, request

from zielgraph import resources
from zielgraph.editions.state import state_at
from zielgraph.engine import EmbeddedEngine, Graph, NamedNode, Quad, Results, Term, parse, read_results
from zielgraph.lifting import ontology_quads
from zielgraph.lifting.iris import ontology_graph
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Snapshot, SnapshotInfo
from zielgraph.workers import Job, Pool

_DAYS_KEPT = 3
_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


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

    def state(self) -> State:
        """The current state. Requests in flight keep the one they have. Raises StoreError."""
        name = self._pointer.name()
        with self._lock:
            if self._state is None or self._state.info.name != name:
                self._state = State(self._folder.open())
            return self._state


class PooledEngine:
    """An engine whose queries run in a worker; single look-ups read the open snapshot.

    ``snapshot`` is the one on which the last query ran, empty before the first.
    """

    def __init__(self, own: EmbeddedEngine, pool: Pool, *, client: str, max_rows: int, max_bytes: int) -> None:
        self._own, self._pool, self._client = own, pool, client
        self._max_rows, self._max_bytes = max_rows, max_bytes
        self.snapshot = ""

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Results:
        """Run a query; see :meth:`Engine.query`. Raises what :meth:`Pool.run` raises."""
        declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (prefixes or {}).items())
        job = Job(
            declared + sparql,
            rows_format="json",
            graph_format="nt",
            default_graphs=None if default_graphs is None else tuple(default_graphs),
            named_graphs=None if named_graphs is None else tuple(named_graphs),
            base=base,
            max_rows=self._max_rows,
            max_bytes=self._max_bytes,
        )
        reply = self._pool.run(job, client=self._client)
        self.snapshot = reply.snapshot
        if reply.kind != "graph":
            return read_results(reply.body, "json")
        graph = EmbeddedEngine.memory()
        graph.add(parse(reply.body, "nt"))
        return graph.query(_EVERYTHING)

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: Graph | None = None,
    ) -> Iterator[Quad]:
        """Matching quads of the open snapshot; see :meth:`Engine.quads`."""
        return self._own.quads(subject, predicate, object, graph)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add to the open snapshot, which refuses it: it is only read."""
        self._own.add(quads)

    def clear(self, graph: Graph) -> None:
        """Empty a graph of the open snapshot, which refuses it: it is only read."""
        self._own.clear(graph)

    def graph_names(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        return self._own.graph_names()


def pooled() -> PooledEngine:
    """The workers as the engine of this request."""
    caller = request.environ.get("zielgraph.caller")
    return PooledEngine(
        state().engine,
        current_app.extensions["zielgraph.pool"],
        client=caller.line if caller else "",
        max_rows=settings().max_rows,
        max_bytes=settings().max_answer_bytes,
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
