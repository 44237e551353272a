"""The application factory."""

from __future__ import annotations

import weakref

from flask import Flask, Response, redirect, request
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.questions import load_catalogue
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.web import (
    answers,
    api,
    completion,
    compression,
    conditional,
    current,
    decided,
    drawings,
    feed,
    files,
    formguard,
    graphs,
    languages,
    linked,
    look,
    navigation,
    observe,
    office,
    ontology,
    pages,
    papers,
    problems,
    resource,
    signin,
    sparql,
    update,
    view,
    wellknown,
    wording,
)
from zielgraph.web.admission import Admission, body_limit
from zielgraph.web.cache import Cache
from zielgraph.web.current import Current
from zielgraph.web.description import Offer, service_description
from zielgraph.web.endpoint import Describe, Endpoint
from zielgraph.web.shortcut import PATH, Shortcut
from zielgraph.workers import Pool
from zielgraph.workers.writing import Writer


def create_app(settings: Settings) -> Flask:
    """The web service over the data folder that the settings name."""
    app = Flask("zielgraph.web")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    app.extensions["zielgraph.settings"] = settings
    app.extensions["zielgraph.current"] = Current(folder)
    app.extensions["zielgraph.catalogue"] = load_catalogue()
    pool = app.extensions["zielgraph.pool"] = Pool(folder, settings)
    app.extensions["zielgraph.writer"] = Writer(pool, folder, settings)
    for module in (languages, problems, view, signin, formguard, office, decided, drawings, answers):
        module.register(app)
    for blueprint in (
        sparql.blueprint,
        completion.blueprint,
        update.blueprint,
        graphs.blueprint,
        api.blueprint,
        linked.blueprint,
        ontology.blueprint,
        wellknown.blueprint,
        feed.blueprint,
        papers.blueprint,
        resource.blueprint(),
        pages.blueprint(),
        signin.blueprint(),
    ):
        app.register_blueprint(blueprint)
    compression.register(app)
    conditional.register(app)
    files.register(app)
    look.register(app, settings)
    navigation.register(app)
    wording.register(app)
    app.before_request(_limit_body)
    app.after_request(_headers)
    app.add_url_rule("/", "start", _start)
    cache = app.extensions["zielgraph.cache"] = Cache(0 if settings.engine else settings.cache_bytes)
    endpoint = app.extensions["zielgraph.endpoint"] = Endpoint(settings, folder, pool, cache, _describe(app))
    app.extensions["zielgraph.close"] = weakref.finalize(app, pool.close)  # called by the server, else at the end
    # Whatever wraps the application, from the inside out; the outermost is asked first.
    app.wsgi_app = Shortcut(app.wsgi_app, endpoint, max_bytes=body_limit(PATH, settings))  # type: ignore[method-assign]
    admission = Admission(app.wsgi_app, settings)
    app.extensions["zielgraph.admission"] = admission
    app.wsgi_app = admission  # type: ignore[method-assign]
    observe.register(app, settings)
    return app


def _describe(app: Flask) -> Describe:
    """Gives the service description for an address in a format; what is offered is what the application routes."""
    settings: Settings = app.extensions["zielgraph.settings"]
    current: Current = app.extensions["zielgraph.current"]
    update = not settings.public and any(rule.rule == f"{PATH}/update" for rule in app.url_map.iter_rules())
    offer = Offer(update, bool(settings.service_hosts))
    return lambda address, format: service_description(current.state(), offer, address, format)


def _limit_body() -> None:
    """A body of unknown length is counted while it is read; :mod:`admission` refuses what says that it is larger."""
    request.max_content_length = body_limit(request.path, current.settings())


def _headers(response: Response) -> Response:
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _start() -> BaseResponse:
    response = redirect(languages.page_url("home"), 302)
    response.headers["Vary"] = "Accept-Language"
    return response
