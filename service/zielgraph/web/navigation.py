"""The navigation in the head and the links in the foot of every page: whatever of it the application offers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _

from zielgraph.web.current import settings
from zielgraph.web.languages import language, page_url

N_ = str  # marks a text for translation, which happens where it is shown
_Entries = tuple[tuple[str, str], ...]  # page or endpoint, and its name
MAIN: _Entries = (
    ("home", N_("Übersicht")),
    ("goals", N_("Ziele")),
    ("measures", N_("Maßnahmen")),
    ("actors", N_("Akteure")),
    ("bodies", N_("Gremien und Netzwerke")),
    ("network", N_("Netzwerk")),
    ("changes", N_("Änderungen")),
    ("questions", N_("Fragen")),
    ("quality", N_("Datenqualität")),
)
MORE: _Entries = (
    ("timeline", N_("Zeitachse")),
    ("report", N_("Bericht")),
    ("courses", N_("Fortführen, einstellen oder neu starten")),
    ("decisions", N_("Entscheidungen")),
    ("import", N_("Import")),
    ("open_data", N_("Offene Daten")),
    ("sparql.endpoint", N_("SPARQL")),
    ("model", N_("Modell")),
    ("help", N_("Hilfe")),
)
ABOUT: _Entries = (
    ("help", N_("Hilfe")),
    ("glossary", N_("Glossar")),
    ("model", N_("Modell")),
    ("imprint", N_("Impressum")),
    ("privacy", N_("Datenschutz")),
    ("accessibility", N_("Barrierefreiheit")),
)
EVERY: _Entries = (*MAIN, *MORE, *(entry for entry in ABOUT if entry not in MORE))
INTERNAL = ("decisions", "import")  # the public service answers 404


@dataclass(frozen=True, slots=True)
class Entry:
    """A link. ``here``: it leads to this very page; ``within``: this page lies below it."""

    name: str
    url: str
    here: bool = False
    within: bool = False


def offered(page: str) -> bool:
    """Whether this service has the page."""
    there = f"pages.{page}_{language()}" in current_app.view_functions
    return there and not (settings().public and page in INTERNAL)


def entries(which: _Entries) -> list[Entry]:
    """Those of the list that the application offers, in the page's language."""
    found = []
    for page, name in which:
        if "." in page:
            url = f"{url_for(page)}?lang={language()}" if page in current_app.view_functions else ""
        else:
            url = page_url(page) if offered(page) else ""
        if url:
            here, path = request.script_root + request.path, url.partition("?")[0]
            within = page != "home" and here.startswith(path.rstrip("/") + "/")
            found.append(Entry(_(name), url, here == path, within))
    return found


def register(app: Flask) -> None:
    """Offer ``navigation("main" | "more" | "about")`` and ``offered("changes")`` to templates."""
    lists = {"main": MAIN, "more": MORE, "about": ABOUT}
    app.jinja_env.globals.update(navigation=lambda name: entries(lists[name]), offered=offered)
