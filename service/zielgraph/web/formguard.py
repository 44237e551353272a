"""Forms that change something: who may send them, and that they come from a page which this service gave that person.

Three locks, one after the other: the browser says that a page of this service sent the form (:func:`same_origin`), the
person has the right to write, and the form carries a token that was signed for this person, this purpose and not long
ago. Callers with a bearer token need no form token: no other site can make a browser send that header.

Flask-WTF keeps its token in Flask's session cookie. There is none here: people sign in with a cookie of our own or at
a proxy, and a second cookie with a second secret key would have to be kept, rotated and ended beside it. So the token
is bound to the session (or to the person whom the proxy names) by the key that signs sessions, and dies with it.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote

from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadData
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.access import Caller, Sessions
from zielgraph.access.sessions import LIFETIME
from zielgraph.errors import AccessDenied, NotFound, ZielgraphError
from zielgraph.web.admission import CALLER, demand, same_origin
from zielgraph.web.current import settings
from zielgraph.web.languages import language, page_url
from zielgraph.web.problems import status_of

FIELD = "form-token"
_LIFETIME = LIFETIME
_NONCE_BYTES = 8


def csrf_field(purpose: str) -> Markup:
    """The hidden input that :func:`check_form` wants to see. Empty for those who may not write."""
    person = caller()
    if not may_write() or person.bearer:
        return Markup("")
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, form_token(person, purpose))


def form_token(person: Caller, purpose: str) -> str:
    """A token for one person and purpose; the key of the caller tells sessions apart. Raises StoreError."""
    return _sessions().signer(_bound(person, purpose)).sign(secrets.token_hex(_NONCE_BYTES)).decode("ascii")


def check_form(purpose: str) -> Caller:
    """Who sends the form, who may do so. Raises AccessDenied: 401 where signing in would help, else 403."""
    person = caller()
    if settings().public:
        raise AccessDenied(_("Der öffentliche Dienst ist nur zum Lesen da."), 403)
    if not person.bearer and not same_origin(request.environ):
        raise AccessDenied(_("Dieses Formular kam nicht von einer Seite dieses Dienstes."), 403)
    if not person.name:
        raise AccessDenied(_("Dazu bitte zuerst anmelden; es wurde nichts geändert."), 401)
    demand(request.environ, "write")
    if not person.bearer:
        try:
            token = request.form.get(FIELD, "")
            _sessions().signer(_bound(person, purpose)).unsign(token, max_age=_LIFETIME)
        except BadData:
            raise AccessDenied(
                _("Das Formular ist abgelaufen oder gehört zu einer anderen Anmeldung. Bitte noch einmal absenden."),
                403,
            ) from None
    return person


def may_write() -> bool:
    """Whether who asks may change something here."""
    return not settings().public and caller().may("write")


def locked(error: ZielgraphError | None = None) -> BaseResponse | None:
    """The answer to who may not write, for pages that only those get to see who may; None for these.

    ``error`` is why a form was refused. Without it, who is not signed in is led to the sign-in page and back.
    """
    if may_write():
        return None
    if error is None and not caller().name:
        return redirect(sign_in_url(), 303)
    try:
        demand(request.environ, "write")
    except AccessDenied as denied:
        error = error or denied
    status = status_of(error) if error else 403
    page = render_template("locked.html", error=str(error or ""), back=request.path)
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def refuse_public() -> None:
    """Raise NotFound in the public service, which has no pages to change something."""
    if settings().public:
        raise NotFound(_("Diese Seite gibt es nur im internen Dienst."))


def sign_in_url(back: str = "") -> str:
    """Address of the sign-in page that leads back to this page, or to the given one of this service."""
    here = back or f"{quote(request.script_root + request.path)}?{request.query_string.decode('latin-1')}".rstrip("?")
    return url_for(f"signin.form_{language()}", next=here)


def local_address(address: str, fallback: str = "") -> str:
    """The address, if it is one of this service; else the fallback, else the start page.

    Browsers read a backslash as a slash and drop control characters, so that both could lead elsewhere.
    """
    plain = address.isprintable() and address.isascii() and "\\" not in address and not address.startswith("//")
    return address if plain and address.startswith(f"{request.script_root}/") else fallback or page_url("home")


def register(app: Flask) -> None:
    """What templates with forms ask."""
    app.jinja_env.globals.update(
        csrf_field=csrf_field, may_write=may_write, sign_in_url=sign_in_url, internal=lambda: not settings().public
    )


def _bound(person: Caller, purpose: str) -> str:
    return f"form\n{purpose}\n{person.key}"


def caller() -> Caller:
    """Who sent this request."""
    found: Caller = request.environ[CALLER]
    return found


def _sessions() -> Sessions:
    found: Sessions = current_app.extensions["zielgraph.admission"].sessions
    return found
