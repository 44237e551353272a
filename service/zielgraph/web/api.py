"""The catalogue as an API: which questions there are, and their answers in the format asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, current_app, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.errors import NotFound, UsageError
from zielgraph.exporting.tables import MEDIA_TYPES, write_answer
from zielgraph.questions import Answer, Question, named_question, run_question
from zielgraph.web import negotiate
from zielgraph.web.cache import Cache, Finished, entity_tag
from zielgraph.web.current import settings, state
from zielgraph.web.languages import LANGUAGES, language, page_url
from zielgraph.web.openapi import describe
from zielgraph.web.pooled import PooledEngine, pooled
from zielgraph.web.problems import problem_of, problem_response
from zielgraph.web.stand import parse_day

blueprint = Blueprint("api", __name__, url_prefix="/api")
_RESERVED = ("format", "lang", "stand")
_OFFERED = {name: MEDIA_TYPES[name].split(";")[0] for name in ("json", "csv", "tsv", "xml", "xlsx", "csv-de", "table")}
_DAY_SECONDS = 300  # so long somebody waits for another who has a past day composed
_ENDINGS = {"table": "txt", "csv-de": "csv"}


def catalogue() -> dict[str, Question]:
    """The questions by name, in their order."""
    found: dict[str, Question] = current_app.extensions["zielgraph.catalogue"]
    return found


def question_named(name: str) -> Question:
    """A question; NotFound with near matches."""
    return catalogue().get(name) or named_question(name)


def limited(answer: Answer) -> Answer:
    """The answer, unless it has more rows than the settings allow: then UsageError."""
    limit = settings().max_rows
    if len(answer.rows) > limit:
        raise UsageError(f"Die Antwort hätte mehr als {limit} Zeilen. Bitte mit Parametern einschränken.")
    return answer


def day_asked() -> date | None:
    """The day of ``stand=``: how things stood then. UsageError when it is none."""
    text = request.args.get("stand", "").strip()
    try:
        return parse_day(text) if text else None
    except UsageError:
        raise UsageError(f"stand=„{text}“ ist kein Datum. Bitte so schreiben: 2019-12-31.") from None


@blueprint.get("/queries")
def queries() -> Response:
    """Every question with parameters, columns, an example and its address."""
    return jsonify([_entry(question) for question in catalogue().values()])


def _entry(question: Question) -> dict[str, object]:
    url = url_for("api.query", name=question.name, _external=True)
    return {
        "name": question.name,
        "title": question.title,
        "description": question.description,
        "params": [
            {
                "name": p.name,
                "type": p.type,
                "required": p.required,
                "label": p.label,
                "description": p.description,
            }
            for p in question.params
        ],
        "columns": [{"name": column.name, "label": column.label} for column in question.columns],
        "example": question.example,
        "url": url,
    }


@blueprint.get("/queries/<name>")
def query(name: str) -> BaseResponse:
    """The answer to one question."""
    question = question_named(name)
    lang = request.args.get("lang", "de")
    if lang not in LANGUAGES:
        raise UsageError(f"Die Sprache „{lang}“ gibt es nicht. Möglich: {', '.join(LANGUAGES)}.")
    given: dict[str, str] = {}
    for key, values in request.args.lists():
        if key not in _RESERVED:
            if len(values) > 1:
                raise UsageError(f"Der Parameter „{key}“ steht mehrmals da.")
            given[key] = values[0]
    day = day_asked()
    chosen = negotiate.choose(_OFFERED, html=True, first="json")
    if chosen == "html":
        then = {"stand": day.isoformat()} if day else {}
        page = page_url("question", lang if "lang" in request.args else language(), name=question.name, **given, **then)
        return redirect(page, 303)
    if day is not None:
        state().at(day, settings().max_state_quads)  # before the first edition: 404
    try:
        finished = _finished(question, given, lang, day, chosen)
    except NotFound as error:  # the question exists, so a parameter is at fault
        return problem_response(replace(problem_of(error), status=400))
    download = "" if chosen in ("json", "xml", "table") else f"{question.name}.{_ENDINGS.get(chosen, chosen)}"
    response = negotiate.answer(finished.body, finished.content_type, download=download)
    response.headers["ETag"] = finished.etag
    return response.make_conditional(request)


def _finished(question: Question, given: dict[str, str], lang: str, day: date | None, format: str) -> Finished:
    """The answer in a format, from the cache or computed. Raises what the question raises."""
    cache: Cache = current_app.extensions["zielgraph.cache"]
    log = request.environ.get("zielgraph.log", {})
    now = state()

    def compute() -> Finished:
        engine = pooled() if day is None else state().at(day, settings().max_state_quads)
        answer = limited(run_question(engine, question, given, lang))
        body = write_answer(answer, format, now.base, lang)
        snapshot = engine.snapshot if isinstance(engine, PooledEngine) else now.info.name
        # look-ups of parameters read the state of this request: after a commit in between the two do not fit
        kept = snapshot if snapshot == now.info.name else ""
        etag = entity_tag(body, format)
        return Finished(body, MEDIA_TYPES[format], etag, kept, "rows", format, len(answer.rows))

    key = ("question", question.name, tuple(sorted(given.items())), lang, day)
    seconds = settings().query_seconds if day is None else _DAY_SECONDS
    finished, how = cache.answer(now.info.name, key, (format,), compute, seconds=seconds)
    log |= {"query": question.name, "outcome": "cached" if how == "hit" else "ok", "cache": how, "rows": finished.rows}
    return finished


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI description."""
    server = url_for("start", _external=True).rstrip("/")
    return jsonify(describe(catalogue().values(), language(), server))
