"""The lists behind the overview pages: measures, goals as a tree, actors, bodies, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from zielgraph.engine import NamedNode, Term
from zielgraph.exporting.tables import plain
from zielgraph.lifting.iris import findings_graph
from zielgraph.vocabulary import SH, ZG
from zielgraph.web.records import codes
from zielgraph.web.view import TYPE, Link, View

GOAL_KINDS = ("PrincipleGoal", "FrameworkGoal", "OutcomeGoal")
SEVERITIES = ("Violation", "Warning", "Info")


@dataclass
class MeasureRow:
    """A line of the list of measures."""

    link: Link
    status: Link | None
    themes: list[Link] = field(default_factory=list)
    bodies: list[Link] = field(default_factory=list)
    line: str = ""
    first: str = ""


@dataclass
class GoalNode:
    """A goal in the tree with what lies below and how that stands."""

    link: Link
    kind: str
    level: str
    order: str
    goals: list[GoalNode] = field(default_factory=list)
    measures: list[tuple[Link, Link | None]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class ActorRow:
    """A line of the list of actors."""

    link: Link
    kind: Link
    codes: list[str]
    provisional: bool
    items: int
    involved: int
    open: int


@dataclass(frozen=True, slots=True)
class Count:
    """A number and the list it stands for."""

    link: Link
    number: int
    open: bool = False


def measures(view: View, *, text: str = "", **given: Sequence[Term]) -> list[MeasureRow]:
    """Measures with one of the themes, statuses, bodies given and the text in wording or progress note."""
    found: dict[str, MeasureRow] = {}
    nodes: dict[str, Term] = {}
    for row in view.select("measures", **given):
        key = plain(row["measure"])
        nodes[key] = row["measure"]
        if key not in found:
            status = view.link(row["status"]) if "status" in row else None
            found[key] = MeasureRow(view.link(row["measure"]), status)
        entry = found[key]
        for name, links in (("theme", entry.themes), ("body", entry.bodies)):
            if name in row and (link := view.link(row[name])) not in links:
                links.append(link)
        entry.line = entry.line or plain(row.get("line"))
        entry.first = entry.first or plain(row.get("first"))
    wanted = text.casefold().strip()
    if not wanted:
        return list(found.values())

    def has(key: str, entry: MeasureRow) -> bool:
        progress = view.value(nodes[key], "progressText")
        return wanted in entry.link.text.value.casefold() or wanted in progress.casefold()

    return [entry for key, entry in found.items() if has(key, entry)]


def goal_tree(view: View) -> list[GoalNode]:
    """The topmost goals with everything below; counts of measures by status roll up."""
    nodes: dict[str, GoalNode] = {}
    parents: dict[str, str] = {}
    for row in view.select("goals"):
        key = plain(row["goal"])
        kind = plain(row["kind"]).removeprefix(ZG)
        entry = GoalNode(view.link(row["goal"]), kind, plain(row.get("level")), plain(row.get("order")))
        nodes.setdefault(key, entry)
        if "parent" in row:
            parents.setdefault(key, plain(row["parent"]))
    seen: set[tuple[str, str]] = set()
    for row in view.select("goal-measures"):
        goal, item = plain(row["goal"]), plain(row["item"])
        if goal in nodes and (goal, item) not in seen:
            seen.add((goal, item))
            status = view.link(row["status"]) if "status" in row else None
            nodes[goal].measures.append((view.link(row["item"]), status))
            above, walked = goal, set[str]()
            while above in nodes and above not in walked:
                walked.add(above)
                nodes[above].counts[status.text.value if status else "–"] += 1
                above = parents.get(above, "")
    order = [count.link.text.value for count in status_counts(view)]
    for key, node in nodes.items():
        known = {name: node.counts[name] for name in order if node.counts[name]}
        node.counts = Counter(known | {name: n for name, n in node.counts.items() if name not in known})
        if parents.get(key) in nodes:
            nodes[parents[key]].goals.append(node)
    return [node for key, node in nodes.items() if parents.get(key) not in nodes]


def actors(view: View, *, kinds: Sequence[str] = (), everyone: bool = False) -> list[ActorRow]:
    """Actors of these kinds (all when empty), those in most items first; ``everyone`` adds those in none."""

    def counts(**given: Sequence[Term]) -> dict[str, int]:
        rows = view.select("actor-counts", **given)
        return {plain(row["actor"]): int(plain(row["items"])) for row in rows if "actor" in row}

    items, involved, running = counts(), counts(involved=[]), counts(open=[])
    found: dict[str, ActorRow] = {}
    for row in view.select("actors"):
        key, kind = plain(row["actor"]), plain(row["kind"]).removeprefix(ZG)
        if key not in found and (not kinds or kind in kinds) and (everyone or key in items):
            found[key] = ActorRow(
                view.link(row["actor"]),
                view.link(row["kind"]),
                codes(view, NamedNode(key)),
                plain(row.get("provisional")) == "true",
                items.get(key, 0),
                involved.get(key, 0),
                running.get(key, 0),
            )
    return sorted(found.values(), key=lambda a: (-a.items, a.link.text.value.casefold(), a.link.iri))


def body_counts(view: View) -> tuple[dict[str, int], dict[str, int]]:
    """Items discussed in each body, and the open ones among them."""
    both = (view.select("body-counts"), view.select("body-counts", open=[]))
    all_, running = ({plain(r["body"]): int(plain(r["items"])) for r in rows if "body" in r} for rows in both)
    return all_, running


def status_counts(view: View) -> list[Count]:
    """Measures in each status, in the order of the statuses."""
    rows = view.select("status-counts")
    return [Count(view.link(r["status"]), int(plain(r["measures"])), plain(r["open"]) == "true") for r in rows]


def severity_counts(view: View) -> dict[str, int]:
    """Findings by severity; empty when nothing was validated."""
    rows = view.select("finding-counts", graph=[findings_graph(view.base)])
    found = {plain(r["severity"]).removeprefix(SH): int(plain(r["findings"])) for r in rows if "severity" in r}
    return {name: found[name] for name in SEVERITIES if name in found}


def options(view: View, kind: str) -> list[Link]:
    """All resources of a class (local name or IRI) by name, for choices in a form."""
    iri = kind if ":" in kind else ZG + kind
    return sorted(
        (view.link(node) for node in view.subjects(TYPE, NamedNode(iri))),
        key=lambda link: (link.text.value.casefold(), link.iri),
    )
