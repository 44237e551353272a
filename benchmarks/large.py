"""Tables of any length as CSV and XLSX, and what importing them costs per row."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter

from benchmarks.copies import abbreviations, copied_lines, is_row
from benchmarks.measure import Bench, Row, Run, RunError, Section, median
from benchmarks.stages import STORING

DAY = "2019-12-31"
#: Without validation: its cost has a section of its own, and by default only small reports are validated at import.
ENVIRONMENT = {"ZIELGRAPH_VALIDATE_ROWS": "0", "ZIELGRAPH_MAX_TABLE_ROWS": "1000000"}
FORMATS = ("csv", "xlsx")


def table_lines(rows: int) -> Iterator[list[str]]:
    """Cells of a report of so many rows in the layout of Cologne, line by line, wording different in each copy."""
    left = rows
    for line in copied_lines():
        if left == 0:
            break
        left -= is_row(line)
        yield line.split("\t") if line else []
    yield from (line.split("\t") if line else [] for line in abbreviations())


def write_table(target: Path, rows: int) -> Path:
    """Write the report as the ending of the file says: semicolon CSV or XLSX. No more than a line is in memory."""
    if target.suffix == ".csv":
        with target.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, delimiter=";").writerows(table_lines(rows))
        return target
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Zielsystem")
        for number, cells in enumerate(table_lines(rows)):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, column, cell)
    return target


def imported(bench: Bench, table: Path, limit: float) -> tuple[Run, Path]:
    """Import the table into an empty folder by the command; the run and the folder."""
    folder = bench.work / f"{table.name}.store"
    shutil.rmtree(folder, ignore_errors=True)
    command = ("-m", "zielgraph", "--data", str(folder), "import", str(table), "--edition", DAY)
    return bench.run(*command, env=ENVIRONMENT, limit=limit), folder


#: Up to so many rows the stages are timed too, in an import of their own.
_STAGED = 10_000


def large_tables(bench: Bench, sizes: Sequence[int], limit: float) -> Section:
    """Imports of large tables: the cost of a row, and the memory, must not grow with their number."""
    section = Section(
        "Large tables: import by the command, without validation",
        f"The Cologne layout with {', '.join(map(str, sizes))} rows (`benchmarks/large.py`), words, numbers and\n"
        "days different from copy to copy. `zielgraph import` into an empty folder, whole process. The baseline\n"
        "is the smallest table of the same format, measured before and after the larger ones; a ratio above 1\n"
        "means that a row costs more in a larger table. Starting up makes the smallest dearer per row.\n"
        f"Stages are those of the CSV file up to {_STAGED} rows, in processor time. Stopped after {limit:.0f} s.",
    )
    for format in FORMATS:
        runs: dict[int, list[Run]] = {}
        for rows in (sizes[0], sizes[0], *sizes[1:], sizes[0]):
            table = bench.work / f"rows-{rows}.{format}"
            if not table.exists():
                write_table(table, rows)
            bench.note(f"  {rows} rows, {format}")
            try:
                run, folder = imported(bench, table, limit)
            except RunError as error:
                section.rows.append(Row(f"{rows} rows, {format}", None, "ms per row", remark=str(error)))
                continue
            shutil.rmtree(folder)
            runs.setdefault(rows, []).append(run)
        for rows in runs if sizes[0] in runs else ():
            section.rows += _rows(format, rows, runs[rows], sizes[0], runs[sizes[0]])
    _stages(bench, section, [rows for rows in sizes if rows <= _STAGED] or sizes[:1], limit)
    return section


def _rows(format: str, rows: int, runs: Sequence[Run], fewest: int, base: Sequence[Run]) -> Iterator[Row]:
    against = f"{fewest} rows"
    wall, cpu, peak = (median([getattr(run, name) for run in runs]) for name in ("seconds", "cpu", "peak_mb"))
    first = [median([getattr(run, name) for run in base]) for name in ("seconds", "cpu", "peak_mb")]
    for what, value, other, scale, unit, whole in (
        (f"**{rows} rows, {format}**, clock", wall, first[0], 1000, "ms per row", f"{wall:.1f} s"),
        ("… processor", cpu, first[1], 1000, "ms per row", f"{cpu:.1f} s"),
        ("… peak memory", peak, first[2], 1024, "kB per row", f"{peak:.0f} MB in all, {peak / first[2]:.2f} times"),
    ):
        remark = f"{whole}; {'one run' if len(runs) == 1 else f'median of {len(runs)}'}"
        yield Row(what, value * scale / rows, unit, against, other * scale / fewest, remark)


def _stages(bench: Bench, section: Section, sizes: Sequence[int], limit: float) -> None:
    """Where the time goes, by stage and size."""
    base: dict[str, float] = {}
    for rows in sizes:
        folder = bench.work / f"stages-{rows}"
        command = ("-m", "benchmarks.stages", str(bench.work / f"rows-{rows}.csv"), str(folder), DAY)
        bench.note(f"  {rows} rows, stages")
        try:
            found = bench.run(*command, env=ENVIRONMENT, limit=limit).json()
        except RunError as error:
            section.rows.append(Row(f"{rows} rows, stages", None, "ms per row", remark=str(error)))
            continue
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        assert found["counts"]["rows"] == rows
        costs = {stage: seconds * 1000 / rows for stage, seconds in found["cpu"].items()}
        base = base or costs
        for stage, cost in costs.items():
            if cost > 0.02:
                remark = f"{found['triples']} quads stored" if stage == STORING else ""
                section.rows.append(
                    Row(f"{rows} rows: {stage}", cost, "ms per row", f"{sizes[0]} rows", base[stage], remark)
                )
