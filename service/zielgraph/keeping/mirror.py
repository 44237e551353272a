"""An external engine as a mirror of the data folder's current state.

The data folder stays the place where editions are composed and committed. Of its store the managed graphs go to the
external engine, the state as ``graph/current``. What has arrived is noted there, in ``graph/mirror``: a fingerprint
per graph, and last the snapshot. So a transfer that was killed is taken up where it ended, an engine that somebody
emptied or filled from another data folder is noticed, and graphs that did not change are not sent again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from zielgraph.engine import DefaultGraph, EmbeddedEngine, Engine, Graph, Literal, NamedNode, Quad, serialise
from zielgraph.engine.endpoint import Endpoint
from zielgraph.engine.remote import RemoteEngine
from zielgraph.errors import StoreError
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Snapshot
from zielgraph.vocabulary import DCTERMS

_DEFAULT = DefaultGraph()
_SHARED = ("register", "ontology", "decisions", "findings", "catalogue")
_FINGERPRINT = NamedNode("http://spdx.org/rdf/terms#checksumValue")
_SNAPSHOT = NamedNode(DCTERMS + "identifier")
_BLOCK = 50_000
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Mirrored:
    """What was done to bring the engine up to date: graphs sent and removed, and the triples sent."""

    sent: int = 0
    removed: int = 0
    triples: int = 0


def current_graph(base: str) -> NamedNode:
    """The graph that holds the state on an external engine."""
    return NamedNode(f"{base}graph/current")


def mirror_graph(base: str) -> NamedNode:
    """The graph in which an external engine keeps what it has been sent."""
    return NamedNode(f"{base}graph/mirror")


def external_engine(settings: Settings, base: str) -> RemoteEngine:
    """The engine that the settings name. Raises UsageError when its address is none."""
    return RemoteEngine(
        Endpoint(
            settings.engine,
            current_graph(base).value,
            update=settings.engine_update,
            graphs=settings.engine_graphs,
            user=settings.engine_user,
            password=settings.engine_password,
            seconds=settings.query_seconds,
        )
    )


def mirror(
    folder: DataFolder, engine: RemoteEngine, *, check: bool = False, progress: Progress = lambda _: None
) -> Mirrored:
    """Bring an external engine to the state of the data folder; graphs that others keep there are left alone.

    First the named graphs, then the state, then what is no longer needed goes: a reader never sees a state whose
    parts are missing. When the engine says that it has this snapshot it is believed; with ``check`` its graphs are
    counted all the same. An empty data folder sends nothing. Raises StoreError and AccessDenied.
    """
    if not folder.current_name():
        return Mirrored()
    with _alone(folder):
        snapshot = folder.open()
        base, version = snapshot.info.base, f"{snapshot.info.name} {snapshot.info.created}"
        noted, arrived = _noted(engine, base)
        if arrived == version and not check:
            return Mirrored()
        progress("Graphen werden verglichen")
        here = {graph: _fingerprint(_quads(snapshot, graph)) for graph in _to_send(snapshot)}
        there = engine.sizes()
        current = current_graph(base).value
        names = {graph: current if isinstance(graph, DefaultGraph) else graph.value for graph in here}
        kept = {
            name: mark
            for graph, mark in here.items()
            if noted.get(name := names[graph]) == mark and there.get(name, 0) == _size(mark)
        }
        changed = [graph for graph in here if names[graph] not in kept]
        ours = {name for name in there if managed(name, base) or name == current} | {*noted}
        gone = sorted(ours & {*there} - {*names.values()})
        if not changed and not gone and arrived == version:
            return Mirrored()
        engine.put(mirror_graph(base), _notes(base, kept))
        for graph in changed:
            progress(f"{names[graph]} wird gesendet")
            engine.put(graph, _quads(snapshot, graph))
            engine.add(_notes(base, {names[graph]: here[graph]}))
        for name in gone:
            engine.clear(NamedNode(name))
        engine.add([Quad(mirror_graph(base), _SNAPSHOT, Literal(version), mirror_graph(base))])
        return Mirrored(len(changed), len(gone), sum(_size(here[graph]) for graph in changed))


def able_engine(engine: RemoteEngine, question: str, limit: int) -> Engine:
    """The engine that answers a question of the catalogue: the external one, or where that cannot a copy of its state.

    No name stands for a query that somebody wrote; that goes to the external one as it is.

    Raises StoreError when the state has more than ``limit`` triples.
    """
    if not question or question not in engine.endpoint.unable:
        return engine
    size = engine.sizes().get(engine.endpoint.current_graph, 0)
    if size > limit:
        raise StoreError(
            f"{engine.endpoint.query} beantwortet die Frage „{question}“ nicht richtig, und der Stand ist mit {size} "
            "Aussagen zu groß, um ihn zu holen. Bitte ohne --engine fragen oder ZIELGRAPH_MAX_STATE_QUADS anheben."
        )
    state = EmbeddedEngine.memory()
    state.add(engine.quads(None, None, None, _DEFAULT))
    return state


def managed(name: str, base: str) -> bool:
    """Whether a named graph is one that imports and decisions manage, and not somebody's own."""
    local = name.removeprefix(base)
    return name.startswith(base) and bool(re.fullmatch(rf"graph/(?:{'|'.join(_SHARED)})|[^/]+/[^/]+/edition/.+", local))


def _to_send(snapshot: Snapshot) -> list[NamedNode | DefaultGraph]:
    """The graphs in the order in which they are sent, the state last."""
    base = snapshot.info.base
    return [*(NamedNode(name) for name in snapshot.engine.graph_names() if managed(name, base)), _DEFAULT]


def _quads(snapshot: Snapshot, graph: Graph) -> Iterator[Quad]:
    return snapshot.engine.quads(None, None, None, graph)


def _noted(engine: Engine, base: str) -> tuple[dict[str, str], str]:
    """Fingerprints by graph, and the snapshot, as the engine keeps them."""
    noted, snapshot = {}, ""
    for quad in engine.quads(None, None, None, mirror_graph(base)):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            if quad.predicate == _FINGERPRINT:
                noted[quad.subject.value] = quad.object.value
            elif quad.predicate == _SNAPSHOT:
                snapshot = quad.object.value
    return noted, snapshot


def _notes(base: str, marks: dict[str, str]) -> list[Quad]:
    return [Quad(NamedNode(name), _FINGERPRINT, Literal(mark), mirror_graph(base)) for name, mark in marks.items()]


def _fingerprint(quads: Iterable[Quad]) -> str:
    """Number of the triples and a hash of them all, whatever their order: a store keeps none."""
    total, count, stream = 0, 0, iter(quads)
    while block := list(islice(stream, _BLOCK)):
        for line in serialise((quad.triple for quad in block), "nt").splitlines():
            total += int.from_bytes(hashlib.sha256(line).digest()[:16])
        count += len(block)
    return f"{count}-{total % (1 << 128):032x}"


def _size(mark: str) -> int:
    return int(mark.partition("-")[0])


@contextmanager
def _alone(folder: DataFolder) -> Iterator[None]:
    """One process at a time sends from a data folder; the next waits and then finds the newest snapshot."""
    handle = os.open(folder.root, os.O_RDONLY)  # the folder itself: it may be one that cannot be written
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
