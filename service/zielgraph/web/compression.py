"""Text on its way out of Flask is compressed, by Brotli or gzip, where the client takes it.

Not compressed are pages that carry a secret: what is reflected beside it could be used to guess it by the length of
the answer (BREACH). Answers of the SPARQL endpoint do not come this way; before a slow line, nginx compresses them.
"""

from __future__ import annotations

from flask import Flask, Response
from flask_compress import Compress

from zielgraph.web.formguard import FIELD

_TYPES = [
    "text/html",
    "text/css",
    "text/javascript",
    "text/plain",
    "text/csv",
    "text/tab-separated-values",
    "text/turtle",
    "image/svg+xml",
    "application/json",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/xml",
    "application/atom+xml",
    "application/sparql-results+json",
    "application/sparql-results+xml",
]
_SMALLEST, _LARGEST = 500, 5_000_000  # bytes; a large download should not keep a thread busy
_SECRET = FIELD.encode()


def register(app: Flask) -> None:
    """Install it. Call it before other hooks that look at the answer."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,  # 4 makes less of KERN than gzip
        COMPRESS_MIMETYPES=_TYPES,
        COMPRESS_MIN_SIZE=_SMALLEST,
        COMPRESS_STREAMS=False,
    )
    compress = Compress(app)

    @app.after_request
    def shrink(response: Response) -> Response:
        if response.status_code != 200 or response.mimetype not in _TYPES or "Set-Cookie" in response.headers:
            return response
        if "no-store" in response.headers.get("Cache-Control", "") or (response.content_length or 0) > _LARGEST:
            return response
        if response.direct_passthrough:  # a file
            response.direct_passthrough = False
            response.get_data()
        elif response.is_streamed or (response.mimetype == "text/html" and _SECRET in response.get_data()):
            return response
        return compress.after_request(response)
