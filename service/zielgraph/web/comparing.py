"""Comparisons of two editions, made once for each opened snapshot and kept as long as it is."""

from __future__ import annotations

from datetime import date
from threading import Lock
from weakref import WeakKeyDictionary

from zielgraph.editions.diff import Comparison, compare
from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_iri, edition_pair, series_of
from zielgraph.engine import NamedNode
from zielgraph.lifting.writer import TYPE, zg
from zielgraph.store import EditionInfo
from zielgraph.web.current import State

System = tuple[str, str]
_KEPT = 12
_kept: WeakKeyDictionary[State, dict[tuple[EditionInfo, EditionInfo], Comparison]] = WeakKeyDictionary()
_lock = Lock()


def comparison(now: State, old: EditionInfo, new: EditionInfo) -> Comparison:
    """What ``new`` changed against ``old``, an edition of the same goal system. Safe in several threads."""
    with _lock:
        found = _kept.setdefault(now, {})
        if (old, new) not in found:
            before, after, earlier = edition_pair(now.engine, now.base, now.info.editions, old, new)
            found[old, new] = compare(before, after, Names(now.engine), earlier=earlier)
        found[old, new] = found.pop((old, new))  # the newest at the end
        while len(found) > _KEPT:
            del found[next(iter(found))]
        return found[old, new]


def comparable(now: State, day: date | None = None) -> dict[System, list[EditionInfo]]:
    """The editions of every goal system until a day, oldest first. Overviews of networks have nothing to compare."""
    last = day.isoformat() if day else "9999"
    series = series_of(each for each in now.info.editions if each.date <= last)
    return {system: editions for system, editions in series.items() if _reports(now, editions[-1])}


def _reports(now: State, edition: EditionInfo) -> bool:
    """Whether an edition has goals, or rows with a status."""
    graph = NamedNode(f"{edition_iri(now.base, edition)}/source")
    goals = now.engine.quads(None, TYPE, zg("Goal"), graph)
    return any(next(found, None) is not None for found in (goals, now.engine.quads(None, zg("status"), None, graph)))


def newest_comparisons(now: State, day: date | None = None) -> list[Comparison]:
    """For every goal system with two editions until a day what its newest changed, the newest edition first."""
    found = [comparison(now, each[-2], each[-1]) for each in comparable(now, day).values() if len(each) > 1]
    return sorted(found, key=lambda each: (each.after.day, each.after.name), reverse=True)
