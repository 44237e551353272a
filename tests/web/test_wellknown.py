"""``/.well-known/void`` and what the DCAT entry says of it."""

from __future__ import annotations

import warnings

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, FOAF, RDF, SH, VOID

STATE = URIRef("https://w3id.org/zielgraph/id/graph/catalogue/state")
HERE = "http://localhost/.well-known/void"
FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}


def fetch(client: FlaskClient, media: str = "text/turtle") -> Graph:
    response = client.get("/.well-known/void", headers={"Accept": media})
    assert response.status_code == 200
    assert response.mimetype == media
    assert "Accept" in response.headers["Vary"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own JSON-LD parser
        return Graph().parse(data=response.data, format=FORMATS[media])


@pytest.mark.parametrize("media", FORMATS)
def test_every_format_says_the_same(client: FlaskClient, media: str) -> None:
    graph = fetch(client, media)
    assert (URIRef(HERE), RDF.type, VOID.DatasetDescription) in graph
    assert (URIRef(HERE), FOAF.primaryTopic, STATE) in graph
    assert len(graph) == len(fetch(client))


def test_it_says_where_to_ask_and_what_to_load(client: FlaskClient) -> None:
    graph = fetch(client)
    assert list(graph.objects(STATE, VOID.sparqlEndpoint)) == [URIRef("http://localhost/sparql")]
    dumps = sorted(map(str, graph.objects(STATE, VOID.dataDump)))
    assert [dump.rpartition(".")[2] for dump in dumps] == ["jsonld", "nt", "rdf", "ttl"]
    for dump in dumps:
        assert client.get(dump).status_code == 200
    (root,) = graph.objects(STATE, VOID.rootResource)
    assert str(root) == "https://w3id.org/zielgraph/id/koeln/integration/system"


def test_it_holds_the_catalogue(client: FlaskClient) -> None:
    graph = fetch(client)
    (triples,) = graph.objects(STATE, VOID.triples)
    dump = Graph().parse(data=client.get("/data/dump.nt").data, format="nt")
    assert int(str(triples)) == len(dump)
    assert {str(name) for name in graph.objects(None, SH.prefix)} >= {"zg", "skos", "koeln-integration"}


def test_it_names_the_address_under_which_it_was_asked(client: FlaskClient) -> None:
    response = client.get("/.well-known/void", base_url="http://127.0.0.1:8000")
    graph = Graph().parse(data=response.data, format="turtle")
    assert list(graph.objects(STATE, VOID.sparqlEndpoint)) == [URIRef("http://127.0.0.1:8000/sparql")]


def test_browsers_are_sent_to_a_page(client: FlaskClient) -> None:
    response = client.get("/.well-known/void", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 303
    page = client.get(response.headers["Location"])
    assert page.status_code == 200
    assert "Katalog des Bestands" in page.text


def test_nothing_that_fits(client: FlaskClient) -> None:
    assert client.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406


def test_an_empty_store_says_where_to_ask(empty: FlaskClient) -> None:
    graph = fetch(empty)
    assert list(graph.objects(STATE, VOID.sparqlEndpoint)) == [URIRef("http://localhost/sparql")]
    assert not list(graph.objects(STATE, VOID.triples))


def test_the_dcat_entry_points_to_it(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get("/catalog.ttl").data, format="turtle")
    assert (URIRef("http://localhost/catalog#sparql"), DCAT.endpointDescription, URIRef(HERE)) in graph
