"""A network as numbers: what all of drawing works on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes are 0 … ``nodes`` - 1, edges pairs of them; direction and repetition mean nothing here."""

    nodes: int
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A position, x to the right and y downwards, in units of which two neighbours are about one apart."""

    x: float
    y: float
