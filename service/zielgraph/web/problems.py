"""Errors as answers: problem details (RFC 9457) for programs, a page for people. Never a traceback."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from zielgraph.errors import Conflict, NotFound, QueryError, StoreError, UsageError, ZielgraphError
from zielgraph.web.negotiate import wants_html

_LOG = logging.getLogger("zielgraph.web")
_STATUS: tuple[tuple[type[ZielgraphError], int], ...] = (
    (NotFound, 404),
    (UsageError, 400),
    (QueryError, 400),
    (Conflict, 409),
    (StoreError, 503),
)
_PROGRAMS = ("/api/", "/data/", "/health", "/catalog")


def status_of(error: ZielgraphError) -> int:
    """HTTP status of an error of the program."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def problem(status: int, detail: str, title: str = "", **more: object) -> Response:
    """A problem+json answer; ``more`` become further members."""
    body = {
        "type": "about:blank",
        "title": title or _title(status),
        "status": status,
        "detail": detail,
        **more,
    }
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, content_type="application/problem+json; charset=utf-8")


def refuse(status: int, detail: str, title: str = "", **more: object) -> Response:
    """The error in the form this client reads."""
    if request.path.startswith(_PROGRAMS) or not wants_html():
        return problem(status, detail, title, **more)
    page = render_template("error.html", status=status, title=_(title) if title else _title(status), detail=detail)
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def _title(status: int) -> str:
    titles = {
        400: _("Anfrage nicht möglich"),
        403: _("Nicht erlaubt"),
        404: _("Nicht gefunden"),
        405: _("Methode nicht erlaubt"),
        406: _("Format nicht verfügbar"),
        413: _("Anfrage zu lang"),
        415: _("Inhaltstyp nicht unterstützt"),
        500: _("Interner Fehler"),
        503: _("Dienst nicht bereit"),
    }
    return titles.get(status) or HTTPStatus(status).phrase


def _sentence(error: HTTPException) -> str:
    sentences = {
        404: _("Diese Seite gibt es nicht."),
        405: _("Diese Adresse nimmt die Methode %(method)s nicht an.", method=request.method),
        413: _("Die Anfrage ist zu lang."),
    }
    return sentences.get(error.code or 0) or error.description or ""


def register(app: Flask) -> None:
    """Install the handlers."""

    @app.errorhandler(ZielgraphError)
    def own(error: ZielgraphError) -> Response:
        more = {"suggestions": list(error.suggestions)} if isinstance(error, NotFound) and error.suggestions else {}
        return refuse(status_of(error), str(error), error.title, **more)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return Response(error.get_body(), error.code, error.get_headers())
        response = refuse(error.code, _sentence(error))
        for name, value in error.get_headers():
            if name not in ("Content-Type", "Content-Length"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Response:
        _LOG.error("%s %s", request.method, request.path, exc_info=error)
        return refuse(500, _("Im Dienst ist ein Fehler aufgetreten. Er wurde aufgezeichnet."))
