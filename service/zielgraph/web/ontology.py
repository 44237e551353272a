"""The ontology and its concept schemes: a page, and Turtle, JSON-LD, RDF/XML or N-Triples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.engine import NamedNode, Triple, serialise
from zielgraph.errors import NotFound
from zielgraph.lifting.iris import ontology_graph
from zielgraph.vocabulary import OWL, PREFIXES, RDF, RDFS, SKOS, ZG
from zielgraph.web import negotiate
from zielgraph.web.current import State, state
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


def ontology_view() -> View:
    """The ontology as a page sees it, also while nothing is imported."""
    return View(state().ontology, state().base, language())


def terms(view: View, kind: str) -> list[Term]:
    """The terms of a class (its IRI) that the ontology defines, by IRI."""
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


_PARTS: WeakKeyDictionary[State, dict[tuple[str, str, str], Markup]] = WeakKeyDictionary()


def part(template: str, facts: Callable[[], dict[str, object]]) -> Markup:
    """A part of a page that only the ontology makes, drawn once for each state and language.

    ``facts`` gives what the template shows. Links in it must not depend on the rest of the address.
    """
    parts = _PARTS.setdefault(state(), {})
    key = template, language(), request.script_root
    if key not in parts:
        parts[key] = Markup(render_template(template, **facts()))  # noqa: S704 escaped by the template
    return parts[key]


def _data(triples: list[Triple], ending: str) -> Response:
    body = serialise(sorted(triples, key=str), ending, prefixes=PREFIXES)
    return negotiate.answer(body, negotiate.GRAPHS[ending])


@blueprint.get("/ontology")
def whole() -> Response:
    """The whole ontology."""
    chosen = negotiate.choose(negotiate.GRAPHS, html=True, first="ttl")
    if chosen != "html":
        return whole_data(chosen)
    page = render_template("ontology.html", body=part("_ontology.html", _everything))
    return Response(page, content_type="text/html; charset=utf-8", headers={"Vary": "Accept, Accept-Language"})


def _everything() -> dict[str, object]:
    view = ontology_view()
    properties = terms(view, OWL + "ObjectProperty") + terms(view, OWL + "DatatypeProperty")
    return {
        "classes": terms(view, OWL + "Class"),
        "properties": sorted(properties, key=lambda term: term.link.iri),
        "schemes": [(scheme, concepts(view, scheme.link.iri)) for scheme in terms(view, SKOS + "ConceptScheme")],
    }


def concepts(view: View, scheme: str) -> list[Term]:
    """The concepts of a scheme."""
    return [term for term in terms(view, SKOS + "Concept") if term.link.iri.startswith(scheme + "/")]


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
    raise NotFound(_("Den Begriff „%(path)s“ enthält die Ontologie nicht.", path=path))


@blueprint.get("/ontology/<path:path>")
def term(path: str) -> BaseResponse:
    """One term."""
    node, triples = _find(path)
    chosen = negotiate.choose(negotiate.GRAPHS, html=True, first="ttl")
    if chosen != "html":
        return _data(triples, chosen)
    view = ontology_view()
    graph = ontology_graph(view.base)
    rows = [(view.link(t.predicate), view.shown(t.object)) for t in sorted(triples, key=str)]
    page = render_template(
        "term.html",
        term=view.link(node),
        comment=view.best(node, _COMMENT, graph),
        rows=[row for row in rows if row[0].iri != RDF + "type"],
        kinds=[shown for link, shown in rows if link.iri == RDF + "type"],
        path=path,
        members=concepts(view, node.value),
    )
    return Response(page, content_type="text/html; charset=utf-8", headers={"Vary": "Accept, Accept-Language"})


@blueprint.get(f"/ontology/<path:path>.<{_ENDINGS}:ending>")
def term_data(path: str, ending: str) -> Response:
    """One term as data."""
    return _data(_find(path)[1], ending)
