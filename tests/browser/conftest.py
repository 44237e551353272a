"""Services to look at: Cologne with two editions and its networks, a table full of hostile texts, an empty folder."""

from __future__ import annotations

import csv
import http.client
import os
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path

import browsers
import pytest
from playwright.sync_api import Browser, sync_playwright
from serving import serving
from website import HOSTILE, Site, Visit

from zielgraph import resources, settings
from zielgraph.access import Tokens
from zielgraph.importing import import_table

SOURCE = resources.data() / "source"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """A site by name, started once: "koeln", "hostile", "empty"; ``signed_in`` as somebody who may write."""
    with ExitStack() as stack:
        running: dict[str, tuple[Site, Path]] = {}

        def start(name: str, *, signed_in: bool = False) -> Site:
            if name not in running:
                data = tmp_path_factory.mktemp(name)
                if name in _FILL:
                    _FILL[name](data)
                running[name] = Site(stack.enter_context(serving(data, ZIELGRAPH_RATE="0"))), data
            site, data = running[name]
            if signed_in and f"{name} signed in" not in running:
                running[f"{name} signed in"] = Site(site.service, _cookie(site, data)), data
            return running[f"{name} signed in"][0] if signed_in else site

        yield start


def _koeln(data: Path) -> None:
    """The report, the networks, and a later edition in which two measures moved on."""
    given = settings.load({}, data=data)
    report = SOURCE / "koeln-zielsystem.tsv"
    import_table(given, report, edition=date(2019, 12, 31))
    import_table(given, SOURCE / "koeln-netzwerke.csv", edition=date(2019, 12, 31))
    later = data.parent / "koeln-spaeter.tsv"
    text = report.read_text("utf-8")
    for _ in range(2):
        text = text.replace("\tlaufend", "\terledigt", 1)
    later.write_text(text, "utf-8")
    import_table(given, later, edition=date(2020, 12, 31))


_HEADINGS = (
    "Handlungsfeld",
    "Leitziel",
    "Maßnahme",
    "Status",
    "Sachstand",
    "Gremium",
    "Federführung",
    "Beteiligte",
    "Beginn",
)


def _hostile(data: Path) -> None:
    """A table in whose every cell somebody tries something."""
    path = data.parent / "boese <b>tabelle<b>.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEADINGS)
        for number, text in enumerate(HOSTILE):
            other = HOSTILE[number - 1]
            writer.writerow(
                [text[:90], other, text, "läuft", f"{other} bei {text}", text[:60], other[:60], text[:60], "2023"]
            )
    import_table(settings.load({}, data=data), path, edition=date(2024, 1, 1))


def _cookie(site: Site, data: Path) -> str:
    """Sign in by the form, as a browser does."""
    secret = Tokens(data).create("Erika Muster", "write")
    parts = urllib.parse.urlsplit(site.root)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    form = urllib.parse.urlencode({"token": secret})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": site.root.rstrip("/")}
    with closing(connection):
        connection.request("POST", "/de/anmelden", form, headers)
        answer = connection.getresponse()
        assert answer.status == 303, answer.read()
    return str(answer.getheader("Set-Cookie")).split(";")[0]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    path = browsers.system_browser() or browsers.own_browser()
    if path is None:
        if os.environ.get(browsers.REQUIRED):
            pytest.fail(browsers.MISSING)
        pytest.skip(browsers.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield browser
        browser.close()


_FILL = {"koeln": _koeln, "hostile": _hostile}
