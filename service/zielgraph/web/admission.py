"""Who may come in: a WSGI middleware before everything that answers.

In this order: headers of the one trusted proxy, the Host header, size of the body, who the caller is, how often they
ask, whether they may read. What is inside finds the caller as ``zielgraph.caller`` and asks :func:`demand` or
:func:`require` for more rights.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request
from werkzeug.datastructures import LanguageAccept
from werkzeug.exceptions import SecurityError
from werkzeug.http import parse_accept_header, parse_cookie
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wsgi import get_host

from zielgraph.access import Caller, Limiter, Sessions, Tokens
from zielgraph.access.addresses import UNIX, loopback, network, plain
from zielgraph.errors import AccessDenied, ServiceBusy, UsageError, ZielgraphError
from zielgraph.settings import Settings
from zielgraph.web.dressing import CHALLENGE, dressed, refusal
from zielgraph.web.languages import LANGUAGES, SLUGS
from zielgraph.web.negotiate import prefers_html
from zielgraph.web.problems import Problem, problem_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CALLER, PUBLIC = "zielgraph.caller", "zielgraph.public"
COOKIE = "zielgraph"
_SAFE = ("GET", "HEAD")
_READ, _NOTHING = frozenset({"read"}), frozenset[str]()
_OWN_HOSTS = ("localhost", "127.0.0.1", "::1")
_FORWARDED = ("HTTP_X_FORWARDED_", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_SMALL_BODY = 65536
_FAILURES_PER_MINUTE = 10
_MAX_PERSON = 200
_RIGHTS = {"read": "zu lesen", "write": "zu schreiben", "publish": "zu veröffentlichen"}

_PROGRAM = 100  # characters of a client's name for itself that count


class Admission:
    """The middleware. ``sessions``, ``tokens`` and :meth:`failed` are for the sign-in page.

    Raises UsageError when the settings name no possible proxy.
    """

    def __init__(
        self, app: WSGIApplication, settings: Settings, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app, self._settings = app, settings
        self.tokens = Tokens(settings.data)
        self.sessions = Sessions(settings.data, self.tokens)
        self._rate = Limiter(settings.rate, settings.rate_burst, clock=clock)
        self._failures = Limiter(_FAILURES_PER_MINUTE / 60, _FAILURES_PER_MINUTE, clock=clock)
        self._proxied = ProxyFix(lambda environ, start: [], x_for=1, x_proto=1, x_host=1, x_prefix=1)
        self._proxy = _proxy(settings)
        header = settings.proxy_user_header
        self._person_key = f"HTTP_{header.upper().replace('-', '_')}" if header else ""
        self._hosts = trusted_hosts(settings)
        self._open_here = loopback(settings.host) and not header

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or refuse it."""
        self.prepare(environ)
        start = dressed(environ, start_response, private=self.private(environ))
        problem = self.refused(environ)
        if problem is None:
            return self._app(environ, start)
        if problem.status == 401 and self._to_be_led(environ):
            start("303 See Other", [("Location", _door(environ)), ("Vary", "Accept"), ("Content-Length", "0")])
            return []
        return refusal(environ, start, problem)

    def prepare(self, environ: WSGIEnvironment) -> None:
        """Take what the proxy says of a request for true, and from nobody else; once for each request."""
        environ[PUBLIC] = self._settings.public
        if self._proxy and plain(environ.get("REMOTE_ADDR") or "") == self._proxy:
            self._proxied(environ, _no_answer)
        else:
            for key in [key for key in environ if key.startswith(_FORWARDED) or key == self._person_key]:
                del environ[key]  # anybody can send these; only from the proxy they mean something
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "").rstrip("/")

    def private(self, environ: WSGIEnvironment) -> bool:
        """Whether the answer depends on who asks."""
        return not (self._settings.public or (self._open_here and loopback(environ.get("REMOTE_ADDR") or "")))

    def at_hand(self, environ: WSGIEnvironment) -> bool:
        """Whether :meth:`refused` has all that it needs, and would read no file."""
        if self._settings.public:
            return True
        if COOKIE in environ.get("HTTP_COOKIE", ""):
            return False
        return _bearer(environ) is None or self.tokens.at_hand()

    def refused(self, environ: WSGIEnvironment) -> Problem | None:
        """Why a request is refused; None when it is let in, and its caller is known."""
        environ[CALLER] = _somebody(_client(environ), environ.get("HTTP_USER_AGENT", "")[:_PROGRAM], _NOTHING)
        if not _host_trusted(_host(environ), self._hosts):
            return Problem(400, "Unter diesem Namen antwortet der Dienst nicht. Weitere Namen nennt ZIELGRAPH_HOSTS.")
        path = environ.get("PATH_INFO", "")
        limit = body_limit(path, self._settings)
        if _length(environ) > limit:
            return Problem(413, f"Der Rumpf der Anfrage ist größer als {limit} Byte.")
        if path == "/health" or path.startswith("/static/"):
            return None
        try:
            environ[CALLER] = self._caller(environ)
            self._limit(environ)
            # These pages, and what a browser asks before it sends its token, say nothing of the data.
            if path not in _DOORS and environ["REQUEST_METHOD"] != "OPTIONS":
                demand(environ, "read")
        except ZielgraphError as error:
            return _refused(environ, error)
        return None

    def _caller(self, environ: WSGIEnvironment) -> Caller:
        """Who sent the request. Raises AccessDenied for a token that is not valid, StoreError for damaged files."""
        nobody: Caller = environ[CALLER]
        if self._settings.public:
            return _somebody(_client(environ), nobody.program, _READ)
        secret = _bearer(environ)
        if secret is not None:
            token = self.tokens.verify(secret) if secret else None
            if token is None:
                self._limit(environ)
                self.failed(environ)
                raise AccessDenied("Dieses Token gilt nicht: Es ist unbekannt, widerrufen oder abgelaufen.", 401)
            return Caller(token.name, f"token:{token.id}", token.scopes, True, nobody.program)
        # A cookie comes along with what other sites cause; what may change something must not have its rights then.
        if COOKIE in environ.get("HTTP_COOKIE", "") and (environ["REQUEST_METHOD"] in _SAFE or same_origin(environ)):
            found = self.sessions.find(parse_cookie(environ).get(COOKIE, ""))
            if found:
                return Caller(found[0].name, f"session:{found[1]}", found[0].scopes, False, nobody.program)
        person = _person(environ.get(self._person_key, "")) if self._person_key else ""
        if person:
            return Caller(person, f"person:{person}", _READ, False, nobody.program)
        return nobody if self.private(environ) else _somebody(_client(environ), nobody.program, _READ)

    def _limit(self, environ: WSGIEnvironment) -> None:
        """Raise ServiceBusy when this caller asks too often."""
        wait = self._rate.take(environ[CALLER].key)
        if wait:
            raise ServiceBusy(
                f"Zu viele Anfragen in kurzer Zeit: auf Dauer sind es {self._settings.rate} je Sekunde.",
                math.ceil(wait),
                429,
            )

    def failed(self, environ: WSGIEnvironment) -> None:
        """Count an invalid token. Raises ServiceBusy when there were too many from this address.

        Valid ones are still taken from there: a forgotten script must not lock out its whole house, and nobody guesses
        256 random bits.
        """
        wait = self._failures.take(_client(environ))
        if wait:
            detail = f"Zu viele ungültige Tokens. In {math.ceil(wait)} Sekunden bitte noch einmal versuchen."
            raise ServiceBusy(detail, math.ceil(wait), 429)

    def _to_be_led(self, environ: WSGIEnvironment) -> bool:
        """Whether the client is a browser that shows a page, and could sign in."""
        reading = environ["REQUEST_METHOD"] in _SAFE and _bearer(environ) is None
        return reading and not self._settings.public and prefers_html(environ.get("HTTP_ACCEPT", ""))


def demand(environ: WSGIEnvironment, scope: str) -> Caller:
    """The caller, if they have the right. Raises AccessDenied: 401 where a token would help, else 403."""
    caller: Caller = environ[CALLER]
    if caller.may(scope):
        return caller
    if environ[PUBLIC]:
        raise AccessDenied("Der öffentliche Dienst ist nur zum Lesen da.", 403)
    if caller.name:
        raise AccessDenied(f"„{caller.name}“ hat nicht das Recht {_RIGHTS[scope]} ({scope}).", 403)
    raise AccessDenied(
        f"Das Recht {_RIGHTS[scope]} braucht eine Anmeldung: bitte ein Token mit „{scope}“ als „Authorization: Bearer "
        "…“ mitsenden. Tokens vergibt, wer den Dienst betreibt (zielgraph token new).",
        401,
    )


def require(scope: str) -> Caller:
    """:func:`demand` for the request that Flask answers just now."""
    return demand(request.environ, scope)


def same_origin(environ: WSGIEnvironment) -> bool:
    """Whether a page of this service, or the person at the browser, caused the request and no other site.

    Browsers say it in Sec-Fetch-Site, over plain HTTP only by Origin. A request with neither is none of ours: who needs
    no cookie needs no such check.
    """
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return bool(site in ("same-origin", "none"))
    origin = str(environ.get("HTTP_ORIGIN", "")).partition("://")[2].lower()
    return origin != "" and origin == _host(environ).lower()


def body_limit(path: str, settings: Settings) -> int:
    """Largest body in bytes that an address takes."""
    if path.startswith(("/sparql/graphs", "/sparql/update")):
        return settings.max_upload_bytes + _SMALL_BODY  # the parts of a multipart body have headers
    if path.startswith("/sparql"):
        return settings.max_query_bytes * 4 + _SMALL_BODY  # form encoding may triple a text
    if path in _UPLOADS and not settings.public:
        return settings.max_table_bytes + _SMALL_BODY
    return _SMALL_BODY


def trusted_hosts(settings: Settings) -> frozenset[str] | None:
    """Names in the Host header that are answered; None answers all. Guards a loopback service from rebinding."""
    if settings.hosts or loopback(settings.host):
        return frozenset(name.lower().strip("[]") for name in (*_OWN_HOSTS, settings.host, *settings.hosts))
    return None


@lru_cache(maxsize=256)
def _host_trusted(host: str, names: frozenset[str] | None) -> bool:
    if names is None:
        return True
    if not host_is_trusted(host):  # its characters
        return False
    name = host.lower()
    bare = name[1 : name.index("]")] if name.startswith("[") else name.partition(":")[0]
    return bare in names or any(each.startswith(".") and f".{bare}".endswith(each) for each in names)


def _host(environ: WSGIEnvironment) -> str:
    try:
        return get_host(environ)
    except SecurityError:
        return ""


def _proxy(settings: Settings) -> str:
    """The trusted proxy's address in its one spelling; empty when there is none."""
    if settings.proxy_user_header and not settings.proxy:
        raise UsageError("ZIELGRAPH_PROXY_USER_HEADER gilt nur zusammen mit ZIELGRAPH_PROXY, der Adresse des Proxys.")
    name = plain(settings.proxy)
    if settings.proxy and name == UNIX and not settings.proxy.startswith(UNIX):
        raise UsageError(f"ZIELGRAPH_PROXY „{settings.proxy}“ ist keine IP-Adresse und beginnt nicht mit {UNIX}")
    return name if settings.proxy else ""


def _client(environ: WSGIEnvironment) -> str:
    return network(environ.get("REMOTE_ADDR") or "")


@lru_cache(maxsize=1024)
def _somebody(client: str, program: str, scopes: frozenset[str]) -> Caller:
    """A caller without a name."""
    return Caller("", f"address:{client}", scopes, program=program)


def _no_answer(*_: object) -> Callable[[bytes], object]:
    raise AssertionError("the proxy's headers are all that is wanted")


@lru_cache(maxsize=4096)
def _person(header: str) -> str:
    """The person that the proxy names; empty when it names none. Headers arrive as Latin-1."""
    try:
        name = header.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        name = header.strip()
    return name if name.isprintable() and len(name) <= _MAX_PERSON else ""


def _bearer(environ: WSGIEnvironment) -> str | None:
    """The token sent along; None where the header says nothing or something else, such as a proxy's Basic login."""
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _length(environ: WSGIEnvironment) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _doors(page: str) -> list[str]:
    return [f"/{lang}/{slug}" for lang, slug in zip(LANGUAGES, SLUGS[page], strict=True)]


# Pages to sign in and out, and those that the law wants everybody to reach.
_DOORS = frozenset(
    address for page in ("signin", "signout", "imprint", "privacy", "accessibility") for address in _doors(page)
)
_UPLOADS = frozenset(_doors("import") + _doors("decisions"))


def _door(environ: WSGIEnvironment) -> str:
    """Address of the sign-in page that leads back to what was asked for."""
    root, path, query = (environ.get(key, "") for key in ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"))
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""), LanguageAccept)
    start = path.split("/", 2)[1] if "/" in path else ""
    lang = start if start in LANGUAGES else accepted.best_match(LANGUAGES, default="de")
    door = _doors("signin")[LANGUAGES.index(lang)]
    wanted = quote(f"{root}{path}".encode("latin-1")) + (f"?{query}" if query else "")
    return f"{quote(root)}{door}" + ("" if path in ("", "/") else f"?next={quote(wanted)}")


def _refused(environ: WSGIEnvironment, error: ZielgraphError) -> Problem:
    problem = problem_of(error)
    if problem.status == 401 and _bearer(environ) is not None:
        return replace(problem, headers=(("WWW-Authenticate", f'{CHALLENGE}, error="invalid_token"'),))
    return problem
