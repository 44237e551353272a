"""A network as GEXF 1.3, the format of Gephi, with the places of the drawing."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from zielgraph.exporting.graphml import FileEdge, FileNode
from zielgraph.exporting.xmltext import xml_text

NAMESPACE = "http://gexf.net/1.3"
PLACES = "http://gexf.net/1.3/viz"


def gexf_file(nodes: Iterable[FileNode], edges: Iterable[FileEdge]) -> bytes:
    """Nodes with label, kind and place, edges with their relation."""
    ET.register_namespace("", NAMESPACE)
    ET.register_namespace("viz", PLACES)
    root = ET.Element(f"{{{NAMESPACE}}}gexf", version="1.3")
    graph = ET.SubElement(root, f"{{{NAMESPACE}}}graph", defaultedgetype="directed", mode="static")
    for owner, name in (("node", "kind"), ("edge", "relation")):
        declared = ET.SubElement(graph, f"{{{NAMESPACE}}}attributes", {"class": owner})
        ET.SubElement(declared, f"{{{NAMESPACE}}}attribute", id=name, title=name, type="string")
    inner = ET.SubElement(graph, f"{{{NAMESPACE}}}nodes")
    for node in nodes:
        element = ET.SubElement(inner, f"{{{NAMESPACE}}}node", id=node.iri, label=xml_text(node.label))
        _values(element, "kind", node.kind)
        if node.place:
            x, y = node.place
            ET.SubElement(element, f"{{{PLACES}}}position", x=f"{x:g}", y=f"{-y:g}", z="0")  # y upwards in Gephi
    inner = ET.SubElement(graph, f"{{{NAMESPACE}}}edges")
    for number, edge in enumerate(edges, start=1):
        ends = {"source": edge.source, "target": edge.target, "label": xml_text(edge.relation)}
        _values(ET.SubElement(inner, f"{{{NAMESPACE}}}edge", {"id": f"e{number}", **ends}), "relation", edge.relation)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _values(element: ET.Element, name: str, text: str) -> None:
    values = ET.SubElement(element, f"{{{NAMESPACE}}}attvalues")
    ET.SubElement(values, f"{{{NAMESPACE}}}attvalue", {"for": name, "value": xml_text(text)})
