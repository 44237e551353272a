"""What has been decided and what can be: read from the state, for the page of decisions and the forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask

from zielgraph.deciding.model import COURSES
from zielgraph.engine import NamedNode, Term
from zielgraph.exporting.tables import plain
from zielgraph.inventory.model import Finding
from zielgraph.vocabulary import DISPOSITION, ROLE
from zielgraph.web.view import Link, View, current_view

STATES = ("in-force", "review", "overruled", "withdrawn")


@dataclass(frozen=True, slots=True)
class Record:
    """A decision as a page shows it: ``about`` are actor, role and value; ``key`` the last part of its IRI."""

    iri: str
    key: str
    state: str
    action: str
    subject: Link
    about: tuple[Link, ...]
    rule: str
    reason: str
    name: str
    day: str
    withdrawn: str
    withdrawn_by: str
    withdrawn_why: str


@dataclass(frozen=True, slots=True)
class Part:
    """An actor's part in an item, to be confirmed or rejected; ``value`` is what the form sends."""

    value: str
    actor: Link
    role: Link | None
    state: str


@dataclass(frozen=True)
class Decidable:
    """What can be decided about an item or a goal; ``kind`` is "item", "goal", "ended" or "" for anything else."""

    node: Link
    kind: str
    parts: tuple[Part, ...]
    roles: tuple[Link, ...]
    themes: tuple[Link, ...]
    theme: tuple[str, ...]
    dispositions: tuple[Link, ...]
    disposition: str
    course: str
    courses: tuple[str, ...]
    findings: tuple[Finding, ...]
    records: tuple[Record, ...]

    @property
    def newest(self) -> str:
        """The key of the latest decision, empty before the first."""
        return self.records[0].key if self.records else ""


def records(view: View, **given: Sequence[Term]) -> list[Record]:
    """The decisions of the state shown, the latest first; ``given`` are bound in the query."""
    return [_record(view, row) for row in view.select("decisions", **given)]


def _record(view: View, row: dict[str, Term]) -> Record:
    def text(name: str) -> str:
        return plain(row[name]) if name in row else ""

    iri = text("decision")
    return Record(
        iri,
        iri.rsplit("/", 1)[-1],
        text("state"),
        text("action"),
        view.named(text("focus") or text("subject")),
        tuple(view.named(text(name)) for name in ("actor", "role", "value") if text(name)),
        text("rule"),
        text("reason"),
        text("name"),
        text("day"),
        text("withdrawn")[:10],
        text("withdrawnBy"),
        text("withdrawnWhy"),
    )


def decidable(iri: str) -> Decidable:
    """What can be decided about the resource of this IRI."""
    view = current_view()
    inventory = view.inventory
    item, goal = inventory.items.get(iri), inventory.goals.get(iri)
    kind = "item" if item else "goal" if goal else "ended" if iri in inventory.ended else ""
    city = iri.removeprefix(view.base).partition("/")[0]
    within = (f"{view.base}{city}/", f"{view.base}common/")
    parts = [
        Part(f"{each.actor} {ROLE}{each.role}", view.named(each.actor), view.named(ROLE + each.role), each.state)
        for each in (item.parts if item else ())
    ]
    parts += [Part(each, view.named(each), None, "") for each in (item.named if item else ())]
    return Decidable(
        node=view.named(iri),
        kind=kind,
        parts=tuple(parts),
        roles=tuple(map(view.named, inventory.roles)),
        themes=tuple(view.named(each) for each in inventory.themes if each.startswith(within)),
        theme=item.themes if item else goal.themes if goal else (),
        dispositions=tuple(map(view.named, inventory.dispositions)) if item else (),
        disposition=DISPOSITION + item.disposition if item and item.disposition else "",
        course=item.course if item else "",
        courses=COURSES if kind in ("item", "ended") else (),
        findings=tuple(inventory.findings[each] for each in item.findings) if item else (),
        records=tuple(records(view, about=[NamedNode(iri)])) if kind else (),
    )


def register(app: Flask) -> None:
    """What templates ask."""
    app.jinja_env.globals["decidable"] = decidable
