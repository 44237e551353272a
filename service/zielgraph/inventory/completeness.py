"""How complete the measures are: which of them have a status, a date, a body and so on; and where findings are mended.

Words and properties are data: ``data/vocabulary/worklist.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from zielgraph import resources
from zielgraph.engine import DefaultGraph, Engine, Graph, NamedNode
from zielgraph.vocabulary import RDF, ZG

_TYPE, _MEASURE = NamedNode(RDF + "type"), NamedNode(ZG + "Measure")


@dataclass(frozen=True, slots=True)
class Place:
    """Where findings of some rules are mended: ``mend`` by language, ``column`` the role of a column, or ""."""

    rules: tuple[str, ...]
    key: str
    mend: Mapping[str, str]
    column: str


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a measure should have: a property (an IRI) with its name by language."""

    name: str
    term: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all measures have something."""

    field: Field
    number: int
    total: int

    @property
    def percent(self) -> int:
        """The share, rounded down so that 100 means all; 0 where there are no measures."""
        return 100 * self.number // self.total if self.total else 0


@lru_cache(maxsize=1)
def load_places() -> tuple[Place, ...]:
    """Where findings are mended, the first that fits."""
    data = _data()
    return tuple(
        Place(tuple(each["rules"]), each["mend"], data["mend"][each["mend"]], each.get("column", ""))
        for each in data["place"]
    )


@lru_cache(maxsize=1)
def load_fields() -> tuple[Field, ...]:
    """What is counted, in its order."""
    return tuple(
        Field(each["name"], ZG + each["term"].removeprefix("zg:"), each["label"]) for each in _data()["completeness"]
    )


@lru_cache(maxsize=512)
def place_of(rule: str) -> Place:
    """Where a finding of this rule is mended."""
    return next(each for each in load_places() if any(fnmatchcase(rule, pattern) for pattern in each.rules))


def measures_of(engine: Engine, graphs: Iterable[Graph] = (DefaultGraph(),)) -> set[str]:
    """IRIs of the measures in the graphs."""
    return {_iri(quad.subject) for graph in graphs for quad in engine.quads(None, _TYPE, _MEASURE, graph)}


def having(engine: Engine, field: Field, graphs: Iterable[Graph] = (DefaultGraph(),)) -> set[str]:
    """IRIs of what has the field in one of the graphs."""
    return {_iri(quad.subject) for graph in graphs for quad in engine.quads(None, NamedNode(field.term), None, graph)}


def completeness(engine: Engine, graphs: Iterable[Graph] = (DefaultGraph(),)) -> list[Share]:
    """The share of each field among the measures of the graphs."""
    graphs = tuple(graphs)
    measures = measures_of(engine, graphs)
    return [Share(each, len(measures & having(engine, each, graphs)), len(measures)) for each in load_fields()]


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _data() -> dict[str, Any]:
    return tomllib.loads((resources.data() / "vocabulary" / "worklist.toml").read_text("utf-8"))
