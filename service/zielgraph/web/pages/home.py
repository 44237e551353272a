"""The start page: how things stand, what is open, what is missing, what changed. Every number leads to its list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from weakref import WeakKeyDictionary

from flask import render_template
from flask_babel import gettext as _

from zielgraph.deciding import decisions_of, overruled
from zielgraph.deciding import model as deciding
from zielgraph.editions.properties import load_changes, pick
from zielgraph.exporting.briefing.decided import in_words
from zielgraph.exporting.briefing.words import load_words
from zielgraph.inventory.model import Edition, Item
from zielgraph.inventory.select import NONE, Choice, select
from zielgraph.vocabulary import STATUS
from zielgraph.web.api import catalogue
from zielgraph.web.barchart import Cell, Row, stacked
from zielgraph.web.comparing import newest_comparisons
from zielgraph.web.current import State, state
from zielgraph.web.languages import page_url
from zielgraph.web.pages.goals import KINDS
from zielgraph.web.view import Link, Text, View, current_view

SEVERITIES = ("Violation", "Warning", "Info")
_OPEN_SHOWN, _DECISIONS_SHOWN = 8, 5
_decided: WeakKeyDictionary[State, list[deciding.Decision]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class System:
    """A goal system: the edition that holds, its measures and the list of them."""

    name: Link
    edition: Edition
    link: Link
    measures: int
    url: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What the newest edition of a goal system changed: so many measures of each kind, each with its list."""

    name: Link
    before: str
    after: str
    counts: Sequence[Cell]
    url: str


def home() -> str:
    """The overview; before the first import how to get started."""
    view = current_view()
    inventory = view.inventory
    if not state().info.editions and not inventory.editions:
        return render_template("empty.html", questions=catalogue().values())
    measures = select(inventory, Choice(kind="measure"))
    opened = [item for item in measures if item.open]
    rows = by_theme(view, measures)
    return render_template(
        "home.html",
        systems=systems(view),
        tiles=tiles(view, measures, len(opened)),
        statuses=[
            Cell(s.key, str(view.named(s.iri).text), 0, page_url("measures", status=s.key)) for s in inventory.statuses
        ],
        rows=rows,
        chart=stacked(rows),
        open=[
            (view.named(i.iri), status(view, i), [view.named(p.actor) for p in i.parts if p.role == "lead"])
            for i in opened[:_OPEN_SHOWN]
        ],
        opened=len(opened),
        severities=severities(view),
        changed=changed(view),
        decisions=decisions(view),
        questions=catalogue().values(),
    )


def status(view: View, item: Item) -> Link | None:
    """The status of an item."""
    return view.named(STATUS + item.status) if item.status else None


def systems(view: View) -> list[System]:
    """The newest edition of every goal system, the newest first."""
    found = []
    for each in view.inventory.editions:
        items = select(view.inventory, Choice(system=each.system, kind="measure")) if each.system else []
        url = page_url("measures", system=each.system) if items else ""
        found.append(System(view.named(each.system or each.iri), each, view.named(each.iri), len(items), url))
    return found


def tiles(view: View, measures: Sequence[Item], opened: int) -> list[Cell]:
    """The numbers at the top."""
    inventory = view.inventory
    goals = Counter(goal.kind for goal in inventory.goals.values())
    words = {
        "PrincipleGoal": _("Grundsatzziele"),
        "FrameworkGoal": _("Rahmenziele"),
        "OutcomeGoal": _("Ergebnisziele"),
    }
    return [
        Cell("measures", _("Maßnahmen"), len(measures), page_url("measures")),
        Cell("open", _("davon offen"), opened, page_url("measures", status="open")),
        Cell("closed", _("davon abgeschlossen"), len(measures) - opened, page_url("measures", status="closed")),
        *(Cell(kind, words[kind], goals[kind], page_url("goals", kind=kind)) for kind in KINDS if goals[kind]),
        Cell("actors", _("genannte Akteure"), len(inventory.by_actor), page_url("actors")),
    ]


def by_theme(view: View, measures: Sequence[Item]) -> list[Row]:
    """Measures by theme and status; one with several themes counts in each."""
    inventory = view.inventory
    found: dict[str, Counter[str]] = {}
    for item in measures:
        for theme in item.themes or (NONE,):
            found.setdefault(theme, Counter())[item.status] += 1
    order = {iri: at for at, iri in enumerate(inventory.themes)}
    keys = [(s.key, str(view.named(s.iri).text)) for s in inventory.statuses if any(c[s.key] for c in found.values())]
    if any(counts[""] for counts in found.values()):
        keys.append(("", _("ohne Status")))
    rows = []
    for theme in sorted(found, key=lambda iri: order.get(iri, len(order))):
        name = Text(_("ohne Handlungsfeld")) if theme == NONE else view.named(theme)
        counts = found[theme]
        cells = [
            Cell(key or "unknown", word, counts[key], page_url("measures", theme=theme, status=key or NONE))
            for key, word in keys
        ]
        whole = Cell("", str(name), counts.total(), page_url("measures", theme=theme))
        rows.append(Row(name, cells, whole))
    return rows


def severities(view: View) -> list[Cell]:
    """Findings that nobody accepted, by severity, each with its list."""
    found = Counter(finding.severity for finding in view.inventory.findings.values() if not finding.accepted)
    return [Cell(name, name, found[name], page_url("quality", severity=name)) for name in SEVERITIES if found[name]]


def changed(view: View) -> list[Changed]:
    """What the newest editions changed, of goal systems that have two."""
    words = load_changes()
    found = []
    for each in newest_comparisons(state(), view.day):
        system = "/".join(each.after.name.split("/")[:2])
        counts = [
            Cell(kind, pick(words.kinds[kind].label, view.lang), number, _changes_url(system, kind))
            for kind, number in each.counts.items()
            if number and kind != "unchanged"
        ]
        name = view.named(f"{view.base}{system}/system")
        found.append(Changed(name, each.before.day, each.after.day, counts, page_url("changes", system=system)))
    return found


def _changes_url(system: str, kind: str) -> str:
    return page_url("changes", system=system, type="measure", kind=kind)


def decisions(view: View) -> list[tuple[Link, str, deciding.Decision]]:
    """The latest decisions in force: what they are about, and in words what was decided."""
    now = state()
    if now not in _decided:  # once for each commit
        every = decisions_of(now.engine, now.base)
        _decided[now] = [each for each in reversed(every) if not overruled(each, every)]
    words = load_words(view.lang)
    latest = (each for each in _decided[now] if view.day is None or each.day <= view.day)
    return [
        (view.named(each.about), in_words(each, words, lambda iri: str(view.named(iri).text)), each)
        for each in islice(latest, _DECISIONS_SHOWN)
    ]


PAGES = {"home": home}
