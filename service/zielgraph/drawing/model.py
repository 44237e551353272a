"""A network as numbers: what all of drawing works on."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b


@dataclass(frozen=True)
class Graph:
    """Nodes are 0 … ``nodes`` - 1, edges pairs of them; direction and repetition mean nothing here."""

    nodes: int
    edges: tuple[tuple[int, int], ...]

    @cached_property
    def neighbours(self) -> Sequence[Set[int]]:
        """The other nodes that each is linked with."""
        near: list[set[int]] = [set() for _ in range(self.nodes)]
        for first, second in self.edges:
            if first != second:
                near[first].add(second)
                near[second].add(first)
        return near

    @cached_property
    def digest(self) -> bytes:
        """The same for equal networks."""
        return blake2b(f"{self.nodes}:{self.edges}".encode("ascii"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Place:
    """A position, x to the right and y downwards, in units of which two neighbours are about one apart."""

    x: float
    y: float
