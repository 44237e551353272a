"""Fetching what LOAD names: from exactly that address, without following it anywhere else."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import IO

from zielgraph.errors import QueryError

_FORMATS = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
_ENDINGS = {"ttl": "ttl", "nt": "nt", "rdf": "rdf", "xml": "rdf", "owl": "rdf", "jsonld": "jsonld"}
_ACCEPT = "text/turtle, application/n-triples, application/rdf+xml;q=0.8, application/ld+json;q=0.7"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Refuses every redirect."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """None: the redirect is an error."""


def fetched(address: str, *, seconds: float, limit: int) -> tuple[str, bytes]:
    """Format (a key of FORMATS) and content of a document; it may take so long and be so large.

    The guard has decided that its host may be asked. Raises QueryError with a sentence that names the address.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    request = urllib.request.Request(address, headers={"Accept": _ACCEPT, "User-Agent": "zielgraph"})  # noqa: S310
    try:
        with opener.open(request, timeout=seconds) as answer:
            kind = answer.headers.get_content_type()
            data: bytes = answer.read(limit + 1)
    except urllib.error.HTTPError as error:
        error.close()
        moved = " Verweise werden nicht verfolgt." if 300 <= error.code < 400 else ""
        raise QueryError(f"LOAD: {address} antwortete mit {error.code}.{moved}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise QueryError(f"LOAD: {address} ist nicht zu erreichen ({error}).") from None
    if len(data) > limit:
        raise QueryError(f"LOAD: {address} ist größer als {limit} Byte.")
    format = _FORMATS.get(kind) or _ENDINGS.get(address.rpartition(".")[2].lower())
    if format is None:
        raise QueryError(f"LOAD: {address} ist vom Typ {kind}; lesbar sind {', '.join(_FORMATS)}.")
    return format, data
