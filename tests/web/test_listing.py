"""The listing kit: sorting, pages, downloads, and what it says of an address that makes no sense."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook

from zielgraph.errors import NotFound, UsageError
from zielgraph.web.cells import Cell, drawn
from zielgraph.web.listing import SIZES, Column, Filter, Listing, here, listing, shown
from zielgraph.web.view import Link, Text

EVIL = '<script>alert("1")</script>'


@dataclass(frozen=True)
class Row:
    name: str
    number: int | None = None
    day: date | None = None
    links: Sequence[Link] = ()


ROWS = [
    Row("Zoo", 2, date(2020, 3, 1), (Link("urn:b", Text("Bänke"), "/b"), Link("urn:a", Text("Äpfel"), ""))),
    Row("äpfel", 10),
    Row("Apfel", None, date(2019, 12, 31)),
    Row("=1+1", 3),
    Row(EVIL, 1),
]
COLUMNS: list[Column[Row]] = [
    Column("iri", "Kennung", lambda row: f"urn:{ROWS.index(row)}", iri=True),
    Column("name", "Name", lambda row: row.name, sort=lambda row: row.name),
    Column("number", "Zahl", lambda row: row.number, sort=lambda row: row.number, number=True),
    Column("day", "Tag", lambda row: row.day, sort=lambda row: row.day),
    Column("links", "Verweise", lambda row: row.links),
]


def made(app: Flask, query: str = "", rows: Sequence[Row] = ROWS, **more: object) -> Listing[Row]:
    with app.test_request_context(f"/de/massnahmen{query}"):
        return listing("measures", COLUMNS, rows, caption="Dinge", **more)  # type: ignore[arg-type]


def names(found: Listing[Row]) -> list[str]:
    return [row.name for row in found.items]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["Zoo", "äpfel", "Apfel", "=1+1", EVIL]),
        ("?sort=name", ["=1+1", "Apfel", "äpfel", EVIL, "Zoo"]),
        ("?sort=-name", ["Zoo", EVIL, "äpfel", "Apfel", "=1+1"]),
        ("?sort=number", [EVIL, "Zoo", "=1+1", "äpfel", "Apfel"]),
        ("?sort=-number", ["äpfel", "=1+1", "Zoo", EVIL, "Apfel"]),
        ("?sort=day", ["Apfel", "Zoo", "äpfel", "=1+1", EVIL]),
        ("?sort=-day", ["Zoo", "Apfel", "äpfel", "=1+1", EVIL]),
    ],
)
def test_sorting_leaves_what_has_no_value_at_the_end(app: Flask, query: str, order: list[str]) -> None:
    assert names(made(app, query)) == order


def test_headings_turn_the_order_and_say_it(app: Flask) -> None:
    with app.test_request_context("/de/massnahmen?sort=name&page=1&theme=a%26b"):
        heads = {head.name: head for head in listing("measures", COLUMNS, ROWS, caption="x").headings}
    assert "iri" not in heads
    assert heads["name"].order == "ascending"
    assert heads["name"].url == "/de/massnahmen?theme=a%26b&sort=-name"
    assert (heads["number"].order, heads["number"].url) == ("", "/de/massnahmen?theme=a%26b&sort=number")
    assert heads["links"].url == ""


def test_pages_cover_every_row_once(app: Flask) -> None:
    rows = [Row(f"Zeile {n}", n) for n in range(103)]
    seen: list[str] = []
    for page in range(1, 6):
        found = made(app, f"?size=25&page={page}", rows)
        assert (found.total, found.paging.pages, found.paging.page) == (103, 5, page)
        seen += names(found)
    assert seen == [row.name for row in rows]
    with app.test_request_context("/de/massnahmen?size=25&page=5"):
        last = listing("measures", COLUMNS, rows, caption="x")
        assert last.count == "101 bis 103 von 103 Einträgen"
        assert last.paging.turned(1) == "/de/massnahmen?size=25"
        assert last.paging.numbers == [1, 0, 3, 4, 5]
        assert [word for word, _ in last.sizes] == [*map(str, SIZES), "all"]
    assert len(names(made(app, "?size=all", rows))) == 103
    assert made(app, "", [], size=50).paging.pages == 1


@pytest.mark.parametrize(
    "query", ["?sort=nam", "?sort=links", "?size=7", "?page=0", "?page=2", "?page=x", "?page=²", "?page=-1"]
)
def test_what_there_is_not_is_not_found(app: Flask, query: str) -> None:
    with pytest.raises(NotFound):
        made(app, query)


def test_an_unknown_column_names_near_ones(app: Flask) -> None:
    with pytest.raises(NotFound) as caught:
        made(app, "?sort=numbr")
    assert caught.value.suggestions[0] == "number"


def downloaded(app: Flask, format: str, query: str = "?sort=-number") -> tuple[bytes, str]:
    with app.test_request_context(f"/de/massnahmen{query}&format={format}"):
        response = shown("unused.html", listing("measures", COLUMNS, ROWS, caption="Dinge", size=25))
        return response.get_data(), response.headers["Content-Disposition"]


def test_downloads_hold_the_rows_in_the_order_shown(app: Flask) -> None:
    order = ["äpfel", "=1+1", "Zoo", EVIL, "Apfel"]
    rows = list(csv.DictReader(io.StringIO(downloaded(app, "csv")[0].decode())))
    assert [row["name"] for row in rows] == order
    assert rows[2] == {"iri": "urn:0", "name": "Zoo", "number": "2", "day": "2020-03-01", "links": "Bänke; Äpfel"}
    found = json.loads(downloaded(app, "json")[0])
    assert found["head"]["vars"] == ["iri", "name", "number", "day", "links"]
    assert [each["name"]["value"] for each in found["results"]["bindings"]] == order
    assert found["results"]["bindings"][0]["iri"] == {"type": "uri", "value": "urn:1"}
    assert "number" not in found["results"]["bindings"][4]
    lines = downloaded(app, "tsv")[0].decode().splitlines()
    assert lines[0] == "?iri\t?name\t?number\t?day\t?links"
    assert lines[1].startswith("<urn:1>\t")
    sheet = load_workbook(io.BytesIO(downloaded(app, "xlsx")[0])).active
    assert sheet is not None
    values = list(sheet.iter_rows(values_only=True))
    assert values[0] == ("Kennung", "Name", "Zahl", "Tag", "Verweise")
    assert [row[1] for row in values[1:]] == order
    assert values[1][2] == 10


def test_csv_for_german_excel_has_no_formulas(app: Flask) -> None:
    body, name = downloaded(app, "csv-de")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Kennung", "Name", "Zahl", "Tag", "Verweise"]
    assert rows[2][1] == "'=1+1"
    assert rows[3][3] == "01.03.2020"
    assert name.endswith('.csv"')


def test_the_file_name_says_which_list_and_day(app: Flask) -> None:
    assert 'filename="massnahmen-' in downloaded(app, "xlsx")[1]
    assert downloaded(app, "csv", "?stand=2020-02-01")[1] == 'attachment; filename="massnahmen-2020-02-01.csv"'


def test_an_unknown_format_is_refused(app: Flask) -> None:
    with pytest.raises(UsageError, match="xlsx"):
        downloaded(app, "pdf")


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (None, ""),
        ("", ""),
        (EVIL, "<bdi>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;</bdi>"),
        (1234, "1.234"),
        (0.5, "0,5"),
        (True, "ja"),
        (date(2020, 3, 1), "01.03.2020"),
        (Text("Housing", "en"), '<bdi lang="en">Housing</bdi>'),
        ([Link("urn:a", Text("A"), "/a"), Text("b")], '<a href="/a"><bdi>A</bdi></a>; <bdi>b</bdi>'),
    ],
)
def test_cells_are_drawn_escaped(app: Flask, value: Cell, html: str) -> None:
    with app.test_request_context("/de/"):
        assert str(drawn(value)) == html


def test_addresses_keep_everything_else(app: Flask) -> None:
    with app.test_request_context("/de/massnahmen?q=a%22%3E%3Cb&x=1&x=2&leer=&endpoint=y&_external=1"):
        assert here(q=None, page="2") == "/de/massnahmen?x=1&x=2&endpoint=y&_external=1&page=2"
        assert here() == "/de/massnahmen?q=a%22%3E%3Cb&x=1&x=2&endpoint=y&_external=1"


def test_an_empty_list_says_which_filter_to_loosen(app: Flask) -> None:
    with app.test_request_context("/de/massnahmen?q=x"):
        found = listing(
            "measures", COLUMNS, [], caption="Dinge", filters=[Filter("Text", EVIL, "/de/massnahmen", without=7)]
        )
        text = app.jinja_env.from_string('{% import "_listing.html" as l with context %}{{ l.table(listing) }}').render(
            listing=found
        )
    assert "Nichts passt" in text
    assert "7 Einträge" in text
    assert "<table" not in text
    assert "<script>" not in text
    assert 'data-total="0"' in text
