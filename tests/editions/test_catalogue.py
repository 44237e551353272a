"""``graph/catalogue``: its numbers are those of the store, after every kind of change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib import Literal as Text
from rdflib.namespace import DCTERMS, RDF, SH, VOID, XSD
from rdflib.term import Node

from zielgraph import settings
from zielgraph.deciding import Wish
from zielgraph.editions.catalogue import SD, catalogue_graph, refresh_catalogue
from zielgraph.engine import DefaultGraph, EmbeddedEngine, Engine, Literal, NamedNode, Quad, serialise
from zielgraph.importing import data_folder
from zielgraph.settings import Settings
from zielgraph.vocabulary import ZG

BASE = "https://w3id.org/zielgraph/id/"
HERE = f"{BASE}graph/catalogue"
STATE, DATASET = URIRef(f"{HERE}/state"), URIRef(f"{HERE}/dataset")


def read(engine: Engine, base: str = BASE) -> Graph:
    """The catalogue as rdflib reads it."""
    triples = [quad.triple for quad in engine.quads(None, None, None, catalogue_graph(base))]
    return Graph().parse(data=serialise(triples, "nt"), format="nt")


def number(graph: Graph, subject: Node | None, predicate: URIRef) -> int:
    """The one number that the catalogue gives."""
    (value,) = graph.objects(subject, predicate)
    return int(str(value))


def graph_sizes(graph: Graph) -> dict[str, int]:
    """Size of every named graph as the catalogue says it."""
    return {
        str(graph.value(entry, URIRef(f"{SD}name"))): number(
            graph, graph.value(entry, URIRef(f"{SD}graph")), VOID.triples
        )
        for entry in graph.objects(DATASET, URIRef(f"{SD}namedGraph"))
    }


def counted(engine: Engine) -> dict[str, int]:
    """Size of every named graph but the catalogue, counted one by one."""
    sizes: Counter[str] = Counter()
    for quad in engine.quads():
        if isinstance(quad.graph_name, NamedNode):
            sizes[quad.graph_name.value] += 1
    del sizes[HERE]
    return sizes


@pytest.fixture(scope="module")
def engine(koeln_settings: Settings) -> EmbeddedEngine:
    return data_folder(koeln_settings).open().engine


@pytest.fixture(scope="module")
def catalogue(engine: EmbeddedEngine) -> Graph:
    return read(engine)


def test_totals_are_those_of_the_state(engine: EmbeddedEngine, catalogue: Graph) -> None:
    triples = [quad.triple for quad in engine.quads(None, None, None, DefaultGraph())]
    types = [t for t in triples if t.predicate.value == str(RDF.type)]
    assert {
        VOID.triples: len(triples),
        VOID.distinctSubjects: len({t.subject for t in triples}),
        VOID.distinctObjects: len({t.object for t in triples}),
        VOID.properties: len({t.predicate for t in triples}),
        VOID.classes: len({t.object for t in types}),
        VOID.entities: len({t.subject for t in types}),
    } == {
        name: number(catalogue, STATE, name)
        for name in (
            VOID.triples,
            VOID.distinctSubjects,
            VOID.distinctObjects,
            VOID.properties,
            VOID.classes,
            VOID.entities,
        )
    }


def test_partitions_count_every_class_and_property(engine: EmbeddedEngine, catalogue: Graph) -> None:
    triples = [quad.triple for quad in engine.quads(None, None, None, DefaultGraph())]
    properties = Counter(t.predicate.value for t in triples)
    assert properties == {
        str(catalogue.value(part, VOID.property)): number(catalogue, part, VOID.triples)
        for part in catalogue.objects(STATE, VOID.propertyPartition)
    }
    classes = Counter(str(t.object)[1:-1] for t in triples if t.predicate.value == str(RDF.type))
    parts = {str(catalogue.value(part, VOID["class"])): part for part in catalogue.objects(STATE, VOID.classPartition)}
    assert classes == {iri: number(catalogue, part, VOID.entities) for iri, part in parts.items()}
    measures = {t.subject for t in triples if str(t.object) == f"<{ZG}Measure>" and t.predicate.value == str(RDF.type)}
    assert Counter(t.predicate.value for t in triples if t.subject in measures) == {
        str(catalogue.value(part, VOID.property)): number(catalogue, part, VOID.triples)
        for part in catalogue.objects(parts[f"{ZG}Measure"], VOID.propertyPartition)
    }


def test_named_graphs_have_their_sizes(engine: EmbeddedEngine, catalogue: Graph) -> None:
    sizes = graph_sizes(catalogue)
    assert sizes == counted(engine)
    assert f"{BASE}graph/findings" in sizes
    assert HERE not in sizes


def test_prefixes_are_declared_for_editors(catalogue: Graph) -> None:
    found = catalogue.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?prefix ?namespace "
        "WHERE { [] sh:declare [ sh:namespace ?namespace ; sh:prefix ?prefix ] }"
    )
    prefixes = {str(row[0]): str(row[1]) for row in found}  # type: ignore[index]
    assert prefixes["zg"] == ZG
    assert prefixes["koeln-integration"] == f"{BASE}koeln/integration/"
    assert {o.datatype for o in catalogue.objects(None, SH.namespace) if isinstance(o, Text)} == {XSD.anyURI}


def test_titles_and_the_day_of_the_state(catalogue: Graph) -> None:
    for name in (DCTERMS.title, DCTERMS.description):
        texts = catalogue.objects(STATE, name)
        assert {text.language for text in texts if isinstance(text, Text)} == {"de", "en"}
    assert str(catalogue.value(STATE, DCTERMS.modified)) == "2019-12-31"


def test_no_blank_nodes_and_every_part_below_the_graph(engine: EmbeddedEngine) -> None:
    quads = list(engine.quads(None, None, None, catalogue_graph(BASE)))
    assert all(isinstance(each, NamedNode) and each.value.startswith(HERE) for each in {q.subject for q in quads})
    assert all(isinstance(q.object, NamedNode | Literal) for q in quads)


def test_the_same_store_gives_the_same_catalogue(engine: EmbeddedEngine) -> None:
    again = EmbeddedEngine.memory()
    again.add(engine.quads())
    refresh_catalogue(again, BASE)
    assert set(again.quads(None, None, None, catalogue_graph(BASE))) == set(
        engine.quads(None, None, None, catalogue_graph(BASE))
    )


def test_a_decision_is_counted(koeln_copy: Path) -> None:
    from zielgraph.cli.decisions import store_wishes

    here = settings.load({}, data=koeln_copy)
    wish = Wish("stop", f"{BASE}koeln/integration/measure/1", reason="Erledigt sich", name="Erika Muster")
    store_wishes(here, [wish], lambda _: None)
    engine = data_folder(here).open().engine
    assert graph_sizes(read(engine)) == counted(engine)
    assert f"{BASE}graph/decisions" in graph_sizes(read(engine))
    state = sum(1 for _ in engine.quads(None, None, None, DefaultGraph()))
    assert number(read(engine), STATE, VOID.triples) == state
    assert str(read(engine).value(STATE, DCTERMS.modified)) > "2019-12-31"


def test_only_the_named_graphs_are_counted_again(koeln_copy: Path) -> None:
    engine = EmbeddedEngine.memory()
    engine.add(data_folder(settings.load({}, data=koeln_copy)).open().engine.quads())
    node = NamedNode("https://example.org/a")
    own = NamedNode("https://example.org/mein-graph?x=1")
    engine.add([Quad(node, node, node, own), Quad(node, node, node, DefaultGraph())])
    before = number(read(engine), STATE, VOID.triples)
    refresh_catalogue(engine, BASE, state=False)
    assert graph_sizes(read(engine))[own.value] == 1
    assert number(read(engine), STATE, VOID.triples) == before
    refresh_catalogue(engine, BASE)
    assert number(read(engine), STATE, VOID.triples) == before + 1


def test_a_base_that_ends_in_a_hash() -> None:
    base = "https://example.org/id#"
    engine = EmbeddedEngine.memory()
    node = NamedNode(f"{base}a")
    engine.add([Quad(node, node, Literal("x"), NamedNode(f"{base}graph/own"))])
    refresh_catalogue(engine, base)
    found = read(engine, base)
    assert number(found, URIRef(f"{base}graph/catalogue/named/graph/own/graph"), VOID.triples) == 1
