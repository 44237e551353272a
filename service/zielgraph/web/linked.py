"""Linked data: ``/id/…`` sends to page or data, ``/data/…`` gives the data, ``/catalog`` the DCAT entry."""

from __future__ import annotations

import itertools

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.engine import DefaultGraph, Engine, Graph, NamedNode, Quad, Triple, serialise
from zielgraph.errors import NotFound
from zielgraph.vocabulary import DCTERMS, PREFIXES
from zielgraph.web import negotiate
from zielgraph.web.current import State, state
from zielgraph.web.languages import language

blueprint = Blueprint("linked", __name__)
_ENDINGS = "any(ttl,jsonld,rdf,nt)"
_MAX_INCOMING = 500


def node_of(base: str, path: str) -> NamedNode:
    """The data IRI of a path. NotFound when it cannot be an IRI."""
    try:
        return NamedNode(base + path)
    except ValueError:
        raise NotFound(f"„{path}“ gibt es nicht.") from None


def describe(engine: Engine, node: NamedNode) -> list[Triple]:
    """What the store says of a resource: its own triples, those of its parts, and up to 500 that point to it.

    A part is a value whose IRI continues the resource's own (``…/measure/19/involvement/…``). A named graph
    is described by its content. Older editions live only in named graphs and are found there. NotFound if
    unknown.
    """
    graph: Graph | None = DefaultGraph()
    own = list(engine.quads(node, None, None, graph))
    if not own:
        graph = None
        own = list(engine.quads(node, None, None, None)) or list(engine.quads(None, None, None, node))
    if not own:
        raise NotFound(f"{node.value} ist in diesem Bestand nicht enthalten.")
    found: dict[Quad, None] = dict.fromkeys(own)
    todo = [node]
    seen = {node.value}
    while todo:
        subject = todo.pop()
        for quad in engine.quads(subject, None, None, graph):
            found[quad] = None
            value = quad.object
            if isinstance(value, NamedNode) and value.value.startswith(f"{node.value}/") and value.value not in seen:
                seen.add(value.value)
                todo.append(value)
    found.update(dict.fromkeys(itertools.islice(engine.quads(None, None, node, graph), _MAX_INCOMING)))
    return sorted({quad.triple for quad in found}, key=str)


def exists(engine: Engine, node: NamedNode) -> bool:
    """Whether the store knows the resource."""
    return any(
        next(iter(quads), None) is not None
        for quads in (engine.quads(node, None, None, None), engine.quads(None, None, None, node))
    )


def successor(engine: Engine, node: NamedNode) -> NamedNode:
    """What took the place of a retired identifier; the resource itself when nothing did."""
    quads = engine.quads(node, NamedNode(DCTERMS + "isReplacedBy"), None, DefaultGraph())
    return next((quad.object for quad in quads if isinstance(quad.object, NamedNode)), node)


@blueprint.get("/id/<path:path>")
def identify(path: str) -> BaseResponse:
    """303 to the page or, for RDF clients, to the data."""
    now = state()
    node = node_of(now.base, path)
    if not exists(now.engine, node):
        raise NotFound(f"{node.value} ist in diesem Bestand nicht enthalten.")
    chosen = negotiate.choose(negotiate.GRAPHS, html=True, first="html")
    path = successor(now.engine, node).value.removeprefix(now.base)
    target = (
        url_for(f"resource.show_{language()}", path=path)
        if chosen == "html"
        else url_for("linked.data", path=path, ending=chosen)
    )
    response = redirect(target, 303)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


@blueprint.get(f"/data/<path:path>.<{_ENDINGS}:ending>")
def data(path: str, ending: str) -> Response:
    """The data of one resource."""
    now = state()
    body = serialise(describe(now.engine, node_of(now.base, path)), ending, prefixes=_prefixes(now))
    return negotiate.answer(body, negotiate.GRAPHS[ending], vary="")


@blueprint.get(f"/data/dump.<{_ENDINGS}:ending>")
def dump(ending: str) -> Response:
    """The whole current state."""
    now = state()
    triples = [quad.triple for quad in now.engine.quads(None, None, None, DefaultGraph())]
    body = serialise(triples, ending, prefixes=_prefixes(now))
    return negotiate.answer(body, negotiate.GRAPHS[ending], vary="", download=f"zielgraph.{ending}")


@blueprint.get("/catalog")
def catalog_choice() -> BaseResponse:
    """To the DCAT entry in the format asked for."""
    response = redirect(url_for("linked.catalog", ending=negotiate.choose(negotiate.GRAPHS, first="ttl")), 303)
    response.headers["Vary"] = "Accept"
    return response


@blueprint.get(f"/catalog.<{_ENDINGS}:ending>")
def catalog(ending: str) -> Response:
    """The DCAT entry."""
    from zielgraph.exporting.dcat import catalogue_quads

    now = state()
    quads = catalogue_quads(now.engine, now.info, url_for("start", _external=True))
    return negotiate.answer(serialise(quads, ending, prefixes=PREFIXES), negotiate.GRAPHS[ending], vary="")


def _prefixes(now: State) -> dict[str, str]:
    roots = {f"{e.city}-{e.system}".replace("_", "-"): f"{now.base}{e.city}/{e.system}/" for e in now.info.editions}
    return PREFIXES | roots
