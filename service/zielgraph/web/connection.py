"""One HTTP connection: uvicorn's, with patience that ends.

A client that has sent half a request, or does not take the answer it asked for, is waited for only so long, and the
longest-waiting of them goes first when there are too many connections. Nobody else notices.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zielgraph.web.dressing import bare_refusal
from zielgraph.web.gateway import PIECE
from zielgraph.web.lane import RAW_PATH, Lane

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

_LONGEST_ADDRESS = 65_535  # bytes that the parser takes


@dataclass
class Limits:
    """What all connections of a server share.

    ``patience`` is the time in seconds for a request to arrive, and for a full send buffer to move; a body gets more,
    one second for each ``slowest`` bytes. ``head`` is the largest request line with headers, in bytes. ``lane`` answers
    what it can without the application.
    """

    connections: int = 800
    head: int = 500_000
    patience: float = 20.0
    slowest: int = 16_384
    lane: Lane | None = None
    # Connections on which the server waits for the client, the longest-waiting first.
    waiting: dict[Connection, None] = field(default_factory=dict)


class _Joined:
    """The transport for one answer: its head goes out together with what follows, as one packet."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._head: bytes | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head is None:
            self._head = data
            self._loop.call_soon(self._flush)  # in case nothing follows at once
        else:
            head, self._head = self._head, b""
            self._transport.write(head + data if head else data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            self.write(b"")


class _Exchange:
    """A request in the lane and its answer; for uvicorn one of its own."""

    __slots__ = ("disconnected", "keep_alive", "message_event", "response_complete")

    def __init__(self, keep_alive: bool) -> None:
        self.keep_alive = keep_alive
        self.disconnected = self.response_complete = False
        self.message_event = _NOBODY_WAITS


_NOBODY_WAITS = asyncio.Event()
_IN_LANE = (b"GET", b"HEAD", b"POST")
_SHORT_BODY = 65_536


class Connection(HttpToolsProtocol):
    """Made by uvicorn for each client."""

    def __init__(self, *arguments: Any, limits: Limits, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._limits = limits
        self._received = 0
        self._begun = 0.0
        self._in_head = self._arriving = False
        self._short: list[bytes] | None = None  # the body of a request for the lane, as far as it has come
        self._incoming: asyncio.TimerHandle | None = None
        self._outgoing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the new client, at the cost of whoever is being waited for longest."""
        super().connection_made(transport)
        waiting = self._limits.waiting
        if len(self.connections) > self._limits.connections:
            # Nobody waits: all are being answered, and this one comes too often.
            (next(iter(waiting)) if waiting else self).transport.abort()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._answering()
        if self._outgoing:
            self._outgoing.cancel()
        super().connection_lost(exc)

    # --- what comes in

    def _wait(self) -> None:
        self._limits.waiting[self] = None
        self._begun, self._received = self.loop.time(), 0
        self._incoming = self.loop.call_later(self._limits.patience, self._late)

    def _answering(self) -> None:
        self._limits.waiting.pop(self, None)
        if self._incoming:
            self._incoming.cancel()
            self._incoming = None

    def _late(self) -> None:
        body = 0 if self._in_head else self._received
        rest = self._begun + self._limits.patience + body / self._limits.slowest - self.loop.time()
        if rest > 0:
            self._incoming = self.loop.call_later(rest, self._late)
        elif self.cycle is None or self.cycle.response_complete:
            self._refuse(408)
        else:
            self.transport.abort()  # in the midst of a body; the gateway learns that the client is gone

    def data_received(self, data: bytes) -> None:
        """Parse; a head without end is refused."""
        self._received += len(data)
        super().data_received(data)
        if self._arriving and self._incoming is None:  # most requests are whole at once, and need no timer
            self._wait()
            self._received = len(data)
        if self._in_head and self._received > self._limits.head and not self.transport.is_closing():
            self._refuse(431)

    def on_message_begin(self) -> None:
        """The first byte of a request: now it has to arrive."""
        super().on_message_begin()
        self._in_head = self._arriving = True

    def on_headers_complete(self) -> None:
        """The body may follow."""
        self._in_head = False
        if self._for_lane():
            self._short = []
        else:
            self._begin_cycle()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._short is None:
            super().on_body(body)
        else:
            self._short.append(body)

    def on_message_complete(self) -> None:
        """All is there."""
        self._arriving = False
        self._answering()
        if self._short is None:
            super().on_message_complete()
            return
        body, self._short = b"".join(self._short), None
        if not self._in_lane(body):
            self._begin_cycle()
            if body:
                super().on_body(body)
            super().on_message_complete()

    def _begin_cycle(self) -> None:
        """Let uvicorn call the application."""
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:  # None before the first request
            self.cycle.transport = _Joined(self.transport, self.loop)  # type: ignore[assignment]

    # --- the lane

    def _for_lane(self) -> bool:
        """Whether the request whose head has come may be one for the lane."""
        path, _, query = self.url.partition(b"?")
        method = self.parser.get_method()
        if self._limits.lane is None or path != RAW_PATH or method not in _IN_LANE or b"#" in query:
            return False
        if self.expect_100_continue or self.parser.should_upgrade() or self.flow.write_paused:
            return False
        if self.cycle is not None and not self.cycle.response_complete:
            return False  # an earlier request on this connection is still being answered
        length = 0
        for name, value in self.headers:
            if name == b"transfer-encoding":
                return False
            if name == b"content-length":
                length = int(value)
        if length > (_SHORT_BODY if method == b"POST" else 0):
            return False
        scope = self.scope
        scope["method"], scope["http_version"] = method.decode("ascii"), self.parser.get_http_version()
        scope["raw_path"], scope["query_string"] = path, query
        return True

    def _in_lane(self, body: bytes) -> bool:
        """Give a whole request to the lane. Whether it takes it."""
        lane = self._limits.lane
        if lane is None:
            return False
        exchange = _Exchange(self.scope["http_version"] != "1.0" and self.parser.should_keep_alive())
        before, self.cycle = self.cycle, exchange  # type: ignore[assignment]

        def respond(head: bytes, body: bytes) -> None:
            self._respond(exchange, head, body)

        if lane.take(self.scope, body, respond):
            return True
        self.cycle = before
        return False

    def _respond(self, exchange: _Exchange, head: bytes, body: bytes) -> None:
        if self.transport.is_closing():
            return
        usual = b"".join(b"%b: %b\r\n" % header for header in self.server_state.default_headers)
        end = b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n"
        start = b"".join((head, usual, end))
        if len(body) <= PIECE:
            self.transport.write(start + body)
            self._complete(exchange)
            return
        self.transport.write(start)
        task = self.loop.create_task(self._send(exchange, body))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _send(self, exchange: _Exchange, body: bytes) -> None:
        """A large body, at the pace of the client."""

        async def piece(message: ASGISendEvent) -> None:
            if self.flow.write_paused and not self.transport.is_closing():
                await self.flow.drain()
            if not self.transport.is_closing() and message["type"] == "http.response.body":
                self.transport.write(message["body"])

        gateway: Any = self.app
        try:
            await gateway.send(body, piece)
        except asyncio.CancelledError:  # too much waits to be sent
            self.transport.close()
            raise
        self._complete(exchange)

    def _complete(self, exchange: _Exchange) -> None:
        exchange.response_complete = True
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def on_response_complete(self) -> None:
        """Idle until the next request; uvicorn ends that after its own time."""
        super().on_response_complete()
        if self._incoming is None:
            self._limits.waiting[self] = None

    def send_400_response(self, msg: str) -> None:
        """What is no request is refused; the parser takes an address that is too long for one."""
        self._refuse(414 if len(getattr(self, "url", b"")) > _LONGEST_ADDRESS else 400)

    def _refuse(self, status: int) -> None:
        headers, body = bare_refusal(status)
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers)]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        self.transport.close()

    # --- what goes out

    def pause_writing(self) -> None:
        """The client does not read as fast as it asked."""
        super().pause_writing()
        self._outgoing = self.loop.call_later(self._limits.patience, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads."""
        if self._outgoing:
            self._outgoing.cancel()
            self._outgoing = None
        super().resume_writing()
