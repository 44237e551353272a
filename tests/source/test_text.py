"""From bytes to lines of raw cells: encodings, line ends, quoting by spreadsheet programs, limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from zielgraph.errors import InputError
from zielgraph.source import Limits, read_source


def cells(tmp_path: Path, data: bytes | str, limits: Limits | None = None) -> list[list[str]]:
    path = tmp_path / "bericht.tsv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [line.cells for line in read_source(path, limits or Limits()).lines]


@pytest.mark.parametrize(
    "data",
    [
        b"a\tb\nc\t\xc3\xa4\n",
        b"a\tb\nc\t\xc3\xa4",
        b"a\tb\r\nc\t\xc3\xa4\r\n",
        b"a\tb\rc\t\xc3\xa4\r",
        b"\xef\xbb\xbfa\tb\nc\t\xc3\xa4\n",
    ],
    ids=["LF", "no last LF", "CRLF", "CR", "BOM"],
)
def test_line_ends_and_byte_order_mark(tmp_path: Path, data: bytes) -> None:
    assert cells(tmp_path, data) == [["a", "b"], ["c", "ä"]]


def test_other_separators_of_lines_belong_to_the_cell(tmp_path: Path) -> None:
    assert cells(tmp_path, "a\u2028b\tc\x0bd\te\u0085f\n") == [["a\u2028b", "c\x0bd", "e\u0085f"]]


def test_blank_lines_and_blanks_are_kept(tmp_path: Path) -> None:
    assert cells(tmp_path, "\n a \t\n\n\tb\n") == [[""], [" a ", ""], [""], ["", "b"]]


QUOTED: dict[str, tuple[str, list[list[str]]]] = {
    "line break": ('a\t"b\nc"\nd\te\n', [["a", "b\nc"], ["d", "e"]]),
    "line break CRLF": ('a\t"b\nc"\r\nd\te\r\n', [["a", "b\nc"], ["d", "e"]]),
    "line break CR": ('a\t"b\rc"\rd\te\r', [["a", "b\rc"], ["d", "e"]]),
    "tab": ('"a\tb"\tc\n', [["a\tb", "c"]]),
    "doubled": ('a\t"Er sagt ""Ja"""\n', [["a", 'Er sagt "Ja"']]),
    "doubled whole": ('a\t"""Ja"""\n', [["a", '"Ja"']]),
    "all cells": ('"a"\t"b"\t"c"\n"d"\t""\t"e"\n', [["a", "b", "c"], ["d", "", "e"]]),
    "all filled cells": ('"a"\t"b"\t"c"\n"d"\t\t"e"\n', [["a", "b", "c"], ["d", "", "e"]]),
}


@pytest.mark.parametrize("name", QUOTED)
def test_quoting_by_a_spreadsheet_program_is_undone(tmp_path: Path, name: str) -> None:
    data, expected = QUOTED[name]
    assert cells(tmp_path, data) == expected


@pytest.mark.parametrize(
    "line",
    [
        '"Wegweiser Wohnen" wurde erstellt\tb',
        'a\t"Wegweiser Wohnen"',
        'a\tProjekt "BerMico" läuft',
        'a\t"offen geblieben\tc',
        'a\t("Verstehen ist mehr als Sprache")',
        'a\t"Eins" und "Zwei"\tb',
        "a\t„Wohnungspaten“",
        'a\t5" Rohr\t7"',
        'a\t""\tb',
    ],
)
def test_the_authors_quotation_marks_stay(tmp_path: Path, line: str) -> None:
    assert cells(tmp_path, f"{line}\nx\ty\n") == [line.split("\t"), ["x", "y"]]


def test_line_numbers_count_lines_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bericht.tsv"
    path.write_text('a\t"b\nc\nd"\n\ne\tf\n', "utf-8")
    assert [line.number for line in read_source(path, Limits()).lines] == [1, 4, 5]


def test_quotation_marks_that_never_close_cost_no_time(tmp_path: Path) -> None:
    text = "".join(f'a\t"offen {n}\tb\tc "\td\n' for n in range(20_000)) + 'x\t"' + "y\t" * 900 + "\n"
    start = time.perf_counter()
    assert len(cells(tmp_path, text)) == 20_001
    assert time.perf_counter() - start < 3


def test_a_long_quoted_cell_is_measured_as_one_cell(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Zeile 1, Spalte 2: die Zelle hat 400001 Zeichen"):
        cells(tmp_path, 'a\t"' + "y\n" * 200_000 + 'z"\n')


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "bericht.tsv: ist leer"),
        (b" \t\n\xc2\xa0\n\r\n", "bericht.tsv: ist leer"),
        ("a\tb\nÄmter\n".encode("cp1252"), "Zeile 2: ist nicht in UTF-8 kodiert. Vermutlich Windows-1252"),
        ("a\tb\n".encode("utf-16"), "ist in UTF-16 kodiert"),
        ("a\tä\n".encode("utf-16-be"), "ist nicht in UTF-8 kodiert"),
        ("a\tb\n".encode("utf-16-le"), "Zeile 1: enthält das Steuerzeichen U+0000"),
        (b"a\tb\nc\x00d\n", "Zeile 2: enthält das Steuerzeichen U+0000 und ist keine Texttabelle"),
        (b"a\x1b[31mb\n", "Zeile 1: enthält das Steuerzeichen U+001B"),
        (b"PK\x03\x04rest", "ist eine ZIP-, Excel-, ODS- oder Word-Datei, keine Texttabelle"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ist eine alte Excel- oder Word-Datei"),
        (b"%PDF-1.7\n", "ist eine PDF-Datei"),
        (b"\x89PNG\r\n", "ist ein Bild"),
        (b"\x1f\x8b\x08", "ist eine gepackte Datei"),
    ],
)
def test_refused(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        cells(tmp_path, data)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("bericht.tsv")


@pytest.mark.parametrize(
    ("data", "limits", "sentence"),
    [
        ("a\n" * 4, Limits(rows=3), "bericht.tsv, Zeile 4: hat 4 Zeilen, erlaubt sind 3"),
        ("a\n" * 4, Limits(bytes=7), "größer als erlaubt"),
        ("a\nb\t1234\n", Limits(cell_chars=3), "bericht.tsv, Zeile 2, Spalte 2: die Zelle hat 4 Zeichen"),
        ("a\nb\t\t\n", Limits(cells=2), "bericht.tsv, Zeile 2: die Zeile hat 3 Zellen, erlaubt sind 2"),
    ],
)
def test_limits(tmp_path: Path, data: str, limits: Limits, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        cells(tmp_path, data, limits)
    assert sentence in str(caught.value)


def test_at_the_limit_is_allowed(tmp_path: Path) -> None:
    limits = Limits(rows=2, bytes=8, cell_chars=3, cells=2)
    assert cells(tmp_path, "abc\tb\nc\n", limits) == [["abc", "b"], ["c"]]


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gibt es nicht"):
        read_source(tmp_path / "fehlt.tsv", Limits())
    with pytest.raises(InputError, match="ist ein Ordner"):
        read_source(tmp_path, Limits())
    with pytest.raises(InputError, match="lässt sich nicht lesen"):
        read_source(tmp_path / ("x" * 300), Limits())
