"""The frame of every page: navigation, foot, errors, static files, compression."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from zielgraph import errors, web
from zielgraph.web.dressing import refusal
from zielgraph.web.files import STYLES, version_of
from zielgraph.web.formguard import FIELD
from zielgraph.web.languages import SLUGS
from zielgraph.web.navigation import ABOUT, EVERY, INTERNAL, MAIN, MORE
from zielgraph.web.problems import Problem

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def nav(text: str) -> str:
    return text[text.index('<nav id="menue"') : text.index("</nav>", text.index('<nav id="menue"'))]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_navigation_lists_what_is_registered_and_nothing_else(app: Flask, client: FlaskClient, lang: str) -> None:
    text = client.get(f"/{lang}/", headers=HTML).text
    links = re.findall(r'href="([^"?]*)', nav(text))
    expected = [
        f"/{lang}/{SLUGS[page][lang == 'en']}"
        for page, _ in (*MAIN, *MORE)
        if f"pages.{page}_{lang}" in app.view_functions
    ]
    assert [link for link in links if link.startswith(f"/{lang}/")] == expected
    assert "/sparql" in links
    foot = text[text.index('<footer class="foot"') :]
    for page, _ in ABOUT:
        assert f'href="/{lang}/{SLUGS[page][lang == "en"]}"' in foot


def test_the_public_service_offers_no_page_that_it_refuses(tmp_path: Path) -> None:
    from zielgraph import settings
    from zielgraph.web import create_app

    app = create_app(settings.load({}, data=tmp_path, public=True))
    browser = app.test_client()
    links = re.findall(r'href="([^"]*)"', nav(browser.get("/de/hilfe", headers=HTML).text))
    assert len(links) > 8
    for page in INTERNAL:
        if page in SLUGS:
            assert f"/de/{SLUGS[page][0]}" not in links
    assert {link: browser.get(link, headers=HTML).status_code for link in links} == dict.fromkeys(links, 200)
    assert "Es werden keine Cookies gesetzt." in browser.get("/de/datenschutz", headers=HTML).text
    app.extensions["zielgraph.close"]()


def test_the_page_shown_is_marked(client: FlaskClient) -> None:
    assert re.findall(r'href="([^"]*)" aria-current="page"', nav(client.get("/de/akteure", headers=HTML).text)) == [
        "/de/akteure"
    ]
    below = nav(client.get("/de/fragen/open-measures", headers=HTML).text)
    assert re.findall(r'href="([^"]*)" aria-current="true"', below) == ["/de/fragen"]
    assert "aria-current" not in nav(client.get("/de/koeln/theme/wohnen", headers=HTML).text)


@pytest.mark.parametrize("page", sorted({name for name, _ in ABOUT}))
def test_about_pages_in_both_languages(client: FlaskClient, page: str) -> None:
    for lang, slug in zip(("de", "en"), SLUGS[page], strict=True):
        answer = client.get(f"/{lang}/{slug}", headers=HTML)
        assert answer.status_code == 200
        assert answer.text.count("<h1") == 1
        assert 'class="crumbs"' in answer.text
        assert " style=" not in answer.text


def test_glossary_explains_classes_and_every_list(client: FlaskClient) -> None:
    text = client.get("/de/glossar").text
    for word in ("Maßnahme", "zurückgestellt", "Federführung", "Handlungsfeld"):
        assert f"<bdi>{word}</bdi>" in text
    entries = re.findall(r"<dt>.*?</dt>\s*<dd>(.*?)</dd>", text, re.DOTALL)
    assert len(entries) > 30
    assert all(entry.strip() for entry in entries)
    letters = re.findall(r'<h2 id="(.)">', text)
    assert letters == sorted(letters)


def test_model_shows_every_rule_in_plain_words(client: FlaskClient) -> None:
    shapes = Path(web.__file__).parents[3] / "shapes"
    names = {
        name for path in shapes.glob("*.ttl") for name in re.findall(r'zg:rule "([\w-]+)"', path.read_text("utf-8"))
    }
    assert len(names) > 50
    for path in ("/de/modell", "/en/model"):
        text = client.get(path).text
        assert set(re.findall(r'<tr id="([\w-]+)">', text)) == names
    assert "The actor has no name." in text
    german = client.get("/de/modell").text
    assert german.index(">Zielsystem<") < german.index(">Maßnahme<") < german.index(">Abkürzung<")


def test_legal_pages_need_no_sign_in(tmp_path: Path) -> None:
    from zielgraph import settings
    from zielgraph.web import create_app

    app = create_app(settings.load({"ZIELGRAPH_HOST": "192.0.2.1"}, data=tmp_path))
    browser = app.test_client()
    for page in ("imprint", "privacy", "accessibility"):
        for lang, slug in zip(("de", "en"), SLUGS[page], strict=True):
            assert browser.get(f"/{lang}/{slug}", headers=HTML).status_code == 200
    assert browser.get("/de/glossar", headers=HTML).status_code == 303
    assert "--scope read" in browser.get("/de/anmelden", headers=HTML).text
    app.extensions["zielgraph.close"]()


@pytest.mark.parametrize(
    ("error", "status", "german", "english"),
    [
        (errors.AccessDenied("Weg da."), 403, "Nicht erlaubt", "Not allowed"),
        (errors.NotFound("Fehlt.", ("Wohnen",)), 404, "Nicht gefunden", "Not found"),
        (errors.ServiceBusy("Langsam.", 7, 429), 429, "Zu viele Anfragen", "Too many requests"),
        (RuntimeError("geheim"), 500, "Interner Fehler", "Internal error"),
        (errors.StoreError("Kaputt."), 503, "Datenordner nicht benutzbar", "Data folder not usable"),
        (errors.TimedOut("Zu lang."), 504, "Anfrage dauert zu lange", "Request takes too long"),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_errors_in_the_look_with_a_way_on(
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    german: str,
    english: str,
) -> None:
    def broken(**_: object) -> None:
        raise error

    for lang, title in (("de", german), ("en", english)):
        monkeypatch.setitem(client.application.view_functions, f"pages.help_{lang}", broken)
        answer = client.get(f"/{lang}/{'hilfe' if lang == 'de' else 'help'}", headers=HTML)
        assert answer.status_code == status
        assert f"<h1>{title}</h1>" in answer.text
        assert f'<a href="/{lang}/">' in answer.text
        assert 'class="foot"' in answer.text
        assert "geheim" not in answer.text
    if status == 429:
        assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("lang", "title", "onward"), [("de", "Zu viele", "Zur Übersicht"), ("en", "Too Many", "To the")]
)
def test_refusals_before_flask_have_the_look_and_both_languages(lang: str, title: str, onward: str) -> None:
    sent: list[str] = []
    environ = {
        "HTTP_ACCEPT": "text/html",
        "PATH_INFO": f"/{lang}/x",
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "/z",
    }
    problem = Problem(429, "Zu <oft>.", "Zu viele Anfragen", headers=(("Retry-After", "3"),))
    body = b"".join(refusal(environ, lambda status, headers: sent.append(status), problem)).decode()  # type: ignore[arg-type]
    assert sent == ["429 Too Many Requests"]
    assert f'<html lang="{lang}">' in body
    assert f"<h1>{title}" in body
    assert '<p lang="de">Zu &lt;oft&gt;.</p>' in body
    assert f'<a href="/z/{lang}/">{onward}' in body
    for style in STYLES:
        assert f'href="/z/static/{style}"' in body


def test_a_mistyped_address_leads_on(client: FlaskClient) -> None:
    page = client.get("/de/masnahmen", headers=HTML)
    assert page.status_code == 404
    assert "Meinten Sie" in page.text
    assert '<li><a href="/de/massnahmen">Maßnahmen</a></li>' in page.text
    assert 'name="q"' in page.text
    assert "Did you mean" not in client.get("/en/xyz-nothing-like-it", headers=HTML).text


def test_errors_from_below_are_german_on_english_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from zielgraph.questions.catalogue import Question

    def below() -> None:
        Question("x", 0, {}, {}, (), (), {}, "").parameter("y")

    monkeypatch.setitem(client.application.view_functions, "pages.help_en", below)
    assert '<p class="error" lang="de">' in client.get("/en/help", headers=HTML).text
    assert '<p class="error">' in client.get("/en/nothing-here", headers=HTML).text


def test_static_files_are_kept_under_the_hash_of_today(app: Flask, client: FlaskClient) -> None:
    version = app.extensions["zielgraph.files"]
    text = client.get("/de/", headers=HTML).text
    for style in STYLES:
        assert f'href="/static/v-{version}/{style}"' in text
        with client.get(f"/static/v-{version}/{style}") as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]
    with client.get(f"/static/v-0/{STYLES[0]}") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
    with client.get(f"/static/v-{version}/../app.py") as answer:
        assert answer.status_code == 404


def test_the_hash_follows_names_and_contents(tmp_path: Path) -> None:
    found = set()
    for name, content in (("a", "x"), ("a", "y"), ("b", "y")):
        folder = tmp_path / f"{name}{content}"
        folder.mkdir()
        (folder / name).write_text(content)
        found.add(version_of(folder))
    assert len(found) == 3


@pytest.mark.parametrize(("accept", "unpack"), [("gzip", gzip.decompress), ("gzip, br", brotli.decompress)])
def test_pages_and_files_are_compressed(client: FlaskClient, accept: str, unpack: object) -> None:
    for path in ("/de/", "/static/css/base.css", "/api/openapi.json"):
        with (
            client.get(path, headers=HTML) as plain,
            client.get(path, headers=HTML | {"Accept-Encoding": accept}) as small,
        ):
            assert small.headers["Content-Encoding"] == accept.split(", ")[-1]
            assert "Accept-Encoding" in small.headers["Vary"]
            assert unpack(small.data) == plain.data  # type: ignore[operator]
            assert len(small.data) < len(plain.data) / 2
            assert "Content-Encoding" not in plain.headers
            if etag := small.headers.get("ETag"):
                asked = HTML | {"Accept-Encoding": accept, "If-None-Match": etag}
                with client.get(path, headers=asked) as again:
                    assert (again.status_code, again.data) == (304, b"")


def test_pages_with_secrets_are_not_compressed(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    views = {
        "token": lambda: f'<input name="{FIELD}" value="geheim">' + "x" * 2000,
        "cookie": lambda: Response("x" * 2000, headers={"Set-Cookie": "a=b"}),
        "unkept": lambda: Response("x" * 2000, headers={"Cache-Control": "no-store"}),
        "plain": lambda: "x" * 2000,
    }
    for name, view in views.items():
        monkeypatch.setitem(client.application.view_functions, "pages.help_de", view)
        answer = client.get("/de/hilfe", headers={"Accept-Encoding": "gzip"})
        assert ("Content-Encoding" in answer.headers) == (name == "plain"), name
    answer = client.get("/static/css/base.css", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-99"})
    assert (answer.status_code, len(answer.data)) == (206, 100)
    answer.close()


def test_a_page_weighs_less_than_100_kilobytes(client: FlaskClient) -> None:
    """With all its stylesheets and pictures, as browsers load it."""
    for path in ("/de/", "/de/massnahmen", "/de/modell"):
        text = client.get(path, headers=HTML).text
        found = {path, *re.findall(r'(?:href|src)="(/static/[^"]+)"', text)}
        assert len(found) > len(STYLES)
        total = 0
        for each in found:
            with client.get(each, headers=HTML | {"Accept-Encoding": "gzip"}) as answer:
                total += len(answer.data)
        assert total < 100_000, path


def test_every_navigation_name_is_an_address() -> None:
    assert len({page for page, _ in EVERY}) == len(EVERY)
