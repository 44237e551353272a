"""The engine seam: RDF terms, reading and writing RDF, and the store. Only this package knows pyoxigraph.

Everything above talks to :class:`Engine`. :class:`EmbeddedEngine` is pyoxigraph in this process;
``zielgraph.engine.remote.RemoteEngine`` speaks to any SPARQL 1.1 endpoint. That one is imported where it is used: a
command without an external engine needs no HTTP client.
"""

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from zielgraph.engine.embedded import EmbeddedEngine
from zielgraph.engine.protocol import Engine
from zielgraph.engine.rdf import (
    FORMATS,
    RESULT_FORMATS,
    Graph,
    Results,
    Term,
    canonical,
    parse,
    parse_file,
    read_results,
    serialise,
    serialise_results,
    write_graph,
    write_results,
)

__all__ = [
    "FORMATS",
    "RESULT_FORMATS",
    "BlankNode",
    "DefaultGraph",
    "EmbeddedEngine",
    "Engine",
    "Graph",
    "Literal",
    "NamedNode",
    "Quad",
    "QueryBoolean",
    "QuerySolution",
    "QuerySolutions",
    "QueryTriples",
    "Results",
    "Term",
    "Triple",
    "canonical",
    "parse",
    "parse_file",
    "read_results",
    "serialise",
    "serialise_results",
    "write_graph",
    "write_results",
]
