"""Pages of single resources: which one shows what, and a plain table of properties for everything without its own."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.engine import DefaultGraph, NamedNode
from zielgraph.errors import NotFound
from zielgraph.exporting.tables import plain
from zielgraph.vocabulary import RDFS
from zielgraph.web import records
from zielgraph.web.languages import LANGUAGES
from zielgraph.web.linked import describe, exists, node_of, successor
from zielgraph.web.negotiate import GRAPHS
from zielgraph.web.pages import actor, goal, measure
from zielgraph.web.view import View, current_view

_COMMENT = NamedNode(RDFS + "comment")
_MAX_ROWS = 500


def blueprint() -> Blueprint:
    """The catch-all below ``/de/`` and ``/en/``."""
    pages = Blueprint("resource", __name__)
    for lang in LANGUAGES:
        pages.add_url_rule(f"/{lang}/<path:path>", f"show_{lang}", show)
    return pages


def show(path: str) -> str | BaseResponse:
    """The page of the resource with this path, at the day that the address names."""
    view = current_view()
    node = node_of(view.base, path)
    if not exists(view.engine, node):
        there = f"im Stand vom {view.day:%d.%m.%Y}" if view.day else "in diesem Bestand"
        raise NotFound(f"„{path}“ ist {there} nicht enthalten.")
    if (heir := successor(view.engine, node)) != node:
        return redirect(view.url(heir.value), 301)
    kinds = view.kinds(node)
    endings = GRAPHS if view.day is None else ()  # data is of now
    common = {
        "node": view.link(node),
        "formats": [(ending, url_for("linked.data", path=path, ending=ending)) for ending in endings],
        "permanent": node.value,
    }
    for kind, page in (("Measure", measure.show), ("Goal", goal.show), ("Actor", actor.show)):
        if kind in kinds:
            return page(view, node, common)
    return _generic(view, node, common)


def _generic(view: View, node: NamedNode, common: dict[str, object]) -> str:
    default = DefaultGraph()
    graph = default if next(iter(view.engine.quads(node, None, None, default)), None) else None
    own = sorted({(q.predicate, q.object) for q in view.engine.quads(node, None, None, graph)}, key=str)
    incoming = sorted(
        {
            (t.predicate, t.subject)
            for t in describe(view.engine, node)
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
