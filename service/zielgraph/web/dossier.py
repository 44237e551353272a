"""All that a page says about one item, with the evidence for it: a measure, or a goal whose row reports itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_iri
from zielgraph.editions.report import Report
from zielgraph.editions.trace import trace
from zielgraph.engine import NamedNode
from zielgraph.inventory.model import Finding
from zielgraph.inventory.model import Item as Listed
from zielgraph.vocabulary import SH
from zielgraph.web import records
from zielgraph.web.current import state
from zielgraph.web.evidence import KINDS, Segment, marks, segments
from zielgraph.web.view import Link, Text, View
from zielgraph.web.wording import action_words

_FOCUS = NamedNode(SH + "focusNode")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: ``words`` say what, ``state`` whether it is in force."""

    day: str
    name: str
    words: str
    about: Sequence[Link]
    reason: str
    state: str
    link: Link


@dataclass(frozen=True, slots=True)
class Past:
    """What an edition changed, in sentences."""

    day: str
    edition: Link
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with the sentence in the page's language, the part of the item it is about, who should see to it."""

    severity: str
    message: Text
    rule: str
    part: Link | None
    responsible: Link | None


@dataclass(frozen=True)
class Dossier:
    """An item as a page shows it. ``wording`` and ``progress`` are cut at the words that prove something.

    ``kinds`` are those of the marks that occur; ``anchors`` the ids of the places where the page speaks of what they
    prove; ``listed`` is the item in the inventory.
    """

    item: records.Item
    listed: Listed | None
    wording: Sequence[Segment]
    progress: Sequence[Segment]
    kinds: Sequence[str]
    anchors: Mapping[str, str]
    past: Sequence[Past]
    decisions: Sequence[Decision]
    findings: Sequence[Problem]


def dossier(view: View, node: NamedNode) -> Dossier:
    """Everything about a measure or a goal row; a few dozen look-ups by index."""
    item = records.item(view, node)
    listed = view.inventory.items.get(node.value)
    anchors = {role.iri: f"rolle-{number}" for number, role in enumerate(item.roles, start=1)}
    anchors |= {each.property.iri: f"abgeleitet-{number}" for number, each in enumerate(item.derived, start=1)}
    targets = {iri: f"#{anchor}" for iri, anchor in anchors.items()}
    cells = [cell for row in item.rows for cell in row.cells]
    texts = (item.link.text.value, item.progress.value if item.progress else "")
    wording, progress = (segments(text, marks(text, cells, item.roles, item.derived, targets)) for text in texts)
    present = {kind for segment in (*wording, *progress) for kind in segment.kinds}
    return Dossier(
        item,
        listed,
        wording,
        progress,
        [kind for kind in KINDS if kind in present],
        anchors,
        past(view, node.value),
        decisions(view, node),
        problems(view, [view.inventory.findings[iri] for iri in listed.findings] if listed else []),
    )


def past(view: View, iri: str) -> list[Past]:
    """What the editions changed in a measure or goal, the newest first; empty while there is only one edition."""
    now = state()
    last = view.day.isoformat() if view.day else "9999"
    editions = [each for each in now.info.editions if each.date <= last]
    steps = trace(now.engine, now.base, editions, iri)
    labels = Names(now.engine)
    found = []
    for number, step in enumerate(steps):
        sentences: list[str] = []
        if step.comparison and step.entry:
            report = Report(step.comparison, labels, view.lang)
            sentences = [text for text in [report.headline(step.entry)] if text]
            sentences += [report.phrase(step.entry, change) for change in step.entry.changes]
        if not sentences:
            unchanged = _("unverändert") if step.present else _("nicht mehr enthalten")
            sentences = [_("erstmals enthalten") if number == 0 else unchanged]
        found.append(Past(step.edition.date, view.named(edition_iri(now.base, step.edition)), sentences))
    return found[::-1]


def decisions(view: View, node: NamedNode) -> list[Decision]:
    """What people decided about a node, or about a finding that concerns it, the newest first."""
    nodes = {*view.subjects(records.zg("subject"), node), *view.subjects(_FOCUS, node)}
    found, actions = [], action_words()
    for each in nodes:
        if "Decision" not in view.kinds(each):
            continue
        about = [
            view.link(term)
            for name in ("property", "actor", "role", "value")
            for term in view.objects(each, records.zg(name))
        ]
        decision = Decision(
            view.value(each, "decidedOn"),
            view.value(each, "decidedByName"),
            actions.get(action := view.value(each, "action"), action),
            about,
            view.value(each, "reason"),
            _force(view, each),
            view.link(each),
        )
        found.append(((decision.day, int(view.value(each, "entry") or 0)), decision))
    return [decision for _order, decision in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _force(view: View, node: NamedNode) -> str:
    """Whether a decision holds, in words; empty where it does."""
    if name := view.value(node, "withdrawnByName"):
        return str(_("zurückgezogen von %(name)s", name=name))
    if view.value(node, "needsReview") == "true":
        return str(_("bitte neu prüfen: Der Wortlaut hat sich seitdem geändert."))
    return "" if view.value(node, "inForce") != "false" else str(_("gilt nicht mehr"))


def problems(view: View, findings: Sequence[Finding]) -> list[Problem]:
    """Findings in the page's language."""
    found = []
    for each in findings:
        lang = view.lang if view.lang in each.message else "de"
        message = Text(each.message.get(lang) or next(iter(each.message.values()), ""), lang)
        responsible = view.named(each.responsible) if each.responsible else None
        part = view.named(each.node) if each.node not in ("", each.item) else None
        found.append(Problem(each.severity, message, each.rule, part, responsible))
    return found
