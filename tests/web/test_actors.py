"""The list of actors and the page of one: numbers that equal lists, with whom, who comes next."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from zielgraph.drawing.model import Graph
from zielgraph.engine import QuerySolutions
from zielgraph.web.drawings import Drawings

HTML = {"Accept": "text/html"}
JOBCENTER = "/de/koeln/actor/jobcenter"


def page(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, response.text[:500]
    return html.fromstring(response.text)


def actors(**given: str) -> str:
    return f"/de/akteure?{urlencode(given)}"


def table(client: FlaskClient, **given: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(actors(**given, format="csv")).text)))


def total(tree: html.HtmlElement) -> int:
    caption = "".join(tree.find(".//table[@class='listing']/caption").itertext())
    return int(re.findall(r"(\d+) Eintr", caption)[0])


@pytest.mark.parametrize("given", [{}, {"theme": "Wohnen"}, {"kind": "Department"}, {"role": "addressee"}])
def test_every_number_is_the_length_of_its_list(networks: FlaskClient, given: dict[str, str]) -> None:
    links = page(networks, actors(**given)).xpath("//table[@class='listing']//td//a[contains(@href, '/massnahmen?')]")
    assert len(links) > 5
    for link in links[:40]:
        assert total(page(networks, link.get("href"))) == int(link.text)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"all": "1"},
        {"kind": "Organisation"},
        {"theme": "Wohnen"},
        {"theme": "none"},
        {"role": "lead"},
        {"role": "partner", "theme": "Sprache"},
        {"q": "amt"},
        {"q": "JC"},
        {"all": "1", "kind": "Network", "q": "netz"},
        {"all": "1", "theme": "Wohnen"},
    ],
)
def test_the_list_as_sparql_gives_the_same_rows(
    networks: FlaskClient, networks_app: Flask, given: dict[str, str]
) -> None:
    sparql = "".join(page(networks, actors(**given)).find(".//pre/code").itertext())
    found = solutions(networks_app, sparql)
    asked = {row["actor"].value: (row["measures"].value, row["open"].value) for row in found}
    assert {row["iri"]: (row["measures"], row["open"]) for row in table(networks, **given)} == asked


def test_who_connects_themes_as_the_query_says(networks: FlaskClient, networks_app: Flask) -> None:
    tree = page(networks, actors(view="connecting"))
    found = solutions(networks_app, "".join(tree.find(".//pre/code").itertext()))
    asked = {row["actor"].value: (row["themes"].value, row["measures"].value) for row in found}
    rows = table(networks, view="connecting")
    assert {row["iri"]: (row["themes"], row["measures"]) for row in rows} == asked
    assert len(asked) == total(tree) > 5
    alone = [int(row["alone"]) for row in rows]
    assert alone == sorted(alone, reverse=True)
    assert all(row["pairs"].count(" – ") == int(row["alone"]) for row in rows)
    page(networks, actors(view="nichts"), 404)


def solutions(app: Flask, sparql: str) -> list[dict[str, Any]]:
    found = app.extensions["zielgraph.current"].state().engine.query(sparql)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names} for row in found]


def test_the_most_active_come_first_and_the_register_on_request(networks: FlaskClient) -> None:
    numbers = [int(row["measures"]) for row in table(networks)]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] > 0
    every = table(networks, all="1")
    assert len(every) > len(numbers)
    assert {row["provisional"] for row in every} <= {"true", "false"}
    names = [row["actor"] for row in table(networks, sort="actor")]
    assert names[0] < names[-1]


@pytest.mark.parametrize("given", [{"kind": "Chef"}, {"theme": "Wohnung"}, {"role": "chef"}, {"sort": "alter"}])
def test_what_there_is_not_is_said(networks: FlaskClient, given: dict[str, str]) -> None:
    page(networks, actors(**given), 404)


def test_the_page_of_an_actor_counts_what_its_lists_have(networks: FlaskClient) -> None:
    tree = page(networks, JOBCENTER)
    links = tree.xpath("//main//a[contains(@href, '/massnahmen?')]")
    assert len(links) >= 5
    for link in links:
        number = re.match(r"\d+", link.text_content())
        assert number
        assert total(page(networks, link.get("href"))) == int(number[0])
    for heading in tree.findall(".//h2[@class='role']"):
        listed = heading.getnext().findall("li")
        assert f"({len(listed)})" in heading.text_content()


def test_shared_measures_are_exactly_those_of_both(networks: FlaskClient) -> None:
    tree = page(networks, JOBCENTER)
    rows = tree.xpath("//table[caption='Gemeinsame Maßnahmen']/tbody/tr")
    assert rows
    for row in rows:
        link = row.find("td/a")
        together = page(networks, link.get("href").partition("#")[0])
        listed = together.xpath("//section[@id='gemeinsam']//li/a/@href")
        assert len(listed) == int(link.text)
        for url in listed:
            text = page(networks, url).text_content()
            assert "Jobcenter" in text
            assert row.find("th").text_content() in text
    page(networks, f"{JOBCENTER}?with=Niemand", 404)


def test_the_small_drawing_shows_the_same_as_the_table(networks: FlaskClient) -> None:
    tree = page(networks, JOBCENTER)
    drawn = tree.xpath("//figure//a[@class='mark']")
    rows = tree.xpath("//table[caption='Gemeinsame Maßnahmen']/tbody/tr")
    assert [mark.get("href") for mark in drawn] == [row.find("th/a").get("href") for row in rows]
    signs = [mark.xpath(".//text[@class='sign']/text()")[0] for mark in drawn]
    assert signs == [row.find("td/a").text for row in rows]


def test_brokers_are_ranked_among_all(networks: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    words = " ".join(page(networks, JOBCENTER).text_content().split())
    place, of = map(int, re.findall(r"an Stelle (\d+) von (\d+)", words)[0])
    assert 1 <= place < of

    def waiting(_drawings: Drawings, _graph: Graph) -> None:
        return None

    monkeypatch.setattr(Drawings, "betweenness", waiting)
    assert "wird gerade berechnet" in page(networks, JOBCENTER).text_content()


def test_bodies_show_what_they_discuss_and_who_belongs_to_them(networks: FlaskClient) -> None:
    tree = page(networks, "/de/koeln/actor/uag-3-wohnen")
    assert "Hier beraten" in tree.text_content()
    assert "Unterarbeitsgruppe" in tree.find(".//dl").text_content()
    table_of = page(networks, "/de/koeln/actor/austauschrunde-zum-thema-wohnen").find(".//dl").text_content()
    assert "Mitglieder" in table_of
    assert "anlassbezogen" in table_of


def test_previous_and_next_lead_through_the_actors(networks: FlaskClient) -> None:
    tree = page(networks, JOBCENTER)
    following = tree.xpath("//nav[@class='neighbours']//a[@rel='next']/@href")[0]
    back = page(networks, following).xpath("//nav[@class='neighbours']//a[@rel='prev']/@href")[0]
    assert back == JOBCENTER


def test_an_actor_that_no_measure_names_has_a_page_too(networks: FlaskClient) -> None:
    unnamed = next(row["iri"] for row in table(networks, all="1") if row["measures"] == "0")
    path = unnamed.partition("/id/")[2]
    assert page(networks, f"/de/{path}").find(".//h1") is not None
