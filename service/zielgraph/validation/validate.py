"""Running SHACL. The only module that knows pySHACL; it works on an rdflib copy in memory.

pySHACL on an rdflib graph that is backed by the store costs quadratic time; on a copy in memory it is linear.
Shapes and data may come from anywhere: nothing that they name is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyshacl
from rdflib import SH, Graph
from rdflib.plugins import sparql as _sparql
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql import processor as _processor
from rdflib.plugins.sparql.sparql import Query

from zielgraph.engine import Quad, parse, serialise
from zielgraph.errors import InputError, UsageError
from zielgraph.sparql import check_query
from zielgraph.validation.findings import Finding, finding

_sparql.SPARQL_LOAD_GRAPHS = False  # else FROM in a constraint reads files and addresses
_JSON_LD = {".jsonld", ".json-ld", ".json"}


def load_shapes(paths: Iterable[Path]) -> Graph:
    """The shapes of all files as one graph. Raises InputError when a file cannot be parsed."""
    graph = Graph()
    for path in paths:
        try:
            _read(path, graph)
        except Exception as error:  # rdflib's parsers share no base class
            raise InputError(f"die Shapes sind nicht lesbar ({error})", file=str(path)) from None
    if len(graph) == 0:
        raise UsageError("Es wurden keine Shapes gefunden.")
    return graph


def load_data(path: Path) -> Graph:
    """An RDF file as rdflib graph. Raises InputError when it cannot be parsed."""
    graph = Graph()
    try:
        _read(path, graph)
    except Exception as error:
        raise InputError(f"die Daten sind nicht lesbar ({error})", file=str(path)) from None
    return graph


def _read(path: Path, graph: Graph) -> None:
    if path.suffix.lower() in _JSON_LD:  # rdflib fetches contexts from their addresses, the engine refuses them
        graph += to_graph(parse(path.read_bytes(), "jsonld", base=path.absolute().as_uri()))
    else:
        graph.parse(path)


def to_graph(quads: Iterable[Quad]) -> Graph:
    """An rdflib graph in memory with the triples of the quads."""
    graph = Graph()
    graph.parse(data=serialise((quad.triple for quad in quads), "nt"), format="nt")
    return graph


def validate_graph(data: Graph, shapes: Graph) -> list[Finding]:
    """All findings of the shapes in the data, sorted by severity, line and rule.

    Raises UsageError where the shapes themselves are refused.
    """
    with _PreparedQueries():
        try:
            _, report, text = pyshacl.validate(
                data, shacl_graph=shapes, ont_graph=None, inference="none", advanced=True
            )
        except Exception as error:  # pySHACL raises its own and rdflib's errors for shapes it cannot take
            raise UsageError(f"Die Shapes wurden abgelehnt: {error}") from None
    if not isinstance(report, Graph):
        raise UsageError(f"Die Shapes wurden abgelehnt: {text}")
    # only the results of the report itself: those behind sh:detail explain another one
    found = [finding(report, result, data, shapes) for result in report.objects(None, SH.result)]
    return sorted(found, key=Finding.sort_key)


class _PreparedQueries:
    """Check and parse each constraint's query once instead of once per focus node; a factor of six on the report."""

    def __enter__(self) -> None:
        self._original = _processor.SPARQLProcessor.query
        original = self._original

        def query(
            processor: Any,
            text: Any,
            initBindings: Any = None,  # noqa: N803 - rdflib's names
            initNs: Any = None,  # noqa: N803
            base: Any = None,
            DEBUG: bool = False,  # noqa: N803
        ) -> Any:
            if isinstance(text, str):
                text = _prepared(text, tuple(sorted((str(k), str(v)) for k, v in (initNs or {}).items())), base)
            return original(processor, text, initBindings or {}, initNs or {}, base, DEBUG)

        _processor.SPARQLProcessor.query = query  # type: ignore[method-assign, assignment]

    def __exit__(self, *_: object) -> None:
        _processor.SPARQLProcessor.query = self._original  # type: ignore[method-assign]


@lru_cache(maxsize=256)
def _prepared(text: str, namespaces: tuple[tuple[str, str], ...], base: str | None) -> Query:
    check_query(text)
    return prepareQuery(text, initNs=dict(namespaces), base=base)
