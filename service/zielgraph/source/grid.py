"""From the rows of a spreadsheet to the lines of a sheet: empty margins, merged cells, limits."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from zielgraph.errors import InputError
from zielgraph.source.model import Limits, Line, Sheet
from zielgraph.source.values import column_name

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_NOTHING: dict[int, str] = {}


@dataclass
class Grid:
    """What a reader found of one sheet: rows by number (as the program shows it), with all cells from column A."""

    name: str
    rows: Iterable[tuple[int, list[str]]]
    hidden: bool = False
    merged: list[Area] = field(default_factory=list)
    hidden_rows: Collection[int] = ()
    beside: Collection[int] = ()
    """Numbers of lines beside the table, which are not made as wide as it."""


def build_sheet(grid: Grid, file: str, limits: Limits) -> tuple[Sheet, list[str]]:
    """The sheet and notices about it. Raises InputError with sheet, row and column when it breaks a limit."""
    numbers: list[int] = []
    rows: list[list[str]] = []
    width = 0
    for number, cells in grid.rows:
        filled = len(cells)
        while filled and not cells[filled - 1]:
            filled -= 1
        if not filled:
            continue
        width = max(width, filled)
        numbers.append(number)
        rows.append(cells)
        _check(grid.name, number, cells, filled, len(rows), file, limits)
    for number, cells in zip(numbers, rows, strict=True):
        if len(cells) != width and number not in grid.beside:
            cells[width:] = [""] * (width - len(cells))
    covered, notices = _covered(grid, numbers, rows, width) if grid.merged else ({}, [])
    hidden = frozenset(grid.hidden_rows)
    lines = [
        Line(number, cells, covered.get(number, _NOTHING), number in hidden)
        for number, cells in zip(numbers, rows, strict=True)
    ]
    return Sheet(grid.name, lines, grid.hidden), notices


def _check(sheet: str, number: int, cells: list[str], filled: int, count: int, file: str, limits: Limits) -> None:
    if count > limits.rows:
        raise InputError(
            f"hat mehr als {limits.rows} Zeilen",
            file=file,
            sheet=sheet,
            row=number,
            advice="Bitte die Tabelle aufteilen oder ZIELGRAPH_MAX_TABLE_ROWS erhöhen.",
        )
    if filled > limits.cells:
        raise InputError(
            f"die Zeile hat {filled} Zellen, erlaubt sind {limits.cells}",
            file=file,
            sheet=sheet,
            row=number,
            column=column_name(filled - 1),
            advice="Bitte überzählige Spalten am rechten Rand löschen.",
        )
    text = "\n".join(cells)
    if len(text) > limits.cell_chars and (longest := max(map(len, cells))) > limits.cell_chars:
        raise InputError(
            f"die Zelle hat {longest} Zeichen, erlaubt sind {limits.cell_chars}",
            file=file,
            sheet=sheet,
            row=number,
            column=column_name(next(i for i, cell in enumerate(cells) if len(cell) == longest)),
            advice="Bitte den Text kürzen oder ZIELGRAPH_MAX_CELL_CHARS erhöhen.",
        )
    if control := _CONTROL.search(text):
        raise InputError(
            f"die Zelle enthält das Steuerzeichen U+{ord(control.group()):04X}",
            file=file,
            sheet=sheet,
            row=number,
            column=column_name(next(i for i, cell in enumerate(cells) if control.group() in cell)),
            advice="Bitte den Text der Zelle neu eingeben.",
        )


def _covered(
    grid: Grid, numbers: list[int], rows: list[list[str]], width: int
) -> tuple[dict[int, dict[int, str]], list[str]]:
    """Covered cells by row number: the text of the cell that covers each. Areas reach no further than the data."""
    covered: dict[int, dict[int, str]] = {}
    room = len(rows) * width  # areas that do not overlap cannot cover more
    notices: list[str] = []
    buried: list[str] = []
    for first_row, first_column, last_row, last_column in grid.merged:
        begin, end = bisect_left(numbers, first_row + 1), bisect_right(numbers, last_row + 1)
        columns = range(first_column, min(last_column + 1, width))
        if begin == end or numbers[begin] != first_row + 1 or not columns or not (text := rows[begin][first_column]):
            continue
        room -= (end - begin) * len(columns)
        if room < 0:
            notices.append(f"Blatt „{grid.name}“: Verbundene Zellen überlappen sich; nicht alle wurden beachtet.")
            break
        for index in range(begin, end):
            cells = rows[index]
            for column in columns:
                if index == begin and column == first_column:
                    continue
                if cells[column]:
                    buried.append(f"{column_name(column)}{numbers[index]}")
                else:
                    covered.setdefault(numbers[index], {}).setdefault(column, text)
    if buried:
        notices.append(
            f"Blatt „{grid.name}“: In {listed(buried)} steht Text, der unter einer verbundenen Zelle verdeckt liegt; "
            "er wurde mitgelesen."
        )
    return covered, notices


def listed(places: Sequence[str], most: int = 10) -> str:
    """The first of many places and how many more there are: ``A1, B2 und 7 weiteren``."""
    more = len(places) - most
    return ", ".join(places[:most]) + (f" und {more} weiteren" if more > 0 else "")


def cell_notices(sheet: str, uncached: Sequence[str], errors: Sequence[str]) -> list[str]:
    """Notices about formulas that the file holds no result for, and about error values; by their places."""
    notices = []
    if uncached:
        notices.append(
            f"Blatt „{sheet}“: Formeln ohne gespeichertes Ergebnis in {listed(uncached)}; die Zellen gelten als leer. "
            "Bitte in Excel oder LibreOffice öffnen und speichern."
        )
    if errors:
        notices.append(f"Blatt „{sheet}“: Fehlerwerte in {listed(errors)}; bitte die Formeln prüfen.")
    return notices
