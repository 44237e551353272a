"""Time travel: two editions of a small table, and pages that show the first of them."""

from __future__ import annotations

import html
import re
from datetime import date
from urllib.parse import unquote

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.errors import NotFound, StoreError, UsageError
from zielgraph.importing import import_table
from zielgraph.web import create_app
from zielgraph.web.current import Current
from zielgraph.web.stand import parse_day, stand_banner, stand_field
from zielgraph.web.view import current_view

HEADINGS = "Ziel;Maßnahme;Sachstand;Status;Federführung\n"
FIRST = (
    "Mehr Wohnungen;Bündnis für Wohnen gründen;Das Jobcenter wirkt mit.;laufend;Wohnungsamt\n"
    "Mehr Wohnungen;Leerstand erfassen;Die Liste liegt vor.;laufend;Wohnungsamt\n"
)
SECOND = (
    "Mehr Wohnungen;Bündnis für Wohnen gründen;Das Bündnis besteht.;erledigt;Wohnungsamt\n"
    "Mehr Wohnungen;Werkstatt für Umbau eröffnen;Ein Ort wird gesucht.;geplant;Jobcenter\n"
)
THEN = "?stand=2024-06-01"
ACCEPT = {"Accept": "text/html"}
NOT_OF_A_DAY = ("/static/", "/data/", "/api/", "/catalog", "/feed.atom", "/sparql", "/ontology", "#", "http")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("history")
    own = settings.load({"ZIELGRAPH_RATE": "0"}, data=folder / "data", validate_rows=0)
    for name, rows, year in (("erste", FIRST, 2023), ("zweite", SECOND, 2024)):
        table = folder / f"{name}.csv"
        table.write_text(HEADINGS + rows, "utf-8")
        import_table(own, table, city="stadt", system="plan", edition=date(year, 12, 31))
    return create_app(own)


@pytest.fixture
def client(history: Flask) -> FlaskClient:
    return history.test_client()


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=ACCEPT)
    assert answer.status_code == status, address
    return answer.text


def links(text: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'(?:href|action)="([^"]*)"', text)]


def test_a_page_shows_its_day(client: FlaskClient) -> None:
    now, then = page(client, "/de/massnahmen"), page(client, f"/de/massnahmen{THEN}")
    assert "Werkstatt" in now
    assert "Leerstand" not in now
    assert "Leerstand" in then
    assert "Werkstatt" not in then


def test_the_banner_says_the_day_and_leads_back(client: FlaskClient) -> None:
    then = page(client, f"/de/massnahmen{THEN}&q=wohnen&sort=-status")
    assert "Diese Seite zeigt den Stand vom 01.06.2024." in then
    assert "/de/massnahmen?q=wohnen&sort=-status" in links(then)
    assert 'class="stand"' not in page(client, "/de/massnahmen")


def test_both_ways_to_write_a_day(client: FlaskClient) -> None:
    assert "Leerstand" in page(client, "/de/massnahmen?stand=1.6.2024")
    assert "Werkstatt" not in page(client, "/de/massnahmen?stand=1.6.2024")
    assert parse_day("1.6.2024") == parse_day("01.06.2024") == parse_day("2024-06-01") == date(2024, 6, 1)


@pytest.mark.parametrize("text", ["gestern", "31.02.2024", "2024", "1.6.24", "<script>", "9" * 5000, "0.0.0000"])
def test_what_is_no_day_is_told(client: FlaskClient, text: str) -> None:
    with pytest.raises(UsageError):
        parse_day(text)
    answer = client.get("/de/massnahmen", query_string={"stand": text}, headers=ACCEPT)
    assert answer.status_code == 400
    assert "ist kein Tag" in answer.text
    assert "<script>" not in answer.text


def test_before_the_first_edition_the_first_day_is_named(client: FlaskClient) -> None:
    for address in ("/de/massnahmen", "/de/", "/de/stadt/plan/measure/1"):
        assert "31.12.2023" in page(client, f"{address}?stand=2020-01-01", 404)
    for answer, status in (("2020-01-01", 404), ("2024-06-01", 200)):
        asked = client.get("/api/queries/open-measures", query_string={"stand": answer, "format": "csv"})
        assert asked.status_code == status


@pytest.mark.parametrize("address", ["/de/", "/de/massnahmen", "/de/ziele", "/de/stadt/plan/measure/2", "/de/akteure"])
def test_every_link_stays_at_the_day(client: FlaskClient, address: str) -> None:
    own = [each for each in links(page(client, address + THEN)) if not each.startswith(NOT_OF_A_DAY)]
    assert len(own) > 10
    forms_and_way_back = {address}  # a form carries the day in a hidden field
    assert {each for each in own if "stand=2024-06-01" not in unquote(each)} <= forms_and_way_back


def test_the_other_language_is_of_the_same_day(client: FlaskClient) -> None:
    assert "/en/measures?stand=2024-06-01" in links(page(client, f"/de/massnahmen{THEN}"))
    assert "Leerstand" in page(client, f"/en/measures{THEN}")


def test_pages_of_one_thing_read_that_day(client: FlaskClient) -> None:
    assert "Die Liste liegt vor." in page(client, f"/de/stadt/plan/measure/2{THEN}")
    assert "Die Liste liegt vor." not in page(client, "/de/stadt/plan/measure/2")
    assert "wirkt mit." in page(client, f"/de/stadt/plan/measure/1{THEN}")
    assert "Das Bündnis besteht." in page(client, "/de/stadt/plan/measure/1")
    assert "im Stand vom 01.06.2024 nicht enthalten" in page(client, f"/de/stadt/plan/measure/3{THEN}", 404)


def test_days_between_two_changes_are_one_state(history: Flask) -> None:
    current: Current = history.extensions["zielgraph.current"]
    state = current.state()
    first = state.inventory(date(2024, 1, 1))
    assert state.inventory(date(2024, 12, 30)) is first
    assert state.at(date(2024, 1, 1), 10**6) is state.at(date(2023, 12, 31), 10**6)
    assert state.inventory(date(2025, 1, 1)) is state.inventory()
    assert state.at(date(2024, 12, 31), 10**6) is state.engine
    assert {item.status for item in first.items.values()} == {"ongoing"}
    assert {item.status for item in state.inventory().items.values()} == {"done", "planned"}


def test_days_that_cannot_be_shown(history: Flask) -> None:
    current: Current = history.extensions["zielgraph.current"]
    with pytest.raises(NotFound, match=r"31\.12\.2023"):
        current.state().at(date(2022, 1, 1), 10**6)
    with pytest.raises(StoreError, match="ZIELGRAPH_MAX_STATE_QUADS"):
        Current(current._folder).state().inventory(date(2024, 1, 1), 10)


def test_a_form_carries_the_day(history: Flask) -> None:
    with history.test_request_context("/de/massnahmen?stand=1.6.2024"):
        assert stand_field() == '<input type="hidden" name="stand" value="2024-06-01">'
    with history.test_request_context("/de/massnahmen"):
        assert stand_field() == ""
    with history.test_request_context("/de/massnahmen?stand=unsinn"):  # the error page still has to be drawn
        assert stand_field() == stand_banner() == ""


@pytest.mark.parametrize("path", ["a/b", "straße/ä ö", "a%20b", "x?y#z", "a[1]", "q=1&r=2;s,t", "~-._", "@", "‮rtl"])
@pytest.mark.parametrize("query", ["", THEN])
def test_addresses_of_things_are_those_of_the_router(history: Flask, path: str, query: str) -> None:
    with history.test_request_context(f"/de/massnahmen{query}"):
        view = current_view()
        day = "2024-06-01" if query else None
        assert view.url(view.base + path) == url_for("resource.show_de", path=path, stand=day)
        assert view.url(view.base) == view.url("urn:elsewhere") == ""


def test_a_question_gives_no_example_that_this_city_does_not_have(client: FlaskClient) -> None:
    """Cologne's example names the theme Wohnen, which this plan has not."""
    assert "theme=Wohnen" not in page(client, "/de/fragen/actors-in-open-measures")
