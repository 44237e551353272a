"""Access log, numbers, slow queries, health."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from zielgraph import settings
from zielgraph.errors import UsageError
from zielgraph.web import create_app
from zielgraph.web.accesslog import AccessLog
from zielgraph.web.metrics import kind_of
from zielgraph.web.observe import LOG, Observe

QUERY = "SELECT ?geheim { ?geheim ?p ?o } LIMIT 3"
Made = Callable[..., Flask]


class Reading(FlaskClient):
    """A client that reads every answer to its end, as a server does."""

    def open(self, *arguments: Any, **more: Any) -> TestResponse:
        return super().open(*arguments, **{**more, "buffered": True})


@pytest.fixture
def made(koeln_folder: Path, tmp_path: Path) -> Made:
    """An application over the Cologne report with a log file and more settings."""

    def make(**given: object) -> Flask:
        given = {"data": koeln_folder, "access_log": tmp_path / "access.log", "rate": 0, **given}
        app = create_app(settings.load({}, **given))
        app.test_client_class = Reading
        return app

    return make


def observe_of(app: Flask) -> Observe:
    found: Observe = app.extensions["zielgraph.observe"]
    return found


def lines(app: Flask) -> list[dict[str, Any]]:
    """What the log holds when everything is written."""
    observe_of(app).close()
    return [json.loads(line) for line in Path(observe_of(app).log.target).read_text("utf-8").splitlines()]


def numbers(app: Flask) -> dict[str, float]:
    """All samples of /metrics by name and labels."""
    response = app.test_client().get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain")
    found = re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", response.text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_one_line_per_request(made: Made) -> None:
    app = made()
    client = app.test_client()
    client.get("/de/massnahmen", query_string={"q": "geheim"}, headers={"Accept": "text/html"})
    client.get("/gibt/es/nicht")
    page, missing = lines(app)
    assert set(page) == {"time", "method", "path", "status", "ms", "bytes"}
    assert (page["method"], page["path"], page["status"]) == ("GET", "/de/massnahmen", 200)
    assert page["bytes"] > 1000
    assert page["ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", page["time"])
    assert missing["status"] == 404


def test_a_query_is_only_its_hash(made: Made) -> None:
    app = made()
    client = app.test_client()
    headers = {"Accept": "application/sparql-results+json", "Authorization": "Bearer geheim"}
    response = client.post("/sparql", data={"query": QUERY}, headers={"Accept": headers["Accept"]})
    assert response.status_code == 200
    client.post("/sparql", data={"query": "SELECT geheim"}, headers={"Accept": headers["Accept"]})
    client.get("/sparql", query_string={"query": QUERY}, headers=headers)
    good, bad, denied = lines(app)
    assert good["query_hash"] == hashlib.sha256(QUERY.encode()).hexdigest()[:16]
    assert (good["rows"], good["outcome"]) == (3, "ok")
    assert good["engine_ms"] >= 0
    assert (bad["status"], "rows" in bad) == (400, False)
    assert denied["status"] == 401
    text = Path(observe_of(app).log.target).read_text("utf-8")
    assert "geheim" not in text
    assert "127.0.0.1" not in text


def test_details_are_a_decision(made: Made) -> None:
    app = made(log_details="queries, clients")
    app.test_client().post("/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
    (line,) = lines(app)
    assert (line["query"], line["client"]) == (QUERY, "127.0.0.1")


def test_no_line_can_be_forged(made: Made) -> None:
    app = made(log_details="queries")
    text = 'ASK {}\n{"status": 200}\r\n\x1b[2J\u2028'
    app.test_client().get("/a%0A%7B%22status%22%3A1%7D%1B%9B")
    app.test_client().post("/sparql", data={"query": text}, headers={"Accept": "text/csv"})
    observe_of(app).close()
    raw = Path(observe_of(app).log.target).read_bytes()
    assert raw.count(b"\n") == 2
    assert raw.isascii()
    assert not re.search(rb"[\x00-\x09\x0b-\x1f]", raw)
    assert json.loads(raw.splitlines()[1])["query"] == text


def test_a_moved_log_goes_on_in_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    log = AccessLog(str(path))
    log.write("eins")
    log.close()
    path.rename(tmp_path / "access.log.1")
    log.write("zwei")
    log.close()
    assert (tmp_path / "access.log.1").read_text() == "eins\n"
    assert path.read_text() == "zwei\n"
    assert path.stat().st_mode & 0o077 == 0o040


def test_a_log_that_fails_fails_no_request(made: Made, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    app = made(access_log=folder / "access.log")
    shutil.rmtree(folder)
    assert app.test_client().get("/health").status_code == 200
    observe_of(app).close()
    assert observe_of(app).log.dropped == 1
    assert "Zugriffsprotokoll" in caplog.text
    assert numbers(app)["zielgraph_log_lines_dropped"] == 1
    with pytest.raises(UsageError, match="ZIELGRAPH_ACCESS_LOG"):
        AccessLog(str(folder / "access.log"))


def test_no_log_when_it_is_switched_off(made: Made, capfd: pytest.CaptureFixture[str]) -> None:
    app = made(access_log="")
    app.test_client().get("/health")
    observe_of(app).close()
    assert capfd.readouterr().out == ""


def test_standard_output(made: Made, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    app = made(access_log="-")
    app.test_client().get("/health")
    observe_of(app).close()
    assert json.loads(capfd.readouterr().out)["path"] == "/health"


def test_numbers(made: Made) -> None:
    app = made(slow_ms=0)
    client = app.test_client()
    for _ in range(2):
        client.post("/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
    client.get("/health")
    client.open("/de/", method="BREW")
    found = numbers(app)
    assert found['zielgraph_requests_total{kind="sparql",method="POST",status="200"}'] == 2
    assert found['zielgraph_requests_total{kind="monitoring",method="GET",status="200"}'] == 1
    assert not any("BREW" in name for name in found)
    assert found['zielgraph_request_seconds_count{kind="sparql"}'] == 2
    assert (
        found['zielgraph_queries_total{outcome="ok"}'] + found.get('zielgraph_queries_total{outcome="cached"}', 0) == 2
    )
    assert found["zielgraph_engine_seconds_count"] >= 1
    assert found["zielgraph_slow_queries_total"] == 2
    assert found["zielgraph_snapshot"] == 1
    assert found["zielgraph_snapshot_age_seconds"] > 0
    assert found["zielgraph_triples"] > 10_000
    assert found["zielgraph_workers_workers"] >= 1
    assert "zielgraph_workers_forked_total" in found
    other = made()
    assert 'zielgraph_requests_total{kind="sparql",method="POST",status="200"}' not in numbers(other)


def test_slow_queries(made: Made) -> None:
    app = made(slow_ms=0)
    client = app.test_client()
    client.post("/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
    client.get("/health")
    body = client.get("/slow-queries").json
    assert body is not None
    (one,) = body["queries"]
    assert (one["query_hash"], one["rows"]) == (hashlib.sha256(QUERY.encode()).hexdigest()[:16], 3)
    assert "query" not in one
    for number in range(60):
        text = f"ASK {{}} # {number}"
        client.post("/sparql", data={"query": text}, headers={"Accept": "application/sparql-results+json"})
    body = client.get("/slow-queries").json
    assert body is not None
    assert len(body["queries"]) == 50
    assert body["queries"][0]["query_hash"] == hashlib.sha256(text.encode()).hexdigest()[:16]
    fast = made(slow_ms=60_000)
    fast.test_client().post("/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
    assert fast.test_client().get("/slow-queries").json == {"limit_ms": 60_000, "queries": []}


def test_the_public_service_shows_no_slow_queries(made: Made) -> None:
    assert made(public=True).test_client().get("/slow-queries").status_code == 404
    assert made(public=True).test_client().get("/health").status_code == 200


def test_text_of_slow_queries_only_when_texts_are_logged(made: Made) -> None:
    app = made(slow_ms=0, log_details="queries")
    app.test_client().post("/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
    body = app.test_client().get("/slow-queries").json
    assert body is not None
    assert body["queries"][0]["query"] == QUERY


def test_health_knows_the_workers(made: Made) -> None:
    app = made()
    app.test_client().post("/sparql", data={"query": QUERY}, headers={"Accept": "text/csv"})
    body = app.test_client().get("/health").json
    assert body is not None
    assert body["workers"]["workers"] >= 1


def test_a_large_store_is_counted_in_the_background(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    from zielgraph.engine import EmbeddedEngine

    counted: list[int] = []

    def slowly(engine: EmbeddedEngine) -> int:
        time.sleep(0.5)
        counted.append(1)
        return 77

    monkeypatch.setattr(EmbeddedEngine, "__len__", slowly)
    client = made().test_client()
    first = client.get("/health").json
    assert first is not None
    assert first["triples"] is None
    deadline = time.monotonic() + 20
    while (body := client.get("/health").json) is not None and body["triples"] is None:
        assert time.monotonic() < deadline
    assert body is not None
    assert (body["triples"], len(counted)) == (77, 1)


def test_what_raises_is_noted_too(made: Made) -> None:
    app = made()

    def broken(environ: Any, start: Any) -> Any:
        environ[LOG]["query"] = "ASK {}"
        raise RuntimeError("geheim")

    observe_of(app)._app = broken
    with pytest.raises(RuntimeError):
        app.test_client().get("/de/")
    (line,) = lines(app)
    assert (line["status"], line["bytes"]) == (500, 0)
    assert "query_hash" in line


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"), ("/de/ziele", "page"), ("/sparql", "sparql"), ("/sparql/update", "update"),
        ("/sparql/graphs", "graphs"), ("/id/koeln/actor/jobcenter", "id"), ("/data/x.ttl", "data"),
        ("/wp-login.php", "other"), ("", "page"),
    ],
)  # fmt: skip
def test_kinds_are_few(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_noting_is_cheap(made: Made) -> None:
    """Far from the target of 20 µs, so that a busy machine does not fail it."""
    observe = observe_of(made(access_log=""))
    environ = {LOG: {"query": QUERY, "rows": 3, "outcome": "ok", "cache": "miss", "seconds": 0.01}}
    begin = time.process_time()
    for _ in range(2000):
        observe.note(environ, "GET", "/sparql", 200, 0.01, 300)
    each = (time.process_time() - begin) / 2000
    assert each < 0.0005, f"{each * 1e6:.0f} µs"
