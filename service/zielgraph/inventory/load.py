"""Reading a state of the store: each property once, by its index, and everything else from these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from sys import intern

from zielgraph.engine import Engine, Literal
from zielgraph.inventory.collation import sort_key
from zielgraph.inventory.findings import load_findings
from zielgraph.inventory.indexes import below, indexes, with_findings
from zielgraph.inventory.model import (
    Actor,
    Edition,
    Ended,
    Goal,
    Inventory,
    Item,
    Part,
    Period,
    Status,
)
from zielgraph.inventory.scan import Links, Scan
from zielgraph.lifting.iris import findings_graph
from zielgraph.vocabulary import RDFS, SKOS, ZG

KINDS = ("Department", "Organisation", "Network", "Body", "ActorGroup")
GOALS = ("PrincipleGoal", "FrameworkGoal", "OutcomeGoal")
_ROW = re.compile(r"/row/(?:(\d+)-)?(\d+)$")
_TRUE = ("true", "1")
Place = tuple[int, int]


def load(engine: Engine, base: str) -> Inventory:
    """Everything that pages list, of the state in the engine's default graph; findings from their own graph.

    Takes time with the size of the state: about a second for 5 000 measures.
    """
    return _Loading(engine, base).inventory()


class _Loading:
    """The state while it is being read."""

    def __init__(self, engine: Engine, base: str) -> None:
        self.engine, self.base, self.scan = engine, base, Scan(engine)
        scan = self.scan
        self.labels = scan.labels(RDFS + "label", SKOS + "prefLabel")
        self.measures = set(scan.members(ZG + "Measure"))
        self.report = self.measures | set(scan.members(ZG + "ReportItem"))
        self.goal_kind = {iri: kind for kind in GOALS for iri in scan.members(ZG + kind)}
        everything = self.report | self.goal_kind.keys()
        self.rows = _gathered(scan.rows("rows"))
        self.above = scan.links(ZG + "contributesTo", everything)
        self.themes = scan.links(ZG + "theme")
        self.system = {iri: systems[0] for iri, systems in scan.links(ZG + "inGoalSystem").items()}
        self.order = scan.texts(ZG + "order")
        self.place = {iri: _place(rows) for iri, rows in self.rows.items()}
        self.concepts = {kind: self._concepts(kind) for kind in ("Status", "Role", "Disposition")}
        self.systems = tuple(sorted({*scan.members(ZG + "GoalSystem"), *self.system.values()}, key=self._by_name))

    def inventory(self) -> Inventory:
        """All of it."""
        items = self._items()
        goals = self._goals(items)
        actors = self._actors()
        findings = load_findings(Scan(self.engine, findings_graph(self.base)), items, actors, self.rows)
        items = with_findings(items, findings)
        names = self.scan.labels(SKOS + "altLabel")
        return Inventory(
            base=self.base,
            items=items,
            goals=goals,
            actors=actors,
            findings=findings,
            statuses=self._statuses(),
            themes=tuple(sorted(set(self.scan.members(ZG + "Theme")), key=self._by_name)),
            roles=self.concepts["Role"],
            dispositions=self.concepts["Disposition"],
            editions=self._editions(),
            systems=self.systems,
            labels=self.labels,
            by_goal=below(items, goals),
            ended=self._ended(),
            names=names,
            hidden=self._hidden(),
            passive=frozenset(
                key_of(iri) for iri, text in self.scan.texts(ZG + "takesPart").items() if text not in _TRUE
            ),
            **indexes(items, findings),
        )

    def _by_name(self, iri: str) -> tuple[object, str]:
        known = self.labels.get(iri, ())
        german = next((label.value for label in known if label.lang == "de"), known[0].value if known else iri)
        return sort_key(german), iri

    def _concepts(self, kind: str) -> tuple[str, ...]:
        order = {iri: int(text) for iri, text in self.order.items() if text.isdecimal()}
        return tuple(sorted(set(self.scan.members(ZG + kind)), key=lambda iri: (order.get(iri, 99), iri)))

    def _in_order(self, iris: Iterable[str]) -> list[str]:
        """As in the report: by goal system, sheet and line; of one line the upper goal first."""
        systems = {iri: number for number, iri in enumerate(self.systems)}
        level = {kind: number for number, kind in enumerate(GOALS)}

        def place(iri: str) -> tuple[int, Place, int, int, str]:
            kind = level.get(self.goal_kind.get(iri, ""), len(GOALS))
            return systems.get(self.system.get(iri, ""), 0), self.place.get(iri, (0, 0)), kind, len(iri), iri

        return sorted(iris, key=place)

    def _statuses(self) -> tuple[Status, ...]:
        opened = self.scan.texts(ZG + "isOpen")
        return tuple(Status(iri, key_of(iri), opened.get(iri) in _TRUE) for iri in self.concepts["Status"])

    def _items(self) -> dict[str, Item]:
        scan, report = self.scan, self.report
        keys = {name: _keys(scan.links(ZG + name, report)) for name in ("status", "disposition")}
        opened = {status.key for status in self._statuses() if status.open}
        bodies, named = scan.links(ZG + "discussedIn", report), scan.links(ZG + "names", report)
        parts = self._parts()
        progress, number = scan.texts(ZG + "progressText", report), scan.texts(ZG + "number", report)
        periods = {name: self._periods(name) for name in ("firstMentioned", "start", "due")}
        course = scan.texts(ZG + "course", report)
        found: dict[str, Item] = {}
        for iri in self._in_order(report):
            own = parts.get(iri, ())
            taking_part = {part.actor for part in own}
            note = progress.get(iri, "")
            wording = "\n".join(label.value for label in self.labels.get(iri, ()))
            status = keys["status"].get(iri, "")
            found[iri] = Item(
                iri=iri,
                measure=iri in self.measures,
                number=number.get(iri, ""),
                order=self.order.get(iri, ""),
                system=self.system.get(iri, ""),
                line=self.place.get(iri, (0, 0))[1],
                status=status,
                open=status in opened,
                goals=self.above.get(iri, ()),
                themes=self.themes.get(iri, ()),
                bodies=bodies.get(iri, ()),
                parts=own,
                named=tuple(actor for actor in named.get(iri, ()) if actor not in taking_part),
                disposition=keys["disposition"].get(iri, ""),
                first=periods["firstMentioned"].get(iri, Period()),
                begin=periods["start"].get(iri, Period()),
                due=periods["due"].get(iri, Period()),
                course=course.get(iri, ""),
                findings=(),
                text=f"{wording}\n{note}".casefold(),
                progress=note,
            )
        return found

    def _parts(self) -> dict[str, tuple[Part, ...]]:
        roles = {iri: number for number, iri in enumerate(self.concepts["Role"])}
        found: dict[str, set[tuple[int, str, Part]]] = {}
        for item, actor, role, confidence, state in self.scan.rows("parts"):
            if state != "rejected":
                part = Part(intern(actor), key_of(role), intern(state), float(confidence or 0))
                found.setdefault(intern(item), set()).add((roles.get(role, len(roles)), actor, part))
        return {
            item: tuple(part for *_, part in sorted(parts, key=lambda each: each[:2])) for item, parts in found.items()
        }

    def _periods(self, name: str) -> dict[str, Period]:
        scan, report = self.scan, self.report
        text = scan.texts(f"{ZG}{name}Text", report)
        start, end = scan.texts(f"{ZG}{name}From", report), scan.texts(f"{ZG}{name}To", report)
        every = text.keys() | start.keys() | end.keys()
        return {iri: Period(text.get(iri, ""), start.get(iri, ""), end.get(iri, "")) for iri in every}

    def _goals(self, items: Mapping[str, Item]) -> dict[str, Goal]:
        order = self._in_order(self.goal_kind)
        level = self.scan.numbers(ZG + "level", self.goal_kind)
        below: dict[str, list[str]] = {iri: [] for iri in order}
        measures: dict[str, list[str]] = {iri: [] for iri in order}
        for lower, into in ((order, below), ([item.iri for item in items.values() if item.measure], measures)):
            for iri in lower:
                for upper in self.above.get(iri, ()):
                    if upper in into:
                        into[upper].append(iri)
        return {
            iri: Goal(
                iri=iri,
                kind=self.goal_kind[iri],
                level=level.get(iri, GOALS.index(self.goal_kind[iri]) + 1),
                order=self.order.get(iri, ""),
                system=self.system.get(iri, ""),
                line=self.place.get(iri, (0, 0))[1],
                themes=self.themes.get(iri, ()),
                above=tuple(upper for upper in self.above.get(iri, ()) if upper in self.goal_kind),
                below=tuple(below[iri]),
                items=tuple(measures[iri]),
                item=iri in items,
            )
            for iri in order
        }

    def _actors(self) -> dict[str, Actor]:
        scan = self.scan
        kinds: dict[str, tuple[str, ...]] = {}
        for kind in KINDS:
            for iri in scan.members(ZG + kind):
                kinds[iri] = (*kinds.get(iri, ()), kind)
        unit_of, members = scan.links(ZG + "unitOf"), scan.links(ZG + "member")
        units, member_of = _turned(unit_of), _turned(members)
        lead, contact = scan.links(ZG + "leadActor"), scan.links(ZG + "contactOffice")
        listed, provisional = scan.links(ZG + "listedIn"), scan.texts(ZG + "provisional")
        kind_of, rhythm = scan.texts(ZG + "networkKind"), scan.texts(ZG + "rhythm")
        codes: dict[str, list[str]] = {}
        for iri, code in scan.pairs(SKOS + "notation", kinds):
            if isinstance(code, Literal):
                codes.setdefault(iri, []).append(code.value)
        return {
            iri: Actor(
                iri=iri,
                kind=kinds[iri][0],
                codes=tuple(sorted(codes.get(iri, ()), key=sort_key)),
                provisional=provisional.get(iri) in _TRUE,
                unit_of=unit_of.get(iri, ()),
                units=units.get(iri, ()),
                members=members.get(iri, ()),
                member_of=member_of.get(iri, ()),
                themes=self.themes.get(iri, ()),
                lead=lead.get(iri, ()),
                network_kind=kind_of.get(iri, ""),
                rhythm=rhythm.get(iri, ""),
                listed_in=listed.get(iri, ()),
                kinds=kinds[iri],
                contact=contact.get(iri, ()),
            )
            for iri in sorted(kinds, key=self._by_name)
        }

    def _editions(self) -> tuple[Edition, ...]:
        scan, editions = self.scan, set(self.scan.members(ZG + "Edition"))
        days, estimated = scan.texts(ZG + "asOf", editions), scan.texts(ZG + "asOfEstimated", editions)
        found = [
            Edition(
                iri,
                self.system.get(iri, ""),
                days.get(iri, ""),
                estimated.get(iri) in _TRUE,
                scan.text(iri, ZG + "file"),
            )
            for iri in editions
        ]
        return tuple(sorted(found, key=lambda each: (each.day, each.iri), reverse=True))

    def _ended(self) -> dict[str, Ended]:
        gone = set(self.scan.members(ZG + "EndedItem"))
        last, heirs = self.scan.links(ZG + "lastEdition", gone), self.scan.links(ZG + "continuedIn", gone)
        return {
            iri: Ended(iri, self.system.get(iri, ""), last.get(iri, ("",))[0], heirs.get(iri, ()))
            for iri in self._in_order(gone)
        }

    def _hidden(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for predicate in (SKOS + "hiddenLabel", SKOS + "notation"):
            for iri, text in self.scan.pairs(predicate):
                if isinstance(text, Literal):
                    found.setdefault(iri, set()).add(text.value)
        return {iri: tuple(sorted(texts)) for iri, texts in found.items()}


def key_of(iri: str) -> str:
    """The key of a concept: the last part of its IRI."""
    return intern(iri.rsplit("/", 1)[-1])


def _keys(links: Links) -> dict[str, str]:
    return {iri: key_of(values[0]) for iri, values in links.items()}


def _place(rows: Iterable[str]) -> Place:
    """Sheet and line of the first row."""
    found = [match for row in rows if (match := _ROW.search(row))]
    return min(((int(match[1] or 1), int(match[2])) for match in found), default=(0, 0))


def _gathered(pairs: Iterable[tuple[str, ...]]) -> Links:
    found: dict[str, set[str]] = {}
    for subject, value in pairs:
        found.setdefault(intern(subject), set()).add(value)
    return {subject: tuple(sorted(values)) for subject, values in found.items()}


def _turned(links: Links) -> Links:
    found: dict[str, list[str]] = {}
    for subject, values in links.items():
        for value in values:
            found.setdefault(value, []).append(subject)
    return {value: tuple(sorted(subjects)) for value, subjects in found.items()}
