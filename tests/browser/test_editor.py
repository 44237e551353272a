"""The SPARQL editor in Chromium: it adds to the plain field and takes nothing away."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab
from watching import Watched
from website import Visit


@pytest.fixture
def watched(visit: Visit, chromium: Browser) -> Iterator[Watched]:
    site = visit("koeln")
    context = chromium.new_context(reduced_motion="reduce")
    watched = Watched(context.new_page(), site.root)
    yield watched
    assert watched.taken() == []
    context.close()


def _editor(watched: Watched, address: str = "sparql?lang=de") -> Tab:
    with watched.tab.expect_response("**/sparql/terms.json*"):
        watched.tab.goto(watched.root + address)
    watched.tab.locator(".cm-content").wait_for()
    return watched.tab


def _asked(tab: Tab) -> str:
    return parse_qs(urlsplit(tab.url).query)["query"][0].replace("\r\n", "\n")


def test_writes_completes_and_runs(watched: Watched) -> None:
    tab = _editor(watched)
    expect(tab.locator("#query")).to_be_hidden()
    tab.locator(".cm-content").click()
    tab.keyboard.press("Control+a")
    tab.keyboard.type("SELECT (COUNT(?m) AS ?n) WHERE { ?m a zg:Meas")
    tab.keyboard.press("Control+Space")
    option = tab.locator(".cm-tooltip-autocomplete li[aria-selected=true]")
    expect(option).to_contain_text("zg:Measure")
    expect(option).to_contain_text("Maßnahme")
    tab.wait_for_timeout(200)  # the editor takes no Enter that may have been meant for the line before
    tab.keyboard.press("Enter")
    tab.keyboard.type(" }")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_url("**query=**")
    query = _asked(tab)
    assert query.startswith("PREFIX zg: <https://w3id.org/zielgraph/ontology#>\n")
    assert query.endswith("?m a zg:Measure }")
    assert tab.locator("main table td").inner_text() == "44"


def test_earlier_queries_stay_in_the_browser_and_can_be_forgotten(watched: Watched) -> None:
    query = "ASK { ?earlier ?p ?o }"
    tab = _editor(watched, f"sparql?lang=de&query={query}")
    tab = _editor(watched)
    tab.locator("#history summary").click()
    tab.locator("#history li button").first.click()
    assert tab.locator("#query").input_value() == query
    tab.locator("#forget").click()
    expect(tab.locator("#history")).to_be_hidden()
    assert tab.evaluate("() => localStorage.length") == 0


def test_tab_leaves_the_editor(watched: Watched) -> None:
    tab = _editor(watched)
    tab.locator(".cm-content").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.activeElement.id") == "format"


def test_an_example_is_filled_in_and_runs(watched: Watched) -> None:
    tab = _editor(watched)
    tab.get_by_role("link", name="Welche Maßnahmen sind offen?").click()
    tab.locator(".cm-content").wait_for()
    assert "zg:isOpen" in tab.locator("#query").input_value()
    tab.get_by_role("button", name="Ausführen").click()
    tab.wait_for_url("**query=**")
    assert tab.locator("main table tbody tr").count() >= 1
