"""Pages that a browser has already: an entity tag that is known before the page is made, and 304 where it fits.

The tag is made of everything a page depends on: the snapshot, the running program, the address, who is signed in with
which rights, and the day. So repeated visits cost no more than looking at the request.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from flask import Flask, Response, current_app, g, request

from zielgraph.access import Caller
from zielgraph.web.admission import CALLER
from zielgraph.web.current import state
from zielgraph.web.formguard import FIELD

_BLUEPRINTS = ("pages", "resource")
_SECRET = FIELD.encode()


def register(app: Flask) -> None:
    """Install it, after the compression: that adds its own mark to the tag."""
    # Program, templates, catalogue and look are read at the start; another start may have others.
    app.extensions["zielgraph.conditional"] = secrets.token_hex(8)
    app.before_request(_answer_if_known)
    app.after_request(_mark)


def _answer_if_known() -> Response | None:
    """304 for what the browser has; nothing in all other cases, and then the page is made."""
    if request.method not in ("GET", "HEAD") or request.blueprint not in _BLUEPRINTS:
        return None
    g.entity_tag = _tag()
    for known in request.if_none_match.as_set(include_weak=True):
        if known.partition(":")[0] == g.entity_tag:
            response = Response(status=304)
            response.set_etag(known)
            response.headers["Vary"] = "Accept-Encoding, Cookie"
            return response
    return None


def _mark(response: Response) -> Response:
    """The tag on a page that may be kept: not on errors, downloads with a tag of their own, nor pages with a secret."""
    if (tag := g.get("entity_tag")) and response.status_code == 200 and "ETag" not in response.headers:
        kept = "no-store" not in response.headers.get("Cache-Control", "") and "Set-Cookie" not in response.headers
        if kept and not response.is_streamed and _SECRET not in response.get_data():
            response.set_etag(tag)
            response.vary.update(("Accept-Encoding", "Cookie"))
    return response


def _tag() -> str:
    caller: Caller | None = request.environ.get(CALLER)
    parts = (
        current_app.extensions["zielgraph.conditional"],
        state().info.name,
        request.url,
        caller.name if caller else "",
        caller.key.partition(":")[0] if caller else "",  # whether they can sign out here
        " ".join(sorted(caller.scopes)) if caller else "",
        date.today().isoformat(),
    )
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
