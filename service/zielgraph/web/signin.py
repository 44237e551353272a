"""Signing in with a token and out again, for people at a browser."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.access.sessions import LIFETIME
from zielgraph.errors import AccessDenied, NotFound, ServiceBusy
from zielgraph.web.admission import CALLER, COOKIE, Admission, same_origin
from zielgraph.web.current import settings
from zielgraph.web.formguard import local_address
from zielgraph.web.languages import LANGUAGES, SLUGS, language


def blueprint() -> Blueprint:
    """Both addresses in both languages."""
    doors = Blueprint("signin", __name__)
    for index, lang in enumerate(LANGUAGES):
        doors.add_url_rule(f"/{lang}/{SLUGS['signin'][index]}", f"form_{lang}", form, methods=["GET", "POST"])
        doors.add_url_rule(f"/{lang}/{SLUGS['signout'][index]}", f"out_{lang}", sign_out, methods=["GET", "POST"])
    return doors


def form() -> BaseResponse:
    """The form; with a valid token back to the page that asked for it."""
    error, status, headers = "", 200, {}
    if settings().public:
        raise NotFound(_("Der öffentliche Dienst braucht keine Anmeldung."))
    if request.method == "POST":
        _refuse_strangers()
        admission = _admission()
        token = admission.tokens.verify(request.form.get("token", "").strip())
        if token:
            response = redirect(local_address(request.args.get("next", "")), 303)
            response.set_cookie(COOKIE, admission.sessions.start(token), max_age=LIFETIME, **_cookie())  # type: ignore[arg-type]
            return response
        error, status = _("Dieses Token gilt nicht: Es ist unbekannt, widerrufen oder abgelaufen."), 401
        try:
            admission.failed(request.environ)
        except ServiceBusy as busy:
            error = _("Zu viele ungültige Tokens. Bitte in %(n)s Sekunden noch einmal versuchen.", n=busy.seconds)
            status, headers = busy.status, {"Retry-After": str(busy.seconds)}
    page = render_template("signin.html", error=error, left=request.args.get("left") == "1")
    response = Response(page, status=status, content_type="text/html; charset=utf-8", headers=headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def sign_out() -> BaseResponse:
    """End the session, in this browser and for every copy of its cookie. A link only leads to the form."""
    if request.method != "POST":
        return redirect(url_for(f"signin.form_{language()}"), 303)
    _refuse_strangers()
    after_this_request(_forget)  # even where the disk is full and a page says that copies still work
    _admission().sessions.end(request.cookies.get(COOKIE, ""))
    return redirect(url_for(f"signin.form_{language()}", left="1"), 303)


def _forget(response: Response) -> Response:
    response.delete_cookie(COOKIE, **_cookie())  # type: ignore[arg-type]
    return response


def signed_in() -> dict[str, object] | None:
    """Who is signed in, and whether here (then they can sign out) or at the proxy. For the head of every page."""
    caller = request.environ.get(CALLER)
    return {"name": caller.name, "here": caller.key.startswith("session:")} if caller and caller.name else None


def register(app: Flask) -> None:
    """What the head of every page asks."""
    app.jinja_env.globals["signed_in"] = signed_in


def _admission() -> Admission:
    found: Admission = current_app.extensions["zielgraph.admission"]
    return found


def _refuse_strangers() -> None:
    if not same_origin(request.environ):
        raise AccessDenied(_("Diese Anmeldung oder Abmeldung kam nicht von einer Seite dieses Dienstes."), 403)


def _cookie() -> dict[str, object]:
    # Lax, not Strict: a link in an e-mail leads straight to the page. What changes something checks the origin.
    return {"path": f"{request.script_root}/", "secure": request.is_secure, "httponly": True, "samesite": "Lax"}
