"""One page of each kind and language in Chromium: accessible, calm, within its frame, on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from pypdf import PdfReader
from watching import Watched
from website import LANGUAGES, Page, Site, Visit

MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "dark", "forced_colors": "active"},
}
# What depends on colours is asked in every mode, everything else once.
COLOURS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
ALL: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 800}
_MOST_STOPS = 50
_PAGES = ("measure", "goal", "actor", "theme", "edition")  # things with a page of their own; all others have the same
# Counts what can be reached, in a group of radio buttons or a closed <details> too, and notes each stop.
_LISTEN = """() => { document.activeElement?.blur(); window.scrollTo(0, 0); window.stops = [];
  const name = (e) => e.tagName + ' ' + [...document.querySelectorAll('*')].indexOf(e);
  document.addEventListener('focusin', (event) => window.stops.push(name(event.target)));
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((e) => !e.disabled && e.type !== 'hidden' && e.checkVisibility()).length }"""
_SIDEWAYS = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


def kinds(site: Site, lang: str) -> list[Page]:
    """The first page of each kind in a language; of those that show an earlier day, which differ by a banner, only one.

    Every page there is, is looked at without a browser (test_site.py).
    """
    found: dict[str, Page] = {}
    for page in site.walk(limit=1):
        path, _, parameters = page.kind.partition("?")
        *start, last = path.split("/")
        kind = "earlier day" if "stand" in parameters.split("&") else page.kind
        if "…" in start and last not in _PAGES:
            kind = "record"
        elif path.startswith("/ontology/"):
            kind = "term"
        if page.lang == lang:
            found.setdefault(kind, page)
    return list(found.values())


@pytest.fixture
def open_tab(chromium: Browser) -> Iterator[Any]:
    contexts = []

    def open_(site: Site, **options: Any) -> Watched:
        context = chromium.new_context(viewport=WIDE, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        if site.cookie:
            name, _, value = site.cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": site.root}])
        return Watched(context.new_page(), site.root)

    yield open_
    for context in contexts:
        context.close()


def _axe(watched: Watched, mode: str, options: dict[str, Any]) -> Iterator[str]:
    for violation in watched.tab.evaluate("options => axe.run(options)", options)["violations"]:
        where = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
        why = violation["nodes"][0].get("failureSummary", "").replace("\n", " ")[:300]
        yield f"{mode}: {violation['id']} at {where} ({why})"


def _tabs_through(tab: Tab) -> Iterator[str]:
    """Tab reaches every stop once and leaves the page again."""
    stops = tab.evaluate(_LISTEN)
    for _ in range(min(stops, _MOST_STOPS) + 2):
        tab.keyboard.press("Tab")
    seen = tab.evaluate("() => window.stops")
    if not seen:
        yield "Tab reaches nothing"
    elif len(set(seen)) < min(stops, _MOST_STOPS) // 2:
        yield f"Tab is caught: {len(seen)} times in {len(set(seen))} of {stops} stops, last at {seen[-1]}"


def _on_paper(tab: Tab) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(tab.pdf(tagged=True, format="A4")))
    if "/StructTreeRoot" not in reader.root_object:
        yield "its PDF has no tags"
    if len("".join(page.extract_text() for page in reader.pages).strip()) < 40:
        yield "its PDF is empty"


def _looked_at(watched: Watched, page: Page, *, thoroughly: bool) -> list[str]:
    tab = watched.tab
    tab.goto(page.address)
    if thoroughly and page.lang == LANGUAGES[0]:  # stops and paper are the same in every language
        watched.faults += _tabs_through(tab)
        watched.faults += _on_paper(tab)
    tab.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if (beyond := tab.evaluate(_SIDEWAYS)) > 0:
        watched.faults.append(f"scrolls {beyond} px sideways at 320 px")
    tab.set_viewport_size(WIDE)  # type: ignore[arg-type]
    found = watched.taken()
    tab.evaluate(Axe().axe_script)
    for mode, media in list(MODES.items())[: None if thoroughly else 1]:
        tab.emulate_media(**media)
        found += _axe(watched, mode, ALL if mode == "light" else COLOURS)
    watched.taken()  # axe itself tries styles that the policy forbids
    tab.emulate_media(**MODES["light"])
    return [f"{page.address}: {fault}" for fault in found]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "signed_in"), [("koeln", True), ("hostile", False), ("empty", False)])
def test_one_page_of_each_kind(visit: Visit, open_tab: Any, name: str, signed_in: bool, lang: str) -> None:
    """Other texts than expected change neither colours nor what Tab reaches."""
    site = visit(name, signed_in=signed_in)
    watched = open_tab(site)
    pages = kinds(site, lang)
    found = [fault for page in pages for fault in _looked_at(watched, page, thoroughly=name == "koeln")]
    assert found == [], f"{len(found)} faults on {len(pages)} pages"


def test_without_script_the_same_texts(visit: Visit, open_tab: Any) -> None:
    """Scripts only add: whatever a page says is there without them."""
    site = visit("koeln")
    watched = open_tab(site, java_script_enabled=False)
    for page in kinds(site, "de"):
        watched.tab.goto(page.address)
        shown = watched.tab.inner_text("main")
        assert len(shown.strip()) > 20, page.address
    assert watched.faults == []
