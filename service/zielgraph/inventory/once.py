"""What is computed once for each inventory, by the first who asks, and goes with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from zielgraph.inventory.model import Inventory

T = TypeVar("T")


def once(function: Callable[[Inventory], T]) -> Callable[[Inventory], T]:
    """The same function, its result kept as long as the inventory.

    Two threads that come at the same time may both compute; they get equal results.
    """
    kept: WeakKeyDictionary[Inventory, T] = WeakKeyDictionary()

    @wraps(function)
    def found(inventory: Inventory) -> T:
        if inventory not in kept:
            kept[inventory] = function(inventory)
        return kept[inventory]

    return found
