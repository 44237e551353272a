"""The work list: every number is the length of a list, every list has its query, nothing of the table is markup."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph import resources, settings
from zielgraph.engine import QuerySolutions
from zielgraph.importing import import_table
from zielgraph.inventory.completeness import load_fields, load_places, place_of
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.vocabulary import DEFAULT_BASE
from zielgraph.web import create_app
from zielgraph.web.current import State

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
WORK = "/de/qualitaet"
SHAPES = Path(__file__).parents[2] / "shapes"


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, address
    return unescape(answer.text)


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    mark = "&" if "?" in address else "?"
    return list(csv.DictReader(io.StringIO(client.get(f"{address}{mark}format=csv").text)))


def links(text: str) -> Iterator[tuple[str, int]]:
    """Addresses of lists with the number that stands there."""
    for address, words in re.findall(
        r'<a href="(/(?:de/qualitaet|en/quality)\?[^"]*)"[^>]*>(.*?)</a>', text, re.DOTALL
    ):
        number = re.search(r"\(([\d.]+)\)|^([\d.]+)(?:<|$)", words.strip())
        if number and "size=" not in address and "page=" not in address:
            yield address, int((number[1] or number[2]).replace(".", ""))


def test_every_number_is_the_length_of_a_list(client: FlaskClient) -> None:
    found = list(links(page(client, WORK)))
    assert len(found) > 20
    for address, number in found:
        assert len(rows(client, address)) == number, address


def test_the_counts_by_responsible_add_up(client: FlaskClient) -> None:
    every = rows(client, WORK)
    table = re.search(r"<caption>Offene Befunde nach Zuständigkeit.*?</table>", page(client, WORK), re.DOTALL)
    assert table
    totals = re.findall(r'href="[^"]*responsible=[^"&]*">([\d.]+)</a>', table[0])
    assert sum(map(int, totals)) == len(every)
    nobody = [row for row in every if row["responsible"] == "ohne Zuständigkeit"]
    assert len(rows(client, f"{WORK}?responsible=none")) == len(nobody) > 0


@pytest.mark.parametrize(
    "filters",
    [
        "",
        "?severity=Warning",
        "?rule=measure-date&severity=",
        "?theme=Wohnen",
        "?responsible=none",
        "?q=datum+fehlt",
        "?accepted=all",
        "?accepted=yes",
    ],
)
def test_the_query_has_the_very_rows(client: FlaskClient, koeln_folder: Path, filters: str) -> None:
    listed = rows(client, WORK + filters)
    text = re.search(r'<pre class="code"[^>]*><code>(.*?)</code>', page(client, WORK + filters), re.DOTALL)
    assert text
    found = DataFolder(koeln_folder, base=DEFAULT_BASE).open().engine.query(text[1])
    assert isinstance(found, QuerySolutions)
    assert {row["finding"].value for row in found} == {row["finding"] for row in listed}
    assert bool(listed) is (filters != "?accepted=yes")


def test_a_row_says_what_where_and_who(client: FlaskClient) -> None:
    listed = rows(client, f"{WORK}?rule=measure-date")
    assert len(listed) == 13
    assert {row["column"] for row in listed} == {"7 „erstmalige Nennung“"}
    assert all(row["line"] and row["mend"] and row["message"].startswith("Das Datum") for row in listed)
    first = page(client, f"{WORK}?rule=measure-date&size=25")
    row = re.search(r'href="(/de/koeln/integration/edition/2019-12-31/row/\d+)">', first)
    assert row
    assert "erstmalige Nennung" in page(client, row[1])
    measure = re.search(r'<td[^>]*><a href="(/de/koeln/integration/measure/\d+)"', first)
    assert measure
    assert page(client, measure[1])
    english = page(client, "/en/quality?rule=measure-date")
    assert "Please" in english
    assert "Bitte das Datum" not in english


def test_one_departments_list_as_workbook(client: FlaskClient) -> None:
    table = page(client, WORK)
    address = re.search(r'href="([^"]*responsible=https[^"]*format=xlsx)"', table)
    assert address
    book = openpyxl.load_workbook(io.BytesIO(client.get(address[1]).data))
    sheet = book.worksheets[0]
    assert sheet.max_row - 1 == len(rows(client, address[1].replace("&format=xlsx", "")))
    assert len({row[5].value for row in sheet.iter_rows(min_row=2)} - {None}) >= 1


def test_completeness(client: FlaskClient, app: Flask) -> None:
    text = page(client, WORK)
    state: State = app.extensions["zielgraph.current"].state()
    measures = {iri for iri, item in state.inventory().items.items() if item.measure}
    for field in load_fields():
        row = re.search(rf'<tr><th scope="row">{field.label["de"]}</th>(.*?)</tr>', text, re.DOTALL)
        assert row, field.name
        share = re.search(r"(\d+) von (\d+)", row[1])
        assert share
        assert int(share[2]) == len(measures) == 44
        lacking = rows(client, f"{WORK}?missing={field.name}")
        assert len(lacking) == 44 - int(share[1]), field.name
    dated = {iri for iri, item in state.inventory().items.items() if item.measure and item.first.text}
    assert len(rows(client, f"{WORK}?missing=first")) == 44 - len(dated)
    query = re.search(r'<pre class="code"[^>]*><code>(.*?)</code>', page(client, f"{WORK}?missing=body"), re.DOTALL)
    assert query
    found = state.engine.query(query[1])
    assert isinstance(found, QuerySolutions)
    assert {row["measure"].value for row in found} == {row["iri"] for row in rows(client, f"{WORK}?missing=body")}


def test_the_course_over_editions(koeln_folder: Path, tmp_path: Path) -> None:
    """Two editions have a table; the later one lacks what was taken out of it."""
    shutil.copytree(koeln_folder, tmp_path / "data")
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "data")
    text = (resources.data() / "source" / "koeln-zielsystem.tsv").read_text("utf-8")
    (tmp_path / "neu.tsv").write_text(text.replace("UAG 3 Wohnen", ""), "utf-8")
    import_table(where, tmp_path / "neu.tsv", city="koeln", system="integration", edition=date(2020, 12, 31))
    app = create_app(where)
    try:
        table = re.search(r"<caption>Vollständigkeit je Ausgabe.*?</table>", page(app.test_client(), WORK), re.DOTALL)
        assert table
        shares = [[int(n) for n in re.findall(r">(\d+) %", row)] for row in table[0].split("<tr>")[2:]]
        assert [len(each) for each in shares] == [len(load_fields())] * 2
        body = [field.name for field in load_fields()].index("body")
        assert shares[1][body] < shares[0][body]
        assert shares[1][0] == shares[0][0]
    finally:
        app.extensions["zielgraph.pool"].close()


@pytest.mark.parametrize(
    "filters",
    ["severity=schlimm", "rule=measure-dat", "theme=Wohnn", "responsible=Jugndamt", "accepted=x", "missing=x"],
)
def test_what_there_is_not(client: FlaskClient, filters: str) -> None:
    answer = client.get(f"{WORK}?{filters}", headers=HTML)
    assert answer.status_code == 404
    assert "Ähnlich" in answer.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202e", "x" * 5_000, "=1+1", "' OR 1=1"])
def test_hostile_words_find_nothing(client: FlaskClient, text: str) -> None:
    answer = client.get(WORK, query_string={"q": text}, headers=HTML)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "Nichts passt" in answer.text


def test_every_rule_has_a_place() -> None:
    rules = {
        rule for path in SHAPES.glob("*.ttl") for rule in re.findall(r'zg:rule "([^"]+)"', path.read_text("utf-8"))
    }
    assert len(rules) > 100
    assert {place_of(rule).key for rule in rules} >= {"report", "register", "decide", "network", "import", "program"}
    for place in load_places():
        assert set(place.mend) == {"de", "en"}
        for pattern in place.rules:
            fits = [rule for rule in rules if rule == pattern or (pattern[-1] == "*" and rule.startswith(pattern[:-1]))]
            assert fits, f"no rule is called {pattern}"


def test_an_empty_folder(koeln_settings: Settings, tmp_path: Path) -> None:
    app = create_app(settings.load({}, data=tmp_path / "leer"))
    try:
        text = page(app.test_client(), WORK)
        assert "Wer hat was zu tun" not in text
        assert "Wie vollständig" not in text
    finally:
        app.extensions["zielgraph.pool"].close()
