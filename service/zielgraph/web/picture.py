"""A network ready to be drawn: marks and strokes with words, addresses and places; for SVG, files and the browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from zielgraph.drawing.model import Place
from zielgraph.exporting.graphml import FileEdge, FileNode
from zielgraph.inventory.model import Inventory
from zielgraph.inventory.network import DISCUSSED, MEMBER, Network
from zielgraph.vocabulary import ROLE, STATUS, ZG
from zielgraph.web.view import Text, View

MEASURE, GOAL = "Measure", "Goal"
SHAPES = {  # kind → shape
    "Department": "rectangle",
    "Organisation": "ellipse",
    "Network": "diamond",
    "Body": "hexagon",
    "ActorGroup": "triangle",
    MEASURE: "round-rectangle",
    GOAL: "pentagon",
}
_OUTLINES = {  # shape → path around (0, 0) in a square from -1 to 1
    "rectangle": "M-1-1H1V1H-1Z",
    "ellipse": "M-1 0A1 1 0 0 1 1 0A1 1 0 0 1-1 0Z",
    "diamond": "M0-1.25L1.25 0L0 1.25L-1.25 0Z",
    "hexagon": "M-.6-1H.6L1.2 0L.6 1H-.6L-1.2 0Z",
    "triangle": "M0-1.1L1.15 1H-1.15Z",
    "round-rectangle": "M-.7-.7H.7A.3.3 0 0 1 1-.4V.4A.3.3 0 0 1 .7.7H-.7A.3.3 0 0 1-1 .4V-.4A.3.3 0 0 1-.7-.7Z",
    "pentagon": "M0-1.1L1.1-.2L.7 1H-.7L-1.1-.2Z",
}
_UNIT = 74.0  # pixels between neighbours
_MARGIN = 60.0
_ROOM = 110.0  # to the right, for the words of the last mark
_LETTERS = 26  # of a name in the drawing; the whole name is in the tooltip and in the table
_ALL_NAMED = 400  # nodes; in a larger drawing only the most linked actors are named
_NAMED = 60


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of the legend: a kind of node with its outline, or a relation without one."""

    key: str
    words: str
    number: int
    outline: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn node. ``label`` is its whole name, ``short`` what stands beside it ("" for nothing)."""

    iri: str
    kind: str
    kind_words: str
    label: Text
    short: str
    url: str
    x: float
    y: float
    size: float
    links: int
    status: str
    status_words: str
    centre: bool

    @property
    def outline(self) -> str:
        """SVG path around (0, 0), to be scaled by ``size``."""
        return _OUTLINES[SHAPES[self.kind]]

    @property
    def title(self) -> str:
        """Name, kind, status and number of links in one line."""
        said = [self.label.value, self.kind_words, *([self.status_words] if self.status_words else [])]
        return " · ".join([*said, ngettext("%(num)s Verbindung", "%(num)s Verbindungen", self.links)])


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn edge; ``source`` and ``target`` are numbers of marks."""

    source: int
    target: int
    relation: str
    words: str


@dataclass(frozen=True)
class Picture:
    """Everything a template needs to draw a network."""

    width: float
    height: float
    marks: Sequence[Mark]
    strokes: Sequence[Stroke]

    def for_browser(self) -> dict[str, Any]:
        """The drawing as JSON for ``static/network.js``: rows of values, for there may be thousands."""
        return {
            "fields": ["label", "short", "kind", "status", "url", "x", "y", "size", "links", "centre"],
            "nodes": [
                [m.label.value, m.short, m.kind, m.status, m.url, m.x, m.y, m.size, m.links, m.centre]
                for m in self.marks
            ],
            "edges": [[stroke.source, stroke.target, stroke.relation] for stroke in self.strokes],
            "outlines": {kind: _OUTLINES[shape] for kind, shape in SHAPES.items()},
            "items": [MEASURE, GOAL],
            "words": {
                **{mark.kind: mark.kind_words for mark in self.marks},
                **{mark.status: mark.status_words for mark in self.marks if mark.status},
                **{stroke.relation: stroke.words for stroke in self.strokes},
            },
        }

    def for_files(self) -> tuple[list[FileNode], list[FileEdge]]:
        """Nodes and edges for GraphML and GEXF."""
        nodes = [FileNode(mark.iri, mark.label.value, mark.kind, (mark.x, mark.y)) for mark in self.marks]
        return nodes, [
            FileEdge(self.marks[stroke.source].iri, self.marks[stroke.target].iri, stroke.relation)
            for stroke in self.strokes
        ]


def kind_of(inventory: Inventory, iri: str) -> str:
    """What a node is: the kind of an actor, else "Measure" or "Goal"."""
    if iri in inventory.actors:
        return inventory.actors[iri].kind
    return MEASURE if iri not in inventory.items or inventory.items[iri].measure else GOAL


def relation_words(view: View, relation: str) -> str:
    """What a relation is called."""
    if relation == DISCUSSED:
        return str(_("beraten in"))
    return str(_("Mitglied in")) if relation == MEMBER else view.named(ROLE + relation).text.value


def legend(view: View, network: Network) -> list[Sign]:
    """The kinds of nodes and the relations that there are, and how many of each."""
    kinds = Counter(kind_of(view.inventory, iri) for iri in network.nodes)
    relations = Counter(edge.relation for edge in network.edges)
    order = [*(iri.removeprefix(ROLE) for iri in view.inventory.roles), DISCUSSED, MEMBER, *sorted(relations)]
    return [
        *(
            Sign(kind, view.named(ZG + kind).text.value, kinds[kind], _OUTLINES[shape])
            for kind, shape in SHAPES.items()
            if kinds[kind]
        ),
        *(
            Sign(relation, relation_words(view, relation), relations[relation])
            for relation in dict.fromkeys(order)
            if relations[relation]
        ),
    ]


def picture(view: View, network: Network, places: Sequence[Place], *, centre: str = "") -> Picture:
    """The network with the places of its nodes, in their order."""
    inventory, degrees = view.inventory, network.degrees
    actors = [iri for iri in network.nodes if iri in inventory.actors]
    named = set(actors)
    if len(network.nodes) > _ALL_NAMED:
        named = set(sorted(actors, key=lambda iri: -degrees[iri])[:_NAMED])
    marks = []
    for iri, place in zip(network.nodes, places, strict=True):
        kind, link = kind_of(inventory, iri), view.named(iri)
        item = inventory.items.get(iri)
        status = item.status if item else ""
        marks.append(
            Mark(
                iri=iri,
                kind=kind,
                kind_words=view.named(ZG + kind).text.value,
                label=link.text,
                short=_short(link.text.value) if iri in named else "",
                url=link.url,
                x=round(_MARGIN + place.x * _UNIT, 1),
                y=round(_MARGIN + place.y * _UNIT, 1),
                size=_size(degrees[iri], kind) + (4 if iri == centre else 0),
                links=degrees[iri],
                status=status,
                status_words=view.named(STATUS + status).text.value if status else "",
                centre=iri == centre,
            )
        )
    number = network.number
    words = {relation: relation_words(view, relation) for relation in {edge.relation for edge in network.edges}}
    strokes = [Stroke(number[e.source], number[e.target], e.relation, words[e.relation]) for e in network.edges]
    return Picture(
        width=round(max((mark.x for mark in marks), default=0) + _MARGIN + _ROOM),
        height=round(max((mark.y for mark in marks), default=0) + _MARGIN),
        marks=marks,
        strokes=strokes,
    )


def _size(links: int, kind: str) -> float:
    """Half the width of a mark: larger with the root of its links, so that areas compare."""
    return 7.0 if kind in (MEASURE, GOAL) else round(min(7 + 1.6 * links**0.5, 24), 1)


def _short(name: str) -> str:
    plain = " ".join(name.split())
    return plain if len(plain) <= _LETTERS else plain[: _LETTERS - 1].rstrip() + "…"
