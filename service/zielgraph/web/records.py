"""What resource pages show, read from the store: measures, actors, goals, source rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zielgraph.engine import DefaultGraph, Literal, NamedNode, Term
from zielgraph.exporting.tables import plain
from zielgraph.lifting.iris import findings_graph
from zielgraph.vocabulary import PROV, RDF, RDFS, SH, SKOS, ZG
from zielgraph.web.view import Link, Text, View

_DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
_VALUE = NamedNode(RDF + "value")
_COMMENT = NamedNode(RDFS + "comment")
_MESSAGE = NamedNode(SH + "resultMessage")


def zg(name: str) -> NamedNode:
    """A term of the ontology."""
    return NamedNode(ZG + name)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a cell's text; ``actor`` and ``title`` are set where something is named."""

    text: str
    marked: bool = False
    actor: Link | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a raw cell that name an actor, and those that tell its role; they count in code points."""

    cell: str
    start: int
    end: int
    quote: str
    role_quote: str
    actor: Link | None
    candidate: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A raw cell of the table, cut at the mentions in it."""

    column: int
    heading: str
    pieces: list[Piece]
    text: str = ""
    mentions: Sequence[Mention] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A source row with its cells and what the reader repaired."""

    link: Link
    file: str
    sheet: str
    line: str
    cells: list[Cell]
    repairs: list[Repair]


@dataclass(frozen=True, slots=True)
class Repair:
    """What was put right while reading."""

    words: Text | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Role:
    """An actor's part in an item; ``quotes`` are the words that name it and those that tell its role."""

    actor: Link
    role: Link
    quotes: list[tuple[str, str]]
    confidence: str
    state: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived value with the reason for it."""

    property: Link
    value: Link | Text
    quote: str
    method: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the validation."""

    severity: str
    message: Text
    node: Link
    line: str
    rule: str


@dataclass
class Item:
    """A measure or a goal row with a status."""

    link: Link
    order: str
    path: list[Link]
    themes: list[Link]
    status: Link | None
    status_text: str
    disposition: Link | None
    progress: Text | None
    bodies: list[Link]
    body_text: str
    facts: list[tuple[str, str]]
    resolutions: list[dict[str, object]]
    roles: list[Role]
    derived: list[Derived]
    rows: list[Row]


def goal_path(view: View, node: NamedNode) -> list[Link]:
    """The goals above a node, the topmost first. A circle in the data ends the walk."""
    path: list[Link] = []
    seen = {node.value}
    above = view.objects(node, zg("contributesTo"))
    while above and plain(above[0]) not in seen:
        seen.add(plain(above[0]))
        path.insert(0, view.link(above[0]))
        above = view.objects(above[0], zg("contributesTo"))
    return path


def item(view: View, node: NamedNode) -> Item:
    """Everything about a measure or a goal row."""
    rows = [row(view, each) for each in view.objects(node, _DERIVED_FROM) if _is_row(view, each)]
    links = {name: [view.link(t) for t in view.objects(node, zg(name))] for name in ("theme", "discussedIn")}
    return Item(
        link=view.link(node),
        order=view.value(node, "order") or view.value(node, "number"),
        path=goal_path(view, node),
        themes=links["theme"],
        status=_first(view, node, "status"),
        status_text=view.value(node, "statusText"),
        disposition=_first(view, node, "disposition"),
        progress=view.text(node, "progressText"),
        bodies=links["discussedIn"],
        body_text=view.value(node, "bodyText"),
        facts=[
            (name, value)
            for name in (
                "firstMentionedText",
                "startText",
                "dueText",
                "leadText",
                "partnersText",
                "resourcesText",
            )
            if (value := view.value(node, name))
        ],
        resolutions=[_resolution(view, each) for each in view.objects(node, zg("resolvedBy"))],
        roles=roles(view, node),
        derived=derived(view, node),
        rows=rows,
    )


def _first(view: View, node: NamedNode, name: str) -> Link | None:
    return next((view.link(term) for term in view.objects(node, zg(name))), None)


def _is_row(view: View, node: Term) -> bool:
    return isinstance(node, NamedNode) and "SourceRow" in view.kinds(node)


def _resolution(view: View, node: Term) -> dict[str, object]:
    return {
        "text": view.value(node, "resolutionText"),
        "by": [view.link(t) for t in view.objects(node, zg("decidedBy"))],
        "when": view.value(node, "resolvedText"),
    }


def roles(view: View, node: NamedNode) -> list[Role]:
    """Actors with role, the words that prove it, and what a person said of it. Rejected ones are left out."""
    found: list[tuple[tuple[int, str], Role]] = []
    for each in view.objects(node, zg("involvement")):
        state = view.value(each, "reviewState")
        actors, kinds = view.objects(each, zg("actor")), view.objects(each, zg("role"))
        if state == "rejected" or not actors or not kinds:
            continue
        quotes = []
        for source in view.objects(each, _DERIVED_FROM):
            if quote := view.value(source, "quote"):
                quotes.append((quote, view.value(source, "roleQuote")))
        actor, kind = view.link(actors[0]), view.link(kinds[0])
        order = int(view.value(kinds[0], "order") or 99)
        entry = Role(actor, kind, list(dict.fromkeys(quotes)), view.value(each, "confidence"), state, plain(each))
        found.append(((order, actor.text.value), entry))
    return [role for _, role in sorted(found, key=lambda pair: pair[0])]


def derived(view: View, node: NamedNode) -> list[Derived]:
    """Assessments of a node: what was derived, from which words, how sure."""
    found = []
    for each in view.objects(node, zg("assessment")):
        values, names = view.objects(each, zg("value")), view.objects(each, zg("property"))
        if values and names and view.value(each, "reviewState") != "rejected":
            found.append(
                Derived(
                    view.link(names[0]),
                    view.shown(values[0]),
                    view.value(each, "quote"),
                    view.value(each, "method"),
                    view.value(each, "confidence"),
                )
            )
    return found


def row(view: View, node: Term) -> Row:
    """A source row with its cells cut at the mentions."""
    mentions: dict[str, list[Mention]] = {}
    for each in view.objects(node, zg("mention")):
        cell, start, end = view.value(each, "cell"), view.value(each, "start"), view.value(each, "end")
        if cell and start.isdigit() and end.isdigit():
            found = Mention(
                cell,
                int(start),
                int(end),
                view.value(each, "quote"),
                view.value(each, "roleQuote"),
                _first(view, NamedNode(plain(each)), "actor"),
                view.value(each, "candidateLabel"),
            )
            mentions.setdefault(cell, []).append(found)
    cells = []
    for each in view.objects(node, zg("cell")):
        text = next((plain(t) for t in view.objects(each, _VALUE)), "")
        own = mentions.get(plain(each), [])
        marks = [
            (m.start, m.end, Piece("", True, m.actor, m.actor.text.value if m.actor else m.candidate)) for m in own
        ]
        column, heading = int(view.value(each, "column") or 0), view.value(each, "heading")
        cells.append(Cell(column, heading, cut(text, marks), text, own))
    repairs = [
        Repair(view.best(each, _COMMENT), view.value(each, "before"), view.value(each, "after"))
        for each in view.objects(node, zg("repair"))
    ]
    return Row(
        view.link(node),
        view.value(node, "file"),
        view.value(node, "sheet"),
        view.value(node, "sourceLine"),
        sorted(cells, key=lambda cell: cell.column),
        repairs,
    )


def cut(text: str, marks: Sequence[tuple[int, int, Piece]]) -> list[Piece]:
    """The text in pieces; marks count in code points. Of two that overlap the first and longer is shown."""
    pieces: list[Piece] = []
    at = 0
    for start, end, mark in sorted(marks, key=lambda m: (m[0], -m[1])):
        if start < at or end <= start or end > len(text):
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], True, mark.actor, mark.title))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def findings(view: View, node: NamedNode) -> list[Finding]:
    """Findings about a node and its own parts."""
    parts = [
        quad.object
        for quad in view.engine.quads(node, None, None, DefaultGraph())
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(node.value + "/")
    ]
    return [as_finding(view, each) for each in view.findings(node, *parts)]


def as_finding(view: View, found: dict[str, Term]) -> Finding:
    """A row of ``findings.rq``."""
    graph = findings_graph(view.base)
    message = view.best(found["finding"], _MESSAGE, graph) or Text("")
    return Finding(
        plain(found["severity"]).removeprefix(SH),
        message,
        view.link(found["node"]),
        plain(found.get("line")),
        plain(found.get("rule")),
    )


def names(view: View, node: NamedNode) -> list[Text]:
    """Further names of an actor."""
    found = view.objects(node, NamedNode(SKOS + "altLabel"))
    return [Text(term.value, term.language or "") for term in found if isinstance(term, Literal)]


def codes(view: View, node: NamedNode) -> list[str]:
    """Codes of an actor, such as its department number."""
    return [plain(term) for term in view.objects(node, NamedNode(SKOS + "notation"))]
