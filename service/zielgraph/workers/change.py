"""What a writing process is asked and what it answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from zielgraph.sparql.update import DEFAULT
from zielgraph.store import SnapshotInfo


@dataclass(frozen=True, slots=True)
class UpdateText:
    """A SPARQL update. ``address`` is what its relative IRIs are resolved against; graphs are those of ``using-…``."""

    text: str
    address: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """RDF text in a format of FORMATS; ``name`` is that of its file, if it has one."""

    data: bytes
    format: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of a graph for a change of it: versions as :func:`version_of` gives them, or ``*`` for any.

    ``match``: it is there in one of them; ``none_match``: it is not there in any of them. None: no matter.
    """

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def holds(self, version: str, *, there: bool) -> bool:
        """Whether it is true of a graph in a version."""
        mine = {"*", version} if there else set()
        return (self.match is None or bool(self.match & mine)) and not (self.none_match and self.none_match & mine)


@dataclass(frozen=True, slots=True)
class GraphContent:
    """What shall become of one graph (None: the default graph): ``method`` is PUT, POST or DELETE.

    ``address`` is what relative IRIs in the parts are resolved against.
    """

    method: str
    graph: str | None
    address: str
    parts: tuple[Part, ...] = ()
    condition: Condition = Condition()


Change: TypeAlias = UpdateText | GraphContent


@dataclass(frozen=True, slots=True)
class Order:
    """A change with the data folder that it is for.

    ``hosts`` may be asked by SERVICE and LOAD; ``limit`` is how many bytes LOAD may read.
    """

    root: Path
    base: str
    keep: int
    hosts: tuple[str, ...]
    change: Change
    limit: int = 100_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """``snapshot`` is the current one afterwards, ``changed`` whether it is a new one.

    ``existed``: the graph was there before.
    """

    snapshot: str
    changed: bool
    existed: bool = True


def version_of(info: SnapshotInfo, graph: str | None) -> str:
    """A name for what a graph (None: the default graph) holds in a snapshot. Another snapshot has another one."""
    said = "\n".join((info.name, info.created, info.base, graph or DEFAULT))
    return hashlib.blake2b(said.encode(), digest_size=12).hexdigest()


def action_of(change: Change) -> str:
    """What the snapshot says that comes of a change."""
    if isinstance(change, GraphContent):
        return f"update {change.method} {change.graph or 'default'}"
    return "update SPARQL"
