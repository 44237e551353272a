"""Goals with their lights, as a tree: which are shown, how far they are opened, which measures made each light."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zielgraph.inventory.model import Goal, Inventory
from zielgraph.inventory.rollup import RollUp, roll_up
from zielgraph.inventory.select import NONE
from zielgraph.vocabulary import STATUS
from zielgraph.web.languages import page_url
from zielgraph.web.view import Link, View

MOST = 800
"""Goals and measures that one page draws as a tree; what lies below has a page of its own then."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a goal stands: its light, the sentence of the rule, and the list of the measures that made it ("": none)."""

    key: str
    word: str
    sentence: str
    because: int
    url: str


@dataclass(frozen=True, slots=True)
class Count:
    """So many measures of a status, and the list of them."""

    status: Link
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Node:
    """A goal in the tree. ``cut``: what lies below it is on the page of the goal."""

    goal: Goal
    link: Link
    stand: Stand
    counts: Sequence[Count]
    below: Sequence[Node]
    measures: Sequence[tuple[Link, Link | None]]
    opened: bool
    cut: bool


def stand_of(view: View, goal: str) -> Stand:
    """The light of a goal with its reason in the page's language."""
    rolled = roll_up(view.inventory, goal)
    word = rolled.light.label.get(view.lang) or rolled.light.label["de"]
    url = items_url(view, rolled) if rolled.because else ""
    return Stand(rolled.light.key, word, rolled.sentence(view.lang), len(rolled.because), url)


def items_url(view: View, rolled: RollUp) -> str:
    """Address of the list of exactly those items that made a light."""
    items = view.inventory.items
    wanted = dict.fromkeys(items[iri].status or NONE for iri in rolled.because)
    every = len(rolled.because) == len(rolled.items)
    return page_url("measures", goal=rolled.goal, kind="all", **({} if every else {"status": ",".join(wanted)}))


def counts_of(view: View, goal: str) -> list[Count]:
    """The items at and below a goal by status, each with its list."""
    inventory = view.inventory
    by_status: dict[str, int] = {}
    for iri in inventory.by_goal.get(goal, ()):
        status = inventory.items[iri].status
        by_status[status] = by_status.get(status, 0) + 1
    order = [status.key for status in inventory.statuses]
    return [
        Count(
            view.named(STATUS + (key or "unknown")),
            number,
            page_url("measures", goal=goal, kind="all", status=key or NONE),
        )
        for key, number in sorted(by_status.items(), key=lambda p: order.index(p[0]) if p[0] in order else 99)
    ]


def chosen(inventory: Inventory, *, themes: Sequence[str] = (), system: str = "", branch: str = "") -> list[Goal]:
    """The goals with one of the themes and those above them, of a goal system, at and below a goal."""
    found = [goal for goal in inventory.goals.values() if not system or goal.system == system]
    if themes:
        kept = _with_all_above(inventory, [goal for goal in found if set(themes) & set(goal.themes)])
        found = [goal for goal in found if goal.iri in kept]
    if branch:
        found = [goal for goal in found if goal.iri == branch or branch in _above(inventory, goal)]
    return found


def _above(inventory: Inventory, goal: Goal) -> set[str]:
    """All goals above one. A circle in the data ends the walk."""
    seen: set[str] = set()
    todo = list(goal.above)
    while todo:
        iri = todo.pop()
        if iri not in seen and iri in inventory.goals:
            seen.add(iri)
            todo.extend(inventory.goals[iri].above)
    return seen


def _with_all_above(inventory: Inventory, goals: Sequence[Goal]) -> set[str]:
    return {iri for goal in goals for iri in (goal.iri, *_above(inventory, goal))}


def tree(view: View, goals: Sequence[Goal], depth: int) -> list[Node]:
    """The goals as trees, opened ``depth`` levels down. A goal below several stands below each of them.

    Of very many only so many levels are drawn as keep the page small.
    """
    inventory = view.inventory
    wanted = {goal.iri for goal in goals}

    def below(goal: Goal) -> list[Goal]:
        return [inventory.goals[iri] for iri in goal.below if iri in wanted]

    roots = _roots(goals, below)
    last = _reach(roots, below)
    depth = depth if last is None else min(depth, last)

    def node(goal: Goal, level: int, path: frozenset[str]) -> Node:
        cut = last is not None and level >= depth
        lower = [each for each in below(goal) if each.iri not in path]
        measures = [inventory.items[iri] for iri in goal.items]
        return Node(
            goal,
            view.named(goal.iri),
            stand_of(view, goal.iri),
            () if cut else counts_of(view, goal.iri),
            () if cut else [node(each, level + 1, path | {each.iri}) for each in lower],
            () if cut else [(view.named(m.iri), view.named(STATUS + m.status) if m.status else None) for m in measures],
            level < depth,
            cut and bool(lower or measures),
        )

    return [node(goal, 0, frozenset({goal.iri})) for goal in roots]


def _roots(goals: Sequence[Goal], below: Callable[[Goal], Sequence[Goal]]) -> list[Goal]:
    """The goals below none of the others; of a circle the first."""
    wanted = {goal.iri for goal in goals}
    roots: list[Goal] = []
    reached: set[str] = set()
    for goal in sorted(goals, key=lambda each: bool(wanted & set(each.above))):
        if goal.iri not in reached:
            roots.append(goal)
            todo = [goal]
            while todo:
                each = todo.pop()
                if each.iri not in reached:
                    reached.add(each.iri)
                    todo.extend(below(each))
    return roots


def _reach(roots: Sequence[Goal], below: Callable[[Goal], Sequence[Goal]]) -> int | None:
    """How many levels below the roots can be drawn; None when it is all of them."""
    level, drawn, row = 0, len(roots), list(roots)
    while row:
        lower = [each for goal in row for each in below(goal)]
        drawn += len(lower) + sum(len(goal.items) for goal in row)
        if drawn > MOST:
            return level
        level, row = level + 1, lower
    return None
