"""DOCX: tables as sheets, text around them, merged cells, tracked changes."""

from __future__ import annotations

from pathlib import Path

import broken
import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from zielgraph.source import read_source


def test_tables_and_the_text_around_them(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Stand: 30.06.2023"
    document.add_paragraph("Zielsystem")
    document.add_paragraph("")
    table = document.add_table(3, 4)
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells.cells):
            cell.text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(2, 0)).text = "Ziel"
    table.cell(0, 1).merge(table.cell(1, 2)).text = "Block"
    inner = table.cell(2, 3).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "innen", "auch"
    document.add_paragraph("zwischen")
    document.add_table(1, 2).cell(0, 1).text = "a\tb"
    document.add_paragraph("Ende")
    document.save(str(tmp_path / "a.docx"))
    source = read_source(tmp_path / "a.docx")
    assert [
        (sheet.name, [(line.number, line.cells, dict(line.merged)) for line in sheet.lines]) for sheet in source.sheets
    ] == [
        (
            "Tabelle 1",
            [
                (1, ["Stand: 30.06.2023"], {}),
                (2, ["Zielsystem"], {}),
                (3, ["Ziel", "Block", "", "03"], {2: "Block"}),
                (4, ["", "", "", "13"], {0: "Ziel", 1: "Block", 2: "Block"}),
                (5, ["", "21", "22", "23\ninnen\nauch"], {0: "Ziel"}),
            ],
        ),
        ("Tabelle 2", [(1, ["zwischen"], {}), (2, ["", "a\tb"], {}), (3, ["Ende"], {})]),
    ]


def test_tracked_changes_breaks_and_content_controls(tmp_path: Path) -> None:
    xml = (
        f"<w:tbl {nsdecls('w')}><w:sdt><w:sdtContent><w:tr><w:tc><w:p>"
        "<w:r><w:t>bleibt</w:t><w:br/></w:r><w:ins><w:r><w:t>neu</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>alt</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>weg</w:t></w:r></w:moveFrom>"
        "<w:hyperlink><w:r><w:tab/><w:t>Verweis</w:t></w:r></w:hyperlink></w:p></w:tc>"
        "<w:tc><w:p><w:pPr><w:numPr/></w:pPr></w:p></w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    document = docx.Document()
    document.element.body.insert(0, parse_xml(xml))
    document.save(str(tmp_path / "a.docx"))
    source = read_source(tmp_path / "a.docx")
    assert source.lines[0].cells[0] == "bleibt\nneu\tVerweis"
    assert "Automatische Nummern" in source.notices[0]


def test_an_embedded_workbook_is_left_alone(tmp_path: Path) -> None:
    parts = broken.parts_of(broken.word())
    (tmp_path / "a.docx").write_bytes(broken.zipped({**parts, "word/embeddings/x.xlsx": broken.xlsx()}))
    source = read_source(tmp_path / "a.docx")
    assert [sheet.name for sheet in source.sheets] == ["Tabelle 1"]
