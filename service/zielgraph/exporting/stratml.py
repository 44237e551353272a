"""The goal tree as StratML (ISO 17469-1), Part 1.

StratML has two levels, Goal and Objective, and neither status nor activity: framework goals become goals, outcome
goals objectives, and the measures stand in their objective's OtherInformation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from xml.etree import ElementTree as ET

from zielgraph.engine import Engine
from zielgraph.exporting.template import goal_system, rows, state
from zielgraph.exporting.xmltext import xml_text
from zielgraph.store import EditionInfo

NAMESPACE = "urn:ISO:std:iso:17469:tech:xsd:stratml_core"


class _Goal(NamedTuple):
    iri: str
    label: str
    level: int
    parent: str


def stratml(engine: Engine, base: str, edition: EditionInfo) -> bytes:
    """The plan as UTF-8 XML."""
    system, graphs = goal_system(base, edition), state(base, edition)
    goals = [
        _Goal(row["goal"], row["label"], int(row["level"]), row["parent"])
        for row in rows(engine, "goals", graphs=graphs, system=system)
    ]
    measures: dict[str, list[str]] = {}
    for row in rows(engine, "measures", graphs=graphs, system=system):
        if row["measure"]:
            text = row["label"] + (f" [{row['status']}]" if row["status"] else "")
            measures.setdefault(row["goalIri"], []).append(text)
    ET.register_namespace("", NAMESPACE)

    def add(parent: ET.Element, tag: str, text: str = "") -> ET.Element:
        child = ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
        child.text = xml_text(text) or None
        return child

    root = ET.Element(f"{{{NAMESPACE}}}StrategicPlan")
    top = min((goal.level for goal in goals), default=1)
    principle = [goal for goal in goals if goal.level == top and any(g.level > top + 1 for g in goals)]
    add(root, "Name", principle[0].label if principle else f"{edition.city} {edition.system}")
    core = add(root, "StrategicPlanCore")
    organisation = add(core, "Organization")
    add(organisation, "Name", edition.city)
    add(organisation, "Identifier", f"{base}{edition.city}")
    add(add(core, "Vision"), "Description", principle[0].label if principle else "")
    add(add(core, "Mission"), "Description", principle[0].label if principle else "")
    objectives = {goal.parent: [g for g in goals if g.parent == goal.parent] for goal in goals}
    framework = [goal for goal in goals if goal.level == (top + 1 if principle else top)]
    for number, goal in enumerate(framework, start=1):
        node = add(core, "Goal")
        _described(add, node, goal, str(number))
        for part, objective in enumerate(objectives.get(goal.iri, ()), start=1):
            inner = add(node, "Objective")
            _described(add, inner, objective, f"{number}.{part}")
            add(inner, "OtherInformation", " | ".join(measures.get(objective.iri, ())))
        add(node, "OtherInformation")
    administrative = add(root, "AdministrativeInformation")
    add(administrative, "StartDate", edition.date)
    add(administrative, "PublicationDate", edition.date)
    add(administrative, "Source", edition.file)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _described(add: Callable[..., ET.Element], node: ET.Element, goal: _Goal, sequence: str) -> None:
    add(node, "Name", goal.label)
    add(node, "Description", goal.label)
    add(node, "Identifier", goal.iri)
    add(node, "SequenceIndicator", sequence)
