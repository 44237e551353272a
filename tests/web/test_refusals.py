"""Refusals help: where the text cannot be read, why it took too long, and what to ask instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph.engine import parse
from zielgraph.errors import (
    AccessDenied,
    Managed,
    OutOfMemory,
    QueryError,
    ServiceBusy,
    StoreError,
    TimedOut,
    TooLarge,
    ZielgraphError,
)
from zielgraph.settings import Settings
from zielgraph.web import create_app
from zielgraph.web.problems import TYPES
from zielgraph.workers import Job, Reply

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) = CONCAT(STR(?f), STR(?i))) }"


@pytest.fixture(scope="module")
def strict(koeln_settings: Settings) -> Iterator[FlaskClient]:
    """An application with tight limits."""
    app = create_app(replace(koeln_settings, query_seconds=2, max_rows=5, access_log="", rate=0))
    yield app.test_client()
    app.extensions["zielgraph.close"]()


def refused(client: FlaskClient, status: int, query: str, **more: str) -> dict[str, Any]:
    """The problem that answers a query."""
    response = client.get("/sparql", query_string={"query": query, **more})
    assert (response.status_code, response.content_type) == (status, "application/problem+json; charset=utf-8")
    body: dict[str, Any] = response.get_json(force=True)
    assert body["status"] == status
    assert set(body) >= {"type", "title", "detail"}
    return body


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT *\n{ ?s ?p ?o }\nLIMIT x", 3, None),
        ("SELECT ?x WHERE {\n  ?x ?y }", 2, None),
        ("SELEKT ?x {}", 1, 1),
        ('SELECT * { ?s ?p "x }', 1, 18),
    ],
)
def test_a_syntax_error_has_its_place(client: FlaskClient, query: str, line: int, column: int | None) -> None:
    body = refused(client, 400, query)
    assert body["type"] == f"{TYPES}syntax"
    assert body["line"] == line
    assert column is None or body["column"] == column
    assert f"Zeile {line}" in body["detail"]


def test_what_could_stand_there_is_named(client: FlaskClient) -> None:
    body = refused(client, 400, "SELECT * { ?s ?p ?o } ORDER ?s")
    assert "BY" in body["expected"]
    assert "BY" in body["detail"]


@pytest.mark.parametrize(
    ("prefix", "line"),
    [
        ("zg", "PREFIX zg: <https://w3id.org/zielgraph/ontology#>"),
        ("rdfs", "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"),
        ("rfds", "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"),
    ],
)
def test_an_undeclared_prefix_gets_its_line(client: FlaskClient, prefix: str, line: str) -> None:
    query = f"SELECT ?x {{\n ?x a {prefix}:Measure }}"
    body = refused(client, 400, query)
    assert (body["prefix"], body["line"], body["suggestion"]) == (prefix, 2, line)
    mended = f"{line}\n{query}".replace(f"{prefix}:Measure", f"{line.split()[1]}Measure")
    assert client.get("/sparql", query_string={"query": mended}).status_code == 200
    page = client.get("/sparql", query_string={"query": query}, headers={"Accept": BROWSER})
    assert page.status_code == 400
    assert line.replace("<", "&lt;").replace(">", "&gt;") in page.text


def test_an_unknown_prefix_has_no_made_up_line(client: FlaskClient) -> None:
    body = refused(client, 400, "SELECT ?x { ?x a quatsch:Ding }")
    assert body["prefix"] == "quatsch"
    assert "suggestion" not in body


def test_an_update_is_shown_its_address(client: FlaskClient) -> None:
    body = refused(client, 400, "PREFIX a: <urn:a> # x\nDELETE WHERE { ?s ?p ?o }")
    assert "/sparql/update" in body["detail"]
    assert body["type"] == f"{TYPES}query"


def test_a_long_text_of_nothing_is_refused_quickly(client: FlaskClient) -> None:
    """None of the expressions that look at a text may go back and forth over it."""
    for text in (
        " " * 90_000,
        "PREFIX" + " " * 90_000,
        "PREFIX " + "a" * 90_000,
        "BASE <" * 15_000,
        "a.b" * 30_000,
        "PREFIX " * 12_000,
        '"\\' * 45_000,
        "# \n" * 30_000,
    ):
        refused(client, 400, text)


def test_a_timeout_has_a_cause_and_a_shorter_query(strict: FlaskClient) -> None:
    body = refused(strict, 504, CROSS, **{"default-graph-uri": "https://w3id.org/zielgraph/id/graph/ontology"})
    assert body["type"] == f"{TYPES}timeout"
    assert re.search(r"\?[a-i]", body["cause"])
    link = urlsplit(body["limited"])
    given = parse_qs(link.query)
    assert given["query"] == [f"{CROSS}\nLIMIT 100"]
    assert given["default-graph-uri"] == ["https://w3id.org/zielgraph/id/graph/ontology"]
    assert (link.path, link.netloc) == ("/sparql", "localhost")
    page = strict.get("/sparql", query_string={"query": CROSS, "timeout": "0.5"}, headers={"Accept": BROWSER})
    assert (page.status_code, page.mimetype) == (504, "text/html")
    assert "LIMIT+100" in page.text


def test_less_time_than_the_setting(client: FlaskClient) -> None:
    body = refused(client, 504, CROSS, timeout="0.3")
    assert "0.3" in body["detail"] or "0,3" in body["detail"]


def test_too_many_rows(strict: FlaskClient) -> None:
    for query in ("SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        body = refused(strict, 400, query)
        assert body["type"] == f"{TYPES}too-large"
        assert "5 Zeilen" in body["detail"]
        assert parse_qs(urlsplit(body["limited"]).query)["query"] == [f"{query}\nLIMIT 100"]
    assert "limited" not in refused(strict, 400, "SELECT * { ?s ?p ?o } LIMIT 7")


class Failing:
    """A pool in which every job fails in the same way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def run(self, job: Job, *, client: str = "", seconds: float | None = None) -> Reply:
        raise self._error


@pytest.fixture(scope="module")
def own(koeln_settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(koeln_settings, access_log="", rate=0, cors_origin="https://x.example"))
    yield app
    app.extensions["zielgraph.close"]()


@pytest.mark.parametrize(
    ("error", "status", "kind", "headers"),
    [
        (QueryError("geht nicht"), 400, "query", {}),
        (OutOfMemory("zu viel Speicher"), 400, "memory", {}),
        (TooLarge("zu groß"), 400, "too-large", {}),
        (TimedOut("zu lang", "Kreuzprodukt."), 504, "timeout", {}),
        (ServiceBusy("voll", 7), 503, "busy", {"Retry-After": "7"}),
        (ServiceBusy("zu oft", 3, 429), 429, "busy", {"Retry-After": "3"}),
        (AccessDenied("wer?", 401), 401, "access", {"WWW-Authenticate": 'Bearer realm="zielgraph"'}),
        (AccessDenied("nein"), 403, "access", {}),
        (Managed("verwaltet"), 409, "managed", {}),
        (StoreError("kaputt"), 503, "store", {}),
        (RuntimeError("ein Fehler im Programm"), 500, "", {}),
    ],
)
def test_every_error_is_an_answer(
    own: Flask, error: Exception, status: int, kind: str, headers: dict[str, str]
) -> None:
    own.extensions["zielgraph.endpoint"]._pool = Failing(error)
    client, query = own.test_client(), {"query": f"ASK {{}} # {status} {kind}"}
    for response in (
        client.get("/sparql", query_string=query),
        client.post("/sparql", data=query),
        client.get("/sparql", query_string={**query, "format": "csv"}),
    ):
        assert (response.status_code, response.mimetype) == (status, "application/problem+json")
        body = response.get_json(force=True)
        assert body["type"] == (TYPES + kind if kind else "about:blank")
        assert "Traceback" not in response.text
        assert "im Programm" not in response.text
        assert headers.items() <= dict(response.headers).items()
        assert response.headers["Access-Control-Allow-Origin"] == "https://x.example"
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
    for format in ("", "csv"):
        page = client.get("/sparql", query_string={**query, "format": format}, headers={"Accept": BROWSER})
        assert (page.status_code, page.mimetype) == (status, "text/html")
        if isinstance(error, ZielgraphError):
            assert str(error) in page.text
            assert headers.items() <= dict(page.headers).items()


def test_what_nobody_can_read_is_said_with_what_there_is(client: FlaskClient) -> None:
    for query, accept in (
        ("ASK {}", "image/png"),
        ("ASK {}", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"),
    ):
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
        assert response.status_code == 406
        body = response.get_json(force=True)
        assert {"text/csv", "text/turtle", "application/n-quads"} <= set(body["formats"])


@pytest.mark.parametrize("character", ["\\u0001", "\\u000B", "\\uFFFE"])
def test_characters_that_xml_cannot_hold_are_refused_there_and_kept_elsewhere(
    client: FlaskClient, character: str
) -> None:
    table, graph = f'SELECT ("a{character}b" AS ?x) {{}}', f'CONSTRUCT {{ <urn:s> <urn:p> "a{character}b" }} WHERE {{}}'
    assert "Steuerzeichen" in refused(client, 406, table, format="xml")["detail"]
    assert "Steuerzeichen" in refused(client, 406, graph, format="rdf")["detail"]
    text = character.encode().decode("unicode_escape")
    for query, format in ((table, "json"), (graph, "jsonld")):
        response = client.get("/sparql", query_string={"query": query, "format": format})
        assert f"a{text}b" in json.dumps(response.get_json(force=True), ensure_ascii=False).replace(
            json.dumps(text)[1:-1], text
        )


def test_names_that_rdf_xml_cannot_hold_are_refused_there(client: FlaskClient) -> None:
    body = refused(client, 406, 'CONSTRUCT { <urn:s> <http://x/1> "a" } {}', format="rdf")
    assert "http://x/1" in body["detail"]
    good = client.get("/sparql", query_string={"query": "CONSTRUCT { <urn:s> <http://x/1a> 'a' } {}", "format": "rdf"})
    assert [quad.predicate.value for quad in parse(good.data, "rdf")] == ["http://x/1a"]


def test_the_shorter_query_keeps_format_and_time_and_is_none_where_it_cannot_help(strict: FlaskClient) -> None:
    body = refused(strict, 400, "SELECT * { ?s ?p ?o } ORDER BY ?s", format="csv", timeout="7")
    given = parse_qs(urlsplit(body["limited"]).query)
    assert (given["format"], given["timeout"]) == (["csv"], ["7"])
    for query in (CROSS + " ORDER BY ?a", CROSS.replace("SELECT *", "SELECT (COUNT(*) AS ?n)")):
        assert "limited" not in refused(strict, 504, query)
