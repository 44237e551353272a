"""The lifting stage: :func:`lift` turns a table and what was read out of it into the two graphs of an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zielgraph.assessing import Assessment
from zielgraph.assessing.resolutions import TextResolution
from zielgraph.assessing.themes import GoalTheme
from zielgraph.engine import Quad
from zielgraph.lifting.derived import write_derived
from zielgraph.lifting.ids import IdRegistry
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.ontology import Hierarchy
from zielgraph.lifting.source import Numbers, write_source
from zielgraph.linking.model import Mention
from zielgraph.register import Actor, Theme
from zielgraph.table import Table


@dataclass(frozen=True)
class Edition:
    """What is known of the edition besides the table."""

    label: Mapping[str, str]
    estimated: bool
    jurisdiction: str = ""
    revision_of: str = ""


@dataclass
class Reading:
    """What was read out of a table; lists run parallel to ``table.items`` or ``table.goals``.

    ``mentions`` are keyed by (row index, role of the cell). ``bodies``, ``leads`` and ``partners`` hold the actors
    of the explicit columns as (IRI, words of the cell).
    """

    mentions: dict[tuple[int, str], list[Mention]] = field(default_factory=dict)
    bodies: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    leads: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    partners: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    dispositions: list[Assessment] = field(default_factory=list)
    resolutions: list[list[TextResolution]] = field(default_factory=list)
    goal_themes: list[GoalTheme | None] = field(default_factory=list)
    item_themes: list[GoalTheme | None] = field(default_factory=list)
    abbreviation_actors: list[str | None] = field(default_factory=list)
    provisional_actors: Sequence[Actor] = ()
    provisional_themes: Sequence[Theme] = ()


@dataclass(frozen=True)
class Lifted:
    """The quads of an edition, each list complete for its named graph and sorted."""

    source: list[Quad]
    derived: list[Quad]


def lift(
    table: Table, reading: Reading, edition: Edition, iris: Iris, ids: IdRegistry, hierarchy: Hierarchy
) -> Lifted:
    """Quads of the source graph and the derived graph. Ids come from the registry, which grows where needed."""
    scope = f"{iris.city}/{iris.system}"
    goal_paths = [goal.path(table.goals) for goal in table.goals]
    measures = [index for index, item in enumerate(table.items) if item.is_measure]
    measure_paths = [
        (*(goal_paths[goal] if (goal := table.items[index].goal) is not None else ()), table.items[index].text)
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
    """With superclasses, without repetition, in the order of their N-Quads text."""
    return [quad for _, quad in sorted({str(quad): quad for quad in hierarchy.materialise(quads)}.items())]
