"""What an import found, as values and as JSON: columns, repairs, unknown words, actors, differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zielgraph.editions.diff import Comparison, compare
from zielgraph.editions.facts import read_facts
from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_facts, edition_name
from zielgraph.editions.report import Report
from zielgraph.engine import Engine
from zielgraph.importing.plan import Plan
from zielgraph.lifting import Lifted
from zielgraph.lifting.ids import Assignment
from zielgraph.lifting.networks import LiftedNetworks
from zielgraph.matching import Fresh, Known, Matching
from zielgraph.matching.confirm import write_questions
from zielgraph.store import EditionInfo
from zielgraph.table import Notice, Table
from zielgraph.table.repairs import REPAIR_TEXTS

KINDS = ("unchanged", "reworded", "moved", "split", "merged", "new")
_MANY = 3  # measures that do not vanish all at once by chance
_SAME = ("unchanged", "reworded", "moved")


@dataclass(frozen=True)
class Doubt:
    """An unsure match: which row of the table may be which goal or measure of before."""

    kind: str
    id: int
    old: str
    row: str
    new: str
    likeness: float
    reason: str


@dataclass
class Differences:
    """What became of the goals and measures of the edition compared with; counts by kind, goals apart.

    ``comparison`` has every changed value; only a dry run makes it.
    """

    compared_with: str
    measures: dict[str, int]
    goals: dict[str, int]
    doubts: list[Doubt] = field(default_factory=list)
    questions: list[tuple[str, Matching, Sequence[Fresh], Sequence[Known]]] = field(default_factory=list)
    comparison: Comparison | None = None


@dataclass
class ImportReport:
    """What an import did or, after a dry run, would do."""

    plan: Plan
    counts: dict[str, int]
    changed: bool = False
    action: str = ""
    notices: list[Notice] = field(default_factory=list)
    differences: Differences | None = None
    findings: dict[str, int] | None = None
    labels: Names | None = None

    @classmethod
    def of(cls, plan: Plan) -> ImportReport:
        """The report of what was read; the rest follows as it happens."""
        table, reading = plan.table, plan.reading
        counts = {"rows": len(table.rows), "repairs": len(table.repairs)}
        if reading is not None:
            counts |= {
                "measures": sum(item.is_measure for item in table.items),
                "goals": len(table.goals),
                "mentions": sum(1 for found in reading.mentions.values() for each in found if each.actor),
                "candidates": sum(1 for found in reading.mentions.values() for each in found if not each.actor),
                "provisional": len(reading.provisional_actors),
            }
        notices = list(table.warnings)
        if table.stated_date and plan.order.day and table.stated_date != plan.order.day:
            stated, wanted = f"{table.stated_date:%d.%m.%Y}", f"{plan.order.day:%d.%m.%Y}"
            notices.append(Notice(0, "", f"Die Datei nennt als Stand {stated}, angegeben ist {wanted}"))
        return cls(plan, counts, notices=notices)

    @property
    def table(self) -> Table:
        """The table as read."""
        return self.plan.table

    @property
    def day(self) -> date:
        """The edition's day."""
        return self.plan.day

    def candidates(self) -> list[tuple[str, list[str]]]:
        """Names that may be actors but are not in the register, with the rows in which they stand; most first."""
        rows: dict[str, list[str]] = {}
        if self.plan.reading is not None:
            for (row, _), found in self.plan.reading.mentions.items():
                for mention in found:
                    if not mention.actor:
                        rows.setdefault(mention.candidate or mention.quote, []).append(self.plan.table.rows[row].key)
        return sorted(rows.items(), key=lambda each: (-len(each[1]), each[0]))

    def questions(self) -> bytes:
        """The unsure matches as a table for people to decide, in CSV."""
        parts = [] if self.differences is None else self.differences.questions
        return write_questions(parts).encode()

    def changes_text(self, lang: str = "de") -> str:
        """Every changed value in words, as ``diff`` says it; empty unless a dry run compared them."""
        if self.differences is None or self.differences.comparison is None or self.labels is None:
            return ""
        return Report(self.differences.comparison, self.labels, lang).text()

    def as_json(self, *, repairs: bool = False, lang: str = "de") -> dict[str, Any]:
        """The report as plain data, the same keys for a dry run and an import; documented in docs/befehle.md."""
        plan, table = self.plan, self.plan.table
        reading = plan.reading
        result: dict[str, Any] = {
            "file": table.file,
            "sha256": table.sha256,
            "format": plan.source.format,
            "encoding": plan.source.encoding,
            "separator": plan.source.separator,
            "profile": plan.profile.name,
            "city": plan.iris.city,
            "system": plan.iris.system,
            "edition": plan.day.isoformat(),
            "estimated": plan.estimated,
            "action": self.action,
            "changed": self.changed,
            "counts": self.counts,
            "columns": [
                {
                    "sheet": each.sheet,
                    "column": each.number,
                    "heading": each.heading,
                    "role": each.role,
                    "filled": each.filled,
                    "examples": list(each.examples),
                }
                for each in table.columns
            ],
            "repairs": [
                {"rule": rule, "count": number, "text": REPAIR_TEXTS[rule][0]}
                for rule, number in Counter(each.rule for each in table.repairs).most_common()
            ],
            "warnings": [
                {"sheet": each.sheet, "row": each.line, "column": each.column, "message": each.message}
                for each in self.notices
            ],
            "unknownStatus": [{"word": word, "rows": rows} for word, rows in table.unknown_status.items()],
            "candidates": [{"label": label, "rows": rows} for label, rows in self.candidates()],
            "provisional": [
                {"iri": each.iri, "label": each.name} for each in (reading.provisional_actors if reading else ())
            ],
            "differences": self._differences(lang),
            "findings": self.findings,
        }
        if repairs:
            result["repairDetails"] = [
                {
                    "sheet": each.sheet,
                    "row": each.line,
                    "rule": each.rule,
                    "column": each.column,
                    "before": each.before,
                    "after": each.after,
                }
                for each in table.repairs
            ]
        return result

    def _differences(self, lang: str) -> dict[str, Any] | None:
        found = self.differences
        if found is None:
            return None
        result: dict[str, Any] = {
            "comparedWith": found.compared_with,
            "measures": found.measures,
            "goals": found.goals,
            "unsure": [
                {
                    "kind": each.kind,
                    "id": each.id,
                    "before": each.old,
                    "row": each.row,
                    "text": each.new,
                    "likeness": each.likeness,
                    "reason": each.reason,
                }
                for each in found.doubts
            ],
        }
        if found.comparison is not None and self.labels is not None:
            result["changes"] = Report(found.comparison, self.labels, lang).document()["items"]
        return result


def differences(
    report: ImportReport,
    lifted: Lifted | LiftedNetworks,
    before: EditionInfo | None,
    engine: Engine,
    base: str,
    *,
    full: bool = False,
) -> None:
    """Put what changed against the edition compared with into the report; ``full``: every changed value too."""
    if isinstance(lifted, LiftedNetworks):
        report.counts |= lifted.counts
        report.notices += lifted.notices
        return
    if before is None:
        return
    history = lifted.history
    # against a later edition, what is missing here is not gone, it had not come yet
    earlier = before.date < report.plan.day.isoformat()
    found = Differences(
        edition_name(before),
        _counts(history.measures, history.before.last_measures, history.before.earlier_measures, earlier),
        _counts(history.goals, history.before.last_goals, history.before.earlier_goals, earlier),
    )
    for kind, assignment, fresh in (
        ("goal", history.goals, history.fresh_goals),
        ("measure", history.measures, history.fresh_measures),
    ):
        known = assignment.known
        found.doubts += _doubts(kind, assignment, fresh, known)
        found.questions.append((kind, assignment.matching, fresh, known))
    gone, had = found.measures["gone"], len(history.before.last_measures)
    if gone == had and had >= _MANY:
        report.notices.append(
            Notice(0, "", f"Keine der {had} Maßnahmen von {found.compared_with} steht hier; war das die richtige Datei")
        )
    if full:
        plan = report.plan
        day = plan.day.isoformat()
        name = f"{plan.iris.city}/{plan.iris.system}/{day}"
        quads = (quad for stream in (lifted.source, lifted.derived) for quad in stream)
        after = read_facts(quads, plan.iris.edition.value, name, day, file=plan.table.file, rules=plan.rules)
        report.labels = Names(engine)
        found.comparison = compare(edition_facts(engine, base, before), after, report.labels)
    report.differences = found


def _counts(assignment: Assignment, last: frozenset[int], seen: frozenset[int], earlier: bool) -> dict[str, int]:
    kinds: Counter[str] = Counter(
        match.kind if match.kind not in _SAME or match.id in last else "returned" if match.id in seen else "new"
        for match in assignment.matching.matches
    )
    return {kind: kinds[kind] for kind in (*KINDS, "returned")} | {
        "gone": len(last.intersection(assignment.matching.gone)) if earlier else 0
    }


def _doubts(kind: str, assignment: Assignment, fresh: Sequence[Fresh], known: Sequence[Known]) -> list[Doubt]:
    texts = {each.id: each.text for each in known}
    return [
        Doubt(
            kind,
            each.id,
            texts.get(each.id, ""),
            fresh[each.index].row,
            fresh[each.index].text,
            each.likeness,
            each.reason,
        )
        for each in assignment.matching.unsure
    ]
