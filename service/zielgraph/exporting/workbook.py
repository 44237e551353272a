"""The edition as an Excel workbook: the report items as read, and the table as it stood in the file."""

from __future__ import annotations

import io

import xlsxwriter

from zielgraph.engine import Engine, Literal, NamedNode, QuerySolutions
from zielgraph.exporting.template import query_text
from zielgraph.store import EditionInfo

_HEADINGS = (
    "Zeile",
    "Kennung",
    "Handlungsfeld",
    "Ziel",
    "Maßnahme",
    "Status",
    "Verbleib (abgeleitet)",
    "Sachstand",
    "Erstmals genannt",
    "Gremium",
    "Beteiligte (abgeleitet)",
)
_WIDTHS = (7, 30, 18, 40, 50, 12, 20, 60, 16, 20, 40)


def workbook(engine: Engine, table: list[tuple[int, list[str]]], edition: EditionInfo) -> bytes:
    """XLSX bytes. Every cell is written as text or number, never as formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Maßnahmen")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, _HEADINGS, bold)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, wrap)
    base = engine.query(query_text("measures", system=_system(engine, edition)))
    assert isinstance(base, QuerySolutions)
    names = [variable.value for variable in base.variables]
    number = 0
    for number, solution in enumerate(base, start=1):
        for column, name in enumerate(names):
            term = solution[name]
            if name == "line" and isinstance(term, Literal):
                sheet.write_number(number, column, int(term.value))
            elif term is not None:
                sheet.write_string(number, column, getattr(term, "value", str(term)))
    sheet.autofilter(0, 0, number, len(_HEADINGS) - 1)
    raw = book.add_worksheet("Quelle")
    raw.freeze_panes(1, 0)
    for index, (line, cells) in enumerate(table):
        raw.write_string(index, 0, "Zeile" if line == 0 else str(line), bold if line == 0 else None)
        for column, cell in enumerate(cells, start=1):
            raw.write_string(index, column, cell, bold if line == 0 else None)
    book.close()
    return buffer.getvalue()


def _system(engine: Engine, edition: EditionInfo) -> NamedNode:
    suffix = f"/{edition.city}/{edition.system}/system"
    kind = NamedNode("https://w3id.org/zielgraph/ontology#GoalSystem")
    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    return next(
        q.subject
        for q in engine.quads(None, rdf_type, kind, None)
        if isinstance(q.subject, NamedNode) and q.subject.value.endswith(suffix)
    )
