"""What changed between two editions, what was decided meanwhile, and what was imported when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from flask import Response, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from zielgraph.editions.diff import Change, Comparison, EntryChange
from zielgraph.editions.facts import Facts
from zielgraph.editions.names import Names
from zielgraph.editions.properties import KINDS, load_changes, pick
from zielgraph.editions.read import Choice, edition_name
from zielgraph.editions.report import COLUMNS, Report
from zielgraph.editions.words import Piece
from zielgraph.errors import NotFound
from zielgraph.exporting.briefing.decided import Decided, decided
from zielgraph.exporting.briefing.words import load_words
from zielgraph.store import EditionInfo
from zielgraph.web.choosing import Option
from zielgraph.web.comparing import System, comparable, comparison
from zielgraph.web.current import settings, state
from zielgraph.web.history import history
from zielgraph.web.languages import shown_date
from zielgraph.web.listing import Column, Filter, here, listing, shown
from zielgraph.web.view import Link, Text, View, current_view

TYPES = ("measure", "goal")
_CONTEXT = 60  # characters kept around a change
Row = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address leaves of the differences; "" for everything. ``theme`` is an IRI."""

    kind: str = ""
    type: str = ""
    theme: str = ""
    property: str = ""

    def of(self, comparison: Comparison) -> Comparison:
        """The comparison with what the filters leave; its counts stay."""
        return replace(comparison, entries=tuple(self._entries(comparison)))

    def _entries(self, comparison: Comparison) -> Iterator[EntryChange]:
        for each in comparison.entries:
            if self.kind not in ("", each.kind) or (self.type and each.is_goal != (self.type == "goal")):
                continue
            if self.theme and not any(_has_theme(facts, self.theme) for facts in (each.before, each.after)):
                continue
            if not self.property:
                yield each
            elif changes := tuple(change for change in each.changes if change.property == self.property):
                yield replace(each, changes=changes)


def _has_theme(facts: Facts | None, theme: str) -> bool:
    return facts is not None and any(value == theme for value, _beside in facts.values.get("theme", ()))


def changes() -> Response | str:
    """The changes between two editions; by default between the last two of the first goal system that has two."""
    view, now = current_view(), state()
    systems = comparable(now, view.day)
    pair = _pair(view, systems)
    common = {
        "thing": view.named,
        "systems": [_system(view, each) for each in systems],
        "named": edition_name,
        "imports": sorted(
            (each for its in systems.values() for each in its), key=lambda e: (e.imported, e.date), reverse=True
        ),
        "history": [] if settings().public else history(settings()),
    }
    if pair is None:
        return render_template("changes.html", listing=None, decisions=_decided(view, "", "", ""), **common)
    old, new = pair
    whole = comparison(now, old, new)
    chosen = _filters(view, whole)
    left = chosen.of(whole)
    report = Report(left, Names(now.engine), view.lang)
    words = report.vocabulary
    caption = _("Änderungen vom %(before)s zum %(after)s", before=shown_date(old.date), after=shown_date(new.date))
    told = filters_told(view, chosen)
    if request.args.get("format"):
        columns = [
            Column[Row](name, heading, lambda row, at=at: row[at], iri=name == "iri")  # type: ignore[misc]
            for at, (name, heading) in enumerate(zip(COLUMNS, report.headings(), strict=True))
        ]
        return shown("changes.html", listing("changes", columns, list(report.rows()), caption=caption))
    lines = [each for each in left.entries if not each.part]
    table = listing("changes", _columns(view, report), lines, caption=caption, filters=told)
    series = systems[new.city, new.system]
    return shown(
        "changes.html",
        table,
        system=_system(view, (new.city, new.system)),
        old=old,
        new=new,
        editions=series,
        summary=_summary(whole, view),
        totals=[(whole.counts, _size(whole, False)), (whole.goal_counts, _size(whole, True))],
        same_rules="" if whole.same_rules else words.word("other_rules", view.lang),
        kinds=[Option(kind, pick(words.kinds[kind].label, view.lang), kind == chosen.kind) for kind in KINDS[:-1]],
        types=[Option(each, word, each == chosen.type) for each, word in _types().items()],
        themes=_themes(view, whole, chosen.theme),
        properties=[
            Option(each.name, pick(each.label, view.lang), each.name == chosen.property) for each in words.properties
        ],
        decisions=_decided(view, old.date, "" if new is series[-1] else new.date, f"{new.city}/{new.system}/"),
        **common,
    )


def _pair(view: View, systems: Mapping[System, Sequence[EditionInfo]]) -> tuple[EditionInfo, EditionInfo] | None:
    """The editions to compare. Raises NotFound for an edition that there is not; None where none can be compared."""
    wanted = request.args.get("system", "").strip().removeprefix(view.base).removesuffix("/system")
    names = ["/".join(each) for each in systems]
    if wanted and wanted not in names:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=wanted), tuple(names))
    offered = {each: its for each, its in systems.items() if wanted in ("", "/".join(each))}
    series = next((its for its in offered.values() if len(its) > 1), None)
    before, after = request.args.get("before", "").strip(), request.args.get("after", "").strip()
    if not (before or after):
        return (series[-2], series[-1]) if series else None
    pool = [each for its in offered.values() for each in its]
    if not before:
        new = Choice(view.base, pool).pair(after, after)[1]
        earlier = [old for old, later in pairwise(offered[new.city, new.system]) if later == new]
        return (earlier[0], new) if earlier else None
    return Choice(view.base, pool).pair(before, after or "neueste", *(wanted.split("/") if wanted else ()))


def _filters(view: View, whole: Comparison) -> Filters:
    """The filters of the address. Raises NotFound, with what there is, for a value that there is not."""

    def one_of(name: str, known: Sequence[str]) -> str:
        text = request.args.get(name, "").strip()
        if text and text not in known:
            raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=text[:80]), tuple(known))
        return text

    text = request.args.get("theme", "").strip()
    themes = {each.value: str(each.text) for each in _themes(view, whole, "")}
    theme = next((iri for iri, name in themes.items() if text in (iri, name)), "")
    if text and not theme:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=text[:80]), tuple(themes.values())[:8])
    properties = [each.name for each in load_changes().properties]
    return Filters(one_of("kind", KINDS[:-1]), one_of("type", TYPES), theme, one_of("property", properties))


def filters_told(view: View, chosen: Filters) -> list[Filter]:
    """The filters in force, each with the address without it."""
    words = load_changes()
    told = {
        "kind": (_("Art"), pick(words.kinds[chosen.kind].label, view.lang) if chosen.kind else ""),
        "type": (_("Was"), _types()[chosen.type] if chosen.type else ""),
        "theme": (_("Handlungsfeld"), view.named(chosen.theme).text if chosen.theme else ""),
        "property": (_("Merkmal"), pick(words.named(chosen.property).label, view.lang) if chosen.property else ""),
    }
    return [Filter(head, word, here(page=None, **{name: None})) for name, (head, word) in told.items() if str(word)]


def _types() -> dict[str, str]:
    return {"measure": _("Maßnahmen"), "goal": _("Ziele")}


def _themes(view: View, whole: Comparison, chosen: str) -> list[Option]:
    """The themes of what changed, by name."""
    found = {
        value
        for each in whole.entries
        for facts in (each.before, each.after)
        if facts
        for value, _beside in facts.values.get("theme", ())
    }
    names = sorted((str(view.named(iri).text), iri) for iri in found)
    return [Option(iri, name, iri == chosen) for name, iri in names]


def _system(view: View, system: System) -> Link:
    city, name = system
    return view.named(f"{view.base}{city}/{name}/system")


def _size(whole: Comparison, goals: bool) -> tuple[int, int]:
    before, after = (sum(e.is_goal == goals for e in side.entries.values()) for side in (whole.before, whole.after))
    return before, after


def _summary(whole: Comparison, view: View) -> list[tuple[str, str, int, int]]:
    """Kind, its word, how many measures and how many goals; every number is the length of a list."""
    words = load_changes()
    return [
        (kind, pick(words.kinds[kind].label, view.lang), whole.counts[kind], whole.goal_counts[kind])
        for kind in KINDS
        if whole.counts[kind] or whole.goal_counts[kind]
    ]


def _columns(view: View, report: Report) -> list[Column[EntryChange]]:
    words = report.vocabulary

    def sentences(each: EntryChange) -> list[tuple[str, Change | None]]:
        headline = report.headline(each)
        return [*([(headline, None)] if headline else []), *((report.phrase(each, c), c) for c in each.changes)]

    def told(each: EntryChange) -> Markup:
        others = [view.named(iri) for iri in each.others]
        drawn = render_template("_change.html", sentences=sentences(each), shortened=shortened, others=others)
        return Markup(drawn)  # noqa: S704  the template escapes

    def link(each: EntryChange) -> Link:
        known = view.named(each.iri)
        return Link(each.iri, Text(each.facts.label, "de"), known.url)

    return [
        Column("label", _("Maßnahme oder Ziel"), link, sort=lambda each: each.facts.label, wide=True),
        Column(
            "kind",
            _("Art"),
            lambda each: pick(words.kinds[each.kind].label, view.lang),
            sort=lambda each: KINDS.index(each.kind),
        ),
        Column("text", _("Änderung"), lambda each: None, html=told, wide=True),
        Column("goal", _("Ziel"), lambda each: Text(each.path[-1], "de") if each.path else None),
        Column(
            "line", _("Zeile"), lambda each: each.facts.line or None, sort=lambda each: each.facts.line, number=True
        ),
    ]


def shortened(words: Sequence[Piece]) -> Iterator[Piece]:
    """The difference of two texts without the long stretches that both have."""
    for index, (op, text) in enumerate(words):
        if op == "equal" and len(text) > 2 * _CONTEXT:
            start = text[:_CONTEXT] if index else ""
            end = text[-_CONTEXT:] if index < len(words) - 1 else ""
            text = f"{start} … {end}"
        yield Piece(op, text)


def _decided(view: View, after: str, until: str, root: str) -> list[Decided]:
    """Decisions between two days about a goal system; of all days and systems where these are empty."""
    last = min(filter(None, (until, view.day.isoformat() if view.day else "")), default="")
    words = load_words(view.lang)

    def label(iri: str) -> str:
        return view.named(iri).text.value

    return decided(state().engine, view.base, words, label, after=after, until=last, root=view.base + root)


PAGES = {"changes": changes}
