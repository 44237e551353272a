"""Themes and actors crossed: in how many items of a theme an actor occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zielgraph.inventory.model import Inventory, Item
from zielgraph.inventory.network import DISCUSSED
from zielgraph.inventory.select import NONE


@dataclass(frozen=True, slots=True)
class Row:
    """An actor with the number of its items in each theme, in the order of the columns, and of all of them."""

    actor: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Themes as columns (``NONE`` for items without one), the most active actors first.

    An item with two themes counts in both columns and once in a total. ``totals`` and ``total`` count all items, those
    without actor too.
    """

    themes: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[int, ...]
    total: int


def matrix(inventory: Inventory, items: Sequence[Item], *, relation: str = "", kind: str = "") -> Matrix:
    """The items by theme and actor.

    Without ``relation`` everybody counts whom an item names, else those with that role, or the bodies that discuss it.
    With ``kind`` only actors of that kind are rows.
    """
    cells: dict[str, Counter[str]] = {}
    every: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for item in items:
        themes = item.themes or (NONE,)
        totals.update(themes)
        for actor in dict.fromkeys(_actors(item, relation)):
            if not kind or (actor in inventory.actors and kind in inventory.actors[actor].kinds):
                cells.setdefault(actor, Counter()).update(themes)
                every[actor] += 1
    columns = tuple(theme for theme in (*inventory.themes, NONE) if totals[theme])
    place = {iri: index for index, iri in enumerate(inventory.actors)}
    ranked = sorted(cells, key=lambda actor: (-every[actor], place.get(actor, len(place)), actor))
    return Matrix(
        columns,
        tuple(Row(actor, tuple(cells[actor][theme] for theme in columns), every[actor]) for actor in ranked),
        tuple(totals[theme] for theme in columns),
        len(items),
    )


def _actors(item: Item, relation: str) -> Iterable[str]:
    if relation == DISCUSSED:
        return item.bodies
    parts = (part.actor for part in item.parts if relation in ("", part.role))
    return parts if relation else (*parts, *item.named)
