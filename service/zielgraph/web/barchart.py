"""Stacked bars as numbers for a template: how many measures of each status every theme has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zielgraph.web.view import Link, Text

LABEL, BARS, ROW, BAR = 300.0, 620.0, 34.0, 24.0  # width of names and bars, height of a row and of the bar in it
_CHARACTERS = 38  # of a name, as far as it fits
_LEAST = 22.0  # width from which a number fits into its segment


@dataclass(frozen=True, slots=True)
class Cell:
    """So many measures, and the list of them."""

    key: str
    word: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A theme with a cell for each status; ``whole`` counts its measures, which may have several themes."""

    name: Link | Text
    cells: Sequence[Cell]
    whole: Cell


@dataclass(frozen=True, slots=True)
class Segment:
    """A placed cell."""

    cell: Cell
    x: float
    width: float
    numbered: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A placed row; ``text`` is its name as far as it fits."""

    row: Row
    y: float
    text: str
    lang: str
    segments: Sequence[Segment]
    end: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template needs."""

    width: float
    height: float
    bars: Sequence[Bar]


def stacked(rows: Sequence[Row]) -> Chart:
    """Place the rows one under the other; the longest bar takes the whole width."""
    most = max((row.whole.number for row in rows), default=0) or 1
    bars = []
    for index, row in enumerate(rows):
        x, segments = LABEL, []
        for cell in row.cells:
            width = round(BARS * cell.number / most, 1)
            if cell.number:
                segments.append(Segment(cell, round(x, 1), width, width >= _LEAST))
            x += width
        whole = row.name.text if isinstance(row.name, Link) else row.name
        name = " ".join(whole.value.split())
        text = name if len(name) <= _CHARACTERS else name[: _CHARACTERS - 1].rstrip() + "…"
        bars.append(Bar(row, index * ROW, text, whole.lang, segments, round(x, 1)))
    return Chart(LABEL + BARS + 60, ROW * max(len(rows), 1), bars)
