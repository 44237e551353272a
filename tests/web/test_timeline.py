"""The timeline: bars, table and list say the same, and every number is the length of a list."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.engine import QuerySolutions
from zielgraph.importing import import_table
from zielgraph.inventory.model import Item, Period
from zielgraph.web import create_app
from zielgraph.web.current import Current
from zielgraph.web.timeaxis import NONE, Event, bars, chart

ACCEPT = {"Accept": "text/html"}
PAGE = "/de/zeitachse"
DATES = """Ziel;Maßnahme;Status;Beginn;Frist;Erstmals genannt
Wohnen;A;laufend;seit 2019;31.03.2021;2018
Wohnen;B;erledigt;2. Quartal 2020;2020 bis 2022;05.01.2018
Wohnen;C;geplant;;fortlaufend;irgendwann
Wohnen;"<script>D</script>";geplant;;;12/2019
"""


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=ACCEPT)
    assert answer.status_code == status, (address, answer.text[-500:])
    return answer.text


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Measures with dates of every kind."""
    folder = tmp_path_factory.mktemp("dated")
    table = folder / "plan.csv"
    table.write_text(DATES, "utf-8")
    own = settings.load({"ZIELGRAPH_RATE": "0", "ZIELGRAPH_VALIDATE_ROWS": "0"}, data=folder / "data")
    import_table(own, table, city="stadt", system="plan", edition=date(2022, 1, 1))
    return create_app(own).test_client()


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    """The rows of the list, downloaded."""
    return list(csv.DictReader(io.StringIO(client.get(f"{PAGE}?format=csv&{query}").text)))


def numbers(text: str) -> list[tuple[str, list[str]]]:
    """The table beside the drawing: place and cells."""
    table = re.search(r"Dieselben Zahlen als Tabelle</caption>(.*?)</table>", text, re.S)
    assert table
    found = re.findall(r'<tr><th scope="row" class="nowrap">(.*?)</th>(.*?)</tr>', table[1], re.S)
    return [
        (re.sub("<.*?>", "", name), [re.sub("<.*?>", "", c) for c in re.findall("<td.*?>(.*?)</td>", cells)])
        for name, cells in found
    ]


def test_years_of_the_first_mention(client: FlaskClient) -> None:
    shown = numbers(page(client, PAGE))
    assert [name for name, _ in shown] == ["2017", "2018", "ohne Angabe"]
    assert sum(int(cells[-2]) for _, cells in shown) == 44 == len(rows(client, ""))


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}?theme=Wohnen", f"{PAGE}?status=open", "/en/timeline"])
def test_every_number_leads_to_a_list_of_that_length(client: FlaskClient, address: str) -> None:
    links = re.findall(r'<td class="num"><a data-count="\d+" href="([^"]*)">(\d+)</a>', page(client, address))
    assert len(links) >= 3
    for link, number in links:
        found = re.search(r": (\d+) (?:Eintr|entr)", page(client, html.unescape(link)))
        assert found, link
        assert found[1] == number, link


def test_the_drawing_says_what_the_table_says(client: FlaskClient) -> None:
    text = page(client, PAGE)
    drawing = ET.fromstring(re.search(r'<svg class="axis-bars".*?</svg>', text, re.S)[0])  # type: ignore[index]  # noqa: S314
    titles = [node.text or "" for node in drawing.iter() if node.tag.endswith("title")]
    drawn = {(t.split(", ")[0], t.split(", ")[1].split(":")[0]): t.split(": ")[1] for t in titles}
    heads = re.search(r"Dieselben Zahlen als Tabelle</caption>\s*<thead>(.*?)</thead>", text, re.S)
    assert heads
    words = [re.sub("<.*?>", "", each) for each in re.findall("<th.*?>(.*?)</th>", heads[1])][1:-2]
    table = {
        (place, word): number
        for place, cells in numbers(text)
        for word, number in zip(words, cells, strict=False)
        if place != "ohne Angabe" and number != "0"
    }
    assert drawn == table
    assert not re.search(r'style="', text)


def test_open_ends_and_rough_dates(dated: FlaskClient) -> None:
    begin = {row["measure"]: row for row in rows(dated, "what=begin")}
    assert {name: row["rough"] for name, row in begin.items()} == {"A": "true", "B": "false"}
    assert begin["A"]["date"] == "seit 2019"
    due = {row["measure"]: row["rough"] for row in rows(dated, "what=due")}
    assert due == {"A": "false", "B": "true", "C": "false"}
    shown = page(dated, f"{PAGE}?what=due").partition("Als SPARQL zeigen")[0]
    assert "fortlaufend" in shown
    assert "9999" not in shown
    assert "1900" not in shown
    assert [name for name, _ in numbers(page(dated, f"{PAGE}?what=due"))] == ["2020", "2021", "ohne Angabe"]


def test_quarters_of_a_year(dated: FlaskClient) -> None:
    shown = dict(numbers(page(dated, f"{PAGE}?what=begin&year=2020")))
    assert {name: cells[-2] for name, cells in shown.items()} == {"2. Quartal": "1"}
    shown = dict(numbers(page(dated, f"{PAGE}?year=2018")))
    assert {name: cells[-2] for name, cells in shown.items()} == {"1. Quartal": "1", "ohne Quartal": "1"}


def test_resolutions(client: FlaskClient) -> None:
    found = rows(client, "what=resolution")
    assert any(row["by"] for row in found)
    assert any(row["date"] == "x" for row in found)
    assert all(row["iri"].startswith("https://w3id.org/zielgraph/id/koeln/integration/") for row in found)


@pytest.mark.parametrize(
    "query",
    ["", "what=begin", "what=due", "what=due&year=2020", "year=2018", "year=none", "status=planned", "theme=none"],
)
def test_the_query_shown_gives_the_rows(dated: FlaskClient, query: str) -> None:
    check_query(dated, query)


@pytest.mark.parametrize("query", ["what=resolution", "theme=Wohnen&status=open", "year=2017"])
def test_the_query_shown_gives_the_rows_of_cologne(client: FlaskClient, query: str) -> None:
    check_query(client, query)


def check_query(client: FlaskClient, query: str) -> None:
    text = re.search(r"<code>(.*?)</code></pre>", page(client, f"{PAGE}?{query}"), re.S)
    assert text
    current: Current = client.application.extensions["zielgraph.current"]
    answer = current.state().engine.query(html.unescape(text[1]))
    assert isinstance(answer, QuerySolutions)
    found = [(row["measure"].value, getattr(row["date"], "value", "")) for row in answer]
    assert sorted(found) == sorted((row["iri"], row["date"]) for row in rows(client, query))
    assert found


def test_texts_are_data(dated: FlaskClient) -> None:
    text = page(dated, f"{PAGE}?sort=measure")
    assert "&lt;script&gt;D" in text
    assert "<script>D" not in text


@pytest.mark.parametrize("asked", ["what=birth", "year=1066", "theme=Raumfahrt", "status=lost", "year=<script>"])
def test_what_there_is_not_is_told(client: FlaskClient, asked: str) -> None:
    assert "<script>" not in page(client, f"{PAGE}?{asked}", 404)


def test_nothing_imported(empty: FlaskClient) -> None:
    assert "Nichts passt" in page(empty, PAGE)


def item(status: str) -> Item:
    nothing: tuple[str, ...] = ()
    period = Period()
    return Item(
        "i", True, "", "", "", 1, status, True, nothing, nothing, nothing, (), nothing, "", period, period, period, "",
        nothing, "",
    )  # fmt: skip


def test_empty_years_are_drawn_unless_they_are_very_many() -> None:
    def events(*years: str) -> list[Event]:
        return [Event(item("ongoing"), Period(year, f"{year}-01-01", f"{year}-12-31")) for year in years]

    assert [bar.place for bar in bars(events("2017", "2020"))] == ["2017", "2018", "2019", "2020"]
    assert [bar.place for bar in bars(events("1066", "2020"))] == ["1066", "2020"]
    assert [bar.place for bar in bars([Event(item("done"), Period("bald"))])] == [NONE]


def test_bars_are_as_high_as_their_numbers() -> None:
    events = [Event(item(key), Period("2017", "2017-01-01", "2017-12-31")) for key in ("done", "done", "ongoing")]
    drawn = chart(bars(events), ["ongoing", "done"])
    low, high = drawn.columns[0].segments
    assert (low.status, high.status) == ("ongoing", "done")
    assert high.height == pytest.approx(2 * low.height, abs=0.02)
    assert low.y + low.height == pytest.approx(drawn.base)
    assert chart([], []).columns == ()
