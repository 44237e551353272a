"""What became of one measure or goal over the editions of its goal system, read by its own quads alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zielgraph.editions.diff import Comparison, EntryChange, compare
from zielgraph.editions.facts import SUCCESSION, EditionFacts, read_facts
from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_iri, edition_name
from zielgraph.engine import Engine, NamedNode, Quad
from zielgraph.lifting.writer import zg
from zielgraph.store import EditionInfo

_PARTS = (zg("involvement"), zg("assessment"), zg("resolvedBy"), zg("progressNote"))
_ABOVE = zg("contributesTo")


@dataclass(frozen=True)
class Step:
    """What an edition changed; ``entry`` is None for the first edition that has it and where nothing changed.

    ``present`` says whether this edition has it at all.
    """

    edition: EditionInfo
    present: bool
    comparison: Comparison | None = None
    entry: EntryChange | None = None


def trace(engine: Engine, base: str, editions: Iterable[EditionInfo], iri: str) -> list[Step]:
    """The editions of the goal system of ``iri``, oldest first, each with what it changed in it.

    Editions before the first that has it are left out. Takes a few look-ups for each edition, whatever its size.
    """
    system = [
        each
        for each in sorted(editions, key=lambda each: each.date)
        if not each.revision and iri.startswith(f"{base}{each.city}/{each.system}/")
    ]
    labels = Names(engine)
    steps: list[Step] = []
    before: EditionFacts | None = None
    seen = False
    for info in system:
        facts = _facts(engine, base, info, iri)
        here = iri in facts.entries
        if not (here or seen):
            before = facts
            continue
        compared = None if before is None else compare(before, facts, labels, earlier={iri} if seen else ())
        entry = next((each for each in compared.entries if each.iri == iri), None) if compared else None
        steps.append(Step(info, here, compared, entry))
        before, seen = facts, True
    return steps


def _facts(engine: Engine, base: str, info: EditionInfo, iri: str) -> EditionFacts:
    root = edition_iri(base, info)
    graphs = [NamedNode(f"{root}/{name}") for name in ("source", "derived")]
    quads = _quads(engine, graphs, NamedNode(iri))
    return read_facts(quads, root, edition_name(info), info.date, file=info.file, rules=info.rules)


def _quads(engine: Engine, graphs: list[NamedNode], node: NamedNode) -> Iterator[Quad]:
    """Everything about a node and its parts, the goals above it, and what was split off it or merged from it."""
    todo, seen = [node], set[str]()
    while todo:
        subject = todo.pop()
        if subject.value in seen:
            continue
        seen.add(subject.value)
        for graph in graphs:
            for quad in engine.quads(subject, None, None, graph):
                yield quad
                if quad.predicate in (*_PARTS, _ABOVE) and isinstance(quad.object, NamedNode):
                    todo.append(quad.object)
            if subject == node:
                for each in SUCCESSION:
                    found = engine.quads(None, each.predicate, node, graph)
                    todo += [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]
