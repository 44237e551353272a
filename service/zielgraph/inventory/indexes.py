"""The inverted indexes of an inventory, each in the order of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zielgraph.inventory.model import Finding, Goal, Item


def with_findings(items: dict[str, Item], findings: Mapping[str, Finding]) -> dict[str, Item]:
    own: dict[str, list[str]] = {}
    for finding in findings.values():
        if finding.item and not finding.accepted:
            own.setdefault(finding.item, []).append(finding.iri)
    return items | {iri: replace(items[iri], findings=tuple(found)) for iri, found in own.items()}


def below(items: Mapping[str, Item], goals: Mapping[str, Goal]) -> dict[str, tuple[str, ...]]:
    """Items at and below each goal. A circle in the data ends the walk."""
    found: dict[str, list[str]] = {iri: [] for iri in goals}
    for item in items.values():
        todo, seen = [item.iri, *item.goals], set[str]()
        while todo:
            goal = todo.pop()
            if goal in goals and goal not in seen:
                seen.add(goal)
                found[goal].append(item.iri)
                todo.extend(goals[goal].above)
    return {goal: tuple(iris) for goal, iris in found.items()}


def indexes(items: Mapping[str, Item], findings: Mapping[str, Finding]) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """The inverted indexes, each under its name, and what none of them knows."""
    index: dict[str, dict[str, list[str]]] = {}
    without: dict[str, list[str]] = {}
    for item in items.values():
        for name, keys in (
            ("theme", item.themes),
            ("status", (item.status,)),
            ("body", item.bodies),
            ("actor", (*(part.actor for part in item.parts), *item.named)),
            ("role", tuple(part.role for part in item.parts)),
            ("disposition", (item.disposition,)),
            ("course", (item.course,)),
            ("year", (item.first.year,)),
            ("severity", tuple(findings[iri].severity for iri in item.findings)),
            ("system", (item.system,)),
        ):
            own = index.setdefault(name, {})
            given = dict.fromkeys(key for key in keys if key)
            for key in given:
                own.setdefault(key, []).append(item.iri)
            if not given:
                without.setdefault(name, []).append(item.iri)
    found: dict[str, Mapping[str, tuple[str, ...]]] = {
        f"by_{name}": {key: tuple(iris) for key, iris in own.items()} for name, own in index.items()
    }
    if not items:
        found = {"by_theme": {}, "by_status": {}, "by_body": {}, "by_actor": {}}
    return found | {"without": {name: tuple(iris) for name, iris in without.items()}}
