"""Who stands between the others."""

from __future__ import annotations

import rustworkx as rx

from zielgraph.drawing.layout import undirected
from zielgraph.drawing.model import Graph


def betweenness(graph: Graph) -> list[float]:
    """For every node the share (0 to 1) of shortest paths between two others that lead through it."""
    found = rx.graph_betweenness_centrality(undirected(graph), normalized=True)
    return [float(found[node]) for node in range(graph.nodes)]
