"""The goals and measures of an edition as matching wants them: wording, path, number."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date

from zielgraph.engine import Engine, Literal, NamedNode
from zielgraph.lifting.history import Before
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.writer import LABEL, zg
from zielgraph.matching import Known
from zielgraph.matching.model import text_key
from zielgraph.store import EditionInfo


def compared_with(editions: Iterable[EditionInfo], iris: Iris) -> EditionInfo | None:
    """The edition that one of this day is compared with: the nearest earlier one of its system, else the nearest
    later one; None for the first.
    """
    day = iris.day.isoformat()
    others = [each for each in editions if (each.city, each.system) == (iris.city, iris.system) and each.date != day]
    earlier = [each for each in others if each.date < day]
    return max(earlier, key=_day) if earlier else min(others, key=_day, default=None)


def _day(edition: EditionInfo) -> str:
    return edition.date


def known_before(
    engine: Engine, iris: Iris, editions: Sequence[EditionInfo], replaced: EditionInfo | None, wordings: Container[str]
) -> Before:
    """The goals and measures of all earlier editions of a system as last seen, so that one that was away for a while
    is recognised; without earlier ones, those of the nearest later edition.

    Of an edition that is going to be ``replaced`` those are known too whose words are not among the ``wordings`` (keys)
    of the new table: a corrected wording keeps its number. The others keep theirs anyway, and what was said of them.
    """
    base, day = iris.base, iris.day.isoformat()
    last = compared_with(editions, iris)
    system = sorted((each for each in editions if (each.city, each.system) == (iris.city, iris.system)), key=_day)
    kinds: tuple[dict[int, Known], dict[int, Known]] = {}, {}
    last_ids: list[frozenset[int]] = [frozenset(), frozenset()]
    for edition in [each for each in system if each.date < day] or ([last] if last else []):
        found = _items(engine, base, edition)
        for known, its in zip(kinds, found, strict=True):
            known |= {each.id: each for each in its}
        if edition is last:
            last_ids = [frozenset(each.id for each in its) for its in found]
    earlier = [frozenset(known) for known in kinds]
    if replaced:
        for known, its in zip(kinds, _items(engine, base, replaced), strict=True):
            known |= {each.id: each for each in its if text_key(each.text) not in wordings}
    goals, measures = ([known[number] for number in sorted(known)] for known in kinds)
    return Before(goals, measures, last_ids[0], last_ids[1], earlier[0], earlier[1])


def _items(engine: Engine, base: str, edition: EditionInfo) -> tuple[list[Known], list[Known]]:
    """Goals and measures of a stored edition."""
    iris = Iris(base, edition.city, edition.system, date.fromisoformat(edition.date))
    graph = iris.source_graph
    texts, numbers, above = (_values(engine, term, graph) for term in (LABEL, zg("number"), zg("contributesTo")))
    goals, measures = (f"{iris.root}{kind}/" for kind in ("goal", "measure"))
    paths: dict[str, tuple[str, ...]] = {}

    def path(goal: str) -> tuple[str, ...]:
        """Wordings from the top down to this goal."""
        if goal not in paths:
            paths[goal] = (*(path(above[goal]) if goal in above else ()), texts.get(goal, ""))
        return paths[goal]

    def known(root: str) -> list[Known]:
        found = []
        for iri in (each for each in texts if each.startswith(root) and each[len(root) :].isdigit()):
            parent = above.get(iri)
            found.append(
                Known(
                    int(iri[len(root) :]),
                    path(parent) if parent else (),
                    texts[iri],
                    numbers.get(iri, ""),
                    int(parent[len(goals) :]) if parent else None,
                )
            )
        return found

    return known(goals), known(measures)


def _values(engine: Engine, predicate: NamedNode, graph: NamedNode) -> dict[str, str]:
    return {
        quad.subject.value: quad.object.value
        for quad in engine.quads(None, predicate, None, graph)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)
    }
