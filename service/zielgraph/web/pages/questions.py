"""The catalogue of questions, and one question with its answer."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import gettext as _

from zielgraph.errors import NotFound, ZielgraphError
from zielgraph.questions import run_question
from zielgraph.web import forms
from zielgraph.web.api import catalogue, limited, question_named
from zielgraph.web.current import pooled
from zielgraph.web.listing import listing, shown
from zielgraph.web.problems import status_of
from zielgraph.web.view import current_view


def questions() -> str:
    """The catalogue."""
    return render_template("questions.html", questions=catalogue().values())


def question(name: str) -> Response:
    """One question: its form, and the answer once it can be given; sorted, paged and downloaded like every list."""
    view = current_view()
    asked = question_named(name)
    names = [parameter.name for parameter in asked.params]
    given = {n: request.args[n] for n in names if request.args.get(n, "").strip()}
    missing = [p.name for p in asked.params if p.required and p.name not in given]
    answer, error, status = None, "", 200
    if not missing:
        try:
            engine = pooled() if view.day is None else view.engine
            answer = limited(run_question(engine, asked, given, view.lang))
        except ZielgraphError as problem:
            error = str(problem)
            status = 400 if isinstance(problem, NotFound) else status_of(problem)
    common = {
        "question": asked,
        "inputs": forms.inputs(view, asked, given),
        "given": given,
        "stand": view.day.isoformat() if view.day else "",
        "error": error,
        "missing": missing and bool(given),
    }
    if answer is None:
        page = render_template("question.html", listing=None, **common)
        return Response(page, status=status, content_type="text/html; charset=utf-8")
    table = listing(
        asked.name, forms.columns(view, answer), answer.rows, caption=_("Antwort"), sparql=answer.sparql, size=100
    )
    return shown("question.html", table, **common)


PAGES = {"questions": questions}
CHILDREN = {"question": ("<name>", question)}
