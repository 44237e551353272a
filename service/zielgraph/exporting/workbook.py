"""The edition as an Excel workbook: the report items as read, and the table as it stood in the file."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from zielgraph.engine import Engine
from zielgraph.exporting.template import goal_system, rows, state
from zielgraph.exporting.xmltext import xml_text
from zielgraph.store import EditionInfo

_COLUMNS = (  # heading, variable of queries/measures.rq, width
    ("Zeile", "line", 7),
    ("Kennung", "item", 30),
    ("Handlungsfeld", "theme", 18),
    ("Ziel", "goal", 40),
    ("Maßnahme", "label", 50),
    ("Status", "status", 12),
    ("Verbleib (abgeleitet)", "disposition", 20),
    ("Sachstand", "progress", 60),
    ("Erstmals genannt", "firstMentioned", 16),
    ("Gremium", "body", 20),
    ("Beteiligte (abgeleitet)", "actors", 40),
)
_MAX_CELL = 32767  # characters in one cell of a spreadsheet


def workbook(engine: Engine, base: str, table: list[tuple[int, list[str]]], edition: EditionInfo) -> bytes:
    """XLSX bytes. Every cell is written as text or number, never as formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": datetime(2000, 1, 1)})  # no clock: same store, same file
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Maßnahmen")
    sheet.freeze_panes(1, 0)
    for column, (heading, _, width) in enumerate(_COLUMNS):
        sheet.write_string(0, column, heading, bold)
        sheet.set_column(column, column, width, wrap)
    number = 0
    items = rows(engine, "measures", graphs=state(base, edition), system=goal_system(base, edition))
    for number, item in enumerate(items, start=1):
        sheet.write_number(number, 0, int(item["line"]))
        for column, (_, name, _) in enumerate(_COLUMNS[1:], start=1):
            if item[name]:
                sheet.write_string(number, column, _fitting(item[name]))
    sheet.autofilter(0, 0, number, len(_COLUMNS) - 1)
    raw = book.add_worksheet("Quelle")
    raw.freeze_panes(1, 0)
    for index, (line, cells) in enumerate(table):
        raw.write_string(index, 0, "Zeile" if line == 0 else str(line), bold if line == 0 else None)
        for column, cell in enumerate(cells, start=1):
            raw.write_string(index, column, _fitting(cell), bold if line == 0 else None)
    book.close()
    return buffer.getvalue()


def _fitting(text: str) -> str:
    text = xml_text(text)
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"
