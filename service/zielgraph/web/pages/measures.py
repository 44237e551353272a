"""The list of measures: which are open, whose are they."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from flask import Response, request
from flask_babel import gettext as _

from zielgraph.errors import NotFound, ZielgraphError
from zielgraph.inventory.model import Item
from zielgraph.vocabulary import DISPOSITION, STATUS
from zielgraph.web.choosing import Asked, asked, bound, filters, options, words_of_filters
from zielgraph.web.listing import Column, listing, macro, ordered, shown
from zielgraph.web.view import Link, View, current_view

_FORM = ("theme", "status", "outcome", "body", "role", "year", "course")
VIEWS = ("table", "cards")


def measures() -> Response:
    """The measures that the filters of the address leave, as a table or as cards."""
    view = current_view()
    found = asked(view, request.args)
    way = request.args.get("view", "") or VIEWS[0]
    if way not in VIEWS:
        raise NotFound(_("Die Ansicht „%(view)s“ gibt es nicht.", view=way), VIEWS)
    items = found.items(view)
    table = listing(
        "measures",
        columns(view, way_back(found.given, request.args.get("sort", ""))),
        items,
        caption=_("Maßnahmen und Ziele ohne Maßnahme") if "kind" in found.given else _("Maßnahmen"),
        sparql=view.sparql("measures", **bound(view, found)),
        filters=filters(view, found, len(items)),
    )
    headings = words_of_filters()
    return shown(
        "measures.html",
        table,
        way=way,
        given=found.given,
        choices=[(name, headings[name], options(view, name, found.given.get(name, ""))) for name in _FORM],
        headings=headings,
        actors=options(view, "actor"),
        goal=view.named(found.choice.goal[0]) if found.choice.goal else None,
        open=sum(item.open for item in items),
    )


def columns(view: View, origin: str = "") -> list[Column[Item]]:
    """The columns of the list; links to measures carry ``origin``, so that the reader can go on through the list."""
    inventory = view.inventory
    order = {status.key: at for at, status in enumerate(inventory.statuses)}
    outcomes = {iri.rsplit("/", 1)[-1]: at for at, iri in enumerate(inventory.dispositions)}

    def link(item: Item) -> Link:
        own = view.named(item.iri)
        return Link(own.iri, own.text, with_origin(own.url, origin))

    def links(iris: Sequence[str]) -> list[Link]:
        return [view.named(iri) for iri in iris]

    def name(iris: Sequence[str]) -> str:
        return inventory.label(iris[0], view.lang).value if iris else ""

    return [
        Column("iri", _("Kennung"), lambda item: item.iri, iri=True),
        Column("measure", _("Maßnahme"), link, sort=lambda item: name([item.iri]), wide=True),
        Column(
            "status",
            _("Status"),
            lambda item: status_link(view, item.status),
            sort=lambda item: order.get(item.status),
            html=lambda item: macro("status", status_link(view, item.status)),
        ),
        Column(
            "outcome",
            _("Verbleib"),
            lambda item: view.named(DISPOSITION + item.disposition).text if item.disposition else None,
            sort=lambda item: outcomes.get(item.disposition),
        ),
        Column("theme", _("Handlungsfeld"), lambda item: links(item.themes), sort=lambda item: name(item.themes)),
        Column("lead", _("Federführung"), lambda item: links(leads(item)), sort=lambda item: name(leads(item))),
        Column("body", _("Gremium"), lambda item: links(item.bodies), sort=lambda item: name(item.bodies)),
        Column("first", _("Erstmals genannt"), lambda item: item.first.text, sort=lambda item: first_day(item)),
        Column("line", _("Zeile"), lambda item: item.line, sort=lambda item: item.line, number=True),
    ]


def leads(item: Item) -> list[str]:
    """The actors that lead an item."""
    return [part.actor for part in item.parts if part.role == "lead"]


def first_day(item: Item) -> str:
    """When an item was first mentioned, for sorting; empty where that is not known."""
    return item.first.start if item.first.year else ""


def status_link(view: View, key: str) -> Link | None:
    """A status by its key."""
    return view.named(STATUS + key) if key else None


def way_back(given: Mapping[str, str], sort: str) -> str:
    """The filters and the order of a list in one parameter, for the pages of what it lists."""
    return urlencode({**given, **({"sort": sort} if sort else {})})


def with_origin(url: str, origin: str) -> str:
    """The address of a measure with the list it was found in."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'from': origin})}" if origin and url else url


def neighbours(view: View, iri: str, origin: str) -> tuple[Asked | None, list[str], int]:
    """The list that an address names by ``from=``, its items, and where among them a measure is (-1: nowhere).

    Without a list, or with one that there is not, it is all measures in the order of the report.
    """
    found: Asked | None = None
    items: list[Item] = []
    try:
        if given := dict(parse_qsl(origin)):
            found = asked(view, given)
            items = found.items(view)
            if sort := given.get("sort", ""):
                items = ordered(columns(view), items, sort)
    except ZielgraphError:
        found, items = None, []
    iris = [item.iri for item in items]
    if iri not in iris:
        found, iris = None, [each.iri for each in view.inventory.items.values() if each.measure]
    return found, iris, iris.index(iri) if iri in iris else -1


PAGES = {"measures": measures}
