"""Excel workbooks: XLSX and XLSM (with what calamine leaves out), XLSB, XLS."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from zielgraph.errors import InputError
from zielgraph.source.calamine import RawSheet, Unreadable, read_apart, read_sheets
from zielgraph.source.container import SAVE_AGAIN, Container
from zielgraph.source.grid import Grid, build_sheet, cell_notices
from zielgraph.source.model import Limits, Sheet
from zielgraph.source.values import column_name
from zielgraph.source.xlsxscan import SheetScan, is_sheet, scan_sheet

_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONSHIP = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read_xlsx(container: Container, limits: Limits) -> tuple[list[Sheet], list[str]]:
    """Sheets of an XLSX or XLSM file and notices about them."""
    parts = _parts_of_sheets(container)
    names = {part: name for name, part in parts.items()}
    scans = {
        part: scan_sheet(container.chunks(part), container.name, names.get(part, part), limits)
        for part in container.infos
        if is_sheet(container.read(part, 2_000))
    }
    try:
        raw = read_sheets(container.data, limits.sheets, limits.area)
    except Unreadable as error:
        raise container.damaged(str(error)) from None
    return _sheets(raw, {name: scans[part] for name, part in parts.items() if part in scans}, container.name, limits)


def read_binary(data: bytes, file: str, limits: Limits) -> tuple[list[Sheet], list[str]]:
    """Sheets of an XLS or XLSB file and notices. Which rows are hidden cannot be told."""
    try:
        raw = read_apart(data, limits.sheets, limits.area)
    except Unreadable as error:
        raise InputError(str(error), file=file, advice=SAVE_AGAIN) from None
    sheets, notices = _sheets(raw, {}, file, limits)
    return sheets, [
        *notices,
        "Alte Excel-Formate verraten ausgeblendete Zeilen und Fehlerwerte nicht; besser ist XLSX.",
    ]


def _sheets(
    raw: list[RawSheet], scans: Mapping[str, SheetScan], file: str, limits: Limits
) -> tuple[list[Sheet], list[str]]:
    sheets: list[Sheet] = []
    notices: list[str] = []
    for each in raw:
        if each.chart:
            notices.append(f"Blatt „{each.name}“: ist ein Diagramm oder Makroblatt und wurde nicht gelesen.")
            continue
        scan = scans.get(each.name, SheetScan())
        grid = Grid(each.name, _rows(each, scan), each.hidden, each.merged, scan.hidden)
        sheet, more = build_sheet(grid, file, limits)
        sheets.append(sheet)
        notices += more + cell_notices(each.name, _places(scan.uncached), _places(scan.errors))
    return sheets, notices


def _rows(raw: RawSheet, scan: SheetScan) -> Iterator[tuple[int, list[str]]]:
    """Filled rows from column A on, with the error values that calamine leaves out."""
    margin = [""] * raw.column
    rows = {row: margin + cells if margin else cells for row, cells in raw.rows}
    for (row, column), text in scan.errors.items():
        cells = rows.setdefault(row, [])
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text
    raw.rows.clear()
    for row in sorted(rows) if scan.errors else rows:
        yield row + 1, rows[row]


def _places(cells: Iterable[tuple[int, int]]) -> list[str]:
    return [f"{column_name(column)}{row + 1}" for row, column in cells]


def _parts_of_sheets(container: Container) -> dict[str, str]:
    """Part of each sheet by the sheet's name; incomplete where the file goes ways of its own."""
    try:
        book = _xml(container, "xl/workbook.xml")
        relations = _xml(container, "xl/_rels/workbook.xml.rels")
    except etree.XMLSyntaxError:
        raise container.damaged("das Verzeichnis der Blätter ist beschädigt") from None
    if book is None or relations is None:
        return {}
    targets = {
        str(each.get("Id")): posixpath.normpath(posixpath.join("/xl", str(each.get("Target")))).lstrip("/")
        for each in relations.iter("{*}Relationship")
    }
    return {
        str(sheet.get("name")): targets.get(str(sheet.get(_RELATIONSHIP) or sheet.get(_STRICT_RELATIONSHIP)), "")
        for sheet in book.iter("{*}sheet")
    }


def _xml(container: Container, part: str) -> etree._Element | None:
    if not (data := container.read(part)):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(data, parser)
