"""Who comes in: spoofed headers, foreign names, tokens, limits, and what every answer carries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder, TestResponse

from zielgraph import settings
from zielgraph.access import Caller, Tokens
from zielgraph.errors import AccessDenied, UsageError
from zielgraph.web.admission import COOKIE, Admission, body_limit, demand, same_origin
from zielgraph.web.headers import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
AWAY = {"ZIELGRAPH_HOST": "192.0.2.1", "ZIELGRAPH_HOSTS": "localhost"}
READ = frozenset({"read"})
PROXY = {"ZIELGRAPH_PROXY": "127.0.0.1", "ZIELGRAPH_PROXY_USER_HEADER": "X-Remote-User"}
Door = Callable[..., "Guarded"]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Guarded:
    """An admission before an application that tells whom it sees."""

    def __init__(self, folder: Path, environ: dict[str, str], more: dict[str, object]) -> None:
        self.clock = Clock()
        self.seen: WSGIEnvironment = {}
        self.tokens = Tokens(folder)
        self.admission = Admission(self._inside, settings.load(environ, data=folder, **more), clock=self.clock)
        self.client = Client(self.admission, use_cookies=False)

    def _inside(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.seen = environ
        start_response("200 OK", [("Content-Type", "text/plain"), ("Cache-Control", "public, max-age=60")])
        return [b"inside"]

    def ask(self, path: str = "/api/queries", *, peer: str = "127.0.0.1", **more: Any) -> TestResponse:
        self.seen = {}
        return self.client.open(path, environ_overrides={"REMOTE_ADDR": peer}, **more)

    @property
    def caller(self) -> Caller:
        found: Caller = self.seen["zielgraph.caller"]
        return found


@pytest.fixture
def door(tmp_path: Path) -> Door:
    def build(environ: dict[str, str] | None = None, **more: object) -> Guarded:
        return Guarded(tmp_path, environ or {}, more)

    return build


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    """The refusal's document, after checking that it is one and that it is dressed like every answer."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json; charset=utf-8"
    told: dict[str, Any] = json.loads(response.text)
    assert told["status"] == status
    assert all(isinstance(told[key], str) and told[key] for key in ("type", "title", "detail"))
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert response.headers["Cache-Control"]
    return told


# ---- who is let in ----


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_at_this_machine_reading_is_free_and_writing_not(door: Door, peer: str) -> None:
    guarded = door()
    assert guarded.ask(peer=peer).status_code == 200
    assert guarded.caller.scopes == {"read"}
    assert guarded.caller.name == ""
    with pytest.raises(AccessDenied) as denied:
        demand(guarded.seen, "write")
    assert denied.value.status == 401


@pytest.mark.parametrize(
    "path", ["/", "/de/", "/sparql?query=ASK%7B%7D", "/api/queries", "/metrics", "/staticx", "/healthy"]
)
def test_elsewhere_programs_need_a_token(door: Door, path: str) -> None:
    guarded = door(AWAY)
    told = problem(guarded.ask(path), 401)
    assert guarded.seen == {}
    assert "Authorization: Bearer" in told["detail"]
    assert guarded.ask(path).headers["WWW-Authenticate"] == 'Bearer realm="zielgraph"'
    assert guarded.ask(path, headers=bearer(guarded.tokens.create("a", "read"))).status_code == 200


@pytest.mark.parametrize(
    "path", ["/health", "/static/style.css", "/de/anmelden", "/en/sign-in", "/de/abmelden", "/en/sign-out"]
)
def test_what_is_free_everywhere(door: Door, path: str) -> None:
    guarded = door(AWAY)
    assert guarded.ask(path, peer="198.51.100.7").status_code == 200
    assert guarded.caller.scopes == frozenset()


@pytest.mark.parametrize(
    "path", ["/de/anmelden/", "/fr/anmelden", "/de/sign-in", "/health/x", "/de/anmelden/../", "//health"]
)
def test_what_only_looks_free(door: Door, path: str) -> None:
    problem(door(AWAY).ask(path), 401)


@pytest.mark.parametrize("scope", ["read", "write", "publish"])
def test_tokens(door: Door, scope: str) -> None:
    guarded = door(AWAY)
    secret = guarded.tokens.create("Frau Muster", scope)
    for written in (f"Bearer {secret}", f"bearer {secret}", f"Bearer  {secret} "):
        assert guarded.ask(headers={"Authorization": written}).status_code == 200
    caller = guarded.caller
    assert (caller.name, caller.scopes, caller.bearer) == ("Frau Muster", frozenset({"read", scope}), True)
    assert secret not in repr(caller)
    assert demand(guarded.seen, scope) == caller
    for other in {"write", "publish"} - {scope}:
        with pytest.raises(AccessDenied, match="Frau Muster") as denied:
            demand(guarded.seen, other)
        assert denied.value.status == 403


@pytest.mark.parametrize("written", ["Bearer", "Bearer ", "Bearer zg_falsch", "bearer x y z", "Bearer ümläut"])
@pytest.mark.parametrize("where", [{}, AWAY])
def test_a_wrong_token_is_refused_even_where_none_is_needed(door: Door, written: str, where: dict[str, str]) -> None:
    guarded = door(where)
    guarded.tokens.create("a", "read")
    response = guarded.ask(headers={"Authorization": written, "Accept": "*/*"})
    told = problem(response, 401)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="zielgraph", error="invalid_token"'
    assert "falsch" not in told["detail"]
    assert guarded.seen == {}


def test_a_revoked_token(door: Door) -> None:
    guarded = door(AWAY)
    secret = guarded.tokens.create("a", "read")
    assert guarded.ask(headers=bearer(secret)).status_code == 200
    guarded.tokens.revoke("a")
    assert guarded.ask(headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize("parameter", ["access_token", "token", "bearer"])
def test_tokens_in_the_address_or_body_count_for_nothing(door: Door, parameter: str) -> None:
    guarded = door(AWAY)
    secret = guarded.tokens.create("a", "write")
    assert guarded.ask(f"/sparql?{parameter}={secret}").status_code == 401
    assert guarded.ask("/sparql", method="POST", data={parameter: secret}).status_code == 401


def test_other_schemes_are_the_proxys_business(door: Door) -> None:
    guarded, basic = door(), {"Authorization": "Basic YTpi"}
    assert guarded.ask(headers=basic).status_code == 200
    assert guarded.caller.name == ""
    away = door(AWAY)
    assert away.ask(headers=basic).headers["WWW-Authenticate"] == 'Bearer realm="zielgraph"'
    assert away.ask(headers=basic | {"Accept": HTML}).status_code == 303


def test_browsers_are_led_to_the_page_in_their_language(door: Door) -> None:
    guarded = door(AWAY)
    german = guarded.ask("/de/ziele?kind=a%26b", headers={"Accept": HTML})
    assert german.status_code == 303
    assert german.headers["Location"] == "/de/anmelden?next=/de/ziele%3Fkind%3Da%2526b"
    assert "Cache-Control" in german.headers
    assert guarded.ask("/en/goals", headers={"Accept": HTML}).headers["Location"] == "/en/sign-in?next=/en/goals"
    english = {"Accept": HTML, "Accept-Language": "en-GB,en;q=0.9,de;q=0.5"}
    assert guarded.ask("/", headers=english).headers["Location"] == "/en/sign-in"
    assert guarded.ask("/id/köln/x", headers={"Accept": HTML}).headers["Location"] == (
        "/de/anmelden?next=/id/k%25C3%25B6ln/x"
    )
    assert guarded.ask("/de/", method="POST", headers={"Accept": HTML}).status_code == 401
    assert guarded.ask("/de/", headers={"Accept": HTML} | bearer("zg_x")).status_code == 401


def test_preflight_needs_no_token(door: Door) -> None:
    guarded = door(AWAY)
    assert guarded.ask("/sparql", method="OPTIONS").status_code == 200
    assert guarded.caller.scopes == frozenset()


def test_damaged_tokens_let_nobody_in_and_say_so(door: Door, tmp_path: Path) -> None:
    guarded = door()
    secret = guarded.tokens.create("a", "write")
    (tmp_path / "tokens.json").write_text("{", "utf-8")
    told = problem(guarded.ask(headers=bearer(secret)), 503)
    assert "tokens.json" in told["detail"]
    assert str(tmp_path) not in told["detail"]
    assert guarded.ask("/health").status_code == 200


# ---- sessions ----


def test_a_session_has_its_tokens_rights_and_ends_with_it(door: Door) -> None:
    guarded = door(AWAY)
    token = guarded.tokens.verify(guarded.tokens.create("a", "write"))
    assert token
    cookie = {"Cookie": f"{COOKIE}={guarded.admission.sessions.start(token)}"}
    assert guarded.ask(headers=cookie).status_code == 200
    assert (guarded.caller.name, guarded.caller.scopes, guarded.caller.bearer) == (
        "a",
        frozenset({"read", "write"}),
        False,
    )
    assert guarded.ask(headers={"Cookie": cookie["Cookie"] + "x"}).status_code == 401
    guarded.tokens.revoke("a")
    assert guarded.ask(headers=cookie).status_code == 401
    assert guarded.ask(headers=cookie | {"Accept": HTML}).status_code == 303


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Sec-Fetch-Site": "cross-site"}, 200),  # a link from elsewhere
        ("POST", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("POST", {"Origin": "http://localhost"}, 200),
        ("POST", {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"}, 401),
        ("PUT", {"Origin": "https://evil.example"}, 401),
        ("DELETE", {}, 401),
    ],
)
def test_what_other_sites_cause_has_no_rights(door: Door, method: str, headers: dict[str, str], status: int) -> None:
    guarded = door(AWAY)
    token = guarded.tokens.verify(guarded.tokens.create("a", "write"))
    assert token
    cookie = {"Cookie": f"{COOKIE}={guarded.admission.sessions.start(token)}"}
    assert guarded.ask(method=method, headers=cookie | headers).status_code == status


def test_a_token_beats_the_session(door: Door) -> None:
    guarded = door(AWAY)
    session = guarded.tokens.verify(guarded.tokens.create("browser", "read"))
    assert session
    headers = bearer(guarded.tokens.create("program", "write"))
    guarded.ask(headers=headers | {"Cookie": f"{COOKIE}={guarded.admission.sessions.start(session)}"})
    assert guarded.caller.name == "program"


SAME = [
    ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
    ({"Sec-Fetch-Site": "", "Origin": "http://localhost"}, False),
    ({"Origin": "http://localhost"}, True),
    ({"Origin": "http://LOCALHOST"}, True),
    ({"Origin": "http://localhost:81"}, False),
    ({"Origin": "http://localhost.evil.example"}, False),
    ({"Origin": "http://evil.example/localhost"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "same"), SAME)
def test_same_origin(headers: dict[str, str], same: bool) -> None:
    assert same_origin(EnvironBuilder(headers=Headers(headers)).get_environ()) is same


# ---- the one trusted proxy ----


FORGED = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "1",
    "Forwarded": "for=127.0.0.1;host=evil.example",
    "X-Real-IP": "127.0.0.1",
    "X-Remote-User": "chef",
}


@pytest.mark.parametrize(
    "environ", [{}, PROXY, PROXY | {"ZIELGRAPH_PROXY": "unix:"}, PROXY | {"ZIELGRAPH_PROXY": "::1"}]
)
@pytest.mark.parametrize("peer", ["198.51.100.7", "127.0.0.2", "2001:db8::1"])
def test_headers_of_strangers_mean_nothing(door: Door, environ: dict[str, str], peer: str) -> None:
    guarded = door(AWAY | environ)
    assert guarded.ask(headers=FORGED, peer=peer).status_code == 401
    assert guarded.ask("/health", headers=FORGED, peer=peer).status_code == 200
    seen = guarded.seen
    assert (seen["REMOTE_ADDR"], seen["HTTP_HOST"], seen["wsgi.url_scheme"]) == (peer, "localhost", "http")
    assert seen["SCRIPT_NAME"] == ""
    left = {key for key in seen if "FORWARDED" in key or "REAL_IP" in key}
    assert left == set()
    assert ("HTTP_X_REMOTE_USER" in seen) is (environ == {})  # without a setting it is a header like any other


@pytest.mark.parametrize(
    ("proxy", "peer"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "::ffff:127.0.0.1"),
        ("::1", "0:0::1"),
        ("unix:", ""),
        ("unix:/run/p", ""),
    ],
)
def test_the_proxy_is_believed_once(door: Door, proxy: str, peer: str) -> None:
    guarded = door(PROXY | {"ZIELGRAPH_PROXY": proxy, "ZIELGRAPH_HOSTS": "portal.example"})
    headers = {
        "X-Forwarded-For": "127.0.0.1, 198.51.100.7",  # the first is what the client claimed
        "X-Forwarded-Host": "evil.example, portal.example",
        "X-Forwarded-Proto": "http, https",
        "X-Forwarded-Prefix": "/zielgraph/",
        "X-Remote-User": "Jürgen".encode().decode("latin-1"),
    }
    response = guarded.ask(headers=headers, peer=peer)
    assert response.status_code == 200
    seen = guarded.seen
    assert (seen["REMOTE_ADDR"], seen["HTTP_HOST"], seen["wsgi.url_scheme"], seen["SCRIPT_NAME"]) == (
        "198.51.100.7",
        "portal.example",
        "https",
        "/zielgraph",
    )
    assert (guarded.caller.name, guarded.caller.scopes, guarded.caller.bearer) == ("Jürgen", READ, False)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_whom_the_proxy_does_not_name_signs_in(door: Door) -> None:
    guarded = door(PROXY)
    for headers in ({}, {"X-Remote-User": ""}, {"X-Remote-User": " "}, {"X-Remote-User": "a" * 201}):
        assert guarded.ask(headers=headers).status_code == 401
    led = guarded.ask("/de/", headers={"Accept": HTML, "X-Forwarded-Prefix": "/ziel"})
    assert led.headers["Location"] == "/ziel/de/anmelden?next=/ziel/de/"
    secret = guarded.tokens.create("a", "write")
    assert guarded.ask(headers=bearer(secret) | {"X-Remote-User": "Erika"}).status_code == 200
    assert guarded.caller.name == "a"


def test_clients_behind_a_proxy_on_this_machine_are_not_at_this_machine(door: Door) -> None:
    guarded = door({"ZIELGRAPH_PROXY": "127.0.0.1"})
    assert guarded.ask(headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 401
    assert guarded.ask(headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 200


@pytest.mark.parametrize(
    "environ", [{"ZIELGRAPH_PROXY": "nginx"}, {"ZIELGRAPH_PROXY": "10.0.0.0/8"}, {"ZIELGRAPH_PROXY_USER_HEADER": "X-U"}]
)
def test_a_proxy_that_cannot_be_recognised_is_said(door: Door, environ: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="ZIELGRAPH_PROXY"):
        door(environ)


# ---- names, sizes, frequency ----


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "LocalHost", "127.0.0.1:8000", "[::1]:8000"])
def test_own_names(door: Door, host: str) -> None:
    assert door().ask(headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "[::2]", "", "local host", "8.8.8.8"],
)
@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/health", "/de/anmelden", "/static/style.css"])
def test_foreign_names_reach_nothing(door: Door, host: str, path: str) -> None:
    """Rebinding: a page of another site under its own name that leads to this machine."""
    guarded = door()
    guarded.admission(environ := EnvironBuilder(path).get_environ() | {"HTTP_HOST": host}, start := Told())
    assert start.status == "400 Bad Request"
    assert environ["HTTP_HOST"] == host
    assert guarded.seen == {}


class Told:
    status = ""

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        self.status = status
        return lambda data: None


def test_further_names(door: Door) -> None:
    guarded = door({"ZIELGRAPH_HOSTS": "graph.stadt.example,.intern.example"})
    for host in ("graph.stadt.example", "graph.stadt.example:443", "a.intern.example", "intern.example"):
        assert guarded.ask(headers={"Host": host}).status_code == 200, host
    for host in ("stadt.example", "evilintern.example", "x.graph.stadt.example"):
        assert guarded.ask(headers={"Host": host}).status_code == 400, host


def test_without_names_another_address_answers_all(door: Door) -> None:
    guarded = door({"ZIELGRAPH_HOST": "192.0.2.1"})
    assert guarded.ask("/health", headers={"Host": "irgendwo.example"}).status_code == 200


def test_bodies(door: Door) -> None:
    guarded = door({"ZIELGRAPH_MAX_UPLOAD_BYTES": "1000000", "ZIELGRAPH_MAX_QUERY_BYTES": "1000"})
    limits = {
        path: body_limit(path, guarded.admission._settings)
        for path in ("/de/anmelden", "/sparql", "/sparql/update", "/sparql/graphs")
    }
    assert limits["/de/anmelden"] < limits["/sparql"] < limits["/sparql/update"] == limits["/sparql/graphs"]
    for path, limit in limits.items():
        assert guarded.ask(path, method="POST", data=b"x" * limit).status_code == 200
        told = problem(guarded.ask(path, method="POST", data=b"x" * (limit + 1)), 413)
        assert str(limit) in told["detail"]


def test_too_often(door: Door) -> None:
    guarded = door({"ZIELGRAPH_RATE": "2", "ZIELGRAPH_RATE_BURST": "3"})
    assert [guarded.ask().status_code for _ in range(4)] == [200, 200, 200, 429]
    response = guarded.ask()
    assert problem(response, 429)["title"] == "Zu viele Anfragen"
    assert response.headers["Retry-After"] == "1"
    assert "<h1>" in guarded.ask(headers={"Accept": HTML}).text
    assert guarded.ask("/static/style.css").status_code == guarded.ask("/health").status_code == 200
    assert guarded.ask(peer="127.0.0.2").status_code == 200  # another client
    secret = guarded.tokens.create("a", "read")
    assert guarded.ask(headers=bearer(secret)).status_code == 200  # a token has its own account
    guarded.clock.now += 0.6
    assert guarded.ask().status_code == 200
    assert guarded.ask().status_code == 429


def test_headers_of_strangers_buy_no_second_account(door: Door) -> None:
    guarded = door({"ZIELGRAPH_RATE": "1", "ZIELGRAPH_RATE_BURST": "5"})
    answers = [
        guarded.ask(headers={"X-Forwarded-For": f"10.0.0.{n}", "Cookie": f"zielgraph=x{n}"}).status_code
        for n in range(8)
    ]
    assert answers == [200] * 5 + [429] * 3


def test_guessing_is_slowed_down(door: Door) -> None:
    guarded = door(AWAY | {"ZIELGRAPH_RATE": "0"})
    secret = guarded.tokens.create("a", "read")
    answers = [guarded.ask(headers=bearer(f"zg_{n}")).status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    response = guarded.ask(headers=bearer("zg_x"))
    problem(response, 429)
    assert response.headers["Retry-After"] == "6"
    assert guarded.ask(headers=bearer("zg_x"), peer="198.51.100.9").status_code == 401  # others are not slowed down
    assert guarded.ask(headers=bearer(secret)).status_code == 200  # nor whoever has a right to be here
    guarded.clock.now += 6.1
    assert guarded.ask(headers=bearer("zg_x")).status_code == 401
    assert guarded.ask(headers=bearer("zg_x")).status_code == 429


def test_guesses_count_as_requests(door: Door) -> None:
    guarded = door({"ZIELGRAPH_RATE": "1", "ZIELGRAPH_RATE_BURST": "3"})
    assert [guarded.ask(headers=bearer("zg_x")).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert guarded.ask().status_code == 429


# ---- the public service ----


def test_the_public_service_reads_only(door: Door) -> None:
    guarded = door(AWAY, public=True)
    secret = guarded.tokens.create("a", "write")
    for headers in ({}, bearer(secret), bearer("zg_falsch"), {"X-Remote-User": "chef"}, {"Cookie": "zielgraph=x"}):
        assert guarded.ask(headers=headers, peer="198.51.100.7").status_code == 200
        assert (guarded.caller.name, guarded.caller.scopes) == ("", READ)
        for scope in ("write", "publish"):
            with pytest.raises(AccessDenied) as denied:
                demand(guarded.seen, scope)
            assert denied.value.status == 403


# ---- what every answer carries ----


def test_headers(door: Door) -> None:
    guarded = door()
    response = guarded.ask()
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "public, max-age=60"  # the same for everybody here
    assert "Strict-Transport-Security" not in response.headers


def test_where_people_sign_in_no_shared_cache_keeps_anything(door: Door) -> None:
    guarded = door(AWAY)
    response = guarded.ask(headers=bearer(guarded.tokens.create("a", "read")))
    assert response.headers["Cache-Control"] == "private, max-age=60"


def test_nothing_is_said_twice_and_cors_opens_the_resource_policy(tmp_path: Path) -> None:
    def inside(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("401 Unauthorized", [("access-control-allow-origin", "*"), ("x-frame-options", "SAMEORIGIN")])
        return []

    response = Client(Admission(inside, settings.load({}, data=tmp_path))).get("/health")
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="zielgraph"'


def test_a_page_for_people_is_escaped(door: Door) -> None:
    guarded = door(PROXY)
    headers = {"Accept": HTML, "Host": "evil.example", "X-Forwarded-Prefix": '/"><script>'}
    response = guarded.ask("/", headers=headers)
    assert response.status_code == 400
    assert "<script>" not in response.text
    assert "<h1>Anfrage nicht möglich</h1>" in response.text


def test_head_has_no_body(door: Door) -> None:
    response = door(AWAY).ask(method="HEAD")
    assert response.status_code == 401
    assert response.data == b""
