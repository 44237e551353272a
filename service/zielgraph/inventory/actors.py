"""Actors counted: in how many items, in which roles, in how many open ones, and who stands between the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from zielgraph.inventory.model import Inventory, Item
from zielgraph.inventory.network import Network
from zielgraph.inventory.once import once


@dataclass(slots=True)
class Tally:
    """The items that name an actor: how many, in which roles, how many open ones, of which themes, in which bodies."""

    items: int = 0
    open: int = 0
    roles: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)
    bodies: Counter[str] = field(default_factory=Counter)


def tallies(items: Iterable[Item]) -> dict[str, Tally]:
    """A tally for every actor that the items name."""
    found: dict[str, Tally] = {}
    for item in items:
        for actor in dict.fromkeys((*(part.actor for part in item.parts), *item.named)):
            tally = found.setdefault(actor, Tally())
            tally.items += 1
            tally.open += item.open
            tally.themes.update(item.themes)
            tally.bodies.update(item.bodies)
            tally.roles.update({part.role for part in item.parts if part.actor == actor})
    return found


@once
def tallies_of_measures(inventory: Inventory) -> dict[str, Tally]:
    """A tally for every actor that a measure names."""
    return tallies(item for item in inventory.items.values() if item.measure)


def rank(whole: Network, shares: list[float], inventory: Inventory, actor: str) -> tuple[int, int] | None:
    """The place of an actor among all actors of the network, by how much each stands between others; None without.

    Those with the same share have the same place; one with a share of nothing has none.
    """
    own = {iri: share for iri, share in zip(whole.nodes, shares, strict=True) if iri in inventory.actors}
    if own.get(actor, 0) <= 0:
        return None
    return 1 + sum(share > own[actor] for share in own.values()), len(own)
