"""What people change on the pages, as functions for a process of its own: decisions and imports.

Each takes one task, a value that can be sent there, and gives one back. See :meth:`Writer.run` and :meth:`Pool.call`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from zielgraph.deciding import Decision, Wish
from zielgraph.importing import deciding, import_table
from zielgraph.importing.deciding import Decided
from zielgraph.settings import Settings


@dataclass(frozen=True, slots=True)
class DecideTask:
    """Decisions to be written down; ``fields`` is what the form calls reason and name."""

    settings: Settings
    wishes: Sequence[Wish]
    fields: tuple[str, str]


@dataclass(frozen=True, slots=True)
class WithdrawTask:
    """A decision, by the last part of its IRI, that somebody takes back."""

    settings: Settings
    decision: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableTask:
    """A table of decisions; ``name`` is who decided where a row is silent. ``dry_run``: only say what it holds."""

    settings: Settings
    path: Path
    name: str
    dry_run: bool


@dataclass(frozen=True, slots=True)
class ImportTask:
    """A table to be imported, with the choices of :func:`import_table`."""

    settings: Settings
    path: Path
    city: str | None = None
    system: str | None = None
    edition: date | None = None
    profile: str | None = None
    sheet: str | None = None
    replace: bool = False
    accept: Path | None = None
    dry_run: bool = True


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did or would do: the report as plain data, the changes in words by language, and the questions.

    ``questions`` is the table of unsure matches as ``import --matches`` writes it, empty where there are none.
    """

    report: Mapping[str, Any]
    changes: Mapping[str, str]
    questions: str


def decide(task: DecideTask) -> Decided:
    """Write decisions down and compose the state anew."""
    return deciding.store_wishes(task.settings, task.wishes, fields=task.fields)


def withdraw(task: WithdrawTask) -> Decision:
    """Take a decision back and compose the state anew."""
    return deciding.take_back(task.settings, task.decision, name=task.name, reason=task.reason)


def decide_table(task: TableTask) -> Decided:
    """Write the decisions of a table down, all or none, or say what they are."""
    return deciding.store_table(task.settings, task.path, name=task.name, dry_run=task.dry_run)


def import_file(task: ImportTask) -> Imported:
    """Import a table, or say what an import would do."""
    report = import_table(
        task.settings,
        task.path,
        city=task.city,
        system=task.system,
        edition=task.edition,
        profile=task.profile,
        sheet=task.sheet,
        replace=task.replace,
        dry_run=task.dry_run,
        accept=task.accept,
    )
    doubts = report.differences.doubts if report.differences else ()
    return Imported(
        report.as_json(repairs=True),
        {lang: report.changes_text(lang) for lang in ("de", "en")},
        report.questions().decode() if doubts else "",
    )
