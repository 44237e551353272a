"""The report and the paper "continue, stop or restart": page, PDF, file; what is in them and what is refused."""

from __future__ import annotations

import csv
import html
import io
import os
import re
import sys
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient

from zielgraph.errors import Unwritable
from zielgraph.exporting.briefing import pdf
from zielgraph.exporting.briefing.courses import QUESTION, courses_of
from zielgraph.exporting.briefing.decided import decided
from zielgraph.exporting.briefing.source import Source
from zielgraph.exporting.tables import plain
from zielgraph.inventory.load import load
from zielgraph.questions import load_catalogue, run_question
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.web import papers
from zielgraph.web.pages import report

from .conftest import Fill

ACCEPT = {"Accept": "text/html"}
REPORT, COURSES = "/de/bericht", "/de/fortfuehren-einstellen-neu-starten"


def _draws() -> bool:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


needs_pango = pytest.mark.skipif(
    not _draws() and not os.environ.get("ZIELGRAPH_REQUIRE_ENGINES"), reason="Pango fehlt (libpango-1.0-0)"
)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=ACCEPT)
    assert answer.status_code == status, (address, answer.text[-500:])
    return answer.text


def parts(text: str) -> list[str]:
    return re.findall(r'<section class="b-part" id="b-(\w+)"', text)


def read_pdf(data: bytes) -> tuple[pypdf.PdfReader, str, dict[str, Any]]:
    reader = pypdf.PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    return reader, " ".join(each.extract_text() for each in reader.pages), root


def tagged(node: Any) -> set[str]:
    """The kinds of tags below a node of the structure."""
    found = {str(node["/S"])} if "/S" in node else set()
    below = node.get("/K", [])
    for each in below if isinstance(below, list) else [below]:
        inner = each.get_object() if hasattr(each, "get_object") else each
        if isinstance(inner, dict):
            found |= tagged(inner)
    return found


def test_the_page_has_the_usual_parts(twice: FlaskClient) -> None:
    text = page(twice, REPORT)
    assert parts(text) == ["overview", "goals", "changes", "open", "decisions", "findings"]
    assert "Stadt Köln" in text
    assert "Stand 30.06.2020" in text
    assert text.count("<h1>") == 1
    assert "Sachstand ergänzt" in text
    assert "Begründung &lt;b&gt;stop&lt;/b&gt;" in text
    assert re.search(r'<a href="/de/koeln/integration/measure/\d+">', text)


def test_parts_theme_and_language_are_chosen(twice: FlaskClient) -> None:
    text = page(twice, f"{REPORT}?part=open&part=measures&theme=Wohnen")
    assert parts(text) == ["open", "measures"]
    assert "Nur Handlungsfeld: Wohnen" in text
    english = page(twice, "/en/report")
    assert "Report for the steering group" in english
    assert "Offene Befunde" not in english


def test_numbers_are_those_of_the_list(client: FlaskClient) -> None:
    text = page(client, f"{REPORT}?part=overview")
    shown = dict(re.findall(r"<dt>(.*?)</dt><dd>(\d+)</dd>", text))
    for word, address in (("Maßnahmen", "/de/massnahmen"), ("davon offen", "/de/massnahmen?status=open")):
        rows = list(csv.reader(io.StringIO(client.get(f"{address}{'&' if '?' in address else '?'}format=csv").text)))
        assert int(shown[word]) == len(rows) - 1


def test_a_day_in_the_past(twice: FlaskClient) -> None:
    text = page(twice, f"{REPORT}?stand=2020-04-01")
    assert "Stand 31.12.2019" in text
    assert "Es gibt erst eine Ausgabe" in text
    assert "Begründung &lt;b&gt;continue" in text
    assert "Begründung &lt;b&gt;stop" not in text


@pytest.mark.parametrize(
    ("asked", "status"), [("part=secrets", 404), ("theme=Raumfahrt", 404), ("system=x", 404), ("format=docx", 400)]
)
def test_what_there_is_not_is_told(twice: FlaskClient, asked: str, status: int) -> None:
    page(twice, f"{REPORT}?{asked}", status)


def test_the_file_is_whole_and_for_itself(twice: FlaskClient) -> None:
    answer = twice.get(f"{REPORT}?format=html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bericht-2020-06-30.html"'
    assert parts(answer.text)[-2:] == ["measures", "actors"]
    assert not re.search(r'(?:href|src)="(?!#)', answer.text)


@needs_pango
def test_the_pdf(twice: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = twice.get(f"{REPORT}?format=pdf&theme=Gesundheit")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bericht-2020-06-30.pdf"'
    reader, text, root = read_pdf(answer.data)
    assert len(reader.pages) > 3
    assert reader.metadata
    assert str(reader.metadata.title).startswith("Bericht für die Steuerungsgruppe – Stadt Köln")
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("de", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/Link"} <= tagged(root["/StructTreeRoot"])
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    assert "Sachstand ergänzt" in re.sub(r"\s+", " ", text)
    assert f"{len(reader.pages)} / {len(reader.pages)}" in text
    assert twice.get(f"{REPORT}?format=pdf&theme=Gesundheit").data == answer.data
    again = twice.get(f"{REPORT}?format=pdf&theme=Gesundheit", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert not caplog.records


@needs_pango
def test_a_pdf_asks_nobody_for_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("socket.socket.connect", lambda _, address: asked.append(address))
    monkeypatch.setattr("urllib.request.urlopen", lambda *address, **_: asked.append(address))
    lines = (
        '<link rel="stylesheet" href="http://boese.example/a.css"><img src="http://boese.example/b.png">'
        '<img src="file:///etc/passwd"><style>@import "http://boese.example/c.css"; '
        "p { background: url(http://boese.example/d.png) }</style>"
    )
    made = pdf.make_pdf(f'<!doctype html><html lang="de"><head><title>T</title></head><body>{lines}<p>Text\x07</p>')
    assert asked == []
    assert "Text" in read_pdf(made)[1]
    assert b"root:" not in made


def test_without_pango_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(Unwritable, match="Druckdialog"):
        pdf.make_pdf("<p>x</p>")


def test_endless_words_are_cut_on_paper() -> None:
    word, long = "x" * 10_000, "y" * 390
    assert pdf._LONG.sub(pdf._shortened, f"<style>{word}</style><p title='{word}'>{word}&amp;{long}</p>") == (
        f"<style>{word}</style><p title='{word}'>{'x' * 200}…&amp;{long}</p>"
    )


def test_what_is_too_long_for_a_pdf_says_so(twice: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_ROWS", 10)
    text = page(twice, REPORT)
    assert "ist das für eine PDF-Datei zu lang (höchstens 10)" in text
    assert "format=pdf" not in text
    assert not parts(text)  # instead of a page that no browser likes, parts to choose from
    ways = [html.unescape(way) for way in re.findall(rf'<li><a href="({REPORT}\?theme=[^"]+)"', text)]
    assert len(ways) == 9
    assert parts(page(twice, ways[0]))
    assert "aus dem Browser drucken" in page(twice, f"{REPORT}?format=pdf&part=open&part=goals", 400)


def test_nothing_imported(empty: FlaskClient) -> None:
    assert "Dazu liegt nichts vor." in page(empty, REPORT)
    assert "Dazu liegt nichts vor." in page(empty, COURSES)


@pytest.mark.parametrize("given", ["", "theme=Wohnen", "course=stop", "theme=Sprache&course=restart"])
def test_the_paper_has_the_rows_of_the_question(twice: FlaskClient, given: str) -> None:
    text = page(twice, f"{COURSES}?{given}")
    answer = list(csv.DictReader(io.StringIO(twice.get(f"/api/queries/measure-courses?format=csv&{given}").text)))
    linked = re.findall(r'<th scope="row"><a href="/de/(koeln/integration/measure/\d+)">', text)
    assert sorted(linked) == sorted(row["measure"].partition("/id/")[2] for row in answer)
    assert len(linked) == (45 if not given else len(linked))
    decided = [row for row in answer if row["course"]]
    assert text.count("<strong>") - text.count("<strong></strong>") >= len(decided)
    assert f"{len(linked)} Maßnahmen, {len(decided)} entschieden" in text
    assert text.count("☐</span> fortführen") == len(linked)


@pytest.mark.parametrize(("lang", "theme"), [("de", ""), ("en", ""), ("de", "wohnen")])
def test_the_paper_and_the_question_agree_in_every_column(twice_settings: Settings, lang: str, theme: str) -> None:
    snapshot = DataFolder(twice_settings.data, base=twice_settings.base).open()
    iri = f"{snapshot.info.base}koeln/theme/{theme}" if theme else ""
    source = Source(load(snapshot.engine, snapshot.info.base), lang, iri)
    rows = courses_of(source, decided(snapshot.engine, snapshot.info.base, source.words, source.word))
    answer = run_question(snapshot.engine, load_catalogue()[QUESTION], {"theme": iri}, lang)
    names = [column.name for column in answer.columns]
    wanted = (
        "measure",
        "label",
        "themeLabel",
        "goalLabel",
        "statusLabel",
        "dispositionLabel",
        "course",
        "reason",
        "name",
    )
    theirs = [[plain(row[names.index(name)]) for name in (*wanted, "day", "sourceLine")] for row in answer.rows]
    assert [
        [
            each.measure.iri,
            each.measure.value,
            each.themes,
            each.goals,
            each.status,
            each.disposition,
            each.course,
            each.reason,
            each.name,
            each.day,
            str(each.line or ""),
        ]
        for each in rows
    ] == theirs
    assert len(rows) > 5


def test_the_paper_says_what_is_decided_and_what_is_no_longer_reported(twice: FlaskClient) -> None:
    text = page(twice, COURSES)
    assert re.search(r"<strong>einstellen</strong>: <bdi>Begründung &lt;b&gt;stop", text)
    assert "nicht mehr im Bericht" in text
    assert "Unterschrift" in text
    assert "<strong>stop</strong>" in page(twice, "/en/continue-stop-restart")


def test_the_workbook_of_the_paper(twice: FlaskClient) -> None:
    address = re.search(
        r'<a href="(/api/queries/measure-courses[^"]*)"[^>]*>XLSX', page(twice, f"{COURSES}?theme=Wohnen")
    )
    assert address
    assert "theme=Wohnen" in address[1]
    assert twice.get(html.unescape(address[1])).data.startswith(b"PK")


def test_a_long_paper_is_read_in_pages_and_printed_whole(twice: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    row = re.compile(r'<th scope="row"><a href="/de/(koeln/integration/measure/\d+)">')
    whole = page(twice, COURSES)
    assert "Teil der Liste" not in whole
    monkeypatch.setattr(report, "_ON_A_PAGE", 20)
    pages = [page(twice, f"{COURSES}?page={number}") for number in (1, 2, 3)]
    assert [len(row.findall(text)) for text in pages] == [20, 20, 5]
    assert [iri for text in pages for iri in row.findall(text)] == row.findall(whole)
    assert all("45 Maßnahmen, " in text and "von 3. Die Dateien enthalten sie ganz" in text for text in pages)
    assert f'href="{COURSES}?page=3"' in pages[0]
    page(twice, f"{COURSES}?page=4", 404)
    assert page(twice, f"{COURSES}?page=2&format=html").count("☐</span> fortführen") == 45


@needs_pango
def test_the_paper_as_pdf(twice: FlaskClient) -> None:
    answer = twice.get(f"{COURSES}?format=pdf&course=stop")
    assert answer.status_code == 200
    reader, text, root = read_pdf(answer.data)
    assert root["/Lang"] == "de"
    assert reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    assert "einstellen" in text
    assert "Unterschrift" in text


@pytest.mark.parametrize("asked", ["course=maybe", "theme=Raumfahrt"])
def test_a_paper_of_what_there_is_not(twice: FlaskClient, asked: str) -> None:
    page(twice, f"{COURSES}?{asked}", 404)


def test_hostile_texts_are_texts(fill: Fill, tmp_path: Any) -> None:
    from zielgraph.web import create_app

    app = create_app(fill(tmp_path, "hostile.ttl"))
    client = app.test_client()
    for address in (f"{REPORT}?part=measures&part=goals&part=open&part=actors", COURSES, f"{REPORT}?format=html"):
        text = page(client, address)
        assert "<script>" not in text.replace('<script type="module"', "")
        assert "&lt;script&gt;" in text
        assert not re.search(r'(?:href|src)="(?:javascript|http://boese)', text)
        assert "onerror=alert(2)>" not in text
    app.extensions["zielgraph.pool"].close()


def test_the_stylesheet_is_the_one_of_the_file(twice: FlaskClient) -> None:
    answer = twice.get("/static/briefing.css")
    assert answer.content_type.startswith("text/css")
    assert answer.text.strip() in twice.get(f"{REPORT}?format=html").text
