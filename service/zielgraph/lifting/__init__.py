"""Lifting: rows, goals and what was read out of them become quads. Deterministic, without blank nodes."""

from zielgraph.lifting.ids import IdRegistry
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.lift import Edition, Lifted, lift
from zielgraph.lifting.ontology import Hierarchy, ontology_quads
from zielgraph.lifting.reading import Reading, read_meaning

__all__ = [
    "Edition",
    "Hierarchy",
    "IdRegistry",
    "Iris",
    "Lifted",
    "Reading",
    "lift",
    "ontology_quads",
    "read_meaning",
]
