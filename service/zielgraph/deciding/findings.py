"""Findings that a person accepted: they stay on record and no longer count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zielgraph.deciding.model import Decision, overruled
from zielgraph.engine import NamedNode, Quad
from zielgraph.lifting.writer import TYPE, zg
from zielgraph.vocabulary import SH

_RESULT = NamedNode(SH + "ValidationResult")


def acceptances(decisions: Sequence[Decision], base: str) -> dict[str, NamedNode]:
    """IRI of each accepted finding → the decision that accepts it."""
    found: dict[str, list[Decision]] = {}
    for each in decisions:
        if each.action == "accept":
            found.setdefault(each.subject, []).append(each)
    return {each.subject: each.iri(base) for alike in found.values() for each in alike if not overruled(each, alike)}


def mark_accepted(findings: Iterable[Quad], decisions: Sequence[Decision], base: str) -> Iterator[Quad]:
    """The quads of ``graph/findings`` with ``zg:acceptedBy`` as the decisions say, and only so."""
    accepted = acceptances(decisions, base)
    for quad in findings:
        if quad.predicate == zg("acceptedBy"):
            continue
        yield quad
        if quad.predicate == TYPE and quad.object == _RESULT and isinstance(quad.subject, NamedNode):
            decision = accepted.get(quad.subject.value)
            if decision is not None:
                yield Quad(quad.subject, zg("acceptedBy"), decision, quad.graph_name)
