"""The page of changes: the same numbers as ``zielgraph diff``, its filters and downloads, decisions and imports."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from zielgraph.cli.main import main
from zielgraph.editions.words import Piece
from zielgraph.settings import Settings
from zielgraph.web.pages.changes import shortened

ACCEPT = {"Accept": "text/html"}
PAGE = "/de/aenderungen"


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=ACCEPT)
    assert answer.status_code == status, (address, answer.text[-500:])
    return answer.text


def told(own: Settings, format: str) -> str:
    """What ``zielgraph diff`` says."""
    return CliRunner().invoke(main, ["--data", str(own.data), "diff", "--format", format]).output


def entries(text: str) -> int:
    """How many entries the list counts."""
    found = re.search(r": (\d+) Eintr", text)
    return int(found[1]) if found else 0


def test_the_numbers_are_those_of_the_command(twice: FlaskClient, twice_settings: Settings) -> None:
    summary = json.loads(told(twice_settings, "json"))["summary"]
    table = re.search(r"Änderungen in Zahlen</caption>(.*?)</table>", page(twice, PAGE), re.S)
    assert table
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table[1])
    shown = {
        name: [int(re.sub("<.*?>", "", c)) for c in re.findall("<td.*?>(.*?)</td>", cells)] for name, cells in rows[:-1]
    }
    names = {
        "neu": "new",
        "entfallen": "gone",
        "verschoben": "moved",
        "geändert": "changed",
        "unverändert": "unchanged",
    }
    assert {names[name]: counts for name, counts in shown.items()} == {
        kind: [summary["measures"][kind], summary["goals"][kind]]
        for kind in summary["measures"]
        if kind not in ("before", "after") and (summary["measures"][kind] or summary["goals"][kind])
    }
    assert shown["geändert"] == [4, 0]


def test_every_number_leads_to_as_many_entries(twice: FlaskClient) -> None:
    links = re.findall(r'<td class="num"><a data-count="\d+" href="([^"]*)">(\d+)</a>', page(twice, PAGE))
    assert len(links) == 4
    for address, number in links:
        assert entries(page(twice, html.unescape(address))) == int(number), address


def test_downloads_hold_the_rows_of_the_command(twice: FlaskClient, twice_settings: Settings) -> None:
    ours = list(csv.reader(io.StringIO(twice.get(f"{PAGE}?format=csv").text)))
    theirs = list(csv.reader(io.StringIO(told(twice_settings, "csv"))))
    assert ours[0] == ["path", "label", "kind", "property", "text", "before", "after", "line", "iri"]
    assert ours[1:] == theirs[1:]
    assert len(ours) > 8
    document = json.loads(twice.get(f"{PAGE}?format=json&kind=gone").text)
    assert [row["kind"]["value"] for row in document["results"]["bindings"]] == ["entfallen"]
    for name, start in (("xlsx", b"PK"), ("csv-de", b"\xef\xbb\xbf")):
        answer = twice.get(f"{PAGE}?format={name}")
        assert answer.data.startswith(start)
        assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("filters", "number", "words"),
    [
        ("kind=new", 1, "neue Maßnahme"),
        ("property=progress", 2, "Sachstand ergänzt"),
        ("property=status", 1, "Status laufend → erledigt"),
        ("property=status&kind=new", 0, "Nichts passt"),
        ("theme=Gesundheit", 1, "Jobcenter"),
        ("type=goal", 0, "Nichts passt"),
        ("type=measure", 7, "entfallen"),
    ],
)
def test_filters(twice: FlaskClient, filters: str, number: int, words: str) -> None:
    text = page(twice, f"{PAGE}?{filters}")
    assert entries(text) == number or number == 0
    assert words in text


def test_texts_are_compared_word_by_word(twice: FlaskClient) -> None:
    text = page(twice, f"{PAGE}?property=progress")
    assert "<del>Grobkonzept ist erstellt</del><ins>Das Konzept liegt vor und wurde" in text
    long = Piece("equal", "Wort " * 100)
    parts = list(shortened([long, Piece("insert", "neu"), long]))
    assert [part.op for part in parts] == ["equal", "insert", "equal"]
    assert len(parts[0].text) < 70 < len(long.text)
    assert parts[0].text.endswith("Wort ")
    assert parts[2].text.startswith("Wort ")


def test_english(twice: FlaskClient) -> None:
    text = page(twice, "/en/changes")
    assert "new measure" in text
    assert "progress note extended" in text


def test_decisions_since_the_older_edition(twice: FlaskClient) -> None:
    text = page(twice, PAGE)
    assert "Entschieden seit dem 31.12.2019" in text
    assert "Begründung &lt;b&gt;stop&lt;/b&gt;" in text
    assert "fortführen" in text
    of_day = page(twice, f"{PAGE}?stand=2020-07-01")
    assert "Begründung &lt;b&gt;continue" in of_day
    assert "Begründung &lt;b&gt;stop" not in of_day


def test_imports_and_what_was_undone(twice: FlaskClient) -> None:
    text = page(twice, PAGE)
    assert "koeln/integration/2020-06-30" in text
    assert "Rückgängig gemacht: Import" in text


def test_with_one_edition_it_says_so(client: FlaskClient) -> None:
    text = page(client, PAGE)
    assert "Noch gibt es von keinem Zielsystem zwei Ausgaben" in text
    assert "koeln/integration/2019-12-31" in text
    assert "es ist keine Entscheidung" in text or "keine Entscheidung eingetragen" in text


def test_before_the_second_edition_there_is_nothing_to_compare(twice: FlaskClient) -> None:
    assert "Noch gibt es von keinem Zielsystem zwei Ausgaben" in page(twice, f"{PAGE}?stand=2020-01-15")


def test_nothing_imported(empty: FlaskClient) -> None:
    assert "Es ist noch nichts importiert." in page(empty, PAGE)


def test_editions_are_chosen_by_name_and_day(twice: FlaskClient) -> None:
    same = page(twice, f"{PAGE}?before=2020-06-30&after=2019-12-31")
    assert "30.06.2020 → 31.12.2019" in same
    assert entries(page(twice, f"{PAGE}?after=koeln/integration/2020-06-30")) == 7
    assert entries(page(twice, f"{PAGE}?system=koeln/integration")) == 7


@pytest.mark.parametrize(
    "asked",
    [
        "before=1999-01-01&after=2020-06-30",
        "system=anderswo/plan",
        "kind=lost",
        "theme=Raumfahrt",
        "property=%3Cscript%3E",
        "type=row",
        "sort=colour",
        "page=99",
    ],
)
def test_what_there_is_not_is_told(twice: FlaskClient, asked: str) -> None:
    text = page(twice, f"{PAGE}?{asked}", 404)
    assert "<script>" not in text
    assert unquote(asked.partition("=")[2].partition("&")[0]) in html.unescape(text)
