"""The service description: what https://www.w3.org/TR/sparql11-service-description/ asks for, and only what is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.access import Tokens
from zielgraph.editions.catalogue import catalogue_graph
from zielgraph.engine import DefaultGraph, Literal, NamedNode, Quad, canonical, parse
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.vocabulary import PREFIXES, RDF, SH
from zielgraph.web import create_app
from zielgraph.web.negotiate import ALL_GRAPHS, ROWS

SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
HERE = "http://localhost/sparql"
FORMATS = "http://www.w3.org/ns/formats/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Description:
    """The description as sets of values."""

    def __init__(self, data: bytes, format: str = "ttl") -> None:
        self.quads = list(parse(data, format))

    def values(self, subject: str, predicate: str) -> set[str]:
        return {
            quad.object.value
            for quad in self.quads
            if str(quad.subject) == f"<{subject}>"
            and quad.predicate.value == predicate
            and isinstance(quad.object, NamedNode | Literal)
        }


def described(client: FlaskClient) -> Description:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.mimetype) == (200, "text/turtle")
    return Description(response.data)


@pytest.fixture
def quiet(koeln_settings: Settings) -> Iterator[list[Flask]]:
    """Applications to be closed at the end."""
    made: list[Flask] = []
    yield made
    for app in made:
        app.extensions["zielgraph.close"]()


def client_of(quiet: list[Flask], wanted: Settings) -> FlaskClient:
    quiet.append(create_app(replace(wanted, access_log="")))
    return quiet[-1].test_client()


# The three tests of the W3C suite


@pytest.mark.parametrize(("format", "media"), ALL_GRAPHS.items())
def test_returns_rdf(client: FlaskClient, format: str, media: str) -> None:
    response = client.get("/sparql", headers={"Accept": media})
    assert (response.status_code, response.mimetype) == (200, media)
    assert len(list(parse(response.data, format))) > 50


def test_has_endpoint_triple(client: FlaskClient) -> None:
    found = described(client)
    assert found.values(HERE, SD + "endpoint") == {HERE}
    assert found.values(HERE, RDF + "type") == {SD + "Service"}


def test_conforms_to_the_schema(client: FlaskClient) -> None:
    """Domains and ranges of the vocabulary: every node that a property joins has the class the schema gives it."""
    found = described(client)
    expected = {
        "endpoint": ("Service", None),
        "supportedLanguage": ("Service", None),
        "resultFormat": ("Service", None),
        "inputFormat": ("Service", None),
        "feature": ("Service", None),
        "defaultDataset": ("Service", "Dataset"),
        "defaultEntailmentRegime": ("Service", None),
        "defaultGraph": ("Dataset", "Graph"),
        "namedGraph": ("Dataset", "NamedGraph"),
        "name": ("NamedGraph", None),
        "graph": ("NamedGraph", "Graph"),
    }
    used = {quad.predicate.value.removeprefix(SD) for quad in found.quads if quad.predicate.value.startswith(SD)}
    assert used <= set(expected)
    assert {"endpoint", "supportedLanguage", "resultFormat", "defaultDataset", "defaultGraph", "namedGraph"} <= used
    for quad in found.quads:
        ends = expected.get(quad.predicate.value.removeprefix(SD), (None, None))
        for node, kind in zip((quad.subject, quad.object), ends, strict=True):
            if kind:
                assert SD + kind in found.values(str(node)[1:-1], RDF + "type")


# What this service says of itself


def test_every_format_says_the_same(client: FlaskClient) -> None:
    texts = {
        format: canonical(
            Quad(*quad.triple) for quad in parse(client.get("/sparql", headers={"Accept": media}).data, format)
        )
        for format, media in ALL_GRAPHS.items()
    }
    assert len({tuple(lines) for lines in texts.values()}) == 1


def test_every_result_format_is_one_that_is_given(client: FlaskClient) -> None:
    names = {iri.removeprefix(FORMATS) for iri in described(client).values(HERE, SD + "resultFormat")}
    rows = {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"}
    assert names == rows | {"Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD"}
    assert len(names) == len(ROWS) + len(ALL_GRAPHS)


def test_update_is_described_where_it_is_possible(quiet: list[Flask], koeln_settings: Settings) -> None:
    update = f"{HERE}/update"
    inside = described(client_of(quiet, koeln_settings))
    assert inside.values(HERE, SD + "supportedLanguage") == {SD + "SPARQL11Query"}
    assert inside.values(update, SD + "supportedLanguage") == {SD + "SPARQL11Update"}
    assert inside.values(update, SD + "endpoint") == {update}
    outside = described(client_of(quiet, replace(koeln_settings, public=True)))
    assert SD + "SPARQL11Update" not in {str(quad.object)[1:-1] for quad in outside.quads}


def test_federation_is_a_feature_only_where_it_is_allowed(quiet: list[Flask], koeln_settings: Settings) -> None:
    assert described(client_of(quiet, koeln_settings)).values(HERE, SD + "feature") == set()
    federated = client_of(quiet, replace(koeln_settings, service_hosts=("a.example",)))
    assert described(federated).values(HERE, SD + "feature") == {SD + "BasicFederatedQuery"}


def numbers(client: FlaskClient, query: str) -> dict[str, str]:
    rows = client.get("/sparql", query_string={"query": query}).get_json(force=True)["results"]["bindings"]
    return {row["g"]["value"] if "g" in row else "": row["n"]["value"] for row in rows}


def test_the_dataset_is_the_one_that_is_asked(client: FlaskClient, koeln_settings: Settings) -> None:
    found = described(client)
    (dataset,) = found.values(HERE, SD + "defaultDataset")
    (default,) = found.values(dataset, SD + "defaultGraph")
    counted = numbers(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert found.values(default, VOID + "triples") == {counted[""]}
    graphs = {}
    for entry in found.values(dataset, SD + "namedGraph"):
        (name,) = found.values(entry, SD + "name")
        graphs[name] = [
            size for part in found.values(entry, SD + "graph") for size in found.values(part, VOID + "triples")
        ]
    real = numbers(client, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert graphs.pop(catalogue_graph(koeln_settings.base).value) == []  # it does not count itself
    del real[catalogue_graph(koeln_settings.base).value]
    assert graphs == {name: [size] for name, size in real.items()}


def test_own_graphs_are_told_by_name(quiet: list[Flask], koeln_copy: Path) -> None:
    wanted = settings.load({}, data=koeln_copy)
    with DataFolder(wanted.data, base=wanted.base).write() as draft:
        draft.engine.add([Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"), NamedNode("urn:own"))])
        draft.action = "update SPARQL"
    found = described(client_of(quiet, wanted))
    (dataset,) = found.values(HERE, SD + "defaultDataset")
    names = {
        name: entry for entry in found.values(dataset, SD + "namedGraph") for name in found.values(entry, SD + "name")
    }
    assert found.values(names["urn:own"], SD + "graph") == set()
    assert len(names) > 5


def test_prefixes_are_declared(client: FlaskClient) -> None:
    found = described(client)
    declared = {}
    for node in found.values(HERE, SH + "declare"):
        (prefix,), (namespace,) = found.values(node, SH + "prefix"), found.values(node, SH + "namespace")
        declared[prefix] = namespace
    assert declared.items() >= PREFIXES.items()


def test_a_store_without_a_catalogue_is_described_by_names(quiet: list[Flask], tmp_path: Path) -> None:
    wanted = settings.load({}, data=tmp_path / "own")
    client = client_of(quiet, wanted)
    assert described(client).values(HERE, SD + "endpoint") == {HERE}
    folder = DataFolder(wanted.data, base=wanted.base)
    with folder.write() as draft:
        s, p = NamedNode("urn:s"), NamedNode("urn:p")
        draft.engine.add([Quad(s, p, s, NamedNode("urn:mine")), Quad(s, p, s, DefaultGraph())])
        draft.action = "test"
    found = described(client)  # the commit is noticed
    (dataset,) = found.values(HERE, SD + "defaultDataset")
    names = {name for entry in found.values(dataset, SD + "namedGraph") for name in found.values(entry, SD + "name")}
    assert names == {"urn:mine"}
    assert found.values(HERE, SH + "declare")


def test_it_is_kept_tagged_and_follows_the_address(client: FlaskClient) -> None:
    first = client.get("/sparql")
    assert first.mimetype == "text/turtle"
    assert client.get("/sparql", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    other = client.get("/sparql", base_url="http://127.0.0.1:9000/dienst")
    assert Description(other.data).values("http://127.0.0.1:9000/dienst/sparql", SD + "endpoint")


def test_browsers_get_the_editor(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER})
    assert page.mimetype == "text/html"
    assert "<textarea" in page.text
    refused = client.get("/sparql", headers={"Accept": "text/csv"})
    assert (refused.status_code, refused.mimetype) == (406, "application/problem+json")


def test_a_graph_of_the_users_own_is_told_at_once_over_http(tmp_path: Path, quiet: list[Flask]) -> None:
    """Through the whole service: the update commits, the kept description goes, and its tag with it."""
    client = client_of(quiet, settings.load({}, data=tmp_path, rate=0))
    token = {"Authorization": f"Bearer {Tokens(tmp_path).create('schreiber', 'write')}"}
    turtle = {"Accept": "text/turtle"}
    before = client.get("/sparql", headers=turtle)
    assert b"urn:own" not in before.data
    update = "INSERT DATA { GRAPH <urn:own> { <urn:s> <urn:p> 1 } }"
    assert client.post("/sparql/update", data={"update": update}, headers=token).status_code == 204
    known = {"If-None-Match": before.headers["ETag"]}
    after = client.get("/sparql", headers=turtle | known)
    assert (after.status_code, after.headers["ETag"] != before.headers["ETag"]) == (200, True)
    found = [str(quad.object) for quad in parse(after.data, "ttl") if quad.predicate.value == f"{SD}name"]
    assert found == ["<urn:own>"]
    again = client.get("/sparql", headers=turtle | {"If-None-Match": after.headers["ETag"]})
    assert again.status_code == 304
