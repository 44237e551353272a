"""The query operation of the SPARQL 1.1 Protocol as plain functions: what a request asks, or why it cannot be asked.

https://www.w3.org/TR/sparql11-protocol/#query-operation. Nothing here knows Flask, so that programs can be answered
without the way through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from zielgraph.engine import NamedNode
from zielgraph.errors import UsageError
from zielgraph.web.negotiate import first_known, formats
from zielgraph.web.problems import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = "GET, HEAD, POST, OPTIONS"
READING = ("GET", "HEAD")
UPDATE_HERE = (
    "Diese Adresse beantwortet nur Fragen (SELECT, ASK, CONSTRUCT, DESCRIBE). "
    "Änderungen nimmt, wo sie erlaubt sind, /sparql/update mit POST und einem Token an."
)
_NOT_UTF8 = "Die Anfrage ist nicht in UTF-8 kodiert."
_MAX_FIELDS = 1000
_SHORT = 4096  # bytes of a query string that are worth remembering


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent. ``address`` is the endpoint's own, against which relative IRIs of a query are resolved."""

    method: str
    address: str
    query_string: bytes = b""
    accept: str = ""
    content_type: str = ""
    if_none_match: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a query text may be, in bytes, and how long its evaluation may take, in seconds."""

    query_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: a query, or with None the service description.

    The dataset is None where the request names none and the query decides; otherwise it consists of exactly the graphs
    named. ``rows_format`` and ``graph_format`` are None where the client accepts no table or no graph; ``html``: it
    prefers a page. ``seconds`` is how long it may take. ``given`` are the parameters for format and time as they came.
    """

    query: str | None
    address: str
    rows_format: str | None
    graph_format: str | None
    html: bool
    seconds: float
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    given: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False)
class RefusedError(Exception):
    """The request is not one of the protocol, with the answer to it."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class _Fields:
    """The parameters of a request that mean something here; every other one is ignored, as the protocol wants."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def all(self, name: str) -> list[str]:
        return self.found.get(name, [])

    def one(self, name: str) -> str | None:
        """The parameter's value; refused when it is there twice, for one of them would be ignored."""
        values = self.all(name)
        if len(values) > 1:
            raise refusal(400, f"Der Parameter „{name}“ steht mehrmals da. Bitte nur einmal senden.")
        return values[0] if values else None


def refusal(status: int, sentence: str, **headers: str) -> RefusedError:
    """An error with its answer; headers are named with ``_`` for ``-``."""
    return RefusedError(
        Problem(status, sentence, headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()))
    )


def read(request: Request, limits: Limits) -> Asked:
    """What the request asks. Raises RefusedError with a status of the 4xx kind."""
    if request.method in READING:
        fields, direct = _fields(request.query_string), None
    elif request.method == "POST":
        fields, direct = _posted(request)
    else:
        raise refusal(405, f"Diese Adresse nimmt die Methode {request.method} nicht an.", Allow=METHODS)
    if fields.all("update"):
        raise refusal(403, UPDATE_HERE)
    given = fields.one("query")
    if direct is not None and given is not None:
        raise refusal(400, "Die Anfrage steht zweimal da: in der Adresse und im Rumpf.")
    query = given if direct is None else direct
    if query is None and request.method == "POST":
        raise refusal(400, "Es fehlt der Parameter „query“.")
    if query is not None and len(query) * 4 > limits.query_bytes and len(query.encode()) > limits.query_bytes:
        raise refusal(413, f"Die Anfrage ist länger als {limits.query_bytes} Byte.")
    wish = first_known(fields.all("format"))
    try:
        rows, graph, html = formats(wish, request.accept)
    except UsageError as error:
        raise refusal(400, str(error)) from None
    default, named = (_iris(name, fields.all(name)) for name in ("default-graph-uri", "named-graph-uri"))
    as_given = tuple((name, value) for name, value in (("format", wish), ("timeout", fields.one("timeout"))) if value)
    asked = Asked(query, request.address, rows, graph, html, _seconds(fields, limits), given=as_given)
    return replace(asked, default_graphs=default, named_graphs=named) if default or named else asked


def _posted(request: Request) -> tuple[_Fields, str | None]:
    """The parameters of a POST request, and the query when it is the body itself."""
    media, options = parse_options_header(request.content_type)
    media = media.lower()
    if media == UPDATE:
        raise refusal(415, UPDATE_HERE)
    if media not in (FORM, QUERY):
        if not media and not request.body:
            return _fields(request.query_string), None  # it has no query, and that is what to say
        raise refusal(415, f"Inhaltstyp „{media or 'ohne'}“: bitte {FORM} oder {QUERY} senden.")
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise refusal(415, f"Zeichensatz „{options['charset']}“: bitte in UTF-8 senden.")
    if media == FORM:
        both = b"&".join(part for part in (request.query_string, request.body) if part)
        return _fields(both), None
    try:
        return _fields(request.query_string), request.body.decode()
    except UnicodeDecodeError:
        raise refusal(400, _NOT_UTF8) from None


def _fields(raw: bytes) -> _Fields:
    return _parsed(raw) if len(raw) <= _SHORT else _parsed.__wrapped__(raw)


@lru_cache(maxsize=512)
def _parsed(raw: bytes) -> _Fields:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except UnicodeDecodeError:
        raise refusal(400, _NOT_UTF8) from None
    except ValueError:
        raise refusal(400, f"Die Anfrage hat mehr als {_MAX_FIELDS} Parameter.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return _Fields(found)


def _iris(name: str, values: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        try:
            NamedNode(value)
        except ValueError:
            raise refusal(400, f"Der Parameter „{name}“ braucht eine vollständige IRI, nicht „{value}“.") from None
    return tuple(values)


def _seconds(fields: _Fields, limits: Limits) -> float:
    """The time the client grants, at most what the settings grant."""
    wish = fields.one("timeout")
    if not wish:
        return limits.seconds
    try:
        seconds = float(wish)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:  # neither is "nan"
        raise refusal(400, f"timeout=„{wish}“ ist keine Zahl von Sekunden.")
    return min(seconds, limits.seconds)
