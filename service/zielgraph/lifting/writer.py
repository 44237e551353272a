"""A small notebook for quads of one graph."""

from __future__ import annotations

from datetime import date

from zielgraph.engine import Literal, NamedNode, Quad, Term
from zielgraph.vocabulary import RDF, RDFS, XSD, ZG

TYPE = NamedNode(RDF + "type")
LABEL = NamedNode(RDFS + "label")
_DATE = NamedNode(XSD + "date")
_DECIMAL = NamedNode(XSD + "decimal")
_TERMS: dict[str, NamedNode] = {}


def zg(name: str) -> NamedNode:
    """A term of the ontology."""
    if name not in _TERMS:
        _TERMS[name] = NamedNode(ZG + name)
    return _TERMS[name]


def day(value: date) -> Literal:
    """An xsd:date."""
    return Literal(value.isoformat(), datatype=_DATE)


def share(value: float) -> Literal:
    """A number from 0 to 1 as xsd:decimal with at most two digits."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return Literal(text if "." in text else text + ".0", datatype=_DECIMAL)


class Writer:
    """Collects the quads of one named graph."""

    def __init__(self, graph: NamedNode) -> None:
        self.graph = graph
        self.quads: list[Quad] = []

    def drain(self) -> list[Quad]:
        """What was written since the last time; the notebook is empty afterwards."""
        done, self.quads = self.quads, []
        return done

    def add(self, subject: NamedNode, predicate: NamedNode, *objects: Term) -> None:
        """One quad per object."""
        for each in objects:
            self.quads.append(Quad(subject, predicate, each, self.graph))

    def text(self, subject: NamedNode, predicate: NamedNode, value: str, language: str | None = None) -> None:
        """A text, unless it is empty."""
        if value:
            self.quads.append(Quad(subject, predicate, Literal(value, language=language), self.graph))
