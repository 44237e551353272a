"""Actors that connect themes.

An actor takes part in a measure when it has a part that is more than being mentioned or having declined
(``zg:involves``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from zielgraph.inventory.model import Inventory, Item
from zielgraph.inventory.once import once


@dataclass(frozen=True, slots=True)
class Broker:
    """An actor that connects themes.

    ``themes``: items by theme, most first. ``participation`` says how evenly its items lie over the themes: 0 when all
    are in one, near 1 when they are in many alike (1 - sum of squared shares; Guimerà and Amaral 2005). ``alone`` are
    pairs of themes that no other actor connects.
    """

    actor: str
    items: tuple[str, ...]
    themes: Mapping[str, int]
    participation: float
    alone: tuple[tuple[str, str], ...]


def taking_part(inventory: Inventory, item: Item) -> tuple[str, ...]:
    """The actors that take part in an item, each once."""
    return tuple(dict.fromkeys(part.actor for part in item.parts if part.role not in inventory.passive))


@once
def brokers(inventory: Inventory) -> tuple[Broker, ...]:
    """Actors that take part in measures of two themes or more, those first that connect most on their own."""
    own: dict[str, list[Item]] = {}
    for item in (item for item in inventory.items.values() if item.measure):
        for actor in taking_part(inventory, item):
            own.setdefault(actor, []).append(item)
    themes = {actor: Counter(theme for item in items for theme in item.themes) for actor, items in own.items()}
    connecting = Counter(pair for counts in themes.values() for pair in combinations(sorted(counts), 2))
    place = _places(inventory)
    found = [
        Broker(
            actor,
            tuple(item.iri for item in own[actor]),
            dict(counts.most_common()),
            1 - sum((n / counts.total()) ** 2 for n in counts.values()),
            tuple(pair for pair in combinations(sorted(counts), 2) if connecting[pair] == 1),
        )
        for actor, counts in themes.items()
        if len(counts) > 1
    ]
    found.sort(key=lambda b: (-len(b.alone), -b.participation, -len(b.items), place.get(b.actor, len(place)), b.actor))
    return tuple(found)


def _places(inventory: Inventory) -> dict[str, int]:
    """The place of each actor in the order of names."""
    return {iri: number for number, iri in enumerate(inventory.actors)}
