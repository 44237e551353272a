"""The SPARQL page for people, and the way through Flask to the endpoint that :mod:`endpoint` is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from zielgraph.engine import Literal, NamedNode, QueryBoolean, Term, read_results
from zielgraph.errors import NotFound
from zielgraph.questions import bind
from zielgraph.web import negotiate
from zielgraph.web.api import catalogue
from zielgraph.web.cache import Finished
from zielgraph.web.current import state
from zielgraph.web.endpoint import Answer, Endpoint
from zielgraph.web.languages import language
from zielgraph.web.problems import Problem, refuse_with
from zielgraph.web.protocol import Asked, RefusedError, Request
from zielgraph.web.shortcut import PATH, REQUEST
from zielgraph.web.view import current_view

blueprint = Blueprint("sparql", __name__)
SHOWN = 1000
"""Rows of an answer that the page shows; the rest is to be downloaded."""
_SHOWN_CHARACTERS = 200_000
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


@blueprint.route(PATH, methods=_METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """The page, or what a browser asked for by ``format=``."""
    own: Endpoint = current_app.extensions["zielgraph.endpoint"]
    sent: Request = request.environ[REQUEST]
    caller, log = request.environ.get("zielgraph.caller"), request.environ["zielgraph.log"]
    if sent.method == "OPTIONS":
        return _response(own.options())
    try:
        asked = own.read(sent)
        if not asked.html:
            return _response(own.answer(sent, asked, caller, log))
    except RefusedError as refused:
        own.refused(refused.problem, log)
        return refuse_with(refused.problem)
    if asked.query is None:
        return _page(asked)
    try:
        finished = own.finish(replace(asked, rows_format="json", graph_format="ttl"), caller, log)
    except RefusedError as refused:
        own.refused(refused.problem, log)
        return _page(asked, problem=refused.problem)
    return _page(asked, finished)


def _response(answer: Answer) -> Response:
    return Response(answer.body, status=answer.status, headers=answer.headers)


def _page(asked: Asked, finished: Finished | None = None, problem: Problem | None = None) -> Response:
    graph_uris = [("default-graph-uri", iri) for iri in asked.default_graphs or ()]
    graph_uris += [("named-graph-uri", iri) for iri in asked.named_graphs or ()]
    page = render_template(
        "sparql.html",
        query=_example() if asked.query is None else asked.query,
        asked=asked.query is not None,
        questions=catalogue().values(),
        graph_uris=graph_uris,
        given={"query": asked.query or "", **_repeated(graph_uris)},
        problem=problem,
        formats=_formats(finished),
        **_shown_answer(finished),
    )
    return Response(
        page,
        status=problem.status if problem else 200,
        content_type="text/html; charset=utf-8",
        headers={"Vary": "Accept, Accept-Language", **dict(problem.headers if problem else ())},
    )


def _example() -> str:
    """The query of the question that ``example=`` names, with the values of its example; "" without one."""
    question = catalogue().get(request.args.get("example", ""))
    if question is None:
        return ""
    engine = state().engine
    try:
        given = bind(engine, question, question.example)
    except NotFound:  # another city than the example's
        given = {}
    return question.render(given, language())


def _repeated(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for each, value in pairs if each == name] for name, _ in pairs}


def _formats(finished: Finished | None) -> list[str]:
    """The formats in which the whole answer can be downloaded."""
    if finished is None:
        return []
    return [*(negotiate.ALL_GRAPHS if finished.kind == "graph" else negotiate.ROWS)]


def _shown_answer(finished: Finished | None) -> dict[str, Any]:
    """What the page shows of an answer: a table, yes or no, or the text of a graph."""
    shown: dict[str, Any] = {"names": [], "rows": [], "truth": None, "text": "", "number": 0, "more": False}
    if finished is None:
        return shown
    shown["number"] = finished.rows
    if finished.kind == "graph":
        text = finished.body.decode()
        shown["more"] = len(text) > _SHOWN_CHARACTERS
        shown["text"] = text[:_SHOWN_CHARACTERS].rpartition("\n")[0] if shown["more"] else text
        return shown
    results = read_results(finished.body, "json")
    if isinstance(results, QueryBoolean):
        shown["truth"] = bool(results)
        return shown
    url = current_view().url
    shown["names"] = [variable.value for variable in results.variables]
    shown["rows"] = [
        ["" if (term := row[name]) is None else _cell(url, term) for name in shown["names"]]
        for row in islice(results, SHOWN)
    ]
    shown["more"] = finished.rows > len(shown["rows"])
    return shown


def _cell(url: Callable[[str], str], term: Term) -> dict[str, str]:
    """Label and address of a cell; the IRI itself is the label, as experts expect it."""
    if isinstance(term, NamedNode):
        return {"text": term.value, "url": url(term.value), "lang": ""}
    if isinstance(term, Literal):
        return {"text": term.value, "url": "", "lang": term.language or ""}
    return {"text": str(term), "url": "", "lang": ""}
