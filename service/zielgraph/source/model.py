"""A file taken apart: sheets of lines of raw cells. What they mean is decided later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the number of its first line in the sheet and its raw cells.

    ``merged`` maps a cell index (from 0) that an earlier cell covers to the raw text of that earlier cell;
    ``cells`` stays empty there, as in the file. ``hidden``: the row is hidden in the spreadsheet.
    """

    number: int
    cells: list[str]
    merged: Mapping[int, str] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook or one table of a text document. A text file has one with an empty name."""

    name: str
    lines: list[Line]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file taken apart. ``format`` is the ending that its content deserves: tsv, csv, xlsx, xls, ods, docx.

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
