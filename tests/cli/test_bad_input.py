"""Bad input: one clear sentence with file, row and column, exit 2, no traceback, and the store as it was."""

from __future__ import annotations

import csv
import random
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from zielgraph import resources, settings
from zielgraph.exporting import export
from zielgraph.importing import data_folder
from zielgraph.settings import Settings

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
TEXT = KOELN.read_text("utf-8")
HEAD = next(line for line in TEXT.split("\n") if line.startswith("Rahmenziel\t"))
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[Path], None]


def content(data: str | bytes) -> Write:
    def write(path: Path) -> None:
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return write


def workbook(path: Path) -> None:
    """A workbook whose sheets are missing."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")


def noise(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(5000))  # noqa: S311


def csv_for_excel(path: Path) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(line.split("\t") for line in TEXT.split("\n"))


def xlsx(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Zielsystem")
    for line in TEXT.split("\n"):
        sheet.append(line.split("\t"))
    book.save(path)


CASES: dict[str, tuple[Write, str]] = {
    "empty": (content(""), "bericht.tsv: ist leer. Erwartet wird eine Tabelle mit Kopfzeile."),
    "blank": (content(" \n\t\t\n\u00a0\r\n"), "bericht.tsv: ist leer."),
    "half a workbook": (workbook, "bericht.tsv: ist als Arbeitsmappe nicht lesbar, vermutlich beschädigt. Bitte in"),
    "PDF": (content(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "bericht.tsv: ist eine PDF-Datei, keine Tabelle. Bitte als"),
    "noise": (noise, "bericht.tsv, Zeile 1: enthält das Steuerzeichen U+0010 und ist keine Texttabelle. Bitte als"),
    "NUL": (content(TEXT.replace("UAG 2", "UAG\0002", 1)), "bericht.tsv, Zeile 19: enthält das Steuerzeichen U+0000"),
    "no header": (content("a\tb\tc\n1\t2\t3\n"), "bericht.tsv, Zeile 1: keine Kopfzeile gefunden."),
    "other table": (content("Name;Straße;Ort\nA;B;C\n"), "bericht.tsv, Zeile 1: keine Kopfzeile gefunden."),
    "near miss": (
        content(TEXT.replace(HEAD, HEAD.replace("Sachstand", "Sachstnad"))),
        "bericht.tsv, Zeile 5: in der Kopfzeile fehlt die Spalte „Sachstand“ (nicht erkannt: „Sachstnad“).",
    ),
    "missing column": (
        content("\n".join(line.rpartition("\t")[0] for line in f"{HEAD}\nR\tE\tA\t\tS\tlaufend\t\t".split("\n"))
                .replace("\tStatus", "")),
        "bericht.tsv, Zeile 1: in der Kopfzeile fehlt die Spalte „Status“.",
    ),
    "header only": (content(f"{HEAD}\n\n{HEAD}\n"), "bericht.tsv, Zeile 1: unter der Kopfzeile stehen keine Zeilen."),
    "200 000 rows": (
        content(f"{HEAD}\n" + "R\tE\tA\t\tS\tlaufend\t\t\n" * 200_000),
        "bericht.tsv, Zeile 150001: hat 200001 Zeilen, erlaubt sind 150000.",
    ),
    "a cell of 1 MB": (
        content(f"{HEAD}\nR\tE\tA\t\t{'S' * 1_000_000}\tlaufend\t\t\n"),
        "bericht.tsv, Zeile 2, Spalte 5: die Zelle hat 1000000 Zeichen, erlaubt sind 100000.",
    ),
    "a row of 100 000 cells": (
        content(f"{HEAD}\nR\tE\tA\t\tS\tlaufend\t\t{chr(9) * 100_000}\n"),
        "bericht.tsv, Zeile 2: die Zeile hat 100008 Zellen, erlaubt sind 1000.",
    ),
    "folder": (Path.mkdir, "bericht.tsv: ist ein Ordner"),
    "missing": (lambda path: None, "bericht.tsv: gibt es nicht"),
}  # fmt: skip


ACCEPTED: dict[str, Write] = {
    "Windows-1252": content(TEXT.encode("cp1252")),
    "UTF-16": content(TEXT.encode("utf-16")),
    "UTF-8 with a mark": content(TEXT.encode("utf-8-sig")),
    "CSV for Excel": csv_for_excel,
    "XLSX": xlsx,
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_report_in_another_format_says_the_same(
    zielgraph: Run, koeln_settings: Settings, tmp_path: Path, name: str
) -> None:
    """Whatever the file's encoding or format, and whatever its name says."""
    ACCEPTED[name](path := tmp_path / "bericht.tsv")
    done = zielgraph("import", path, "--edition", "2019-12-31", ZIELGRAPH_VALIDATE_ROWS="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(settings.load({}, data=tmp_path / "data")) == rows(koeln_settings)


def rows(where: Settings) -> list[str]:
    """The table as it was stored. Every row of a workbook is as wide as its widest: empty cells at the end go."""
    return [line.rstrip("\t") for line in export(data_folder(where).open(), "table").decode().splitlines()]


@pytest.fixture(scope="module")
def before(koeln_folder: Path) -> dict[str, bytes]:
    """Every file of the data folder, as it is before any of the refused imports."""
    return snapshot(koeln_folder)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("name", CASES)
def test_refused(zielgraph: Run, koeln_folder: Path, before: dict[str, bytes], tmp_path: Path, name: str) -> None:
    path = tmp_path / "bericht.tsv"
    make, sentence = CASES[name]
    make(path)
    done = zielgraph("import", path, "--edition", "2020-12-31", data=koeln_folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.startswith("zielgraph: ")
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 600
    assert snapshot(koeln_folder) == before


def test_the_store_still_answers_afterwards(zielgraph: Run, koeln_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "leer.tsv").write_bytes(b"")
    zielgraph("import", tmp_path / "leer.tsv", "--edition", "2019-12-31", "--replace", data=koeln_folder)
    answer = zielgraph("query", "open-measures", "--format", "csv", data=koeln_folder)
    assert len(answer.stdout.splitlines()) == 8


@pytest.mark.parametrize("below", ["", "/darunter"])
@pytest.mark.parametrize(
    "command",
    [("import", KOELN, "--edition", "2019-12-31"), ("query", "open-measures"), ("export",), ("validate",)],
    ids=lambda command: command[0],
)
def test_a_data_folder_that_is_a_file(zielgraph: Run, tmp_path: Path, command: tuple[object, ...], below: str) -> None:
    (tmp_path / "datei").write_text("kein Ordner", "utf-8")
    done = zielgraph(*command, data=Path(f"{tmp_path / 'datei'}{below}"))
    assert (done.returncode, done.stdout) == (2, "")
    assert str(tmp_path / "datei") in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "datei").read_text("utf-8") == "kein Ordner"


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "CURRENT").write_text("000099", "ascii"), "Der Stand 000099"),
        (lambda folder: (folder / "CURRENT").write_bytes(b"\xff\xfe"), "CURRENT lässt sich nicht lesen"),
        (lambda folder: (folder / "snapshots/000001/snapshot.json").write_text("{", "utf-8"), "Der Stand 000001"),
    ],
    ids=["lost snapshot", "damaged pointer", "damaged description"],
)  # fmt: skip
def test_a_damaged_data_folder(
    zielgraph: Run, koeln_copy: Path, damage: Callable[[Path], object], sentence: str
) -> None:
    damage(koeln_copy)
    done = zielgraph("query", "open-measures", data=koeln_copy)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_name_that_is_no_utf8(zielgraph: Run, small: Path) -> None:
    odd = small.parent / b"b\xe4richt.tsv".decode("utf-8", "surrogateescape")
    small.rename(odd)
    done = zielgraph("import", odd, "--edition", "2019-12-31", ZIELGRAPH_VALIDATE_ROWS="0")
    assert (done.returncode, done.stderr) == (0, "")
    asked = zielgraph("query", "--text", "SELECT DISTINCT ?f { ?e a zg:Edition ; zg:file ?f }", "--format", "csv")
    assert asked.stdout.splitlines()[1:] == ["b?richt.tsv"]
