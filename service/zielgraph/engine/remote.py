"""An external SPARQL 1.1 service as engine: Virtuoso, GraphDB, Oxigraph and whatever else speaks the protocol.

What is the default graph here is the graph ``current_graph`` there, since many services take the union of all graphs
for the default graph. Requests without a dataset of their own name it as ``default-graph-uri``.
"""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple

from zielgraph.engine.endpoint import Endpoint, complete
from zielgraph.engine.rdf import FORMATS, Graph, Results, Term, parse, read_results, serialise
from zielgraph.engine.transport import NotAnswered, Reply, Transport
from zielgraph.errors import InputError, QueryError, StoreError, TooLarge

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

BLOCK = 100_000
_UPDATE_BLOCK = 1_000  # Virtuoso compiles an update; long ones overflow its stack
_NT = "application/n-triples"
_GRAPHS_TAKEN = f"{_NT}, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_TABLE_TAKEN = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_FORMS = {"SELECT": _TABLE_TAKEN, "ASK": _TABLE_TAKEN, "CONSTRUCT": _GRAPHS_TAKEN, "DESCRIBE": _GRAPHS_TAKEN}
_TABLES = {"application/sparql-results+json": "json", "application/json": "json"} | dict.fromkeys(
    ("application/sparql-results+xml", "application/xml", "text/xml"), "xml"
)
_GRAPHS = {media.partition(";")[0]: name for name, kind in FORMATS.items() if (media := kind.media_type)}
_GRAPHS |= {"text/plain": "nt", "text/ntriples": "nt", "application/x-turtle": "ttl"}
# What cannot hold a keyword: IRIs, comments, strings, variables, prefixed names.
_NO_KEYWORD = re.compile(
    r"""<[^<>"{}|^`\\\s]*>|\#[^\n\r]*|"{3}.*?"{3}|'{3}.*?'{3}|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'"""
    r"""|[?$@][\w-]+|[\w.-]*:[\w.:%-]*""",
    re.DOTALL,
)
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_WORD = re.compile(r"[A-Z]+")
# A service that gives less than was asked for says so only in its headers (Virtuoso: row limit, time limit).
_CUT = ("x-sparql-maxrows", "x-sql-state")


class RemoteEngine:
    """An external SPARQL service; see :class:`zielgraph.engine.protocol.Engine`.

    Raises StoreError when it cannot be reached, AccessDenied when it wants another login, QueryError and TimedOut for
    queries that it refuses or that take too long.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._given = endpoint
        self._transport = Transport(endpoint.user, endpoint.password)
        self._transport.trust(endpoint.query, endpoint.update, endpoint.graphs)
        self._current = NamedNode(endpoint.current_graph)
        self._logged_in = not endpoint.user

    @cached_property
    def endpoint(self) -> Endpoint:
        """The addresses, those that were not given as the service itself lets them be found."""
        found = complete(self._given, self._transport)
        self._transport.trust(found.update, found.graphs)
        return found

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Results:
        """Run a query; see :meth:`Engine.query`. Raises StoreError when the answer was cut."""
        words = _WORD.findall(_NO_KEYWORD.sub(" ", sparql).upper())
        form = next((word for word in words if word not in ("BASE", "PREFIX")), "")
        if form not in _FORMS:
            raise QueryError("Das ist keine Anfrage. Möglich sind SELECT, ASK, CONSTRUCT und DESCRIBE.")
        if default_graphs is None and named_graphs is None:
            if "FROM" not in words:
                default_graphs = [self._current.value]
                # Given one graph, a service has no other; here the named graphs stay within reach.
                named_graphs = self.graph_names() if "GRAPH" in words else None
        elif default_graphs is None:
            default_graphs = [self._current.value]
        asked = self._wrapper(_declared(sparql, prefixes or {}, base))
        if asked.isSparqlUpdateRequest():
            raise QueryError("Die Anfrage lässt sich nicht von einer Änderung unterscheiden.")
        asked.addCustomHttpHeader("Accept", _FORMS[form])
        for name, graphs in (("default-graph-uri", default_graphs), ("named-graph-uri", named_graphs)):
            for iri in graphs or ():
                asked.addParameter(name, iri)
        found = _results(self._sent(asked, self._given.seconds), self._given.query)
        return _boolean(found) if form == "ASK" and isinstance(found, QuerySolutions) else found

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: Graph | None = None,
    ) -> Iterator[Quad]:
        """Matching quads; see :meth:`Engine.quads`. What the service cuts is fetched in parts."""
        every: list[Graph] = [DefaultGraph(), *map(NamedNode, self.graph_names())] if graph is None else [graph]
        pattern = f"{subject or '?s'} {predicate or '?p'} {object or '?o'}"
        for each in every:
            there = self._there(each)
            whole = subject is None and predicate is None and object is None and self.endpoint.graphs
            triples = self._graph(there) if whole else self._matching(there, pattern)
            wanted = self._count(there, pattern)
            if len(triples) < wanted:
                triples = self._in_pages(there, pattern, wanted, size=len(triples))
            for triple in triples:
                yield Quad(triple.subject, triple.predicate, triple.object, each)

    def _matching(self, graph: NamedNode, pattern: str, page: str = "") -> list[Triple]:
        found = self.query(f"CONSTRUCT {{ {pattern} }} WHERE {{ {pattern} }}{page}", default_graphs=[graph.value])
        return [*found] if isinstance(found, QueryTriples) else []

    def _count(self, graph: NamedNode, pattern: str) -> int:
        found = self.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}", default_graphs=[graph.value])
        rows = [*found] if isinstance(found, QuerySolutions) else []
        return int(rows[0]["n"].value)

    def _in_pages(self, graph: NamedNode, pattern: str, wanted: int, size: int) -> list[Triple]:
        """What a service gives only in parts (Virtuoso: ResultSetMaxRows, without a word).

        Without an order, which Virtuoso refuses for many rows, pages might overlap; so the triples are counted.
        """
        found: dict[Triple, None] = {}
        size = size or wanted
        for start in range(0, wanted, size):
            found |= dict.fromkeys(self._matching(graph, pattern, f" LIMIT {size} OFFSET {start}"))
        if len(found) != wanted:
            raise StoreError(
                f"{self._given.query} gibt von {graph.value} nur {len(found)} der {wanted} Aussagen heraus. Bitte dort "
                "die Grenze für Antworten anheben (Virtuoso: ResultSetMaxRows)."
            )
        return [*found]

    def add(self, quads: Iterable[Quad]) -> None:
        """Add many quads, in blocks. Raises ValueError for a blank node: it would be another one in each block."""
        for graph, its in groupby(quads, key=lambda quad: quad.graph_name):
            self._post(self._there(graph), its)

    def put(self, graph: Graph, quads: Iterable[Quad]) -> None:
        """Make these quads the whole content of a graph.

        Readers see the old content or the new one, as far as the service keeps single requests apart: what needs
        several blocks is collected in a graph beside it and moved.
        """
        there, stream = self._there(graph), iter(quads)
        first = list(islice(stream, BLOCK))
        second = list(islice(stream, 1))
        if not first:
            self.clear(graph)
        elif not second and self.endpoint.graphs:
            self._store("PUT", there, _lines(first))
        else:
            beside = NamedNode(f"{there.value}/next")
            self.clear(beside)
            self._post(beside, chain(first, second, stream))
            self.update(f"MOVE GRAPH {beside} TO GRAPH {there}")

    def clear(self, graph: Graph) -> None:
        """Remove one graph; it need not be there."""
        there = self._there(graph)
        if not self.endpoint.graphs:
            self.update(f"DROP SILENT GRAPH {there}")
            return
        try:
            self._store("DELETE", there)
        except NotAnswered as error:
            if error.status != 404:
                raise

    def graph_names(self) -> list[str]:
        """IRIs of the named graphs, sorted, without the one that stands for the default graph."""
        # Counting is quicker than DISTINCT: Virtuoso 0.05 s instead of 1.8 s.
        return sorted(self.sizes().keys() - {self._current.value})

    def sizes(self) -> dict[str, int]:
        """Number of triples in each named graph, among them the one that stands for the default graph."""
        rows = self._table("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return {row["g"].value: int(row["n"].value) for row in rows if isinstance(row["g"], NamedNode)}

    def _table(self, sparql: str) -> QuerySolutions:
        asked = self._wrapper(sparql)
        asked.addCustomHttpHeader("Accept", _TABLE_TAKEN)
        found = _results(self._sent(asked, self._given.send_seconds), self._given.query)
        if not isinstance(found, QuerySolutions):
            raise StoreError(f"{self._given.query} zählt seine Graphen nicht auf.")
        return found

    def update(self, sparql: str) -> None:
        """Run an update that this program wrote."""
        self._log_in()
        asked = self._wrapper(sparql)
        asked.setMethod("POST")
        asked.setRequestMethod("postdirectly")
        self._sent(asked, self.endpoint.send_seconds)

    def _there(self, graph: Graph) -> NamedNode:
        if isinstance(graph, BlankNode):
            raise ValueError("a graph without a name cannot be addressed")
        return self._current if isinstance(graph, DefaultGraph) else graph

    def _wrapper(self, sparql: str) -> SPARQLWrapper:
        from SPARQLWrapper import SPARQLWrapper  # 40 ms, only for whoever has an external engine

        wrapper = SPARQLWrapper(self._given.query)
        wrapper.setOnlyConneg(True)
        wrapper.setMethod("POST")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of texts whose kind it cannot tell
            wrapper.setQuery(sparql)
        if wrapper.isSparqlUpdateRequest():
            wrapper.updateEndpoint = self.endpoint.update
        return wrapper

    def _sent(self, asked: SPARQLWrapper, seconds: float) -> Reply:
        return self._transport.send(asked._createRequest(), seconds, query=not asked.isSparqlUpdateRequest())

    def _post(self, graph: NamedNode, quads: Iterable[Quad]) -> None:
        stream, size = iter(quads), BLOCK if self.endpoint.graphs else _UPDATE_BLOCK
        while block := list(islice(stream, size)):
            if self.endpoint.graphs:
                self._store("POST", graph, _lines(block))
            else:
                self.update(f"INSERT DATA {{ GRAPH {graph} {{\n{_lines(block).decode()}}} }}")

    def _graph(self, graph: NamedNode) -> list[Triple]:
        try:
            reply = self._store("GET", graph)
        except NotAnswered as error:
            if error.status == 404:
                return []
            raise
        return [quad.triple for quad in _parsed(reply, self.endpoint.graphs)]

    def _log_in(self) -> None:
        """Log in by removing a graph that is not there: asked for a login, Virtuoso hangs up on a large body."""
        if not self._logged_in:
            self._logged_in = True
            self.clear(NamedNode(f"{self._current.value}/login"))

    def _store(self, method: str, graph: NamedNode, body: bytes | None = None) -> Reply:
        address = f"{self.endpoint.graphs}?{urllib.parse.urlencode({'graph': graph.value})}"
        headers = {"Accept": _GRAPHS_TAKEN} if method == "GET" else {}
        if body is not None:
            self._log_in()
            headers["Content-Type"] = _NT
        request = urllib.request.Request(address, data=body, headers=headers, method=method)  # noqa: S310 - checked
        return self._transport.send(request, self.endpoint.send_seconds)


def _lines(quads: Iterable[Quad]) -> bytes:
    """N-Triples of the quads, whatever graph they are in."""
    triples = [quad.triple for quad in quads]
    if any(isinstance(term, BlankNode) for triple in triples for term in (triple.subject, triple.object)):
        raise ValueError("blank nodes cannot be sent in blocks")
    return serialise(triples, "nt")


def _declared(sparql: str, prefixes: Mapping[str, str], base: str | None) -> str:
    """The text with what it counts as declared, all before its first line so that line numbers stay."""
    told = [f"BASE {NamedNode(base)}"] if base else []
    told += [f"PREFIX {name}: {NamedNode(iri)}" for name, iri in prefixes.items() if f"{name}:" in sparql]
    return " ".join((*told, sparql))


def _results(reply: Reply, where: str) -> Results:
    """The answer in the types of the embedded engine."""
    if any(name in reply.headers for name in _CUT):
        raise TooLarge(
            f"{where} hat die Antwort gekürzt. Bitte weniger Zeilen verlangen (LIMIT) oder dort die Grenze anheben."
        )
    kind = _TABLES.get(reply.media_type)
    try:
        if kind is not None:
            return read_results(_true_and_false(reply.body) if kind == "json" else reply.body, kind)
        store = Store()
        store.bulk_extend(_parsed(reply, where))
        return store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    except (SyntaxError, ValueError) as error:
        raise StoreError(f"Die Antwort von {where} ist nicht lesbar ({error}).") from None


def _true_and_false(body: bytes) -> bytes:
    """The answer with booleans as everybody else writes them: Virtuoso gives 1 and 0."""
    if _BOOLEAN.encode() not in body:
        return body
    answer = json.loads(body)
    for row in answer.get("results", {}).get("bindings", ()):
        for term in row.values():
            if term.get("datatype") == _BOOLEAN:
                term["value"] = {"1": "true", "0": "false"}.get(term["value"], term["value"])
    return json.dumps(answer).encode()


def _boolean(table: QuerySolutions) -> Results:
    """The answer to ASK of a service that gives a table of one cell, as Virtuoso does."""
    said = [term.value for row in table for term in row if isinstance(term, Literal)]
    return read_results(json.dumps({"head": {}, "boolean": said in (["1"], ["true"])}).encode(), "json")


def _parsed(reply: Reply, where: str) -> Iterator[Quad]:
    format = _GRAPHS.get(reply.media_type)
    if format is None:
        raise StoreError(f"{where} antwortet nicht mit RDF, sondern mit {reply.media_type or 'etwas anderem'}.")
    try:
        yield from parse(reply.body, format)
    except InputError as error:
        raise StoreError(f"Die Antwort von {where} ist nicht lesbar: {error}") from None
