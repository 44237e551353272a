"""A decision of a person as a value and as RDF, and the graph that keeps them all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from zielgraph.engine import Engine, Literal, NamedNode, Quad, Term
from zielgraph.lifting.iris import decisions_graph
from zielgraph.lifting.writer import TYPE, Writer, zg
from zielgraph.vocabulary import PROV, SH, XSD, ZG

INVOLVEMENT, THEME, DISPOSITION = (ZG + name for name in ("involvement", "theme", "disposition"))
PROPERTIES = (INVOLVEMENT, THEME, DISPOSITION)
VALUE_ACTIONS = ("confirm", "reject", "set")
COURSES = ("continue", "stop", "restart")
ACTIONS = (*VALUE_ACTIONS, "accept", *COURSES)

_ENTITY = NamedNode(PROV + "Entity")
_WITHDRAWN = PROV + "invalidatedAtTime"
_FOCUS = SH + "focusNode"
_DATE, _TIME = NamedNode(XSD + "date"), NamedNode(XSD + "dateTime")
_IRIS = {  # field → property, for those that hold an IRI
    "subject": ZG + "subject",
    "prop": ZG + "property",
    "actor": ZG + "actor",
    "role": ZG + "role",
    "value": ZG + "value",
    "focus": _FOCUS,
}
_TEXTS = {
    "action": ZG + "action",
    "reason": ZG + "reason",
    "name": ZG + "decidedByName",
    "wording": ZG + "wording",
    "rule": ZG + "rule",
    "withdrawn_by": ZG + "withdrawnByName",
    "withdrawn_why": ZG + "withdrawalReason",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided on one day. IRIs are full; what does not apply is empty.

    ``wording`` is the subject's text when it was decided. For an accepted finding, ``focus`` and ``rule`` repeat what
    the finding is about, so that the decision can be read when the finding is gone. ``entry`` numbers the decisions of
    a store as they were written down; ``repeat`` counts those that are alike in all that makes up the id.
    """

    subject: str
    action: str
    reason: str
    name: str
    day: date
    prop: str = ""
    actor: str = ""
    role: str = ""
    value: str = ""
    wording: str = ""
    focus: str = ""
    rule: str = ""
    entry: int = 0
    repeat: int = 1
    withdrawn: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_why: str = ""
    known_as: str = ""

    @property
    def key(self) -> str:
        """Hash of what was decided about what, by whom and when; the same decision has the same key everywhere."""
        parts = (self.subject, self.action, self.prop, self.value, self.actor, self.role, self.name, str(self.day))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def local(self) -> str:
        """The last part of the IRI: the key, and a number where somebody decided the same twice on one day."""
        return self.known_as or (self.key if self.repeat == 1 else f"{self.key}-{self.repeat}")

    @property
    def order(self) -> tuple[date, int, str]:
        """Where two speak about the same thing, the greater one holds: the later day, then the later entry."""
        return self.day, self.entry, self.local

    @property
    def about(self) -> str:
        """The node whose wording the decision rests on: its subject, or what the accepted finding is about."""
        return self.focus or self.subject

    def iri(self, base: str) -> NamedNode:
        """The decision's IRI."""
        return NamedNode(f"{base}decision/{self.local}")

    def repeats(self, other: Decision) -> bool:
        """Whether both say the same for the same reason, whenever they were written down."""
        return (self.key, self.reason, self.wording) == (other.key, other.reason, other.wording)


def to_quads(decisions: Iterable[Decision], base: str) -> list[Quad]:
    """The decisions as quads of ``graph/decisions``, in the order given."""
    out = Writer(decisions_graph(base))
    for each in decisions:
        node = each.iri(base)
        out.add(node, TYPE, zg("Decision"), _ENTITY)
        for field, name in _IRIS.items():
            if value := getattr(each, field):
                out.add(node, NamedNode(name), NamedNode(value))
        for field, name in _TEXTS.items():
            out.text(node, NamedNode(name), getattr(each, field))
        out.add(node, zg("decidedOn"), Literal(each.day.isoformat(), datatype=_DATE))
        out.add(node, zg("entry"), Literal(each.entry))
        if each.withdrawn is not None:
            out.add(node, NamedNode(_WITHDRAWN), _time(each.withdrawn))
    return out.quads


def decisions_of(engine: Engine, base: str) -> list[Decision]:
    """All decisions of a store, withdrawn ones too, the earliest first.

    A node that lacks a day or what else makes a decision is left out here; the shapes report it.
    """
    facts: dict[str, dict[str, Term]] = {}
    for quad in engine.quads(None, None, None, decisions_graph(base)):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(f"{base}decision/"):
            facts.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object
    found = [read for iri, its in facts.items() if (read := _decision(iri.removeprefix(f"{base}decision/"), its))]
    return sorted(found, key=lambda each: each.order)


def _decision(local: str, facts: dict[str, Term]) -> Decision | None:
    def text(name: str) -> str:
        term = facts.get(name)
        return term.value if isinstance(term, NamedNode | Literal) else ""

    try:
        day = date.fromisoformat(text(ZG + "decidedOn"))
        withdrawn = text(_WITHDRAWN)
        fields = {field: text(name) for field, name in (_IRIS | _TEXTS).items()}
        read = Decision(
            **fields,
            day=day,
            entry=int(text(ZG + "entry") or 0),
            repeat=int(local.partition("-")[2] or 1),
            withdrawn=datetime.fromisoformat(withdrawn) if withdrawn else None,
        )
    except ValueError:
        return None
    return read if read.subject and read.action in ACTIONS else None


def _time(moment: datetime) -> Literal:
    return Literal(moment.isoformat(timespec="seconds"), datatype=_TIME)


def write_decisions(engine: Engine, base: str, decisions: Sequence[Decision]) -> list[Decision]:
    """Add decisions to ``graph/decisions`` and return those that were new, numbered.

    One that stands there already is not written a second time, unless it was withdrawn or overruled on the same day.
    """
    known = decisions_of(engine, base)
    entry = max((each.entry for each in known), default=0)
    new: list[Decision] = []
    for each in decisions:
        same_day = [other for other in (*known, *new) if (other.subject, other.day) == (each.subject, each.day)]
        alike = [other for other in same_day if other.key == each.key]
        if any(other.repeats(each) and not overruled(other, same_day) for other in alike):
            continue
        entry += 1
        new.append(replace(each, entry=entry, repeat=1 + max((other.repeat for other in alike), default=0)))
    engine.add(to_quads(new, base))
    return new


def withdraw(engine: Engine, base: str, decision: Decision, *, moment: datetime, name: str, reason: str) -> Decision:
    """Mark a decision as withdrawn; it stays on record. Returns it as it is now."""
    out = Writer(decisions_graph(base))
    node = decision.iri(base)
    out.add(node, NamedNode(_WITHDRAWN), _time(moment))
    out.text(node, zg("withdrawnByName"), name)
    out.text(node, zg("withdrawalReason"), reason)
    engine.add(out.quads)
    return replace(decision, withdrawn=moment, withdrawn_by=name, withdrawn_why=reason)


def overruled(decision: Decision, decisions: Iterable[Decision]) -> bool:
    """Whether the decision has no effect any more: withdrawn, or a later one speaks about the same thing."""
    return decision.withdrawn is not None or any(_overruling(decision, decisions))


def overruled_by(decision: Decision, decisions: Iterable[Decision]) -> Decision | None:
    """The last decision that speaks about the same thing later, None when there is none."""
    return max(_overruling(decision, decisions), key=lambda later: later.order, default=None)


def _overruling(decision: Decision, decisions: Iterable[Decision]) -> Iterator[Decision]:
    return (
        later
        for later in decisions
        if later.withdrawn is None and later.order > decision.order and _replaces(later, decision)
    )


def _replaces(later: Decision, earlier: Decision) -> bool:
    """Whether a decision takes the place of an earlier one.

    About an actor: setting a role, or a decision on all roles, replaces everything before it. One on a single role
    replaces what was said of that role; confirming the role that was set leaves the setting in force.
    """
    if later.subject != earlier.subject or topic(later) != topic(earlier):
        return False
    if later.prop != INVOLVEMENT or later.action == "set" or not later.role:
        return True
    return later.role == earlier.role and (earlier.action != "set" or later.action == "reject")


def topic(decision: Decision) -> tuple[str, ...]:
    """What a decision about a subject speaks of: an actor's link, the theme, the disposition, the course."""
    if decision.prop:
        return decision.prop, decision.actor
    return ("accept",) if decision.action == "accept" else ("course",)
