"""The network in Chromium: a canvas in place of the still drawing, by keyboard as by mouse, without any report."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab
from watching import Watched
from website import Visit

EGO = "de/netzwerk?actor=Jobcenter"


@pytest.fixture
def watched(visit: Visit, chromium: Browser) -> Iterator[Watched]:
    site = visit("koeln")
    context = chromium.new_context(reduced_motion="reduce", accept_downloads=True)
    watched = Watched(context.new_page(), site.root)
    yield watched
    assert watched.taken() == []
    context.close()


def drawn(watched: Watched, address: str = EGO) -> Tab:
    tab = watched.tab
    tab.goto(watched.root + address)
    tab.locator("#netz[data-state=drawn]").wait_for()
    return tab


# The drawing made small, as brightness of its pixels, and how far it is from another one.
PICTURE = """() => {
  const small = new OffscreenCanvas(64, 32).getContext("2d");
  small.drawImage(document.querySelector("canvas.net-canvas"), 0, 0, 64, 32);
  return [...small.getImageData(0, 0, 64, 32).data].filter((_, index) => index % 4 === 0);
}"""
AWAY = f"""(old) => {{
  const now = ({PICTURE})();
  return now.reduce((sum, value, index) => sum + Math.abs(value - old[index]), 0) / now.length;
}}"""


def test_the_canvas_takes_the_place_of_the_still_drawing(watched: Watched) -> None:
    tab = drawn(watched)
    expect(tab.locator(".net-still")).to_be_hidden()
    expect(tab.locator("canvas.net-canvas")).to_be_visible()
    expect(tab.locator("table.listing")).to_be_visible()
    assert len(set(tab.evaluate(PICTURE))) > 10  # shades


def test_arrows_walk_enter_opens_and_words_follow(watched: Watched) -> None:
    tab = drawn(watched)
    detail = tab.locator(".net-detail")
    tab.locator("canvas.net-canvas").focus()
    tab.keyboard.press("Home")
    expect(detail).to_contain_text("Jobcenter Köln · Organisation")
    seen = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        tab.keyboard.press(key)
        seen.add(detail.inner_text())
    assert len(seen) > 1
    tab.keyboard.press("Escape")
    expect(detail).to_contain_text("Pfeiltasten")
    tab.keyboard.press("Home")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/de/koeln/actor/jobcenter")


def test_tab_leads_past_the_drawing(watched: Watched) -> None:
    tab = drawn(watched)
    tab.locator("canvas.net-canvas").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => document.activeElement.matches('canvas')") is False


def test_buttons_zoom_move_and_show_everything_again(watched: Watched) -> None:
    tab = drawn(watched)
    everything = tab.evaluate(PICTURE)
    for name in ("Nach links", "Nach oben", *["Vergrößern"] * 6):
        tab.get_by_role("button", name=name).click()
    tab.wait_for_function(f"(old) => ({AWAY})(old) > 2", arg=everything)
    tab.get_by_role("button", name="Alles zeigen").click()
    tab.wait_for_function(f"(old) => ({AWAY})(old) < 0.5", arg=everything)


def test_a_search_chooses_the_node_and_a_click_too(watched: Watched) -> None:
    tab = drawn(watched, "de/netzwerk?view=all")
    field = tab.get_by_label("In der Zeichnung suchen")
    field.fill("wohnungswesen")
    field.press("Tab")
    expect(tab.locator(".net-detail a")).to_have_text("Amt für Wohnungswesen")
    field.fill("xyzxyz")
    field.press("Tab")
    expect(tab.locator(".net-detail")).to_have_text("Kein Knoten heißt so.")
    place = tab.locator("canvas.net-canvas").bounding_box()
    assert place is not None
    tab.mouse.click(place["x"] + 3, place["y"] + 3)  # beside everything
    expect(tab.locator(".net-detail")).to_contain_text("Pfeiltasten")


def test_the_drawing_is_saved_as_png(watched: Watched) -> None:
    tab = drawn(watched)
    with tab.expect_download() as found:
        tab.get_by_role("button", name="Als PNG speichern").click()
    assert found.value.suggested_filename.startswith("netzwerk-")
    with open(found.value.path(), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"


def test_without_script_the_drawing_is_links(visit: Visit, chromium: Browser) -> None:
    site = visit("koeln")
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(site.root + EGO)
    assert tab.locator(".net-still a.mark").count() > 10
    expect(tab.locator("canvas.net-canvas")).to_be_hidden()
    expect(tab.get_by_role("button", name="Vergrößern")).to_have_count(0)
    context.close()
