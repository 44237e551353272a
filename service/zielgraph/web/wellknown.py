"""``/.well-known/void``: what the store holds and where to ask, as VoID, for programs that only know the host."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.editions.catalogue import SD, VOID, catalogue_graph
from zielgraph.engine import DefaultGraph, NamedNode, Quad, serialise
from zielgraph.lifting.writer import TYPE, zg
from zielgraph.vocabulary import FOAF, PREFIXES
from zielgraph.web import negotiate
from zielgraph.web.current import State, state
from zielgraph.web.languages import language

blueprint = Blueprint("wellknown", __name__)
_FEATURES = {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF_XML"}


@blueprint.get("/.well-known/void")
def void() -> BaseResponse:
    """The catalogue with this service's addresses as RDF; browsers are sent to its page."""
    now = state()
    quads = _catalogue(now)
    chosen = negotiate.choose(negotiate.GRAPHS, html=bool(quads), first="ttl")
    if chosen == "html":
        path = catalogue_graph(now.base).value.removeprefix(now.base)
        response = redirect(url_for(f"resource.show_{language()}", path=path), 303)
        response.headers["Vary"] = "Accept, Accept-Language"
        return response
    body = serialise([*quads, *_addresses(now)], chosen, prefixes=PREFIXES | {"void": VOID, "sd": SD})
    return negotiate.answer(body, negotiate.GRAPHS[chosen])


def _catalogue(now: State) -> list[Quad]:
    """The catalogue's triples, sorted; none in a store that an older program wrote."""
    found = now.engine.quads(None, None, None, catalogue_graph(now.base))
    return sorted((Quad(q.subject, q.predicate, q.object) for q in found), key=str)


def _addresses(now: State) -> list[Quad]:
    """Where this service answers, by the address under which it was asked."""
    here = NamedNode(url_for("wellknown.void", _external=True))
    whole = NamedNode(f"{catalogue_graph(now.base).value}/state")
    quads = [
        Quad(here, TYPE, NamedNode(VOID + "DatasetDescription")),
        Quad(here, NamedNode(FOAF + "primaryTopic"), whole),
        Quad(whole, TYPE, NamedNode(VOID + "Dataset")),
        Quad(whole, NamedNode(FOAF + "homepage"), NamedNode(url_for("start", _external=True))),
        Quad(whole, NamedNode(VOID + "sparqlEndpoint"), NamedNode(url_for("sparql.endpoint", _external=True))),
    ]
    for ending, name in _FEATURES.items():
        dump = NamedNode(url_for("linked.dump", ending=ending, _external=True))
        feature = NamedNode(f"http://www.w3.org/ns/formats/{name}")
        quads += [Quad(whole, NamedNode(VOID + "dataDump"), dump), Quad(whole, NamedNode(VOID + "feature"), feature)]
    systems = now.engine.quads(None, TYPE, zg("GoalSystem"), DefaultGraph())
    quads += [Quad(whole, NamedNode(VOID + "rootResource"), each.subject) for each in systems]
    return sorted(set(quads), key=str)
