"""The lifting stage: :func:`lift` turns a table and what was read out of it into the two graphs of an edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zielgraph.engine import Quad
from zielgraph.lifting.derived import write_derived
from zielgraph.lifting.history import Before, History, identify
from zielgraph.lifting.ids import IdRegistry
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.ontology import Hierarchy
from zielgraph.lifting.reading import Reading
from zielgraph.lifting.source import write_source
from zielgraph.matching.confirm import Confirmation
from zielgraph.table import Table


@dataclass(frozen=True)
class Edition:
    """What is known of the edition besides the table."""

    label: Mapping[str, str]
    estimated: bool
    jurisdiction: str = ""
    revision_of: str = ""


@dataclass(frozen=True)
class Lifted:
    """The quads of an edition, each stream complete for its named graph, in the order of the table.

    Streams, because the quads of a large table take a hundred times the memory of its rows.
    """

    source: Iterator[Quad]
    derived: Iterator[Quad]
    history: History


def lift(
    table: Table,
    reading: Reading,
    edition: Edition,
    iris: Iris,
    ids: IdRegistry,
    hierarchy: Hierarchy,
    before: Before | None = None,
    confirmations: Sequence[Confirmation] = (),
) -> Lifted:
    """Quads of the source graph and the derived graph. Ids come from the registry, which grows where needed.

    ``before`` are the goals and measures of the edition to compare with, ``confirmations`` what people said about
    unsure matches. Raises InputError for a confirmation that does not fit the table.
    """
    history, numbers = identify(table, iris, ids, before or Before(), confirmations)
    return Lifted(
        source=hierarchy.materialise(write_source(table, edition, iris, numbers)),
        derived=hierarchy.materialise(write_derived(table, reading, iris, numbers, history)),
        history=history,
    )
