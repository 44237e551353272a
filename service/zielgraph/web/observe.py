"""What went through the service: access log, numbers and slow queries. The outermost WSGI middleware.

By default nothing here leads to a person or tells what somebody asked: no addresses, names, tokens, query strings or
query texts. ``log_details`` adds texts and addresses.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, jsonify
from werkzeug.exceptions import NotFound

from zielgraph import __version__
from zielgraph.errors import StoreError
from zielgraph.settings import Settings
from zielgraph.web.accesslog import AccessLog
from zielgraph.web.current import Current, State, state
from zielgraph.web.metrics import CONTENT_TYPE, Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOG = "zielgraph.log"
_SLOW_KEPT = 50
_LONGEST_PATH = 500
_HURRY = 0.1  # seconds that somebody waits for a count; later ones find it done

blueprint = Blueprint("observe", __name__)


class Observe:
    """The middleware. Handlers add to ``environ["zielgraph.log"]``: query, rows, outcome, cache, seconds."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app: WSGIApplication = app.wsgi_app
        self._slow_ms = settings.slow_ms
        self._texts, self._clients = "queries" in settings.log_details, "clients" in settings.log_details
        self._current: Current = app.extensions["zielgraph.current"]
        self._pool = app.extensions.get("zielgraph.pool")
        self.log = AccessLog(settings.access_log)
        self.slow: deque[dict[str, object]] = deque(maxlen=_SLOW_KEPT)
        self.size = Size()
        self.metrics = Metrics(self._gauges, self.pool)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request and note it."""
        begin = time.perf_counter()
        environ[LOG] = {}
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        status = 500

        def start(line: str, headers: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
            nonlocal status
            status = int(line[:3])
            return start_response(line, headers, error) if error else start_response(line, headers)

        def done(size: int) -> None:
            self.note(environ, method, path, status, time.perf_counter() - begin, size)

        try:
            parts = self._app(environ, start)
        except BaseException:
            done(0)
            raise
        if isinstance(parts, list):
            done(sum(map(len, parts)))
            return parts
        return _Counted(parts, done)

    def close(self) -> None:
        """Write what is left of the log."""
        self.log.close()

    def pool(self) -> dict[str, int]:
        """What the workers are doing."""
        return self._pool.stats() if self._pool else {}

    def note(self, environ: WSGIEnvironment, method: str, path: str, status: int, seconds: float, size: int) -> None:
        """Note an answered request; ``size`` is the answer's in bytes, ``environ[LOG]`` what the handlers said."""
        log: dict[str, Any] = environ[LOG]
        query = log.get("query")
        slow = query is not None and seconds * 1000 >= self._slow_ms
        self.metrics.count(path, method, status, seconds, log, slow)
        if not slow and not self.log.target:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "time": now,
            "method": method,
            "path": path[:_LONGEST_PATH].encode("latin-1", "replace").decode("utf-8", "replace"),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "bytes": size,
        }
        if query is not None:
            line["query_hash"] = hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:16]
        for name in ("rows", "outcome", "cache"):
            if name in log:
                line[name] = log[name]
        if "seconds" in log:
            line["engine_ms"] = round(log["seconds"] * 1000, 1)
        if self._texts and query is not None:
            line["query"] = query
        if slow:
            self.slow.append({name: line[name] for name in line if name not in ("method", "path", "status", "bytes")})
        if self._clients:
            line["client"] = environ.get("REMOTE_ADDR", "")
        self.log.write(json.dumps(line, separators=(",", ":")))

    def _gauges(self) -> dict[str, float]:
        found: dict[str, float] = {"log_lines_dropped": self.log.dropped}
        try:
            now = self._current.state()
        except StoreError:
            return found
        if now.info.name:
            age = datetime.now(UTC) - datetime.fromisoformat(now.info.created).astimezone(UTC)
            found |= {"snapshot": int(now.info.name), "snapshot_age_seconds": age.total_seconds()}
        triples = self.size.of(now)
        return found if triples is None else found | {"triples": triples}


class _Counted:
    """An answer whose bytes are counted on their way."""

    def __init__(self, parts: Iterable[bytes], done: Callable[[int], None]) -> None:
        self._parts, self._done, self._size = parts, done, 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._size += len(part)
            yield part

    def close(self) -> None:
        try:
            if close := getattr(self._parts, "close", None):
                close()
        finally:
            self._done(self._size)


class Size:
    """How many triples a state has, counted once in the background: millions take seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: State | None = None
        self._thread: threading.Thread | None = None
        self._count: int | None = None

    def of(self, now: State) -> int | None:
        """The number, or None while it is being counted."""
        with self._lock:
            if self._state is not now:
                self._state, self._count = now, None
                self._thread = threading.Thread(target=self._work, args=(now,), daemon=True)
                self._thread.start()
            thread = self._thread
        if thread:
            thread.join(_HURRY)
        with self._lock:
            return self._count if self._state is now else None

    def _work(self, now: State) -> None:
        count = len(now.engine)
        with self._lock:
            if self._state is now:
                self._count, self._thread = count, None


def register(app: Flask, settings: Settings) -> None:
    """Install middleware and addresses; call it last, when everything else is there."""
    observe = Observe(app, settings)
    app.extensions["zielgraph.observe"] = observe
    app.wsgi_app = observe  # type: ignore[method-assign]
    app.register_blueprint(blueprint)


def _observe() -> Observe:
    found: Observe = current_app.extensions["zielgraph.observe"]
    return found


@blueprint.get("/health")
def health() -> dict[str, object]:
    """Whether the data can be read; StoreError, a 503, when not."""
    now, observe = state(), _observe()
    return {
        "status": "ok",
        "version": __version__,
        "snapshot": now.info.name or None,
        "editions": len(now.info.editions),
        "triples": observe.size.of(now),
        "workers": observe.pool(),
    }


@blueprint.get("/metrics")
def metrics() -> Response:
    """The numbers for Prometheus."""
    return Response(_observe().metrics.text(), content_type=CONTENT_TYPE)


@blueprint.get("/slow-queries")
def slow_queries() -> Response:
    """The last slow queries, the newest first; only of the internal service."""
    settings: Settings = current_app.extensions["zielgraph.settings"]
    if settings.public:
        raise NotFound
    return jsonify({"limit_ms": settings.slow_ms, "queries": list(reversed(_observe().slow))})
