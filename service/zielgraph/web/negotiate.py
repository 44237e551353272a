"""Media types and their choice by ``Accept`` and ``format=``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from flask import Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

from zielgraph.errors import UsageError

HTML = "text/html"
PROBLEM = "application/problem+json"
ROWS: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPHS: dict[str, str] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
DATASETS: dict[str, str] = {"trig": "application/trig", "nq": "application/n-quads"}
ALL_GRAPHS: dict[str, str] = GRAPHS | DATASETS
_ALSO: dict[str, tuple[str, ...]] = {  # other names under which clients ask for the same
    "application/json": ("json", "jsonld"),
    "application/xml": ("xml", "rdf"),
    "text/xml": ("xml", "rdf"),
    "application/x-turtle": ("ttl",),
    "text/plain": ("nt",),
    "application/x-trig": ("trig",),
    "text/x-nquads": ("nq",),
}
_FORMAT_NAMES: dict[str, str] = {
    "turtle": "ttl",
    "n3": "ttl",  # every Turtle text is one in N3
    "json-ld": "jsonld",
    "rdfxml": "rdf",
    "rdf+xml": "rdf",
    "rdf/xml": "rdf",
    "ntriples": "nt",
    "n-triples": "nt",
    "nquads": "nq",
    "n-quads": "nq",
}
_GRAPH_OF_ROWS = {"json": "jsonld", "xml": "rdf"}  # format=json is meant for whichever kind the answer has
_REMEMBERED = 1024  # different Accept headers; a longer one than this many characters is not worth remembering


@lru_cache(maxsize=_REMEMBERED)
def _accepted(header: str) -> MIMEAccept:
    """What a header accepts. Parameters of a type (a charset, a profile) make no difference here."""
    return MIMEAccept(
        (value.partition(";")[0].strip(), quality) for value, quality in parse_accept_header(header, MIMEAccept)
    )


def accepted(header: str) -> MIMEAccept:
    """What an Accept header accepts, parsed once for each wording."""
    return _accepted(header) if len(header) <= _REMEMBERED else _accepted.__wrapped__(header)


def media_types(offered: Mapping[str, str]) -> dict[str, str]:
    """Media type → format of everything by which the formats offered can be asked for, the favourite first."""
    types: dict[str, str] = {}
    for format, media in offered.items():
        types.setdefault(media, format)
    for other, formats in _ALSO.items():
        for format in formats:
            if format in offered:
                types.setdefault(other, format)
    return types


_ROW_TYPES, _GRAPH_TYPES = media_types(ROWS), media_types(ALL_GRAPHS)
_PROBLEM_TYPES = [PROBLEM, "application/json", HTML]


def formats(wish: str, header: str) -> tuple[str | None, str | None, bool]:
    """The formats of a table and of a graph that a client wants, None where it accepts none, and whether it wants HTML.

    ``wish`` is the value of ``format=``, which beats the Accept header. Raises UsageError for one that does not exist.
    """
    return (_formats if len(header) + len(wish) <= _REMEMBERED else _formats.__wrapped__)(wish, header)


def first_known(wishes: Sequence[str]) -> str:
    """Which of the values of ``format=`` counts: a single one, or of several the first that exists, if any does.

    SPARQLWrapper sends several of its names for a format and hopes that the server knows one.
    """
    given = [wish for wish in wishes if wish]
    if len(given) < 2:
        return "".join(given)
    return next((wish for wish in given if any(_named(wish))), "")


def _named(wish: str) -> tuple[str | None, str | None, bool]:
    """What a value of ``format=`` stands for, as :func:`formats` says it."""
    name = _FORMAT_NAMES.get(wish.lower(), wish.lower())
    if name in ("html", HTML):
        return "json", "ttl", True
    rows = name if name in ROWS else _ROW_TYPES.get(name)
    return rows, _GRAPH_OF_ROWS.get(name) or (name if name in ALL_GRAPHS else _GRAPH_TYPES.get(name)), False


@lru_cache(maxsize=_REMEMBERED)
def _formats(wish: str, header: str) -> tuple[str | None, str | None, bool]:
    if wish:
        found = _named(wish)
        if not any(found):
            known = ", ".join((*ROWS, *ALL_GRAPHS, "html"))
            raise UsageError(f"Das Format „{wish}“ gibt es hier nicht. Möglich: {known}.")
        return found
    accept = accepted(header)
    if not accept:
        return next(iter(ROWS)), next(iter(GRAPHS)), False
    best = accept.best_match([*_ROW_TYPES, *_GRAPH_TYPES, HTML])
    rows = accept.best_match([*_ROW_TYPES])
    graph = accept.best_match([*_GRAPH_TYPES])
    return rows and _ROW_TYPES[rows], graph and _GRAPH_TYPES[graph], best == HTML


def prefers_html(header: str) -> bool:
    """Whether a client with this Accept header would rather see a page than an error in JSON."""
    return (_prefers_html if len(header) <= _REMEMBERED else _prefers_html.__wrapped__)(header)


@lru_cache(maxsize=_REMEMBERED)
def _prefers_html(header: str) -> bool:
    return accepted(header).best_match(_PROBLEM_TYPES) == HTML


def content_type(media: str) -> str:
    """The media type as a header; text types say their charset."""
    return f"{media}; charset=utf-8" if media.startswith("text/") and "charset" not in media else media


def choose(offered: Mapping[str, str], *, html: bool = False, first: str = "") -> str:
    """The key of ``offered`` (name → media type) that the request asks for; ``html`` adds the key "html".

    ``format=`` beats Accept. ``first`` is taken when the client has no preference. Raises UsageError for an
    unknown format and NotAcceptable when nothing fits.
    """
    wanted = request.args.get("format") or (
        request.form.get("format") if request.mimetype.endswith("form-urlencoded") else None
    )
    if wanted:
        name = _FORMAT_NAMES.get(wanted.lower(), wanted.lower())
        name = next((key for key, media in offered.items() if media == wanted), name)
        if name in offered or (html and name == "html"):
            return name
        raise UsageError(f"Das Format „{wanted}“ gibt es hier nicht. Möglich: {', '.join(offered)}.")
    types: dict[str, str] = {HTML: "html"} if html and first == "html" else {}
    types |= media_types(offered)
    if html:
        types.setdefault(HTML, "html")
    accept = accepted(request.headers.get("Accept", ""))
    if not accept:
        return first or next(iter(types.values()))
    best = accept.best_match(list(types))
    if best is None:
        raise NotAcceptable(f"Verfügbar sind: {', '.join(types)}.")
    return types[best]


def wants_html() -> bool:
    """Whether the client would rather see a page than JSON; a client without preference is a program."""
    return prefers_html(request.headers.get("Accept", ""))


def answer(body: bytes, media: str, *, vary: str = "Accept", download: str = "") -> Response:
    """A response with its media type; text types say their charset."""
    response = Response(body, content_type=content_type(media))
    if vary:
        response.headers["Vary"] = vary
    if download:
        response.headers["Content-Disposition"] = f'attachment; filename="{download}"'
    return response
