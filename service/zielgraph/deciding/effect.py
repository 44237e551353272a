"""What decisions do to one item: its links, theme, disposition and course."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from zielgraph.deciding.model import COURSES, DISPOSITION, INVOLVEMENT, THEME, Decision
from zielgraph.engine import Literal, NamedNode, Term, Triple
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.source import DERIVED_FROM
from zielgraph.lifting.writer import TYPE, share, zg
from zielgraph.vocabulary import DISPOSITION as DISPOSITIONS
from zielgraph.vocabulary import PROV, SCHEMA, ZG

_ENTITY = NamedNode(PROV + "Entity")
# What names an actor, the narrowest first; each implies those behind it.
_NAMING = (zg("involves"), zg("names"), NamedNode(SCHEMA + "mentions"))
_STATES = {"confirm": "confirmed", "reject": "rejected", "set": "confirmed"}


class Facts:
    """The triples of one item and its parts, in the order they came; what is added follows."""

    def __init__(self, node: NamedNode, triples: Iterable[Triple], base: str, passive: Collection[str]) -> None:
        self.node, self.base, self.passive = node, base, passive
        self._triples = dict.fromkeys(sorted(triples, key=str))

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._triples)

    def __contains__(self, triple: Triple) -> bool:
        return triple in self._triples

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """All objects of a subject and predicate."""
        return [t.object for t in self._triples if t.subject == subject and t.predicate == predicate]

    def add(self, subject: NamedNode, predicate: NamedNode, *objects: Term) -> None:
        """Add what is not there yet."""
        self._triples.update(dict.fromkeys(Triple(subject, predicate, each) for each in objects))

    def remove(self, subject: Term, predicate: NamedNode, object: Term | None = None) -> None:
        """Take out one triple, or all of a subject and predicate."""
        for triple in list(self._triples):
            if (triple.subject, triple.predicate) == (subject, predicate) and object in (None, triple.object):
                del self._triples[triple]

    def replace(self, subject: NamedNode, predicate: NamedNode, value: Term) -> None:
        """Exactly this value and no other."""
        self.remove(subject, predicate)
        self.add(subject, predicate, value)

    def roles(self, actor: NamedNode) -> dict[str, NamedNode]:
        """The actor's involvements: role → node."""
        found: dict[str, NamedNode] = {}
        for node in self.objects(self.node, zg("involvement")):
            if isinstance(node, NamedNode) and actor in self.objects(node, zg("actor")):
                roles = self.objects(node, zg("role"))
                found.update((role.value, node) for role in roles if isinstance(role, NamedNode))
        return dict(sorted(found.items()))


def settle(facts: Facts, decisions: Iterable[Decision]) -> None:
    """Carry out the decisions, which are in force and in order, on the item's triples."""
    actors: dict[str, None] = {}
    for each in decisions:
        if each.prop == INVOLVEMENT:
            _link(facts, each)
            actors[each.actor] = None
        elif each.prop in (THEME, DISPOSITION):
            _value(facts, each)
        elif each.action in COURSES:
            facts.replace(facts.node, zg("course"), Literal(each.action))
    for actor in actors:
        _name(facts, NamedNode(actor))


def _link(facts: Facts, decision: Decision) -> None:
    """Confirm or reject an actor's roles, or set the one role that holds."""
    actor = NamedNode(decision.actor)
    there = facts.roles(actor)
    if decision.action == "set":
        for role in there:
            _review(facts, there[role], decision, "rejected")
    if decision.role and decision.role not in there and decision.action != "reject":
        there[decision.role] = _involvement(facts, actor, decision.role)
    for role in [decision.role] if decision.role else there:
        if role not in there:  # the role to be rejected is no longer read out of the text
            continue
        node = there[role]
        _review(facts, node, decision, _STATES[decision.action])
        if decision.action == "set" or not facts.objects(node, zg("method")):
            facts.replace(node, zg("method"), Literal("decision"))
            facts.replace(node, zg("confidence"), share(1.0))
    if not there and decision.action == "reject":  # only named, as in the wording of a goal
        for predicate in _NAMING:
            facts.remove(facts.node, predicate, actor)


def _involvement(facts: Facts, actor: NamedNode, role: str) -> NamedNode:
    part = Iris(facts.base, "", "", date.min).local(actor.value)
    node = NamedNode(f"{facts.node.value}/involvement/{part}/{role.rsplit('/', 1)[-1]}")
    facts.add(facts.node, zg("involvement"), node)
    facts.add(node, TYPE, zg("Involvement"))
    facts.add(node, zg("actor"), actor)
    facts.add(node, zg("role"), NamedNode(role))
    return node


def _review(facts: Facts, node: NamedNode, decision: Decision, state: str) -> None:
    facts.replace(node, zg("reviewState"), Literal(state))
    facts.add(node, DERIVED_FROM, decision.iri(facts.base))


def _name(facts: Facts, actor: NamedNode) -> None:
    """Make the short forms say what the involvements say."""
    there = facts.roles(actor)
    holding = [
        role for role, node in there.items() if Literal("rejected") not in facts.objects(node, zg("reviewState"))
    ]
    if not there:
        return
    taking_part = any(role not in facts.passive for role in holding)
    for predicate in _NAMING:
        holds = taking_part if predicate == _NAMING[0] else bool(holding)
        if holds:
            facts.add(facts.node, predicate, actor)
        else:
            facts.remove(facts.node, predicate, actor)


def _value(facts: Facts, decision: Decision) -> None:
    """Confirm, reject or replace the theme or the disposition. What was read stays as an assessment."""
    name = NamedNode(decision.prop)
    now = facts.objects(facts.node, name)
    if decision.action == "reject":
        rejected = [NamedNode(decision.value)] if decision.value else now
        for each in rejected:
            facts.remove(facts.node, name, each)
        if decision.prop == DISPOSITION and not facts.objects(facts.node, name):
            facts.add(facts.node, name, NamedNode(DISPOSITIONS + "unknown"))
    else:
        facts.replace(facts.node, name, NamedNode(decision.value))
    for node in facts.objects(facts.node, zg("assessment")):
        if isinstance(node, NamedNode) and name in facts.objects(node, zg("property")):
            holds = any(each in facts.objects(facts.node, name) for each in facts.objects(node, zg("value")))
            _review(facts, node, decision, "confirmed" if holds else "rejected")
    if decision.action != "reject":
        _assessment(facts, name, decision)


def _assessment(facts: Facts, name: NamedNode, decision: Decision) -> None:
    key = decision.prop.removeprefix(ZG)
    node = NamedNode(f"{facts.node.value}/assessment/{key}-decision")
    facts.add(facts.node, zg("assessment"), node)
    facts.add(node, TYPE, zg("Assessment"), _ENTITY)
    facts.add(node, zg("property"), name)
    facts.add(node, zg("value"), NamedNode(decision.value))
    facts.add(node, zg("method"), Literal("decision"))
    facts.add(node, zg("confidence"), share(1.0))
    facts.add(node, zg("reviewState"), Literal("confirmed"))
    facts.add(node, DERIVED_FROM, decision.iri(facts.base))
