"""Decisions in tables: the form that people fill in, and reading it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zielgraph.deciding.model import Decision
from zielgraph.deciding.record import Desk, Misfit, Wish
from zielgraph.deciding.words import Words
from zielgraph.errors import InputError, UsageError
from zielgraph.source import Line, Sheet, Source
from zielgraph.table.dates import read_date

_HEAD_LINES = 50
_FORM = ("action", "reason", "name", "day")
_PROVEN = ("action", "reason", "actor", "role", "theme", "disposition", "finding")
"""Fields that only somebody who decides fills in; a row without them is skipped."""


@dataclass
class FormReading:
    """What a table of decisions holds. With ``errors`` nothing of it may be stored."""

    decisions: list[Decision] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    skipped: int = 0
    ignored: list[str] = field(default_factory=list)
    """Headings that nobody knows; their columns were not read."""


def read_form(
    source: Source, desk: Desk, words: Words, *, name: str = "", reason: str = "", day: date | None = None
) -> FormReading:
    """The decisions of a table. ``name``, ``reason`` and ``day`` count where a row has none.

    Raises InputError when no sheet has the headings; what is wrong with single rows is collected in ``errors``.
    """
    reading = FormReading()
    sheets = [(sheet, found) for sheet in source.sheets if (found := _header(sheet, words))]
    if not sheets:
        need = " und ".join(f"„{words.headings[each][0]}“" for each in ("subject", "action"))
        raise InputError(
            "keine Überschriften einer Entscheidungstabelle gefunden",
            file=source.file,
            advice=f"Nötig sind {need}; eine Vorlage schreibt „zielgraph decide template“.",
        )
    for sheet, (index, columns) in sheets:
        header = sheet.lines[index].cells
        reading.ignored += [cell.strip() for cell in header if cell.strip() and not words.is_heading(cell)]
        for line in sheet.lines[index + 1 :]:
            cells = {part: _cell(line, column) for part, column in columns.items()}
            if not any(cells.get(part) for part in _PROVEN):
                reading.skipped += 1
                continue
            defaults = {"name": name, "reason": reason}
            try:
                wish = _wish({**cells, **{k: v for k, v in defaults.items() if not cells.get(k)}}, words, day)
                reading.decisions.append(desk.decision(wish))
            except UsageError as error:
                part = error.field if isinstance(error, Misfit) else "action"
                heading = header[columns[part]].strip() if part in columns else words.headings[part][0]
                reading.errors.append(
                    InputError(str(error), file=source.file, sheet=sheet.name, row=line.number, column=heading)
                )
    return reading


def _header(sheet: Sheet, words: Words) -> tuple[int, dict[str, int]] | None:
    """Index of the header line and its columns: the first that has an action and what it is about."""
    for index, line in enumerate(sheet.lines[:_HEAD_LINES]):
        columns = words.columns(line.cells)
        if "action" in columns and {"subject", "finding"} & set(columns):
            return index, columns
    return None


def _cell(line: Line, column: int) -> str:
    """The cell's text; in merged cells the text that covers it. A spreadsheet's guard against formulas goes."""
    text = line.merged.get(column) or (line.cells[column] if column < len(line.cells) else "")
    text = text.strip()
    return text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text


def _wish(cells: Mapping[str, str], words: Words, day: date | None) -> Wish:
    if not (said := cells.get("action", "")):
        raise Misfit("action", "Es fehlt die Entscheidung.")
    action = words.action(said)
    if action is None:
        known = ", ".join(names[0] for names in words.actions.values())
        raise Misfit("action", f"„{said}“ ist keine bekannte Entscheidung. Möglich sind: {known}.")
    if written := cells.get("day", ""):
        day = read_date(written, serials=True).exact
        if day is None:
            raise Misfit("day", f"„{written}“ ist kein Tag. Bitte so schreiben: 31.12.2026.")
    texts = {part: text for part, text in cells.items() if part not in ("action", "day")}
    return Wish(action, day=day, **texts)


def form_headings(words: Words) -> list[str]:
    """Headings of the form: what it is about, what the report says, what to fill in."""
    return [words.headings["subject"][0], *words.shown.values(), *(words.headings[each][0] for each in _FORM)]


def form_rows(items: Sequence[Mapping[str, str]], words: Words) -> Iterator[list[str]]:
    """Rows of the form. Each item has ``subject`` and what ``words.shown`` names; the columns to fill in are empty."""
    for item in items:
        yield [item["subject"], *(item.get(each, "") for each in words.shown), *("" for _ in _FORM)]
