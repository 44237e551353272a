"""The lane for programs beside the way through the threads: the same answers, the same notes, and no thread."""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
import uvicorn
from flask import Flask
from pools import wait

from zielgraph import settings
from zielgraph.access import Tokens
from zielgraph.web import create_app
from zielgraph.web.admission import body_limit
from zielgraph.web.connection import Connection, Limits
from zielgraph.web.gateway import Gateway
from zielgraph.web.lane import Lane

Serve = Callable[..., "Service"]
LABELS = (
    "SELECT ?l { ?t a <https://w3id.org/zielgraph/ontology#Theme> ; <http://www.w3.org/2000/01/rdf-schema#label> ?l }"
)
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MANY = "SELECT * { ?s ?p ?o } LIMIT 4000"
JSON = "Accept: application/sparql-results+json"
FORM = "Content-Type: application/x-www-form-urlencoded"


def get(query: str, *headers: str, method: str = "GET", more: str = "", version: str = "1.1") -> bytes:
    lines = [f"{method} /sparql?query={quote(query)}{more} HTTP/{version}", "Host: localhost", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(body: str, *headers: str) -> bytes:
    lines = ["POST /sparql HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@dataclass
class Service:
    """The application behind a socket."""

    app: Flask
    port: int

    def ask(self, *requests: bytes) -> list[tuple[str, dict[str, str], bytes]]:
        """Status line, headers without the date, and body of the answers to requests on one connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as client:
            client.sendall(b"".join(requests))
            with client.makefile("rb") as stream:
                return [answer(stream, request.startswith(b"HEAD")) for request in requests]

    def notes(self) -> list[dict[str, Any]]:
        """The access log without what is measured."""
        log = self.app.extensions["zielgraph.observe"].log
        log.close()
        lines = [json.loads(line) for line in Path(log.target).read_text("utf-8").splitlines()]
        return [{name: line[name] for name in line if name not in ("time", "ms", "engine_ms")} for line in lines]

    def counted(self) -> list[str]:
        """The numbers that say how many of what there were."""
        text = self.app.extensions["zielgraph.observe"].metrics.text().decode()
        names = ("zielgraph_requests_total", "zielgraph_queries_total", "zielgraph_cache_total")
        return sorted(line for line in text.splitlines() if line.startswith(names) or "_count" in line)


def answer(stream: Any, bare: bool) -> tuple[str, dict[str, str], bytes]:
    status = stream.readline().decode().strip()
    headers = {}
    while line := stream.readline().decode().strip():
        name, _, value = line.partition(": ")
        headers[name] = value
    headers.pop("date", None)
    bare = bare or " 304 " in status or " 204 " in status
    return status, headers, b"" if bare else stream.read(int(headers["content-length"]))


@pytest.fixture
def serve(koeln_folder: Path, tmp_path: Path) -> Iterator[Serve]:
    """``serve(lane=True, threads=2, **settings)``: a running service."""
    with contextlib.ExitStack() as stack:

        def started(*, lane: bool = True, threads: int = 2, **given: Any) -> Service:
            log = tmp_path / f"access-{lane}.log"
            usual = {"data": koeln_folder, "access_log": log, "rate": 0, "query_seconds": 2, "memory_quads": 0}
            chosen = settings.load({}, **(usual | given))
            app = create_app(chosen)
            stack.callback(app.extensions["zielgraph.close"])
            app.extensions["zielgraph.pool"].start()
            gateway = Gateway(app, threads=threads, max_body=lambda environ: body_limit(environ["PATH_INFO"], chosen))
            observe, admission, endpoint, pool = (
                app.extensions[f"zielgraph.{name}"] for name in ("observe", "admission", "endpoint", "pool")
            )
            limits = Limits(lane=Lane(observe, admission, endpoint, pool, gateway.submit) if lane else None)
            listening = socket.create_server(("127.0.0.1", 0))
            config = uvicorn.Config(
                gateway, http=cast(Any, functools.partial(Connection, limits=limits)), ws="none", lifespan="off",
                loop="asyncio", interface="asgi3", proxy_headers=False, log_config=None, log_level="critical",
                access_log=False, timeout_graceful_shutdown=10, server_header=False, headers=[("Server", "zielgraph")],
            )  # fmt: skip
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()

            def stop() -> None:
                server.should_exit = True
                thread.join()
                gateway.close()

            stack.callback(stop)
            return Service(app, listening.getsockname()[1])

        yield started


ASKED = {
    "rows": get(LABELS, JSON),
    "again": get(LABELS, JSON),
    "xml": get(LABELS, "Accept: application/sparql-results+xml"),
    "csv by name": get(LABELS, more="&format=csv"),
    "yes or no": get("ASK {}"),
    "graph": get("CONSTRUCT { <urn:a> <urn:b> 1 } {}", "Accept: text/turtle"),
    "head": get(LABELS, JSON, method="HEAD"),
    "form": post(f"query={quote(LABELS)}", FORM, JSON),
    "body": post(LABELS, "Content-Type: application/sparql-query", JSON),
    "large": get(MANY, JSON),
    "large again": get(MANY, JSON),
    "large head": get(MANY, JSON, method="HEAD"),
    "not to be kept": get("SELECT (STRLEN(STR(NOW())) > 0 AS ?n) {}", JSON),
    "syntax": get("SELECT * { ?s ?p", JSON),
    "an update": get("DROP ALL", JSON),
    "SERVICE": get("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", JSON),
    "slow": get(ENDLESS, JSON, more="&timeout=1.2"),
    "timeout": get(ENDLESS, JSON, more="&timeout=0.2"),
    "bad timeout": get("ASK {}", JSON, more="&timeout=x"),
    "no format": get(LABELS, "Accept: image/png"),
    "unknown format": get(LABELS, more="&format=docx"),
    "graph for rows": get(LABELS, "Accept: text/turtle"),
    "page": get("ASK {}", "Accept: text/html"),
    "page by name": get("ASK {}", more="&format=html"),
    "description": b"GET /sparql HTTP/1.1\r\nHost: localhost\r\nAccept: text/turtle\r\n\r\n",
    "options": b"OPTIONS /sparql HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "other method": b"DELETE /sparql HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "other host": get("ASK {}", JSON).replace(b"Host: localhost", b"Host: evil.example"),
    "no host, old": b"GET /sparql?query=ASK%7B%7D HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "encoded path": get("ASK {}", JSON).replace(b"/sparql", b"/s%70arql"),
    "not UTF-8": b"GET /sparql?query=ASK%7B%7D%FF HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "wrong token": get("ASK {}", JSON, "Authorization: Bearer zg_geraten"),
    "forwarded by nobody": get("ASK {}", JSON, "X-Forwarded-Host: evil.example", "X-Forwarded-For: 1.2.3.4"),
    "chunked": post("", "Content-Type: application/sparql-query").replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )
    + b"6\r\nASK {}\r\n0\r\n\r\n",
    "last": get("ASK {}", "Connection: close"),
}


def test_the_same_answers_notes_and_numbers_as_through_the_threads(serve: Serve) -> None:
    lane, threads = serve(), serve(lane=False)
    for name, request in ASKED.items():
        expected = threads.ask(request)
        if name == "page":
            expected, found = [(e[0], e[1], b"") for e in expected], [(f[0], f[1], b"") for f in lane.ask(request)]
        else:
            found = lane.ask(request)
        assert found == expected, name
        assert found[0][0].startswith("HTTP/1.1 ")
    assert lane.notes() == threads.notes()
    assert len(lane.notes()) == len(ASKED)
    assert lane.counted() == threads.counted()


def test_a_known_answer_is_not_sent_again(serve: Serve) -> None:
    ((_, headers, _),) = (service := serve()).ask(get(LABELS, JSON))
    ((status, again, body),) = service.ask(get(LABELS, JSON, f"If-None-Match: {headers['etag']}"))
    assert (status.split()[1], body) == ("304", b"")
    assert again["etag"] == headers["etag"]


def test_lookups_need_no_thread(serve: Serve) -> None:
    """There is none here, so whatever went the other way would never be answered."""
    service = serve(threads=0)
    pool = service.app.extensions["zielgraph.pool"]
    wait(lambda: len(pool._idle) >= 2)
    asked = [get(f"SELECT ({number} AS ?n) {{}}", "Accept: text/csv") for number in range(30)] * 2
    answers = [service.ask(each)[0] for each in asked]
    assert [body.split()[1] for _, _, body in answers] == [b"%d" % number for number in range(30)] * 2
    assert service.app.extensions["zielgraph.cache"].stats()["hit"] == 30


def test_several_requests_at_once_are_answered_in_turn(serve: Serve) -> None:
    queries = ["ASK { FILTER(1 = 1) }", "SELECT * { ?s ?p", LABELS, MANY, "ASK { FILTER(1 = 2) }"]
    answers = serve().ask(*[get(query, JSON) for query in queries])
    assert [status.split()[1] for status, _, _ in answers] == ["200", "400", "200", "200", "200"]
    assert [json.loads(answers[place][2])["boolean"] for place in (0, 4)] == [True, False]


def test_who_asks_too_often_is_told(serve: Serve) -> None:
    service = serve(rate=1, rate_burst=3)
    answers = service.ask(*[get("ASK {}", JSON)] * 50)
    told = [status.split()[1] for status, _, _ in answers]
    assert told[:3] == ["200"] * 3
    assert "retry-after" in answers[told.index("429")][1]


def test_a_token_is_needed_away_from_this_machine_and_ends_at_once(
    serve: Serve, tmp_path: Path, koeln_copy: Path
) -> None:
    tokens = Tokens(koeln_copy)
    secret = tokens.create("probe", "read")
    service = serve(data=koeln_copy, host="0.0.0.0", hosts=("localhost",), lane=True)  # noqa: S104 -- only a setting
    asked = get("ASK {}", JSON, f"Authorization: Bearer {secret}")
    answers = service.ask(get("ASK {}", JSON), asked, asked)
    assert [status.split()[1] for status, _, _ in answers] == ["401", "200", "200"]
    assert answers[1][1]["cache-control"] == "private, no-cache"
    tokens.revoke("probe")
    assert [status.split()[1] for status, _, _ in service.ask(asked, asked)] == ["401", "401"]


def test_a_client_that_leaves_costs_nothing(serve: Serve) -> None:
    service = serve()
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(get(ENDLESS, JSON, more="&timeout=0.5"))
    assert service.ask(get("ASK {}", JSON))[0][0] == "HTTP/1.1 200 OK"


def test_large_answers_that_nobody_reads_are_cut_off(serve: Serve) -> None:
    service = serve()
    whole = len(service.ask(get(MANY, JSON))[0][2])
    assert whole > 300_000
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(get(MANY, JSON) * 20)
        assert service.ask(get("ASK {}", JSON))[0][0] == "HTTP/1.1 200 OK"
