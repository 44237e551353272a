"""What is refused, by its content and with a sentence; and ZIP files made to do harm."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import broken
import pytest

from zielgraph.errors import InputError
from zielgraph.source import Limits, Source, read_source


def refusal(tmp_path: Path, data: bytes, limits: Limits | None = None) -> str:
    path = tmp_path / "bericht.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_source(path, limits)
    assert str(caught.value).startswith("bericht.xlsx")
    assert "Bitte" in str(caught.value)
    return str(caught.value)


OTHERS = {
    "PDF": (b"%PDF-1.7\n", "ist eine PDF-Datei"),
    "PNG": (b"\x89PNG\r\n", "ist ein Bild"),
    "JPEG": (b"\xff\xd8\xff\xe0", "ist ein Bild"),
    "gzip": (b"\x1f\x8b\x08", "ist eine gepackte Datei"),
    "RTF": (rb"{\rtf1\ansi Ziel}", "ist eine RTF-Datei"),
    "HTML": (b"\xef\xbb\xbf\r\n<html><table><tr><td>a</td></tr></table>", "ist eine Webseite (HTML)"),
    "HTML with doctype": (b"<!-- x -->\n<!DOCTYPE html>\n<p>a", "ist eine Webseite (HTML)"),
    "HTML as UTF-16": ("<html xmlns:x='urn:x'>ä".encode("utf-16"), "ist eine Webseite (HTML)"),
    "Excel 2003 XML": (b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>', "ist eine XML-Datei"),
    "DOC": (broken.ole({"WordDocument": b"x"}), "ist eine alte Word-Datei (DOC)"),
    "encrypted": (broken.ole({"EncryptedPackage": b"x"}), "ist mit einem Kennwort verschlüsselt"),
    "other OLE": (broken.ole({"Etwas": b"x"}), "ist eine alte Office-Datei ohne Arbeitsmappe"),
    "ZIP": (broken.zipped({"a.txt": b"a"}), "ist eine ZIP-Datei ohne Arbeitsmappe"),
    "ZIP in ZIP": (broken.zipped({"a.xlsx": broken.zipped({"b": b"c"})}), "ist eine ZIP-Datei ohne Arbeitsmappe"),
    "empty ZIP": (broken.zipped({}), "ist eine ZIP-Datei ohne Arbeitsmappe"),
    "PowerPoint": (broken.zipped({"ppt/presentation.xml": b"<a/>"}), "ist eine PowerPoint-Datei"),
    "ODT": (
        broken.zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
        "ist ein OpenDocument-Dokument, aber keine Tabelle",
    ),
    "cut ZIP": (broken.xlsx()[:2000], "ist eine unvollständige oder beschädigte ZIP-, Excel-, ODS- oder Word-Datei"),
    "document without a table": (
        broken.zipped(
            {
                **broken.parts_of(broken.word()),
                "word/document.xml": b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                b"<w:body><w:p/></w:body></w:document>",
            }
        ),
        "enthält keine Tabelle",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_refused_by_content(tmp_path: Path, name: str) -> None:
    data, sentence = OTHERS[name]
    assert sentence in refusal(tmp_path, data)


@pytest.mark.parametrize("kind", broken.FORMATS)
def test_the_name_does_not_matter(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bericht.dat"
    path.write_bytes(broken.intact_files()[kind])
    assert read_source(path).format == kind


def changed(kind: str, part: str, old: bytes, new: bytes) -> bytes:
    parts = broken.parts_of(broken.intact_files()[kind])
    assert old in parts[part]
    return broken.zipped({**parts, part: parts[part].replace(old, new, 1)})


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize(
    ("kind", "part", "root"),
    [
        ("xlsx", "xl/worksheets/sheet1.xml", b"<worksheet"),
        ("xlsx", "xl/workbook.xml", b"<workbook"),
        ("ods", "content.xml", b"<office:document-content"),
        ("docx", "word/document.xml", b"<w:document"),
    ],
)
@pytest.mark.parametrize("before", [b"", b"<!-- " + b"x" * 2_000 + b" -->", b"<!-- " + b"x" * 100_000 + b" -->"])
def test_own_entities(tmp_path: Path, kind: str, part: str, root: bytes, before: bytes) -> None:
    sentence = refusal(tmp_path, changed(kind, part, root, before + BOMB + root))
    assert f"der Teil „{part}“ bringt eigene XML-Definitionen mit (DOCTYPE)" in sentence


def test_a_directory_that_lies_about_the_size(tmp_path: Path) -> None:
    """zipfile would stop at the promised size, the unpacker of calamine would go on."""
    data = bytearray(broken.xlsx())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    place = data.rfind(size.to_bytes(4, "little"))
    data[place : place + 4] = (size - 10).to_bytes(4, "little")
    assert "ist entpackt größer als angegeben" in refusal(tmp_path, bytes(data))


def test_a_bomb(tmp_path: Path) -> None:
    parts = broken.parts_of(broken.xlsx())
    data = broken.zipped({**parts, "xl/media/bild.bin": bytes(60_000_000)})
    assert "beim Entpacken" in refusal(tmp_path, data)
    assert "wird entpackt 60 MB groß" in refusal(tmp_path, data, Limits(unpacked_bytes=50_000_000))


def test_the_same_part_twice(tmp_path: Path) -> None:
    data = broken.zipped({"xl/workbook.xml": b"<a/>", "xl/workbook.xmL": b"<a/>"}).replace(b".xmL", b".xml")
    assert "enthält denselben Teil mehrfach" in refusal(tmp_path, data)


@pytest.mark.parametrize(
    "end",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='900000'><c\tr = 'B900000' foo='>'><v>1</v></c></row><row r='900001'><c r='ZZZ1'><v>1</v></c></row>",
        b'<row r="1048576"><c r="ABC1048576"/><c><v>1</v></c></row>',
        b'<row r="9"><c r="ALM9"><f>1</f><v>1</v></c></row>',
    ],
)
def test_a_cell_far_away_is_refused_before_it_takes_memory(tmp_path: Path, end: bytes) -> None:
    data = changed("xlsx", "xl/worksheets/sheet1.xml", b"</sheetData>", end + b"</sheetData>")
    assert "Blatt „Sheet“" in refusal(tmp_path, data)


def test_dimensions_and_formatted_rows_mean_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = b"".join(b'<row r="%d" ht="15"><c r="XFD%d" s="0"/></row>' % (n, n) for n in range(1_040_000, 1_048_577))
    data = changed("xlsx", "xl/worksheets/sheet1.xml", b"</sheetData>", rows + b"</sheetData>")
    parts = broken.parts_of(data)
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<dimension ref=", b'<dimension ref="A1:XFD1048576" x=')
    path.write_bytes(broken.zipped({**parts, "xl/worksheets/sheet1.xml": sheet}, zipfile.ZIP_STORED))
    source = read_source(path)
    assert isinstance(source, Source)
    assert [line.number for line in source.lines] == [1, 2, 3, 4]
