"""The SPARQL 1.1 service description, computed from what this server offers.

https://www.w3.org/TR/sparql11-service-description/. The dataset with its sizes and the prefixes come from
``graph/catalogue``; users' own graphs are told by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from zielgraph.editions.catalogue import SD, VOID, catalogue_graph
from zielgraph.engine import Literal, NamedNode, Quad, Term, serialise
from zielgraph.sparql.managed import is_managed
from zielgraph.vocabulary import PREFIXES, RDF, SH, XSD
from zielgraph.web.cache import Finished, entity_tag
from zielgraph.web.current import State
from zielgraph.web.negotiate import ALL_GRAPHS, ROWS, content_type

_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {  # as https://www.w3.org/ns/formats/ names what the tables of formats have
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}
_SIMPLE = "http://www.w3.org/ns/entailment/Simple"
_TYPE = NamedNode(RDF + "type")
_DATASET = {_TYPE.value, *(SD + name for name in ("defaultGraph", "namedGraph", "name", "graph")), VOID + "triples"}
_PREFIX = {_TYPE.value, SH + "prefix", SH + "namespace"}


@dataclass(frozen=True, slots=True)
class Offer:
    """What the service can do: change data (under its own address), and ask other endpoints."""

    update: bool
    federation: bool


def service_description(state: State, offer: Offer, address: str, format: str) -> Finished:
    """The description of the endpoint at an address, in a format of ALL_GRAPHS."""
    quads = [*_service(address, offer), *_dataset(state, address)]
    prefixes = PREFIXES | {"sd": SD, "void": VOID, "formats": _FORMATS}
    body = serialise(sorted(set(quads), key=str), format, prefixes=prefixes)
    return Finished(
        body, content_type(ALL_GRAPHS[format]), entity_tag(body, format), state.info.name, "graph", format, len(quads)
    )


def _service(address: str, offer: Offer) -> Iterator[Quad]:
    service = NamedNode(address)
    yield Quad(service, _TYPE, NamedNode(SD + "Service"))
    yield _said(service, "endpoint", service)
    yield _said(service, "supportedLanguage", NamedNode(SD + "SPARQL11Query"))
    yield _said(service, "defaultEntailmentRegime", NamedNode(_SIMPLE))
    for format in (*ROWS, *ALL_GRAPHS):
        yield _said(service, "resultFormat", NamedNode(_FORMATS + _FORMAT_NAMES[format]))
    if offer.federation:
        yield _said(service, "feature", NamedNode(SD + "BasicFederatedQuery"))
    if offer.update:
        update = NamedNode(f"{address}/update")
        yield Quad(update, _TYPE, NamedNode(SD + "Service"))
        yield _said(update, "endpoint", update)
        yield _said(update, "supportedLanguage", NamedNode(SD + "SPARQL11Update"))
        yield _said(update, "feature", NamedNode(SD + "EmptyGraphs"))
        for format in ALL_GRAPHS:
            yield _said(update, "inputFormat", NamedNode(_FORMATS + _FORMAT_NAMES[format]))


def _dataset(state: State, address: str) -> Iterator[Quad]:
    """The default dataset, and the prefixes as declarations of the service."""
    service, root = NamedNode(address), catalogue_graph(state.base).value
    dataset, whole, named = f"{root}/dataset", f"{root}/state", f"{root}/named/"
    yield _said(service, "defaultDataset", NamedNode(dataset))
    quads = list(state.engine.quads(None, None, None, NamedNode(root)))
    # Users' graphs change without being counted anew: of them only the names are told, as they are now.
    names = {name: is_managed(name, state.base) for name in state.engine.graph_names()}
    counted = {
        str(quad.subject)[1:-1]: quad.object.value
        for quad in quads
        if quad.predicate.value == SD + "name" and isinstance(quad.object, NamedNode) and names.get(quad.object.value)
    }
    for quad in quads:
        subject, predicate = str(quad.subject)[1:-1], quad.predicate.value
        if subject == whole and predicate == SH + "declare":
            yield Quad(service, quad.predicate, quad.object)
        elif subject.startswith(f"{root}/prefix/"):
            if predicate in _PREFIX:
                yield Quad(quad.subject, quad.predicate, quad.object)
        elif predicate in _DATASET and (subject == whole or subject.removesuffix("/graph") in counted):
            yield Quad(quad.subject, quad.predicate, quad.object)
    yield Quad(NamedNode(dataset), _TYPE, NamedNode(SD + "Dataset"))
    yield _said(NamedNode(dataset), "defaultGraph", NamedNode(whole))
    yield Quad(NamedNode(whole), _TYPE, NamedNode(SD + "Graph"))
    for entry in counted:
        yield _said(NamedNode(dataset), "namedGraph", NamedNode(entry))
    for name in sorted(names.keys() - set(counted.values())):
        entry_node = NamedNode(named + sha256(name.encode()).hexdigest()[:16])
        yield _said(NamedNode(dataset), "namedGraph", entry_node)
        yield Quad(entry_node, _TYPE, NamedNode(SD + "NamedGraph"))
        yield _said(entry_node, "name", NamedNode(name))
    if not quads:
        yield from _prefixes(service, root)


def _prefixes(service: NamedNode, root: str) -> Iterator[Quad]:
    for prefix, namespace in PREFIXES.items():
        declared = NamedNode(f"{root}/prefix/{prefix}")
        yield Quad(service, NamedNode(SH + "declare"), declared)
        yield Quad(declared, NamedNode(SH + "prefix"), Literal(prefix))
        yield Quad(declared, NamedNode(SH + "namespace"), Literal(namespace, datatype=NamedNode(XSD + "anyURI")))


def _said(subject: NamedNode, name: str, value: Term) -> Quad:
    return Quad(subject, NamedNode(SD + name), value)
