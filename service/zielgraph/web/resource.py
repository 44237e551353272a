"""Pages of single resources: measure, actor, goal, and a plain table of properties for everything else."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.engine import DefaultGraph, NamedNode, Term
from zielgraph.errors import NotFound
from zielgraph.exporting.tables import plain
from zielgraph.vocabulary import RDFS
from zielgraph.web import records
from zielgraph.web.current import state
from zielgraph.web.languages import LANGUAGES, language
from zielgraph.web.linked import describe, exists, node_of, successor
from zielgraph.web.lists import GOAL_KINDS
from zielgraph.web.negotiate import GRAPHS
from zielgraph.web.view import Link, View, current_view

_KINDS = ("Department", "Organisation", "Network", "Body", "ActorGroup")
_COMMENT = NamedNode(RDFS + "comment")
_MAX_ROWS = 500


def blueprint() -> Blueprint:
    """The catch-all below ``/de/`` and ``/en/``."""
    pages = Blueprint("resource", __name__)
    for lang in LANGUAGES:
        pages.add_url_rule(f"/{lang}/<path:path>", f"show_{lang}", show)
    return pages


def show(path: str) -> str | BaseResponse:
    """The page of the resource with this path."""
    now = state()
    node = node_of(now.base, path)
    if not exists(now, node):
        raise NotFound(f"„{path}“ ist in diesem Bestand nicht enthalten.")
    if (heir := successor(now, node)) != node:
        return redirect(url_for(f"resource.show_{language()}", path=heir.value.removeprefix(now.base)), 301)
    view = current_view()
    kinds = view.kinds(node)
    common = {
        "node": view.link(node),
        "formats": [(ending, url_for("linked.data", path=path, ending=ending)) for ending in GRAPHS],
        "permanent": node.value,
    }
    if "Measure" in kinds:
        return render_template("measure.html", item=records.item(view, node), **common)
    if "Goal" in kinds:
        return _goal(view, node, common, is_item="ReportItem" in kinds)
    if "Actor" in kinds:
        return _actor(view, node, common, next((kind for kind in _KINDS if kind in kinds), "Actor"))
    return _generic(view, node, common)


def _goal(view: View, node: NamedNode, common: dict[str, object], *, is_item: bool) -> str:
    below = view.subjects(records.zg("contributesTo"), node)
    measures = [each for each in below if "Measure" in view.kinds(each)]
    status = records.zg("status")
    return render_template(
        "goal.html",
        item=records.item(view, node),
        is_item=is_item,
        kind=view.link(records.zg(next((k for k in GOAL_KINDS if k in view.kinds(node)), "Goal"))),
        goals=[view.link(each) for each in below if each not in measures],
        measures=[
            (view.link(each), next((view.link(s) for s in view.objects(each, status)), None))
            for each in sorted(measures, key=_number)
        ],
        **common,
    )


def _number(node: NamedNode) -> tuple[int, str]:
    last = node.value.rsplit("/", 1)[-1]
    return (int(last) if last.isdigit() else 0, node.value)


def _actor(view: View, node: NamedNode, common: dict[str, object], kind: str) -> str:
    by_role: dict[str, tuple[Link, list[tuple[Link, Link | None, str]]]] = {}
    for row in view.select("items-of-actor", actor=[node]):
        role = view.link(row["role"])
        entries = by_role.setdefault(role.iri, (role, []))[1]
        entries.append((view.link(row["item"]), _link(view, row, "status"), plain(row.get("confidence"))))
    named = {entry[0].iri for _, entries in by_role.values() for entry in entries}
    only_named = [each for each in view.subjects(records.zg("names"), node) if each.value not in named]
    zg = records.zg
    return render_template(
        "actor.html",
        kind=view.link(zg(kind)),
        names=records.names(view, node),
        codes=records.codes(view, node),
        provisional=view.value(node, "provisional") == "true",
        comment=view.best(node, _COMMENT),
        unit_of=[view.link(term) for term in view.objects(node, zg("unitOf"))],
        units=[view.link(each) for each in view.subjects(zg("unitOf"), node)],
        members=[view.link(term) for term in view.objects(node, zg("member"))],
        member_of=[view.link(each) for each in view.subjects(zg("member"), node)],
        themes=[view.link(term) for term in view.objects(node, zg("theme"))],
        valid=(view.value(node, "validFrom"), view.value(node, "validTo")),
        by_role=list(by_role.values()),
        only_named=[view.link(each) for each in only_named],
        discussed=[
            (view.link(row["item"]), _link(view, row, "status")) for row in view.select("items-of-body", body=[node])
        ],
        bodies=_counted(view, "bodies-of-actor", "body", node),
        others=_counted(view, "co-actors", "other", node),
        findings=records.findings(view, node),
        **common,
    )


def _link(view: View, row: dict[str, Term], name: str) -> Link | None:
    return view.link(row[name]) if name in row else None


def _counted(view: View, query: str, name: str, node: NamedNode) -> list[tuple[Link, int]]:
    rows = view.select(query, actor=[node])
    return [(view.link(row[name]), int(plain(row["items"]))) for row in rows if name in row]


def _generic(view: View, node: NamedNode, common: dict[str, object]) -> str:
    default = DefaultGraph()
    graph = default if next(iter(view.engine.quads(node, None, None, default)), None) else None
    own = sorted({(q.predicate, q.object) for q in view.engine.quads(node, None, None, graph)}, key=str)
    incoming = sorted(
        {
            (t.predicate, t.subject)
            for t in describe(state(), node)
            if plain(t.object) == node.value and isinstance(t.subject, NamedNode)
        },
        key=str,
    )
    row = records.row(view, node) if "SourceRow" in view.kinds(node) else None
    return render_template(
        "resource.html",
        rows=[(view.link(name), view.shown(value)) for name, value in own[:_MAX_ROWS]],
        incoming=[(view.link(name), view.link(subject)) for name, subject in incoming[:_MAX_ROWS]],
        row=row,
        comment=view.best(node, _COMMENT),
        findings=records.findings(view, node),
        theme="Theme" in view.kinds(node),
        **common,
    )
