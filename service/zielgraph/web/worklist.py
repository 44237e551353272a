"""What the work list needs beside the inventory: filters of findings, columns of the table, counts, editions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from zielgraph import resources
from zielgraph.engine import Literal, NamedNode, Term
from zielgraph.errors import NotFound
from zielgraph.exporting.tables import plain
from zielgraph.inventory.completeness import Share, completeness, place_of
from zielgraph.inventory.findings import SEVERITIES
from zielgraph.inventory.model import Finding
from zielgraph.inventory.select import NONE, resolve_all
from zielgraph.lifting.iris import findings_graph
from zielgraph.register.lookup import near_names
from zielgraph.table import load_profiles
from zielgraph.table.profile import heading_keys
from zielgraph.vocabulary import RDF, SH, ZG
from zielgraph.web.current import settings, state
from zielgraph.web.view import View, current_view

NAMES = ("severity", "responsible", "rule", "theme", "q", "accepted")
_VALUE, _HEADER_CELL = NamedNode(RDF + "value"), NamedNode(ZG + "headerCell")
_MOST_BOUND = 300  # findings that the query names one by one, where a filter cannot be said in SPARQL
_ACCEPTED = ("", "yes", "all")


@dataclass(frozen=True)
class Asked:
    """The filters of an address: texts as given, and what they mean."""

    given: Mapping[str, str]
    responsible: tuple[str, ...]
    theme: tuple[str, ...]

    def findings(self, view: View) -> list[Finding]:
        """The findings that all filters leave, the gravest first."""
        accepted = self.given.get("accepted", "")
        words = self.given.get("q", "").casefold().split()
        return [
            each
            for each in view.inventory.findings.values()
            if accepted == "all" or bool(each.accepted) == (accepted == "yes")
            if self.given.get("severity", each.severity) == each.severity
            if self.given.get("rule", each.rule) == each.rule
            if not self.responsible or (each.responsible or NONE) in self.responsible
            if not self.theme or self._of_theme(view, each)
            if not words or _holds(view, each, words)
        ]

    def _of_theme(self, view: View, finding: Finding) -> bool:
        item = view.inventory.items.get(finding.item)
        themes = item.themes if item else ()
        return bool(set(themes) & set(self.theme)) or (NONE in self.theme and not themes)

    def bound(self, view: View, found: Sequence[Finding]) -> dict[str, list[Term]] | None:
        """The same filters as terms for ``queries/worklist.rq``; None where the query would be too long to read."""
        terms: dict[str, list[Term]] = {"graph": [findings_graph(view.base)]}
        if severity := self.given.get("severity"):
            terms["severity"] = [NamedNode(SH + severity)]
        if rule := self.given.get("rule"):
            terms["rule"] = [Literal(rule)]
        if accepted := {"": "open", "yes": "accepted"}.get(self.given.get("accepted", "")):
            terms[accepted] = []
        if self.responsible or self.theme or self.given.get("q"):
            if len(found) > _MOST_BOUND:
                return None
            terms["finding"] = [NamedNode(each.iri) for each in found]
        return terms


def asked(view: View, args: Mapping[str, str]) -> Asked:
    """The filters of an address. Raises NotFound, with near matches, for what there is not."""
    given = {name: text for name in NAMES if (text := " ".join(args.get(name, "").split()))}
    for name, known in (("severity", SEVERITIES), ("accepted", _ACCEPTED[1:])):
        if given.get(name, known[0]) not in known:
            raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=given[name]), tuple(known))
    rules = {each.rule for each in view.inventory.findings.values()}
    if "rule" in given and given["rule"] not in rules:
        near = near_names(rules, given["rule"])
        raise NotFound(_("Eine Regel „%(rule)s“ hat keine Befunde.", rule=given["rule"]), near)
    return Asked(given, _meant(view, "responsible", "actor", given), _meant(view, "theme", "theme", given))


def _meant(view: View, name: str, kind: str, given: Mapping[str, str]) -> tuple[str, ...]:
    text = given.get(name, "")
    if text in ("", NONE):
        return (text,) if text else ()
    return tuple(resolve_all(view.inventory, kind, text, view.lang))


def _holds(view: View, finding: Finding, words: Sequence[str]) -> bool:
    item = view.inventory.items.get(finding.item)
    text = " ".join([finding.rule, *finding.message.values(), item.text if item else _name(view, finding.node)])
    return all(word in text.casefold() for word in words)


def _name(view: View, node: str) -> str:
    return view.inventory.label(node, view.lang).value


@dataclass(frozen=True, slots=True)
class Responsible:
    """Open findings of one who is responsible ("" for nobody), by severity."""

    iri: str
    severities: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.severities.values())


def by_responsible(findings: Sequence[Finding]) -> list[Responsible]:
    """Counts by who is responsible: who has the gravest and most comes first, nobody last."""
    counts: dict[str, Counter[str]] = {}
    for each in findings:
        counts.setdefault(each.responsible, Counter())[each.severity] += 1
    found = [Responsible(iri, count) for iri, count in counts.items()]
    return sorted(found, key=lambda each: (not each.iri, [-each.severities[name] for name in SEVERITIES], each.iri))


def columns_by_role(view: View) -> dict[str, dict[str, tuple[str, str]]]:
    """Goal system → role of a column → its number and heading in the newest edition's table."""
    newest = {each.system: each for each in sorted(view.inventory.editions, key=lambda each: each.day)}
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for system, edition in newest.items():
        for cell in view.objects(NamedNode(edition.iri), _HEADER_CELL):
            heading = next((plain(term) for term in view.objects(cell, _VALUE)), "")
            for role in _roles(heading):
                found.setdefault(system, {}).setdefault(role, (view.value(cell, "column"), heading))
    return found


@lru_cache(maxsize=512)
def _roles(heading: str) -> tuple[str, ...]:
    """The roles that any profile gives a heading."""
    roles: dict[str, None] = {}
    for profile in _profiles():
        for keys in heading_keys(heading):
            for key in keys:
                roles |= dict.fromkeys(profile.get(key, ()))
    return tuple(roles)


@lru_cache(maxsize=1)
def _profiles() -> tuple[Mapping[str, Sequence[str]], ...]:
    profiles = load_profiles(resources.data() / "profiles").values()
    return tuple({key: tuple(roles) for key, roles in profile.headings.items()} for profile in profiles)


def place(view: View, finding: Finding, columns: Mapping[str, Mapping[str, tuple[str, str]]]) -> tuple[str, str]:
    """Number and heading of the column in which a finding lies; empty where it is no single one."""
    item = view.inventory.items.get(finding.item)
    role = place_of(finding.rule).column
    return columns.get(item.system, {}).get(role, ("", "")) if item and role else ("", "")


def shares(view: View) -> tuple[Share, ...]:
    """The completeness of the measures as they stand, with decisions; counted once for each state."""
    return _shares_at(_snapshot(), view.day.isoformat() if view.day else "")


@lru_cache(maxsize=20)
def _shares_at(snapshot: str, day: str) -> tuple[Share, ...]:
    return tuple(completeness(current_view().engine))


def _snapshot() -> str:
    """What tells the snapshot of this request from all others."""
    return f"{settings().data} {state().info.name} {state().info.created}"


@dataclass(frozen=True, slots=True)
class Reported:
    """How complete an edition was as the report had it."""

    system: str
    day: str
    shares: tuple[Share, ...]


def trend(view: View) -> list[Reported]:
    """The completeness of each edition up to the day shown, without decisions, oldest first; of measures only."""
    last = view.day.isoformat() if view.day else "9999"
    found = []
    for each in sorted(state().info.editions, key=lambda each: (each.city, each.system, each.date)):
        iri = f"{view.base}{each.city}/{each.system}/edition/{each.date}"
        if each.date <= last and (shares := _shares(_snapshot(), iri))[0].total:
            found.append(Reported(f"{each.city}/{each.system}", each.date, shares))
    return found


@lru_cache(maxsize=200)
def _shares(snapshot: str, edition: str) -> tuple[Share, ...]:
    """What a snapshot says of an edition; it never changes."""
    graphs = (NamedNode(f"{edition}/source"), NamedNode(f"{edition}/derived"))
    return tuple(completeness(state().engine, graphs))
