"""Media types and their choice by ``Accept`` and ``format=``."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from zielgraph.errors import UsageError

HTML = "text/html"
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
_ALSO = {  # other names under which clients ask for the same
    "application/json": {"json": 1, "jsonld": 1},
    "application/xml": {"xml": 1, "rdf": 1},
    "text/xml": {"xml": 1, "rdf": 1},
    "application/x-turtle": {"ttl": 1},
    "text/plain": {"nt": 1},
}
_FORMAT_NAMES = {"turtle": "ttl", "json-ld": "jsonld", "rdfxml": "rdf", "rdf+xml": "rdf", "ntriples": "nt"}


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
    for key, media in offered.items():
        types.setdefault(media, key)
    if html:
        types.setdefault(HTML, "html")
    for other, keys in _ALSO.items():
        for key in keys:
            if key in offered:
                types.setdefault(other, key)
    if not request.accept_mimetypes:
        return first or next(iter(types.values()))
    best = request.accept_mimetypes.best_match(list(types))
    if best is None:
        raise NotAcceptable(f"Verfügbar sind: {', '.join(types)}.")
    return types[best]


def wants_html() -> bool:
    """Whether the client would rather see a page than JSON; a client without preference is a program."""
    best = request.accept_mimetypes.best_match(["application/problem+json", "application/json", HTML])
    return best == HTML and request.accept_mimetypes[HTML] > 0


def answer(body: bytes, media: str, *, vary: str = "Accept", download: str = "") -> Response:
    """A response with its media type; text types say their charset."""
    if media.startswith("text/") and "charset" not in media:
        media += "; charset=utf-8"
    response = Response(body, content_type=media)
    if vary:
        response.headers["Vary"] = vary
    if download:
        response.headers["Content-Disposition"] = f'attachment; filename="{download}"'
    return response
