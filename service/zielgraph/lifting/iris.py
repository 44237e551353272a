"""How data IRIs are built: base, city, goal system, kind, id. The only place that knows the pattern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from zielgraph.engine import NamedNode
from zielgraph.vocabulary import slug


def register_graph(base: str) -> NamedNode:
    """Named graph of the actors, bodies and themes."""
    return NamedNode(base + "graph/register")


def ontology_graph(base: str) -> NamedNode:
    """Named graph of the ontology and its concept schemes."""
    return NamedNode(base + "graph/ontology")


def findings_graph(base: str) -> NamedNode:
    """Named graph of the newest validation's findings."""
    return NamedNode(base + "graph/findings")


def decisions_graph(base: str) -> NamedNode:
    """Named graph of what people decided."""
    return NamedNode(base + "graph/decisions")


def own_graph(base: str) -> NamedNode:
    """Named graph of what users put into the default graph before there was an edition."""
    return NamedNode(base + "graph/own")


@dataclass(frozen=True)
class Iris:
    """IRIs of one edition of one goal system of one city."""

    base: str
    city: str
    system: str
    day: date

    @cached_property
    def city_root(self) -> str:
        """Root of the city's own IRIs, ending in a slash."""
        return f"{self.base}{self.city}/"

    @cached_property
    def root(self) -> str:
        """Root of the goal system's IRIs, ending in a slash."""
        return f"{self.city_root}{self.system}/"

    @cached_property
    def goal_system(self) -> NamedNode:
        """The goal system itself."""
        return NamedNode(f"{self.root}system")

    @cached_property
    def edition(self) -> NamedNode:
        """The edition."""
        return NamedNode(self._edition)

    @cached_property
    def _edition(self) -> str:
        return f"{self.root}edition/{self.day.isoformat()}"

    @cached_property
    def source_graph(self) -> NamedNode:
        """Named graph of the verbatim facts."""
        return NamedNode(f"{self.edition.value}/source")

    @cached_property
    def derived_graph(self) -> NamedNode:
        """Named graph of the derived facts."""
        return NamedNode(f"{self.edition.value}/derived")

    def part(self, *segments: str | int) -> NamedNode:
        """A part of the edition, such as ``row/28/cell/3``."""
        return NamedNode("/".join((self._edition, *map(str, segments))))

    def goal(self, number: int) -> NamedNode:
        """A goal."""
        return NamedNode(f"{self.root}goal/{number}")

    def measure(self, number: int) -> NamedNode:
        """A measure."""
        return NamedNode(f"{self.root}measure/{number}")

    def actor_base(self) -> str:
        """What the IRIs of the city's actors begin with."""
        return f"{self.city_root}actor/"

    def theme(self, name: str) -> NamedNode:
        """A theme of the city by its name."""
        return NamedNode(f"{self.city_root}theme/{slug(name)}")

    def local(self, iri: str) -> str:
        """City (or "common") and slug of an actor's IRI in one path segment."""
        return iri.removeprefix(self.base).replace("/actor/", "-").replace("/", "-")
