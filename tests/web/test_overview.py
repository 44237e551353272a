"""Start page, goals and measures: every number is the length of its list, every list is what its query gives."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html as lxml_html

from zielgraph.engine import EmbeddedEngine, QuerySolutions
from zielgraph.web.current import Current

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
BASE = "https://w3id.org/zielgraph/id/koeln/"


def get(client: FlaskClient, path: str, status: int = 200) -> lxml_html.HtmlElement:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, f"{path}: {response.status_code}"
    return lxml_html.fromstring(response.text)


def words(page: lxml_html.HtmlElement) -> str:
    return " ".join(page.text_content().split())


def total(client: FlaskClient, path: str) -> int:
    """How many rows the list at an address has, on all its pages."""
    found = get(client, path).xpath("//*[@data-total]/@data-total")
    assert len(found) == 1, path
    return int(found[0])


def numbers(client: FlaskClient, path: str) -> list[tuple[str, int]]:
    """Every number of a page that claims to be the length of a list, and where that is."""
    return [(each.get("href"), int(each.get("data-count"))) for each in get(client, path).xpath("//a[@data-count]")]


def follow(client: FlaskClient, path: str) -> int:
    """Compare all numbers of a page with the lists behind them; how many lists these were."""
    found = dict(numbers(client, path))
    for url, number in found.items():
        assert total(client, url) == number, f"{path} says {number}, {url} has {total(client, url)}"
    return len(found)


@pytest.mark.parametrize("path", ["/de/", "/en/", "/de/?stand=2019-12-31"])
def test_every_number_of_the_start_page_is_the_length_of_its_list(client: FlaskClient, path: str) -> None:
    page = get(client, path)
    assert follow(client, path) > 30
    stray = [a.text_content() for a in page.xpath("//main//a[not(@data-count)]") if a.text_content().strip().isdigit()]
    assert stray == []  # no number leads anywhere without being checked


def test_every_number_after_a_second_edition(twice_app: Flask) -> None:
    client = twice_app.test_client()
    assert follow(client, "/de/") > 30
    page = get(client, "/de/")
    assert any("/aenderungen?" in url for url, _ in numbers(client, "/de/"))
    assert "Vom 31.12.2019 zum 30.06.2020" in words(page)
    assert "Erika Muster" in words(page)
    then = numbers(client, "/de/?stand=2019-12-31")
    assert all(parse_qs(urlsplit(url).query)["stand"] == ["2019-12-31"] for url, _ in then)
    assert follow(client, "/de/?stand=2019-12-31") > 30
    assert dict(then)["/de/massnahmen?stand=2019-12-31"] == 44
    assert "Erika Muster" not in words(get(client, "/de/?stand=2019-12-31"))


def test_the_drawing_and_its_table_say_the_same(client: FlaskClient) -> None:
    page = get(client, "/de/")
    drawn = sorted(
        (a.get("href"), a.get("data-count")) for a in page.xpath("//*[contains(@class, 'bars')]//a[@data-count]")
    )
    table = page.xpath("//details[contains(@class, 'twin')]//td[position() < last()]/a")
    assert drawn == sorted((a.get("href"), a.get("data-count")) for a in table)
    assert len(drawn) >= 9
    assert page.xpath("//*[contains(@class, 'bars')]/title")
    assert page.xpath("//*[contains(@class, 'bars')]/desc")


def test_start_page_names_state_open_measures_and_questions(client: FlaskClient) -> None:
    page = get(client, "/de/")
    text = words(page)
    for expected in ("44 Maßnahmen", "Datum geschätzt", "koeln-zielsystem.tsv", "Offene Maßnahmen", "Befunde"):
        assert expected in text
    assert len(page.xpath("//section[@aria-labelledby='offen']//li")) == 7
    english = get(client, "/en/").xpath("//main")[0]
    for german in english.xpath("//*[@lang='de' or contains(@class, 'only-print')]"):
        german.clear()
    assert "Maßnahme" not in words(english)


# -- goals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/de/ziele?depth=9", "/en/goals?view=table&size=all", "/de/koeln/integration/goal/1"])
def test_every_light_leads_to_the_measures_that_made_it(client: FlaskClient, path: str) -> None:
    assert follow(client, path) > 10


def test_lights_are_words_with_the_sentence_of_their_rule(client: FlaskClient) -> None:
    page = get(client, "/de/ziele")
    lights = page.xpath("//ul[@class='tree']//a[contains(@class, 'light')]")
    assert len(lights) > 30
    for light in lights:
        assert light.text_content().strip()
        assert light.get("title") in words(light.getparent())
    assert "Regeln der Ampeln" in words(page)


def test_goal_tree_opens_as_far_as_its_address_says(client: FlaskClient) -> None:
    opened = [len(get(client, f"/de/ziele?depth={depth}").xpath("//main//details[@open]")) for depth in (0, 1, 2, 9)]
    assert opened[:3] == [0, 1, 10]
    assert opened[3] > opened[2]
    get(client, "/de/ziele?depth=4", 404)


def test_a_large_goal_tree_is_cut_and_leads_on(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = set(get(client, "/de/ziele?depth=9").xpath("//ul[@class='tree']//p[contains(@class, 'goal')]/a/@href"))
    monkeypatch.setattr("zielgraph.web.goaltree.MOST", 12)
    todo, seen, pages = ["/de/ziele?depth=9"], set[str](), 0
    while todo:
        page = get(client, todo.pop())
        pages += 1
        goals = page.xpath("//ul[@class='tree']//p[contains(@class, 'goal')]/a/@href")
        assert len(goals) <= 12
        seen |= set(goals)
        todo += page.xpath("//a[text()='Was darunter liegt']/@href")
    assert seen == whole
    assert pages > 3


def test_goal_tree_by_theme_keeps_the_goals_above(client: FlaskClient) -> None:
    page = get(client, "/de/ziele?theme=Wohnen&depth=9")
    goals = page.xpath("//ul[@class='tree']//p[contains(@class, 'goal')]/a/@href")
    assert goals[0] == "/de/koeln/integration/goal/1"
    assert 2 < len(goals) < 10
    assert total(client, "/de/ziele?theme=Wohnen") == len(goals)
    get(client, "/de/ziele?theme=Raumfahrt", 404)
    branch = get(client, f"/de/ziele?goal={BASE}integration/goal/8&depth=9")
    assert branch.xpath("//ul[@class='tree']/li/p/a/@href")[0] == "/de/koeln/integration/goal/8"


def test_goal_page_shows_what_lies_below_and_its_neighbours(client: FlaskClient) -> None:
    page = get(client, "/de/koeln/integration/goal/8")
    assert "Verbesserung der Integration" in words(page)
    assert page.xpath("//nav[@class='neighbours']/a[@rel='prev']/@href") == ["/de/koeln/integration/goal/7"]
    first = get(client, "/de/koeln/integration/goal/1")
    assert "Ziele darunter" in words(first)
    assert not first.xpath("//nav[@class='neighbours']/a[@rel='prev']")
    own = get(client, "/de/koeln/integration/goal/26")  # a row without a measure
    assert "Status laut Bericht" in words(own)
    assert own.xpath("//mark[contains(@class, 'proof-derived')]")


# -- measures -------------------------------------------------------------------------------------------------------


def rows(client: FlaskClient, path: str) -> list[str]:
    """IRIs of the rows of a list, as its CSV has them."""
    text = client.get(path + ("&" if "?" in path else "?") + "format=csv").get_data(as_text=True)
    return [row["iri"] for row in csv.DictReader(io.StringIO(text))]


def engine(app: Flask) -> EmbeddedEngine:
    current: Current = app.extensions["zielgraph.current"]
    return current.state().engine


def queried(app: Flask, page: lxml_html.HtmlElement, name: str) -> list[str]:
    """What the query that a page shows gives for a variable."""
    sparql = page.xpath("//details[@class='sparql-text']//code")[0].text_content()
    found = engine(app).query(sparql)
    assert isinstance(found, QuerySolutions)
    return sorted(str(row[name])[1:-1] for row in found)


FILTERS = (
    "",
    "theme=Wohnen",
    "theme=Wohnen&status=open",
    "status=closed&view=cards",
    "status=laufend",
    "status=done,none&kind=all",
    "outcome=none",
    "outcome=handed-over",
    "body=UAG 3 Wohnen",
    "body=none",
    "actor=Jobcenter",
    "actor=56",
    "actor=none",
    "actor=Jobcenter&role=partner",
    "role=lead",
    "role=none",
    "year=2017",
    "year=none&kind=all",
    "course=none&theme=Sprache",
    f"goal={BASE}integration/goal/8&kind=all",
    f"goal={BASE}integration/goal/26&kind=all",
    f"system={BASE}integration/system",
    "q=GEFLÜCHTETE",
    "q=WOHNEN  ehrenamt",
    "q=groß",
    "q=\"'\\\\ {} ?x }",
    "theme=none",
    "status=unknown",
    "kind=all&sort=-first",
)


@pytest.mark.parametrize("query", FILTERS)
def test_the_query_of_a_list_gives_the_rows_shown(app: Flask, client: FlaskClient, query: str) -> None:
    path = f"/de/massnahmen?{query}"
    page = get(client, path)
    shown = rows(client, path)
    assert len(shown) == len(set(shown)) == total(client, path)
    assert queried(app, page, "measure") == sorted(shown)


def test_filters_choose_something_and_not_everything(client: FlaskClient) -> None:
    sizes = {query: len(rows(client, f"/de/massnahmen?{query}")) for query in FILTERS}
    assert sizes[""] == 44
    assert sizes["kind=all&sort=-first"] == 46
    for query in (
        "theme=Wohnen",
        "status=laufend",
        "outcome=handed-over",
        "actor=56",
        "role=lead",
        "year=2017",
        "q=GEFLÜCHTETE",
    ):
        assert 0 < sizes[query] < 44, query
    assert sizes["actor=Jobcenter&role=partner"] <= sizes["actor=Jobcenter"]
    assert (
        sizes["body=none"] + len(set(rows(client, "/de/massnahmen")) - set(rows(client, "/de/massnahmen?body=none")))
        == 44
    )


def test_a_course_that_somebody_decided_can_be_chosen(twice_app: Flask) -> None:
    client = twice_app.test_client()
    assert rows(client, "/de/massnahmen?course=stop") == [f"{BASE}integration/measure/21"]
    assert queried(twice_app, get(client, "/de/massnahmen?course=stop"), "measure") == [f"{BASE}integration/measure/21"]


def test_goals_of_a_list_are_those_of_its_query(app: Flask, client: FlaskClient) -> None:
    for query in ("", "theme=Wohnen", "kind=OutcomeGoal", f"goal={BASE}integration/goal/8"):
        page = get(client, f"/de/ziele?{query}")
        assert queried(app, page, "goal") == sorted(rows(client, f"/de/ziele?{query}"))


@pytest.mark.parametrize(
    "query",
    [
        "theme=Raumfahrt",
        "status=halb",
        "body=x",
        "actor=x",
        "year=17",
        "course=weiter",
        "kind=x",
        "view=x",
        "goal=urn:x",
    ],
)
def test_an_unknown_filter_is_a_404_page(client: FlaskClient, query: str) -> None:
    get(client, f"/de/massnahmen?{query}", 404)


def test_active_filters_can_be_taken_off(client: FlaskClient) -> None:
    page = get(client, "/de/massnahmen?theme=Wohnen&q=gibtesnicht&sort=measure")
    chips = page.xpath("//ul[contains(@class, 'filters')]//a")
    assert [" ".join(each.text_content().split()) for each in chips] == [
        "Filter entfernen: Handlungsfeld: Wohnen ×",
        "Filter entfernen: Text enthält: „gibtesnicht“ ×",
    ]
    assert chips[1].get("href") == "/de/massnahmen?theme=Wohnen&sort=measure"
    loosen = {each.get("href"): each.getparent().text_content() for each in page.xpath("//div[@class='note']//a")}
    assert set(loosen) == {each.get("href") for each in chips}
    for url, text in loosen.items():
        assert int(re.findall(r"(\d+) Eint", text)[0]) == total(client, url)


def test_table_and_cards_show_the_same_measures(client: FlaskClient) -> None:
    table = get(client, "/de/massnahmen?theme=Sprache&sort=-measure")
    cards = get(client, "/de/massnahmen?theme=Sprache&sort=-measure&view=cards")
    assert table.xpath("//tbody/tr/th/a/@href") == cards.xpath("//li[@class='card']/h2/a/@href")
    assert cards.xpath("//li[@class='card']//*[contains(@class, 'status')]")


def test_a_measure_leads_on_through_the_list_it_was_found_in(client: FlaskClient) -> None:
    listed = get(client, "/de/massnahmen?theme=Wohnen&sort=-measure").xpath("//tbody/tr/th/a/@href")
    assert len(listed) > 3
    path, walked = listed[0], []
    while path:
        walked.append(path)
        page = get(client, path)
        path = "".join(page.xpath("//nav[@class='neighbours']/a[@rel='next']/@href"))
    assert walked == listed
    assert "10 von 10" in words(page)
    crumb = page.xpath("//nav[@class='crumbs']//a[contains(@href, 'massnahmen')]/@href")[0]
    assert total(client, crumb) == len(listed)
    plain = get(client, "/de/koeln/integration/measure/2")
    assert plain.xpath("//nav[@class='neighbours']/a/@href") == [
        "/de/koeln/integration/measure/1",
        "/de/koeln/integration/measure/3",
    ]
    for origin in ("theme%3DRaumfahrt", "%25%26%3D", "theme%3DSprache"):  # not a list, or one without this measure
        assert "von 44" in words(get(client, f"{urlsplit(listed[0]).path}?from={origin}"))


# -- a measure ------------------------------------------------------------------------------------------------------


def test_measure_shows_the_words_that_prove_it(client: FlaskClient) -> None:
    page = get(client, "/de/koeln/integration/measure/9")
    derived = page.xpath("//p[@class='proof']//mark[contains(@class, 'proof-derived')]")
    assert [mark.text_content() for mark in derived] == ["nicht weiter verfolgt"]
    target = derived[0].xpath("a/@href")[0]
    assert "nicht weiter verfolgt" in words(page.get_element_by_id(target.removeprefix("#")))
    actors = page.xpath("//p[@class='proof']//mark[contains(@class, 'proof-actor')]/a")
    assert {"IQ-Netzwerk", "Integrationspoint"} <= {each.text_content() for each in actors}
    assert all(each.get("href").startswith("/de/koeln/actor/") for each in actors)
    role = next(each for each in page.xpath("//mark[@class='proof-role ']") if each.text_content() == "Gespräche mit")
    row = page.get_element_by_id(role.xpath("a/@href")[0].removeprefix("#"))
    assert "Gespräche mit" in words(row)
    legend = words(page.xpath("//p[@class='proof-legend']")[0])
    assert all(each in legend for each in ("Akteur", "Rolle", "abgeleitete"))
    note = "".join(page.xpath("//p[@class='proof'][last()]")[0].itertext())
    cells = [cell.text_content() for cell in page.xpath("//td/span[@class='raw']")]
    assert any(note.strip() in cell for cell in cells)


def test_measure_shows_findings_source_and_formats(client: FlaskClient) -> None:
    page = get(client, "/de/koeln/integration/measure/9")
    assert len(page.xpath("//h2[@id='befunde']/following-sibling::ul[1]/li")) == 4
    assert "Zuständig" in words(page)
    assert "koeln-zielsystem.tsv, Zeile 16" in words(page)
    assert {"ttl", "jsonld"} <= {link.rsplit(".", 1)[-1] for link in page.xpath("//link[@rel='alternate']/@href")}
    assert "VALUES ?measure" in page.xpath("//details[@class='sparql-text']//code")[0].text_content()
    assert "erstmals enthalten" in words(page)


def test_measure_tells_what_editions_changed_and_people_decided(twice_app: Flask) -> None:
    client = twice_app.test_client()
    page = get(client, "/de/koeln/integration/measure/17")
    past = [" ".join(each.text_content().split()) for each in page.xpath("//ul[@class='history']/li")]
    assert len(past) == 2
    assert past[0].startswith("30.06.2020")
    assert "erledigt" in past[0]
    assert past[1] == "31.12.2019: erstmals enthalten"
    page = get(client, "/de/koeln/integration/measure/19")
    decisions = words(page.xpath("//h2[@id='entscheidungen']/following-sibling::ul[1]")[0])
    assert "Erika Muster" in decisions
    assert "fortführen" in decisions
    assert "Begründung <b>continue</b>" in decisions
    then = get(client, "/de/koeln/integration/measure/19?stand=2019-12-31")
    assert len(then.xpath("//ul[@class='history']/li")) == 1
    assert not then.xpath("//h2[@id='entscheidungen']")


def test_the_light_of_a_goal_page_is_made_of_what_its_query_gives(app: Flask, client: FlaskClient) -> None:
    page = get(client, "/de/koeln/integration/goal/1")
    assert len(queried(app, page, "item")) == 46
    measure = queried(app, get(client, "/de/koeln/integration/measure/9"), "property")
    assert "https://w3id.org/zielgraph/ontology#statusText" in measure


def test_question_page_sorts_pages_and_downloads_its_answer(client: FlaskClient) -> None:
    path = "/de/fragen/actors-in-open-measures?theme=Wohnen"
    page = get(client, path)
    heads = page.xpath("//thead//a/@href")
    assert heads
    first = rows_of(page)
    turned = rows_of(get(client, f"{heads[0]}"))
    assert sorted(first) == sorted(turned)
    assert total(client, path) == len(first)
    text = client.get(f"{path}&format=csv").get_data(as_text=True)
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(first)
    assert "SELECT" in page.xpath("//details[@class='sparql-text']//code")[0].text_content()


def rows_of(page: lxml_html.HtmlElement) -> list[str]:
    return [" ".join(row.text_content().split()) for row in page.xpath("//tbody/tr")]
