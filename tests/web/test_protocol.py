"""The query operation of the SPARQL 1.1 Protocol: every check of the W3C suite, built from the recommendation's text.

https://www.w3.org/TR/sparql11-protocol/#query-operation. The suite loads its graphs from the Web; here they are the
users' own graphs of a store.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.engine import NamedNode, Quad, parse
from zielgraph.store import DataFolder
from zielgraph.web import create_app
from zielgraph.web.protocol import FORM, QUERY, Asked, Limits, RefusedError, Request, read

DATA = "http://example.org/data/"
DATA1, DATA2, DATA3 = (f"{DATA}data{number}" for number in (1, 2, 3))
ONLY = "ASK {{ {}FILTER NOT EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """An application over three graphs, each with one triple that names it."""
    wanted = settings.load({}, data=tmp_path_factory.mktemp("protocol"), access_log="", rate=0)
    with DataFolder(wanted.data, base=wanted.base).write() as draft:
        draft.engine.add(
            Quad(NamedNode(graph), NamedNode("urn:is"), NamedNode("urn:there"), NamedNode(graph))
            for graph in (DATA1, DATA2, DATA3)
        )
        draft.action = "test"
    app = create_app(wanted)
    yield app.test_client()
    app.extensions["zielgraph.close"]()


def asked(client: FlaskClient, query: str, *, post: bool = False, **dataset: list[str]) -> bool:
    """The answer to an ASK with a dataset of the request."""
    pairs = [("query", query)]
    pairs += [(f"{name}-graph-uri", iri) for name, iris in dataset.items() for iri in iris]
    if post:
        response = client.post("/sparql", data=urlencode(pairs), content_type=FORM, headers={"Accept": JSON})
    else:
        response = client.get("/sparql", query_string=urlencode(pairs), headers={"Accept": JSON})
    assert response.status_code == 200
    assert response.content_type == JSON
    truth = response.get_json(force=True)["boolean"]
    assert isinstance(truth, bool)
    return truth


def merged(*graphs: str) -> str:
    """An ASK whether the default graph consists of exactly these graphs."""
    here = "".join(f"<{graph}> <urn:is> <urn:there> . " for graph in graphs)
    return f"ASK {{ {here}{{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }} FILTER(?n = {len(graphs)}) }}"


def named(*graphs: str) -> str:
    """An ASK whether the named graphs are exactly these."""
    here = "".join(f"GRAPH <{graph}> {{ <{graph}> <urn:is> <urn:there> }} " for graph in graphs)
    return f"ASK {{ {here}{{ SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} }} }} FILTER(?n = {len(graphs)}) }}"


# The tests of the W3C suite, by their names


def test_query_get(client: FlaskClient) -> None:
    assert asked(client, "ASK {}")


def test_query_post_form(client: FlaskClient) -> None:
    assert asked(client, "ASK {}", post=True)


def test_query_post_direct(client: FlaskClient) -> None:
    for content_type in (QUERY, f"{QUERY}; charset=utf-8", f'{QUERY};CHARSET="UTF-8"', "Application/SPARQL-Query"):
        response = client.post("/sparql", data=b"ASK {}", content_type=content_type)
        assert (response.status_code, response.get_json(force=True)["boolean"]) == (200, True)


@pytest.mark.parametrize("post", [False, True], ids=["get", "post"])
def test_query_dataset_default_graphs(client: FlaskClient, post: bool) -> None:
    assert asked(client, merged(DATA1), post=post, default=[DATA1])
    assert asked(client, merged(DATA1, DATA2), post=post, default=[DATA1, DATA2])
    assert asked(client, ONLY.format(""), post=post, default=[DATA1, DATA2])
    assert not asked(client, merged(DATA1), post=post, default=[DATA1, DATA2])


@pytest.mark.parametrize("post", [False, True], ids=["get", "post"])
def test_query_dataset_named_graphs(client: FlaskClient, post: bool) -> None:
    assert asked(client, named(DATA1, DATA2), post=post, named=[DATA1, DATA2])
    assert not asked(client, named(DATA1), post=post, named=[DATA1, DATA2])
    assert not asked(client, "ASK { ?s ?p ?o }", post=post, named=[DATA1, DATA2])


@pytest.mark.parametrize("post", [False, True], ids=["get", "post"])
def test_query_dataset_full(client: FlaskClient, post: bool) -> None:
    dataset = {"default": [DATA3], "named": [DATA1, DATA2]}
    assert asked(client, merged(DATA3), post=post, **dataset)
    assert asked(client, named(DATA1, DATA2), post=post, **dataset)


def test_query_dataset_full_beside_a_direct_query(client: FlaskClient) -> None:
    dataset = urlencode([("default-graph-uri", DATA3), ("named-graph-uri", DATA1)])
    for query in (merged(DATA3), named(DATA1)):
        response = client.post(f"/sparql?{dataset}", data=query.encode(), content_type=QUERY)
        assert response.get_json(force=True)["boolean"] is True


def test_query_multiple_dataset(client: FlaskClient) -> None:
    """The dataset of the request wins over FROM and FROM NAMED."""
    for query, truth in ((merged(DATA3), True), (merged(DATA1, DATA2), False)):
        inside = query.replace("ASK {", f"ASK FROM <{DATA1}> FROM <{DATA2}> FROM NAMED <{DATA1}> {{", 1)
        assert asked(client, inside, default=[DATA3]) is truth
    inside = named(DATA2).replace("ASK {", f"ASK FROM <{DATA1}> FROM NAMED <{DATA1}> {{", 1)
    assert asked(client, inside, named=[DATA2])


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("SELECT (1 AS ?value) {}", [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]),
        ("ASK {}", [JSON, "application/sparql-results+xml"]),
        (f"DESCRIBE <{DATA1}>", ["application/rdf+xml", "text/turtle", "application/n-triples"]),
        (
            "CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}",
            ["application/rdf+xml", "text/turtle", "application/n-triples", "application/ld+json"],
        ),
    ],
    ids=["select", "ask", "describe", "construct"],
)
def test_query_content_type(client: FlaskClient, query: str, types: list[str]) -> None:
    for media in types:
        response = client.get("/sparql", query_string={"query": query}, headers={"Accept": media})
        assert (response.status_code, response.mimetype) == (200, media)
    anything = client.get("/sparql", query_string={"query": query})
    assert anything.mimetype == types[1 if "rdf" in types[0] else 0]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("PUT", {"query_string": {"query": "ASK {}"}}),
        ("GET", {"query_string": "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"}),
        ("POST", {"data": b"query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", "content_type": FORM}),
        ("POST", {"data": b"query=ASK%20%7B%7D", "content_type": "text/plain"}),
        ("POST", {"data": b"ASK {}", "content_type": "text/plain"}),
        ("POST", {"data": b"query=ASK%20%7B%7D"}),
        ("POST", {"data": b"ASK {}"}),
        ("POST", {"data": "ASK {} # ä".encode("utf-16"), "content_type": f"{QUERY}; charset=UTF-16"}),
        ("POST", {"data": "ASK {} # ä".encode("utf-16"), "content_type": QUERY}),
        ("GET", {"query_string": {"query": "ASK { ?s ?p ?o"}}),
        ("GET", {"query_string": {"query": "CLEAR ALL"}}),
    ],
    ids=[
        "bad_query_method",
        "bad_multiple_queries",
        "bad_multiple_queries_posted",
        "bad_query_wrong_media_type_form",
        "bad_query_wrong_media_type",
        "bad_query_missing_form_type",
        "bad_query_missing_direct_type",
        "bad_query_non_utf8",
        "bad_query_non_utf8_unsaid",
        "bad_query_syntax",
        "update_at_the_query_address",
    ],
)
def test_bad_queries_are_refused(client: FlaskClient, method: str, arguments: dict[str, Any]) -> None:
    response = client.open("/sparql", method=method, **arguments)
    assert 400 <= response.status_code < 500
    assert response.mimetype == "application/problem+json"


# What the recommendation says besides


def test_encoding_of_parameters(client: FlaskClient) -> None:
    text = "a+b c%ä😀&="
    query = f'SELECT ("{text}" AS ?x) {{}}'
    for encoded in (urlencode({"query": query}), "query=" + quote(query, safe="")):
        for response in (
            client.get("/sparql", query_string=encoded),
            client.post("/sparql", data=encoded, content_type=FORM),
        ):
            assert response.get_json(force=True)["results"]["bindings"][0]["x"]["value"] == text


def test_head_is_get_without_a_body(client: FlaskClient) -> None:
    for query in ({"query": "ASK {}"}, {}, {"query": "ASK {"}):
        full, head = (client.open("/sparql", method=method, query_string=query) for method in ("GET", "HEAD"))
        assert (head.data, head.status_code) == (b"", full.status_code)
        assert dict(head.headers) == dict(full.headers)
        assert int(head.headers["Content-Length"]) == len(full.data) > 0


def test_methods(client: FlaskClient) -> None:
    options = client.options("/sparql")
    assert (options.status_code, options.data) == (204, b"")
    for method in ("PUT", "DELETE", "PATCH"):
        refused = client.open("/sparql", method=method)
        assert (refused.status_code, refused.headers["Allow"]) == (405, options.headers["Allow"])
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_relative_iris_are_resolved_against_the_address(client: FlaskClient) -> None:
    query = "CONSTRUCT { <#a> <b> <> } WHERE {}"
    responses = [
        client.get("/sparql", query_string={"query": query}, headers={"Host": "localhost:8000"}),
        client.post("/sparql", data=query, content_type=QUERY, headers={"Host": "localhost:8000"}),
    ]
    for response in responses:
        (quad,) = parse(response.data, "ttl")
        here = "http://localhost:8000/sparql"
        assert [str(term)[1:-1] for term in quad.triple] == [f"{here}#a", "http://localhost:8000/b", here]
    other = client.get("/sparql", query_string={"query": query}, headers={"Host": "127.0.0.1"})
    assert b"<http://127.0.0.1/sparql#a>" in other.data
    own = client.get("/sparql", query_string={"query": f"BASE <http://x.example/> {query}"})
    assert b"<http://x.example/#a>" in own.data


# Without HTTP: what is read, and where no request of the suite looks

LIMITS = Limits(query_bytes=1000, seconds=15.0)


def reading(query_string: str | bytes = b"", **more: object) -> Asked:
    raw = query_string.encode() if isinstance(query_string, str) else query_string
    method = str(more.pop("method", "GET"))
    return read(Request(method, "http://localhost/sparql", raw, **more), LIMITS)  # type: ignore[arg-type]


def test_without_a_query_the_description_is_asked_for() -> None:
    assert reading().query is None
    assert reading("lang=de&unknown=1").query is None
    assert reading("query=").query == ""


def test_unknown_parameters_are_ignored() -> None:
    assert reading("query=ASK{}&debug=on&debug=off&lang=de") == reading("query=ASK{}")


def test_dataset_is_none_or_exactly_what_is_named() -> None:
    assert (reading("query=x").default_graphs, reading("query=x").named_graphs) == (None, None)
    default = reading("query=x&default-graph-uri=urn:a&default-graph-uri=urn:b")
    assert (default.default_graphs, default.named_graphs) == (("urn:a", "urn:b"), ())
    assert (reading("query=x&named-graph-uri=urn:a").default_graphs) == ()


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (400, {"query_string": "query=x&default-graph-uri="}),
        (400, {"query_string": "query=x&named-graph-uri=relativ"}),
        (400, {"query_string": "query=x&named-graph-uri=http://a/%20b"}),
        (400, {"query_string": "query=x&timeout=bald"}),
        (400, {"query_string": "query=x&timeout=0"}),
        (400, {"query_string": "query=x&timeout=-1"}),
        (400, {"query_string": "query=x&timeout=nan"}),
        (400, {"query_string": "query=x&timeout=1&timeout=2"}),
        (400, {"query_string": "query=x&format=pdf"}),
        (400, {"query_string": "query=x&format=pdf&format="}),
        (400, {"query_string": b"query=\xff"}),
        (400, {"query_string": "query=%ff"}),
        (400, {"query_string": "query=%ED%A0%80"}),
        (400, {"query_string": "&".join("a=b" for _ in range(1001))}),
        (400, {"query_string": "query=x&query=x"}),
        (400, {"query_string": "query=x", "method": "POST", "content_type": QUERY, "body": b"x"}),
        (400, {"query_string": "query=x", "method": "POST", "content_type": FORM, "body": b"query=x"}),
        (400, {"method": "POST"}),
        (400, {"method": "POST", "content_type": FORM, "body": b"frage=x"}),
        (403, {"query_string": "update=CLEAR+ALL"}),
        (403, {"method": "POST", "content_type": FORM, "body": b"query=x&update=y"}),
        (415, {"method": "POST", "content_type": "application/sparql-update", "body": b"CLEAR ALL"}),
        (405, {"method": "DELETE"}),
        (413, {"query_string": "query=" + "x" * 1001}),
        (413, {"method": "POST", "content_type": QUERY, "body": "ä".encode() * 501}),
        (415, {"method": "POST", "content_type": f"{FORM}; charset=iso-8859-1", "body": b"query=x"}),
        (415, {"method": "POST", "content_type": "multipart/form-data; boundary=x", "body": b"--x--"}),
        (415, {"method": "POST", "body": b"query=x"}),
    ],
)
def test_refusals(status: int, arguments: dict[str, object]) -> None:
    with pytest.raises(RefusedError) as refused:
        reading(**arguments)  # type: ignore[arg-type]
    assert refused.value.problem.status == status
    assert refused.value.problem.detail.endswith(".")


def test_update_is_shown_its_address() -> None:
    with pytest.raises(RefusedError) as refused:
        reading("update=CLEAR+ALL")
    assert "/sparql/update" in refused.value.problem.detail


def test_a_client_may_grant_less_time_not_more() -> None:
    assert [reading(f"query=x{wish}").seconds for wish in ("", "&timeout=0.5", "&timeout=3", "&timeout=1e9")] == [
        15.0,
        0.5,
        3.0,
        15.0,
    ]


def test_the_limit_counts_bytes() -> None:
    assert reading("query=" + "ä" * 500).query == "ä" * 500
    assert reading("query=" + "x" * 1000).query == "x" * 1000


@pytest.mark.parametrize(
    ("wish", "accept", "rows", "graph", "html"),
    [
        ("", "", "json", "ttl", False),
        ("", "*/*", "json", "ttl", False),
        ("", "application/json", "json", "jsonld", False),
        ("", "application/xml", "xml", "rdf", False),
        ("", "text/*", "csv", "ttl", False),
        ("", "text/csv;q=0.3 , application/sparql-results+xml ; q=0.9", "xml", None, False),
        ("", "application/sparql-results+json;q=0, */*;q=0.1", "xml", "ttl", False),
        ("", "application/sparql-results+json;q=0, application/*;q=0.5", "xml", "nt", False),
        ("", "text/turtle;q=0.5, application/trig", None, "trig", False),
        ("", "application/n-quads, */*;q=0.1", "json", "nq", False),
        ("", "text/turtle;charset=utf-8", None, "ttl", False),
        ("", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', None, "jsonld", False),
        ("", "TEXT/CSV", "csv", None, False),
        ("", "image/png", None, None, False),
        ("", "*/*;q=0", None, None, False),
        ("", "unsinn, ;;q=, text/csv", "csv", None, False),
        ("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "xml", "rdf", True),
        ("", "text/html;q=0.5, text/csv", "csv", None, False),
        ("", "text/html;q=0, */*", "json", "ttl", False),
        ("csv", "application/sparql-results+xml", "csv", None, False),
        ("json", "text/html", "json", "jsonld", False),
        ("xml", "", "xml", "rdf", False),
        ("Turtle", "", None, "ttl", False),
        ("N-Quads", "", None, "nq", False),
        ("application/trig", "", None, "trig", False),
        ("text/csv", "", "csv", None, False),
        ("application/json", "", "json", "jsonld", False),
        ("html", "text/csv", "json", "ttl", True),
        ("n3", "", None, "ttl", False),
    ],
)
def test_negotiation(wish: str, accept: str, rows: str | None, graph: str | None, html: bool) -> None:
    found = reading(urlencode({"query": "x", "format": wish} if wish else {"query": "x"}), accept=accept)
    assert (found.rows_format, found.graph_format, found.html) == (rows, graph, html)


def test_long_headers_are_read_like_short_ones() -> None:
    many = ", ".join(f"application/x-{number};q=0.5" for number in range(500))
    assert reading("query=x", accept=f"{many}, text/csv").rows_format == "csv"


def test_of_several_formats_the_first_that_exists_counts() -> None:
    """As SPARQLWrapper asks."""
    accept = "application/sparql-results+xml"
    for wishes, rows, graph in (
        (["tsv", "text/tab-separated-values"], "tsv", None),
        (["pdf", "json-ld", "application/ld+json,application/x-json+ld"], None, "jsonld"),
        (["json", "xml"], "json", "jsonld"),
        (["csv", ""], "csv", None),
        (["pdf", "png"], "xml", None),
        (["", ""], "xml", None),
    ):
        found = reading(urlencode([("query", "x"), *(("format", wish) for wish in wishes)]), accept=accept)
        assert (found.rows_format, found.graph_format) == (rows, graph)


def test_an_update_at_the_query_address_is_shown_the_other(client: FlaskClient) -> None:
    response = client.post("/sparql", data="CLEAR ALL", content_type="application/sparql-update")
    assert response.status_code == 415
    assert "/sparql/update" in response.get_json(force=True)["detail"]
