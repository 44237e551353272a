"""A DCAT entry for the data set: what it is, which editions it holds, where to get it.

A first form: titles, dates, formats and the SPARQL service. Publisher, contact and licence of the city, and with
them the full DCAT-AP.de profile, come with publishing.
"""

from __future__ import annotations

from zielgraph.engine import Engine, Literal, NamedNode, Quad
from zielgraph.store import SnapshotInfo
from zielgraph.vocabulary import DCAT, DCTERMS, RDF, RDFS, XSD, ZG

_EU = "http://publications.europa.eu/resource/authority/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_FORMATS = (
    ("ttl", "RDF_TURTLE", "text/turtle"),
    ("jsonld", "JSON_LD", "application/ld+json"),
    ("rdf", "RDF_XML", "application/rdf+xml"),
    ("nt", "RDF_N_TRIPLES", "application/n-triples"),
)


def catalogue_quads(engine: Engine, info: SnapshotInfo, site: str) -> list[Quad]:
    """Triples of the catalogue (graph: the default graph). ``site`` is the service's address, ending in /."""
    quads: list[Quad] = []

    def add(subject: str, predicate: str, *objects: NamedNode | Literal) -> None:
        quads.extend(Quad(NamedNode(subject), NamedNode(predicate), each) for each in objects)

    def iri(value: str) -> NamedNode:
        return NamedNode(value)

    catalogue, service = f"{site}catalog", f"{site}catalog#sparql"
    add(catalogue, RDF + "type", iri(DCAT + "Catalog"))
    add(catalogue, DCTERMS + "title", Literal("Zielsysteme als Linked Data", language="de"))
    add(catalogue, DCTERMS + "title", Literal("Goal systems as linked data", language="en"))
    add(catalogue, DCTERMS + "language", iri(_EU + "language/DEU"))
    add(catalogue, DCAT + "themeTaxonomy", iri(_EU + "data-theme"))
    add(catalogue, DCAT + "service", iri(service))
    add(service, RDF + "type", iri(DCAT + "DataService"))
    add(
        service, DCTERMS + "title", Literal("SPARQL-Endpunkt", language="de"), Literal("SPARQL endpoint", language="en")
    )
    add(service, DCAT + "endpointURL", iri(f"{site}sparql"))
    add(service, DCAT + "endpointDescription", iri(f"{site}sparql"), iri(f"{site}.well-known/void"))
    add(service, DCTERMS + "conformsTo", iri("http://www.w3.org/TR/sparql11-protocol/"))
    for (city, system), edition in sorted(info.newest().items()):
        dataset = f"{info.base}{city}/{system}/dataset"
        add(catalogue, DCAT + "dataset", iri(dataset))
        add(service, DCAT + "servesDataset", iri(dataset))
        add(dataset, RDF + "type", iri(DCAT + "Dataset"))
        for quad in engine.quads(iri(f"{info.base}{city}/{system}/system"), iri(RDFS + "label"), None, None):
            if isinstance(quad.object, Literal):
                add(dataset, DCTERMS + "title", quad.object)
        add(
            dataset,
            DCTERMS + "description",
            Literal("Ziele, Maßnahmen, Sachstand und beteiligte Akteure als Wissensgraph.", language="de"),
            Literal("Goals, measures, progress and actors involved as a knowledge graph.", language="en"),
        )
        add(dataset, DCTERMS + "identifier", Literal(f"{city}/{system}"))
        add(dataset, DCTERMS + "modified", Literal(edition.date, datatype=iri(XSD + "date")))
        add(dataset, DCTERMS + "conformsTo", iri(ZG.rstrip("#")))
        add(dataset, DCAT + "theme", iri(_EU + "data-theme/SOCI"), iri(_EU + "data-theme/GOVE"))
        for name, file_type, media in _FORMATS:
            distribution = f"{dataset}/{name}"
            add(dataset, DCAT + "distribution", iri(distribution))
            add(distribution, RDF + "type", iri(DCAT + "Distribution"))
            add(distribution, DCTERMS + "title", Literal(file_type.replace("_", " ")))
            add(distribution, DCAT + "accessURL", iri(f"{site}data/dump.{name}"))
            add(distribution, DCAT + "downloadURL", iri(f"{site}data/dump.{name}"))
            add(distribution, DCTERMS + "format", iri(f"{_EU}file-type/{file_type}"))
            add(distribution, DCAT + "mediaType", iri(_MEDIA + media))
    return [quad for _, quad in sorted({str(q): q for q in quads}.items())]
