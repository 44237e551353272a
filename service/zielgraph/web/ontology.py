"""The ontology and its concept schemes: a page, and Turtle, JSON-LD, RDF/XML or N-Triples."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.engine import NamedNode, Triple, serialise
from zielgraph.errors import NotFound
from zielgraph.lifting.iris import ontology_graph
from zielgraph.vocabulary import OWL, PREFIXES, RDF, RDFS, SKOS, ZG
from zielgraph.web import negotiate
from zielgraph.web.current import state
from zielgraph.web.languages import language
from zielgraph.web.view import TYPE, Link, Text, View

blueprint = Blueprint("ontology", __name__)
_ROOT = ZG.rstrip("#")
_COMMENT = NamedNode(RDFS + "comment")
_ENDINGS = "any(ttl,jsonld,rdf,nt)"


@dataclass(frozen=True, slots=True)
class Term:
    """A term as the page shows it."""

    link: Link
    anchor: str
    comment: Text | None
    above: list[Link]
    domain: list[Link]
    range: list[Link]


def _view() -> View:
    return View(state().ontology, state().base, language())


def _terms(view: View, kind: str) -> list[Term]:
    graph = ontology_graph(view.base)
    found = []
    for node in view.subjects(TYPE, NamedNode(kind), graph):
        if node.value.startswith(_ROOT):

            def links(name: str, node: NamedNode = node) -> list[Link]:
                return [view.link(t) for t in view.objects(node, NamedNode(RDFS + name), graph)]

            above = [x for x in links("subClassOf") + links("subPropertyOf") if x.iri.startswith(ZG)]
            anchor = node.value.removeprefix(ZG) if node.value.startswith(ZG) else ""
            found.append(
                Term(
                    view.link(node),
                    anchor,
                    view.best(node, _COMMENT, graph),
                    above,
                    links("domain"),
                    links("range"),
                )
            )
    return found


def _data(triples: list[Triple], ending: str) -> Response:
    body = serialise(sorted(triples, key=str), ending, prefixes=PREFIXES)
    return negotiate.answer(body, negotiate.GRAPHS[ending])


@blueprint.get("/ontology")
def whole() -> Response:
    """The whole ontology."""
    chosen = negotiate.choose(negotiate.GRAPHS, html=True, first="ttl")
    if chosen != "html":
        return whole_data(chosen)
    view = _view()
    page = render_template(
        "ontology.html",
        classes=_terms(view, OWL + "Class"),
        properties=sorted(
            _terms(view, OWL + "ObjectProperty") + _terms(view, OWL + "DatatypeProperty"),
            key=lambda t: t.link.iri,
        ),
        schemes=[(scheme, _concepts(view, scheme.link.iri)) for scheme in _terms(view, SKOS + "ConceptScheme")],
    )
    return Response(page, content_type="text/html; charset=utf-8", headers={"Vary": "Accept, Accept-Language"})


def _concepts(view: View, scheme: str) -> list[Term]:
    return [term for term in _terms(view, SKOS + "Concept") if term.link.iri.startswith(scheme + "/")]


@blueprint.get(f"/ontology.<{_ENDINGS}:ending>")
def whole_data(ending: str) -> Response:
    """The whole ontology as data."""
    now = state()
    return _data([q.triple for q in now.ontology.quads(None, None, None, ontology_graph(now.base))], ending)


def _find(path: str) -> tuple[NamedNode, list[Triple]]:
    """A term by its path below the ontology; classes and properties by their local name."""
    now = state()
    for iri in (f"{_ROOT}/{path}", ZG + path):
        try:
            node = NamedNode(iri)
        except ValueError:
            continue
        triples = [quad.triple for quad in now.ontology.quads(node, None, None, ontology_graph(now.base))]
        if triples:
            return node, triples
    raise NotFound(f"Den Begriff „{path}“ enthält die Ontologie nicht.")


@blueprint.get("/ontology/<path:path>")
def term(path: str) -> BaseResponse:
    """One term."""
    node, triples = _find(path)
    chosen = negotiate.choose(negotiate.GRAPHS, html=True, first="ttl")
    if chosen != "html":
        return _data(triples, chosen)
    view = _view()
    graph = ontology_graph(view.base)
    rows = [(view.link(t.predicate), view.shown(t.object)) for t in sorted(triples, key=str)]
    page = render_template(
        "term.html",
        term=view.link(node),
        comment=view.best(node, _COMMENT, graph),
        rows=[row for row in rows if row[0].iri != RDF + "type"],
        kinds=[shown for link, shown in rows if link.iri == RDF + "type"],
        path=path,
        members=_concepts(view, node.value),
    )
    return Response(page, content_type="text/html; charset=utf-8", headers={"Vary": "Accept, Accept-Language"})


@blueprint.get(f"/ontology/<path:path>.<{_ENDINGS}:ending>")
def term_data(path: str, ending: str) -> Response:
    """One term as data."""
    return _data(_find(path)[1], ending)
