"""The facts of one edition as plain values, read in one pass over its quads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

from zielgraph.editions.properties import Property, load_changes
from zielgraph.engine import Literal, NamedNode, Quad, Term
from zielgraph.vocabulary import DCTERMS, PROV, RDF, RDFS, ZG

_TYPE, _LABEL, _DERIVED = RDF + "type", RDFS + "label", PROV + "wasDerivedFrom"
_REVIEW, _REPLACED = ZG + "reviewState", DCTERMS + "isReplacedBy"
# What makes an entry, the most telling first. A goal's row without a measure is a report item as well.
_GOALS = tuple(ZG + name for name in ("PrincipleGoal", "FrameworkGoal", "OutcomeGoal", "Goal"))
_CLASSES = (ZG + "Measure", *_GOALS, ZG + "ReportItem")
_STRUCTURE = (_LABEL, _DERIVED, *(ZG + each for each in ("level", "number", "order", "contributesTo")))
_PLACE = tuple(ZG + each for each in ("sourceLine", "sheet"))
_ORIGIN = tuple(ZG + each for each in ("splitFrom", "mergedFrom"))

Value = tuple[str, str]
"""A text or an IRI, and what is said beside it (the role of an involvement); empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edition says of one measure, report item or goal.

    ``kind`` is the local name of the class (``Measure``, ``ReportItem``, ``OutcomeGoal``, …), ``level`` 0 for
    everything but goals, ``goal`` the next goal above, ``values`` the compared properties by name (changes.toml).
    """

    iri: str
    kind: str
    label: str = ""
    number: str = ""
    order: str = ""
    level: int = 0
    goal: str = ""
    line: int = 0
    sheet: str = ""
    reports: bool = True
    split_from: tuple[str, ...] = ()
    merged_from: tuple[str, ...] = ()
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    @property
    def is_goal(self) -> bool:
        """Whether it is a goal, perhaps one whose row reports like a measure."""
        return self.level > 0

    def text(self, name: str) -> str:
        """The value of a property that has one, such as ``progress``; empty where there is none."""
        found = self.values.get(name, ())
        return found[0][0] if found else ""


@dataclass
class EditionFacts:
    """All entries of an edition by IRI. ``name`` is ``city/system/date``, ``rules`` what the table was read with.

    ``replaced`` maps IRIs that were retired to the older ones that stand for them.
    """

    iri: str
    name: str
    day: str
    entries: dict[str, Facts]
    file: str = ""
    rules: str = ""
    replaced: Mapping[str, str] = field(default_factory=dict)
    _paths: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def goals_above(self, iri: str) -> tuple[str, ...]:
        """IRIs of the goals above an entry, from the top down."""
        if iri not in self._paths:
            found: list[str] = []
            entry = self.entries.get(iri)
            while entry and entry.goal and entry.goal not in found and entry.goal != iri:  # a circle ends here
                found.append(entry.goal)
                entry = self.entries.get(entry.goal)
            self._paths[iri] = tuple(reversed(found))
        return self._paths[iri]

    def path(self, iri: str) -> tuple[str, ...]:
        """Labels of the goals above an entry, from the top down."""
        return tuple(self.entries[goal].label if goal in self.entries else goal for goal in self.goals_above(iri))


class Pattern(NamedTuple):
    """Quads to read: by predicate, perhaps object, from these graphs of an edition."""

    predicate: NamedNode
    object: NamedNode | None = None
    graphs: tuple[str, ...] = ("source", "derived")


#: Quads that say what an item was split or merged from.
SUCCESSION = tuple(Pattern(NamedNode(term)) for term in _ORIGIN)


def wanted(properties: Iterable[Property] | None = None) -> list[Pattern]:
    """The quads that :func:`read_facts` looks at."""
    compared = load_changes().properties if properties is None else properties
    terms = {iri for each in compared for iri in (each.term, each.through, each.qualifier) if iri}
    terms |= {*_STRUCTURE, *_PLACE, *_ORIGIN, _REVIEW, _REPLACED}
    classes = [Pattern(NamedNode(_TYPE), NamedNode(each)) for each in _CLASSES]
    # what is derived says of every single statement from which row it is; here only the rows of the entries matter
    rows = Pattern(NamedNode(_DERIVED), None, ("source",))
    return [*classes, rows, *(Pattern(NamedNode(term)) for term in sorted(terms - {_DERIVED}))]


def read_facts(
    quads: Iterable[Quad],
    iri: str,
    name: str,
    day: str,
    *,
    file: str = "",
    rules: str = "",
    properties: Iterable[Property] | None = None,
) -> EditionFacts:
    """The facts in the quads of one edition: source and derived graph, decisions applied or not.

    Rejected links are left out. Takes the quads in any order and looks at each once.
    """
    compared = tuple(load_changes().properties if properties is None else properties)
    columns: dict[str, dict[str, list[str]]] = {
        each.predicate.value: defaultdict(list) for each in wanted(compared) if each.predicate.value != _TYPE
    }
    classes: dict[str, str] = {}
    reports: set[str] = set()
    german: set[str] = set()  # subjects whose German label was seen: it wins over those of other languages
    rank = {each: number for number, each in enumerate(_CLASSES)}
    for quad in quads:
        predicate, thing = quad.predicate.value, quad.object
        if predicate == _TYPE:
            kind = thing.value if isinstance(thing, NamedNode) else ""
            if kind in rank:
                subject = _text(quad.subject)
                if kind not in _GOALS:
                    reports.add(subject)
                known = classes.get(subject)
                if known is None or rank[kind] < rank[known]:
                    classes[subject] = intern(kind)
        elif (column := columns.get(predicate)) is not None:
            subject = _text(quad.subject)
            if predicate == _LABEL and isinstance(thing, Literal):
                if subject in german:
                    continue
                if thing.language == "de":
                    german.add(subject)
                    column[subject].clear()
            # IRIs of concepts, actors and goals come again and again; one string each saves memory
            column[subject].append(intern(thing.value) if isinstance(thing, NamedNode) else _text(thing))
    entries = {
        subject: _facts(subject, kind, subject in reports, columns, compared)
        for subject, kind in sorted(classes.items())
    }
    replaced = {subject: min(values) for subject, values in columns[_REPLACED].items()}
    return EditionFacts(iri, name, day, entries, file, rules, replaced)


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _facts(
    iri: str, kind: str, reports: bool, columns: Mapping[str, Mapping[str, list[str]]], compared: Iterable[Property]
) -> Facts:
    def all_of(term: str, of: str = iri) -> list[str]:
        return columns[term].get(of, [])

    def first(term: str, of: str = iri) -> str:
        found = all_of(term, of)
        return min(found) if found else ""

    values: dict[str, tuple[Value, ...]] = {}
    for each in compared:
        found = all_of(each.term)
        if not found:
            continue
        if each.through:
            found_values = {
                (thing, first(each.qualifier, node) if each.qualifier else "")
                for node in found
                if first(_REVIEW, node) != "rejected"
                for thing in all_of(each.through, node)
            }
        else:
            found_values = {(value, "") for value in found}
        if found_values:
            values[each.name] = tuple(sorted(found_values))
    row = first(_DERIVED)
    line = first(ZG + "sourceLine") or first(ZG + "sourceLine", row)
    level = first(ZG + "level")
    return Facts(
        iri=iri,
        kind=kind.removeprefix(ZG),
        label=first(_LABEL),
        number=first(ZG + "number"),
        order=first(ZG + "order"),
        level=int(level) if level.isdecimal() else int(kind in _GOALS),
        goal=first(ZG + "contributesTo"),
        line=int(line) if line.isdecimal() else 0,
        sheet=first(ZG + "sheet") or first(ZG + "sheet", row),
        reports=reports,
        split_from=tuple(sorted(all_of(_ORIGIN[0]))),
        merged_from=tuple(sorted(all_of(_ORIGIN[1]))),
        values=values,
    )
