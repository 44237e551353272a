"""From the HTTP server to the WSGI application: whole requests in, whole answers out.

A request body is gathered on the event loop before a thread sees it, and an answer is sent from there when the thread
is free again. So a client that drips bytes or does not read never holds a thread or a query worker.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from zielgraph.web.dressing import bare_refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope

_LOG = logging.getLogger("zielgraph.web")
_IN_MEMORY = 262_144  # larger bodies wait on disk
PIECE = 262_144  # larger answers are handed over in such pieces, at the pace of the client
_DISCARDED = 16_000_000  # bytes of a body that is too large, but small enough to hear it out
_WITHOUT_BODY = (204, 304)
_Answer = tuple[int, list[tuple[str, str]], bytes]


class BadRequestError(Exception):
    """A request that does not reach the application."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _ClientGoneError(Exception):
    """The client left before its request was whole."""


class _Unread(io.BytesIO):
    """A body that nobody waited for; whoever wants to read it fails, and takes it for an empty one never."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Raises OSError."""
        raise OSError("the body was too large to be read")

    readline = readlines = readinto = read1 = __next__ = read  # type: ignore[assignment]


class Gateway:
    """A WSGI application as ASGI servers want it, with threads of its own.

    ``max_body`` gives the largest body in bytes that is read for a request. One that announces more gets to the
    application unread, for it knows what to answer. ``max_sending`` is how many bytes of large answers
    may wait for their clients; beyond, whoever takes longest is cut off.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        max_body: Callable[[WSGIEnvironment], int],
        max_sending: int = 500_000_000,
    ) -> None:
        self._app, self._max_body, self._max_sending = app, max_body, max_sending
        self._sending: dict[asyncio.Task[Any], int] = {}  # bytes of large answers, the oldest first
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True, name=f"web-{n}") for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Let the threads end when they have nothing more to do."""
        for _ in self._threads:
            self._jobs.put(None)

    def submit(self, job: Callable[[], None]) -> None:
        """Have a function called in one of the threads. It must not raise."""
        self._jobs.put(job)

    def _work(self) -> None:
        while self._did_one():
            pass

    def _did_one(self) -> bool:
        """Do one job, and let go of it before the next is waited for: it holds request and answer."""
        job = self._jobs.get()
        if job is not None:
            job()
        return job is not None

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        try:
            environ = to_environ(scope)
            with await self._body(environ, receive) as body:
                environ["wsgi.input"] = body
                status, headers, answer = await self._run(environ)
                if isinstance(body, _Unread):
                    headers = [*headers, ("Connection", "close")]
        except BadRequestError as refused:
            status, (headers, answer) = refused.status, bare_refusal(refused.status)
        except _ClientGoneError:
            return
        if status not in _WITHOUT_BODY and not any(name.lower() == "content-length" for name, _ in headers):
            headers = [*headers, ("Content-Length", str(len(answer)))]
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": encoded})
        if len(answer) <= PIECE:
            await send({"type": "http.response.body", "body": answer, "more_body": False})
        else:
            await self.send(answer, send)

    async def send(self, answer: bytes, send: ASGISendCallable) -> None:
        """Send a large answer piece by piece, in a task of its own, which is ended when too much waits to be sent."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("outside of a task")
        while self._sending and sum(self._sending.values()) + len(answer) > self._max_sending:
            oldest = next(iter(self._sending))
            del self._sending[oldest]
            oldest.cancel()  # the connection ends before the length that was announced
        self._sending[task] = len(answer)
        try:
            for start in range(0, len(answer), PIECE):
                piece, more = answer[start : start + PIECE], start + PIECE < len(answer)
                await send({"type": "http.response.body", "body": piece, "more_body": more})
                await asyncio.sleep(0)  # a client that left is noticed between two pieces
        finally:
            self._sending.pop(task, None)

    async def _body(self, environ: WSGIEnvironment, receive: ASGIReceiveCallable) -> IO[bytes]:
        """The whole body. Raises BadRequestError when it is too large, _ClientGoneError when it does not come."""
        announced, limit = int(environ.get("CONTENT_LENGTH", 0)), self._max_body(environ)
        if announced > limit:
            environ["wsgi.input_terminated"] = False
            if announced <= _DISCARDED and "HTTP_EXPECT" not in environ:
                await self._discard(receive)
            return _Unread()
        if not announced and "HTTP_TRANSFER_ENCODING" not in environ:
            return io.BytesIO()
        body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 the caller closes it
        size, more = 0, True
        try:
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise _ClientGoneError
                size += len(message["body"])
                if size > limit:
                    raise BadRequestError(413)
                body.write(message["body"])
                more = message.get("more_body", False)
        except BaseException:
            body.close()
            raise
        body.seek(0)
        environ["CONTENT_LENGTH"] = str(size)  # also of a chunked body, which is whole now
        return body

    async def _discard(self, receive: ASGIReceiveCallable) -> None:
        """Read a body and forget it: many clients look for an answer only when they have sent everything."""
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                raise _ClientGoneError
            more = message.get("more_body", False)

    async def _run(self, environ: WSGIEnvironment) -> _Answer:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_Answer] = loop.create_future()

        def deliver(answer: _Answer) -> None:
            if not done.done():  # else the server stops, and waits no longer
                done.set_result(answer)

        def job() -> None:
            answer = self._called(environ)
            try:
                loop.call_soon_threadsafe(deliver, answer)
            except RuntimeError:
                _LOG.debug("an answer came when the server had stopped")

        self.submit(job)
        return await done

    def _called(self, environ: WSGIEnvironment) -> _Answer:
        begun: list[tuple[int, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
            begun[:] = [(int(status[:3]), headers)]
            return written.append

        try:
            parts: Iterable[bytes] = self._app(environ, start)
            try:
                body = b"".join([*written, *parts])
            finally:
                if close := getattr(parts, "close", None):
                    close()
            return *begun[0], body
        except Exception:
            _LOG.exception("%s %s", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            return 500, [("Content-Type", "text/plain")], b""


def to_environ(scope: HTTPScope) -> WSGIEnvironment:
    """The WSGI environment of a request, without ``wsgi.input``.

    Headers with an underscore are left out: they would pass for those with a hyphen, which a proxy has checked.
    Raises BadRequestError(400) for a request without exactly one Host.
    """
    host, port = scope["server"] or ("", None)
    client = scope["client"]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0] if client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue
        key = _key(raw)
        text = value.decode("latin-1")
        if key in environ:
            if key == "HTTP_HOST":
                raise BadRequestError(400)
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text
    if "HTTP_HOST" not in environ and scope["http_version"] != "1.0":
        raise BadRequestError(400)
    return environ


_KEYS: dict[bytes, str] = {}


def _key(raw: bytes) -> str:
    """Name of a header in the environment; usual ones are remembered."""
    key = _KEYS.get(raw)
    if key is None:
        key = raw.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if len(_KEYS) < 200:
            _KEYS[raw] = key
    return key
