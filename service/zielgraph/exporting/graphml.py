"""A network as GraphML, for Gephi, yEd, Cytoscape or networkx."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from zielgraph.engine import Engine
from zielgraph.exporting.template import rows
from zielgraph.exporting.xmltext import xml_text

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_KEYS = (("label", "node"), ("kind", "node"), ("relation", "edge"))
_PLACE = ("x", "y")


@dataclass(frozen=True, slots=True)
class FileNode:
    """A node in a file; ``place`` is where it stands in the drawing (y downwards), if anywhere."""

    iri: str
    label: str
    kind: str
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, order=True)
class FileEdge:
    """An edge in a file, between IRIs of nodes."""

    source: str
    target: str
    relation: str


def graphml(engine: Engine) -> bytes:
    """The whole network of actors, bodies and items of a store; sorted."""
    nodes: dict[str, FileNode] = {}
    edges: set[FileEdge] = set()
    for row in rows(engine, "edges"):
        source, target = row["source"], row["target"]
        nodes[source] = FileNode(source, row["sourceLabel"], row["sourceKind"].rsplit("#", 1)[-1])
        nodes[target] = FileNode(target, row["targetLabel"], "ReportItem")
        edges.add(FileEdge(source, target, row["relation"]))
    return graphml_file(sorted(nodes.values(), key=lambda node: node.iri), sorted(edges))


def graphml_file(nodes: Iterable[FileNode], edges: Iterable[FileEdge]) -> bytes:
    """Nodes with label, kind and place, edges with their relation."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}graphml")
    listed = list(nodes)
    for name, owner in _KEYS:
        _key(root, name, owner, "string")
    if any(node.place for node in listed):
        for name in _PLACE:
            _key(root, name, "node", "double")
    graph = ET.SubElement(root, f"{{{NAMESPACE}}}graph", edgedefault="directed")
    for node in listed:
        element = ET.SubElement(graph, f"{{{NAMESPACE}}}node", id=node.iri)
        _data(element, "label", node.label)
        _data(element, "kind", node.kind)
        for name, value in zip(_PLACE, node.place or (), strict=False):
            _data(element, name, f"{value:g}")
    for number, edge in enumerate(edges, start=1):
        ends = {"source": edge.source, "target": edge.target}
        _data(ET.SubElement(graph, f"{{{NAMESPACE}}}edge", {"id": f"e{number}", **ends}), "relation", edge.relation)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _key(root: ET.Element, name: str, owner: str, kind: str) -> None:
    ET.SubElement(root, f"{{{NAMESPACE}}}key", {"id": name, "for": owner, "attr.name": name, "attr.type": kind})


def _data(element: ET.Element, key: str, text: str) -> None:
    ET.SubElement(element, f"{{{NAMESPACE}}}data", key=key).text = xml_text(text)
