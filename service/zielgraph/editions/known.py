"""The goals and measures of an edition as matching wants them: wording, path, number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from zielgraph.engine import Engine, Literal, NamedNode
from zielgraph.lifting.history import Before
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.writer import LABEL, zg
from zielgraph.matching import Known
from zielgraph.matching.model import text_key
from zielgraph.store import EditionInfo


@dataclass(frozen=True)
class Planned:
    """What must be known of an edition before it is stored: its IRIs, its file, and its wordings by their key."""

    iris: Iris
    sha256: str
    wordings: frozenset[str]


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


def known_before(engine: Engine, base: str, editions: Sequence[EditionInfo], plan: Planned) -> Before:
    """The goals and measures of all earlier editions of a system as last seen, so that one that was away for a while
    is recognised; without earlier ones, those of the nearest later edition.

    Where a file of the same day is going to be replaced, the wordings that the new one has no more are known too: a
    corrected wording keeps its number. What it still has keeps its number anyway, and with it what was said of it.
    """
    last = compared_with(editions, plan.iris)
    system = sorted(
        (each for each in editions if (each.city, each.system) == (plan.iris.city, plan.iris.system)), key=_day
    )
    day = plan.iris.day.isoformat()
    kinds: tuple[dict[int, Known], dict[int, Known]] = {}, {}
    last_ids: list[frozenset[int]] = [frozenset(), frozenset()]
    for edition in [each for each in system if each.date < day] or ([last] if last else []):
        found = _items(engine, base, edition)
        for known, its in zip(kinds, found, strict=True):
            known |= {each.id: each for each in its}
        if edition is last:
            last_ids = [frozenset(each.id for each in its) for its in found]
    earlier = [frozenset(known) for known in kinds]
    for edition in (each for each in system if each.date == day and each.sha256 != plan.sha256):
        for known, its in zip(kinds, _items(engine, base, edition), strict=True):
            known |= {each.id: each for each in its if text_key(each.text) not in plan.wordings}
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
