"""Runs the application under waitress until it is told to stop."""

from __future__ import annotations

import errno
import signal
import sys
import threading
from types import FrameType

import waitress

from zielgraph.errors import UsageError
from zielgraph.settings import Settings
from zielgraph.web.app import create_app


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises UsageError when the address cannot be used."""
    app = create_app(settings)
    try:
        server = waitress.create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=max(settings.threads, 1),
            ident="zielgraph",
            max_request_header_size=settings.max_query_bytes * 4 + 65536,
            max_request_body_size=settings.max_query_bytes * 8 + 1_000_000,
        )
    except OSError as error:
        raise UsageError(_why(error, settings)) from None

    def stop(signum: int, frame: FrameType | None) -> None:
        raise SystemExit(0)  # ends waitress' loop, which then lets running requests finish

    numbers = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, stop) for number in numbers}
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    port = getattr(server, "effective_port", settings.port) or settings.port
    print(f"zielgraph läuft auf http://{host}:{port}/ – beenden mit Strg+C", file=sys.stderr, flush=True)
    try:
        server.run()
    except SystemExit:
        pass
    finally:
        server.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _why(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} ist belegt. Bitte einen anderen wählen: --port {settings.port + 1}"
    if error.errno == errno.EACCES:
        return f"Port {settings.port} darf dieses Konto nicht benutzen. Bitte einen ab 1024 wählen."
    return f"Unter {settings.host}, Port {settings.port} lässt sich nicht lauschen ({error.strerror or error})."
