"""Positions of nodes: the same every time, apart from each other, linked ones close."""

from __future__ import annotations

from itertools import pairwise
from math import dist
from random import Random
from statistics import mean

import pytest

from zielgraph.drawing.components import components
from zielgraph.drawing.layout import layout
from zielgraph.drawing.model import Graph, Place


def clustered(nodes: int, edges: int, clusters: int, seed: int = 2) -> Graph:
    """A network of so many groups with few links between them."""
    random = Random(seed)  # noqa: S311
    found: set[tuple[int, int]] = set()
    while len(found) < edges:
        first, second = random.sample(range(nodes), 2)
        if first % clusters == second % clusters or random.random() < 0.05:
            found.add((first, second))
    return Graph(nodes, tuple(sorted(found)))


def length(places: list[Place], pairs: list[tuple[int, int]]) -> float:
    return mean(dist((places[a].x, places[a].y), (places[b].x, places[b].y)) for a, b in pairs)


@pytest.mark.parametrize("graph", [clustered(120, 300, 4), clustered(900, 3000, 6)], ids=["pairs", "mesh"])
def test_linked_nodes_stand_closer_than_others_and_the_same_every_time(graph: Graph) -> None:
    places = layout(graph)
    others = list(pairwise(Random(5).sample(range(graph.nodes), 100)))  # noqa: S311
    assert length(places, list(graph.edges)) < 0.7 * length(places, others)
    assert layout(graph) == places


@pytest.mark.parametrize("graph", [clustered(120, 300, 4), clustered(900, 3000, 6)], ids=["pairs", "mesh"])
def test_hardly_any_two_nodes_share_a_place(graph: Graph) -> None:
    places = layout(graph)
    assert len({(round(place.x, 1), round(place.y, 1)) for place in places}) > 0.8 * graph.nodes
    assert min(place.x for place in places) == min(place.y for place in places) == 0


def test_parts_stand_beside_each_other() -> None:
    ring = tuple((index, (index + 1) % 10) for index in range(10))
    graph = Graph(24, (*ring, *((a + 10, b + 10) for a, b in ring)))
    places = layout(graph)
    boxes = []
    for part in components(graph):
        xs, ys = ([getattr(places[node], axis) for node in part] for axis in ("x", "y"))
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    assert len(boxes) == 6
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


@pytest.mark.parametrize("nodes", [0, 1, 2])
def test_next_to_nothing_has_places_too(nodes: int) -> None:
    graph = Graph(nodes, ((0, 1),) if nodes == 2 else ())
    assert len(layout(graph)) == nodes


def test_a_star_and_a_line_of_many_nodes_have_places() -> None:
    for edges in ([(0, other) for other in range(1, 600)], [(node, node + 1) for node in range(599)]):
        places = layout(Graph(600, tuple(edges)))
        assert all(place.x == place.x and abs(place.x) < 1e4 for place in places)  # neither NaN nor far away


def test_loops_repetitions_and_direction_change_nothing() -> None:
    plain = Graph(4, ((0, 1), (1, 2), (2, 3)))
    assert layout(Graph(4, ((1, 0), (0, 1), (2, 2), (2, 1), (2, 3)))) == layout(plain)
