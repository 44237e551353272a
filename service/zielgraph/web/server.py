"""Runs the application under uvicorn until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from werkzeug.http import parse_cookie

from zielgraph.errors import StoreError, UsageError
from zielgraph.settings import Settings
from zielgraph.web.admission import COOKIE, Admission, body_limit
from zielgraph.web.app import create_app
from zielgraph.web.comparing import newest_comparisons
from zielgraph.web.connection import Connection, Limits
from zielgraph.web.gateway import Gateway
from zielgraph.web.lane import Lane

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_SOCKET_FILE = "unix:"
_GRACE = 5  # seconds beyond the longest query for running answers to be sent
_IDLE = 75  # seconds; longer than a proxy keeps its connections, so that it is the proxy who closes them
_BACKLOG = 2048
_LARGE_ANSWERS = 10  # of the greatest size may wait in memory for their clients
_FOR_ANYBODY = 1_000_000  # bytes of a body
_OWN_FILES = 200  # of the process itself: store, workers, bodies that wait on disk


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises UsageError when the address cannot be used.

    The first signal stops new connections and lets running answers finish, a second one ends at once.
    """
    listening = _listen(settings)
    with listening:
        app = create_app(settings)
        gateway = Gateway(
            app,
            threads=max(settings.threads, 1),
            max_body=functools.partial(_max_body, settings, app.extensions["zielgraph.admission"]),
            max_sending=settings.max_answer_bytes * _LARGE_ANSWERS,
        )
        head = settings.max_query_bytes * 4 + 65536  # percent-encoding may triple a text
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        parts = app.extensions
        lane = Lane(
            parts["zielgraph.observe"],
            parts["zielgraph.admission"],
            parts["zielgraph.endpoint"],
            parts["zielgraph.pool"],
            gateway.submit,
        )
        limits = Limits(connections=max(min(files, 8192) - _OWN_FILES, 16), head=head, lane=lane)
        connection: Any = functools.partial(Connection, limits=limits)
        config = uvicorn.Config(
            gateway,
            http=connection,
            ws="none",
            lifespan="off",
            loop="asyncio",
            interface="asgi3",
            proxy_headers=False,  # admission knows the one proxy
            server_header=False,
            headers=[("Server", "zielgraph")],
            timeout_keep_alive=_IDLE,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=max(settings.query_seconds, settings.write_seconds) + _GRACE,
            log_config=None,
            log_level="critical",  # what clients do wrong is no news
            access_log=False,
        )
        print(f"zielgraph läuft auf {_address(listening, settings)} – beenden mit Strg+C", file=sys.stderr, flush=True)
        try:
            if pool := app.extensions.get("zielgraph.pool"):
                pool.start()  # so that the first query does not wait for its process
            app.extensions["zielgraph.current"].watch(newest_comparisons)  # and the first page not for its lists
            _Server(config).run(sockets=[listening])
        finally:
            gateway.close()
            for name in ("zielgraph.current", "zielgraph.pool", "zielgraph.observe"):
                if part := app.extensions.get(name):
                    part.close()


def _max_body(settings: Settings, admission: Admission, environ: WSGIEnvironment) -> int:
    """Bytes of a body that are waited for. Much is only read from those who may write: it waits on the disk."""
    limit = body_limit(environ["PATH_INFO"], settings)
    if limit <= _FOR_ANYBODY:
        return limit
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        known = scheme.lower() == "bearer" and admission.tokens.verify(secret.strip())
        known = known or admission.sessions.find(parse_cookie(environ).get(COOKIE, ""))
    except StoreError:  # what that means for the request, admission says
        return _FOR_ANYBODY
    return limit if known else _FOR_ANYBODY


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals stop the server while it runs; only the main thread hears them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            if self.should_exit:
                os._exit(128 + number)
            self.should_exit = True

        before = {number: signal.signal(number, stop) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _address(listening: socket.socket, settings: Settings) -> str:
    if listening.family == socket.AF_UNIX:
        return settings.host
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listening.getsockname()[1]}/"


def _listen(settings: Settings) -> socket.socket:
    if settings.host.startswith(_SOCKET_FILE):
        return _listen_at(Path(settings.host.removeprefix(_SOCKET_FILE)))
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off only for sockets that name it.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just in use
        listening.bind((settings.host, settings.port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise UsageError(_why(error, settings)) from None
    return listening


def _listen_at(path: Path) -> socket.socket:
    """A socket file for a proxy of the same group; one that a dead service left is replaced."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket():
            with (
                socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe,
                contextlib.suppress(ConnectionRefusedError),
            ):
                probe.connect(str(path))
                raise UsageError(f"An {path} lauscht schon ein Dienst. Bitte eine andere Datei wählen.")
            path.unlink()
        listening.bind(str(path))
        path.chmod(0o660)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise UsageError(f"An {path} lässt sich nicht lauschen ({error.strerror or error}).") from None
    except UsageError:
        listening.close()
        raise
    return listening


def _why(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} ist belegt. Bitte einen anderen wählen: --port {settings.port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {settings.port} darf dieses Konto nicht benutzen. Bitte einen ab 1024 wählen."
    return f"Unter {settings.host}, Port {settings.port} lässt sich nicht lauschen ({error.strerror or error})."
