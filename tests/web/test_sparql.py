"""The SPARQL protocol: forms of request, negotiation, datasets, refusals."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.engine import Literal, parse, read_results
from zielgraph.settings import Settings
from zielgraph.web import create_app
from zielgraph.web.negotiate import ALL_GRAPHS
from zielgraph.web.negotiate import ROWS as ROW_FORMATS

SELECT = "SELECT ?m WHERE { ?m a <https://w3id.org/zielgraph/ontology#Measure> } ORDER BY ?m LIMIT 3"
CONSTRUCT = "CONSTRUCT { ?m a <urn:x> } WHERE { ?m a <https://w3id.org/zielgraph/ontology#Measure> } LIMIT 3"
ONTOLOGY = "https://w3id.org/zielgraph/id/graph/ontology"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ROWS = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv; charset=utf-8",
    "text/tab-separated-values": "text/tab-separated-values; charset=utf-8",
    "application/json": "application/sparql-results+json",
    "*/*": "application/sparql-results+json",
    "text/csv;q=0.3, application/sparql-results+xml;q=0.9": "application/sparql-results+xml",
    BROWSER: "text/html; charset=utf-8",
}
GRAPHS = {
    "text/turtle": ("text/turtle; charset=utf-8", "ttl"),
    "application/n-triples": ("application/n-triples", "nt"),
    "application/ld+json": ("application/ld+json", "jsonld"),
    "application/rdf+xml": ("application/rdf+xml", "rdf"),
    "application/trig": ("application/trig", "trig"),
    "application/n-quads": ("application/n-quads", "nq"),
    "*/*": ("text/turtle; charset=utf-8", "ttl"),
}


@pytest.mark.parametrize("accept", ROWS)
def test_select_and_ask_in_every_format(client: FlaskClient, accept: str) -> None:
    for query in (SELECT, "ASK { ?s ?p ?o }"):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        assert response.status_code == 200
        assert response.content_type == ROWS[accept]
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Accept" in response.headers["Vary"]
        assert response.data


@pytest.mark.parametrize("accept", GRAPHS)
def test_construct_and_describe_in_every_format(client: FlaskClient, accept: str) -> None:
    media, format = GRAPHS[accept]
    for query in (CONSTRUCT, "DESCRIBE <https://w3id.org/zielgraph/id/koeln/theme/wohnen>"):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        assert response.status_code == 200
        assert response.content_type == media
        assert len(list(parse(response.data, format))) >= 3


def test_the_formats_agree(client: FlaskClient) -> None:
    query = 'SELECT ?a ?b ?c ?d { VALUES (?a ?b ?c ?d) { (<urn:x> "ä\\n\\"<&\\t"@de 1.5 UNDEF) } }'

    def ask(format: str) -> bytes:
        return bytes(client.get("/sparql", query_string={"query": query, "format": format}).data)

    cells = json.loads(ask("json"))["results"]["bindings"][0]
    assert cells["a"] == {"type": "uri", "value": "urn:x"}
    assert cells["b"] == {"type": "literal", "value": 'ä\n"<&\t', "xml:lang": "de"}
    assert cells["c"] == {
        "type": "literal",
        "value": "1.5",
        "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
    }
    assert "d" not in cells
    assert list(csv.reader(io.StringIO(ask("csv").decode(), newline="")))[1] == [
        "urn:x",
        'ä\n"<&\t',
        "1.5",
        "",
    ]
    assert ask("tsv").decode().split("\n")[1].startswith('<urn:x>\t"ä\\n\\"<&\\t"@de\t')
    assert b"&lt;&amp;" in ask("xml")


TERMS = (
    '"ä\\n\\"<&\\t\\\\"@de',
    '"Zeile\\r\\nZeile\\rZeile"',
    '"😀 \\u202E \\u00A0"',
    '"  am Rand  "',
    '"x"^^<urn:datatype>',
    '"2019-12-31"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"kein Datum"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"1.50"^^<urn:money>',
    "<http://example.org/ä?a=b&c=d#e>",
    '""',
)


@pytest.mark.parametrize("term", [*TERMS, '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'])
def test_no_graph_format_changes_a_term(client: FlaskClient, term: str) -> None:
    query = f"CONSTRUCT {{ <urn:s> <urn:p> {term} }} WHERE {{}}"
    (expected,) = parse(f"<urn:s> <urn:p> {term} .", "ttl")
    for format in ALL_GRAPHS:
        response = client.get("/sparql", query_string={"query": query, "format": format})
        assert [quad.object for quad in parse(response.data, format)] == [expected.object]
    xml = client.get("/sparql", query_string={"query": query, "format": "rdf"}).data
    (element,) = (each for each in ET.fromstring(xml).iter() if each.tag.endswith("}p") or each.tag == "p")  # noqa: S314
    if isinstance(expected.object, Literal):  # as a parser that follows XML to the letter reads it
        assert (element.text or "") == expected.object.value


@pytest.mark.parametrize("term", TERMS)
def test_no_result_format_changes_a_term(client: FlaskClient, term: str) -> None:
    """Tables come as the engine gives them; it keeps numbers by value, so that 01 is 1 there."""
    (expected,) = parse(f"<urn:s> <urn:p> {term} .", "ttl")
    data = {
        format: client.get("/sparql", query_string={"query": f"SELECT ({term} AS ?x) {{}}", "format": format}).data
        for format in ROW_FORMATS
    }
    for format in ("json", "xml", "tsv"):
        (row,) = read_results(data[format], format)  # type: ignore[misc]
        assert row["x"] == expected.object
    value = str(expected.object.value)  # type: ignore[union-attr]
    assert json.loads(data["json"])["results"]["bindings"][0]["x"]["value"] == value
    assert ET.fromstring(data["xml"])[1][0][0][0].text == (value or None)  # noqa: S314
    assert list(csv.reader(io.StringIO(data["csv"].decode(), newline="")))[1:] == [[value] if value else []]


def test_post_in_both_ways(client: FlaskClient) -> None:
    by_get = client.get("/sparql", query_string={"query": SELECT}).json
    assert client.post("/sparql", data={"query": SELECT}).json == by_get
    direct = client.post("/sparql", data=SELECT.encode(), content_type="application/sparql-query; charset=utf-8")
    assert direct.json == by_get


def test_dataset_of_the_request(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def number(query: str, **graphs: str) -> int:
        response = client.get(
            "/sparql", query_string={"query": query, **{k.replace("_", "-"): v for k, v in graphs.items()}}
        )
        return int(response.json["results"]["bindings"][0]["n"]["value"])  # type: ignore[index]

    ontology = "https://w3id.org/zielgraph/id/graph/ontology"
    whole, part = number(count), number(count, default_graph_uri=ontology)
    assert whole > part > 0
    assert number("SELECT (COUNT(*) AS ?n) FROM <https://w3id.org/zielgraph/id/graph/ontology> { ?s ?p ?o }") == part
    assert number(count, default_graph_uri="http://127.0.0.1:1/nichts") == 0
    assert number("SELECT (COUNT(*) AS ?n) FROM <http://127.0.0.1:1/nichts> { ?s ?p ?o }") == 0
    assert number(count, named_graph_uri=ontology) == 0
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(named, named_graph_uri=ontology) == part
    assert number(named, default_graph_uri=ontology) == 0


@pytest.mark.parametrize(
    ("status", "method", "arguments"),
    [
        (400, "get", {"query_string": {"query": "SELECT * {"}}),
        (400, "get", {"query_string": "query=ASK{}&query=ASK{}"}),
        (400, "get", {"query_string": "query=ASK%7B%7D%FF"}),
        (400, "get", {"query_string": {"query": "ASK {}", "format": "pdf"}}),
        (400, "get", {"query_string": {"query": ""}}),
        (400, "get", {"query_string": {"query": "ASK {}", "default-graph-uri": "kein iri <>"}}),
        (400, "get", {"query_string": {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}}),
        (400, "get", {"query_string": {"query": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}}),
        (400, "get", {"query_string": {"query": "PREFIX a: <urn:a> # x\nDELETE WHERE { ?s ?p ?o }"}}),
        (400, "post", {"data": {}}),
        (400, "post", {"data": {"anfrage": "ASK {}"}}),
        (400, "post", {"data": b"ASK {} #\xff", "content_type": "application/sparql-query"}),
        (
            400,
            "post",
            {"data": b"ASK {}", "content_type": "application/sparql-query", "query_string": "query=ASK{}"},
        ),
        (415, "post", {"data": b"CLEAR ALL", "content_type": "application/sparql-update"}),
        (403, "post", {"data": {"update": "CLEAR ALL"}}),
        (403, "get", {"query_string": {"update": "CLEAR ALL"}}),
        (405, "put", {"data": b""}),
        (406, "get", {"query_string": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}),
        (406, "get", {"query_string": {"query": SELECT}, "headers": {"Accept": "text/turtle"}}),
        (413, "post", {"data": {"query": "ASK {} #" + "x" * 100_000}}),
        (413, "post", {"data": b"x" * 600_000, "content_type": "application/sparql-query"}),
        (415, "post", {"data": b"ASK {}", "content_type": "text/plain"}),
        (415, "post", {"data": b"ASK {}"}),
    ],
)
def test_refusals_are_problem_details(
    client: FlaskClient, status: int, method: str, arguments: dict[str, object]
) -> None:
    response = getattr(client, method)("/sparql", **arguments)
    assert response.status_code == status
    assert response.content_type.startswith("application/problem+json")
    body = response.get_json(force=True)
    assert body["status"] == status
    assert body["detail"]
    assert set(body) >= {"type", "title", "status", "detail"}


def test_too_many_rows_is_an_error_not_a_shorter_answer(koeln_folder: Path) -> None:
    small = create_app(settings.load({}, data=koeln_folder, max_rows=5)).test_client()
    for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        response = small.get("/sparql", query_string={"query": query})
        assert response.status_code == 400
        assert "mehr als 5 Zeilen" in response.get_json(force=True)["detail"]
    assert small.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o } LIMIT 5"}).status_code == 200
    assert small.get("/api/queries/open-measures").status_code == 400


def test_page_and_service_description(client: FlaskClient) -> None:
    page = client.get("/sparql", headers={"Accept": BROWSER})
    assert "<textarea" in page.text
    for accept in ("text/turtle", "*/*"):
        description = client.get("/sparql", headers={"Accept": accept})
        assert description.content_type == "text/turtle; charset=utf-8"
        assert "supportedLanguage" in description.text
    wrong = client.get("/sparql", query_string={"query": "SELECT"}, headers={"Accept": BROWSER})
    assert wrong.status_code == 400
    assert wrong.content_type.startswith("text/html")
    truth = client.get("/sparql", query_string={"query": "ASK {}"}, headers={"Accept": BROWSER})
    assert ">ja<" in truth.text


def test_the_page_shows_a_thousand_rows_and_leads_to_all_of_them(client: FlaskClient) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 1200"
    page = client.get(
        "/sparql", query_string={"query": query, "default-graph-uri": ONTOLOGY}, headers={"Accept": BROWSER}
    )
    assert page.text.count("<tr>") == 1001
    assert "1.200 Zeilen" in page.text
    links = [html.unescape(link) for link in re.findall(r'href="(/sparql[^"]*format=[^"]*)"', page.text)]
    assert len(links) == len(ROW_FORMATS)
    csv_link = next(link for link in links if "format=csv" in link)
    whole = client.get(csv_link, headers={"Accept": BROWSER})  # as a browser follows it
    assert whole.content_type == "text/csv; charset=utf-8"
    assert len(list(csv.reader(io.StringIO(whole.text, newline="")))) == 1201
    few = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": BROWSER})
    assert few.text.count("<tr>") == 4
    assert "1.200" not in few.text
    graph = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": BROWSER})
    assert graph.text.count("format=") == len(ALL_GRAPHS)
    assert "&lt;urn:x&gt;" in graph.text


def test_a_form_may_be_posted_for_the_page(client: FlaskClient) -> None:
    long = SELECT + " #" + "x" * 50_000
    page = client.post("/sparql", data={"query": long, "format": "html"})
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert page.text.count("<tr>") == 4


def test_other_sites_may_read_only_when_that_is_set(koeln_settings: Settings) -> None:
    client = create_app(replace(koeln_settings, cors_origin="*")).test_client()
    response = client.options(
        "/sparql", headers={"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert client.get("/sparql?query=ASK{}").headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/queries").headers.get("Access-Control-Allow-Origin") is None


def test_a_foreign_host_name_is_refused_on_loopback(client: FlaskClient, koeln_settings: Settings) -> None:
    """DNS rebinding: a page that points its own name to 127.0.0.1 must not reach the service."""
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/health", headers={"Host": "localhost:9000"}).status_code == 200
    behind = create_app(replace(koeln_settings, hosts=("ziele.stadt.example",))).test_client()
    assert behind.get("/health", headers={"Host": "ziele.stadt.example"}).status_code == 200
    open_to_all = create_app(replace(koeln_settings, host="0.0.0.0")).test_client()  # noqa: S104
    assert open_to_all.get("/health", headers={"Host": "ziele.stadt.example"}).status_code == 200


def test_long_get_within_the_limit(client: FlaskClient, koeln_settings: Settings) -> None:
    query = "ASK {} #" + quote("ä") * 3
    query += "x" * (koeln_settings.max_query_bytes - len(query))
    assert client.get("/sparql", query_string={"query": query}).status_code == 200
