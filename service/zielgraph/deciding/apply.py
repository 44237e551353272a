"""The state with the decisions in it: one pass over the quads, holding back only what the decided items consist of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from zielgraph.deciding.effect import Facts, settle
from zielgraph.deciding.model import COURSES, Decision, overruled
from zielgraph.engine import DefaultGraph, Literal, NamedNode, Quad, Triple
from zielgraph.lifting.writer import LABEL, TYPE, zg
from zielgraph.vocabulary import ROLE, ZG

_PART = re.compile(r"/(?:involvement|assessment)/")
_PROGRESS = zg("progressText")
_ENDED = NamedNode(ZG + "EndedItem")
_TRUE, _FALSE = Literal(True), Literal(False)


def apply(quads: Iterable[Quad], decisions: Sequence[Decision], *, base: str) -> Iterator[Quad]:
    """The quads of a state with the decisions in force carried out.

    ``quads`` are those of one state, superclasses and superproperties written out; whatever graphs they are in, what
    is changed comes out in the default graph. Untouched quads pass in their order, those of decided items follow.
    Every decision also gets ``zg:inForce`` and, when its subject's wording is no longer what it was,
    ``zg:needsReview``. The result does not depend on the order of quads or decisions.
    """
    if not decisions:
        yield from quads
        return
    by_node: dict[str, list[Decision]] = {each.about: [] for each in decisions}
    for each in sorted(decisions, key=lambda decision: decision.order):
        by_node[each.about].append(each)
    held: dict[str, list[Triple]] = {node: [] for node in by_node}
    passive: set[str] = set()
    for quad in quads:
        subject = quad.subject.value if isinstance(quad.subject, NamedNode) else ""
        its = held.get(subject)
        if its is None and (part := _PART.search(subject)):
            its = held.get(subject[: part.start()])
        if its is not None:
            its.append(quad.triple)
            continue
        if subject.startswith(ROLE) and quad.predicate == zg("takesPart") and quad.object == _FALSE:
            passive.add(subject)
        yield quad
    default = DefaultGraph()
    for node in sorted(by_node):
        for triple in _decided(NamedNode(node), held[node], by_node[node], passive, base):
            yield Quad(triple.subject, triple.predicate, triple.object, default)


def wording_of(triples: Iterable[Triple], node: NamedNode) -> str:
    """The wording a decision rests on: the node's label and progress note, white space evened out."""
    labels: list[tuple[bool, str]] = []
    notes: list[str] = []
    for triple in triples:
        if triple.subject == node and isinstance(triple.object, Literal):
            if triple.predicate == LABEL:
                labels.append((triple.object.language != "de", triple.object.value))
            elif triple.predicate == _PROGRESS:
                notes.append(triple.object.value)
    texts = [*(text for _, text in sorted(labels)[:1]), *sorted(notes)]
    return "\n".join(" ".join(text.split()) for text in texts)


def _decided(
    node: NamedNode, triples: list[Triple], decisions: list[Decision], passive: set[str], base: str
) -> Iterator[Triple]:
    """What was held back of one node, as the decisions about it leave it, and how each decision fares."""
    facts = Facts(node, triples, base, passive)
    wording = wording_of(triples, node)
    ended = Triple(node, TYPE, _ENDED) in facts
    in_force: list[Decision] = []
    for each in decisions:
        holds = not overruled(each, decisions)
        stale = holds and _stale(each, wording, there=bool(triples), ended=ended)
        if stale:
            yield Triple(each.iri(base), zg("needsReview"), _TRUE)
        if holds and each.prop and (stale or ended):
            holds = False
        yield Triple(each.iri(base), zg("inForce"), _TRUE if holds else _FALSE)
        if holds:
            in_force.append(each)
    settle(facts, in_force)
    yield from facts


def _stale(decision: Decision, wording: str, *, there: bool, ended: bool) -> bool:
    """Whether a person has to look at the decision again, because the text it was made on is another one now.

    What was stopped may leave the report; what was to go on may not. Links and themes of an item that is gone are no
    question any more: the item itself is.
    """
    if ended and decision.wording != wording:
        return decision.action in COURSES and decision.action != "stop"
    if decision.action == "accept" and not there:
        return False
    return decision.wording != wording
