"""The engine over HTTP gives what the embedded one gives: terms, graphs, datasets, refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from engines import CURRENT, MAX_ROWS, Service

from zielgraph.engine import (
    BlankNode,
    DefaultGraph,
    EmbeddedEngine,
    Graph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Term,
    canonical,
    remote,
)
from zielgraph.errors import AccessDenied, QueryError, StoreError, TooLarge
from zielgraph.vocabulary import XSD

OWN = NamedNode("http://example.org/graph/eigen")
TEXTS = (
    "",
    " ",
    "Straße, Größe, Łódź, 北京, 🙂, a\u0301",
    "Anführung \"doppelt\" und 'einfach', „deutsch“",
    "Rückstrich \\ und \\n geschrieben, Tabulator \t, Zeile\nzwei\r\ndrei",
    "<b>&amp;</b> {geschweift} $dollar ?frage #raute %41",
    "lang " * 3000,
)
TYPED = (
    ("2019-12-31", "date"),
    ("2019-12-31T23:59:59+01:00", "dateTime"),
    ("2019-12-31T23:59:59.123Z", "dateTime"),
    ("true", "boolean"),
    ("false", "boolean"),
    ("0", "integer"),
    ("-17", "integer"),
    ("2147483647", "integer"),
    ("0.72", "decimal"),
    ("12.5", "decimal"),
    ("2019", "gYear"),
)


def odd_data(graph: Graph) -> list[Quad]:
    terms: list[Term] = [
        *(Literal(text) for text in TEXTS),
        *(Literal(text, language=tag) for text in TEXTS[2:5] for tag in ("de", "en", "de-at")),
        *(Literal(text, datatype=NamedNode(XSD + kind)) for text, kind in TYPED),
        Literal("56", datatype=NamedNode("http://example.org/notation")),
        NamedNode("http://example.org/größe/%C3%A4?a=b&c=d#e"),
    ]
    return [
        Quad(NamedNode(f"http://example.org/{number}"), NamedNode("http://example.org/p"), term, graph)
        for number, term in enumerate(terms)
    ]


def embedded(*quads: Quad) -> EmbeddedEngine:
    engine = EmbeddedEngine.memory()
    engine.add(quads)
    return engine


@pytest.fixture(params=["graph store", "update"])
def way(request: pytest.FixtureRequest, service: Service) -> remote.RemoteEngine:
    """A client that sends by the Graph Store Protocol, and one that has only updates."""
    engine = service.engine()
    if request.param == "update":
        engine.__dict__["endpoint"] = replace(engine.endpoint, graphs="")
    return engine


@pytest.mark.parametrize("graph", [DefaultGraph(), OWN], ids=["default", "named"])
def test_data_come_back_unchanged(way: remote.RemoteEngine, graph: Graph) -> None:
    data = odd_data(graph)
    way.add(data[:5])
    way.add(data[5:])
    assert canonical(way.quads(None, None, None, graph)) == canonical(embedded(*data).quads())
    way.put(graph, data[:3])
    assert canonical(way.quads(None, None, None, graph)) == canonical(embedded(*data[:3]).quads())
    way.clear(graph)
    way.clear(graph)
    assert [*way.quads(None, None, None, graph)] == []


def test_terms_of_an_answer_are_those_of_the_embedded_engine(service: Service) -> None:
    data, engine = odd_data(DefaultGraph()), service.engine()
    engine.put(DefaultGraph(), data)
    sparql = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?s"
    there, here = engine.query(sparql), embedded(*data).query(sparql)
    assert isinstance(there, QuerySolutions)
    assert isinstance(here, QuerySolutions)
    assert sorted(map(str, there)) == sorted(map(str, here))


def test_patterns(service: Service) -> None:
    engine = service.engine()
    data = [*odd_data(DefaultGraph()), *odd_data(OWN)[:4]]
    engine.add(data)
    here = embedded(*data)
    graphs: tuple[Graph, ...] = (DefaultGraph(), OWN)
    for quad, graph in product((data[2], data[4], data[30]), graphs):
        for s, p, o in (
            (quad.subject, None, None),
            (None, quad.predicate, quad.object),
            (quad.subject, quad.predicate, quad.object),
        ):
            assert isinstance(s, NamedNode | None)
            assert set(engine.quads(s, p, o, graph)) == set(here.quads(s, p, o, graph))
    everything = {quad for quad in engine.quads() if quad.predicate.value == "http://example.org/p"}
    assert everything == set(data)


def test_large_graphs_are_sent_in_blocks_and_fetched_in_pages(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "BLOCK", 3000)
    p = NamedNode("http://example.org/p")
    old = [Quad(NamedNode(f"http://example.org/alt/{n}"), p, Literal(str(n)), DefaultGraph()) for n in range(5)]
    new = [
        Quad(NamedNode(f"http://example.org/s/{n}"), p, Literal(str(n)), DefaultGraph()) for n in range(MAX_ROWS + 7)
    ]
    engine = service.engine()
    engine.put(DefaultGraph(), old)
    engine.put(DefaultGraph(), new)
    assert set(engine.quads(None, None, None, DefaultGraph())) == set(new)
    assert set(engine.quads(None, p, None, DefaultGraph())) == set(new)
    assert engine.sizes()[CURRENT] == len(new)
    assert not [name for name in engine.graph_names() if name.startswith(CURRENT)]


def test_datasets_are_those_of_the_embedded_engine(service: Service) -> None:
    """A plain query sees the state alone, even where the default graph is the union of all; GRAPH and FROM see more."""
    s, p = NamedNode("http://example.org/s"), NamedNode("http://example.org/p")
    data = [Quad(s, p, Literal("hier"), DefaultGraph()), Quad(s, p, Literal("dort"), OWN)]
    engine, here = service.engine(), embedded(*data)
    engine.add(data)
    for sparql in (
        "SELECT ?o WHERE { ?s ?p ?o }",
        f"SELECT ?o WHERE {{ GRAPH {OWN} {{ ?s ?p ?o }} }}",
        f"SELECT ?o FROM {OWN} WHERE {{ ?s ?p ?o }}",  # noqa: S608 - SPARQL
        f"PREFIX from: <urn:from> SELECT ?o WHERE {{ ?s ?p ?o FILTER(?o != 'FROM {OWN}') }} # FROM {OWN}",  # noqa: S608
        f"SELECT ?o ?q WHERE {{ ?s ?p ?o . GRAPH {OWN} {{ ?s ?p ?q }} }}",
    ):
        assert sorted(map(str, engine.query(sparql))) == sorted(map(str, here.query(sparql))), sparql  # type: ignore[arg-type]
    chosen = engine.query("SELECT ?o WHERE { ?s ?p ?o }", default_graphs=[OWN.value])
    assert [row["o"].value for row in chosen] == ["dort"]  # type: ignore[union-attr]


def test_kinds_of_answers(service: Service) -> None:
    engine = service.engine()
    engine.put(DefaultGraph(), odd_data(DefaultGraph()))
    assert isinstance(yes := engine.query("ASK { ?s ?p ?o }"), QueryBoolean)
    assert isinstance(no := engine.query("ASK { ?s <http://example.org/nie> ?o }"), QueryBoolean)
    assert (bool(yes), bool(no)) == (True, False)
    built = engine.query("CONSTRUCT { ?s ?p 'neu' } WHERE { ?s ?p '' }")
    assert isinstance(built, QueryTriples)
    assert [triple.object for triple in built] == [Literal("neu")]
    assert isinstance(engine.query("DESCRIBE <http://example.org/0>"), QueryTriples)
    named = engine.query("SELECT ?o { ex:0 ex:p ?o }", prefixes={"ex": "http://example.org/", "un": "urn:x"})
    assert [row["o"] for row in named] == [Literal("")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    ["DROP ALL", "INSERT DATA { <urn:a> <urn:b> <urn:c> }", "PREFIX select: <urn:x> CLEAR DEFAULT", "", "# SELECT"],
)
def test_a_query_changes_nothing(service: Service, text: str) -> None:
    engine = service.engine()
    data = odd_data(DefaultGraph())[:3]
    engine.put(DefaultGraph(), data)
    with pytest.raises(QueryError):
        engine.query(text)
    assert set(engine.quads(None, None, None, DefaultGraph())) == set(data)


def test_a_query_that_cannot_be_read_is_refused(service: Service) -> None:
    with pytest.raises(QueryError, match="lehnt die Anfrage ab"):
        service.engine().query("SELECT ?s WHERE { ?s ?p }")


def test_what_would_lose_data_is_refused(service: Service) -> None:
    p = NamedNode("http://example.org/p")
    with pytest.raises(ValueError, match="blank"):
        service.engine().add([Quad(BlankNode("a"), p, Literal("x"), DefaultGraph())])
    with pytest.raises(ValueError, match="without a name"):
        service.engine().add([Quad(p, p, Literal("x"), BlankNode("g"))])


def test_an_answer_that_was_cut_is_none(virtuoso: Service) -> None:
    engine = virtuoso.engine()
    p = NamedNode("http://example.org/p")
    engine.put(DefaultGraph(), [Quad(NamedNode(f"urn:n:{n}"), p, Literal(str(n)), DefaultGraph()) for n in range(100)])
    with pytest.raises(TooLarge, match="gekürzt"):
        engine.query("SELECT ?a ?b WHERE { ?a ?p ?x . ?b ?q ?y }")


def test_a_large_graph_comes_first(virtuoso: Service) -> None:
    """It asks for a login and hangs up while the body is still on its way."""
    p = NamedNode("http://example.org/p")
    data = [Quad(NamedNode(f"urn:l:{n}"), p, Literal(f"{n} " * 3000), DefaultGraph()) for n in range(400)]
    virtuoso.engine().put(DefaultGraph(), data)
    assert virtuoso.engine().sizes()[CURRENT] == len(data)
    virtuoso.engine().clear(DefaultGraph())


def test_a_wrong_password_is_told_without_it(virtuoso: Service) -> None:
    engine = replace(virtuoso, password="geheim-1").engine()  # noqa: S106
    assert "geheim-1" not in repr(engine.endpoint)
    with pytest.raises(AccessDenied, match="ZIELGRAPH_ENGINE_PASSWORD") as refused:
        engine.put(DefaultGraph(), odd_data(DefaultGraph()))
    assert "geheim-1" not in str(refused.value)


def test_a_service_that_is_gone() -> None:
    with pytest.raises(StoreError, match="nicht erreichbar"):
        Service("none", "http://127.0.0.1:9/sparql").engine().query("ASK {}")
