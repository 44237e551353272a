"""The catalogue of questions, and one question with its answer."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, render_template, request
from flask_babel import gettext as _

from zielgraph.errors import NotFound, ZielgraphError
from zielgraph.questions import Answer, Question, bind, run_question
from zielgraph.web import forms
from zielgraph.web.answers import answers
from zielgraph.web.api import catalogue, limited, question_named
from zielgraph.web.current import state
from zielgraph.web.listing import listing, shown
from zielgraph.web.pooled import pooled
from zielgraph.web.problems import status_of
from zielgraph.web.view import View, current_view


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
            answer = limited(_answer(view, asked, given))
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
        "example": _example(view, asked),
    }
    if answer is None:
        page = render_template("question.html", listing=None, **common)
        return Response(page, status=status, content_type="text/html; charset=utf-8")
    table = listing(
        asked.name, forms.columns(view, answer), answer.rows, caption=_("Antwort"), sparql=answer.sparql, size=100
    )
    return shown("question.html", table, **common)


def _example(view: View, asked: Question) -> Mapping[str, str]:
    """The parameters of the question's example; empty where they name what this city does not have."""
    try:
        bind(view.engine, asked, asked.example)
    except ZielgraphError:
        return {}
    return asked.example


def _answer(view: View, asked: Question, given: Mapping[str, str]) -> Answer:
    """The answer, from a worker unless it is kept."""
    name = state().info.name

    def ask() -> tuple[Answer, str]:
        if view.day is not None:
            return run_question(view.engine, asked, given, view.lang), name
        engine = pooled()
        answer = run_question(engine, asked, given, view.lang)
        return answer, engine.snapshot

    return answers().get(name, (asked.name, tuple(given.items()), view.lang, view.day), ask)


PAGES = {"questions": questions}
CHILDREN = {"question": ("<name>", question)}
