"""Errors as answers: problem details (RFC 9457) for programs, a page for people. Never a traceback."""

from __future__ import annotations

import difflib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from zielgraph.errors import (
    AccessDenied,
    Conflict,
    Managed,
    NotFound,
    OutOfMemory,
    PreconditionFailed,
    QueryError,
    ServiceBusy,
    StoreBusy,
    StoreError,
    SyntaxProblem,
    TimedOut,
    TooLarge,
    Unwritable,
    UsageError,
    ZielgraphError,
)
from zielgraph.web.navigation import EVERY, Entry, entries
from zielgraph.web.negotiate import PROBLEM, wants_html

N_ = str  # marks a text for translation, which happens where it is shown
TYPES = "https://w3id.org/zielgraph/problem/"
_LOG = logging.getLogger("zielgraph.web")
_KINDS: tuple[tuple[type[ZielgraphError], int, str], ...] = (  # the first that fits
    (SyntaxProblem, 400, "syntax"),
    (TooLarge, 400, "too-large"),
    (OutOfMemory, 400, "memory"),
    (TimedOut, 504, "timeout"),
    (Managed, 409, "managed"),
    (NotFound, 404, "not-found"),
    (Unwritable, 406, "unwritable"),
    (PreconditionFailed, 412, "precondition"),
    (UsageError, 400, "usage"),
    (QueryError, 400, "query"),
    (AccessDenied, 403, "access"),
    (ServiceBusy, 503, "busy"),
    (Conflict, 409, "conflict"),
    (StoreBusy, 503, "store-busy"),
    (StoreError, 503, "store"),
)
_TITLES: dict[int, str] = {
    400: N_("Anfrage nicht möglich"),
    401: N_("Anmeldung nötig"),
    403: N_("Nicht erlaubt"),
    404: N_("Nicht gefunden"),
    405: N_("Methode nicht erlaubt"),
    406: N_("Format nicht verfügbar"),
    409: N_("Widerspruch zum Bestand"),
    410: N_("Nicht mehr vorhanden"),
    413: N_("Anfrage zu lang"),
    415: N_("Inhaltstyp nicht unterstützt"),
    429: N_("Zu viele Anfragen"),
    500: N_("Interner Fehler"),
    503: N_("Dienst nicht bereit"),
    504: N_("Antwort kam nicht rechtzeitig"),
}
_ADVICE: dict[int, str] = {  # what a person can do
    403: N_("Wer den Dienst betreibt, kann Ihnen das Recht dazu geben."),
    404: N_("Vielleicht ist die Adresse unvollständig, oder der Eintrag fehlt in diesem Stand."),
    410: N_("Der Inhalt wurde entfernt. Die Übersicht zeigt, was es heute gibt."),
    429: N_("Bitte einen Moment warten und die Seite dann neu laden."),
    500: N_("Bitte die Seite neu laden. Bleibt der Fehler, hilft die Stelle, die den Dienst betreibt."),
    503: N_("Bitte in einer Minute noch einmal versuchen."),
    504: N_("Bitte die Auswahl enger fassen oder es später noch einmal versuchen."),
}
_KIND_TITLES = (  # of zielgraph.errors, for translation
    N_("Fehler"),
    N_("Eingabe nicht lesbar"),
    N_("Anfrage nicht möglich"),
    N_("Format nicht möglich"),
    N_("Inzwischen geändert"),
    N_("SPARQL-Anfrage abgelehnt"),
    N_("Anfrage nicht lesbar"),
    N_("Antwort zu groß"),
    N_("Anfrage braucht zu viel Speicher"),
    N_("Anfrage dauert zu lange"),
    N_("Graph wird verwaltet"),
    N_("Datenordner nicht benutzbar"),
    N_("Datenordner belegt"),
    N_("Ausgabe besteht schon"),
)
_PROGRAMS = ("/api/", "/data/", "/health", "/catalog", "/sparql/")


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal. ``kind`` is the last part of its type's address, empty where the status says it all.

    ``more`` are further members of the document, ``headers`` what the answer carries besides.
    """

    status: int
    detail: str
    title: str = ""
    kind: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()

    def document(self) -> bytes:
        """The problem details as JSON."""
        body = {
            "type": TYPES + self.kind if self.kind else "about:blank",
            "title": self.title or title_of(self.status),
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")

    @property
    def content_type(self) -> str:
        """The media type of :meth:`document`."""
        return f"{PROBLEM}; charset=utf-8"


def title_of(status: int) -> str:
    """A short German name of an HTTP status."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def problem_of(error: ZielgraphError, **more: object) -> Problem:
    """How an error of the program is answered; ``more`` become further members."""
    status, kind = next(((status, kind) for each, status, kind in _KINDS if isinstance(error, each)), (400, ""))
    headers: tuple[tuple[str, str], ...] = ()
    known: dict[str, object] = {}
    if isinstance(error, SyntaxProblem):
        known = {
            "line": error.line,
            "column": error.column,
            "expected": list(error.expected),
            "prefix": error.prefix,
        }
    elif isinstance(error, TimedOut):
        known = {"cause": error.cause}
    elif isinstance(error, NotFound):
        known = {"suggestions": list(error.suggestions)}
    elif isinstance(error, AccessDenied):
        status = error.status
        headers = (("WWW-Authenticate", 'Bearer realm="zielgraph"'),) if status == 401 else ()
    elif isinstance(error, ServiceBusy):
        status, headers = error.status, (("Retry-After", str(max(error.seconds, 1))),)
    members = {name: value for name, value in known.items() if value} | more
    return Problem(status, str(error), error.title, kind, members, headers)


def status_of(error: ZielgraphError) -> int:
    """HTTP status of an error of the program."""
    return problem_of(error).status


def problem(status: int, detail: str, title: str = "", **more: object) -> Response:
    """A problem+json answer; ``more`` become further members."""
    return problem_response(Problem(status, detail, title, more=more))


def problem_response(found: Problem) -> Response:
    """The problem as a problem+json answer."""
    response = Response(found.document(), status=found.status, content_type=found.content_type)
    response.headers.extend(dict(found.headers))
    return response


def refuse(status: int, detail: str, title: str = "", **more: object) -> Response:
    """The error in the form this client reads."""
    return refuse_with(Problem(status, detail, title, more=more))


def refuse_with(found: Problem, *, german: bool = False) -> Response:
    """The problem in the form this client reads. ``german``: its text is, whatever the language of the page."""
    if request.path.startswith(_PROGRAMS) or not wants_html():
        return problem_response(found)
    page = render_template(
        "error.html",
        status=found.status,
        title=_(found.title or title_of(found.status)),
        detail=found.detail,
        german=german,
        advice=_(_ADVICE[found.status]) if found.status in _ADVICE else "",
        near=_near_pages() if found.status == 404 else [],
    )
    response = Response(page, status=found.status, content_type="text/html; charset=utf-8")
    response.headers.extend(dict(found.headers))
    return response


def _near_pages() -> list[Entry]:
    """Pages whose address looks like the one asked for."""
    here = request.path.rstrip("/").rsplit("/", 1)[-1]
    pages = {entry.url.partition("?")[0].rstrip("/").rsplit("/", 1)[-1]: entry for entry in entries(EVERY)}
    return [pages[slug] for slug in difflib.get_close_matches(here, pages, n=3)]


def _from_below(error: Exception) -> bool:
    """Whether the error comes from below the web layer, where texts are German and not translated."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    return last is not None and not last.tb_frame.f_globals.get("__name__", "").startswith("zielgraph.web")


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
        return refuse_with(problem_of(error), german=_from_below(error))

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
