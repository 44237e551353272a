"""The network pages: numbers that equal lists, drawings that equal tables, downloads of exactly the view."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from zielgraph.drawing.model import Graph
from zielgraph.engine import QuerySolutions
from zielgraph.errors import ServiceBusy, TimedOut
from zielgraph.exporting.gexf import NAMESPACE as GEXF
from zielgraph.exporting.graphml import NAMESPACE as GRAPHML
from zielgraph.inventory.network import DISCUSSED, MEMBER
from zielgraph.settings import Settings
from zielgraph.vocabulary import ROLE, ZG
from zielgraph.web import create_app
from zielgraph.web.drawings import Drawings
from zielgraph.web.networking import EGO

Fill = Callable[[Path, str], Settings]
HTML = {"Accept": "text/html"}
KOELN = "https://w3id.org/zielgraph/id/koeln/"
FILTERS = [
    {},
    {"theme": "Wohnen"},
    {"status": "open"},
    {"kind": "Department"},
    {"role": "partner"},
    {"role": DISCUSSED},
    {"role": MEMBER},
    {"theme": "Wohnen", "status": "closed", "kind": "Network", "role": "addressee"},
]


def page(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, response.text[:500]
    return html.fromstring(response.text)


def network(**given: str) -> str:
    return f"/de/netzwerk?{urlencode(given)}"


def table(client: FlaskClient, **given: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(network(**given, format="csv")).text)))


def total(tree: html.HtmlElement) -> int:
    """How many entries a list says that it has."""
    caption = "".join(tree.find(".//table[@class='listing']/caption").itertext())
    return int(re.findall(r"(\d+) Eintr", caption)[0])


def edges(client: FlaskClient, **given: str) -> set[tuple[str, str, str]]:
    return {(row["sourceIri"], row["relation"], row["targetIri"]) for row in table(client, **given)}


@pytest.mark.parametrize(
    "given", [{}, {"status": "open"}, {"role": "partner"}, {"role": DISCUSSED}, {"theme": "Wohnen"}]
)
def test_every_number_of_the_matrix_is_the_length_of_its_list(networks: FlaskClient, given: dict[str, str]) -> None:
    tree = page(networks, network(**given, rows="all"))
    links = tree.xpath("//*[contains(@class, 'matrix')]//td//a")
    assert len(links) > 10
    for link in links[:40]:
        assert total(page(networks, link.get("href"))) == int(link.text)


@pytest.mark.parametrize("given", [{}, {"role": "lead"}, {"role": DISCUSSED}, {"theme": "Sprache"}, {"kind": "Body"}])
def test_the_matrix_as_sparql_gives_the_same_cells(
    networks: FlaskClient, networks_app: Flask, given: dict[str, str]
) -> None:
    tree = page(networks, network(**given))
    found = solutions(networks_app, "".join(tree.find(".//pre/code").itertext()))
    asked = Counter({(row["actor"].value, row["theme"].value): int(row["measures"].value) for row in found})
    shown: Counter[tuple[str, str]] = Counter()
    for row in table(networks, **given):
        for slug, number in row.items():
            theme = f"{KOELN}theme/{slug}"
            if slug not in ("actor", "iri", "total") and number != "0":
                shown[row["iri"], theme] = int(number)
    assert shown == asked


def solutions(app: Flask, sparql: str) -> list[dict[str, Any]]:
    found = app.extensions["zielgraph.current"].state().engine.query(sparql)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name] for name in names} for row in found]


def test_the_matrix_shows_the_most_active_first_and_all_on_request(networks: FlaskClient) -> None:
    some, every = (page(networks, network(**given)) for given in ({}, {"rows": "all"}))
    rows = "//*[contains(@class, 'matrix')]//tbody/tr"
    assert len(some.xpath(rows)) == 20 < len(every.xpath(rows)) == len(table(networks))
    totals = [int(cell.text) for cell in every.xpath(f"{rows}/td[1]/a")]
    assert totals == sorted(totals, reverse=True)
    assert some.xpath("//a[contains(@href, 'rows=all')]")


@pytest.mark.parametrize("given", FILTERS)
@pytest.mark.parametrize("way", [{"view": "all"}, {"actor": "Jobcenter"}])
def test_drawing_files_table_and_sparql_show_the_same(
    networks: FlaskClient, networks_app: Flask, given: dict[str, str], way: dict[str, str]
) -> None:
    asked = given | way
    tree = page(networks, network(**asked))
    rows = edges(networks, **asked)
    strokes = tree.xpath("//*[contains(@class, 'net-still')]//*[local-name()='path'][contains(@class, 'edge')]")
    assert len(strokes) == len(rows)
    data = networks.get(network(**asked, format="graph")).json
    assert data is not None
    assert len(data["edges"]) == len(rows)
    for format, space in (("graphml", GRAPHML), ("gexf", GEXF)):
        file = ET.fromstring(networks.get(network(**asked, format=format)).data)  # noqa: S314  our own
        assert len(list(file.iter(f"{{{space}}}edge"))) == len(rows)
        assert len(list(file.iter(f"{{{space}}}node"))) == len(data["nodes"])
    drawn = ET.fromstring(networks.get(network(**asked, format="svg")).data)  # noqa: S314  our own
    assert len([each for each in drawn.iter() if each.get("class", "").startswith("edge ")]) == len(rows)
    words = {row["relation"] for row in table(networks, **asked)}
    found = solutions(networks_app, "".join(tree.find(".//pre/code").itertext()))
    assert {(row["source"].value, row["target"].value) for row in found} == {(one, two) for one, _, two in rows}
    assert len(found) == len(rows)
    relations = {row["relation"].value.removeprefix(ROLE).removeprefix(ZG) for row in found}
    assert len(relations) == len(words)


def test_a_filter_leaves_only_what_it_says(networks: FlaskClient) -> None:
    rows = table(networks, view="all", kind="Department", role="lead")
    assert rows
    assert {row["relation"] for row in rows} == {"Federführung"}
    assert {row["sourceKind"] for row in rows} == {"Amt"}
    members = table(networks, view="all", role=MEMBER)
    assert {row["relation"] for row in members} == {"Mitglied in"}
    assert not any(row["relation"] == "Mitglied in" for row in table(networks, view="all", status="open"))


def test_the_surroundings_reach_two_steps_and_no_further(networks: FlaskClient) -> None:
    centre = f"{KOELN}actor/jobcenter"
    whole, ego = edges(networks, view="all"), edges(networks, actor=centre)
    near = {one if two == centre else two for one, _, two in whole if centre in (one, two)}
    two_steps = near | {end for one, _, two in whole for end in (one, two) if {one, two} & near}
    assert ego == {edge for edge in whole if {edge[0], edge[2]} <= two_steps}


def test_a_large_neighbourhood_keeps_the_strongest_and_says_what_is_missing(
    networks: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zielgraph.web.networking.EGO", 12)
    data = networks.get(network(actor="Ehrenamt", format="graph")).json
    assert data is not None
    assert len(data["nodes"]) <= 12 < EGO
    assert [node[data["fields"].index("centre")] for node in data["nodes"]].count(True) == 1
    words = " ".join(page(networks, network(actor="Ehrenamt")).text_content().split())
    assert "Weggelassen sind" in words


def test_a_picture_that_is_too_large_is_a_file(networks: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zielgraph.web.pages.network._IN_PAGE", 10)
    tree = page(networks, network(view="all"))
    assert not tree.xpath("//a[contains(@class, 'mark')]")
    assert tree.xpath("//*[contains(@class, 'net-still')][contains(., 'zu groß')]")
    assert total(tree) == len(table(networks, view="all"))


def test_every_mark_is_a_link_with_a_shape_and_a_title(networks: FlaskClient) -> None:
    tree = page(networks, network(view="all"))
    marks = tree.xpath("//a[contains(@class, 'mark')]")
    assert marks
    for mark in marks:
        assert mark.get("href").startswith("/de/")
        assert mark.find("title").text
        assert mark.find("path").get("d")
    legend = tree.xpath("//*[@class='legend']/li")
    shapes = {path.get("d") for path in tree.xpath("//*[@class='legend']//path[contains(@class, 'ring')]")}
    assert shapes == {mark.find("path").get("d") for mark in marks}
    assert len(legend) == len(shapes) + len({row["relation"] for row in table(networks, view="all")})
    assert "style=" not in html.tostring(tree.find(".//main"), encoding="unicode")


def test_the_same_address_gives_the_same_picture(networks: FlaskClient) -> None:
    first, second = (networks.get(network(view="all", format="graph")).data for _ in range(2))
    assert first == second


def test_a_search_finds_actors_by_code_and_measures_by_text(networks: FlaskClient) -> None:
    links = page(networks, network(q="56", theme="Wohnen")).xpath("//ul[contains(@class, 'found')]//a")
    assert "amt-fuer-wohnungswesen" in links[0].get("href")
    assert "theme=Wohnen" in links[0].get("href")  # the filter stays
    texts = page(networks, network(q="Vernetzung mit Jobcenter")).xpath("//ul[contains(@class, 'found')]//a")
    assert any("/measure/" in link.get("href") for link in texts)
    assert "Nichts heißt so" in page(networks, network(q="xyzxyz")).text_content()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"actor": "Jobcentr"}, 404),
        ({"theme": "Wohnung"}, 404),
        ({"kind": "Amt"}, 404),
        ({"role": "chef"}, 404),
        ({"view": "alles"}, 404),
        ({"view": "all", "format": "pdf"}, 400),
        ({"format": "svg"}, 400),  # the matrix is no drawing
    ],
)
def test_what_makes_no_sense_is_said(networks: FlaskClient, given: dict[str, str], status: int) -> None:
    tree = page(networks, network(**given), status)
    assert "Fehler" in tree.text_content()


def test_the_page_keeps_its_filters_in_its_links_and_in_english(networks: FlaskClient) -> None:
    tree = page(networks, network(theme="Wohnen", status="open"))
    tabs = tree.xpath("//nav[@class='tabs']//a/@href")
    assert all("theme=Wohnen" in url and "status=open" in url for url in tabs)
    other = page(networks, tree.xpath("//a[@hreflang='en']/@href")[0])
    assert other.get("lang") == "en"
    assert "partner" in {option.get("value") for option in other.xpath("//select[@name='role']/option")}


def test_drawings_are_computed_once_and_errors_are_not_kept() -> None:
    class Pool:
        calls = 0

        def call(self, function: str, graph: object, **_more: object) -> list[str]:
            self.calls += 1
            if self.calls == 1:
                raise TimedOut("zu lange")
            return [function]

    pool = Pool()
    drawings = Drawings(pool, kept=2)  # type: ignore[arg-type]
    graphs = [Graph(2, ((0, 1),)), Graph(3, ((0, 1),)), Graph(3, ((0, 2),))]
    with pytest.raises(TimedOut):
        drawings.places(graphs[0])
    assert drawings.places(graphs[0]) == drawings.places(graphs[0])
    assert pool.calls == 2
    drawings.places(graphs[1])
    drawings.places(graphs[2])  # the oldest is dropped
    drawings.places(graphs[0])
    assert pool.calls == 5
    assert drawings.betweenness(graphs[0])
    assert pool.calls == 6  # another function of the same network is another result


def test_hostile_texts_stay_texts(fill: Fill, tmp_path: Path) -> None:
    app = create_app(fill(tmp_path, "hostile.ttl"))
    client = app.test_client()
    try:
        for given in ({}, {"view": "all"}, {"q": "<script>alert(1)</script>"}, {"actor": "https://example.org/"}):
            text = client.get(network(**given), headers=HTML).text
            assert "<script>alert" not in text
            assert 'href="javascript:' not in text
        drawn = ET.fromstring(client.get(network(view="all", format="svg")).data)  # noqa: S314  our own
        assert not [each for each in drawn.iter() if each.tag.endswith("script")]
        for format in ("graphml", "gexf"):
            ET.fromstring(client.get(network(view="all", format=format)).data)  # noqa: S314  our own
        assert client.get(network(view="all", format="graph")).content_type == "application/json"
    finally:
        app.extensions["zielgraph.pool"].close()


def test_a_day_of_the_past_has_its_own_network(twice: FlaskClient) -> None:
    now, then = (edges(twice, view="all", **day) for day in ({}, {"stand": "2019-12-31"}))
    assert now != then
    tree = page(twice, network(view="all", stand="2019-12-31"))
    assert total(tree) == len(then)
    assert "stand=2019-12-31" in tree.find(".//*[@id='netz']").get("data-url")
    assert all("stand=2019-12-31" in url for url in tree.xpath("//nav[@class='tabs']//a/@href"))


def test_a_page_without_a_free_process_still_has_its_table(
    networks: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_drawings: Drawings, _graph: Graph) -> None:
        raise ServiceBusy("voll")

    monkeypatch.setattr(Drawings, "places", busy)
    monkeypatch.setattr(Drawings, "betweenness", busy)
    tree = page(networks, network(view="all"))
    assert total(tree) == len(table(networks, view="all"))
    assert "ließ sich nicht laden" in tree.text_content()
    assert networks.get(network(view="all", format="svg")).status_code == 503
    page(networks, "/de/koeln/actor/jobcenter")


def test_the_centrality_of_a_large_network_is_computed_beside() -> None:
    asked, go = Event(), Event()

    class Pool:
        def call(self, _function: str, _graph: object, **_more: object) -> list[float]:
            asked.set()
            assert go.wait(30)
            return [0.5]

    graph = Graph(2000, tuple((node, node + 1) for node in range(1999)))
    drawings = Drawings(Pool())  # type: ignore[arg-type]
    assert drawings.betweenness(graph) is None
    assert asked.wait(30)
    assert drawings.betweenness(graph) is None
    threads = [thread for thread in threading.enumerate() if thread.name.endswith("(_quietly)")]
    go.set()
    for thread in threads:
        thread.join(30)
    assert drawings.betweenness(graph) == [0.5]
