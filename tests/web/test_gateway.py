"""The HTTP server against clients that are slow, wrong or gone; a small WSGI application stands behind it."""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
import uvicorn

from zielgraph.web.connection import Connection, Limits
from zielgraph.web.gateway import Gateway

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGE = b"x" * 20_000_000
END = b"\r\n\r\n"
Serve = Callable[..., "Service"]


@dataclass
class Service:
    """A running server; ``seen`` is what its application was asked."""

    port: int = 0
    limits: Limits = field(default_factory=Limits)
    seen: list[tuple[str, dict[str, Any], bytes]] = field(default_factory=list)
    max_body: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        if int(environ.get("CONTENT_LENGTH", 0)) > self.max_body:
            with pytest.raises(OSError, match="too large"):
                environ["wsgi.input"].read()
            start("413 Content Too Large", [])
            return [b"too large"]
        body = environ["wsgi.input"].read()
        self.seen.append((environ["PATH_INFO"], {k: v for k, v in environ.items() if isinstance(v, str)}, body))
        if environ["PATH_INFO"] == "/fail":
            raise RuntimeError("geheim")
        if environ["PATH_INFO"] == "/wait":
            self.go_on.wait(60)
        answer = LARGE if environ["PATH_INFO"] == "/large" else b"%d" % len(body)
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def ask(self, data: bytes) -> bytes:
        """What comes until the server closes the connection."""
        with self.connect() as client:
            client.sendall(data)
            return rest(client)


def rest(client: socket.socket) -> bytes:
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + END


@pytest.fixture
def serve() -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def started(*, max_body: int = 1_000_000, max_sending: int = 10**9, threads: int = 4, **limits: Any) -> Service:
            service = Service(limits=Limits(**limits), max_body=max_body)
            listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            listening.bind(("127.0.0.1", 0))
            listening.listen(500)
            service.port = listening.getsockname()[1]
            gateway = Gateway(service, threads=threads, max_body=lambda environ: max_body, max_sending=max_sending)
            config = uvicorn.Config(
                gateway, http=cast(Any, functools.partial(Connection, limits=service.limits)), ws="none",
                lifespan="off", loop="asyncio", interface="asgi3", proxy_headers=False, log_config=None,
                log_level="critical", access_log=False, timeout_graceful_shutdown=10,
            )  # fmt: skip
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()

            def stop() -> None:
                server.should_exit = True
                thread.join()
                gateway.close()

            stack.callback(stop)
            return service

        yield started


def test_requests_arrive_as_wsgi_wants_them(serve: Serve) -> None:
    service = serve()
    head = service.ask(get("/%C3%BC%2Fa%FF?q=%20a&b", "X-One: 1", "X-One: 2", "Cookie: a=1", "Cookie: b=2"))
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    ((path, environ, body),) = service.seen
    assert path.encode("latin-1") == b"/\xc3\xbc/a\xff"
    assert (environ["QUERY_STRING"], body) == ("q=%20a&b", b"")
    assert (environ["HTTP_X_ONE"], environ["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")
    assert (environ["REMOTE_ADDR"], environ["SERVER_PORT"]) == ("127.0.0.1", str(service.port))


def test_a_header_with_underscore_passes_for_no_other(serve: Serve) -> None:
    service = serve()
    service.ask(get("/", "X_Forwarded_For: 10.0.0.1", "X_Remote-User: chefin"))
    assert not [key for key in service.seen[0][1] if key.startswith("HTTP_X")]


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_request_is_a_400(serve: Serve, request_: bytes) -> None:
    service = serve()
    assert service.ask(request_).startswith(b"HTTP/1.1 400 ")
    assert service.seen == []
    assert service.ask(get("/")).startswith(b"HTTP/1.1 200 ")


def test_bodies(serve: Serve) -> None:
    service = serve()
    assert service.ask(get("/", "Content-Length: 3", method="POST") + b"abc").endswith(b"\r\n\r\n3")
    chunked = get("/", "Transfer-Encoding: chunked", method="POST") + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert service.ask(chunked).endswith(b"\r\n\r\n5")
    assert service.seen[1][1]["CONTENT_LENGTH"] == "5"
    large = b"y" * 900_000  # waits on disk
    assert service.ask(get("/", f"Content-Length: {len(large)}", method="PUT") + large).endswith(b"\r\n\r\n900000")
    assert service.seen[2][2] == large


def test_a_client_that_asks_first_is_answered_first(serve: Serve) -> None:
    service = serve(max_body=100)
    with service.connect() as client:
        client.sendall(get("/", "Content-Length: 3", "Expect: 100-continue", method="POST"))
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"abc")
        assert rest(client).endswith(b"\r\n\r\n3")
    refused = service.ask(get("/", "Content-Length: 101", "Expect: 100-continue", method="POST"))
    assert refused.startswith(b"HTTP/1.1 413 ")


def test_too_large_a_body_is_heard_out_and_forgotten(serve: Serve) -> None:
    service = serve(max_body=100)
    refused = service.ask(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 1_000_000)
    assert refused.startswith(b"HTTP/1.1 413 ")
    assert refused.endswith(b"too large")


def test_far_too_large_a_body_is_not_read(serve: Serve) -> None:
    service = serve(max_body=100)
    refused = service.ask(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n" + b"a" * 50)
    assert refused.startswith(b"HTTP/1.1 413 ")  # and the connection ends, although the client did not ask for that
    assert refused.endswith(b"too large")
    chunked = get("/", "Transfer-Encoding: chunked", method="POST") + b"%x\r\n" % 101 + b"a" * 101 + b"\r\n0\r\n\r\n"
    assert service.ask(chunked).startswith(b"HTTP/1.1 413 ")
    assert service.seen == []


@pytest.mark.parametrize("length", ["Content-Length: 10", "Transfer-Encoding: chunked"])
def test_half_a_body_never_reaches_the_application(serve: Serve, length: str) -> None:
    service = serve()
    with service.connect() as client:
        client.sendall(get("/", length, method="POST") + b"5\r\nabc")
        client.shutdown(socket.SHUT_WR)
        assert not rest(client).startswith(b"HTTP/1.1 2")
    assert service.ask(get("/")).endswith(b"\r\n\r\n0")
    assert [path for path, _, _ in service.seen] == ["/"]


def test_a_head_without_end(serve: Serve) -> None:
    service = serve(head=10_000)
    with service.connect() as client, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(b"GET /" + b"x" * 20_000)
        assert rest(client).startswith(b"HTTP/1.1 431 ")
    with service.connect() as client, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 3000)
        assert rest(client).startswith(b"HTTP/1.1 431 ")
    assert service.seen == []


def test_head_and_one_connection_for_many_requests(serve: Serve) -> None:
    service = serve()
    with service.connect() as client:
        for _ in range(3):
            client.sendall(b"HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n")
            head = client.recv(10_000)
            assert head.endswith(END)
            assert b"content-length: 20000000\r\n" in head
        client.sendall(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert rest(client).count(b"HTTP/1.1 200 OK") == 2
    assert [path for path, _, _ in service.seen][-2:] == ["/a", "/b"]


def test_an_application_that_fails_is_a_500(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    service = serve()
    answer = service.ask(get("/fail?q=gesucht"))
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"geheim" not in answer
    assert "gesucht" not in caplog.text


def test_large_answers_arrive_whole(serve: Serve) -> None:
    answer = serve().ask(get("/large"))
    assert answer.partition(END)[2] == LARGE


def test_requests_that_wait_hold_nobody_up_while_there_are_threads(serve: Serve) -> None:
    service = serve(threads=40)
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(service.connect()) for _ in range(39)]
        for client in waiting:
            client.sendall(get("/wait"))
        assert service.ask(get("/")).endswith(END + b"0")
        service.go_on.set()
        assert all(rest(client).endswith(END + b"0") for client in waiting)


def test_refusals_before_there_is_a_request_say_what_is_wrong(serve: Serve) -> None:
    service = serve(max_body=100)
    chunked = get("/", "Transfer-Encoding: chunked", method="POST") + b"%x\r\n" % 101 + b"a" * 101 + b"\r\n0\r\n\r\n"
    cases = {
        b"rubbish\r\n\r\n": 400,
        b"GET / HTTP/1.1\r\n\r\n": 400,
        get("/?query=" + "x" * 70_000): 414,
        chunked: 413,
    }
    for sent, status in cases.items():
        head, _, body = service.ask(sent).partition(END)
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b"application/problem+json" in head
        assert b"nosniff" in head
        assert json.loads(body)["status"] == status
        assert json.loads(body)["detail"]


def test_slow_clients_hold_nobody_up(serve: Serve) -> None:
    """Many more of them than threads: half heads, half bodies, large answers that nobody reads."""
    service = serve(threads=2)
    begun = [b"GET / HTTP/1.1\r\nHost: a\r\nX-", get("/", "Content-Length: 900", method="POST") + b"a", get("/large")]
    with contextlib.ExitStack() as stack:
        for number in range(60):
            client = stack.enter_context(service.connect())
            client.sendall(begun[number % 3])
        for _ in range(20):
            begin = time.monotonic()
            assert service.ask(get("/", "Content-Length: 3", method="POST") + b"abc").endswith(b"\r\n\r\n3")
            assert time.monotonic() - begin < 10


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (b"", b"HTTP/1.1 408 "),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-", b"HTTP/1.1 408 "),
        (get("/", "Content-Length: 900", method="POST") + b"a", b""),
    ],
)
def test_patience_ends(serve: Serve, begun: bytes, status: bytes) -> None:
    service = serve(patience=0.3)
    with service.connect() as client:
        client.sendall(begun)
        stop = threading.Event()

        def drip() -> None:
            while begun and not stop.wait(0.05):
                with contextlib.suppress(OSError):
                    client.send(b"a")

        thread = threading.Thread(target=drip)
        thread.start()
        answer = rest(client)  # ends, although bytes are still dripping
        stop.set()
        thread.join()
    assert answer.startswith(status)
    assert service.seen == []


def test_a_body_in_good_time_is_waited_for(serve: Serve) -> None:
    service = serve(patience=0.3, slowest=1000)
    with service.connect() as client:
        client.sendall(get("/", "Content-Length: 6000", method="POST"))
        for _ in range(6):
            client.sendall(b"a" * 1000)
            time.sleep(0.12)
        assert rest(client).endswith(b"\r\n\r\n6000")


def test_who_does_not_read_is_cut_off(serve: Serve) -> None:
    service = serve(patience=0.3)
    with service.connect() as client:
        client.sendall(get("/large"))
        time.sleep(2)
        assert len(rest(client)) < len(LARGE)
    assert service.limits.waiting == {}


def test_large_answers_that_wait_have_a_limit(serve: Serve) -> None:
    service = serve(max_sending=len(LARGE) * 2)
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(service.connect()) for _ in range(4)]
        for client in slow:
            client.sendall(get("/large"))
            assert client.recv(10).startswith(b"HTTP/1.1")
        lengths = [len(rest(client)) for client in slow]
    assert [length > len(LARGE) for length in lengths] == [False, False, True, True]


def test_too_many_connections_cost_the_longest_waiting(serve: Serve) -> None:
    service = serve(connections=10)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(service.connect()) for _ in range(10)]
        for client in idle:
            client.sendall(b"GET / HT")
        for _ in range(5):
            assert service.ask(get("/")).startswith(b"HTTP/1.1 200 ")
        assert rest(idle[0]) == b""
        idle[-1].sendall(b"TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert rest(idle[-1]).startswith(b"HTTP/1.1 200 ")
