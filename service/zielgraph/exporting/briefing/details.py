"""Every measure in detail, with the words of the report that prove who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zielgraph.engine import DefaultGraph, Engine, Literal, NamedNode
from zielgraph.exporting.briefing.model import Involved, Measure, Name
from zielgraph.exporting.briefing.source import Source
from zielgraph.inventory.model import Item
from zielgraph.lifting.writer import zg
from zielgraph.vocabulary import DISPOSITION, PROV, ROLE

_DEFAULT = DefaultGraph()
_DERIVED = NamedNode(PROV + "wasDerivedFrom")
Quotes = Mapping[tuple[str, str], tuple[str, ...]]


def details(engine: Engine, source: Source) -> list[Measure]:
    """The measures, and the goals with a status of their own, in the order of the report."""
    return [_measure(engine, source, item) for item in source.items]


def _measure(engine: Engine, source: Source, item: Item) -> Measure:
    quotes = _quotes(engine, item.iri)
    return Measure(
        name=source.name(item.iri),
        number=item.number or item.order,
        path=_path(source, item),
        themes=source.names(item.themes),
        status=source.state(item.status),
        disposition=source.word(DISPOSITION + item.disposition) if item.disposition else "",
        course=source.words(item.course, "actions") if item.course else "",
        first=item.first.text,
        begin=item.begin.text,
        due=item.due.text,
        bodies=source.names(item.bodies),
        involved=[
            Involved(source.name(part.actor), source.word(ROLE + part.role), quotes.get((part.actor, part.role), ()))
            for part in item.parts
        ],
        progress=item.progress,
        line=item.line,
        goal=not item.measure,
    )


def _path(source: Source, item: Item) -> list[Name]:
    """The goals above an item from the top down; of several the first."""
    found: list[str] = []
    above: Iterable[str] = item.goals
    while upper := next(iter(above), ""):
        if upper in found or upper not in source.inventory.goals:
            break
        found.append(upper)
        above = source.inventory.goals[upper].above
    return source.names(reversed(found))


def _quotes(engine: Engine, item: str) -> Quotes:
    """By actor and key of the role: the words of the mentions from which a part was read."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for held in engine.quads(NamedNode(item), zg("involvement"), None, _DEFAULT):
        if not isinstance(held.object, NamedNode):
            continue
        node = held.object
        actors = [quad.object for quad in engine.quads(node, zg("actor"), None, _DEFAULT)]
        roles = [quad.object for quad in engine.quads(node, zg("role"), None, _DEFAULT)]
        sources = sorted(str(quad.object)[1:-1] for quad in engine.quads(node, _DERIVED, None, _DEFAULT))
        words = [
            quad.object.value
            for iri in sources
            for quad in engine.quads(NamedNode(iri), zg("quote"), None, _DEFAULT)
            if isinstance(quad.object, Literal)
        ]
        for actor in actors:
            for role in roles:
                if isinstance(actor, NamedNode) and isinstance(role, NamedNode):
                    found.setdefault((actor.value, role.value.rpartition("/")[2]), {}).update(dict.fromkeys(words))
    return {key: tuple(words) for key, words in found.items()}
