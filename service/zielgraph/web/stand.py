"""The day a page shows: ``?stand=`` in its address, kept by every link that leads on."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from flask import Flask, g, has_request_context, request
from flask_babel import gettext as _
from markupsafe import Markup

from zielgraph.errors import UsageError

PARAMETER = "stand"
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def day_shown() -> date | None:
    """The day of ``?stand=``; None for now. Raises UsageError when it is none."""
    if "day" not in g:
        text = request.args.get(PARAMETER, "").strip()
        g.day = parse_day(text) if text else None
    found: date | None = g.day
    return found


def parse_day(text: str) -> date:
    """A day as ``2019-12-31`` or ``31.12.2019``. Raises UsageError for everything else."""
    german = _GERMAN.fullmatch(text)
    try:
        return date(int(german[3]), int(german[2]), int(german[1])) if german else date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            _("„%(text)s“ ist kein Tag. Bitte so schreiben: 31.12.2019 oder 2019-12-31.", text=text[:40])
        ) from None


def kept() -> str:
    """The day of this request as links carry it on; empty for now, and where it is none."""
    if not has_request_context():
        return ""
    try:
        day = day_shown()
    except UsageError:
        return ""
    return day.isoformat() if day else ""


def stand_field() -> Markup:
    """A hidden input by which a form that is sent by GET stays at the day of its page; empty for now."""
    day = kept()
    return Markup('<input type="hidden" name="{}" value="{}">').format(PARAMETER, day) if day else Markup("")


def stand_banner() -> Markup:
    """A line that says which day the page shows, with the way back to today; empty for now."""
    day = kept()
    if not day:
        return Markup("")
    query = "&".join(
        urlencode({name: value})
        for name, values in request.args.lists()
        for value in values
        if name != PARAMETER and not name.startswith("_")
    )
    shown = ".".join(reversed(day.split("-"))) if request.path.startswith("/de") else day
    today = f"{request.script_root}{request.path}{'?' if query else ''}{query}"
    line = Markup('<p class="stand" role="status">{} <a href="{}">{}</a></p>')
    return line.format(_("Diese Seite zeigt den Stand vom %(day)s.", day=shown), today, _("Zum neuesten Stand"))


def register(app: Flask) -> None:
    """What templates ask."""
    app.jinja_env.globals.update(stand_field=stand_field, stand_banner=stand_banner, stand=kept)
