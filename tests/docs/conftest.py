"""The files that the guides name: the next report, another city's table, a decided list, a filled-in form."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

ROOT = Path(__file__).parents[2]

# Line of the Cologne report, column from 0, what stands there a quarter later.
CHANGED: tuple[tuple[int, int, str], ...] = (
    (22, 6, "erledigt"),
    (28, 4, "Die Runden haben stattgefunden, zuletzt mit dem Gesundheitsamt. Ein Termin folgt im Herbst."),
    (33, 2, "b) Harmonisierung der Internetauftritte und der Newsletter"),
    (29, 2, "a) Leitfaden und Checkliste für die Wohnungssuche in einfacher Sprache"),
    (30, 5, "wartet auf Zuschlag"),
)
GONE = 24
NEW = ("", "", "d) Wohnlotsen begleiten den Umzug", "", "Konzept liegt vor.", "geplant", "15.02.2020", "UAG 3 Wohnen")
NEW_BEHIND = 37

KLIMA: tuple[tuple[str, ...], ...] = (
    ("Klimaschutzkonzept", "", "", "", "", ""),
    ("Stand: 30.06.2023", "", "", "", "", ""),
    ("Handlungsfeld", "Leitziel", "Maßnahme", "Zuständig", "Wer noch?", "Ampel", "Bis wann"),
    ("Mobilität", "Mehr Wege ohne Auto", "Radschnellweg bauen", "Tiefbauamt", "Stadtwerke", "gelb", "4. Quartal 2025"),
    ("", "", "Sichere Schulwege", "Schulamt", "Polizei, Elternschaft", "grün", "2024"),
    ("Gebäude", "Klimaneutrale Verwaltung", "Rathaus dämmen", "Gebäudemanagement", "", "rot", "fortlaufend"),
)  # fmt: skip

MATCHED: tuple[tuple[str, ...], ...] = (
    ("Art", "Entscheidung", "Alte Nummer", "Neue Zeile", "Neuer Text"),
    ("Maßnahme", "ja", "18", "30", "Leitfaden und Checkliste für die Wohnungssuche in einfacher Sprache"),
)

DECIDED: tuple[tuple[str, ...], ...] = (
    ("Kennung", "Entscheidung", "Begründung", "Name", "Datum"),
    ("Maßnahme 19", "fortführen", "Der Bedarf besteht weiter.", "Integrationsrat", "24.02.2020"),
    ("Maßnahme 35", "neu starten", "Die Mittel sind bewilligt.", "Integrationsrat", "24.02.2020"),
    ("Maßnahme 17", "einstellen", "Durch das Stadtportal ersetzt.", "Integrationsrat", "24.02.2020"),
)

PROFILE = """\
city = "musterstadt"
system = "klima"
levels = ["vision"]
required = ["activity"]
stated_date = ["Stand"]

[label]
de = "Klimaschutzkonzept"

[columns]
vision = ["Leitziel"]
theme = ["Handlungsfeld"]
activity = ["Maßnahme"]
lead = ["Zuständig"]
partners = ["Wer noch?"]
status = ["Ampel"]
due = ["Bis wann"]

[status]
ongoing = ["gelb"]
done = ["grün"]
planned = ["rot"]
"""


def next_report() -> list[list[str]]:
    """The Cologne report a quarter later, with title lines above the header and the table in a workbook."""
    text = (ROOT / "data" / "source" / "koeln-zielsystem.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in text.splitlines()]
    for number, column, cell in CHANGED:
        line = lines[number - 1]
        line += [""] * (column + 1 - len(line))
        line[column] = cell
    lines.insert(NEW_BEHIND, list(NEW))
    del lines[GONE - 1]
    return [["Umsetzungsbericht Integration"], ["Stand: 31.03.2020"], *lines]


def write_workbook(path: Path, rows: Sequence[Sequence[str]], sheet: str = "Bericht") -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)


def write_table(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder in which the example and the files of the guides lie, and where commands may write."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    write_workbook(tmp_path / "bericht-2020-03.xlsx", next_report())
    write_table(tmp_path / "klima.csv", KLIMA, "cp1252")
    (tmp_path / "klima-fertig.toml").write_text(PROFILE, "utf-8")
    write_table(tmp_path / "zuordnungen-entschieden.csv", MATCHED)
    write_table(tmp_path / "beschluss.csv", DECIDED)
    return tmp_path
