"""Look-ups at ``/sparql`` are answered from the open snapshot as a worker would; everything else by a worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph.engine import DefaultGraph, NamedNode, Quad
from zielgraph.settings import Settings, load
from zielgraph.store import DataFolder
from zielgraph.vocabulary import DEFAULT_BASE
from zielgraph.web import endpoint
from zielgraph.web.app import create_app
from zielgraph.workers import Job, Pool, Reply

JOBCENTER = f"{DEFAULT_BASE}koeln/actor/jobcenter"
PREFIXES = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
QUERIES = (
    f"SELECT ?p ?o WHERE {{ <{JOBCENTER}> ?p ?o }}",
    f"{PREFIXES}SELECT ?l WHERE {{ FILTER(1 > 0) <{JOBCENTER}> rdfs:label ?l }}",
    f'{PREFIXES}SELECT * {{ <{JOBCENTER}> skos:prefLabel ?l FILTER(LANG(?l) = "de") }}',
    "SELECT ?p { <urn:nobody> ?p ?o }",
    f"SELECT ?p {{ <{JOBCENTER}> ?p ?o }} LIMIT 2",
)


@pytest.fixture
def jobs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that workers get."""
    found: list[Job] = []
    run = Pool.run

    def counted(self: Pool, job: Job, *, client: str = "", seconds: float | None = None) -> Reply:
        found.append(job)
        return run(self, job, client=client, seconds=seconds)

    monkeypatch.setattr(Pool, "run", counted)
    app.extensions["zielgraph.cache"].__init__(1)  # that keeps nothing
    return found


def asked(client: FlaskClient, query: str, **more: str) -> bytes:
    answer = client.get("/sparql", query_string={"query": query, **more})
    assert answer.status_code == 200, answer.text
    body: bytes = answer.data
    return body


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("query", QUERIES)
def test_look_ups_need_no_worker_and_get_the_same(
    client: FlaskClient, jobs: list[Job], monkeypatch: pytest.MonkeyPatch, query: str, format: str
) -> None:
    client.get("/de/")  # opens the snapshot
    own = asked(client, query, format=format)
    assert not jobs
    monkeypatch.setattr(endpoint, "looked_up", lambda query: None)
    assert sorted(asked(client, query, format=format).splitlines()) == sorted(own.splitlines())
    assert len(jobs) == 1


def test_everything_else_is_for_a_worker(client: FlaskClient, jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/de/")
    asked(client, "SELECT * { ?s ?p ?o } LIMIT 3")
    asked(client, QUERIES[0], **{"default-graph-uri": "urn:g"})
    assert len(jobs) == 2
    monkeypatch.setattr(endpoint, "_AT_ONCE", 3)
    asked(client, QUERIES[0])
    assert len(jobs) == 3


def test_a_commit_shows_at_once(tmp_path: Path) -> None:
    settings: Settings = load({}, data=tmp_path)
    folder = DataFolder(tmp_path, base=settings.base)
    client = create_app(settings).test_client()
    query = "SELECT ?o { <urn:a> <urn:p> ?o }"
    for number in range(3):
        with folder.write() as draft:
            draft.engine.add([Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode(f"urn:{number}"), DefaultGraph())])
            draft.action = "test"
        if number % 2:
            client.get("/de/")
        assert asked(client, query, format="csv").count(b"urn:") == number + 1
