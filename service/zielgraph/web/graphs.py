"""The SPARQL 1.1 Graph Store HTTP Protocol: https://www.w3.org/TR/sparql11-http-rdf-update/."""

from __future__ import annotations

import hashlib
import sys
import uuid
from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from zielgraph.access import Caller
from zielgraph.engine import NamedNode
from zielgraph.errors import NotFound
from zielgraph.web import negotiate
from zielgraph.web.admission import CALLER
from zielgraph.web.current import settings, state
from zielgraph.web.problems import problem_response
from zielgraph.web.protocol import RefusedError, refusal
from zielgraph.web.update import allow, body, commit, done, writer
from zielgraph.workers import Job, Pool
from zielgraph.workers.change import Condition, GraphContent, Part, version_of

blueprint = Blueprint("graphs", __name__)

_PATH = "/sparql/graphs"
_METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]
_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_MULTIPART = "multipart/form-data"
_FORMATS = {
    "text/turtle": "ttl",
    "application/x-turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "application/n-quads": "nq",
    "application/trig": "trig",
}
_MAX_PARTS = 1000


@blueprint.errorhandler(RefusedError)
def _refused(error: RefusedError) -> Response:
    return problem_response(error.problem)


@blueprint.route(_PATH, methods=_METHODS, provide_automatic_options=False, strict_slashes=False)
@blueprint.route(f"{_PATH}/<path:path>", methods=_METHODS, provide_automatic_options=False)
def endpoint(path: str = "") -> Response:
    """Read or change one graph."""
    if request.method == "OPTIONS":
        return allow(", ".join(_METHODS))
    if request.method in ("GET", "HEAD"):
        return _get(*_graph(path))
    writer()
    if request.method == "POST" and not path and not request.args.keys() & {"default", "graph"}:
        made = f"{_own_url(_PATH)}/{uuid.uuid4().hex}"
        return _change(GraphContent("POST", made, made, _parts(), _condition()))
    graph, address = _graph(path)
    parts = () if request.method == "DELETE" else _parts()
    return _change(GraphContent(request.method, graph, address, parts, _condition()))


def _condition() -> Condition:
    """What If-Match and If-None-Match ask for. Of a tag only the version counts: any format has the same graph."""
    match = if_none = None
    if "If-Match" in request.headers:
        tags = request.if_match
        match = frozenset(["*"] if tags.star_tag else (each.partition("-")[0] for each in tags.as_set()))
    if "If-None-Match" in request.headers:
        tags = request.if_none_match
        if_none = frozenset(
            ["*"] if tags.star_tag else (each.partition("-")[0] for each in tags.as_set(include_weak=True))
        )
    return Condition(match, if_none)


def _own_url(path: str) -> str:
    return request.host_url.rstrip("/") + quote(request.root_path + path, safe="/:@!$&'()*+,;=~-._")


def _graph(path: str) -> tuple[str | None, str]:
    """IRI of the graph asked for (None: the default graph), and what relative IRIs in its text are resolved against."""
    default, named = request.args.getlist("default"), request.args.getlist("graph")
    if len(default) + len(named) + bool(path) != 1:
        raise refusal(400, "Bitte genau einen Graphen nennen: ?default oder ?graph=IRI.")
    if path:
        own = _own_url(request.path)
        return own, own
    if default:
        if default[0]:
            raise refusal(400, "„default“ hat keinen Wert: bitte ?default schreiben.")
        return None, request.base_url
    given = named[0]
    try:
        NamedNode(given)
    except ValueError:
        raise refusal(400, f"„{given}“ ist keine vollständige IRI.") from None
    return given, given


def _get(graph: str | None, address: str) -> Response:
    """The graph's triples in the format asked for. Raises NotFound when there is no such graph."""
    format = negotiate.choose(negotiate.ALL_GRAPHS)
    pool: Pool = current_app.extensions["zielgraph.pool"]
    caller: Caller | None = request.environ.get(CALLER)
    client = caller.line if caller else ""
    job = Job(
        _WHOLE,
        graph_format=format,
        default_graphs=None if graph is None else (graph,),
        max_rows=sys.maxsize,
        max_bytes=settings().max_answer_bytes,
    )
    reply = pool.run(job, client=client)
    while not reply.rows and graph is not None:
        there = pool.run(Job(f"ASK {{ GRAPH {NamedNode(graph)} {{}} }}", rows_format="csv"), client=client)
        if there.body.strip() != b"true":
            raise NotFound(f"Den Graphen {graph} gibt es nicht.")
        if there.snapshot == reply.snapshot:
            break
        reply = pool.run(job, client=client)  # it may have come in between
    response = negotiate.answer(reply.body, negotiate.ALL_GRAPHS[format])
    info = state().info
    if info.name == reply.snapshot:  # else a commit came in between, and the tag is the next answer's
        content = hashlib.blake2b(reply.body, digest_size=12).hexdigest()
        response.set_etag(f"{version_of(info, graph)}-{content}-{format}")
        response.make_conditional(request)
    if origin := settings().cors_origin:
        response.headers["Access-Control-Allow-Origin"] = origin
    return response


def _change(change: GraphContent) -> Response:
    outcome = commit(change)
    if change.method != "DELETE" and outcome.changed and not outcome.existed:
        response = done(outcome, 201)
        if change.graph is not None and change.graph.startswith(_own_url(_PATH)):
            response.headers["Location"] = change.graph
        return response
    if change.method == "POST" and outcome.changed:
        response = jsonify(graph=change.graph, snapshot=outcome.snapshot)
        response.headers["Zielgraph-Snapshot"] = outcome.snapshot
        return response
    return done(outcome)


def _parts() -> tuple[Part, ...]:
    """The RDF texts that were sent. Raises RefusedError."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise refusal(415, "Gepackte Graphen nimmt diese Adresse nicht an.")
    if request.mimetype == _MULTIPART:
        boundary = request.mimetype_params.get("boundary", "")
        if not boundary:
            raise refusal(400, "Der Inhaltstyp multipart/form-data nennt keine Grenze (boundary).")
        return tuple(_multipart(body(), boundary))
    return (Part(body(), _format(request.headers.get("Content-Type", ""))),)


def _format(content_type: str, where: str = "") -> str:
    media, options = parse_options_header(content_type)
    if media not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise refusal(415, f"{where}Inhaltstyp „{media or 'ohne'}“ ist nicht lesbar. Möglich: {known}.", Accept=known)
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise refusal(415, f"{where}Zeichensatz „{options['charset']}“: bitte in UTF-8 senden.")
    return _FORMATS[media]


def _multipart(data: bytes, boundary: str) -> Iterator[Part]:
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=_MAX_PARTS)
    decoder.receive_data(data)
    decoder.receive_data(None)
    head: tuple[str, Headers] | None = None
    pieces: list[bytes] = []
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, NeedData):
                raise ValueError("no end")
            if isinstance(event, Field | File):
                head, pieces = (event.filename if isinstance(event, File) else event.name, event.headers), []
            elif isinstance(event, Data) and head is not None:
                pieces.append(event.data)
                if not event.more_data:
                    where = f"{head[0]}: " if head[0] else ""
                    yield Part(b"".join(pieces), _format(head[1].get("Content-Type", ""), where), head[0] or "")
    except ValueError:
        raise refusal(400, "Der Rumpf ist kein vollständiges multipart/form-data.") from None
