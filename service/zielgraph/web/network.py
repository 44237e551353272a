"""The network drawing: actors, measures and bodies in three columns; the same input gives the same picture.

Only numbers and texts come out of here; the template turns them into SVG with real links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

COLUMNS = (
    ("actor", 10.0, 300.0),
    ("measure", 440.0, 340.0),
    ("body", 920.0, 220.0),
)  # name, left edge, width
WIDTH = 1150.0
_ROW, _BOX, _TOP = 28.0, 22.0, 34.0
_SWEEPS = 8
_CHARACTER = 7.3  # mean width of a character at the drawing's font size


@dataclass(frozen=True, slots=True)
class Edge:
    """A link from an actor to a measure (``kind``: the role) or from a measure to a body (``discussed``)."""

    source: str
    target: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Node:
    """A thing to draw, with its full name and the address of its page."""

    iri: str
    column: str
    name: str
    url: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A placed node; ``text`` is its name as far as it fits."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A placed edge as an SVG path."""

    edge: Edge
    path: str
    title: str


@dataclass
class Drawing:
    """Everything the template needs."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def draw(nodes: Sequence[Node], edges: Sequence[Edge]) -> Drawing:
    """Place nodes and edges. Nodes stand at the barycentre of their neighbours, which keeps crossings few."""
    columns = _ordered(nodes, edges)
    height = _TOP + _ROW * max([1, *(len(column) for column in columns.values())]) + 8
    drawing = Drawing(WIDTH, height)
    places: dict[str, Box] = {}
    for name, left, width in COLUMNS:
        members = columns[name]
        gap = (height - _TOP - 8) / max(len(members), 1)
        for index, node in enumerate(members):
            y = round(_TOP + gap * (index + 0.5) - _BOX / 2, 1)
            places[node.iri] = Box(node, left, y, width, _BOX, _fit(node.name, width - 14))
    drawing.boxes = list(places.values())
    for edge in edges:
        if edge.source in places and edge.target in places:
            start, end = places[edge.source], places[edge.target]
            x1, y1 = start.x + start.width, start.y + _BOX / 2
            x2, y2 = end.x, end.y + _BOX / 2
            middle = round((x1 + x2) / 2, 1)
            path = f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
            drawing.lines.append(Line(edge, path, f"{start.node.name} – {edge.words} – {end.node.name}"))
    return drawing


def _ordered(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, list[Node]]:
    """Nodes by column in drawing order."""
    known = {node.iri: node for node in nodes}
    near: dict[str, list[str]] = {iri: [] for iri in known}
    for edge in edges:
        if edge.source in known and edge.target in known:
            near[edge.source].append(edge.target)
            near[edge.target].append(edge.source)
    columns: dict[str, list[Node]] = {name: [] for name, _, _ in COLUMNS}
    for node in known.values():
        columns[node.column].append(node)
    columns["actor"].sort(key=lambda n: (-len(near[n.iri]), n.name, n.iri))
    positions: dict[str, float] = {}

    def place(column: list[Node]) -> None:
        positions.update({node.iri: (index + 0.5) / len(column) for index, node in enumerate(column)})

    for column in columns.values():
        place(column)
    for sweep in range(_SWEEPS):
        for name in ("measure", "body") if sweep % 2 == 0 else ("measure", "actor"):
            column = columns[name]
            centre = {
                n.iri: sum(positions[other] for other in near[n.iri]) / len(near[n.iri])
                if near[n.iri]
                else positions[n.iri]
                for n in column
            }
            column.sort(key=lambda n: (round(centre[n.iri], 9), n.name, n.iri))
            place(column)
    return columns


def _fit(name: str, width: float) -> str:
    room = int(width / _CHARACTER)
    plain = " ".join(name.split())
    return plain if len(plain) <= room else plain[: room - 1].rstrip() + "…"
