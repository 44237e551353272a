"""Requests to an external SPARQL service: one door, through which nothing gets to another host.

SPARQLWrapper speaks the query and update protocol, but opens connections through the process-wide opener of
``urllib``: that follows redirects anywhere, keeps passwords for every later request of the process and knows no
Graph Store Protocol. So it only makes the requests here; an opener of our own sends them.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from zielgraph.errors import AccessDenied, QueryError, StoreError, TimedOut, UsageError

_CHUNK = 1 << 18
_SHOWN = 300
_RETRIES = "Bitte ZIELGRAPH_ENGINE_USER und ZIELGRAPH_ENGINE_PASSWORD prüfen."


@dataclass(frozen=True)
class Reply:
    """What a service answered: its status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def checked_address(url: str, what: str) -> str:
    """The address of a service. Raises UsageError when it is none, or tells a password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or any(sign.isspace() for sign in url):
        shown = url if "@" not in url else "(mit @)"
        raise UsageError(f"{what} „{shown}“ ist keine Adresse, die mit http:// oder https:// beginnt.")
    if "@" in parts.netloc:
        raise UsageError(
            f"{what}: Bitte Benutzername und Kennwort nicht in die Adresse schreiben, sondern in "
            "ZIELGRAPH_ENGINE_USER und ZIELGRAPH_ENGINE_PASSWORD."
        )
    if parts.query or parts.fragment:
        raise UsageError(f"{what} „{url}“: Bitte die Adresse ohne ? und # angeben.")
    return url


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only where it stays with the service that was asked."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            fp.close()
            raise StoreError(
                f"{_plain(req.full_url)} leitet an {new.scheme}://{new.hostname} weiter. Das wird nicht befolgt; bitte "
                "die endgültige Adresse angeben."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Closing(urllib.request.BaseHandler):
    """Closes the answer that asked for a login when another one takes its place; urllib leaves that to chance."""

    def http_error_401(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> IO[bytes] | None:
        """As inherited."""
        try:
            answer: IO[bytes] | None = super().http_error_401(req, fp, code, msg, headers)  # type: ignore[misc]
        except BaseException:
            fp.close()
            raise
        if answer is not None:
            fp.close()
        return answer


class _Basic(_Closing, urllib.request.HTTPBasicAuthHandler):
    """Basic login that is sent unasked to a host which has asked for it before."""

    def __init__(self, passwords: urllib.request.HTTPPasswordMgr) -> None:
        super().__init__(passwords)
        self._headers: dict[str, str] = {}

    def retry_http_basic_auth(self, host: str, req: urllib.request.Request, realm: str) -> IO[bytes] | None:
        """As inherited; keeps the header for the next request to the host."""
        answer = super().retry_http_basic_auth(host, req, realm)
        if answer is not None:
            self._headers[req.host] = req.get_header(self.auth_header) or ""
        return answer

    def http_request(self, req: urllib.request.Request) -> urllib.request.Request:
        """Log in before the host asks again, so that a large body is not sent twice each time."""
        if known := self._headers.get(req.host):
            req.add_unredirected_header(self.auth_header, known)
        return req

    https_request = http_request


class _Digest(_Closing, urllib.request.HTTPDigestAuthHandler):
    """Digest login that answers the last challenge unasked."""

    def __init__(self, passwords: urllib.request.HTTPPasswordMgr) -> None:
        super().__init__(passwords)
        self._challenges: dict[str, Mapping[str, str]] = {}

    def get_authorization(self, req: urllib.request.Request, chal: Mapping[str, str]) -> str | None:
        """As inherited; keeps the challenge for the next request to the host."""
        self._challenges[req.host] = chal
        answer: str | None = super().get_authorization(req, chal)
        return answer

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """Answer the last challenge of this host before it asks again."""
        known = self._challenges.get(request.host)
        if known is not None and (answer := super().get_authorization(request, known)):
            request.add_unredirected_header(self.auth_header, f"Digest {answer}")
        return request

    https_request = http_request


class Transport:
    """Sends requests with a login, a deadline and errors that people can act on."""

    def __init__(self, user: str = "", password: str = "") -> None:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        self._passwords = passwords
        self._login = (user, password)
        # Virtuoso offers both ways and takes only Digest; urllib tries Digest first.
        handlers = (_Basic(passwords), _Digest(passwords)) if user else ()
        self._opener = urllib.request.build_opener(_SameHost(), *handlers)

    def trust(self, *addresses: str) -> None:
        """Log in at these addresses when they ask for it."""
        for address in addresses:
            if address:
                parts = urlsplit(address)
                self._passwords.add_password(None, f"{parts.scheme}://{parts.netloc}/", *self._login)

    def send(self, request: urllib.request.Request, seconds: float, *, query: bool = False) -> Reply:
        """The answer, whole. ``query``: what the service refuses is the query's fault.

        Raises StoreError, AccessDenied, and for queries QueryError and TimedOut.
        """
        end = time.monotonic() + seconds
        try:
            with self._opener.open(request, timeout=seconds) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status, headers, _read(response, end))
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(request, error, query) from None
        except (TimeoutError, urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise _failed(request, error, seconds, query) from None

    @staticmethod
    def _refused(request: urllib.request.Request, error: urllib.error.HTTPError, query: bool) -> Exception:
        where, code = _plain(request.full_url), error.code
        if code in (401, 403, 407):
            return AccessDenied(f"{where} nimmt die Anmeldung nicht an (HTTP {code}). {_RETRIES}", code)
        said = _said(error)
        if query and code in (400, 500, 422):
            return QueryError(f"{where} lehnt die Anfrage ab: {said or f'HTTP {code}'}")
        if query and code in (408, 504):
            return TimedOut(f"{where} hat die Anfrage abgebrochen, weil sie zu lange lief.")
        if code in (404, 405, 406, 415, 501):
            return NotAnswered(
                f"Unter {where} antwortet kein passender SPARQL-Dienst (HTTP {code}). Bitte die Adresse prüfen.", code
            )
        return NotAnswered(f"{where} antwortet mit HTTP {code}{f': {said}' if said else ''}.", code)


class NotAnswered(StoreError):
    """The service answered with an error of its own; ``status`` is the HTTP status."""

    title = "Fremder SPARQL-Dienst"

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def _read(response: http.client.HTTPResponse, end: float) -> bytes:
    """The body; a service that sends it drop by drop does not get longer for it."""
    parts = []
    while part := response.read1(_CHUNK):
        parts.append(part)
        if time.monotonic() > end:
            raise TimeoutError
    if response.length:  # read1 does not tell that the connection broke off
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)


def _failed(request: urllib.request.Request, error: Exception, seconds: float, query: bool) -> Exception:
    where, reason = _plain(request.full_url), getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        sentence = f"{where} hat nicht in {seconds:g} Sekunden geantwortet."
        return TimedOut(f"{sentence} Die Grenze setzt ZIELGRAPH_QUERY_SECONDS.") if query else StoreError(sentence)
    if isinstance(reason, http.client.IncompleteRead):
        return StoreError(f"Die Verbindung zu {where} brach ab; die Antwort ist unvollständig.")
    said = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return StoreError(
        f"{where} ist nicht erreichbar ({said}). Bitte prüfen, ob der Dienst läuft und die Adresse stimmt."
    )


def _said(error: urllib.error.HTTPError) -> str:
    """The first words of the service's own explanation."""
    try:
        text = error.read(_CHUNK).decode("utf-8", "replace")
    except OSError:
        return ""
    if "<html" in text[:500].lower():
        return ""
    flat = " ".join(text.partition("SPARQL query:")[0].split())  # Virtuoso repeats the query
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"


def _plain(url: str) -> str:
    """The address without parameters: these may hold the whole query."""
    return url.partition("?")[0]
