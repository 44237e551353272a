"""What every answer gets on its way out, and refusals by those who stand before Flask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from zielgraph.web.files import STYLES
from zielgraph.web.headers import HEADERS
from zielgraph.web.negotiate import prefers_html
from zielgraph.web.problems import Problem, title_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CHALLENGE = 'Bearer realm="zielgraph"'
_LOWER = tuple((name.lower(), name, value) for name, value in HEADERS.items())
_PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>{styles}</head>
<body><div class="top"></div><main class="wrap"><p class="kind">{status}</p><h1>{title}</h1><p lang="de">{detail}</p>
<p><a href="{root}/{lang}/">{onward}</a></p></main></body>
</html>
"""
_ONWARD = {"de": "Zur Übersicht", "en": "To the overview"}


def dressed(environ: WSGIEnvironment, start_response: StartResponse, *, private: bool) -> StartResponse:
    """A ``start_response`` that adds the headers of protection, where the answer has none of its own.

    ``private``: the answer depends on who asks, so that no shared cache may keep it.
    """

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        headers = dress(int(status[:3]), headers, https=environ["wsgi.url_scheme"] == "https", private=private)
        return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

    return start


def dress(status: int, headers: Iterable[tuple[str, str]], *, https: bool, private: bool) -> list[tuple[str, str]]:
    """The headers of an answer with those of protection; see :func:`dressed`."""
    headers = list(headers)
    present = {name.lower() for name, _ in headers}
    headers += [(name, value) for lower, name, value in _LOWER if lower not in present]
    # A page of another site may embed what it may read, and nothing else.
    open_ = "access-control-allow-origin" in present
    headers.append(("Cross-Origin-Resource-Policy", "cross-origin" if open_ else "same-origin"))
    if https:
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    if status == 401 and "www-authenticate" not in present:
        headers.append(("WWW-Authenticate", CHALLENGE))
    return _private(headers) if private else headers


def _private(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers with a Cache-Control that keeps shared caches away."""
    told = ", ".join(value for name, value in headers if name.lower() == "cache-control")
    words = [word.strip() for word in told.split(",") if word.strip()]
    if "no-store" not in words:
        words = ["private", *(word for word in words if word not in ("public", "private"))]
    kept = [(name, value) for name, value in headers if name.lower() != "cache-control"]
    return [*kept, ("Cache-Control", ", ".join(words))]


_BARE = {
    400: "Das ist keine vollständige HTTP-Anfrage, oder es fehlt die eine Zeile Host.",
    408: "Die Anfrage kam nicht in der Zeit, die der Dienst wartet.",
    413: "Der Rumpf der Anfrage ist zu groß.",
    414: "Die Adresse ist zu lang. Bitte lange Anfragen mit POST senden.",
    431: "Die Kopfzeilen der Anfrage sind zu groß.",
}


def bare_refusal(status: int) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body for what is refused before it is a request; the connection ends with it."""
    problem = Problem(status, _BARE[status])
    body = problem.document()
    own = {"Content-Type": problem.content_type, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
    return [*(own | HEADERS).items(), ("Connection", "close")], body


def refusal_headers(problem: Problem, media: str, length: int) -> list[tuple[str, str]]:
    """The headers of a refusal with a body of a type and length."""
    headers = [("Content-Type", media), ("Content-Length", str(length)), ("Cache-Control", "no-store")]
    return [*headers, ("Vary", "Accept"), *problem.headers]


def refusal(environ: WSGIEnvironment, start: StartResponse, problem: Problem) -> list[bytes]:
    """Answer with problem details (RFC 9457), or with a plain page where the client would rather see one."""
    if prefers_html(environ.get("HTTP_ACCEPT", "")):
        root = quote(environ.get("SCRIPT_NAME", ""))
        lang = "en" if environ.get("PATH_INFO", "").startswith("/en/") else "de"
        title = HTTPStatus(problem.status).phrase if lang == "en" else problem.title or title_of(problem.status)
        page = _PAGE.format(
            lang=lang,
            status=problem.status,
            title=escape(title),
            detail=escape(problem.detail),
            root=root,
            onward=_ONWARD[lang],
            styles="".join(f'<link rel="stylesheet" href="{root}/static/{style}">' for style in STYLES),
        )
        media, body = "text/html; charset=utf-8", page.encode()
    else:
        media, body = problem.content_type, problem.document()
    start(f"{problem.status} {HTTPStatus(problem.status).phrase}", refusal_headers(problem, media, len(body)))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
