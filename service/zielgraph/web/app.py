"""The application factory."""

from __future__ import annotations

from flask import Flask, Response, redirect, request
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as BaseResponse

from zielgraph import __version__
from zielgraph.questions import load_catalogue
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.web import api, languages, linked, ontology, pages, problems, resource, sparql, view
from zielgraph.web.current import Current, state

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


def create_app(settings: Settings) -> Flask:
    """The web service over the data folder that the settings name."""
    app = Flask("zielgraph.web")
    app.config["MAX_CONTENT_LENGTH"] = settings.max_query_bytes * 4 + 65536  # form encoding may triple a text
    app.config["TRUSTED_HOSTS"] = _trusted_hosts(settings)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    app.extensions["zielgraph.settings"] = settings
    app.extensions["zielgraph.current"] = Current(folder)
    app.extensions["zielgraph.catalogue"] = load_catalogue()
    for module in (languages, problems, view):
        module.register(app)
    for blueprint in (
        sparql.blueprint,
        api.blueprint,
        linked.blueprint,
        ontology.blueprint,
        resource.blueprint(),
        pages.blueprint(),
    ):
        app.register_blueprint(blueprint)
    app.after_request(_headers)
    app.add_url_rule("/", "start", _start)
    app.add_url_rule("/health", "health", _health)
    return app


def _trusted_hosts(settings: Settings) -> list[str] | None:
    """Names in the Host header that are answered; None answers all. Guards a loopback service from rebinding."""
    if settings.hosts or settings.host in _LOOPBACK:
        return [*_LOOPBACK, settings.host, *settings.hosts]
    return None


def _headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _start() -> BaseResponse:
    response = redirect(languages.page_url("home"), 302)
    response.headers["Vary"] = "Accept-Language"
    return response


def _health() -> dict[str, object]:
    now = state()
    return {
        "status": "ok",
        "version": __version__,
        "snapshot": now.info.name or None,
        "editions": len(now.info.editions),
        "triples": now.triples,
    }
