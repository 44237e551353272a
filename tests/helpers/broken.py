"""Broken files of every format, for tests that must survive them: :func:`broken_files` and :func:`intact_files`."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from functools import cache

import docx
import openpyxl
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

HEADINGS = ["Rahmenziel", "Ergebnisziel", "Aktivitäten", "Termin", "Sachstand", "Gremium", "Status"]
ROWS = [
    HEADINGS,
    [
        "Wohnen",
        "Zugang zu Wohnungen",
        "a) Beratung",
        "11.08.2017",
        'wird mit 56 „geprüft“; "läuft"',
        "UAG 3",
        "laufend",
    ],
    ["", "", "b) Größere Häuser", "2019", "Zeile eins\nZeile zwei", "UAG 3; Rat", "erledigt"],
    ["Bildung", "Sprache, Schule", "c) Deutschkurse", "", "Träger: AWO", "", "geplant"],
]

File = tuple[str, bytes]
"""Name and content."""


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    sheet["H2"], sheet["H3"], sheet["H4"] = 3.5, "=1+1", True
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Netzwerke").append(["Name", "Mitglieder"])
    return _saved(book.save)


def ods() -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Blatt")
    for index, cells in enumerate(ROWS):
        row = TableRow()
        for column, text in enumerate(cells):
            merged = {"numberrowsspanned": 2, "numbercolumnsspanned": 1} if (index, column) == (1, 0) else {}
            cell = CoveredTableCell() if (index, column) == (2, 0) else TableCell(valuetype="string", **merged)
            for line in text.split("\n"):
                cell.addElement(P(text=line))
            row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    return _saved(book.write)


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("Stand: 30.06.2023")
    table = document.add_table(len(ROWS), len(HEADINGS))
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    return _saved(document.save)


def csv(separator: str = ";") -> bytes:
    lines = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in ROWS]
    return "\r\n".join(lines).encode()


def tsv() -> bytes:
    return "\n".join("\t".join(cell.replace("\n", " ") for cell in row) for row in ROWS).encode()


def xls(far_column: int = 7) -> bytes:
    """A BIFF 8 workbook with one sheet, in an OLE container of the smallest kind."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def text(row: int, column: int, value: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le"))

    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += b"".join(text(r, c, cell) for r, row in enumerate(ROWS) for c, cell in enumerate(row) if cell)
    sheet += record(0x0203, struct.pack("<HHHd", 1, far_column, 0, 3.5))
    sheet += record(0x00E5, struct.pack("<HHHHH", 1, 1, 2, 0, 0)) + record(0x000A, b"")
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = struct.pack("<BB", 5, 0) + b"Blatt"
    offset = len(begin) + 4 + 6 + len(name) + 4
    book = begin + record(0x0085, struct.pack("<IBB", offset, 0, 0) + name) + record(0x000A, b"") + sheet
    return ole({"Workbook": book})


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container with these streams, each at least 4096 bytes long so that it needs no mini sectors."""
    fat, body, entries = [0xFFFFFFFD, 0xFFFFFFFE], b"", [_entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)]
    for index, (name, data) in enumerate(streams.items(), start=1):
        data = data.ljust(max(4096, -len(data) % 512 + len(data)), b"\0")
        first, count = len(fat), len(data) // 512
        fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        following = index + 1 if index < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, 0xFFFFFFFF, first, len(data), following))
        body += data
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header + table + b"".join(entries).ljust(512, b"\0") + body


def _entry(name: str, kind: int, child: int, first: int, size: int, following: int = 0xFFFFFFFF) -> bytes:
    coded = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<III", 0xFFFFFFFF, following, child)
    return coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded), kind, 1) + links + bytes(36) + struct.pack(
        "<IQ", first, size
    )  # fmt: skip


def xlsb(far_row: int = 1) -> bytes:
    """A binary workbook with one sheet of inline strings."""

    def record(kind: int, body: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body

    def text(value: str) -> bytes:
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    book = (
        record(131)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + text("rId1") + text("Blatt"))
        + record(144)
        + record(132)
    )
    rows = b""
    for number, row in enumerate(ROWS):
        rows += record(0, struct.pack("<IIHHBI", number if number != 1 else far_row, 0, 300, 0, 0, 0))
        rows += b"".join(record(6, struct.pack("<II", c, 0) + text(cell)) for c, cell in enumerate(row))
    sheet = record(129) + record(148, struct.pack("<IIII", 0, far_row, 0, 6)) + record(145) + rows + record(146)
    sheet += record(130)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file with these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a ZIP file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


@cache
def intact_files() -> dict[str, bytes]:
    """A small table in every format, by the ending of its name."""
    return {"xlsx": xlsx(), "ods": ods(), "docx": word(), "csv": csv(), "tsv": tsv(), "xls": xls(), "xlsb": xlsb()}


FORMATS = ("xlsx", "ods", "docx", "csv", "tsv", "xls", "xlsb")
ZIPPED = ("xlsx", "ods", "docx")
MAIN_PARTS = {"xlsx": "xl/worksheets/sheet1.xml", "ods": "content.xml", "docx": "word/document.xml"}


def broken_files(*formats: str) -> st.SearchStrategy[File]:
    """Files that are damaged in some way: (name, content). ``formats``: endings; without any, all of them."""
    chosen = st.sampled_from(formats or FORMATS)
    return chosen.flatmap(lambda kind: st.one_of(*(make(kind) for make in _damages(kind))))


def _damages(kind: str) -> list[Callable[[str], st.SearchStrategy[File]]]:
    every = [truncated, flipped, wrong_ending]
    if kind in ZIPPED:
        return [*every, damaged_part, damaged_part, missing_part, replaced_text, absurd]
    return [*every, *([mixed_encoding, control_characters, odd_quotes] if kind in ("csv", "tsv") else [])]


def truncated(kind: str) -> st.SearchStrategy[File]:
    data = intact_files()[kind]
    return st.integers(0, len(data) - 1).map(lambda length: (f"bericht.{kind}", data[:length]))


def flipped(kind: str) -> st.SearchStrategy[File]:
    data = intact_files()[kind]
    changes = st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), min_size=1, max_size=6)
    return changes.map(lambda each: (f"bericht.{kind}", _changed(data, each)))


def wrong_ending(kind: str) -> st.SearchStrategy[File]:
    return st.sampled_from(FORMATS).map(lambda ending: (f"bericht.{ending}", intact_files()[kind]))


def damaged_part(kind: str) -> st.SearchStrategy[File]:
    """The container is sound, what is inside is not."""
    parts = parts_of(intact_files()[kind])

    def damage(part: str) -> st.SearchStrategy[File]:
        data = parts[part] or b"<a/>"
        spots = st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), min_size=1, max_size=4)
        bad = st.one_of(
            spots.map(lambda each: _changed(data, each)),
            st.integers(0, len(data)).map(lambda length: data[:length]),
            st.sampled_from([b"", b"<", b"<a/>", b"\xff\xfe<\0a\0", b"<a>" * 300, b"<!DOCTYPE a><a/>", b"kein XML"]),
        )
        return bad.map(lambda content: (f"bericht.{kind}", zipped({**parts, part: content})))

    return st.one_of(st.just(MAIN_PARTS[kind]), st.sampled_from(sorted(parts))).flatmap(damage)


def missing_part(kind: str) -> st.SearchStrategy[File]:
    parts = parts_of(intact_files()[kind])
    gone = st.sets(st.sampled_from(sorted(parts)), min_size=1, max_size=3)
    return gone.map(lambda names: (f"bericht.{kind}", zipped({n: d for n, d in parts.items() if n not in names})))


def replaced_text(kind: str) -> st.SearchStrategy[File]:
    """Well-formed XML with values and names that make no sense."""
    parts = parts_of(intact_files()[kind])
    part = MAIN_PARTS[kind]
    words = sorted({word for word in _words(parts[part]) if len(word) > 1})
    new = st.sampled_from([b"x", b"-1", b"99999999999999999999", b"1e999", b"&#1;", b"&lt;", b"A0", b"XFD1048577", b""])

    def put(pair: tuple[bytes, bytes]) -> File:
        return f"bericht.{kind}", zipped({**parts, part: parts[part].replace(pair[0], pair[1])})

    return st.tuples(st.sampled_from(words), new).map(put)


_ABSURD: dict[str, list[tuple[bytes, bytes]]] = {
    "xlsx": [
        (b'ref="A2:A3"', b'ref="A1:XFD1048576"'),
        (b"</mergeCells>", b'<mergeCell ref="A1:H9"/><mergeCell ref="B2:C900000"/></mergeCells>'),
        (b"</mergeCells>", b'<mergeCell ref="ZZZ99:A1"/><mergeCell ref="1:A"/></mergeCells>'),
        (b"</mergeCells>", b'<mergeCell ref="A1:G4"/>' * 500 + b"</mergeCells>"),
        (b"<dimension ref=", b'<dimension ref="A1:XFD1048576" x='),
        (b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        (b"</sheetData>", b"<row r='1048576'><c r = 'B1048576' ><v>1</v></c></row></sheetData>"),
        (b"</sheetData>", b'<row r="1048576"><c><v>1</v></c></row></sheetData>'),
        (b"</sheetData>", b'<row r="1048576" ht="15"/></sheetData>'),
        (b"</sheetData>", b'<row r="4294967295"><c r="ZZZZZZZ4294967295"><v>1</v></c></row></sheetData>'),
        (b'r="3"', b'r="0"'),
    ],
    "ods": [
        (b'number-rows-spanned="2"', b'number-rows-spanned="99999999"'),
        (b'number-columns-spanned="1"', b'number-columns-spanned="99999999999999"'),
        (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048576">'),
        (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="-5">'),
        (b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="2000000000" '),
        (b"<text:p>", b'<text:p><text:s text:c="999999999"/>'),
    ],
    "docx": [
        (b"<w:vMerge/>", b'<w:gridSpan w:val="999999999"/>'),
        (b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="63"/>'),
        (b"<w:tcPr>", b'<w:tcPr><w:vMerge w:val="continue"/>'),
        (b"<w:tr>", b'<w:tr><w:trPr><w:gridBefore w:val="5000"/></w:trPr>'),
    ],
}


def absurd(kind: str) -> st.SearchStrategy[File]:
    """Dimensions, repetitions and merged cells that no program writes."""
    parts = parts_of(intact_files()[kind])
    part = MAIN_PARTS[kind]

    def put(pair: tuple[bytes, bytes]) -> File:
        assert pair[0] in parts[part], pair
        return f"bericht.{kind}", zipped({**parts, part: parts[part].replace(*pair)})

    return st.sampled_from(_ABSURD[kind]).map(put)


def mixed_encoding(kind: str) -> st.SearchStrategy[File]:
    lines = intact_files()[kind].decode().split("\n")
    codes = st.lists(
        st.sampled_from(["utf-8", "cp1252", "cp850", "utf-16-le"]), min_size=len(lines), max_size=len(lines)
    )
    return codes.map(
        lambda each: (
            f"bericht.{kind}",
            b"\n".join(line.encode(code, "replace") for line, code in zip(lines, each, strict=True)),
        )
    )


def control_characters(kind: str) -> st.SearchStrategy[File]:
    data = intact_files()[kind]
    odd = st.sampled_from(
        [b"\0", b"\x01", b"\x0b", b"\x1a", b"\x1b[2J", b"\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\r"]
    )
    return st.tuples(st.integers(0, len(data)), odd).map(
        lambda each: (f"bericht.{kind}", data[: each[0]] + each[1] + data[each[0] :])
    )


def odd_quotes(kind: str) -> st.SearchStrategy[File]:
    data = intact_files()[kind]
    places = st.lists(st.integers(0, len(data)), min_size=1, max_size=5)
    return places.map(lambda each: (f"bericht.{kind}", _with_quotes(data, each)))


def _with_quotes(data: bytes, places: list[int]) -> bytes:
    for place in sorted(places, reverse=True):
        data = data[:place] + b'"' + data[place:]
    return data


def _changed(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, value in changes:
        changed[place] = value
    return bytes(changed)


def _words(xml: bytes) -> list[bytes]:
    return xml.replace(b"<", b'"').replace(b">", b'"').replace(b"=", b'"').replace(b" ", b'"').split(b'"')
