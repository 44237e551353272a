"""The paper "continue, stop or restart": every measure with what is decided on it, and room for a vote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from zielgraph.deciding import COURSES
from zielgraph.exporting.briefing.decided import Decided
from zielgraph.exporting.briefing.draw import Address, linked, render, styles
from zielgraph.exporting.briefing.model import Name
from zielgraph.exporting.briefing.source import Source
from zielgraph.inventory.model import Item
from zielgraph.vocabulary import DISPOSITION

QUESTION = "measure-courses"
"""The question with the same rows."""


@dataclass(frozen=True, slots=True)
class Course:
    """A measure with what is decided on it; "" where there is nothing. ``day`` is the day of the decision (ISO)."""

    measure: Name
    themes: str
    goals: str
    status: str
    disposition: str
    course: str
    reason: str
    name: str
    day: str
    line: int


def courses_of(source: Source, decisions: Iterable[Decided], course: str = "") -> list[Course]:
    """The measures of the report and those that it has no longer, in the order of the question ``measure-courses``.

    They are the same rows as its answer has. ``course`` leaves those on which that is decided.
    """
    held = {(each.about, each.action): each for each in decisions if not each.state}
    inventory = source.inventory
    rows = [(item.system, _of_item(source, item, held)) for item in source.measures]
    if not source.theme:
        rows += [
            (ended.system, _of_ended(source, iri, held))
            for iri, ended in inventory.ended.items()
            if source.system in ("", ended.system)
        ]
    rows.sort(key=lambda row: (source.word(row[0]), _number(row[1].measure.iri), row[1].measure.iri))
    return [row for _system, row in rows if course in ("", row.course)]


def _number(iri: str) -> int:
    digits = iri[len(iri.rstrip("0123456789")) :]
    return int(digits) if digits else 0


def _of_item(source: Source, item: Item, held: Mapping[tuple[str, str], Decided]) -> Course:
    decision = held.get((item.iri, item.course))
    return Course(
        measure=source.name(item.iri),
        themes="; ".join(sorted(source.word(theme) for theme in item.themes)),
        goals="; ".join(sorted(source.word(goal) for goal in item.goals)),
        status=source.state(item.status).word if item.status else "",
        disposition=source.word(DISPOSITION + item.disposition) if item.disposition else "",
        course=item.course,
        reason=decision.reason if decision else "",
        name=decision.name if decision else "",
        day=decision.day if decision else "",
        line=item.line,
    )


def _of_ended(source: Source, iri: str, held: Mapping[tuple[str, str], Decided]) -> Course:
    decision = next((held[iri, course] for course in COURSES if (iri, course) in held), None)
    told = (decision.action, decision.reason, decision.name, decision.day) if decision else ("", "", "", "")
    return Course(source.name(iri), "", "", source.words("no_longer", "courses"), "", *told, line=0)


def by_theme(rows: Sequence[Course]) -> list[Course]:
    """The rows as the paper has them, one theme after the other."""
    return [row for group in _grouped(rows).values() for row in group]


def _grouped(rows: Sequence[Course]) -> Mapping[str, Sequence[Course]]:
    """The rows by theme, those without one last."""
    found: dict[str, list[Course]] = {}
    for row in rows:
        found.setdefault(row.themes, []).append(row)
    return {theme: found[theme] for theme in sorted(found, key=lambda theme: (not theme, theme.casefold()))}


def courses_body(
    rows: Sequence[Course], address: Address, *, whole: Sequence[Course], lang: str, city: str = "", standing: str = ""
) -> Markup:
    """The paper without the document around it, for a page: some ``rows`` of the ``whole``. Every text is escaped."""
    return Markup(_drawn("_courses.html", rows, whole, address, lang, city, standing))  # noqa: S704  templates escape


def courses_document(rows: Sequence[Course], address: Address, *, lang: str, city: str = "", standing: str = "") -> str:
    """The paper as a whole HTML document."""
    return _drawn("courses.html", rows, rows, address, lang, city, standing)


def _drawn(
    template: str,
    rows: Sequence[Course],
    whole: Sequence[Course],
    address: Address,
    lang: str,
    city: str,
    standing: str,
) -> str:
    def link(row: Course) -> Markup:
        return linked(row.measure, lang, address)

    return render(
        template,
        lang,
        groups=_grouped(rows),
        decided=sum(bool(row.course) for row in whole),
        total=len(whole),
        courses=COURSES,
        link=link,
        city=city,
        standing=standing,
        styles=Markup(styles()),  # noqa: S704  ours
    )
