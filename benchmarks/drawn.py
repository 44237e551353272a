"""The whole network of a site, drawn in Chromium: from the request for the page to the finished picture."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import Browser, Error, sync_playwright

from benchmarks.measure import Row, RunError

#: Milliseconds in which a network of 5 000 nodes is to be drawn.
LIMIT = 2000.0
_PATH = "/de/netzwerk?view=all"
_TIMES = """() => ({
  drawn: performance.getEntriesByName("network-drawn")[0].startTime,
  data: performance.getEntriesByName("network-data")[0].startTime,
  first: performance.getEntriesByType("navigation")[0].responseStart,
  says: document.querySelector("main").innerText.match(/Maßnahme: [^\\n]*/)?.[0] ?? "",
})"""


def network_rows(size: str, port: int) -> list[Row]:
    """One row for the first visit, when the places are computed, and one for the next, when they are known.

    Raises RunError when there is no Chromium, or nothing is drawn in a minute.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise RunError("no Chromium")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            visits = [(name, _visit(browser, f"http://127.0.0.1:{port}{_PATH}")) for name in ("first", "next")]
            browser.close()
    except Error as error:
        raise RunError(f"Chromium: {error.message.splitlines()[0]}") from None
    return [
        Row(
            f"{size}: whole network drawn in Chromium, {name} visit",
            times["drawn"],
            "ms",
            "limit for 5 000 nodes",
            LIMIT,
            f"first byte {times['first']:.0f} ms, data there {times['data']:.0f} ms; {times['says']}",
        )
        for name, times in visits
    ]


def _visit(browser: Browser, address: str) -> dict[str, Any]:
    """Milliseconds since the request, in a browser that knows nothing yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(address, timeout=60_000)
    tab.locator("#netz[data-state=drawn]").wait_for(timeout=60_000)
    times: dict[str, Any] = tab.evaluate(_TIMES)
    context.close()
    return times
