"""Word documents (DOCX): every table is a sheet, the paragraphs around it are lines of one cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zielgraph.errors import InputError
from zielgraph.source.container import Container
from zielgraph.source.grid import Area, Grid, build_sheet
from zielgraph.source.model import Limits, Sheet

if TYPE_CHECKING:
    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
# What is no longer in the text (tracked changes) or in it twice (the picture of a text box for old programs).
_GONE = {f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}


@dataclass
class _Found:
    """Lines of one sheet: cells by running number."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    paragraphs: set[int] = field(default_factory=set)

    def add(self, cells: list[str]) -> None:
        self.rows.append((len(self.rows) + 1, cells))

    def add_paragraph(self, text: str) -> None:
        if text := text.strip():
            self.add([text])
            self.paragraphs.add(len(self.rows))


def read_docx(container: Container, limits: Limits) -> tuple[list[Sheet], list[str]]:
    """Tables of a DOCX file as sheets „Tabelle 1“ …, and notices.

    Lines are numbered within their sheet. Paragraphs belong to the table that follows, those at the end to the last;
    the text of page headers stands before everything else.
    """
    body, headers = _open(container)
    found = [_Found()]
    for text in dict.fromkeys(_text(each) for header in headers for each in _inside(header, _PARAGRAPH)):
        found[-1].add_paragraph(text)
    for element in _inside(body, _PARAGRAPH, _TABLE):
        if element.tag == _TABLE:
            if len(found) > limits.sheets:
                raise container.damaged(f"hat mehr als {limits.sheets} Tabellen")
            _read_table(element, found[-1], f"Tabelle {len(found)}", container.name, limits)
            found.append(_Found())
        else:
            found[-1].add_paragraph(_text(element))
    rest = found.pop()
    if not found:
        raise InputError(
            "enthält keine Tabelle",
            file=container.name,
            advice="Bitte die Maßnahmen im Dokument als Tabelle mit Kopfzeile anlegen (Einfügen, Tabelle) "
            "oder als XLSX, ODS oder CSV einlesen.",
        )
    for _, cells in rest.rows:
        found[-1].add_paragraph(cells[0])
    sheets: list[Sheet] = []
    notices: list[str] = []
    for index, each in enumerate(found, start=1):
        grid = Grid(f"Tabelle {index}", each.rows, merged=each.merged, beside=each.paragraphs)
        sheet, more = build_sheet(grid, container.name, limits)
        sheets.append(sheet)
        notices += more
    if any(next(mark.iterancestors(_CELL), None) is not None for mark in body.iter(f"{_W}numPr")):
        notices.append("Automatische Nummern und Aufzählungszeichen in Tabellenzellen stehen nicht im Text und fehlen.")
    return sheets, notices


def _open(container: Container) -> tuple[etree._Element, list[etree._Element]]:
    """The body of the document and its page headers."""
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    damaged = container.damaged("ist als Word-Dokument nicht lesbar, vermutlich beschädigt")
    try:
        document = docx.Document(io.BytesIO(container.data))
        body = document.element.body
        headers = [
            relation.target_part.element
            for relation in document.part.rels.values()
            if relation.reltype.endswith("/header") and not relation.is_external
        ]
    # python-docx takes a whole package for granted; what a damaged one makes it raise is anybody's guess.
    except (OpcError, etree.LxmlError, zipfile.BadZipFile, LookupError, ValueError, AttributeError, TypeError,
            AssertionError, NotImplementedError, OSError, RecursionError):  # fmt: skip
        raise damaged from None
    if body is None:
        raise damaged
    return body, headers


def _inside(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The nearest elements with these tags, in content controls and insertions too, not inside one another."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag not in _GONE:
            yield from _inside(child, *tags)


def _text(element: etree._Element) -> str:
    parts: list[str] = []
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _SIGNS:
            # A tab in the properties of a paragraph is a position, not a sign.
            parts.append("" if element.tag == f"{_W}tabs" else _SIGNS[str(child.tag)])
        elif child.tag not in _GONE:
            inner = _text(child)
            parts.append(f"\n{inner}" if inner and child.tag == _PARAGRAPH else inner)
    return "".join(parts)


def _read_table(table: etree._Element, found: _Found, sheet: str, file: str, limits: Limits) -> None:
    """Add the rows of a table. A table inside a cell is text of that cell."""
    going: dict[int, tuple[int, int]] = {}  # column → first row and last column of a cell that goes on downwards
    row = len(found.rows)
    for tr in _inside(table, _ROW):
        row = len(found.rows)
        column = _number(tr, "gridBefore")
        cells = [""] * min(column, limits.cells)
        begun: dict[int, tuple[int, int]] = {}
        for tc in _inside(tr, _CELL):
            span = max(1, _number(tc, "gridSpan"))
            if column + span > limits.cells:
                raise InputError(
                    f"die Zeile hat mehr als {limits.cells} Zellen", file=file, sheet=sheet, row=row + 1,
                    advice="Bitte die Tabelle vereinfachen.",
                )  # fmt: skip
            cells.append("\n".join(_text(each) for each in _inside(tc, _PARAGRAPH)).strip("\n"))
            cells += [""] * (span - 1)
            merge = tc.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue" and column in going:
                begun[column] = going.pop(column)
            else:
                begun[column] = (row, column + span - 1)
            column += span
        _close(going, found, row - 1)
        going = begun
        found.add(cells)
    _close(going, found, row)


def _close(going: dict[int, tuple[int, int]], found: _Found, last: int) -> None:
    """Cells that end in the row ``last``; those of one row and column are no merged cells."""
    for column, (first, right) in going.items():
        if last > first or right > column:
            found.merged.append((first, column, last, right))


def _number(element: etree._Element, name: str) -> int:
    """A number among the properties of a row or cell, 0 when there is none."""
    found = element.find(f"{_W}{'trPr' if element.tag == _ROW else 'tcPr'}/{_W}{name}")
    value = found.get(f"{_W}val", "") if found is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
