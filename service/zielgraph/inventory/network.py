"""Who is connected with whom through what: the network of an inventory, and the part of it around one node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from zielgraph.drawing.ego import ego
from zielgraph.drawing.model import Graph
from zielgraph.inventory.model import Inventory, Item
from zielgraph.inventory.once import once

DISCUSSED, MEMBER = "discussed", "member"
"""Relations besides the keys of the roles: an item is discussed in a body, an actor is a member of a network."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A link from an actor to an item (``relation``: the role) or to a network, or from an item to a body."""

    source: str
    target: str
    relation: str


@dataclass(frozen=True)
class Network:
    """IRIs of nodes, items in the order of the report before actors by name, and the edges between them."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The place of each node among the nodes."""
        return {iri: index for index, iri in enumerate(self.nodes)}

    @cached_property
    def graph(self) -> Graph:
        """The network as numbers, for drawing."""
        number = self.number
        return Graph(len(self.nodes), tuple((number[edge.source], number[edge.target]) for edge in self.edges))

    @cached_property
    def degrees(self) -> Counter[str]:
        """How many other nodes each is linked with."""
        pairs = {(edge.source, edge.target) for edge in self.edges}
        return Counter(end for pair in pairs for end in pair)


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a network around one node, and the nodes within two steps of it that did not fit."""

    network: Network
    left_out: tuple[str, ...]


def network(
    inventory: Inventory,
    items: Iterable[Item],
    *,
    relation: str = "",
    kind: str = "",
    theme: str = "",
    members: bool = True,
    keep: str = "",
) -> Network:
    """The links of these items, of one relation and with actors of one kind where that is wanted.

    With ``members`` who is a member of a network comes along: of the theme's networks only, where a theme is wanted,
    for a membership has no other. The actor ``keep`` is there whatever its kind.
    """
    actors = inventory.actors

    def wanted(edge: Edge) -> bool:
        if relation and edge.relation != relation:
            return False
        return not kind or all(end == keep or end not in actors or kind in actors[end].kinds for end in _ends(edge))

    found = [edge for edge in _edges(inventory, items, theme, members) if wanted(edge)]
    edges = tuple(dict.fromkeys(found))
    ends = {end for edge in edges for end in _ends(edge)} | ({keep} if keep else set())
    nodes = (*(iri for iri in inventory.items if iri in ends), *(iri for iri in actors if iri in ends))
    return Network(nodes, edges)


@once
def everything(inventory: Inventory) -> Network:
    """The network of all measures: who has to do with which, where it is discussed, who is a member of what."""
    return network(inventory, [item for item in inventory.items.values() if item.measure])


def around(whole: Network, centre: str, limit: int) -> Part:
    """The network within two steps of a node, at most ``limit`` nodes; see :func:`zielgraph.drawing.ego.ego`."""
    found = ego(whole.graph, whole.number[centre], limit)
    kept = {whole.nodes[index] for index in found.nodes}
    nodes = tuple(iri for iri in whole.nodes if iri in kept)
    edges = tuple(edge for edge in whole.edges if edge.source in kept and edge.target in kept)
    return Part(Network(nodes, edges), tuple(whole.nodes[index] for index in found.left_out))


def common_items(inventory: Inventory, actor: str) -> dict[str, tuple[str, ...]]:
    """The items that an actor has a part in together with each other actor that has one; most of them first."""
    found: dict[str, list[str]] = {}
    for item in with_part(inventory, actor):
        for other in dict.fromkeys(part.actor for part in item.parts):
            if other != actor:
                found.setdefault(other, []).append(item.iri)
    order = {iri: index for index, iri in enumerate(inventory.actors)}
    ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), order.get(pair[0], len(order))))
    return {other: tuple(items) for other, items in ranked}


def with_part(inventory: Inventory, actor: str, role: str = "") -> list[Item]:
    """The items in which an actor has a part, of one role where that is wanted, in the order of the report."""
    items = (inventory.items[iri] for iri in inventory.by_actor.get(actor, ()))
    return [item for item in items if any(p.actor == actor and role in ("", p.role) for p in item.parts)]


def _edges(inventory: Inventory, items: Iterable[Item], theme: str, members: bool) -> Iterator[Edge]:
    for item in items:
        yield from (Edge(part.actor, item.iri, part.role) for part in item.parts)
        yield from (Edge(item.iri, body, DISCUSSED) for body in item.bodies)
    if members:
        for actor in inventory.actors.values():
            if actor.gathers and (not theme or theme in actor.themes):
                yield from (Edge(member, actor.iri, MEMBER) for member in actor.members if member != actor.iri)


def _ends(edge: Edge) -> Collection[str]:
    return (edge.source, edge.target)
