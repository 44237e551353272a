"""The part of a network around one node: what is nearest and most strongly linked first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zielgraph.drawing.model import Graph

_OTHERS = 0.34  # share of the room that is kept for what two steps away has most in common


@dataclass(frozen=True, slots=True)
class Ego:
    """The nodes kept, the centre first, and how many within two steps did not fit."""

    nodes: tuple[int, ...]
    left_out: tuple[int, ...]


def ego(graph: Graph, centre: int, limit: int) -> Ego:
    """The nodes within two steps of the centre, at most ``limit``.

    When not all fit, a third of the room is for nodes two steps away, those with most common neighbours first; the rest
    is for neighbours, those first that link most of the nodes kept. What is left of either share goes to the other.
    """
    near = graph.neighbours
    neighbours = near[centre]
    common: dict[int, int] = {}
    for node in neighbours:
        for other in near[node] - neighbours - {centre}:
            common[other] = common.get(other, 0) + 1
    others = sorted(common, key=lambda node: (-common[node], node))
    room = max(limit - 1, 0)
    kept = others[: max(int(room * _OTHERS), room - len(neighbours))]
    known = set(kept)
    linking = sorted(neighbours, key=lambda node: (-len(near[node] & known), node))
    first_ring: Sequence[int] = linking[: room - len(kept)]
    # nothing stands alone: what two steps away lost all that links it gives way
    reached = set[int]().union(*(near[node] for node in first_ring)) if first_ring else set[int]()
    second_ring = [node for node in kept if node in reached]
    nodes = (centre, *first_ring, *second_ring)
    left = (neighbours | set(others)) - set(nodes)
    return Ego(nodes, tuple(sorted(left)))
