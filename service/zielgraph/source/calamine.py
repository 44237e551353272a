"""Cells of Excel files by calamine. Run as a program it reads the old binary formats in a process of its own.

Nobody can tell how much memory a damaged XLS or XLSB file makes calamine ask for; when it gets none, the process ends.
"""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zielgraph.source.values import text_of

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Area = tuple[int, int, int, int]
MEMORY = 4_000_000_000
SECONDS = 300


class Unreadable(Exception):
    """calamine cannot read the file; the text is what is the matter, in German."""


@dataclass
class RawSheet:
    """A sheet as calamine tells it: its filled rows by index from 0, each beginning at ``column``."""

    name: str
    hidden: bool
    chart: bool
    column: int
    rows: list[tuple[int, list[str]]]
    merged: list[Area]


def read_sheets(data: bytes, most: int, area: int) -> list[RawSheet]:
    """Every sheet of a workbook: at most ``most``, none with more than ``area`` cells. Raises Unreadable."""
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        if len(book.sheets_metadata) > most:
            raise Unreadable(f"hat {len(book.sheets_metadata)} Blätter, erlaubt sind {most}")
        return [_sheet(book, index, area) for index in range(len(book.sheets_metadata))]
    except python_calamine.PasswordError:
        raise Unreadable("ist mit einem Kennwort geschützt") from None
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError, UnicodeError):
        raise Unreadable("ist als Arbeitsmappe nicht lesbar, vermutlich beschädigt") from None
    except MemoryError:
        raise Unreadable("braucht mehr Speicher, als da ist") from None
    except BaseException as error:  # a panic of the Rust library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("ist als Arbeitsmappe nicht lesbar, vermutlich beschädigt") from None


def _sheet(book: CalamineWorkbook, index: int, area: int) -> RawSheet:
    import python_calamine

    meta = book.sheets_metadata[index]
    hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
        return RawSheet(meta.name, hidden, True, 0, [], [])
    sheet = book.get_sheet_by_index(index)
    if sheet.height * sheet.width > area:
        raise Unreadable(f"Blatt „{meta.name}“ hat {sheet.height} mal {sheet.width} Zellen, mehr als erlaubt")
    row, column = sheet.start or (0, 0)
    merged = [(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    texts = ([cell if type(cell) is str else text_of(cell) for cell in cells] for cells in sheet.to_python())
    rows = [(index, cells) for index, cells in enumerate(texts, start=row) if any(cells)]
    return RawSheet(meta.name, hidden, False, column, rows, merged)


def read_apart(data: bytes, most: int, area: int) -> list[RawSheet]:
    """The same as :func:`read_sheets` in a process of its own, with bounded memory and time. Raises Unreadable."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "zielgraph.source.calamine", str(most), str(area)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise Unreadable("lässt sich nicht in vertretbarer Zeit lesen") from None
    if done.returncode == 3:
        raise Unreadable(done.stdout.decode())
    if done.returncode:
        raise Unreadable("ist als Arbeitsmappe nicht lesbar, vermutlich beschädigt")
    return [
        RawSheet(**{**each, "merged": [tuple(area) for area in each["merged"]]}) for each in json.loads(done.stdout)
    ]


def _main() -> int:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
    try:
        sheets = read_sheets(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except Unreadable as error:
        sys.stdout.buffer.write(str(error).encode())
        return 3
    json.dump([dataclasses.asdict(sheet) for sheet in sheets], sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
