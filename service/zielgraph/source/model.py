"""A file taken apart: sheets of lines of raw cells. What they mean is decided later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_NOTHING: Mapping[int, str] = {}  # shared: most lines have no merged cells


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest table that is accepted."""

    rows: int = 150_000
    bytes: int = 200_000_000
    cell_chars: int = 100_000
    cells: int = 1_000
    """Cells of one row; more come from formatted but empty columns of a spreadsheet."""
    unpacked_bytes: int = 1_500_000_000
    """Size of all parts of a ZIP container (XLSX, ODS, DOCX) after unpacking."""
    unpacked_ratio: int = 250
    """How many times larger than packed a container may become; a table that people wrote stays below 50."""
    parts: int = 10_000
    """Parts of a ZIP container."""
    sheets: int = 200
    area: int = 10_000_000
    """Cells of the rectangle around all filled cells of a sheet, empty ones too: they cost memory."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the number of its first line in the sheet and its raw cells.

    ``number`` is what the spreadsheet program shows beside the row; in a text file the line of the file, in a text
    document a running number within the sheet. Rows of a workbook without any text are left out.
    ``merged`` maps a cell index (from 0) that an earlier cell covers to the raw text of that earlier cell;
    ``cells`` stays empty there, as in the file. ``hidden``: the row is hidden in the spreadsheet.
    """

    number: int
    cells: list[str]
    merged: Mapping[int, str] = field(default_factory=lambda: _NOTHING)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook or one table of a text document. A text file has one with an empty name."""

    name: str
    lines: list[Line]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file taken apart. ``format`` is the ending that its content deserves: tsv, csv, xlsx, xlsb, xls, ods, docx.

    ``encoding`` and ``separator`` are empty for formats that have none.
    """

    file: str
    sha256: str
    sheets: list[Sheet]
    format: str = "tsv"
    encoding: str = ""
    separator: str = ""
    notices: tuple[str, ...] = ()
    """What a person should know about the reading of the file itself, one German sentence each."""

    @property
    def lines(self) -> list[Line]:
        """Lines of the first sheet."""
        return self.sheets[0].lines
