"""Networks and bodies, gaps and overlaps: the same as the questions of the catalogue, numbers as long as lists."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import html

HTML = {"Accept": "text/html"}


def page(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, response.text[:500]
    return html.fromstring(response.text)


def bodies(**given: str) -> str:
    return f"/de/gremien?{urlencode(given)}"


def table(client: FlaskClient, **given: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(bodies(**given, format="csv")).text)))


def question(client: FlaskClient, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/api/queries/{name}?lang=de&format=csv").text)))


def total(tree: html.HtmlElement) -> int:
    caption = "".join(tree.find(".//table[@class='listing']/caption").itertext())
    return int(re.findall(r"(\d+) Eintr", caption)[0])


@pytest.fixture(params=["client", "networks"])
def either(request: pytest.FixtureRequest) -> FlaskClient:
    """With and without an overview of networks: what is a gap depends on it."""
    found: FlaskClient = request.getfixturevalue(request.param)
    return found


def test_gaps_are_those_of_the_question(either: FlaskClient) -> None:
    asked = question(either, "network-gaps")
    assert asked
    wanted = {
        (row["subject"], row["measures"], row["openMeasures"], row["gap"], frozenset(row["themes"].split("; ")))
        for row in asked
    }
    shown = table(either, view="gaps")
    assert len(shown) == len(asked)
    assert wanted == {
        (row["subject"], row["measures"], row["openMeasures"], row["gap"], frozenset(row["themes"].split("; ")))
        for row in shown
    }


def test_overlaps_are_those_of_the_question(either: FlaskClient) -> None:
    wanted = {
        (
            row["network1"],
            row["network2"],
            int(row["sharedActors"]),
            int(row["actors1"]),
            int(row["actors2"]),
            round(float(row["share"]), 2),
            frozenset(row["themes"].split("; ")),
            frozenset(row["shared"].split("; ")),
            row["basis"],
        )
        for row in question(either, "network-overlaps")
    }
    shown = {
        (
            row["firstIri"],
            row["secondIri"],
            int(row["sharedActors"]),
            int(row["actors1"]),
            int(row["actors2"]),
            round(float(row["share"]), 2),
            frozenset(row["themes"].split("; ")),
            frozenset(row["shared"].split("; ")),
            row["basis"],
        )
        for row in table(either, view="overlaps")
    }
    assert shown
    assert shown == wanted


def test_the_list_is_that_of_the_question(either: FlaskClient) -> None:
    asked = {row["network"]: row for row in question(either, "networks")}
    shown = {row["iri"]: row for row in table(either)}
    assert shown.keys() == asked.keys()
    for iri, row in shown.items():
        assert row["name"] == asked[iri]["label"]
        assert row["kind"] == asked[iri]["kind"]
        assert row["rhythm"] == asked[iri]["rhythm"]
        assert row["lead"] == asked[iri]["leadLabel"]
        assert len(list(filter(None, row["members"].split("; ")))) == int(asked[iri]["members"])


def test_the_rest_of_the_register_on_request_and_one_theme(networks: FlaskClient) -> None:
    assert len(table(networks, all="1")) > len(table(networks))
    of_theme = table(networks, theme="Wohnen")
    assert of_theme
    assert all("Wohnen" in row["themes"] for row in of_theme)
    page(networks, bodies(theme="Wohnung"), 404)
    page(networks, bodies(view="luecken"), 404)


@pytest.mark.parametrize("given", [{}, {"view": "gaps"}])
def test_every_number_is_the_length_of_its_list(networks: FlaskClient, given: dict[str, str]) -> None:
    links = page(networks, bodies(**given)).xpath("//table[@class='listing']//td[@class='num']/a")
    assert len(links) > 5
    for link in links:
        url = link.get("href").partition("#")[0]
        tree = page(networks, url)
        if "/massnahmen" in url:
            assert total(tree) == int(link.text)
        else:  # the measures of an actor without a network stand below; the open ones say so
            rows = tree.xpath("//section[@id='massnahmen']//li")
            opened = [row for row in rows if row.xpath(".//*[contains(@class, 'status-ongoing')]")]
            assert int(link.text) in (len(rows), len(opened))
    page(networks, bodies(view="gaps", of="https://example.org/nobody"), 404)


def test_the_tabs_count_what_they_lead_to(networks: FlaskClient) -> None:
    for link in page(networks, bodies()).xpath("//nav[@class='tabs']//a")[1:]:
        number = re.findall(r"\((\d+)\)", link.text_content())
        assert total(page(networks, link.get("href"))) == int(number[0])
