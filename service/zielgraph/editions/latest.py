"""What the newest editions changed: for the page of changes and the feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zielgraph.editions.diff import Comparison, compare
from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_pair, series_of
from zielgraph.engine import Engine
from zielgraph.store import EditionInfo


def latest_changes(
    engine: Engine, base: str, editions: Iterable[EditionInfo], limit: int | None = None
) -> list[Comparison]:
    """For every goal system with at least two editions what its newest changed, the newest edition first.

    At most ``limit`` entries each; the counts stay those of all.
    """
    labels = Names(engine)
    found = []
    for each in series_of(editions).values():
        if len(each) > 1:
            before, after, earlier = edition_pair(engine, base, each, each[-2], each[-1])
            found.append(compare(before, after, labels, earlier=earlier))
    found.sort(key=lambda comparison: (comparison.after.day, comparison.after.name), reverse=True)
    return [replace(each, entries=each.entries[:limit]) for each in found]
