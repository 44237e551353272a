"""Actors that connect themes: the second view of the actors' page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response
from flask_babel import gettext as _
from markupsafe import Markup

from zielgraph.inventory.relations import Broker, brokers
from zielgraph.web.languages import page_url
from zielgraph.web.listing import Column, listing, shown
from zielgraph.web.view import Link, View


def connecting(view: View) -> Response:
    """Who takes part in measures of two themes or more, those first that nobody could replace."""
    table = listing(
        "brokers",
        _columns(view),
        brokers(view.inventory),
        caption=_("Akteure, die Handlungsfelder verbinden"),
        sparql=view.sparql("brokers"),
    )
    return shown("actors-connecting.html", table)


def _columns(view: View) -> list[Column[Broker]]:
    def number(name: str, heading: str, count: Callable[[Broker], int]) -> Column[Broker]:
        return Column(name, heading, count, sort=count, number=True)

    def themes(row: Broker) -> list[Link]:
        """Each theme, leading to the actor's measures in it."""
        found = ((theme, view.named(theme).text) for theme in row.themes)
        return [Link(iri, text, page_url("measures", actor=row.actor, theme=iri)) for iri, text in found]

    def pairs(row: Broker) -> list[str]:
        names = (tuple(view.named(theme).text.value for theme in pair) for pair in row.alone)
        return [f"{one} – {other}" for one, other in names]

    return [
        Column("iri", _("Kennung"), lambda row: row.actor, iri=True),
        Column(
            "actor",
            _("Akteur"),
            lambda row: view.named(row.actor),
            sort=lambda row: view.named(row.actor).text,
            wide=True,
        ),
        number("themes", _("Handlungsfelder"), lambda row: len(row.themes)),
        Column("which", _("welche"), themes),
        number("measures", _("beteiligt an"), lambda row: len(row.items)),
        number("alone", _("nur über ihn verbunden"), lambda row: len(row.alone)),
        Column("pairs", _("diese Paare"), pairs, html=lambda row: Markup("<br>").join(pairs(row))),
    ]
