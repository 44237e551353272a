"""Services that are slow, lead elsewhere or answer nonsense: one sentence, in time, and no other host is asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from engines import CURRENT

from zielgraph.engine import DefaultGraph, Literal, NamedNode, Quad
from zielgraph.engine.endpoint import Endpoint, Server, known_servers
from zielgraph.engine.remote import RemoteEngine
from zielgraph.errors import QueryError, StoreError, TimedOut, TooLarge, UsageError, ZielgraphError

TABLE = b'{"head": {"vars": ["s"]}, "results": {"bindings": []}}'
JSON = "application/sparql-results+json"
ANSWER = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def served(answer: ANSWER) -> Iterator[tuple[str, list[str]]]:
    """A service that answers so; its address and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(f"{self.command} {self.path} {self.headers.get('Authorization', '')} {body.decode()}")
            with suppress(OSError):  # the client has gone
                answer(self)

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(status: int, kind: str, body: bytes, **headers: str) -> ANSWER:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def sleepy(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    for _ in range(60):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def broken_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(TABLE)


FAULTS: list[tuple[str, ANSWER, type[ZielgraphError], str]] = [
    ("sleeps", sleepy, TimedOut, "nicht in 0.5 Sekunden"),
    ("drips", dripping, TimedOut, "nicht in 0.5 Sekunden"),
    ("breaks off", broken_off, StoreError, "unvollständig"),
    ("html", reply(200, "text/html", b"<html></html>"), StoreError, "text/html"),
    ("nonsense", reply(200, JSON, b"{"), StoreError, "nicht lesbar"),
    ("bad rdf", reply(200, "text/turtle", b"<a> <b>"), StoreError, "nicht lesbar"),
    ("400", reply(400, "text/plain", b"bad line 3"), QueryError, "bad line 3"),
    ("404", reply(404, "text/html", b"<html>no</html>"), StoreError, "HTTP 404"),
    ("503", reply(503, "text/plain", b"later"), StoreError, "HTTP 503: later"),
    ("cut", reply(200, JSON, TABLE, X_SPARQL_MaxRows="10"), TooLarge, "gekürzt"),
    ("anytime", reply(200, JSON, TABLE, X_SQL_State="S1TAT"), TooLarge, "gekürzt"),
    ("redirect", reply(302, "text/plain", b"", Location="http://example.org/sparql"), StoreError, "wird nicht befolgt"),
    ("file", reply(302, "text/plain", b"", Location="file:///etc/passwd"), StoreError, "HTTP 302"),
]


@pytest.mark.parametrize(("answer", "kind", "words"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_faults_are_one_sentence(answer: ANSWER, kind: type[ZielgraphError], words: str) -> None:
    with served(answer) as (address, _):
        started = time.monotonic()
        with pytest.raises(kind, match=words) as raised:
            list(RemoteEngine(Endpoint(address, CURRENT, seconds=0.5)).query("SELECT ?s WHERE { ?s ?p ?o }"))  # type: ignore[arg-type]
        assert time.monotonic() - started < 2.5
        assert "\n" not in str(raised.value)


def test_a_redirect_on_the_same_host_is_followed() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/sparql"):
            reply(302, "text/plain", b"", Location="/anders")(handler)
        else:
            reply(200, JSON, TABLE)(handler)

    with served(answer) as (address, asked):
        RemoteEngine(Endpoint(address, CURRENT)).query("SELECT ?s WHERE { ?s ?p ?o }")
    assert len(asked) == 2


def test_basic_login_is_sent_only_when_asked_for_and_then_at_once() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("Authorization"):
            reply(200, JSON, TABLE)(handler)
        else:
            reply(401, "text/plain", b"", WWW_Authenticate='Basic realm="x"')(handler)

    with served(answer) as (address, asked):
        engine = RemoteEngine(Endpoint(address, CURRENT, user="amt", password="geheim"))  # noqa: S106
        for _ in range(3):
            engine.query("SELECT ?s WHERE { ?s ?p ?o }")
    assert [" Basic " in each for each in asked] == [False, True, True, True]


def test_without_a_graph_store_address_updates_are_sent() -> None:
    with served(reply(200, JSON, TABLE)) as (address, asked):
        quad = Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("x"), DefaultGraph())
        RemoteEngine(Endpoint(address, CURRENT)).add([quad])
    assert "INSERT DATA" in asked[-1]
    assert f"GRAPH <{CURRENT}>" in asked[-1]


@pytest.mark.parametrize(
    ("query", "told", "update", "graphs"),
    [
        ("http://x/sparql", "Virtuoso/07.20", "http://x/sparql-auth", "http://x/sparql-graph-crud-auth"),
        ("http://x/query", "Oxigraph/0.5", "http://x/update", "http://x/store"),
        ("http://x/ds/query", "Apache Jena Fuseki (5.0)", "http://x/ds/update", "http://x/ds/data"),
        (
            "http://x/repositories/koeln",
            "",
            "http://x/repositories/koeln/statements",
            "http://x/repositories/koeln/rdf-graphs/service",
        ),
        ("http://x/db/query", "Stardog", "http://x/db/update", "http://x/db"),
        (
            "https://c.eu.neptune.amazonaws.com:8182/sparql",
            "",
            "https://c.eu.neptune.amazonaws.com:8182/sparql",
            "https://c.eu.neptune.amazonaws.com:8182/sparql/gsp/",
        ),
    ],
)
def test_addresses_follow_from_that_for_queries(query: str, told: str, update: str, graphs: str) -> None:
    found: list[tuple[Server, dict[str, str]]] = [
        (server, parts) for server in known_servers() if (parts := server.fits(query, told)) is not None
    ]
    server, parts = found[0]
    assert (server.update.format(**parts), server.graphs.format(**parts)) == (update, graphs)


@pytest.mark.parametrize(
    "address", ["", "x", "file:///x", "http://", "http://a b/", "http://x:99999/", "http://x/?a=b"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UsageError):
        Endpoint("http://x/query", CURRENT, update=address or "gopher://x")
