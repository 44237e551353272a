"""Open data: what this service gives as data, how, under which licence, and what must not leave the house."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask_babel import gettext as _

from zielgraph.editions.catalogue import catalogue_graph
from zielgraph.engine import NamedNode
from zielgraph.exporting.tables import plain
from zielgraph.vocabulary import ZG
from zielgraph.web import negotiate
from zielgraph.web.current import settings, state
from zielgraph.web.languages import language, page_url
from zielgraph.web.view import Link, View, current_view

_VOID = "http://rdfs.org/ns/void#"
_LISTS = ("measures", "actors", "bodies")


@dataclass(frozen=True, slots=True)
class Counted:
    """A class of the model and how many things of it there are."""

    link: Link
    number: int


def open_data() -> str:
    """The page."""
    view = current_view()
    return render_template(
        "open_data.html",
        public=settings().public,
        classes=_classes(view),
        dumps=[(ending, url_for("linked.dump", ending=ending)) for ending in negotiate.GRAPHS],
        catalogues=[(ending, url_for("linked.catalog", ending=ending)) for ending in negotiate.GRAPHS],
        tables=[(name, page_url(name, format="csv-de"), page_url(name, format="xlsx")) for name in _LISTS],
        names={"measures": _("Maßnahmen"), "actors": _("Akteure"), "bodies": _("Gremien und Netzwerke")},
        editions=[view.named(edition.iri) for edition in view.inventory.editions],
        void=f"{url_for('wellknown.void')}?lang={language()}",
        permanent=state().base,
    )


def _classes(view: View) -> list[Counted]:
    """What the catalogue in the store has counted, most first; nothing is counted here."""
    graph = catalogue_graph(view.base)
    found = []
    for quad in view.engine.quads(None, NamedNode(_VOID + "class"), None, graph):
        number = next((plain(n) for n in view.objects(quad.subject, NamedNode(_VOID + "entities"), graph)), "")
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(ZG) and number.isdecimal():
            found.append(Counted(view.named(quad.object.value), int(number)))
    return sorted(found, key=lambda each: (-each.number, each.link.text.value))


PAGES = {"open_data": open_data}
