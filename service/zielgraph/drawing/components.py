"""The parts of a network that nothing links with each other."""

from __future__ import annotations

from zielgraph.drawing.model import Graph


def components(graph: Graph) -> list[list[int]]:
    """The nodes of each connected part in their order; the largest part first, then the one with the first node."""
    near: list[list[int]] = [[] for _ in range(graph.nodes)]
    for first, second in graph.edges:
        near[first].append(second)
        near[second].append(first)
    seen = [False] * graph.nodes
    found: list[list[int]] = []
    for start in range(graph.nodes):
        if seen[start]:
            continue
        seen[start] = True
        part = [start]
        for node in part:  # grows while it is walked
            for other in near[node]:
                if not seen[other]:
                    seen[other] = True
                    part.append(other)
        found.append(sorted(part))
    return sorted(found, key=lambda part: (-len(part), part[0]))
