"""What stands in a cell of a list: drawn for the page or as a term for downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup, escape

from zielgraph.engine import Literal, NamedNode, Term
from zielgraph.vocabulary import XSD
from zielgraph.web.languages import shown_date, shown_number
from zielgraph.web.view import Link, Text

_LONGEST = 1000  # characters
Cell = Link | Text | str | int | float | date | Sequence[Link | Text | str] | None


def macro(name: str, *values: object) -> Markup:
    """A macro of ``_macros.html``, such as ``macro("status", link)``, for ``Column.html``."""
    module: Any = current_app.jinja_env.get_template("_macros.html").module
    return Markup(getattr(module, name)(*values))  # noqa: S704  what a template drew is escaped


def drawn(value: Cell) -> Markup:
    """A value as HTML, escaped; several are kept apart by semicolons."""
    if value is None:
        return Markup("")
    if isinstance(value, Link):
        return Markup(replace(value, text=_short(value.text)).__html__())  # noqa: S704  escapes itself
    if isinstance(value, Text):
        return Markup(_short(value).__html__())  # noqa: S704  escapes itself
    if isinstance(value, str):
        return Markup("<bdi>{}</bdi>").format(_short(Text(value)).value) if value else Markup("")
    if isinstance(value, bool | int | float | date):
        return escape(_words(value))
    return Markup("; ").join(drawn(each) for each in value)


def _short(text: Text) -> Text:
    """The text, cut where no list needs more; the page of the thing and downloads have all of it."""
    return text if len(text.value) <= _LONGEST else replace(text, value=f"{text.value[:_LONGEST].rstrip()} …")


def plain(value: Cell) -> str:
    """A value as text for programs: the IRI of a link, the plain form of everything else."""
    if value is None:
        return ""
    if isinstance(value, Link):
        return value.iri
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Text | str | int | float | date):
        return str(value)
    return " ".join(plain(each) for each in value)


def term(value: Cell) -> Term | None:
    """A value in a download: links by their names, several in one cell."""
    if value is None or value == "":
        return None
    if isinstance(value, Link):
        return term(value.text)
    if isinstance(value, Text):
        return Literal(value.value, language=value.lang) if value.lang else Literal(value.value)
    if isinstance(value, str):
        return Literal(value)
    if isinstance(value, bool | int | float | date):
        kinds: Mapping[type, str] = {bool: "boolean", int: "integer", float: "decimal"}
        return Literal(plain(value), datatype=NamedNode(XSD + kinds.get(type(value), "date")))
    return term("; ".join(str(each.text if isinstance(each, Link) else each) for each in value))


def _words(value: bool | int | float | date) -> str:
    if isinstance(value, bool):
        return str(_("ja") if value else _("nein"))
    return shown_date(value.isoformat()) if isinstance(value, date) else shown_number(value)
