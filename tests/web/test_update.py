"""The update operation of the SPARQL 1.1 Protocol, and who may use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.access import Caller, Tokens
from zielgraph.store import DataFolder
from zielgraph.web import create_app
from zielgraph.web.admission import CALLER

DIRECT, FORM = "application/sparql-update", "application/x-www-form-urlencoded"
INSERT = "INSERT DATA { GRAPH <urn:own> { <a> <urn:p> 1 } }"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    made = create_app(settings.load({}, data=tmp_path_factory.mktemp("data"), query_seconds=60, rate=0))
    yield made
    made.extensions["zielgraph.pool"].close()


@pytest.fixture(scope="module")
def token(app: Flask) -> dict[str, str]:
    secret = Tokens(app.extensions["zielgraph.settings"].data).create("schreiber", "write")
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def client(app: Flask, token: dict[str, str]) -> FlaskClient:
    found = app.test_client()
    found.environ_base["HTTP_AUTHORIZATION"] = token["Authorization"]
    assert found.post("/sparql/update", data={"update": "DROP ALL"}).status_code == 204
    return found


def names(client: FlaskClient, query: str) -> set[str]:
    """Values of ?x of a SELECT."""
    answer = client.get("/sparql", query_string={"query": query, "format": "json"}).get_json(force=True)
    return {row["x"]["value"] for row in answer["results"]["bindings"]}


def test_post_form_and_post_direct(client: FlaskClient) -> None:
    by_form = client.post("/sparql/update", data={"update": INSERT})
    assert (by_form.status_code, by_form.data) == (204, b"")
    assert by_form.headers["Zielgraph-Snapshot"]
    direct = client.post("/sparql/update", data=INSERT.replace("1", "'ä'"), content_type=f"{DIRECT}; charset=UTF-8")
    assert direct.status_code == 204
    assert names(client, "SELECT ?x { GRAPH <urn:own> { ?s ?p ?x } }") == {"1", "ä"}
    relative = names(client, "SELECT DISTINCT ?x { GRAPH <urn:own> { ?x ?p ?o } }")
    assert relative == {"http://localhost/sparql/a"}, "against the address of the request"


def test_dataset_of_the_request(client: FlaskClient) -> None:
    seed = "INSERT DATA { <urn:d> a <urn:T> GRAPH <urn:g1> { <urn:1> a <urn:T> } GRAPH <urn:g2> { <urn:2> a <urn:T> } }"
    assert client.post("/sparql/update", data={"update": seed}).status_code == 204
    copy = "CREATE SILENT GRAPH <urn:to> ; INSERT { GRAPH <urn:to> { ?s a <urn:C> } } WHERE { ?s a <urn:T> }"
    found = "SELECT ?x { GRAPH <urn:to> { ?x a <urn:C> } }"
    for graphs, wanted in ((["urn:g1"], {"urn:1"}), (["urn:g1", "urn:g2"], {"urn:1", "urn:2"})):
        assert client.post("/sparql/update", data={"update": copy, "using-graph-uri": graphs}).status_code == 204
        assert names(client, found) == wanted
        assert client.post("/sparql/update", data={"update": "DROP GRAPH <urn:to>"}).status_code == 204
    named = "INSERT { GRAPH <urn:to> { ?s a <urn:C> } } WHERE { GRAPH ?g { ?s a <urn:T> } }"
    answer = client.post(
        "/sparql/update", data=named, content_type=DIRECT, query_string={"using-named-graph-uri": "urn:g2"}
    )
    assert answer.status_code == 204
    assert names(client, found) == {"urn:2"}
    full = (
        "DELETE { GRAPH <urn:to> { ?s a <urn:C> } } INSERT { GRAPH <urn:to> { ?s a <urn:F> } } "
        "WHERE { ?s a <urn:T> . GRAPH ?g { ?o a <urn:T> } }"
    )
    fields = {"update": full, "using-graph-uri": "urn:g1", "using-named-graph-uri": "urn:g2"}
    assert client.post("/sparql/update", data=fields).status_code == 204
    assert names(client, "SELECT ?x { GRAPH <urn:to> { ?x a <urn:F> } }") == {"urn:1"}


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (400, {"data": "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", "content_type": FORM}),
        (400, {"data": "CLEAR NAMED", "content_type": DIRECT, "query_string": "update=CLEAR%20DEFAULT"}),
        (400, {"data": {"query": "ASK {}"}}),
        (400, {"data": {"update": "CLEAR NAMED", "query": "ASK {}"}}),
        (400, {"data": {}, "content_type": FORM}),
        (400, {"data": "", "content_type": FORM, "query_string": "update=CLEAR%20ALL"}),
        (400, {"data": {"update": "CLEAR ALL"}, "query_string": "using-graph-uri=urn:a"}),
        (400, {"data": {"update": "COPY <urn:nirgends> TO <urn:b>"}}),
        (400, {"data": {"update": "PREFIX u: <urn:> ADD GRAPH u:nirgends TO DEFAULT"}}),
        (400, {"data": {"update": "MOVE <nirgends> TO <urn:b>"}}),
        (400, {"data": {"update": "CLEAR XYZ"}}),
        (400, {"data": {"update": "ASK {}"}}),
        (400, {"data": "update=CLEAR%20NAMED%FF", "content_type": FORM}),
        (400, {"data": "CLEAR NAMED # \u00e4".encode("latin-1"), "content_type": DIRECT}),
        (400, {"data": "CLEAR NAMED", "content_type": DIRECT, "query_string": "using-graph-uri=urn:%FF"}),
        (400, {"data": {"update": "INSERT { } USING <urn:a> WHERE { }", "using-graph-uri": "urn:b"}}),
        (400, {"data": {"update": "INSERT { } USING NAMED <urn:a> WHERE { }", "using-named-graph-uri": "urn:b"}}),
        (400, {"data": {"update": "WITH <urn:a> INSERT { } WHERE { }", "using-graph-uri": "urn:b"}}),
        (400, {"data": {"update": "INSERT { } WHERE { }", "using-graph-uri": "keine IRI"}}),
        (400, {"data": {"update": "INSERT { } WHERE { }", "default-graph-uri": "urn:b"}}),
        (400, {"data": {"update": "LOAD <file:///etc/hosts>"}}),
        (400, {"data": {"update": "DROP GRAPH <urn:nirgends>"}}),
        (415, {"data": "CLEAR NAMED", "content_type": "text/plain"}),
        (415, {"data": "ASK {}", "content_type": "application/sparql-query"}),
        (415, {"data": "update=CLEAR%20NAMED"}),
        (415, {"data": "CLEAR NAMED", "content_type": f"{DIRECT}; charset=utf-16"}),
        (415, {}),
    ],
)
def test_refusals_change_nothing(app: Flask, client: FlaskClient, status: int, arguments: dict[str, object]) -> None:
    before = DataFolder(app.extensions["zielgraph.settings"].data, base=settings.load({}).base).current_name()
    response = client.post("/sparql/update", **arguments)
    assert response.status_code == status
    assert response.content_type.startswith("application/problem+json")
    assert response.get_json(force=True)["detail"]
    assert DataFolder(app.extensions["zielgraph.settings"].data, base=settings.load({}).base).current_name() == before


def test_other_methods(client: FlaskClient) -> None:
    for method in ("get", "head", "put", "delete", "patch"):
        response = getattr(client, method)("/sparql/update", query_string={"update": "CLEAR ALL"})
        assert response.status_code == 405
        assert "POST" in response.headers["Allow"]
    options = client.options("/sparql/update")
    assert (options.status_code, options.headers["Allow"]) == (204, "POST, OPTIONS")


def test_a_syntax_error_says_where(client: FlaskClient) -> None:
    text = "INSERT DATA {\n  <urn:a> <urn:p> }"
    body = client.post("/sparql/update", data={"update": text}).get_json(force=True)
    assert (body["line"], body["column"]) == (2, 19)
    assert "Zeile 2" in body["detail"]
    assert body["expected"] == ["ein Objekt"]


def test_an_undeclared_prefix_gets_its_line(client: FlaskClient) -> None:
    text = "INSERT DATA { GRAPH <urn:t> {<urn:a> zg:b 1}}"
    response = client.post("/sparql/update", data={"update": text})
    body = response.get_json(force=True)
    assert (response.status_code, body["prefix"], body["column"]) == (400, "zg", 38)
    assert body["suggestion"] == "PREFIX zg: <https://w3id.org/zielgraph/ontology#>"
    assert "expected" not in body


def test_a_variable_in_data_gets_a_sentence(client: FlaskClient) -> None:
    body = client.post("/sparql/update", data={"update": "INSERT DATA { ?s <urn:p> 1 }"}).get_json(force=True)
    assert body["detail"].startswith("Zeile 1, Spalte 15: INSERT DATA und DELETE DATA enthalten nur feste Werte.")


def test_who_may_write(app: Flask, token: dict[str, str]) -> None:
    nobody = app.test_client()
    refused = nobody.post("/sparql/update", data={"update": INSERT})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    folder = app.extensions["zielgraph.settings"].data
    reader = {"Authorization": f"Bearer {Tokens(folder).create('leser', 'read')}"}
    assert nobody.post("/sparql/update", data={"update": INSERT}, headers=reader).status_code == 403
    assert (
        nobody.put("/sparql/graphs?graph=urn:x", data="", content_type="text/turtle", headers=reader).status_code == 403
    )
    assert nobody.post("/sparql/update", data={"update": INSERT}, headers=token).status_code == 204
    assert nobody.get("/sparql/graphs?default").status_code == 200


def test_a_session_may_not_write_here(app: Flask) -> None:
    """Another site could send a form with the cookie of somebody who is signed in."""
    caller = Caller("anna", "session:1", frozenset({"read", "write"}))
    inner = {CALLER: caller, "zielgraph.public": False}
    with app.test_request_context("/sparql/update", method="POST", data={"update": INSERT}, environ_overrides=inner):
        assert app.full_dispatch_request().status_code == 403
    with app.test_request_context("/sparql/graphs?default", method="DELETE", environ_overrides=inner):
        assert app.full_dispatch_request().status_code == 403


def test_the_public_service_takes_nothing(tmp_path: Path) -> None:
    wanted = settings.load({}, data=tmp_path, public=True)
    client = create_app(wanted).test_client()
    token = {"Authorization": f"Bearer {Tokens(tmp_path).create('schreiber', 'write')}"}
    assert client.post("/sparql/update", data={"update": INSERT}, headers=token).status_code == 403
    for method in ("put", "post", "delete"):
        assert getattr(client, method)("/sparql/graphs?graph=urn:x", headers=token).status_code == 403


def test_managed_graphs_are_refused_with_what_to_do(koeln_copy: Path) -> None:
    app = create_app(settings.load({}, data=koeln_copy, query_seconds=60, rate=0))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {Tokens(koeln_copy).create('schreiber', 'write')}"
    base = settings.load({}).base
    try:
        for text, words in (
            ("INSERT DATA { <urn:a> <urn:p> 1 }", "zielgraph import"),
            (f"CLEAR GRAPH <{base}graph/decisions>", "zielgraph decide"),
            (f"DROP GRAPH <{base}koeln/integration/edition/2019-12-31/source>", "zielgraph undo"),
            (f"DELETE WHERE {{ GRAPH ?g {{ ?s a <{base}x> }} }}", ""),
            ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRENDS(STR(?g), 'register')) }",
             "data/register"),
        ):  # fmt: skip
            response = client.post("/sparql/update", data={"update": text})
            assert response.status_code == (409 if words else 204)
            if words:
                assert words in response.get_json(force=True)["detail"]
        for method in ("put", "post", "delete"):
            arguments = {"data": "", "content_type": "text/turtle"} if method != "delete" else {}
            assert getattr(client, method)(f"/sparql/graphs?graph={base}graph/register", **arguments).status_code == 409
            assert getattr(client, method)("/sparql/graphs?default", **arguments).status_code == 409
        theme = (
            f"INSERT {{ GRAPH <urn:own> {{ ?t a <urn:T> }} }} WHERE {{ GRAPH <{base}graph/register> {{ ?t a ?c }} }}"
        )
        assert client.post("/sparql/update", data={"update": theme}).status_code == 204
        assert f"{base}koeln/theme/wohnen" in names(client, "SELECT ?x { GRAPH <urn:own> { ?x a <urn:T> } }")
    finally:
        app.extensions["zielgraph.pool"].close()


def test_update_base_uri(client: FlaskClient) -> None:
    """The test of the W3C suite with this name, word for word: it clears a graph that is not there."""
    graph = "http://example.org/protocol-base-test/"
    update = f"""
        CLEAR GRAPH <{graph}> ;
        INSERT DATA {{ GRAPH <{graph}> {{ <http://example.org/s> <http://example.org/p> <test> }} }}
    """
    query = f"SELECT ?x WHERE {{ GRAPH <{graph}> {{ <http://example.org/s> <http://example.org/p> ?x }} }}"
    assert client.post("/sparql/update", data=update, content_type=DIRECT).status_code == 204
    (found,) = names(client, query)
    assert found.startswith("http://")
    assert found.endswith("/test")
    strict = client.post(
        "/sparql/update", data=update.replace("CLEAR", "DROP").replace("base", "none"), content_type=DIRECT
    )
    assert strict.status_code == 400


def test_clearing_keeps_the_places_of_errors(client: FlaskClient) -> None:
    text = "CLEAR GRAPH <urn:a> ; INSERT DATA { <urn:a> <urn:p> }"
    body = client.post("/sparql/update", data={"update": text}).get_json(force=True)
    assert (body["line"], body["column"]) == (1, text.index("}") + 1)


def test_a_graph_to_be_copied_has_to_be_there(client: FlaskClient) -> None:
    def send(update: str) -> int:
        return client.post("/sparql/update", data={"update": update}).status_code

    assert send("CREATE GRAPH <urn:leer> ; COPY <urn:leer> TO <urn:b>") == 204
    assert (
        send("PREFIX u: <urn:> INSERT DATA { GRAPH u:neu { u:s u:p 1 } } ; ADD u:neu TO u:b ; COPY u:b TO u:c") == 204
    )
    assert names(client, "SELECT ?x { GRAPH <urn:c> { ?s ?p ?x } }") == {"1"}
    assert send("COPY <urn:c> TO <urn:d> ; ADD <urn:nirgends> TO <urn:d>") == 400
    assert names(client, "SELECT ?x { GRAPH <urn:d> { ?s ?p ?x } }") == set(), "all of it or nothing"
    assert send("ADD SILENT <urn:nirgends> TO <urn:c>") == 204
    assert send("COPY DEFAULT TO <urn:c>") == 204


def test_escaped_keywords(client: FlaskClient) -> None:
    update = "INS\\u0045RT DATA { GR\\u0041PH <urn:own> { <urn:a> <urn:p> 'm\\u0061l' } }"
    assert client.post("/sparql/update", data={"update": update}).status_code == 204
    assert names(client, "SELECT ?x { GRAPH <urn:own> { ?s ?p ?x } }") == {"mal"}
