"""Who is who: ids of the goals and measures of an edition, and what the derived graph says about their past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zielgraph.engine import Literal, NamedNode
from zielgraph.lifting.ids import Assignment, IdRegistry
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.source import DERIVED_FROM, Numbers
from zielgraph.lifting.writer import TYPE, Writer, share, zg
from zielgraph.matching import Fresh, Known
from zielgraph.matching.confirm import Confirmation, confirmed
from zielgraph.table import Table
from zielgraph.vocabulary import DCTERMS, PROV

_REPLACED_BY = NamedNode(DCTERMS + "isReplacedBy")
_BEFORE = {"split": zg("splitFrom"), "merged": zg("mergedFrom")}


@dataclass(frozen=True)
class Before:
    """The goals and measures of the earlier editions, as last seen; empty for the first.

    ``last_goals`` and ``last_measures`` are the ids in the one edition that the new one is compared with,
    ``earlier_goals`` and ``earlier_measures`` those of all editions before it.
    """

    goals: Sequence[Known] = ()
    measures: Sequence[Known] = ()
    last_goals: frozenset[int] = frozenset()
    last_measures: frozenset[int] = frozenset()
    earlier_goals: frozenset[int] = frozenset()
    earlier_measures: frozenset[int] = frozenset()


@dataclass(frozen=True)
class History:
    """What matching found. ``fresh`` are the goals and measures of the new edition, in the order of the matches."""

    goals: Assignment
    measures: Assignment
    fresh_goals: Sequence[Fresh]
    fresh_measures: Sequence[Fresh]
    before: Before
    retired: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


def identify(
    table: Table, iris: Iris, ids: IdRegistry, before: Before, confirmations: Sequence[Confirmation]
) -> tuple[History, Numbers]:
    """Give every goal and measure of the table its number. Raises InputError for a confirmation that does not fit."""
    scope = f"{iris.city}/{iris.system}"
    paths = [goal.path(table.goals) for goal in table.goals]
    goals = [
        Fresh(path[:-1], path[-1], goal.number, table.rows[goal.row].key if goal.row is not None else "")
        for goal, path in zip(table.goals, paths, strict=True)
    ]
    day = iris.day.isoformat()
    assigned_goals = ids.assign(
        scope, "goal", goals, before=before.goals, confirmed=confirmed(confirmations, "goal", goals), edition=day
    )
    indexes = [index for index, item in enumerate(table.items) if item.is_measure]
    measures = []
    for index in indexes:
        item = table.items[index]
        above = item.goal
        measures.append(
            Fresh(
                paths[above] if above is not None else (),
                item.text,
                item.number,
                table.rows[item.row].key,
                assigned_goals.numbers[above] if above is not None else None,
            )
        )
    said = confirmed(confirmations, "measure", measures)
    assigned = ids.assign(scope, "measure", measures, before=before.measures, confirmed=said, edition=day)
    numbers = Numbers(goals=assigned_goals.numbers, measures=dict(zip(indexes, assigned.numbers, strict=True)))
    retired = {kind: ids.replaced(scope, kind) for kind in ("goal", "measure")}
    return History(assigned_goals, assigned, goals, measures, before, retired), numbers


def write_history(out: Writer, history: History, iris: Iris) -> None:
    """Splits, mergers, unsure matches, and ids that gave way to older ones."""
    for make, assignment in ((iris.goal, history.goals), (iris.measure, history.measures)):
        for match, number in zip(assignment.matching.matches, assignment.numbers, strict=True):
            if term := _BEFORE.get(match.kind):
                out.add(make(number), term, *(make(old) for old in match.before))
        for unsure in assignment.matching.unsure:
            node, old = make(assignment.numbers[unsure.index]), make(unsure.id)
            assessment = NamedNode(f"{node.value}/assessment/sameAsBefore-{unsure.id}")
            out.add(node, zg("assessment"), assessment)
            out.add(assessment, TYPE, zg("Assessment"), NamedNode(PROV + "Entity"))
            out.add(assessment, zg("property"), zg("sameAsBefore"))
            out.add(assessment, zg("value"), old)
            out.add(assessment, zg("method"), Literal("likeness"))
            out.add(assessment, zg("confidence"), share(unsure.likeness))
            out.text(assessment, zg("quote"), unsure.reason)
            out.add(assessment, DERIVED_FROM, iris.edition)
    for kind, make in (("goal", iris.goal), ("measure", iris.measure)):
        for number, successor in sorted(history.retired[kind].items()):
            out.add(make(number), _REPLACED_BY, make(successor))
