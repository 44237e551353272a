"""What surrounds a node, who stands between others, which parts there are."""

from __future__ import annotations

from math import hypot

import pytest

from zielgraph.drawing.centrality import betweenness
from zielgraph.drawing.components import components
from zielgraph.drawing.ego import ego
from zielgraph.drawing.model import Graph
from zielgraph.drawing.star import star


def test_components_come_with_the_largest_first() -> None:
    assert components(Graph(6, ((4, 2), (2, 5), (0, 1)))) == [[2, 4, 5], [0, 1], [3]]


def test_everything_within_two_steps_is_around_a_node() -> None:
    graph = Graph(6, ((0, 1), (1, 2), (2, 3), (0, 4)))
    found = ego(graph, 0, 10)
    assert found.nodes[0] == 0
    assert set(found.nodes) == {0, 1, 2, 4}  # 3 is three steps away, 5 nowhere
    assert found.left_out == ()


def test_what_has_most_in_common_stays_when_not_all_fit() -> None:
    # 0 with neighbours 1 to 20; 21 shares all of them, 22 two, 23 to 30 one each
    edges = [(0, n) for n in range(1, 21)] + [(n, 21) for n in range(1, 21)] + [(1, 22), (2, 22)]
    edges += [(n, 20 + n) for n in range(3, 11)]
    found = ego(Graph(31, tuple(edges)), 0, 10)
    assert len(found.nodes) == 10
    assert {21, 22} <= set(found.nodes)
    assert {1, 2} <= set(found.nodes)  # they link both
    assert len(found.left_out) == 31 - 10
    assert not set(found.nodes) & set(found.left_out)


def test_no_node_is_kept_that_nothing_links() -> None:
    edges = [(0, n) for n in range(1, 60)] + [(n, n + 100) for n in range(1, 60)]
    found = ego(Graph(160, tuple(edges)), 0, 12)
    kept = set(found.nodes)
    assert len(found.nodes) <= 12
    for node in kept - {0}:
        assert any(node in edge and set(edge) <= kept for edge in edges)


def test_who_stands_between_two_groups_has_the_largest_share() -> None:
    graph = Graph(7, ((0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 5), (4, 6), (5, 6)))
    shares = betweenness(graph)
    assert max(shares) == shares[3] == pytest.approx(9 / 15)  # 9 of the 15 pairs of others
    assert shares[0] == shares[6] == 0


def test_the_places_of_a_star_lie_on_an_ellipse() -> None:
    for count in (1, 2, 5, 12):
        places = star(count, 200, 100)
        assert len(set(places)) == count
        assert all(hypot(place.x / 200, place.y / 100) == pytest.approx(1, abs=0.01) for place in places)
