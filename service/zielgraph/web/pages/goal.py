"""The page of a goal: how it stands and why, what lies below it, and its own row where that reports a status."""

from __future__ import annotations

from flask import render_template

from zielgraph.engine import NamedNode
from zielgraph.inventory.model import Goal
from zielgraph.vocabulary import STATUS, ZG
from zielgraph.web import records
from zielgraph.web.dossier import dossier, past
from zielgraph.web.goaltree import counts_of, stand_of
from zielgraph.web.languages import page_url
from zielgraph.web.view import Link, View


def show(view: View, node: NamedNode, common: dict[str, object]) -> str:
    """A goal with its light and what lies below it; ``common`` is what every page of a resource gets."""
    inventory = view.inventory
    goal = inventory.goals.get(node.value)
    order = list(inventory.goals)
    at = order.index(node.value) if goal else -1
    kind = goal.kind if goal else "Goal"

    def turn(index: int) -> Link | None:
        return view.named(order[index]) if at >= 0 and 0 <= index < len(order) else None

    own = goal is not None and goal.item
    item = None if own else records.item(view, node)
    return render_template(
        "goal.html",
        kind=view.named(ZG + kind),
        place=(at + 1, len(order)) if goal else None,
        stand=stand_of(view, node.value),
        counts=counts_of(view, node.value),
        total=len(inventory.by_goal.get(node.value, ())),
        all_url=page_url("measures", goal=node.value, kind="all"),
        tree_url=page_url("goals", goal=node.value, depth="2"),
        dossier=dossier(view, node) if own else None,
        item=item,
        past=() if own else past(view, node.value),
        goals=[(view.named(iri), stand_of(view, iri)) for iri in (goal.below if goal else ())],
        measures=_measures(view, goal),
        previous=turn(at - 1),
        following=turn(at + 1),
        sparql=view.sparql("goal", goal=[node]),
        **common,
    )


def _measures(view: View, goal: Goal | None) -> list[tuple[Link, Link | None]]:
    """The measures right below, with their status, in the order of the report."""
    items = [view.inventory.items[iri] for iri in (goal.items if goal else ())]
    return [(view.named(i.iri), view.named(STATUS + i.status) if i.status else None) for i in items]
