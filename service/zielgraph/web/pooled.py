"""Questions of pages and of the interface run in workers, as everybody's queries do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask import current_app, request

from zielgraph.engine import EmbeddedEngine, Graph, NamedNode, Quad, Results, Term, parse, read_results
from zielgraph.web.current import settings, state
from zielgraph.workers import Job, Pool

_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


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
