"""ODS sheets, read row by row from the XML.

calamine knows neither merged cells nor hidden rows of this format and joins the words around a line break;
once every cell has to be looked at for that, its text is at hand as well.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from zielgraph.errors import InputError
from zielgraph.source.container import Container
from zielgraph.source.grid import Area, Grid, build_sheet, cell_notices
from zielgraph.source.model import Limits, Sheet
from zielgraph.source.values import column_name, number, text_of

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_ROW, _SHEET = f"{_TABLE}table-row", f"{_TABLE}table"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_FILLED = (f"{_OFFICE}value-type", f"{_TABLE}formula")
_DURATION = re.compile(r"P(?:(\d{1,6})D)?T?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:[.,]\d*)?S)?")
_LAST_ROW = 10_000_000


@dataclass
class _Sheet:
    name: str
    hidden: bool
    row: int = 0
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    uncached: list[str] = field(default_factory=list)


def read_ods(container: Container, limits: Limits) -> tuple[list[Sheet], list[str]]:
    """Sheets of an ODS file and notices about them."""
    sheets: list[Sheet] = []
    notices: list[str] = []
    try:
        for found in _sheets(container, limits):
            if len(sheets) == limits.sheets:
                raise container.damaged(f"hat mehr als {limits.sheets} Blätter")
            grid = Grid(found.name, found.rows, found.hidden, found.merged, found.hidden_rows)
            sheet, more = build_sheet(grid, container.name, limits)
            sheets.append(sheet)
            notices += more + cell_notices(found.name, found.uncached, found.errors)
    except etree.XMLSyntaxError as error:
        raise container.damaged(f"das XML der Tabelle ist beschädigt (Zeile {error.lineno})") from None
    return sheets, notices


def _sheets(container: Container, limits: Limits) -> Iterator[_Sheet]:
    hidden_styles: set[str] = set()
    sheet: _Sheet | None = None
    events = etree.iterparse(
        container.open("content.xml"),
        events=("start", "end"),
        tag=(_SHEET, _ROW, f"{_STYLE}style"),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    for event, element in events:
        if element.tag == f"{_STYLE}style":
            if event == "end" and any(each.get(f"{_TABLE}display") == "false" for each in element):
                hidden_styles.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == _SHEET:
            if (parent := element.getparent()) is None or parent.tag != f"{_OFFICE}spreadsheet":
                continue
            if event == "start":
                style = element.get(f"{_TABLE}style-name", "")
                sheet = _Sheet(element.get(f"{_TABLE}name", ""), style in hidden_styles)
            elif sheet is not None:
                yield sheet
                sheet = None
                element.clear()
        elif event == "end" and sheet is not None and next(element.iterancestors(_ROW), None) is None:
            _row(element, sheet, container.name, limits)
            element.clear()
            while (before := element.getprevious()) is not None and before.tag == _ROW:
                before.getparent().remove(before)


def _row(row: etree._Element, sheet: _Sheet, file: str, limits: Limits) -> None:
    cells: list[str] = []
    column = 0
    number_ = sheet.row + 1
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        repeated = _count(cell, "number-columns-repeated")
        if len(cell) or any(name in cell.attrib for name in _FILLED):
            place = f"{column_name(column)}{number_}"
            if text := _text(cell, place, sheet):
                if column + repeated > limits.cells:
                    raise InputError(
                        f"die Zeile hat mindestens {column + repeated} Zellen, erlaubt sind {limits.cells}",
                        file=file,
                        sheet=sheet.name,
                        row=number_,
                        advice="Bitte überzählige Spalten am rechten Rand löschen.",
                    )
                cells += [""] * (column - len(cells)) + [text] * repeated
                down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
                if down > 1 or right > 1:
                    sheet.merged.append((sheet.row, column, sheet.row + down - 1, column + right - 1))
        column += repeated
    times = _count(row, "number-rows-repeated")
    if cells:
        if len(sheet.rows) + times > limits.rows:
            raise InputError(
                f"hat mehr als {limits.rows} Zeilen",
                file=file,
                sheet=sheet.name,
                row=number_,
                advice="Bitte die Tabelle aufteilen oder ZIELGRAPH_MAX_TABLE_ROWS erhöhen.",
            )
        sheet.rows += [(number_ + i, cells[:]) for i in range(times)]
        if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_rows.update(range(number_, number_ + times))
    sheet.row = min(sheet.row + times, _LAST_ROW)


def _count(element: etree._Element, attribute: str) -> int:
    value = element.get(f"{_TABLE}{attribute}", "1")
    return max(1, min(int(value), _LAST_ROW)) if value.isdecimal() and len(value) < 12 else 1


def _text(cell: etree._Element, place: str, sheet: _Sheet) -> str:
    kind = cell.get(f"{_OFFICE}value-type")
    shown = "\n".join(_paragraph(each) for each in cell if each.tag in (f"{_TEXT}p", f"{_TEXT}h"))
    if cell.get(_ERROR_TYPE) == "error":
        sheet.errors.append(place)
        return shown or "#NV"
    if kind is None and not shown and cell.get(f"{_TABLE}formula"):
        sheet.uncached.append(place)
    try:
        if kind in ("float", "percentage", "currency"):
            return number(float(cell.get(f"{_OFFICE}value", "")))
        if kind == "boolean":
            return text_of(cell.get(f"{_OFFICE}boolean-value") == "true")
        if kind == "date":
            value = cell.get(f"{_OFFICE}date-value", "")
            return text_of(dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value))
        if kind == "time" and (match := _DURATION.fullmatch(cell.get(f"{_OFFICE}time-value", ""))):
            days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return text_of(dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))
    except (ValueError, OverflowError):
        return shown  # what the program showed when it was saved
    return shown or cell.get(f"{_OFFICE}string-value", "")


def _paragraph(element: etree._Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            parts.append(" " * (min(int(count), 1_000) if count.isdecimal() and len(count) < 9 else 1))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag != f"{_OFFICE}annotation" and isinstance(child.tag, str):
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
