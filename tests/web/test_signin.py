"""Signing in and out at a browser, as it behaves: forms, cookies, redirects, links under a sub-path."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from zielgraph import settings
from zielgraph.access import Tokens, public_settings
from zielgraph.settings import Settings
from zielgraph.web import create_app
from zielgraph.web.admission import COOKIE

Visit = Callable[[Settings], FlaskClient]
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OURS = HTML | {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path)


@contextmanager
def opened(where: Settings) -> Iterator[FlaskClient]:
    """A browser at a service with these settings."""
    app = create_app(where)
    try:
        yield app.test_client()
    finally:
        app.extensions["zielgraph.pool"].close()


@pytest.fixture
def visit() -> Iterator[Visit]:
    """A browser at a service of the test's own."""
    with ExitStack() as stack:
        yield lambda where: stack.enter_context(opened(where))


@pytest.fixture
def away(visit: Visit, tmp_path: Path) -> FlaskClient:
    """A browser at a service that is bound to another address than loopback."""
    return visit(settings.load({"ZIELGRAPH_HOST": "192.0.2.1"}, data=tmp_path))


def sign_in(
    browser: FlaskClient, secret: str, address: str = "/de/anmelden", headers: dict[str, str] = OURS, **more: str
) -> TestResponse:
    return browser.post(address, data={"token": secret}, headers=headers, base_url=more.get("base_url"))


def test_the_whole_way(away: FlaskClient, tokens: Tokens) -> None:
    secret = tokens.create("Frau Muster", "read")
    led = away.get("/de/ziele?kind=x", headers=HTML)
    assert led.status_code == 303
    page = away.get(led.location, headers=HTML)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Angemeldet" not in page.text
    done = sign_in(away, secret, led.location)
    assert (done.status_code, done.location) == (303, "/de/ziele?kind=x")
    inside = away.get("/de/", headers=HTML)
    assert inside.status_code == 200
    assert "<bdi>Frau Muster</bdi>" in inside.text
    assert inside.headers["Cache-Control"].startswith("private")
    assert re.search(r'<form[^>]* method="post" action="/de/abmelden">', inside.text)
    assert 'action="/en/sign-out"' in away.get("/en/", headers=HTML).text
    out = away.post("/de/abmelden", headers=OURS)
    assert (out.status_code, out.location) == (303, "/de/anmelden?left=1")
    assert "Sie sind abgemeldet." in away.get(out.location, headers=HTML).text
    assert away.get("/de/", headers=HTML).status_code == 303


def test_signing_out_ends_every_copy_of_the_cookie(away: FlaskClient, tokens: Tokens) -> None:
    sign_in(away, tokens.create("a", "read"))
    cookie = away.get_cookie(COOKIE)
    assert cookie
    away.post("/de/abmelden", headers=OURS)
    away.set_cookie(COOKIE, cookie.value)
    assert away.get("/de/", headers=HTML).status_code == 303


def test_a_disk_that_keeps_nothing_is_no_secret(away: FlaskClient, tokens: Tokens, tmp_path: Path) -> None:
    """The page says that the session goes on; the cookie is gone from this browser all the same."""
    sign_in(away, tokens.create("a", "read"))
    (tmp_path / ".sessions-ended.json.new").mkdir()
    out = away.post("/de/abmelden", headers=OURS)
    assert out.status_code == 503
    assert "Max-Age=0" in out.headers["Set-Cookie"]


@pytest.mark.parametrize(("address", "title"), [("/de/anmelden", "Anmelden"), ("/en/sign-in", "Sign in")])
def test_the_form(away: FlaskClient, address: str, title: str) -> None:
    text = away.get(f"{address}?next=/de/ziele", headers=HTML).text
    assert f"<h1>{title}</h1>" in text
    field = re.search(r"<input[^>]*>", text)
    assert field
    for part in ('type="password"', 'autocomplete="current-password"', "required", 'aria-describedby="token-help"'):
        assert part in field[0]
    assert '<label for="token">' in text
    assert "<script" not in text
    assert "next=/de/ziele" in text  # in the link to the other language


def test_the_cookie(away: FlaskClient, tokens: Tokens) -> None:
    secret = tokens.create("a", "read")
    cookie = sign_in(away, secret).headers["Set-Cookie"]
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= parts
    assert "Secure" not in parts
    assert "Domain" not in cookie
    assert secret not in cookie
    secure = sign_in(away, secret, base_url="https://localhost").headers["Set-Cookie"]
    assert "Secure" in {part.strip() for part in secure.split(";")}


@pytest.mark.parametrize("secret", ["", " ", "zg_falsch", "x" * 60_000])
def test_a_wrong_token(away: FlaskClient, tokens: Tokens, secret: str) -> None:
    tokens.create("a", "read")
    response = sign_in(away, secret, "/de/anmelden?next=/de/ziele")
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers
    assert 'role="alert">Dieses Token gilt nicht' in response.text
    assert 'aria-invalid="true"' in response.text
    assert "falsch" not in response.text
    assert away.get("/de/", headers=HTML).status_code == 303


def test_a_revoked_token(away: FlaskClient, tokens: Tokens) -> None:
    secret = tokens.create("a", "read")
    assert sign_in(away, secret).status_code == 303
    assert away.get("/de/", headers=HTML).status_code == 200
    tokens.revoke("a")
    assert away.get("/de/", headers=HTML).status_code == 303
    assert sign_in(away, secret).status_code == 401


def test_too_many_wrong_tokens(away: FlaskClient, tokens: Tokens) -> None:
    secret = tokens.create("a", "read")
    answers = [sign_in(away, f"zg_{n}").status_code for n in range(11)]
    assert answers == [401] * 10 + [429]
    response = sign_in(away, "zg_x")
    assert "Zu viele ungültige Tokens" in response.text
    assert int(response.headers["Retry-After"]) <= 6
    assert sign_in(away, secret).status_code == 303


@pytest.mark.parametrize("address", ["/de/anmelden", "/de/abmelden"])
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}],
)
def test_other_sites_cannot_sign_anybody_in_or_out(
    away: FlaskClient, tokens: Tokens, address: str, headers: dict[str, str]
) -> None:
    response = sign_in(away, tokens.create("a", "read"), address, HTML | headers)
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers


def test_over_plain_http_the_origin_counts(away: FlaskClient, tokens: Tokens) -> None:
    """There, browsers send no Sec-Fetch-Site; and no Origin either, were our Referrer-Policy "no-referrer"."""
    assert sign_in(away, tokens.create("a", "read"), headers=HTML | {"Origin": "http://localhost"}).status_code == 303
    assert away.get("/de/anmelden", headers=HTML).headers["Referrer-Policy"] == "same-origin"


def test_signing_out_is_no_link(away: FlaskClient, tokens: Tokens) -> None:
    sign_in(away, tokens.create("a", "read"))
    assert away.get("/de/abmelden", headers=HTML).location == "/de/anmelden"
    assert away.get("/de/", headers=HTML).status_code == 200


EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    "/%0d%0aSet-Cookie:x\r\nSet-Cookie: y=z",
    "/ü//evil.example",
    "/\x00",
]


@pytest.mark.parametrize("address", EVIL)
def test_the_way_back_leads_nowhere_else(away: FlaskClient, tokens: Tokens, address: str) -> None:
    response = sign_in(away, tokens.create("a", "read"), f"/de/anmelden?next={quote(address, safe='')}")
    assert (response.status_code, response.location) == (303, "/de/")


@pytest.mark.parametrize("address", ["/", "/de/ziele?kind=a%26b&x=//y", "/sparql?query=ASK%7B%7D", "/id/k%C3%B6ln/a"])
def test_the_way_back(away: FlaskClient, tokens: Tokens, address: str) -> None:
    response = sign_in(away, tokens.create("a", "read"), f"/en/sign-in?next={quote(address, safe='')}")
    assert (response.status_code, response.location) == (303, address)


def test_at_this_machine_nobody_is_asked(visit: Visit, tmp_path: Path) -> None:
    browser = visit(settings.load({}, data=tmp_path))
    text = browser.get("/de/", headers=HTML).text
    assert "Angemeldet" not in text
    assert "abmelden" not in text


def test_whom_the_proxy_signs_in_signs_out_there(visit: Visit, tmp_path: Path) -> None:
    where = {"ZIELGRAPH_PROXY": "127.0.0.1", "ZIELGRAPH_PROXY_USER_HEADER": "X-Remote-User"}
    browser = visit(settings.load(where, data=tmp_path))
    text = browser.get("/de/", headers=HTML | {"X-Remote-User": "<b>Erika"}).text
    assert "<bdi>&lt;b&gt;Erika</bdi>" in text
    assert "<button>Abmelden</button>" not in text


def test_the_public_service_has_no_door(visit: Visit, tmp_path: Path) -> None:
    browser = visit(replace(settings.load({}, data=tmp_path), public=True))
    for answer in (browser.get("/de/anmelden", headers=HTML), sign_in(browser, "zg_x")):
        assert answer.status_code == 404
        assert "Set-Cookie" not in answer.headers


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def links(text: str) -> Iterator[str]:
    parser = _Links()
    parser.feed(text)
    yield from parser.found


PAGES = (
    "/de/", "/de/ziele", "/de/massnahmen", "/de/akteure", "/de/gremien", "/de/netzwerk", "/de/fragen", "/de/qualitaet",
    "/en/sign-in", "/sparql", "/ontology", "/de/koeln/integration/measure/1", "/de/fragen/status-by-theme",
    "/de/gibtesnicht",
)  # fmt: skip


@pytest.fixture(scope="module")
def below(koeln_settings: Settings) -> Iterator[Callable[..., TestResponse]]:
    """A browser at the same service below a path of a proxy, with the proxy's headers."""
    proxied = {"X-Forwarded-Prefix": "/ziel", "X-Forwarded-Host": "portal.example", "X-Forwarded-Proto": "https"}

    with opened(replace(koeln_settings, proxy="127.0.0.1", hosts=("portal.example",))) as browser:
        yield lambda path: browser.get(path, headers=HTML | proxied)


@pytest.mark.parametrize("path", PAGES)
def test_below_a_path_every_link_carries_it(below: Callable[..., TestResponse], path: str) -> None:
    response = below(path)
    local = [link for link in links(response.text) if not link.startswith(("#", "https://w3id.org", "http://", "?"))]
    assert len(local) > 10
    assert [link for link in local if not link.startswith(("/ziel/", "https://portal.example/ziel/"))] == []
    if path in PAGES[:8]:
        assert 'aria-current="page"' in response.text


def test_below_a_path_redirects_and_cookies_carry_it(
    visit: Visit, koeln_settings: Settings, tokens: Tokens, tmp_path: Path
) -> None:
    where = replace(koeln_settings, data=tmp_path, host="192.0.2.1", proxy="127.0.0.1")
    browser = visit(where)
    proxied = OURS | {"X-Forwarded-Prefix": "/ziel", "X-Forwarded-Proto": "https"}
    assert browser.get("/de/x", headers=proxied).location == "/ziel/de/anmelden?next=/ziel/de/x"
    secret = tokens.create("a", "read")
    response = sign_in(browser, secret, "/de/anmelden?next=/ziel/de/x", proxied)
    assert response.location == "/ziel/de/x"
    assert {"Path=/ziel/", "Secure"} <= {part.strip() for part in response.headers["Set-Cookie"].split(";")}
    elsewhere = sign_in(browser, secret, "/de/anmelden?next=/anderes", proxied)
    assert elsewhere.location == "/ziel/de/"


def test_every_error_is_dressed(away: FlaskClient, tokens: Tokens) -> None:
    headers = {"Authorization": f"Bearer {tokens.create('a', 'read')}"}
    for path in ("/gibtesnicht", "/api/queries/gibtesnicht", "/sparql?query=Unsinn", "/static/gibtesnicht"):
        response = away.get(path, headers=headers)
        assert response.status_code in (400, 404), path
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
            assert response.headers.getlist(name), (path, name)
            assert len(response.headers.getlist(name)) == 1, (path, name)


@pytest.mark.parametrize("path", ["/sparql/update", "/sparql/graphs?graph=https://example.org/g"])
def test_the_public_service_over_what_is_published(
    visit: Visit, koeln_folder: Path, tokens: Tokens, tmp_path: Path, path: str
) -> None:
    shutil.copytree(koeln_folder, tmp_path / "public")
    browser = visit(public_settings(settings.load({"ZIELGRAPH_HOST": "192.0.2.1"}, data=tmp_path)))
    assert browser.get("/de/massnahmen", headers=HTML).status_code == 200
    read = browser.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }"}, headers={"Origin": "https://x.example"})
    assert (read.status_code, read.json) == (200, {"head": {}, "boolean": True})
    assert read.headers["Access-Control-Allow-Origin"] == "*"
    assert read.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    headers = {"Authorization": f"Bearer {tokens.create('intern', 'write')}", "Content-Type": "text/turtle"}
    if path == "/sparql/update":
        headers["Content-Type"] = "application/sparql-update"
    refused = browser.post(path, data="CLEAR ALL", headers=headers)
    assert refused.status_code == 403, refused.text
    assert not (tmp_path / "public" / "tokens.json").exists()


def test_writing_takes_the_token_itself(visit: Visit, tokens: Tokens, tmp_path: Path) -> None:
    """Neither being at this machine nor a session in the browser is enough for an update."""
    browser = visit(settings.load({}, data=tmp_path))
    send = OURS | {"Content-Type": "application/sparql-update", "Accept": "application/json"}
    insert = "INSERT DATA { GRAPH <https://example.org/g> { <https://example.org/a> a <https://example.org/b> } }"

    def update(headers: dict[str, str]) -> int:
        return browser.post("/sparql/update", data=insert, headers=send | headers).status_code

    assert update({}) == 401
    assert update({"Authorization": f"Bearer {tokens.create('liest', 'read')}"}) == 403
    secret = tokens.create("schreibt", "write")
    assert sign_in(browser, secret).status_code == 303
    assert update({}) in (401, 403)
    assert update({"Authorization": f"Bearer {secret}"}) in (200, 204)
    tokens.revoke("schreibt")
    assert update({"Authorization": f"Bearer {secret}"}) == 401
