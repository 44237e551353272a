"""What users put into a store before its first edition: it moves out of the graphs that imports keep from then on."""

from __future__ import annotations

from zielgraph.engine import DefaultGraph, Engine, Graph, NamedNode, Quad
from zielgraph.lifting.iris import decisions_graph, own_graph
from zielgraph.sparql.managed import is_managed


def keep_own(engine: Engine, base: str) -> int:
    """Move the quads of every graph that imports overwrite to ``graph/own``; how many there were.

    Decisions stay: imports keep them. Call before the first edition is stored.
    """
    kept = decisions_graph(base).value
    names = [name for name in engine.graph_names() if is_managed(name, base) and name != kept]
    graphs: list[Graph] = [DefaultGraph(), *map(NamedNode, names)]
    own = own_graph(base)
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, own)
        for graph in graphs
        for quad in engine.quads(None, None, None, graph)
    ]
    engine.add(quads)
    for graph in graphs:
        engine.clear(graph)
    return len(quads)
