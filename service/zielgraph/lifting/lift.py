"""The lifting stage: :func:`lift` turns a table and what was read out of it into the two graphs of an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zielgraph.engine import Quad
from zielgraph.lifting.derived import write_derived
from zielgraph.lifting.ids import IdRegistry
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.ontology import Hierarchy
from zielgraph.lifting.reading import Reading
from zielgraph.lifting.source import Numbers, write_source
from zielgraph.table import Table


@dataclass(frozen=True)
class Edition:
    """What is known of the edition besides the table."""

    label: Mapping[str, str]
    estimated: bool
    jurisdiction: str = ""
    revision_of: str = ""


@dataclass(frozen=True)
class Lifted:
    """The quads of an edition, each list complete for its named graph, in the order of the table."""

    source: list[Quad]
    derived: list[Quad]


def lift(table: Table, reading: Reading, edition: Edition, iris: Iris, ids: IdRegistry, hierarchy: Hierarchy) -> Lifted:
    """Quads of the source graph and the derived graph. Ids come from the registry, which grows where needed."""
    scope = f"{iris.city}/{iris.system}"
    goal_paths = [goal.path(table.goals) for goal in table.goals]
    measures = [index for index, item in enumerate(table.items) if item.is_measure]
    measure_paths = [
        (
            *(goal_paths[goal] if (goal := table.items[index].goal) is not None else ()),
            table.items[index].text,
        )
        for index in measures
    ]
    numbers = Numbers(
        goals=ids.assign(scope, "goal", goal_paths),
        measures=dict(zip(measures, ids.assign(scope, "measure", measure_paths), strict=True)),
    )
    return Lifted(
        source=_ordered(hierarchy, write_source(table, edition, iris, numbers)),
        derived=_ordered(hierarchy, write_derived(table, reading, iris, numbers)),
    )


def _ordered(hierarchy: Hierarchy, quads: list[Quad]) -> list[Quad]:
    """With superclasses and without repetition, in the order of writing, which is that of the table."""
    return list(dict.fromkeys(hierarchy.materialise(quads)))
