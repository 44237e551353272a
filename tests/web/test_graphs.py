"""The Graph Store HTTP Protocol: addresses, methods, statuses, formats."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.access import Tokens
from zielgraph.engine import canonical, parse
from zielgraph.web import create_app

PERSON = '@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n<> a foaf:Person ; foaf:name "Jane Doe" ; foaf:knows [ ] .\n'
RDFXML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e#">'
    '<rdf:Description rdf:about="x"><e:b>ä</e:b></rdf:Description></rdf:RDF>'
)
BODIES = {
    "text/turtle": "<x> <urn:e#b> 'ä' .",
    "text/turtle; charset=UTF-8": "<x> <urn:e#b> 'ä' .",
    "application/n-triples": '<http://localhost/sparql/x> <urn:e#b> "ä" .',
    "application/rdf+xml": RDFXML,
    "application/ld+json": '{"@id": "x", "urn:e#b": "ä"}',
    "application/n-quads": '<http://localhost/sparql/x> <urn:e#b> "ä" .',
    "application/trig": "{ <x> <urn:e#b> 'ä' }",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("data")
    made = create_app(settings.load({}, data=folder, query_seconds=60, rate=0, max_upload_bytes=100_000))
    yield made
    made.extensions["zielgraph.pool"].close()


@pytest.fixture(scope="module")
def secret(app: Flask) -> str:
    return Tokens(app.extensions["zielgraph.settings"].data).create("schreiber", "write")


@pytest.fixture
def client(app: Flask, secret: str) -> FlaskClient:
    found = app.test_client()
    found.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return found


def test_the_course_of_a_graph(client: FlaskClient) -> None:
    """The steps of the Graph Store Protocol's own test suite, in their order."""
    at, turtle = "/sparql/graphs/person/1", {"content_type": "text/turtle"}
    assert client.put(at, data=PERSON, **turtle).status_code == 201
    got = client.get(at, headers={"Accept": "text/turtle"})
    assert (got.status_code, got.content_type) == (200, "text/turtle; charset=utf-8")
    wanted = list(parse(PERSON, "ttl", base="http://localhost/sparql/graphs/person/1"))
    assert canonical(parse(got.data, "ttl")) == canonical(wanted)
    assert client.put(at, data="<> a <urn:Other> .", **turtle).status_code == 204
    assert len(list(parse(client.get(at).data, "ttl"))) == 1
    assert client.put("/sparql/graphs?default", data=PERSON, **turtle).status_code == 201
    assert len(list(parse(client.get("/sparql/graphs?default").data, "ttl"))) == 3
    assert client.put(at, data=PERSON, content_type="application/rdf+xml").status_code == 400, "it is Turtle"
    assert client.put("/sparql/graphs/person/2", data="", **turtle).status_code == 201
    empty = client.get("/sparql/graphs/person/2")
    assert (empty.status_code, list(parse(empty.data, "ttl"))) == (200, [])
    assert client.put("/sparql/graphs/person/2", data=PERSON, **turtle).status_code == 204
    deleted = client.delete("/sparql/graphs/person/2")
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert client.get("/sparql/graphs/person/2").status_code == 404
    assert client.delete("/sparql/graphs/person/2").status_code == 404
    posted = client.post(at, data="<> <urn:mail> <mailto:a@example.org> .", **turtle)
    assert posted.status_code == 200
    assert len(list(parse(client.get(at).data, "ttl"))) == 2
    assert client.post(at, data="", **turtle).status_code == 204
    made = client.post("/sparql/graphs", data=PERSON, **turtle)
    assert made.status_code == 201
    again = client.post("/sparql/graphs/", data=PERSON, **turtle)
    assert made.headers["Location"] != again.headers["Location"]
    new = client.get(made.headers["Location"])
    assert new.status_code == 200
    assert made.headers["Location"] in new.text, "relative IRIs are resolved against the new graph"
    assert client.post("/sparql/graphs?graph=urn:posted", data=PERSON, **turtle).status_code == 201
    head = client.head(at)
    assert (head.status_code, head.data, head.content_type) == (200, b"", "text/turtle; charset=utf-8")
    assert client.head("/sparql/graphs/person/2").status_code == 404


@pytest.mark.parametrize("media", BODIES)
def test_media_types_of_requests(client: FlaskClient, media: str) -> None:
    at = "/sparql/graphs?graph=http://localhost/sparql/g"
    client.delete(at)
    answer = client.put(at, data=BODIES[media].encode(), content_type=media)
    assert answer.status_code == 201, answer.text
    assert [str(quad) for quad in parse(client.get(at, headers={"Accept": "application/n-triples"}).data, "nt")] == [
        '<http://localhost/sparql/x> <urn:e#b> "ä"'
    ]


@pytest.mark.parametrize(
    ("media", "format"),
    [("text/turtle", "ttl"), ("application/n-triples", "nt"), ("application/rdf+xml", "rdf"),
     ("application/ld+json", "jsonld"), ("application/trig", "trig"), ("application/n-quads", "nq")],
)  # fmt: skip
def test_media_types_of_answers(client: FlaskClient, media: str, format: str) -> None:
    client.put("/sparql/graphs?graph=urn:m", data="<urn:a> <urn:e#b> 'ä'@de , 1 .", content_type="text/turtle")
    answer = client.get("/sparql/graphs?graph=urn:m", headers={"Accept": f"image/png, {media};q=0.5"})
    assert answer.content_type.startswith(media)
    assert "Accept" in answer.headers["Vary"]
    assert len(list(parse(answer.data, format))) == 2
    named = client.get(f"/sparql/graphs?graph=urn:m&format={format}")
    assert named.content_type.startswith(media)


def test_several_files_at_once(client: FlaskClient) -> None:
    boundary = "a6fe4cd6"
    parts = [
        ('name="a"; filename="a.ttl"', "text/turtle; charset=utf-8", "<urn:1> <urn:p> _:x ."),
        ('name="b"; filename="b.rdf"', "application/rdf+xml", RDFXML),
        ('name="c"', "application/n-triples", "<urn:1> <urn:p> _:x ."),
    ]

    def body(*chosen: tuple[str, str, str]) -> bytes:
        text = "".join(
            f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\nContent-Type: {media}\r\n\r\n{data}\r\n"
            for name, media, data in chosen
        )
        return f"{text}--{boundary}--\r\n".encode()

    multipart = {"content_type": f"multipart/form-data; boundary={boundary}"}
    at = "/sparql/graphs?graph=urn:parts"
    assert client.put(at, data=body(*parts), **multipart).status_code == 201
    found = list(parse(client.get(at).data, "ttl"))
    assert len(found) == 3, "blank nodes of two files are two"
    assert client.post(at, data=body(parts[1]), **multipart).status_code == 204, "already there"
    wrong = client.post(
        at, data=body(parts[1], ('name="d"; filename="d.ttl"', "text/turtle", "<urn:1>\n.")), **multipart
    )
    assert wrong.status_code == 400
    assert "d.ttl" in wrong.get_json(force=True)["detail"]
    assert "Zeile 2" in wrong.get_json(force=True)["detail"]
    assert client.post(at, data=body(('name="x"', "text/csv", "a,b")), **multipart).status_code == 415
    assert client.put(at, data=body(*parts)[:-40], **multipart).status_code == 400
    assert client.put(at, data=b"x", content_type="multipart/form-data").status_code == 400
    assert len(list(parse(client.get(at).data, "ttl"))) == 3


def test_which_graph(client: FlaskClient) -> None:
    turtle = {"data": "<urn:a> <urn:b> 1 .", "content_type": "text/turtle"}
    assert client.put("/sparql/graphs/a%20b/%C3%A4", **turtle).status_code == 201
    assert client.get("/sparql/graphs?graph=http://localhost/sparql/graphs/a%2520b/%25C3%25A4").status_code == 200
    for wrong in ("", "?graph=rel", "?graph=/rel", "?graph=_:b0", "?graph=1:a",
                  "?default&graph=urn:x", "?graph=urn:a&graph=urn:b", "?graph=", "?graph=urn:a%20b", "?default=x",
                  "/direct?graph=urn:x"):  # fmt: skip
        assert client.get(f"/sparql/graphs{wrong}").status_code == 400, wrong
        assert client.put(f"/sparql/graphs{wrong}", **turtle).status_code == 400, wrong
    assert client.get("/sparql/graphs?graph=urn:x%3E%20%7B%7D%20%23").status_code == 400


@pytest.mark.parametrize(
    ("status", "method", "arguments"),
    [
        (400, "put", {"data": "<urn:a> <urn:b>\n.", "content_type": "text/turtle"}),
        (400, "put", {"data": b"<urn:a> <urn:b> '\xff' .", "content_type": "text/turtle"}),
        (400, "put", {"data": "<urn:a> <urn:b> <urn:c> <urn:g> .", "content_type": "application/n-quads"}),
        (400, "put", {"data": '{"@context": "http://127.0.0.1:1/c"}', "content_type": "application/ld+json"}),
        (400, "put", {"data": RDFXML[:-20], "content_type": "application/rdf+xml"}),
        (405, "patch", {"data": "INSERT DATA { }", "content_type": "application/sparql-update"}),
        (406, "get", {"headers": {"Accept": "image/png"}}),
        (413, "put", {"data": "#" * 200_000, "content_type": "text/turtle"}),
        (415, "put", {"data": "a,b", "content_type": "text/csv"}),
        (415, "put", {"data": "<urn:a> <urn:b> 1 ."}),
        (415, "post", {"data": "<urn:a> <urn:b> 1 .", "content_type": "text/turtle; charset=latin-1"}),
        (415, "put", {"data": "x", "content_type": "text/turtle", "headers": {"Content-Encoding": "gzip"}}),
    ],
)
def test_refusals(client: FlaskClient, status: int, method: str, arguments: dict[str, object]) -> None:
    client.put("/sparql/graphs?graph=urn:r", data="<urn:a> <urn:b> 7 .", content_type="text/turtle")
    response = getattr(client, method)("/sparql/graphs?graph=urn:r", **arguments)
    assert response.status_code == status
    assert response.content_type.startswith("application/problem+json")
    assert "7" in client.get("/sparql/graphs?graph=urn:r", headers={"Accept": "text/turtle"}).text


def test_options(client: FlaskClient) -> None:
    for at in ("/sparql/graphs", "/sparql/graphs/x"):
        options = client.options(at)
        assert options.status_code == 204
        assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}


def test_blank_nodes_of_two_requests_are_two(client: FlaskClient) -> None:
    at = "/sparql/graphs?graph=urn:blank"
    for status in (201, 200):
        posted = client.post(at, data="_:a <urn:p> <urn:o> .", content_type="application/n-triples")
        assert posted.status_code == status
    assert len(list(parse(client.get(at).data, "ttl"))) == 2


def test_the_tag_of_a_graph(client: FlaskClient) -> None:
    at = "/sparql/graphs?graph=urn:tag"
    client.put(at, data="<urn:a> <urn:b> 1 .", content_type="text/turtle")
    got, head, other = client.get(at), client.head(at), client.get(f"{at}&format=nt")
    tag = got.headers["ETag"]
    assert tag.startswith('"')
    assert head.headers["ETag"] == tag != other.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = client.get(at, headers={"If-None-Match": known})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert client.head(at, headers={"If-None-Match": tag}).status_code == 304
    client.put(at, data="<urn:a> <urn:b> 2 .", content_type="text/turtle")
    assert client.get(at, headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/sparql/graphs?graph=urn:nirgends", headers={"If-None-Match": "*"}).status_code == 404


def test_no_change_of_others_is_overwritten(client: FlaskClient) -> None:
    at, turtle = "/sparql/graphs?graph=urn:lost", {"data": "<urn:a> <urn:b> 1 .", "content_type": "text/turtle"}
    client.delete(at)
    assert client.put(at, headers={"If-Match": "*"}, **turtle).status_code == 412
    assert client.get(at).status_code == 404
    assert client.put(at, headers={"If-None-Match": "*"}, **turtle).status_code == 201
    for method in (client.put, client.post):
        assert method(at, headers={"If-None-Match": "*"}, **turtle).status_code == 412
    assert client.delete(at, headers={"If-None-Match": "*"}).status_code == 412
    old = client.get(at, headers={"Accept": "application/n-triples"}).headers["ETag"]
    assert client.put(at, headers={"If-None-Match": old}, **turtle).status_code == 412
    turtle["data"] = "<urn:a> <urn:b> 2 ."
    assert client.put(at, headers={"If-Match": f"W/{old}"}, **turtle).status_code == 412, "weak tags match nothing here"
    assert client.put(at, headers={"If-Match": f'"x", {old}'}, **turtle).status_code == 204
    turtle["data"] = "<urn:a> <urn:b> 3 ."
    for method in (client.put, client.post):
        refused = method(at, headers={"If-Match": old}, **turtle)
        assert refused.status_code == 412
        assert "urn:lost" in refused.get_json(force=True)["detail"]
    assert client.delete(at, headers={"If-Match": old}).status_code == 412
    assert "<urn:b> 2 ." in client.get(at).text
    foreign = client.get("/sparql/graphs?graph=urn:a&format=nt").headers.get("ETag", '"other-graph"')
    assert client.delete(at, headers={"If-Match": foreign}).status_code == 412
    assert client.post(at, headers={"If-Match": "*"}, **turtle).status_code == 200
    new = client.get(at).headers["ETag"]
    assert client.delete(at, headers={"If-Match": new}).status_code == 204
    assert client.delete(at, headers={"If-Match": "*"}).status_code == 404
    default = client.get("/sparql/graphs?default").headers["ETag"]
    assert client.put("/sparql/graphs?default", headers={"If-Match": default}, **turtle).status_code in (201, 204)


def test_of_two_writers_with_the_same_tag_one_wins(app: Flask, secret: str, client: FlaskClient) -> None:
    """Each adds one to the number that it read; none is lost."""
    at = "/sparql/graphs?graph=urn:count"
    client.put(at, data="<urn:n> <urn:is> 0 .", content_type="text/turtle")

    def count() -> int:
        mine, done = app.test_client(), 0
        headers = {"Authorization": f"Bearer {secret}"}
        while done < 3:
            got = mine.get(at, headers=headers)
            assert got.status_code == 200, got.text
            (quad,) = parse(got.data, "ttl")
            text = f"<urn:n> <urn:is> {int(quad.object.value) + 1} ."  # type: ignore[union-attr]
            match = {"If-Match": got.headers.get("ETag", '"none"')}
            answer = mine.put(at, data=text, content_type="text/turtle", headers=headers | match)
            assert answer.status_code in (204, 412)
            done += answer.status_code == 204
        return done

    with ThreadPoolExecutor(3) as threads:
        assert sum(each.result() for each in [threads.submit(count) for _ in range(3)]) == 9
    (quad,) = parse(client.get(at).data, "ttl")
    assert str(quad.object).startswith('"9"')


def test_what_rdf_xml_cannot_hold(client: FlaskClient) -> None:
    at = "/sparql/graphs?graph=urn:names"
    client.put(at, data='<urn:s> <http://x/prop/direct/31> "a" .', content_type="text/turtle")
    answer = client.get(at, headers={"Accept": "application/rdf+xml"})
    assert answer.status_code == 406
    assert "http://x/prop/direct/31" in answer.get_json(force=True)["detail"]
    assert client.get(f"{at}&format=nt").status_code == 200
