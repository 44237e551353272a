"""The address of the page that is being answered."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import request


def here(**changes: str | None) -> str:
    """This page's address with some parameters changed; None leaves one out."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in changes and value]
    pairs += [(name, value) for name, value in changes.items() if value]
    path = quote(request.script_root + request.path, safe="/:@!$&'()*+,;=~-._")
    return f"{path}?{urlencode(pairs)}" if pairs else path
