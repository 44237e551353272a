"""Small queries of this package, kept as files; terms are bound in their VALUES slots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.resources import files

from zielgraph.engine import Engine, NamedNode, QuerySolutions
from zielgraph.lifting.iris import Iris, decisions_graph, ontology_graph, register_graph
from zielgraph.store import EditionInfo


def rows(
    engine: Engine, name: str, *, graphs: Sequence[NamedNode] | None = None, **terms: NamedNode
) -> list[dict[str, str]]:
    """Solutions of ``queries/{name}.rq``: values by variable, empty where unbound.

    The slot ``VALUES ?x { UNDEF }`` is filled for every term given. ``graphs`` are asked as if they were the
    default graph.
    """
    text = files("zielgraph.exporting").joinpath("queries", f"{name}.rq").read_text("utf-8")
    for variable, term in terms.items():
        text = text.replace(f"VALUES ?{variable} {{ UNDEF }}", f"VALUES ?{variable} {{ {term} }}")
    found = engine.query(text, default_graphs=None if graphs is None else [graph.value for graph in graphs])
    if not isinstance(found, QuerySolutions):
        raise TypeError(f"{name}.rq is no SELECT")
    names = [variable.value for variable in found.variables]
    return [{each: getattr(solution[each], "value", "") for each in names} for solution in found]


def goal_system(base: str, edition: EditionInfo) -> NamedNode:
    """The goal system that the edition is about."""
    return _iris(base, edition).goal_system


def state(base: str, edition: EditionInfo) -> list[NamedNode]:
    """The graphs that make up the state at the edition's day."""
    iris = _iris(base, edition)
    return [
        iris.source_graph,
        iris.derived_graph,
        register_graph(base),
        ontology_graph(base),
        decisions_graph(base),
    ]


def _iris(base: str, edition: EditionInfo) -> Iris:
    return Iris(base, edition.city, edition.system, date.fromisoformat(edition.date))
