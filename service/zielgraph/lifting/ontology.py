"""The ontology as quads, and its hierarchy for materialising superclasses and superproperties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from zielgraph.engine import NamedNode, Quad, parse_file
from zielgraph.vocabulary import RDF, RDFS, ZG

_TYPE = RDF + "type"


def ontology_quads(folder: Path) -> list[Quad]:
    """All triples of the ontology's Turtle files (checks and other folders below are not part of it)."""
    return [quad for path in sorted(folder.glob("*.ttl")) for quad in parse_file(path)]


class Hierarchy:
    """Superclasses and superproperties within ``zg:``, transitively closed."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        direct: dict[str, set[str]] = {}
        for quad in quads:
            if (
                quad.predicate.value in (RDFS + "subClassOf", RDFS + "subPropertyOf")
                and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode)
                and quad.object.value.startswith(ZG)
            ):
                direct.setdefault(quad.subject.value, set()).add(quad.object.value)
        self._above = {term: tuple(NamedNode(iri) for iri in sorted(_closure(term, direct))) for term in direct}

    def above(self, term: str) -> tuple[NamedNode, ...]:
        """All terms above this one, sorted; empty when there are none."""
        return self._above.get(term, ())

    def materialise(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The quads and what follows from them by subclass and subproperty, in the same graphs."""
        for quad in quads:
            yield quad
            subject, predicate, value, graph = quad
            name = predicate.value
            if name == _TYPE:
                if isinstance(value, NamedNode):
                    for above in self.above(value.value):
                        yield Quad(subject, predicate, above, graph)
            else:
                for above in self.above(name):
                    yield Quad(subject, above, value, graph)


def _closure(term: str, direct: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(direct.get(term, ()))
    while todo:
        above = todo.pop()
        if above not in found and above != term:
            found.add(above)
            todo.extend(direct.get(above, ()))
    return found
