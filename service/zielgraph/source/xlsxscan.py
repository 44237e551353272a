"""What calamine does not tell about a sheet of an XLSX file, and what it must not be given.

Searches the bytes of the sheet: parsing the XML once more would take longer than reading all its cells.
Everything here errs on the careful side: a pattern may match more than the parser would, never less.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from zielgraph.errors import InputError
from zielgraph.source.model import Limits
from zielgraph.source.values import column_name

Cell = tuple[int, int]
"""Row and column from 0."""

_IS_SHEET = re.compile(rb"<(?:\w+:)?worksheet[\s>/]")
_ROW_END = b"row>"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_REF = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)0*([0-9]+)["']""")
_ATTRIBUTES = rb"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*"""
# Places at which a sheet could become large: columns from AA on, rows from 100 000 on.
_FAR = (
    rb"""(?:([A-Za-z]{2,})0*([0-9]+)|([A-Za-z]?)0*([0-9]{6,}))["'](?P<rest>"""
    + _ATTRIBUTES
    + rb""")>\s*(?P<next></)?"""
)
_FAR_REF = re.compile(rb"""\br\s*=\s*["']""" + _FAR)
# The same three times as fast where every = is followed by a double quote, as all programs write it.
_FAR_REF_AS_USUAL = re.compile(rb'="(?=[A-Za-z]{2,}[0-9]|[A-Za-z]?[0-9]{6})' + _FAR)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>(?:(?!</?(?:\w+:)?c[\s>]).)*</(?:\w+:)?c\s*>", re.DOTALL)
_NAMELESS = re.compile(rb"<(?:\w+:)?c(?![\w:])(?![^<>]*\br\s*=)" + _ATTRIBUTES + rb"(?<!/)>")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*>([^<]*)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
# Cells up to there are not looked at one by one, beyond row 9 999 only whether there are any.
_FEW_ROWS, _NEAR_ROWS, _NEAR_COLUMNS = 9_999, 99_999, 26
_MANY_ROWS = re.compile(rb"""["']([A-Za-z])0*([0-9]{5})["']""")


@dataclass
class SheetScan:
    """Hidden rows by number, error values by place, formulas without a stored result."""

    hidden: set[int] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)
    uncached: list[Cell] = field(default_factory=list)


def is_sheet(head: bytes) -> bool:
    """Whether the beginning of a part is that of a worksheet."""
    return _IS_SHEET.search(head) is not None


def scan_sheet(chunks: Iterable[bytes], file: str, sheet: str, limits: Limits) -> SheetScan:
    """Look through a sheet. Raises InputError when its filled cells lie too far out for the limits."""
    scan = SheetScan()
    extent = _Extent(file, sheet, limits)
    number = 0
    for block in _whole_rows(chunks):
        extent.look(block)
        if b"hidden" in block:
            for row in _ROW.finditer(block):
                ref = _REF.search(row[1])
                number = int(ref[2][:9]) if ref else number + 1
                if _HIDDEN.search(row[1]):
                    scan.hidden.add(number)
        else:
            last = _ROW.search(block, max(block.rfind(b"<row"), 0))
            ref = _REF.search(last[1]) if last else None
            number = int(ref[2][:9]) if ref else number + block.count(b"<row")
        extent.reach(block, number)
        if b"<f" in block or b":f" in block or b'"e"' in block or b"'e'" in block:
            _look_at_cells(block, scan)
    return scan


def _whole_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut only after the end of a row."""
    kept = b""
    for chunk in chunks:
        cut = chunk.rfind(_ROW_END)
        if cut < 0:
            kept += chunk
        else:
            yield kept + chunk[: cut + len(_ROW_END)]
            kept = chunk[cut + len(_ROW_END) :]
    yield kept


def _look_at_cells(block: bytes, scan: SheetScan) -> None:
    for cell in _CELL.finditer(block):
        if not (ref := _REF.search(cell[1])):
            continue
        kind = _TYPE.search(cell[1])
        value = _VALUE.search(cell[0])
        if kind and kind[1] == b"e":
            text = html.unescape(value[1].decode("utf-8", "replace")) if value else "#NV"
            scan.errors[_place(ref)] = text or "#NV"
        elif _FORMULA.search(cell[0]) and not (value and value[1]) and not (kind and kind[1] in (b"str", b"inlineStr")):
            scan.uncached.append(_place(ref))


def _place(ref: re.Match[bytes]) -> Cell:
    return int(ref[2][:9]) - 1, _column(ref[1])


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters.upper()[:7]:
        index = index * 26 + letter - 64
    return index - 1


class _Extent:
    """The rectangle around the filled cells: calamine lays it out in memory before anything can be asked."""

    def __init__(self, file: str, sheet: str, limits: Limits) -> None:
        self.file, self.sheet, self.limits = file, sheet, limits
        self.rows, self.columns = _FEW_ROWS, _NEAR_COLUMNS
        self.last = (1, 1)  # the last row and column that were looked at
        self.far = False

    def reach(self, block: bytes, number: int) -> None:
        """Take note of rows from 10 000 on; ``number`` is the block's last row."""
        if self.rows >= _NEAR_ROWS:
            return
        if found := _MANY_ROWS.search(block):
            number = int(found[2])
        elif number <= _FEW_ROWS or not _NAMELESS.search(block):
            return
        self.rows = _NEAR_ROWS
        self.grow(number, 1)

    def look(self, block: bytes) -> None:
        usual = block.count(b"=") == block.count(b'="')
        pattern = _FAR_REF_AS_USUAL if usual else _FAR_REF
        for found in pattern.finditer(block):
            letters, digits = found[1] or found[3], found[2] or found[4]
            row, column = int(digits[:9]), _column(letters) + 1
            # Rows and cells without a value take no room.
            if letters and not found["rest"].endswith(b"/") and not found["next"]:
                self.grow(row, column)
            elif row > self.limits.rows or column > self.limits.cells:
                self.far = True
        if self.far and _NAMELESS.search(block):
            raise InputError(
                "hat Zellen ohne Platzangabe hinter der letzten erlaubten Zeile oder Spalte",
                file=self.file,
                sheet=self.sheet,
                advice="Bitte leere Zeilen und Spalten am Rand löschen und neu speichern.",
            )

    def grow(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        self.last = max(self.last[0], row), max(self.last[1], column)
        limits = self.limits
        if row > 1_048_576 or column > limits.cells or self.rows * self.columns > limits.area:
            last_row, last_column = self.last
            raise InputError(
                f"das Blatt reicht bis Zeile {last_row} und Spalte {column_name(last_column - 1)} und ist zu groß",
                file=self.file,
                sheet=self.sheet,
                row=row,
                column=column_name(column - 1),
                advice="Bitte vereinzelte Zellen weit außerhalb der Tabelle löschen oder die Tabelle aufteilen.",
            )
