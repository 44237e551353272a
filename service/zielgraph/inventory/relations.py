"""Who works with whom: shared items, and actors that connect themes.

An actor takes part in an item when it has a part that is more than being mentioned or having declined
(``zg:involves``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from weakref import WeakKeyDictionary

from zielgraph.drawing.centrality import betweenness
from zielgraph.drawing.model import Graph
from zielgraph.inventory.model import Inventory, Item

_BROKERS: WeakKeyDictionary[Inventory, tuple[Broker, ...]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class CoActor:
    """An actor that takes part in the same items; ``roles``: how often it has which role in them."""

    actor: str
    items: tuple[str, ...]
    roles: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Broker:
    """An actor that connects themes.

    ``themes``: items by theme, most first. ``participation`` says how evenly its items lie over the themes: 0 when all
    are in one, near 1 when they are in many alike (1 - sum of squared shares; Guimerà and Amaral 2005). ``alone`` are
    pairs of themes that no other actor connects. ``betweenness`` is the share of shortest paths in the network of
    actors and items that lead over it (Freeman 1977).
    """

    actor: str
    items: tuple[str, ...]
    themes: Mapping[str, int]
    participation: float
    alone: tuple[tuple[str, str], ...]
    betweenness: float


def taking_part(inventory: Inventory, item: Item) -> tuple[str, ...]:
    """The actors that take part in an item, each once."""
    return tuple(dict.fromkeys(part.actor for part in item.parts if part.role not in inventory.passive))


def co_actors(inventory: Inventory, actor: str) -> list[CoActor]:
    """Who takes part in the items in which this actor does, most shared items first."""
    items: dict[str, list[str]] = {}
    roles: dict[str, Counter[str]] = {}
    for item in _items_of(inventory, actor):
        for other in taking_part(inventory, item):
            if other != actor:
                items.setdefault(other, []).append(item.iri)
        for part in item.parts:
            if part.actor != actor and part.role not in inventory.passive:
                roles.setdefault(part.actor, Counter())[part.role] += 1
    place = _places(inventory)
    ranked = sorted(items, key=lambda other: (-len(items[other]), place.get(other, len(place)), other))
    return [CoActor(other, tuple(items[other]), dict(roles[other].most_common())) for other in ranked]


def brokers(inventory: Inventory) -> tuple[Broker, ...]:
    """Actors that take part in items of two themes or more: those that connect most on their own first.

    Computed once for each inventory: a second for 7 000 items.
    """
    if inventory not in _BROKERS:
        _BROKERS[inventory] = tuple(_brokers(inventory))
    return _BROKERS[inventory]


def _brokers(inventory: Inventory) -> list[Broker]:
    own: dict[str, list[Item]] = {}
    for item in inventory.items.values():
        for actor in taking_part(inventory, item):
            own.setdefault(actor, []).append(item)
    themes = {actor: Counter(theme for item in items for theme in item.themes) for actor, items in own.items()}
    connecting = Counter(pair for counts in themes.values() for pair in combinations(sorted(counts), 2))
    central = _betweenness(own)
    place = _places(inventory)
    found = [
        Broker(
            actor,
            tuple(item.iri for item in own[actor]),
            dict(counts.most_common()),
            1 - sum((n / counts.total()) ** 2 for n in counts.values()),
            tuple(pair for pair in combinations(sorted(counts), 2) if connecting[pair] == 1),
            central[actor],
        )
        for actor, counts in themes.items()
        if len(counts) > 1
    ]
    found.sort(key=lambda b: (-len(b.alone), -b.participation, -len(b.items), place.get(b.actor, len(place)), b.actor))
    return found


def _items_of(inventory: Inventory, actor: str) -> Iterator[Item]:
    for iri in inventory.by_actor.get(actor, ()):
        if actor in taking_part(inventory, inventory.items[iri]):
            yield inventory.items[iri]


def _places(inventory: Inventory) -> dict[str, int]:
    """The place of each actor in the order of names."""
    return {iri: number for number, iri in enumerate(inventory.actors)}


def _betweenness(own: Mapping[str, list[Item]]) -> dict[str, float]:
    number = {actor: index for index, actor in enumerate(own)}
    for items in own.values():
        for item in items:
            number.setdefault(item.iri, len(number))
    edges = tuple((number[actor], number[item.iri]) for actor, items in own.items() for item in items)
    central = betweenness(Graph(len(number), edges))
    return {actor: central[number[actor]] for actor in own}
