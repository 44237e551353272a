"""Question API, linked data, ontology, catalogue."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.engine import Literal, NamedNode, Quad, parse
from zielgraph.questions import load_catalogue
from zielgraph.store import DataFolder
from zielgraph.web import create_app

ASK = "/api/queries/actors-in-open-measures?theme=Wohnen"
NAMES = list(load_catalogue())


def test_list_of_questions(client: FlaskClient) -> None:
    entries = client.get("/api/queries").json
    assert entries is not None
    assert [entry["name"] for entry in entries] == NAMES
    for entry in entries:
        assert set(entry) == {"name", "title", "description", "params", "columns", "example", "url"}
        assert client.get(entry["url"], query_string=entry["example"]).status_code == 200


def test_answer_in_every_format(client: FlaskClient) -> None:
    rows = client.get(ASK).json
    assert rows is not None
    assert rows["head"]["vars"] == ["actor", "label", "code", "roles", "measures"]
    labels = [row["label"]["value"] for row in rows["results"]["bindings"]]
    assert "Amt für Wohnungswesen" in labels
    plain = client.get(f"{ASK}&format=csv")
    table = list(csv.reader(io.StringIO(plain.text, newline="")))
    assert table[0] == ["actor", "label", "code", "roles", "measures"]
    assert [row[1] for row in table[1:]] == labels
    assert plain.content_type == "text/csv; charset=utf-8; header=present"
    german = client.get(f"{ASK}&format=csv-de").data
    head = ";".join(column.label["de"] for column in load_catalogue()["actors-in-open-measures"].columns)
    assert german.startswith(f"\ufeff{head}\r\n".encode())
    assert client.get(f"{ASK}&format=tsv").text.startswith("?actor\t?label")
    assert b"<sparql" in client.get(f"{ASK}&format=xml").data
    assert "Amt für Wohnungswesen" in client.get(f"{ASK}&format=table").text
    book = client.get(f"{ASK}&format=xlsx").data
    assert "Amt für Wohnungswesen" in zipfile.ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()
    assert book == client.get(f"{ASK}&format=xlsx").data
    english = client.get(f"{ASK}&format=csv-de&lang=en").text
    assert "Open measures" in english.splitlines()[0]


def test_negotiation(client: FlaskClient) -> None:
    for accept, start in (
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/json", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
    ):
        assert client.get(ASK, headers={"Accept": accept}).content_type.startswith(start)
    page = client.get(ASK, headers={"Accept": "text/html"})
    assert page.status_code == 303
    assert page.headers["Location"] == "/de/fragen/actors-in-open-measures?theme=Wohnen"
    assert client.get(ASK, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/queries/actors-in-open-measures?theme=Wohnung", 400),
        ("/api/queries/actors-in-open-measures?thema=Wohnen", 400),
        ("/api/queries/actors-in-open-measures?theme=Wohnen&theme=Sprache", 400),
        ("/api/queries/measures-of-actor", 400),
        ("/api/queries/open-measures?format=pdf", 400),
        ("/api/queries/open-measures?lang=fr", 400),
        ("/api/queries/open-measure", 404),
    ],
)
def test_wrong_requests(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.content_type.startswith("application/problem+json")
    body = json.loads(response.text)
    assert body["status"] == status
    if "Wohnung" in path:
        assert "Wohnen" in body["suggestions"]


def test_openapi_lists_every_question(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").json
    assert document is not None
    assert document["openapi"].startswith("3.1")
    assert {f"/api/queries/{name}" for name in NAMES} <= set(document["paths"])


def test_health(client: FlaskClient, empty: FlaskClient) -> None:
    body = client.get("/health").json
    assert body is not None
    assert (body["status"], body["editions"]) == ("ok", 1)
    assert body["triples"] > 10_000
    nothing = empty.get("/health").json
    assert nothing is not None
    assert (nothing["status"], nothing["editions"], nothing["triples"]) == ("ok", 0, 0)


@pytest.mark.parametrize(
    ("accept", "language", "target"),
    [
        ("text/html", "de", "/de/koeln/actor/jobcenter"),
        ("text/html", "en", "/en/koeln/actor/jobcenter"),
        ("text/turtle", "", "/data/koeln/actor/jobcenter.ttl"),
        ("application/ld+json", "", "/data/koeln/actor/jobcenter.jsonld"),
        ("application/rdf+xml", "", "/data/koeln/actor/jobcenter.rdf"),
        ("application/n-triples", "", "/data/koeln/actor/jobcenter.nt"),
        ("", "", "/de/koeln/actor/jobcenter"),
    ],
)
def test_identifiers_lead_to_page_or_data(client: FlaskClient, accept: str, language: str, target: str) -> None:
    headers = {"Accept": accept, "Accept-Language": language}
    response = client.get("/id/koeln/actor/jobcenter", headers={k: v for k, v in headers.items() if v})
    assert (response.status_code, response.headers["Location"]) == (303, target)
    assert client.get(target, headers=headers).status_code == 200


def test_data_has_the_resource_its_parts_and_what_points_to_it(client: FlaskClient) -> None:
    base = "https://w3id.org/zielgraph/id/koeln/"
    texts = {
        ending: {str(q.triple) for q in parse(client.get(f"/data/koeln/integration/measure/1.{ending}").data, ending)}
        for ending in ("ttl", "jsonld", "rdf", "nt")
    }
    assert len({frozenset(triples) for triples in texts.values()}) == 1
    subjects = {line.split()[0] for line in texts["nt"]}
    assert f"<{base}integration/measure/1>" in subjects
    assert any(subject.startswith(f"<{base}integration/measure/1/assessment/") for subject in subjects)
    theme = client.get("/data/koeln/theme/wohnen.nt").text
    assert "/measure/" in theme
    graph = client.get("/data/graph/ontology.nt")
    assert graph.status_code == 200
    assert client.get("/id/koeln/actor/niemand").status_code == 404
    assert client.get("/data/koeln/%20x.ttl").status_code == 404


def test_dump(client: FlaskClient) -> None:
    counts = {e: len(list(parse(client.get(f"/data/dump.{e}").data, e))) for e in ("ttl", "nt", "rdf", "jsonld")}
    assert len(set(counts.values())) == 1
    assert counts["ttl"] > 5000


def test_data_that_rdf_xml_cannot_hold(tmp_path: Path) -> None:
    wanted = settings.load({}, data=tmp_path)
    with DataFolder(tmp_path, base=wanted.base).write() as draft:
        draft.engine.add([Quad(NamedNode(f"{wanted.base}x/y"), NamedNode("http://x/1"), Literal("a"))])
        draft.action = "test"
    client = create_app(wanted).test_client()
    for path in ("/data/x/y", "/data/dump"):
        refused = client.get(f"{path}.rdf")
        assert refused.status_code == 406
        assert "http://x/1" in refused.get_json(force=True)["detail"]
        assert client.get(f"{path}.ttl").status_code == 200


@pytest.mark.parametrize("path", ["/ontology", "/ontology/status/ongoing", "/ontology/status", "/ontology/Measure"])
def test_ontology(client: FlaskClient, empty: FlaskClient, path: str) -> None:
    for each in (client, empty):
        assert each.get(path, headers={"Accept": "text/html"}).status_code == 200
        for accept, ending in (("text/turtle", "ttl"), ("application/ld+json", "jsonld")):
            response = each.get(path, headers={"Accept": accept})
            assert response.content_type.startswith(accept)
            assert len(list(parse(response.data, ending))) > 3
            assert each.get(f"{path}.{ending}").data == response.data
    assert client.get("/ontology/gibt-es-nicht").status_code == 404


@pytest.mark.parametrize("ending", ["ttl", "rdf", "jsonld"])
def test_catalogue(client: FlaskClient, ending: str) -> None:
    quads = list(parse(client.get(f"/catalog.{ending}").data, ending))
    assert any(q.object.value == "http://www.w3.org/ns/dcat#Catalog" for q in quads if hasattr(q.object, "value"))
    assert client.get("/catalog", headers={"Accept": "text/turtle"}).headers["Location"] == "/catalog.ttl"
