"""``graph/catalogue``: what the store holds, counted, as VoID, with the graphs and the prefixes to use.

Editors read from it which classes, properties and prefixes there are; the service description takes its numbers from
it, so that nobody has to count again while the service runs. No blank nodes; every IRI begins with that of the graph::

    <graph/catalogue> a void:DatasetDescription ; foaf:primaryTopic <graph/catalogue/state> ; foaf:topic <…/dataset> .
    <…/state> a void:Dataset, sd:Graph ; void:triples 11326 ; void:entities …, distinctSubjects, distinctObjects,
        classes, properties, uriSpace, vocabulary … ; dcterms:title, description, modified ;
        void:classPartition <…/class/zg/Measure> ; void:propertyPartition <…/property/zg/status> ;
        sh:declare <…/prefix/zg> .
    <…/class/zg/Measure> void:class zg:Measure ; void:entities 44 ;
        void:propertyPartition <…/class/zg/Measure/zg/status> .
    <…/property/zg/status> void:property zg:status ; void:triples 46 .
    <…/prefix/zg> sh:prefix "zg" ; sh:namespace "https://w3id.org/zielgraph/ontology#"^^xsd:anyURI .
    <…/dataset> a sd:Dataset, void:Dataset ; sd:defaultGraph <…/state> ; void:subset <…/state>, <…/named/X/graph> ;
        sd:namedGraph <…/named/X> .
    <…/named/X> a sd:NamedGraph ; sd:name <{base}X> ; sd:graph <…/named/X/graph> .
    <…/named/X/graph> a sd:Graph, void:Dataset ; void:triples 4605 .

The catalogue does not count itself. ``dcterms:modified`` is the day of the newest edition or decision, no clock.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from zielgraph.engine import DefaultGraph, Engine, Literal, NamedNode, Quad, QuerySolutions, Term
from zielgraph.lifting.writer import TYPE, Writer, zg
from zielgraph.vocabulary import DCTERMS, FOAF, PREFIXES, RDF, SH, XSD

VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
_DECLARED = {**PREFIXES, "void": VOID, "sd": SD}
_SEGMENT = re.compile(r"[\w.~-]+(?:/[\w.~-]+)*", re.ASCII)
_INTEGER = NamedNode(XSD + "integer")
_DEFAULT = DefaultGraph()

_TOTALS = (
    "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?distinctSubjects) (COUNT(DISTINCT ?o) AS ?distinctObjects) "
    "WHERE { ?s ?p ?o }"
)
_ENTITIES = f"SELECT (COUNT(DISTINCT ?s) AS ?entities) WHERE {{ ?s <{RDF}type> ?class }}"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?triples) WHERE { ?s ?property ?o } GROUP BY ?property"
_CLASSES = f"SELECT ?class (COUNT(*) AS ?entities) WHERE {{ ?s <{RDF}type> ?class }} GROUP BY ?class"
# the sub-selects make the engine read everything once instead of looking up each thing again for each of its classes
_USES = (
    f"SELECT ?class ?property (COUNT(*) AS ?triples) WHERE {{ {{ SELECT ?s ?class WHERE {{ ?s <{RDF}type> ?class }} }} "
    "{ SELECT ?s ?property WHERE { ?s ?property ?o } } } GROUP BY ?class ?property"
)
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"

_TITLE = {"de": "Aktueller Stand aller Zielsysteme", "en": "Current state of all goal systems"}
_DESCRIPTION = {
    "de": "Die neueste Ausgabe jedes Zielsystems mit Verzeichnis, Ontologie und den Entscheidungen, die gelten.",
    "en": "The newest edition of every goal system with register, ontology and the decisions in force.",
}
_ALL_TITLE = {"de": "Alle Graphen des Bestands", "en": "All graphs of the store"}


def catalogue_graph(base: str) -> NamedNode:
    """Named graph of the catalogue."""
    return NamedNode(base + "graph/catalogue")


def refresh_catalogue(engine: Engine, base: str, *, state: bool = True) -> None:
    """Compose ``graph/catalogue`` anew from what the store holds now. The last thing before a commit.

    ``state=False``: the default graph has not changed, only the named graphs are counted again.
    """
    graph = catalogue_graph(base)
    kept = []
    if not state:
        own = (f"{graph.value}/dataset", f"{graph.value}/named/")
        kept = [q for q in engine.quads(None, None, None, graph) if not str(q.subject)[1:-1].startswith(own)]
    quads = [*(kept or _state_quads(engine, base)), *_dataset_quads(engine, base)]
    engine.clear(graph)
    engine.add(sorted(quads, key=str))


def _state_quads(engine: Engine, base: str) -> list[Quad]:
    """What the default graph holds, and the prefixes."""
    graph = catalogue_graph(base)
    writer, root = Writer(graph), graph.value
    add, whole = writer.add, NamedNode(f"{root}/state")
    add(graph, TYPE, _void("DatasetDescription"))
    add(graph, NamedNode(FOAF + "primaryTopic"), whole)
    add(graph, NamedNode(FOAF + "topic"), NamedNode(f"{root}/dataset"))
    add(graph, NamedNode(DCTERMS + "title"), Literal("Katalog des Bestands", language="de"))
    add(graph, NamedNode(DCTERMS + "title"), Literal("Catalogue of the store", language="en"))
    add(whole, TYPE, _void("Dataset"), NamedNode(SD + "Graph"))
    for name, texts in (("title", _TITLE), ("description", _DESCRIPTION)):
        add(whole, NamedNode(DCTERMS + name), *(Literal(text, language=lang) for lang, text in texts.items()))
    if last := _last_day(engine):
        add(whole, NamedNode(DCTERMS + "modified"), last)
    add(whole, _void("uriSpace"), Literal(base))
    used, classes = dict(_counted(engine, _PROPERTIES)), dict(_counted(engine, _CLASSES))
    for query in (_TOTALS, _ENTITIES):
        for row in _rows(engine, query):
            for name, number in row.items():
                add(whole, _void(name), number)
    add(whole, _void("properties"), _number(len(used)))
    add(whole, _void("classes"), _number(len(classes)))
    terms = [iri for iris in (*used, *classes) for iri in iris]
    for namespace in _DECLARED.values():
        if any(term.startswith(namespace) for term in terms):
            add(whole, _void("vocabulary"), NamedNode(namespace))
    for (iri,), triples in used.items():
        part = NamedNode(f"{root}/property/{_segment(iri, base)}")
        _part(writer, whole, "propertyPartition", part, iri, triples)
    for (iri,), entities in classes.items():
        _part(writer, whole, "classPartition", NamedNode(f"{root}/class/{_segment(iri, base)}"), iri, entities)
    for (its_class, iri), triples in _counted(engine, _USES):
        within = NamedNode(f"{root}/class/{_segment(its_class, base)}")
        part = NamedNode(f"{within.value}/{_segment(iri, base)}")
        _part(writer, within, "propertyPartition", part, iri, triples)
    for prefix, namespace in {**_DECLARED, **_systems(engine)}.items():
        declared = NamedNode(f"{root}/prefix/{prefix}")
        add(whole, NamedNode(SH + "declare"), declared)
        add(declared, TYPE, NamedNode(SH + "PrefixDeclaration"))
        add(declared, NamedNode(SH + "prefix"), Literal(prefix))
        add(declared, NamedNode(SH + "namespace"), Literal(namespace, datatype=NamedNode(XSD + "anyURI")))
    return writer.quads


def _part(writer: Writer, whole: NamedNode, kind: str, part: NamedNode, iri: str, number: Term) -> None:
    """One partition: by class with its entities, or by property with its triples."""
    counted, term = ("entities", "class") if kind == "classPartition" else ("triples", "property")
    writer.add(whole, _void(kind), part)
    writer.add(part, TYPE, _void("Dataset"))
    writer.add(part, _void(term), NamedNode(iri))
    writer.add(part, _void(counted), number)


def _dataset_quads(engine: Engine, base: str) -> list[Quad]:
    """The default graph and every named graph but the catalogue, with their sizes."""
    graph = catalogue_graph(base)
    writer, root = Writer(graph), graph.value
    add, whole, state = writer.add, NamedNode(f"{root}/dataset"), NamedNode(f"{root}/state")
    add(whole, TYPE, NamedNode(SD + "Dataset"), _void("Dataset"))
    add(whole, NamedNode(DCTERMS + "title"), *(Literal(text, language=lang) for lang, text in _ALL_TITLE.items()))
    add(whole, NamedNode(SD + "defaultGraph"), state)
    add(whole, _void("subset"), state)
    for (name,), triples in _counted(engine, _GRAPHS):
        if name == graph.value:
            continue
        entry = NamedNode(f"{root}/named/{_segment(name, base)}")
        content = NamedNode(f"{entry.value}/graph")
        add(whole, NamedNode(SD + "namedGraph"), entry)
        add(whole, _void("subset"), content)
        add(entry, TYPE, NamedNode(SD + "NamedGraph"))
        add(entry, NamedNode(SD + "name"), NamedNode(name))
        add(entry, NamedNode(SD + "graph"), content)
        add(content, TYPE, NamedNode(SD + "Graph"), _void("Dataset"))
        add(content, _void("triples"), triples)
    return writer.quads


def _void(name: str) -> NamedNode:
    return NamedNode(VOID + name)


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)


def _rows(engine: Engine, sparql: str) -> Iterator[dict[str, Term]]:
    """The solutions by name."""
    found = engine.query(sparql)
    if not isinstance(found, QuerySolutions):
        raise TypeError("a table was expected")
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield {name: term for name in names if (term := solution[name]) is not None}


def _counted(engine: Engine, sparql: str) -> Iterator[tuple[tuple[str, ...], Term]]:
    """The IRIs that are counted and their number, which comes last; what has no IRI is left out."""
    for row in _rows(engine, sparql):
        *terms, number = row.values()
        if all(isinstance(term, NamedNode) for term in terms):
            yield tuple(str(term)[1:-1] for term in terms), number


def _last_day(engine: Engine) -> Literal | None:
    """The day of the newest edition or decision in the state."""
    days = [
        quad.object
        for name in ("asOf", "decidedOn")
        for quad in engine.quads(None, zg(name), None, _DEFAULT)
        if isinstance(quad.object, Literal)
    ]
    return max(days, key=lambda each: each.value, default=None)


def _systems(engine: Engine) -> dict[str, str]:
    """A prefix for the things of every goal system, such as ``koeln-integration``."""
    found = {}
    for quad in engine.quads(None, TYPE, zg("GoalSystem"), _DEFAULT):
        root = quad.subject.value.rpartition("/")[0] if isinstance(quad.subject, NamedNode) else ""
        if len(parts := root.split("/")) > 2:
            found["-".join(parts[-2:]).replace("_", "-")] = f"{root}/"
    return found


def _segment(iri: str, base: str) -> str:
    """A path for an IRI within the catalogue's: relative to the base or by its prefix, else a hash of it."""
    for prefix, namespace in {"": base, **_DECLARED}.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and _SEGMENT.fullmatch(rest):
            return f"{prefix}/{rest}".lstrip("/")
    return hashlib.sha256(iri.encode()).hexdigest()[:20]
