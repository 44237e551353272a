"""``/sparql`` for programs without the way through Flask, which takes longer than many a query."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.sansio.utils import get_current_url
from werkzeug.wsgi import get_host, get_input_stream

from zielgraph.web.endpoint import Answer, Endpoint
from zielgraph.web.negotiate import prefers_html
from zielgraph.web.problems import Problem, title_of
from zielgraph.web.protocol import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/sparql"
REQUEST = "zielgraph.sparql"
_LOG = logging.getLogger("zielgraph.web")
_SENTENCES = {400: "Der Rumpf der Anfrage kam nicht vollständig an.", 413: "Die Anfrage ist zu lang."}
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Shortcut:
    """Middleware: answers programs itself and lets Flask make the pages, which finds the request as ``REQUEST``."""

    def __init__(self, app: WSGIApplication, endpoint: Endpoint, *, max_bytes: int) -> None:
        self._app, self._endpoint, self._max_bytes = app, endpoint, max_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or pass it on."""
        if environ.get("PATH_INFO") != PATH:
            return self._app(environ, start_response)
        log = environ.setdefault("zielgraph.log", {})
        try:
            request = request_of(environ, self._max_bytes)
            if not prefers_html(request.accept) and (
                answer := self._endpoint.respond(request, environ.get("zielgraph.caller"), log)
            ):
                return _sent(answer, environ, start_response)
        except HTTPException as error:  # of reading the body
            sentence = _SENTENCES.get(error.code or 400, "Die Anfrage ließ sich nicht lesen.")
            return _sent(self._endpoint.refused(Problem(error.code or 400, sentence), log), environ, start_response)
        except Exception:
            return _sent(failure(self._endpoint, environ), environ, start_response)
        environ[REQUEST] = request
        environ["wsgi.input"] = io.BytesIO(request.body)
        return self._app(environ, start_response)


def failure(endpoint: Endpoint, environ: WSGIEnvironment) -> Answer:
    """What is answered, and put into the log, where an error of the program itself is being handled."""
    _LOG.exception("%s %s", environ.get("REQUEST_METHOD"), PATH)
    problem = Problem(500, "Im Dienst ist ein Fehler aufgetreten. Er wurde aufgezeichnet.", title_of(500))
    return endpoint.refused(problem, environ["zielgraph.log"])


def request_of(environ: WSGIEnvironment, max_bytes: int) -> Request:
    """The request of an environment, its body read. Raises the HTTP errors of werkzeug when that is too long."""
    body = b""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS"):
        body = get_input_stream(environ, max_content_length=max_bytes).read()
        if len(body) > max_bytes:  # one of unknown length, which the server counted
            raise RequestEntityTooLarge
    return request_with(environ, body)


def request_with(environ: WSGIEnvironment, body: bytes) -> Request:
    """The request of an environment with this body."""
    script, host = environ.get("SCRIPT_NAME", ""), environ.get("HTTP_HOST") or get_host(environ)
    return Request(
        environ["REQUEST_METHOD"],
        _address(environ["wsgi.url_scheme"], host, script),
        environ.get("QUERY_STRING", "").encode("latin-1"),
        environ.get("HTTP_ACCEPT", ""),
        environ.get("CONTENT_TYPE", ""),
        environ.get("HTTP_IF_NONE_MATCH", ""),
        body,
    )


@lru_cache(maxsize=256)
def _address(scheme: str, host: str, script: str) -> str:
    """The endpoint's own address."""
    return get_current_url(scheme, host, script, PATH)


def _sent(answer: Answer, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response(_STATUS[answer.status], answer.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
