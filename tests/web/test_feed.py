"""``/feed.atom``: valid Atom, the same at every call, with what the newest edition changed, behind the same door."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.importing import import_table
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.web import create_app, feed

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: FlaskClient, lang: str = "de") -> ET.Element:
    answer = client.get(f"/feed.atom?lang={lang}")
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.data)  # noqa: S314  our own answer


def text(node: ET.Element, name: str) -> str:
    found = node.findall(ATOM + name)
    assert len(found) == 1, name
    return found[0].text or ""


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_feed_is_valid(twice: FlaskClient, lang: str) -> None:
    """What RFC 4287 demands of a feed and its entries."""
    root = read(twice, lang)
    assert root.tag == ATOM + "feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    assert text(root.find(ATOM + "author") or root, "name")
    nodes = [root, *root.findall(ATOM + "entry")]
    for node in nodes:
        assert re.match(r"https?://", text(node, "id"))
        assert text(node, "title").strip()
        assert datetime.fromisoformat(text(node, "updated")).tzinfo
        alternate = [link for link in node.findall(ATOM + "link") if link.get("rel") == "alternate"]
        assert [str(link.get("href")).startswith("http://localhost/") for link in alternate] == [True]
    ids = [text(node, "id") for node in nodes]
    assert len(set(ids)) == len(ids)
    assert text(root, "updated") == max(text(node, "updated") for node in nodes[1:])
    own = [link.get("href") for link in root.findall(ATOM + "link") if link.get("rel") == "self"]
    assert own == [f"http://localhost/feed.atom?lang={lang}"]


def test_entries_are_the_editions_and_what_the_newest_changed(twice: FlaskClient, twice_settings: Settings) -> None:
    entries = read(twice).findall(ATOM + "entry")
    titles = [text(entry, "title") for entry in entries]
    assert sum(title.startswith("Neue Ausgabe") for title in titles) == 2
    assert len(entries) == 2 + 7
    summaries = {text(entry, "summary") for entry in entries}
    assert "Status laufend → erledigt" in summaries
    assert "entfallen" in summaries
    assert "Status ongoing → done" in {text(each, "summary") for each in read(twice, "en").findall(ATOM + "entry")}
    times = {each.imported for each in DataFolder(twice_settings.data, base=twice_settings.base).info().editions}
    assert {text(entry, "updated") for entry in entries} == times


def test_links_lead_to_pages(twice: FlaskClient) -> None:
    for entry in read(twice).findall(ATOM + "entry"):
        address = str(entry.find(ATOM + "link").get("href"))  # type: ignore[union-attr]
        assert twice.get(address, headers={"Accept": "text/html"}).status_code == 200, address


def test_the_same_bytes_each_time_and_not_sent_twice(twice: FlaskClient) -> None:
    first = twice.get("/feed.atom?lang=de")
    assert twice.get("/feed.atom?lang=de").data == first.data
    again = twice.get("/feed.atom?lang=de", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_pages_name_it(twice: FlaskClient) -> None:
    for address, lang in (("/de/", "de"), ("/en/measures", "en")):
        page = twice.get(address, headers={"Accept": "text/html"}).text
        assert re.search(rf'<link rel="alternate" type="application/atom\+xml" href="/feed.atom\?lang={lang}"', page)


def test_it_is_bounded(twice: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST", 3)
    assert len(read(twice).findall(ATOM + "entry")) == 3


def test_reading_it_needs_what_reading_pages_needs(twice_settings: Settings, tmp_path: Path) -> None:
    app = create_app(settings.load({"ZIELGRAPH_HOST": "192.0.2.1"}, data=tmp_path))
    client = app.test_client()
    assert client.get("/feed.atom", base_url="http://192.0.2.1").status_code == 401
    app.extensions["zielgraph.pool"].close()


def test_hostile_texts_are_texts(tmp_path: Path) -> None:
    own = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "data")
    head = "Ziel;Maßnahme;Sachstand;Status\n"
    rows = [
        'Wohnen;"<script>alert(1)</script> & ]]> \u202eumgedreht";läuft;laufend\n',
        f"Wohnen;{'x' * 10_000};a;laufend\n",
    ]
    for number, year in ((1, 2023), (2, 2024)):
        table = tmp_path / f"{year}.csv"
        table.write_text(head + "".join(rows[:number]).replace("läuft", f"läuft {year}"), "utf-8")
        import_table(own, table, city="stadt", system="plan", edition=datetime(year, 12, 31).date())
    app = create_app(own)
    entries = read(app.test_client()).findall(ATOM + "entry")
    app.extensions["zielgraph.pool"].close()
    assert any("<script>alert(1)</script>" in text(entry, "title") for entry in entries)
    assert {entry.get("type") for each in entries for entry in each} <= {None, "text/html"}  # titles are plain text


def test_nothing_imported(empty: FlaskClient) -> None:
    root = read(empty)
    assert root.findall(ATOM + "entry") == []
    assert text(root, "updated")
