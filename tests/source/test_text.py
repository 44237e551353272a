"""From bytes to lines of raw cells: encodings, line ends, quoting by spreadsheet programs, limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from zielgraph.errors import InputError
from zielgraph.source import Limits, Source, read_source


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


def source(tmp_path: Path, data: bytes | str) -> Source:
    path = tmp_path / "bericht.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_source(path)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
        ("cp850", "cp850"),
        ("mac_roman", "mac_roman"),
    ],
)
@pytest.mark.parametrize(
    "text", ["Ämter;läuft\n", "Maßnahme;Träger\nx;Förderung über alles\n", "GRÖSSE;VERÄNDERT\na;b"]
)
def test_encodings(tmp_path: Path, encoding: str, said: str, text: str) -> None:
    read = source(tmp_path, text.encode(encoding))
    assert [line.cells for line in read.lines] == [line.split(";") for line in text.splitlines()]
    assert read.encoding == said
    assert (read.notices != ()) == (said in ("cp850", "mac_roman"))


def test_typography_of_windows_is_no_dos_umlaut(tmp_path: Path) -> None:
    read = source(tmp_path, "a;„Wohnen” – Straße\n".encode("cp1252"))
    assert (read.lines[0].cells, read.encoding) == (["a", "„Wohnen” – Straße"], "cp1252")


def test_a_file_in_two_encodings_keeps_all_umlauts(tmp_path: Path) -> None:
    read = source(tmp_path, "Ämter;ß\n".encode() + "Träger;Öl\n".encode("cp1252") + "x;Häuser\n".encode())
    assert [line.cells for line in read.lines] == [["Ämter", "ß"], ["Träger", "Öl"], ["x", "Häuser"]]
    assert read.notices == ("Teils in UTF-8, teils in cp1252 kodiert; die Umlaute bitte prüfen in Zeile 2.",)


def test_one_broken_byte_does_not_spoil_the_other_letters(tmp_path: Path) -> None:
    read = source(tmp_path, "Ämter;Träger\n".encode() + b"\xc3;\xc3\xa4\n")
    assert read.lines[1].cells == ["Ã", "ä"]
    assert "Zeile 2" in read.notices[0]


@pytest.mark.parametrize(
    ("text", "separator", "expected"),
    [
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";", ["1,5", "2,5", "3,5"]),
        ("a,b,c\nx;y,z,w\n", ",", ["x;y", "z", "w"]),
        ('a;b\n"Zeile, eins\nzwei; drei, vier";c, d, e\n', ";", ["Zeile, eins\nzwei; drei, vier", "c, d, e"]),
        ("a|b|c\n1|2, 3|4; 5\n", "|", ["1", "2, 3", "4; 5"]),
        ("a\tb\n1, 2; 3\t4, 5; 6\n", "\t", ["1, 2; 3", "4, 5; 6"]),
        ("Titel, mit Komma\n\na;b;c\nd;e, f;g\n", ";", ["d", "e, f", "g"]),
        ("sep=|\r\na;b|c\r\n", "|", ["a;b", "c"]),
        ("sep=,\na,b\n", ",", ["a", "b"]),
        ("nur eine Spalte\nzweite\n", "\t", ["zweite"]),
        (
            "Ziel\tMaßnahme\tStand\n;\tx\na\t;\tb\tc\nd\t\t\t\t;\n;\n;\te\tf\t\t\tg\n",
            "\t",
            [";", "e", "f", "", "", "g"],
        ),
        ("Ziel;Maßnahme;Stand\na\tb;c;d\na\tb;c;e\n", ";", ["a\tb", "c", "e"]),
        ("Stand; Mai\nZiel,Maßnahme,Stand\na,b,c\nd,e\nf\n", ",", ["f"]),
    ],
)
def test_separators(tmp_path: Path, text: str, separator: str, expected: list[str]) -> None:
    read = source(tmp_path, text)
    assert read.separator == separator
    assert read.lines[-1].cells == expected
    assert read.format == ("tsv" if separator == "\t" else "csv")


def test_the_line_that_names_the_separator_is_counted(tmp_path: Path) -> None:
    assert [(line.number, line.cells) for line in source(tmp_path, "sep=;\r\na;b\r\n").lines] == [(2, ["a", "b"])]


def test_a_quote_that_never_closes_costs_one_line(tmp_path: Path) -> None:
    read = source(tmp_path, 'a;b;c\nd;"offen;e\nf;"zu; zu";g\nh;i;"j\nk"\nl;"offen;m\n')
    assert [(line.number, line.cells) for line in read.lines] == [
        (1, ["a", "b", "c"]),
        (2, ["d", '"offen', "e"]),
        (3, ["f", "zu; zu", "g"]),
        (4, ["h", "i", "j\nk"]),
        (6, ["l", '"offen', "m"]),
    ]
    assert "in Zeile 2, 6;" in read.notices[0]


def test_quotes_inside_prose_are_kept(tmp_path: Path) -> None:
    read = source(tmp_path, 'a;b;c\n"Wegweiser Wohnen" wurde erstellt;d;e\n')
    assert read.lines[1].cells == ['"Wegweiser Wohnen" wurde erstellt', "d", "e"]
    assert "Zeile 2" in read.notices[0]


def test_a_quote_swallowing_records_that_fit_is_undone(tmp_path: Path) -> None:
    """The second quote stands at the end of a cell, so that csv alone would make one record of three lines."""
    read = source(tmp_path, 'a;b;c\nd;"offen;e\nf;g;h\ni;zu";j\nk;l;m\n')
    assert [line.cells for line in read.lines][1:] == [
        ["d", '"offen', "e"],
        ["f", "g", "h"],
        ["i", 'zu"', "j"],
        ["k", "l", "m"],
    ]
    assert "Zeile 2" in read.notices[0]


def test_broken_quotes_everywhere_cost_no_time(tmp_path: Path) -> None:
    start = time.perf_counter()
    read = source(tmp_path, "a;b;c\n" + 'd;"offen;"e\n' * 20_000)
    assert len(read.lines) == 20_001
    assert time.perf_counter() - start < 3


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
        ("a\tb\n".encode("utf-16")[:-1], "soll UTF-16 sein, ist aber ab Byte 9 beschädigt"),
        ("a\tä\n".encode("utf-16-be"), "Zeile 1: enthält das Steuerzeichen U+0000"),
        ("a\tb\n".encode("utf-16-le"), "Zeile 1: enthält das Steuerzeichen U+0000"),
        (b"a\tb\nc\x00d\n", "Zeile 2: enthält das Steuerzeichen U+0000 und ist keine Texttabelle"),
        (b"a\x1b[31mb\n", "Zeile 1: enthält das Steuerzeichen U+001B"),
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
