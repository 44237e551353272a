"""The SPARQL endpoint: SPARQL 1.1 Protocol query with clear refusals, and a form for people."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import HTTPException, NotAcceptable

from zielgraph.engine import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Results,
    Term,
    serialise,
    serialise_results,
)
from zielgraph.errors import QueryError, UsageError, ZielgraphError
from zielgraph.exporting.tables import write_rows
from zielgraph.sparql import check_query
from zielgraph.vocabulary import PREFIXES, RDF
from zielgraph.web import negotiate
from zielgraph.web.current import settings, state
from zielgraph.web.problems import problem, refuse, status_of
from zielgraph.web.view import current_view

blueprint = Blueprint("sparql", __name__)
_T = TypeVar("_T")

_FORM, _DIRECT, _UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
_UPDATE_WORDS = re.compile(
    r"\A(?:\s|#[^\n]*\n|(?:PREFIX\s+\S*\s*|BASE\s+)<[^>]*>)*\s*"
    r"(?:INSERT|DELETE|WITH|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)\b",
    re.IGNORECASE,
)
_NO_UPDATE = (
    "Diese Adresse beantwortet nur Fragen (SELECT, ASK, CONSTRUCT, DESCRIBE). "
    "Den Bestand ändern Importe und Entscheidungen."
)
_SD = "http://www.w3.org/ns/sparql-service-description#"


class _RefusedError(Exception):
    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass
class _Request:
    """A protocol request: the query, or None when there is none, and its dataset."""

    query: str | None
    default_graphs: list[str]
    named_graphs: list[str]

    def dataset(self) -> tuple[list[str] | None, list[str] | None]:
        """Arguments for the engine. A dataset named in the request consists of exactly the graphs named."""
        if not self.default_graphs and not self.named_graphs:
            return None, None
        return self.default_graphs, self.named_graphs


@blueprint.route("/sparql", methods=["GET", "POST", "OPTIONS"])
def endpoint() -> Response:
    """Query, form or service description."""
    try:
        response = _preflight() if request.method == "OPTIONS" else _answer()
    except _RefusedError as refused:
        response = refuse(refused.status, str(refused))
    # an internal service holds what is not published: no other site's page may read it unless that is set
    if origin := settings().cors_origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Content-Type"
    return response


def _preflight() -> Response:
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response.headers["Access-Control-Max-Age"] = "86400"
    response.headers["Allow"] = "GET, HEAD, POST, OPTIONS"
    return response


def _answer() -> Response:
    asked = _read()
    if asked.query is None:
        return _description()
    try:
        return _run(asked, asked.query)
    except NotAcceptable as error:
        return problem(406, error.description or "")
    except ZielgraphError as error:
        if negotiate.wants_html():
            return _page(asked.query, error=str(error), status=status_of(error))
        return problem(status_of(error), str(error), error.title)


def _read() -> _Request:
    """The request's query and dataset, strictly after the protocol."""
    limit = settings().max_query_bytes
    fields = _fields(request.query_string)
    query: str | None = None
    if request.method == "POST":
        try:
            body = request.get_data(cache=True)
        except HTTPException as error:
            raise _RefusedError(error.code or 400, "Die Anfrage ist zu lang.") from None
        if request.mimetype == _UPDATE:
            raise _RefusedError(403, _NO_UPDATE)
        if request.mimetype == _DIRECT:
            if any(name == "query" for name, _ in fields):
                raise _RefusedError(400, "Die Anfrage steht zweimal da: in der Adresse und im Rumpf.")
            try:
                query = body.decode()
            except UnicodeDecodeError:
                raise _RefusedError(400, "Die Anfrage ist nicht in UTF-8 kodiert.") from None
        elif request.mimetype == _FORM:
            fields += _fields(body)
        elif body or request.mimetype:
            raise _RefusedError(415, f"Inhaltstyp „{request.mimetype or 'ohne'}“: bitte {_FORM} oder {_DIRECT} senden.")
    if any(name == "update" for name, _ in fields):
        raise _RefusedError(403, _NO_UPDATE)
    queries = [value for name, value in fields if name == "query"]
    if len(queries) > 1:
        raise _RefusedError(400, "Der Parameter „query“ steht mehrmals da. Bitte nur eine Anfrage senden.")
    if queries:
        query = queries[0]
    if query is None and request.method == "POST":
        raise _RefusedError(400, "Es fehlt der Parameter „query“.")
    if query is not None and len(query.encode()) > limit:
        raise _RefusedError(413, f"Die Anfrage ist länger als {limit} Byte.")
    graphs = {
        name: [value for key, value in fields if key == name] for name in ("default-graph-uri", "named-graph-uri")
    }
    return _Request(query, graphs["default-graph-uri"], graphs["named-graph-uri"])


def _fields(raw: bytes) -> list[tuple[str, str]]:
    try:
        text = raw.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError:
        raise _RefusedError(400, "Die Anfrage ist nicht in UTF-8 kodiert.") from None
    except ValueError:
        raise _RefusedError(400, "Die Anfrage hat zu viele Parameter.") from None


def _run(asked: _Request, query: str) -> Response:
    if _UPDATE_WORDS.match(query):
        raise QueryError(_NO_UPDATE)
    check_query(query)
    default_graphs, named_graphs = asked.dataset()
    results = state().engine.query(query, default_graphs=default_graphs, named_graphs=named_graphs)
    graph = isinstance(results, QueryTriples)
    form = request.method in ("GET", "HEAD")
    chosen = negotiate.choose(negotiate.GRAPHS if graph else negotiate.ROWS, html=form)
    if chosen == "html":
        return _page(query, results=results)
    if isinstance(results, QueryTriples):
        body = serialise(_limited(results), chosen, prefixes=PREFIXES)
        return negotiate.answer(body, negotiate.GRAPHS[chosen])
    if isinstance(results, QueryBoolean):
        return negotiate.answer(serialise_results(results, chosen), negotiate.ROWS[chosen])
    names, rows = _table(results)
    return negotiate.answer(write_rows(names, rows, chosen), negotiate.ROWS[chosen])


def _limited(results: Iterable[_T]) -> list[_T]:
    """All results; QueryError when there are more than the settings allow or the engine gives up."""
    limit = settings().max_rows
    try:
        found = list(itertools.islice(results, limit + 1))
    except (OSError, ValueError) as error:
        raise QueryError(f"Die Anfrage brach ab ({error}).") from None
    if len(found) > limit:
        raise UsageError(f"Die Antwort hätte mehr als {limit} Zeilen. Bitte mit LIMIT oder Bedingungen einschränken.")
    return found


def _table(results: QuerySolutions) -> tuple[list[str], list[list[Term | None]]]:
    names = [variable.value for variable in results.variables]
    return names, [[row[name] for name in names] for row in _limited(results)]


def _page(query: str, results: Results | None = None, error: str = "", status: int = 200) -> Response:
    view = current_view()
    names: list[str] = []
    rows: list[list[object]] = []
    truth: bool | None = None
    text = ""
    if isinstance(results, QueryTriples):
        text = serialise(_limited(results), "ttl", prefixes=PREFIXES).decode()
    elif isinstance(results, QueryBoolean):
        truth = bool(results)
    elif results is not None:
        names, found = _table(results)
        rows = [["" if term is None else _shown(view.url, term) for term in row] for row in found]
    graph_uris = [(n, v) for n in ("default-graph-uri", "named-graph-uri") for v in request.args.getlist(n)]
    page = render_template(
        "sparql.html", query=query, names=names, rows=rows, truth=truth, text=text, error=error,
        graph_uris=graph_uris, asked=results is not None,
    )  # fmt: skip
    return Response(page, status=status, content_type="text/html; charset=utf-8", headers={"Vary": "Accept"})


def _shown(url: Callable[[str], str], term: Term) -> dict[str, str]:
    """Label and address of a cell; the IRI itself is the label, as experts expect it."""
    if isinstance(term, NamedNode):
        return {"text": term.value, "url": url(term.value), "lang": ""}
    if isinstance(term, Literal):
        return {"text": term.value, "url": "", "lang": term.language or ""}
    return {"text": str(term), "url": "", "lang": ""}


def _description() -> Response:
    """The page for browsers, a service description for RDF clients."""
    chosen = negotiate.choose(negotiate.GRAPHS, html=True, first="ttl")
    if chosen == "html":
        return _page("")
    service = NamedNode(url_for("sparql.endpoint", _external=True))

    def add(name: str, value: str, namespace: str = _SD) -> Quad:
        return Quad(service, NamedNode(namespace + name), NamedNode(value))

    quads = [
        add("type", _SD + "Service", RDF),
        add("endpoint", service.value),
        add("supportedLanguage", _SD + "SPARQL11Query"),
        *(add("resultFormat", f"http://www.w3.org/ns/formats/{n}") for n in _FORMAT_IRIS),
    ]
    body = serialise(quads, chosen, prefixes={"sd": _SD, "formats": "http://www.w3.org/ns/formats/"})
    return negotiate.answer(body, negotiate.GRAPHS[chosen])


_FORMAT_IRIS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML",
)  # fmt: skip
