"""The network of actors, bodies and measures as GraphML, for Gephi, yEd, Cytoscape or networkx."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from zielgraph.engine import Engine
from zielgraph.exporting.template import rows
from zielgraph.exporting.xmltext import xml_text

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_KEYS = (("label", "node"), ("kind", "node"), ("relation", "edge"))


def graphml(engine: Engine) -> bytes:
    """Nodes with label and kind, edges with the role as relation; sorted."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}graphml")
    for name, owner in _KEYS:
        declared = {"id": name, "for": owner, "attr.name": name, "attr.type": "string"}
        ET.SubElement(root, f"{{{NAMESPACE}}}key", declared)
    graph = ET.SubElement(root, f"{{{NAMESPACE}}}graph", edgedefault="directed")
    nodes: dict[str, tuple[str, str]] = {}
    edges: list[tuple[str, str, str]] = []
    for row in rows(engine, "edges"):
        source, target = row["source"], row["target"]
        nodes[source] = (row["sourceLabel"], row["sourceKind"].rsplit("#", 1)[-1])
        nodes[target] = (row["targetLabel"], "ReportItem")
        edges.append((source, target, row["relation"]))
    for iri, (label, kind) in sorted(nodes.items()):
        node = ET.SubElement(graph, f"{{{NAMESPACE}}}node", id=iri)
        for key, text in (("label", label), ("kind", kind)):
            ET.SubElement(node, f"{{{NAMESPACE}}}data", key=key).text = xml_text(text)
    for number, (source, target, relation) in enumerate(sorted(set(edges)), start=1):
        edge = ET.SubElement(graph, f"{{{NAMESPACE}}}edge", id=f"e{number}", source=source, target=target)
        ET.SubElement(edge, f"{{{NAMESPACE}}}data", key="relation").text = relation
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
