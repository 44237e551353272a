"""What the layers above need from a SPARQL engine, whichever it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pyoxigraph import NamedNode, Quad

from zielgraph.engine.rdf import Graph, Results, Term


class Engine(Protocol):
    """What the layers above need from a SPARQL engine."""

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Results:
        """Run a query; ``prefixes`` count as declared, relative IRIs are resolved against ``base``.

        Raises QueryError when the engine refuses it.
        """

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: Graph | None = None,
    ) -> Iterator[Quad]:
        """The stored quads that match; None matches everything."""

    def add(self, quads: Iterable[Quad]) -> None:
        """Add many quads at once."""

    def clear(self, graph: Graph) -> None:
        """Empty one graph."""

    def graph_names(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
