"""XLSX, ODS, XLS and XLSB: values as text, places, merged cells, what is hidden, margins, limits."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import broken
import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import LineBreak, P, S
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from zielgraph.errors import InputError
from zielgraph.source import Limits, Source, read_source
from zielgraph.source.values import column_name, number, text_of


def excel(path: Path, fill: Callable[[Worksheet], None]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ziele"
    fill(sheet)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (0.5, "0,5"),
        (0.1 + 0.2, "0,3"),
        (1e15, "1000000000000000"),
        (123456789012345.0, "123456789012345"),
        (1e-7, "0,0000001"),
        (1e300, "1e+300"),
        (True, "WAHR"),
        (False, "FALSCH"),
        (dt.date(2023, 6, 30), "30.06.2023"),
        (dt.datetime(2023, 6, 30), "30.06.2023"),
        (dt.datetime(2023, 6, 30, 14, 30), "30.06.2023 14:30"),
        (dt.datetime(2023, 6, 30, 14, 29, 59, 999_999), "30.06.2023 14:30"),
        (dt.datetime(2023, 6, 30, 14, 30, 5), "30.06.2023 14:30:05"),
        (dt.time(8, 5), "08:05"),
        (dt.timedelta(hours=30), "30:00"),
        (dt.timedelta(hours=-1), "-01:00"),
        ("Text", "Text"),
    ],
)
def test_values(value: object, text: str) -> None:
    assert text_of(value) == text


def test_names_of_columns() -> None:
    assert [column_name(index) for index in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert number(2019.0) == "2019"


def test_places_and_values_of_xlsx(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C4"], sheet["D4"], sheet["C6"] = "Ziel", dt.date(2023, 6, 30), 0.5
        sheet["D6"], sheet["E6"] = True, dt.datetime(2023, 6, 30, 14, 30)
        sheet["XFD1048576"].font = Font(bold=True)
        sheet.row_dimensions[6].hidden = True

    source = read_source(excel(tmp_path / "a.csv", fill))
    assert (source.format, [sheet.name for sheet in source.sheets]) == ("xlsx", ["Ziele"])
    assert [(line.number, line.cells, line.hidden) for line in source.lines] == [
        (4, ["", "", "Ziel", "30.06.2023", ""], False),
        (6, ["", "", "0,5", "WAHR", "30.06.2023 14:30"], True),
    ]


def test_hidden_and_empty_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["a"])
    for name, state in (("Versteckt", "hidden"), ("Sehr", "veryHidden"), ("Leer", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        if name != "Leer":
            sheet.append([name])
    book.create_chartsheet("Diagramm")
    book.save(tmp_path / "a.xlsx")
    source = read_source(tmp_path / "a.xlsx")
    assert [(sheet.name, sheet.hidden, len(sheet.lines)) for sheet in source.sheets] == [
        ("Sheet", False, 1),
        ("Versteckt", True, 1),
        ("Sehr", True, 1),
        ("Leer", False, 0),
    ]
    assert source.notices == ("Blatt „Diagramm“: ist ein Diagramm oder Makroblatt und wurde nicht gelesen.",)


def test_hidden_rows_of_the_right_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for index, sheet in enumerate((book.worksheets[0], book.create_sheet("Zweites"))):
        for text in "abc":
            sheet.append([text])
        sheet.row_dimensions[index + 1].hidden = True
    book.save(tmp_path / "a.xlsx")
    source = read_source(tmp_path / "a.xlsx")
    assert [[line.hidden for line in sheet.lines] for sheet in source.sheets] == [
        [True, False, False],
        [False, True, False],
    ]


def test_formulas_and_error_values(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "=1+1", "b"])
        sheet["C3"] = "#DIV/0!"
        sheet["C3"].data_type = "e"

    source = read_source(excel(tmp_path / "a.xlsx", fill))
    assert [(line.number, line.cells) for line in source.lines] == [(1, ["a", "", "b"]), (3, ["", "", "#DIV/0!"])]
    assert "Blatt „Ziele“: Formeln ohne gespeichertes Ergebnis in B1;" in source.notices[0]
    assert "Blatt „Ziele“: Fehlerwerte in C3;" in source.notices[1]


def test_merged_cells_of_xlsx(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (["Ziel", "x", "y"], ["", "x", "y"], ["", "x", ""]):
            sheet.append(row)
        sheet.merge_cells("A1:A2")
        sheet.merged_cells.add("B3:XFD1048576")

    lines = read_source(excel(tmp_path / "a.xlsx", fill)).lines
    assert [dict(line.merged) for line in lines] == [{}, {0: "Ziel"}, {2: "x"}]
    assert [line.cells for line in lines] == [["Ziel", "x", "y"], ["", "x", "y"], ["", "x", ""]]


def test_lines_without_merged_cells_share_one_mapping(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for value in range(3):
            sheet.append([value])

    lines = read_source(excel(tmp_path / "a.xlsx", fill)).lines
    assert lines[0].merged is lines[2].merged


def test_ods(tmp_path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    style = Style(name="weg", family="table")
    style.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(style)
    table, hidden = Table(name="Ziele"), Table(name="Versteckt", stylename=style)

    def row(*cells: object, **attributes: object) -> None:
        element = TableRow(**attributes)
        for cell in cells:
            element.addElement(cell)
        table.addElement(element)

    def cell(text: str, **attributes: object) -> object:
        element = TableCell(**attributes)
        for line in text.split("\n"):
            element.addElement(P(text=line))
        return element

    broken_line = P(text="eins")
    broken_line.addElement(LineBreak())
    broken_line.addText("zwei")
    broken_line.addElement(S(c=3))
    broken_line.addText("drei")
    spaced = TableCell(valuetype="string")
    spaced.addElement(broken_line)
    row(TableCell(numbercolumnsrepeated=16_384), numberrowsrepeated=2)
    row(
        cell("Ziel", valuetype="string", numberrowsspanned=2, numbercolumnsspanned=1),
        spaced,
        cell("3,00", valuetype="float", value="3"),
        cell("30.6.23", valuetype="date", datevalue="2023-06-30"),
        cell("30.6.", valuetype="date", datevalue="2023-06-30T14:30:00"),
        cell("WAHR", valuetype="boolean", booleanvalue="true"),
        cell("50 %", valuetype="percentage", value="0.5"),
        cell("14:30", valuetype="time", timevalue="PT14H30M00S"),
        cell("im Jahr 0", valuetype="date", datevalue="0000-00-00"),
    )
    row(
        CoveredTableCell(),
        cell("zwei\nZeilen", valuetype="string", numbercolumnsrepeated=2),
        TableCell(formula="of:=1+1"),
        numberrowsrepeated=2,
        visibility="collapse",
    )
    row(TableCell(numbercolumnsrepeated=16_384), numberrowsrepeated=1_048_571)
    book.spreadsheet.addElement(table)
    book.spreadsheet.addElement(hidden)
    book.save(str(tmp_path / "a.ods"))
    source = read_source(tmp_path / "a.ods")
    assert [(sheet.name, sheet.hidden) for sheet in source.sheets] == [("Ziele", False), ("Versteckt", True)]
    values = ["3", "30.06.2023", "30.06.2023 14:30", "WAHR", "0,5", "14:30", "im Jahr 0"]
    twice = ["", "zwei\nZeilen", "zwei\nZeilen", "", "", "", "", "", ""]
    assert [(line.number, line.cells, dict(line.merged), line.hidden) for line in source.lines] == [
        (3, ["Ziel", "eins\nzwei   drei", *values], {}, False),
        (4, twice, {0: "Ziel"}, True),
        (5, twice, {}, True),
    ]
    assert "Blatt „Ziele“: Formeln ohne gespeichertes Ergebnis in D4;" in source.notices[0]


def numbers(sheet: Worksheet) -> None:
    for row in range(4):
        sheet.append([f"{row}{column}" for column in range(3)])


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(rows=3), "a.xlsx, Blatt „Ziele“, Zeile 4: hat mehr als 3 Zeilen"),
        (Limits(cells=2), "a.xlsx, Blatt „Ziele“, Zeile 1, Spalte C: die Zeile hat 3 Zellen, erlaubt sind 2"),
        (Limits(cell_chars=1), "a.xlsx, Blatt „Ziele“, Zeile 1, Spalte A: die Zelle hat 2 Zeichen, erlaubt sind 1"),
        (Limits(sheets=0), "a.xlsx: hat 1 Blätter, erlaubt sind 0"),
        (Limits(area=11), "a.xlsx: Blatt „Ziele“ hat 4 mal 3 Zellen, mehr als erlaubt"),
        (Limits(unpacked_bytes=1000), "a.xlsx: wird entpackt 0 MB groß, erlaubt sind 0 MB"),
        (Limits(parts=3), "erlaubt sind 3"),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, sentence: str) -> None:
    path = excel(tmp_path / "a.xlsx", numbers)
    assert len(read_source(path, Limits(rows=4, cells=3, cell_chars=2, sheets=1, area=12)).lines) == 4
    with pytest.raises(InputError) as caught:
        read_source(path, limits)
    assert sentence in str(caught.value)
    assert "Bitte" in str(caught.value)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what a process needed")
def test_a_large_workbook_costs_seconds_and_little_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("T")
    for number_ in range(20_000):
        sheet.append([f"Maßnahme {number_}", "läuft", 1.5, "Text " * 20, "", "x", "y", "z", "ä"])
    book.save(tmp_path / "a.xlsx")
    code = (
        "import sys, time; from pathlib import Path; from zielgraph.source import read_source;"
        "count = len(read_source(Path(sys.argv[1])).lines);"
        # not ru_maxrss, which a process inherits from the one that started it
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM:'));"
        "print(count, int(peak.split()[1]) // 1000, time.process_time())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.xlsx")], capture_output=True, text=True)
    count, megabytes, seconds = done.stdout.split()
    assert int(count) == 20_000, done.stderr
    assert int(megabytes) < 150
    assert float(seconds) < 5


def binary(tmp_path: Path, data: bytes) -> Source | str:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    try:
        return read_source(path)
    except InputError as error:
        return str(error)


def test_the_notice_of_old_formats(tmp_path: Path) -> None:
    for data in (broken.xls(), broken.xlsb()):
        source = binary(tmp_path, data)
        assert isinstance(source, Source)
        assert "Alte Excel-Formate" in source.notices[-1]


def test_a_binary_cell_far_away_is_refused_or_read_but_never_ends_the_process(tmp_path: Path) -> None:
    assert "Blatt „Blatt“, Zeile 2, Spalte CRDA: die Zeile hat 65001 Zellen" in str(
        binary(tmp_path, broken.xls(65_000))
    )
    source = binary(tmp_path, broken.xlsb(1_000_000))
    assert isinstance(source, Source)
    assert [line.number for line in source.lines] == [1, 3, 4, 1_000_001]


def test_few_rows_may_be_wide(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (1, 2, 3):
            sheet.cell(row, 1, "a")
            sheet.cell(row, 900, "b")

    source = read_source(excel(tmp_path / "a.xlsx", fill))
    assert [len(line.cells) for line in source.lines] == [900] * 3


@pytest.mark.parametrize(("row", "named"), [(12_345, "reicht bis Zeile 12345 und Spalte AHP"), (3, "Spalte AMK")])
def test_what_is_too_far_out_is_named_as_it_is(tmp_path: Path, row: int, named: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "a"
        sheet.cell(2, 900 if row > 3 else 1_025, "b")
        sheet.cell(row, 1, "c")

    with pytest.raises(InputError) as caught:
        read_source(excel(tmp_path / "a.xlsx", fill))
    assert named in str(caught.value)
    assert "99999" not in str(caught.value)
