"""What people decide, in words: one wording for pages, lists, forms and filters."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _


def course_words() -> dict[str, str]:
    """How a measure goes on by decision of a person."""
    return {"continue": _("fortführen"), "stop": _("einstellen"), "restart": _("neu starten")}


def action_words() -> dict[str, str]:
    """What was decided."""
    return {
        "confirm": _("bestätigt"),
        "reject": _("verworfen"),
        "set": _("festgelegt"),
        "accept": _("Befund hingenommen"),
        **course_words(),
    }


def state_words() -> dict[str, str]:
    """What has become of a decision."""
    return {
        "in-force": _("in Kraft"),
        "review": _("neu zu prüfen: der Wortlaut hat sich geändert"),
        "overruled": _("überholt"),
        "withdrawn": _("zurückgenommen"),
    }


def register(app: Flask) -> None:
    """Make them known to templates."""
    app.jinja_env.globals.update(course_words=course_words, action_words=action_words, state_words=state_words)
