"""Goals as trees: what is chosen, and that nothing is lost when the data goes round in circles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from zielgraph.engine import EmbeddedEngine
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Goal, Inventory
from zielgraph.web.goaltree import Node, chosen, tree
from zielgraph.web.view import View

BASE = "https://w3id.org/zielgraph/id/"


def goal(name: str, above: tuple[str, ...] = (), below: tuple[str, ...] = (), themes: tuple[str, ...] = ()) -> Goal:
    return Goal(BASE + name, "OutcomeGoal", 3, "", "s", 0, themes, _iris(above), _iris(below), (), False)


def _iris(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(BASE + name for name in names)


def inventory(*goals: Goal) -> Inventory:
    return replace(load(EmbeddedEngine.memory(), BASE), goals={each.iri: each for each in goals})


def drawn(app: Flask, found: Inventory, depth: int = 9) -> list[str]:
    def names(nodes: list[Node]) -> list[str]:
        return [name for node in nodes for name in (node.goal.iri[len(BASE) :], *names(list(node.below)))]

    with app.test_request_context("/de/ziele"):
        view = View(EmbeddedEngine.memory(), BASE, "de", inventory=lambda: found)
        return names(tree(view, list(found.goals.values()), depth))


def test_a_goal_below_two_stands_below_both(app: Flask) -> None:
    found = inventory(goal("a", below=("c",)), goal("b", below=("c",)), goal("c", above=("a", "b")))
    assert drawn(app, found) == ["a", "c", "b", "c"]


def test_a_circle_is_drawn_once_beside_the_others(app: Flask) -> None:
    circle = inventory(goal("x", ("y",), ("y",)), goal("y", ("x",), ("x",)), goal("own", ("own",), ("own",)), goal("a"))
    assert sorted(drawn(app, circle)) == ["a", "own", "x", "y"]


def test_no_goals_no_tree(app: Flask) -> None:
    assert drawn(app, inventory()) == []


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, "abc"),
        ({"themes": ("t",)}, "ac"),
        ({"branch": BASE + "b"}, "b"),
        ({"branch": BASE + "a"}, "abc"),
        ({"system": "other"}, ""),
    ],
)
def test_chosen_goals_keep_those_above(filters: dict[str, object], names: str) -> None:
    found = inventory(goal("a", below=("b", "c")), goal("b", ("a",)), goal("c", ("a",), themes=("t",)))
    assert "".join(each.iri[-1] for each in chosen(found, **filters)) == names  # type: ignore[arg-type]
