"""The state: what holds now, or held at a day. The only place that knows what the default graph is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from zielgraph.deciding.apply import apply
from zielgraph.deciding.model import Decision, decisions_of, to_quads
from zielgraph.editions.read import edition_quads
from zielgraph.engine import DefaultGraph, EmbeddedEngine, Engine, NamedNode, Quad
from zielgraph.errors import NotFound, StoreError
from zielgraph.lifting.iris import Iris, ontology_graph, register_graph
from zielgraph.lifting.writer import LABEL, TYPE, zg
from zielgraph.store import Draft, EditionInfo, newest
from zielgraph.vocabulary import DCTERMS

_DEFAULT = DefaultGraph()
_NONE: Mapping[EditionInfo, Iterable[Quad]] = MappingProxyType({})
_IN_SYSTEM, _MEASURE = zg("inGoalSystem"), zg("Measure")
_SUCCESSION = (zg("splitFrom"), zg("mergedFrom"))
_REPLACED_BY = NamedNode(DCTERMS + "isReplacedBy")


def state_quads(
    engine: Engine,
    base: str,
    editions: Iterable[EditionInfo],
    day: date | None = None,
    at_hand: Mapping[EditionInfo, Iterable[Quad]] = _NONE,
) -> Iterator[Quad]:
    """All quads of the state in the default graph: the newest edition of every goal system, with decisions applied.

    With ``day`` only editions and decisions up to that day count. The register and the ontology are today's.
    ``at_hand`` has the quads of editions that need not be read from the store.
    """
    known = [each for each in editions if day is None or each.date <= day.isoformat()]
    decisions = [each for each in decisions_of(engine, base) if day is None or each.day <= day]
    decisions = _followed(_replaced(engine, base, known), decisions)
    return apply(_composed(engine, base, known, to_quads(decisions, base), at_hand), decisions, base=base)


def _composed(
    engine: Engine,
    base: str,
    editions: list[EditionInfo],
    decisions: list[Quad],
    at_hand: Mapping[EditionInfo, Iterable[Quad]],
) -> Iterator[Quad]:
    for graph in (register_graph(base), ontology_graph(base)):
        yield from _here(engine.quads(None, None, None, graph))
    for edition in newest(editions).values():
        yield from _here(at_hand[edition] if edition in at_hand else edition_quads(engine, base, edition))
    yield from _here(decisions)
    yield from ended_quads(engine, base, editions)


def _said(engine: Engine, base: str, editions: Iterable[EditionInfo], term: NamedNode) -> Iterator[tuple[str, str]]:
    """What the editions, oldest first, say with a property about measures of each other; revisions do not count."""
    for edition in sorted(editions, key=lambda each: each.date):
        for quad in engine.quads(None, term, None, _iris(base, edition).derived_graph):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                yield quad.subject.value, quad.object.value


def _replaced(engine: Engine, base: str, editions: Iterable[EditionInfo]) -> dict[str, str]:
    """Ids that gave way to others, as the latest edition that speaks of them says."""
    return dict(_said(engine, base, editions, _REPLACED_BY))


def _followed(heirs: Mapping[str, str], decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions, those about an id that gave way to another one as decisions about that one."""
    return [
        replace(each, subject=heirs[each.subject], known_as=each.local) if each.subject in heirs else each
        for each in decisions
    ]


def _here(quads: Iterable[Quad]) -> Iterator[Quad]:
    return (Quad(quad.subject, quad.predicate, quad.object, _DEFAULT) for quad in quads)


def ended_quads(engine: Engine, base: str, editions: Iterable[EditionInfo]) -> Iterator[Quad]:
    """Measures of earlier editions that the newest one of their system has not.

    Those that were split or merged name what they went on in; an id that gave way to another one is left out.
    """
    every = sorted(editions, key=lambda each: each.date)
    went_on: dict[str, set[str]] = {}
    for term in _SUCCESSION:
        for heir, old in _said(engine, base, every, term):
            went_on.setdefault(old, set()).add(heir)
    replaced = _replaced(engine, base, every)
    for current in newest(every).values():
        system = [each for each in every if (each.city, each.system) == (current.city, current.system)]
        last: dict[NamedNode, Iris] = {}
        for edition in system:
            iris = _iris(base, edition)
            last |= dict.fromkeys(_measures(engine, iris), iris)
        newest_iris = _iris(base, current)
        for measure, iris in last.items():
            if iris != newest_iris and measure.value not in replaced:
                yield Quad(measure, TYPE, zg("EndedItem"), _DEFAULT)
                yield Quad(measure, _IN_SYSTEM, iris.goal_system, _DEFAULT)
                yield Quad(measure, zg("lastEdition"), iris.edition, _DEFAULT)
                for heir in sorted(went_on.get(measure.value, ())):
                    yield Quad(measure, zg("continuedIn"), NamedNode(heir), _DEFAULT)
                for quad in engine.quads(measure, LABEL, None, iris.source_graph):
                    yield Quad(measure, LABEL, quad.object, _DEFAULT)


def _iris(base: str, edition: EditionInfo) -> Iris:
    return Iris(base, edition.city, edition.system, date.fromisoformat(edition.date))


def _measures(engine: Engine, iris: Iris) -> list[NamedNode]:
    found = engine.quads(None, TYPE, _MEASURE, iris.source_graph)
    return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]


def rebuild(draft: Draft, base: str, at_hand: Mapping[EditionInfo, Iterable[Quad]] = _NONE) -> None:
    """Compose the default graph of a draft anew from its editions, register, ontology and decisions."""
    draft.engine.clear(_DEFAULT)
    draft.engine.add(state_quads(draft.engine, base, draft.editions, at_hand=at_hand))


def state_at(
    engine: EmbeddedEngine, base: str, editions: Iterable[EditionInfo], day: date, limit: int
) -> EmbeddedEngine:
    """The state at a day: the store itself where that is what it holds, else one in memory without named graphs.

    Raises NotFound when there was no edition yet, StoreError when the state has more than ``limit`` quads.
    """
    every = list(editions)
    last = day.isoformat()
    if not any(each.date <= last for each in every):
        first = min((each.date for each in every), default="")
        since = f" Die älteste ist vom {date.fromisoformat(first):%d.%m.%Y}." if first else ""
        raise NotFound(f"Am {day:%d.%m.%Y} gab es noch keine Ausgabe.{since}")
    if all(each.date <= last for each in every) and all(each.day <= day for each in decisions_of(engine, base)):
        return engine
    state = EmbeddedEngine.memory()
    state.add(_at_most(limit, state_quads(engine, base, every, day), day))
    return state


def _at_most(limit: int, quads: Iterable[Quad], day: date) -> Iterator[Quad]:
    for number, quad in enumerate(quads):
        if number >= limit:
            raise StoreError(
                f"Der Stand vom {day:%d.%m.%Y} hat mehr als {limit} Aussagen und lässt sich nicht zurückrechnen. "
                "Die Grenze setzt ZIELGRAPH_MAX_STATE_QUADS."
            )
        yield quad
