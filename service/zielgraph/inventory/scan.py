"""Reading one graph of a store: each property once, by its index, and joins by small queries kept as files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from sys import intern

from zielgraph.engine import DefaultGraph, Engine, Graph, Literal, NamedNode, QuerySolutions, Term
from zielgraph.inventory.model import Label
from zielgraph.vocabulary import RDF

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
Links = Mapping[str, tuple[str, ...]]


@cache
def _query(name: str) -> str:
    return files("zielgraph.inventory").joinpath("queries", f"{name}.rq").read_text("utf-8")


class Scan:
    """One graph of a store, read property by property."""

    def __init__(self, engine: Engine, graph: Graph = _DEFAULT) -> None:
        self._engine, self._graph = engine, graph

    def rows(self, query: str) -> Iterator[tuple[str, ...]]:
        """The answer of ``queries/{query}.rq`` as texts, "" for what is unbound."""
        found = self._engine.query(_query(query))
        if isinstance(found, QuerySolutions):
            for row in found:
                yield tuple(term.value if isinstance(term, (NamedNode, Literal)) else "" for term in row)

    def members(self, kind: str) -> list[str]:
        """IRIs of the instances of a class, in no order."""
        found = self._engine.quads(None, _TYPE, NamedNode(kind), self._graph)
        return [intern(quad.subject.value) for quad in found if isinstance(quad.subject, NamedNode)]

    def pairs(self, predicate: str, of: Collection[str] | None = None) -> Iterator[tuple[str, Term]]:
        """Subject and value of every triple with a property; ``of``: only of these subjects."""
        for quad in self._engine.quads(None, NamedNode(predicate), None, self._graph):
            subject = quad.subject
            if isinstance(subject, NamedNode) and (of is None or subject.value in of):
                yield intern(subject.value), quad.object

    def links(self, predicate: str, of: Collection[str] | None = None) -> Links:
        """The resources to which a property leads, sorted by IRI."""
        found: dict[str, list[str]] = {}
        for subject, value in self.pairs(predicate, of):
            if isinstance(value, NamedNode):
                found.setdefault(subject, []).append(intern(value.value))
        return {subject: tuple(sorted(values)) for subject, values in found.items()}

    def texts(self, predicate: str, of: Collection[str] | None = None) -> dict[str, str]:
        """The text of a property; of several the first."""
        found: dict[str, str] = {}
        for subject, value in self.pairs(predicate, of):
            if isinstance(value, Literal) and (subject not in found or value.value < found[subject]):
                found[subject] = value.value
        return found

    def text(self, subject: str, predicate: str) -> str:
        """The text of one resource's property; "" where it has none."""
        found = self._engine.quads(NamedNode(subject), NamedNode(predicate), None, self._graph)
        return min((quad.object.value for quad in found if isinstance(quad.object, Literal)), default="")

    def numbers(self, predicate: str, of: Collection[str] | None = None) -> dict[str, int]:
        """The whole number of a property; what is none is left out."""
        return {subject: int(text) for subject, text in self.texts(predicate, of).items() if text.isdecimal()}

    def labels(self, *predicates: str) -> dict[str, tuple[Label, ...]]:
        """Names by language; a property counts only for what those before it do not name."""
        every: dict[str, tuple[Label, ...]] = {}
        for predicate in predicates:
            found: dict[str, set[Label]] = {}
            for subject, value in self.pairs(predicate):
                if isinstance(value, Literal) and subject not in every:
                    found.setdefault(subject, set()).add(Label(value.value, intern(value.language or "")))
            every |= {iri: tuple(sorted(names, key=lambda n: (n.lang, n.value))) for iri, names in found.items()}
        return every
