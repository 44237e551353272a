"""The pages: what stands on them, both languages, hostile texts, every link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from flask.testing import FlaskClient

from zielgraph.web import create_app
from zielgraph.web.headers import POLICY

#: The only pages with links to other places, those to the texts of licences.
LICENCES = ("/de/offene-daten", "/en/open-data")
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = (
    ("/de/", "/en/"),
    ("/de/ziele", "/en/goals"),
    ("/de/massnahmen", "/en/measures"),
    ("/de/akteure", "/en/actors"),
    ("/de/gremien", "/en/bodies"),
    ("/de/netzwerk", "/en/network"),
    ("/de/fragen", "/en/questions"),
    ("/de/fragen/open-measures", "/en/questions/open-measures"),
    ("/de/qualitaet", "/en/quality"),
    ("/de/koeln/actor/jobcenter", "/en/koeln/actor/jobcenter"),
    ("/de/koeln/integration/measure/1", "/en/koeln/integration/measure/1"),
)


class Page(HTMLParser):
    """What the tests look at in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def links(self) -> Iterator[str]:
        for tag, attributes in self.tags:
            for name in ("href", "src", "action"):
                if (value := attributes.get(name)) and not (tag == "form" and name == "action"):
                    yield value


def get(client: FlaskClient, path: str, status: int = 200) -> Page:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, f"{path}: {response.status_code} {response.text[:300]}"
    assert response.content_type == "text/html; charset=utf-8"
    return Page(response.text)


@pytest.mark.parametrize("paths", PAGES, ids=lambda paths: paths[1])
def test_page_in_both_languages_with_links_to_each_other(client: FlaskClient, paths: tuple[str, str]) -> None:
    for path, other, lang in ((paths[0], paths[1], "de"), (paths[1], paths[0], "en")):
        page = get(client, path)
        assert ("html", {"lang": lang}) in page.tags
        assert other in page.links()
        assert sum(tag == "h1" for tag, _ in page.tags) == 1


def test_start_chooses_the_language(client: FlaskClient) -> None:
    for accept, place in (("de-DE,de;q=0.9", "/de/"), ("en-GB", "/en/"), ("fr", "/de/")):
        response = client.get("/", headers={"Accept-Language": accept})
        assert (response.status_code, response.headers["Location"]) == (302, place)


def test_home_shows_numbers_and_leads_to_the_housing_answer(client: FlaskClient) -> None:
    page = get(client, "/de/")
    assert "44 Maßnahmen" in " ".join(page.words.split())
    assert "Datum geschätzt" in page.words
    assert "Welche Akteure wirken an offenen Maßnahmen mit?" in page.words
    question = next(link for link in page.links() if link.endswith("/actors-in-open-measures"))
    assert "Amt für Wohnungswesen" in get(client, f"{question}?theme=Wohnen").words
    english = get(client, "/en/")
    assert "44 measures" in " ".join(english.words.split()).lower()


def test_empty_store_says_how_to_import(empty: FlaskClient) -> None:
    for path in ("/de/", "/en/"):
        words = get(empty, path).words
        assert "zielgraph import" in words
        assert "make serve" in words
    for path in (
        "/de/ziele",
        "/de/massnahmen",
        "/de/akteure",
        "/de/gremien",
        "/de/netzwerk",
        "/de/qualitaet",
    ):
        get(empty, path)


def test_every_internal_link_answers(client: FlaskClient) -> None:
    """Walk the pages from both start pages. Bounded: of pages that differ only in a number, four."""
    todo, seen, kinds = ["/de/", "/en/"], {"/de/", "/en/"}, dict[str, int]()
    visited = 0
    while todo:
        path = todo.pop(0)
        response = client.get(path, headers=HTML)
        text = response.text if response.content_type.startswith("text/html") else ""
        response.close()
        visited += 1
        assert response.status_code in (200, 302, 303), f"{path}: {response.status_code}"
        if not response.content_type.startswith("text/html") or response.status_code != 200:
            continue
        page = Page(text)
        for link in page.links():
            assert not link.startswith(("http:", "//", "javascript:", "data:")), f"{path} → {link}"
            if link.startswith("https:"):
                assert path.endswith(LICENCES), f"{path} → {link}"
                continue
            target, fragment = urldefrag(urljoin(path, link))
            if fragment and target in ("", path):
                assert any(a.get("id") == fragment for _, a in page.tags), f"{path}: #{fragment}"
            kind = re.sub(r"\d+", "0", target.split("?")[0])
            kind = re.sub(r"(actor|theme)/[^/.]+", r"\1/x", kind)
            if target and target not in seen and kinds.get(kind, 0) < 4:
                seen.add(target)
                kinds[kind] = kinds.get(kind, 0) + 1
                todo.append(target)
    assert visited > 100


def test_measure_shows_path_roles_and_highlighted_source(client: FlaskClient) -> None:
    text = client.get("/de/massnahmen?q=Videodolmetschen", headers=HTML).text
    url = re.search(r'href="(/de/koeln/integration/measure/\d+)[?"]', text)
    assert url
    page = get(client, url.group(1))
    assert "Sprache" in page.words
    assert "Status laut Bericht" in page.words
    assert "UAG 2 Sprache" in page.words
    housing = get(client, "/de/massnahmen?theme=Wohnen&status=open")
    measures = [link for link in housing.links() if "/measure/" in link]
    assert measures
    texts = [client.get(link, headers=HTML).text for link in measures]
    assert any("<mark" in text for text in texts)
    assert any('class="status status-ongoing"' in text for text in texts)


def test_english_page_marks_german_texts(client: FlaskClient) -> None:
    text = client.get("/en/koeln/integration/measure/1", headers=HTML).text
    assert re.search(r'<h1><bdi lang="de">', text)
    assert not re.search(r"<bdi lang", client.get("/de/koeln/integration/measure/1", headers=HTML).text)


def test_filters_of_measures(client: FlaskClient) -> None:
    def rows(path: str) -> int:
        return len(set(re.findall(r'href="/de/koeln/integration/measure/\d+[?"]', client.get(path, headers=HTML).text)))

    assert rows("/de/massnahmen") == 44
    assert 0 < rows("/de/massnahmen?theme=Wohnen") < 44
    assert rows("/de/massnahmen?status=open") + rows("/de/massnahmen?status=done") == 44
    assert rows("/de/massnahmen?q=gibtesnicht") == 0
    get(client, "/de/massnahmen?theme=Raumfahrt", 404)
    get(client, "/de/massnahmen?status=halb", 404)


def test_question_page_keeps_its_state_and_explains_errors(client: FlaskClient) -> None:
    page = get(client, "/de/fragen/actors-in-open-measures?theme=Wohnen")
    assert "Amt für Wohnungswesen" in page.words
    assert "SELECT" in page.words
    links = [link for link in page.links() if "theme=Wohnen" in link]
    assert any("format=xlsx" in link for link in links)
    assert any(link.startswith("/api/") for link in links)
    wrong = get(client, "/de/fragen/actors-in-open-measures?theme=Wohnung", 400)
    assert "Wohnen" in wrong.words
    assert "nicht bekannt" in wrong.words
    asking = get(client, "/de/fragen/measures-of-actor")
    assert "Antwort" in asking.words
    get(client, "/de/fragen/gibt-es-nicht", 404)


def test_quality_lists_findings_with_links(client: FlaskClient) -> None:
    page = get(client, "/de/qualitaet")
    assert any("/measure/" in link or "/goal/" in link for link in page.links())
    get(client, "/de/qualitaet?severity=Warning")
    get(client, "/de/qualitaet?severity=Schlimm", 404)


def test_hostile_texts_stay_texts(fill: object, tmp_path: Path) -> None:
    hostile = create_app(fill(tmp_path, "hostile.ttl")).test_client()  # type: ignore[operator]
    paths = [
        *(path for pair in PAGES for path in pair if "koeln" not in path),
        "/de/stadt/plan/measure/1",
        "/en/stadt/plan/measure/1",
        "/de/stadt/actor/a",
        "/de/stadt/actor/b",
        "/de/stadt/theme/t",
        "/de/stadt/plan/edition/2024-01-01",
        "/de/stadt/plan/edition/2024-01-01/row/2",
        "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo+FILTER(CONTAINS(STR(%3Fs)%2C%22stadt%22))%7D",
        "/sparql?query=%3C/textarea%3E%3Cscript%3Ealert(10)%3C/script%3E",
        "/de/fragen/measures-of-actor?actor=%22%3E%3Cscript%3Ealert(11)%3C/script%3E",
        "/de/massnahmen?q=%22%3E%3Cscript%3Ealert(12)%3C/script%3E",
        "/de/%3Cscript%3Ealert(13)%3C/script%3E",
    ]
    for path in paths:
        response = hostile.get(path, headers=HTML)
        page = Page(response.text)
        for _, script in (found for found in page.tags if found[0] == "script"):
            assert script.get("type") == "application/json" or str(script.get("src")).startswith("/static/"), path
        assert not any(name.startswith("on") or name == "style" for _, a in page.tags for name in a), path
        assert not any(link.startswith(("javascript:", "http")) for link in page.links()), path
    measure = Page(hostile.get("/de/stadt/plan/measure/1", headers=HTML).text)
    assert "<script>alert(9)</script> & mehr" in measure.words
    assert "<script>alert(1)</script>" in measure.words
    assert "<mark " in hostile.get("/de/stadt/plan/measure/1", headers=HTML).text
    bare = hostile.get("/de/stadt/plan/measure/1", headers=HTML).text
    assert re.search(r"<mark[^>]*><a [^>]*>&lt;script&gt;</a></mark>alert\(9\)", bare)


def test_follows_a_new_snapshot(fill: object, tmp_path: Path) -> None:
    client = create_app(fill(tmp_path, "hostile.ttl")).test_client()  # type: ignore[operator]
    assert client.get("/health").json["snapshot"] == "000001"  # type: ignore[index]
    fill(tmp_path, "small.ttl")  # type: ignore[operator]
    assert client.get("/health").json["snapshot"] == "000002"  # type: ignore[index]
    assert "Bänke aufstellen" in client.get("/de/massnahmen", headers=HTML).text


def test_security_headers_and_no_inline_styles(client: FlaskClient) -> None:
    for path in ("/de/", "/health", "/static/style.css", "/sparql", "/api/queries", "/de/nichts"):
        with client.get(path, headers=HTML) as response:
            headers = response.headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    for pair in PAGES:
        for path in pair:
            assert " style=" not in client.get(path, headers=HTML).text


def test_errors_as_page_and_as_problem(client: FlaskClient) -> None:
    page = get(client, "/de/koeln/actor/niemand", 404)
    assert "nicht enthalten" in page.words
    assert "Not found" in get(client, "/en/koeln/actor/nobody", 404).words
    for path in ("/data/koeln/actor/niemand.ttl", "/api/queries/nichts", "/nirgends"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.content_type.startswith("application/problem+json")
        assert set(response.json or {}) >= {"type", "title", "status", "detail"}
    assert client.post("/de/").status_code == 405


def test_unknown_errors_show_no_traceback(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr("zielgraph.web.pages.goals.tree", broken)
    response = client.get("/de/ziele", headers=HTML)
    assert response.status_code == 500
    assert "geheim" not in response.text
    assert "Traceback" not in response.text


def test_damaged_folder_is_a_503(tmp_path: Path) -> None:
    from zielgraph import settings

    (tmp_path / "CURRENT").write_text("000009")
    response = create_app(settings.load({}, data=tmp_path)).test_client().get("/health")
    assert response.status_code == 503
    assert response.content_type.startswith("application/problem+json")
