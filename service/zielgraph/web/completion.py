"""What the SPARQL editor offers while somebody types: prefixes, and the terms of the ontology with their names."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, jsonify
from flask.wrappers import Response

from zielgraph.engine import NamedNode
from zielgraph.lifting.iris import ontology_graph
from zielgraph.vocabulary import OWL, PREFIXES, RDF, RDFS, SKOS, ZG
from zielgraph.web.current import state
from zielgraph.web.languages import language
from zielgraph.web.view import TYPE, View

blueprint = Blueprint("completion", __name__)
PATH = "/sparql/terms.json"
_COMMENT = NamedNode(RDFS + "comment")
_ROOT = ZG.rstrip("#")
_KINDS = {
    "class": OWL + "Class",
    "property": OWL + "ObjectProperty",
    "attribute": OWL + "DatatypeProperty",
    "concept": SKOS + "Concept",
}
# What every query needs besides the ontology, and has no label there.
_COMMON = (RDF + "type", RDFS + "label", SKOS + "altLabel", SKOS + "notation", SKOS + "prefLabel")


@blueprint.get(PATH)
def terms() -> Response:
    """``{"prefixes": {name: IRI}, "terms": [{"name", "kind", "label", "comment"}]}`` in the language of ``lang=``."""
    return jsonify(prefixes=dict(sorted(PREFIXES.items())), terms=sorted(_terms(), key=lambda term: term["name"]))


def _terms() -> Iterator[dict[str, str]]:
    now = state()
    view, graph = View(now.ontology, now.base, language()), ontology_graph(now.base)
    for kind, iri in _KINDS.items():
        for node in view.subjects(TYPE, NamedNode(iri), graph):
            if node.value.startswith(_ROOT) and (name := _prefixed(node.value)):
                comment = view.best(node, _COMMENT, graph)
                text = comment.value if comment else ""
                yield {"name": name, "kind": kind, "label": view.label(node).value, "comment": text}
    for iri in _COMMON:
        yield {"name": _prefixed(iri), "kind": "property", "label": "", "comment": ""}


def _prefixed(iri: str) -> str:
    """The IRI as a prefixed name, by the longest prefix that leaves a local name; "" where none does."""
    fitting = [(len(start), name, iri[len(start) :]) for name, start in PREFIXES.items() if iri.startswith(start)]
    return next((f"{name}:{local}" for _, name, local in sorted(fitting, reverse=True) if _is_local(local)), "")


def _is_local(text: str) -> bool:
    return bool(text) and all(sign.isalnum() or sign in "-_" for sign in text)
