"""The overview pages in German and English. All work without JavaScript; their state is in the address."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from zielgraph.engine import NamedNode, Term
from zielgraph.errors import NotFound, ZielgraphError
from zielgraph.exporting.tables import plain
from zielgraph.lifting.iris import findings_graph
from zielgraph.questions import run_question
from zielgraph.vocabulary import SH, STATUS
from zielgraph.web import forms, lists, records
from zielgraph.web.api import catalogue, day_asked, limited, question_named
from zielgraph.web.current import pooled, settings, state
from zielgraph.web.languages import LANGUAGES, SLUGS
from zielgraph.web.network import Edge, Node, draw
from zielgraph.web.problems import status_of
from zielgraph.web.view import View, current_view

_PROMINENT = "actors-in-open-measures"
_MAX_DRAWN = 400  # nodes; more is no picture any more
_MAX_FINDINGS = 2000


def blueprint() -> Blueprint:
    """All pages, each under its German and its English address."""
    pages = Blueprint("pages", __name__)
    views: dict[str, Callable[[], str]] = {
        "goals": goals,
        "measures": measures,
        "actors": actors,
        "bodies": bodies,
        "network": network,
        "questions": questions,
        "quality": quality,
    }
    for index, lang in enumerate(LANGUAGES):
        pages.add_url_rule(f"/{lang}/", f"home_{lang}", home)
        for name, view in views.items():
            pages.add_url_rule(f"/{lang}/{SLUGS[name][index]}", f"{name}_{lang}", view)
        pages.add_url_rule(f"/{lang}/{SLUGS['questions'][index]}/<name>", f"question_{lang}", question)
    return pages


def home() -> str:
    """What this is, how current it is, the numbers, and the first answer."""
    view = current_view()
    if not state().info.editions and not view.select("editions"):
        return render_template("empty.html", questions=catalogue().values())
    statuses = lists.status_counts(view)
    prominent = catalogue().get(_PROMINENT)
    answer = None
    if prominent:
        try:
            answer = forms.table(view, run_question(view.engine, prominent, prominent.example, view.lang))
        except NotFound:  # a city without the example's theme
            answer = None
    return render_template(
        "home.html",
        editions=[
            (
                view.link(row["edition"]),
                plain(row["date"]),
                plain(row.get("estimated")) == "true",
                plain(row.get("file")),
            )
            for row in view.select("editions")
        ],
        goals=[lists.Count(view.link(row["kind"]), int(plain(row["goals"]))) for row in view.select("goal-counts")],
        statuses=statuses,
        measures=len(lists.measures(view)),
        open_measures=sum(count.number for count in statuses if count.open),
        actors=len(lists.actors(view)),
        severities=lists.severity_counts(view),
        questions=catalogue().values(),
        prominent=prominent,
        answer=answer,
    )


def goals() -> str:
    """The goals as a tree, or those of one kind as a list."""
    view = current_view()
    kind = request.args.get("kind", "")
    tree = lists.goal_tree(view)
    flat: list[lists.GoalNode] = []
    todo = list(reversed(tree))
    while todo:
        node = todo.pop()
        flat.append(node)
        todo.extend(reversed(node.goals))
    return render_template(
        "goals.html",
        tree=tree,
        kind=kind,
        kinds=[name for name in lists.GOAL_KINDS if any(node.kind == name for node in flat)],
        flat=[node for node in flat if node.kind == kind],
    )


def _chosen(view: View, name: str, kind: str) -> list[Term]:
    """The resources that a filter names by IRI or label; NotFound leads to a 404 with an explanation."""
    value = request.args.get(name, "").strip()
    if not value:
        return []
    wanted = value.casefold()
    found = [o for o in lists.options(view, kind) if o.iri == value or o.text.value.casefold() == wanted]
    if not found:
        raise NotFound(_("„%(value)s“ gibt es in diesem Bestand nicht.", value=value))
    return [NamedNode(o.iri) for o in found]


def measures() -> str:
    """All measures, by theme, status, body and text."""
    view = current_view()
    statuses = lists.status_counts(view)
    given: dict[str, list[Term]] = {}
    status = request.args.get("status", "")
    if status == "open":
        given["status"] = [NamedNode(count.link.iri) for count in statuses if count.open]
    elif status:
        given["status"] = [NamedNode(c.link.iri) for c in statuses if c.link.iri == STATUS + status]
        if not given["status"]:
            raise NotFound(_("Den Status „%(status)s“ gibt es nicht.", status=status))
    for name, kind in (("theme", "Theme"), ("body", "Body")):
        if chosen := _chosen(view, name, kind):
            given[name] = chosen
    return render_template(
        "measures.html",
        rows=lists.measures(view, text=request.args.get("q", ""), **given),
        statuses=statuses,
        themes=lists.options(view, "Theme"),
        bodies=lists.options(view, "Body"),
        args=request.args,
    )


def actors() -> str:
    """The actors that measures and goals name; the whole register on request."""
    view = current_view()
    kind = request.args.get("kind", "")
    kinds = [name for name in ("Department", "Organisation", "Network", "Body", "ActorGroup") if kind in ("", name)]
    everyone = request.args.get("all") == "1"
    return render_template(
        "actors.html",
        rows=lists.actors(view, kinds=kinds or [kind], everyone=everyone),
        kinds=[view.link(records.zg(k)) for k in ("Department", "Organisation", "Network", "Body", "ActorGroup")],
        kind=kind,
        everyone=everyone,
    )


def bodies() -> str:
    """Bodies and networks, and what they deal with."""
    view = current_view()
    discussed, running = lists.body_counts(view)
    rows = lists.actors(view, kinds=("Body", "Network"), everyone=True)
    shown = [row for row in rows if row.items or discussed.get(row.link.iri)]
    shown.sort(key=lambda row: (-discussed.get(row.link.iri, 0), -row.items, row.link.text.value.casefold()))
    members = {
        row.link.iri: [view.link(t) for t in view.objects(NamedNode(row.link.iri), records.zg("member"))]
        for row in rows
    }
    return render_template(
        "bodies.html",
        rows=[row for row in rows if request.args.get("all") == "1"] or shown,
        discussed=discussed,
        running=running,
        members=members,
        questions=[q for name in ("network-gaps", "network-overlaps") if (q := catalogue().get(name))],
        hidden=len(rows) - len(shown),
    )


def network() -> str:
    """Who is connected with whom through which measure: a drawing and the same as a table."""
    view = current_view()
    theme = _chosen(view, "theme", "Theme")
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    links: list[tuple[str, Term, str, Term]] = []

    def node(term: Term, column: str) -> None:
        link = view.link(term)
        key = link.iri if column != "body" else f"{link.iri}#body"  # a body may also be an actor
        nodes.setdefault(key, Node(key, column, link.text.value, link.url, link.text.lang))

    seen: set[tuple[str, str, str]] = set()
    for row in view.select("network", **({"theme": theme} if theme else {})):
        measure = row["measure"]
        start, end = (row["actor"], measure) if "actor" in row else (measure, row["body"])
        role = view.link(row["role"]) if "role" in row else None
        kind, words = (role.key, role.text.value) if role else ("discussed", _("beraten in"))
        if (plain(start), plain(end), kind) in seen:
            continue
        seen.add((plain(start), plain(end), kind))
        node(start, "actor" if role else "measure")
        node(end, "measure" if role else "body")
        edges.append(Edge(plain(start), plain(end) if role else f"{plain(end)}#body", kind, words))
        links.append((kind, start, words, end))
    rows = [(kind, view.link(start), words, view.link(end)) for kind, start, words, end in links]
    return render_template(
        "network.html",
        drawing=draw(list(nodes.values()), edges) if 0 < len(nodes) <= _MAX_DRAWN else None,
        too_many=len(nodes) > _MAX_DRAWN,
        numbers={name: sum(n.column == name for n in nodes.values()) for name in ("actor", "measure", "body")},
        legend=dict(sorted({edge.kind: edge.words for edge in edges}.items())),
        rows=rows,
        themes=lists.options(view, "Theme"),
        theme=[plain(term) for term in theme],
    )


def quality() -> str:
    """The findings of the validation, the gravest first."""
    view = current_view()
    severity = request.args.get("severity", "")
    if severity and severity not in lists.SEVERITIES:
        raise NotFound(_("Die Schwere „%(severity)s“ gibt es nicht.", severity=severity))
    given: dict[str, list[Term]] = {"graph": [findings_graph(view.base)]}
    if severity:
        given["severity"] = [NamedNode(SH + severity)]
    found = view.select("findings", **given)
    return render_template(
        "quality.html",
        findings=[records.as_finding(view, each) for each in found[:_MAX_FINDINGS]],
        more=max(len(found) - _MAX_FINDINGS, 0),
        counts=lists.severity_counts(view),
        severity=severity,
    )


def questions() -> str:
    """The catalogue."""
    return render_template("questions.html", questions=catalogue().values())


def question(name: str) -> str | Response:
    """One question: its form, and the answer once it can be given."""
    view = current_view()
    asked = question_named(name)
    names = [parameter.name for parameter in asked.params]
    given = {n: request.args[n] for n in names if request.args.get(n, "").strip()}
    missing = [p.name for p in asked.params if p.required and p.name not in given]
    answer, table, error, status = None, None, "", 200
    stand = request.args.get("stand", "").strip()
    if not missing:
        try:
            day = day_asked()
            engine = pooled() if day is None else state().at(day, settings().max_state_quads)
            answer = limited(run_question(engine, asked, given, view.lang))
            table = forms.table(view, answer)
        except ZielgraphError as problem:
            error = str(problem)
            status = 400 if isinstance(problem, NotFound) else status_of(problem)
    page = render_template(
        "question.html",
        question=asked,
        inputs=forms.inputs(view, asked, given),
        given={**given, **({"stand": stand} if stand else {})},
        stand=stand,
        answer=answer,
        table=table,
        error=error,
        missing=missing and bool(given),
    )
    return Response(page, status=status, content_type="text/html; charset=utf-8")
