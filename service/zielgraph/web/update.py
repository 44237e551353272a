"""SPARQL 1.1 Update over HTTP: https://www.w3.org/TR/sparql11-protocol/#update-operation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, request

from zielgraph.access import Caller
from zielgraph.engine import NamedNode
from zielgraph.errors import AccessDenied, SyntaxProblem, ZielgraphError
from zielgraph.sparql.explain import explain_syntax, prefix_line
from zielgraph.web.admission import CALLER, demand
from zielgraph.web.current import settings
from zielgraph.web.problems import problem_of, problem_response
from zielgraph.web.protocol import FORM, QUERY, UPDATE, RefusedError, refusal
from zielgraph.workers.change import Change, Outcome, UpdateText
from zielgraph.workers.writing import Writer

blueprint = Blueprint("update", __name__)

_ALLOW = "POST, OPTIONS"
_MAX_FIELDS = 1000
_PARAMETERS = {"update", "query", "using-graph-uri", "using-named-graph-uri", "default-graph-uri", "named-graph-uri"}


@blueprint.errorhandler(RefusedError)
def _refused(error: RefusedError) -> Response:
    return problem_response(error.problem)


@blueprint.route("/sparql/update", methods=["POST", "OPTIONS"], provide_automatic_options=False)
def endpoint() -> Response:
    """Run an update and commit it: 204, or a problem and nothing has changed."""
    if request.method == "OPTIONS":
        return allow(_ALLOW)
    writer()
    update = _read()
    try:
        return done(commit(update))
    except SyntaxProblem as error:
        explained = explain_syntax(update.text, error, update=True)
        line = prefix_line(explained.prefix)
        raise RefusedError(problem_of(explained, **({"suggestion": line} if line else {}))) from None


def allow(methods: str) -> Response:
    """The answer to OPTIONS."""
    return _bare(204, "Allow", methods)


def writer() -> Caller:
    """Who writes. Raises AccessDenied unless a token that may write came with the request itself."""
    caller: Caller | None = request.environ.get(CALLER)
    if settings().public:
        raise AccessDenied("Der öffentliche Dienst ist nur zum Lesen da.", 403)
    if caller is None:
        raise AccessDenied("Zum Schreiben braucht es ein Token als „Authorization: Bearer …“.", 401)
    demand(request.environ, "write")
    if not caller.bearer:  # another site could have caused a request with a cookie's rights
        raise AccessDenied("Hier gilt keine Anmeldung im Browser: bitte ein Token als „Authorization: Bearer …“.", 403)
    return caller


def body() -> bytes:
    """The body of the request, at most as large as a graph may be. Raises RequestEntityTooLarge."""
    request.max_content_length = settings().max_upload_bytes
    return request.get_data(cache=False)


def commit(change: Change) -> Outcome:
    """Have a change written. Raises what :meth:`Writer.write` raises."""
    found: Writer = current_app.extensions["zielgraph.writer"]
    log, begin = request.environ.get("zielgraph.log", {}), time.perf_counter()
    try:
        outcome = found.write(change)
    except ZielgraphError as error:
        log["outcome"] = problem_of(error).kind or "refused"
        raise
    finally:
        log["seconds"] = time.perf_counter() - begin
    log["outcome"] = "ok"
    return outcome


def done(outcome: Outcome, status: int = 204) -> Response:
    """An answer without content; the header says which snapshot holds the change."""
    return _bare(status, "Zielgraph-Snapshot", outcome.snapshot)


def _bare(status: int, name: str, value: str) -> Response:
    response = Response(status=status, headers={name: value})
    del response.headers["Content-Type"]
    return response


def _read() -> UpdateText:
    """The update and its dataset, strictly after the protocol. Raises RefusedError."""
    fields = _fields(request.query_string)
    direct: str | None = None
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in (FORM, UPDATE):
        raise refusal(415, f"Inhaltstyp „{request.mimetype or 'ohne'}“: bitte {FORM} oder {UPDATE} senden.")
    if charset not in ("utf-8", "utf8"):
        raise refusal(415, f"Zeichensatz „{charset}“: bitte in UTF-8 senden.")
    if request.mimetype == FORM:
        if astray := sorted({name for name, _ in fields} & _PARAMETERS):
            raise refusal(400, f"„{astray[0]}“ steht in der Adresse; bei {FORM} gehören alle Parameter in den Rumpf.")
        fields = _fields(body())
    else:
        direct = _decoded(body())
    if any(name == "query" for name, _ in fields):
        raise refusal(400, f"Diese Adresse nimmt Änderungen an; Fragen ({QUERY}) beantwortet /sparql.")
    updates = ([] if direct is None else [direct]) + [value for name, value in fields if name == "update"]
    if len(updates) != 1:
        raise refusal(400, "Es steht mehr als eine Änderung da." if updates else "Es fehlt der Parameter „update“.")
    for name in ("default-graph-uri", "named-graph-uri"):
        if any(name == each for each, _ in fields):
            raise refusal(400, f"„{name}“ gilt für Fragen; bei Änderungen heißt der Parameter „using-graph-uri“ oder "
                          "„using-named-graph-uri“.")  # fmt: skip
    default, named = (_iris(fields, name) for name in ("using-graph-uri", "using-named-graph-uri"))
    log = request.environ.get("zielgraph.log")
    if log is not None:
        log["query"] = updates[0]
    return UpdateText(updates[0], request.base_url, default, named)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise refusal(400, "Die Änderung ist nicht in UTF-8 kodiert.") from None


def _fields(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(_decoded(raw), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except UnicodeDecodeError:
        raise refusal(400, "Die Änderung ist nicht in UTF-8 kodiert.") from None
    except ValueError:
        raise refusal(400, f"Die Anfrage hat mehr als {_MAX_FIELDS} Parameter.") from None


def _iris(fields: Sequence[tuple[str, str]], name: str) -> tuple[str, ...]:
    values = tuple(value for each, value in fields if each == name)
    for value in values:
        try:
            NamedNode(value)
        except ValueError:
            raise refusal(400, f"Der Parameter „{name}“ braucht eine vollständige IRI, nicht „{value}“.") from None
    return values
