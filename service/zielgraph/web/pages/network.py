"""The network: themes and actors crossed first, then what is around one actor, and everything on request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from urllib.parse import urlencode

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _

from zielgraph.drawing.components import components
from zielgraph.errors import NotFound, ZielgraphError
from zielgraph.exporting.gexf import gexf_file
from zielgraph.exporting.graphml import graphml_file
from zielgraph.exporting.xmltext import xml_text
from zielgraph.inventory.matrix import Matrix, Row, matrix
from zielgraph.inventory.network import DISCUSSED, Edge, Network
from zielgraph.inventory.select import Choice, select
from zielgraph.vocabulary import STATUS, ZG
from zielgraph.web import negotiate
from zielgraph.web.choosing import word_of
from zielgraph.web.drawings import drawings
from zielgraph.web.finding import actors_called
from zielgraph.web.languages import SLUGS, page_url
from zielgraph.web.listing import Column, Listing, here, listing, shown
from zielgraph.web.networking import Wish, offered, wished
from zielgraph.web.picture import Picture, kind_of, legend, picture, relation_words
from zielgraph.web.view import Link, Text, View, current_view

FILES = {
    "svg": "image/svg+xml",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "graph": "application/json",
}
_ROWS = 20  # actors in the matrix before somebody asks for more
_IN_PAGE = 400  # nodes that a page draws itself; a larger drawing is a file of its own
_FOUND = 50
_MOST = 3


def network() -> Response:
    """The matrix; with ``actor`` what is around it; with ``view=all`` everything."""
    view = current_view()
    wish = wished(view, request.args)
    way = request.args.get("view", "")
    if way not in ("", "all"):
        raise NotFound(_("Die Ansicht „%(view)s“ gibt es nicht.", view=way), ("all",))
    common: dict[str, object] = {
        "wish": wish,
        "way": "ego" if wish.centre else way or "matrix",
        "centre": view.named(wish.centre) if wish.centre else None,
        "choices": offered(view, wish, members=bool(wish.centre or way)),
        "known": [view.named(iri).text for iri in view.inventory.by_actor],
        "q": request.args.get("q", "").strip(),
        "results": _results(view),
    }
    if not wish.centre and not way:
        return _matrix(view, wish, common)
    part = wish.ego(view) if wish.centre else None
    net = part.network if part else wish.whole(view)
    drawn = partial(_drawn, view, net, wish.centre)
    if (format := request.args.get("format", "")) in FILES:
        return _file(view, drawn(), format)
    edges = _edges(view, wish, net, part is not None)
    return shown(
        "network.html",
        edges,
        net=net,
        drawing=_in_page(net, drawn),
        large=len(net.nodes) > _IN_PAGE,
        legend=legend(view, net),
        numbers=_numbers(view, net),
        components=len(components(net.graph)),
        strongest=_strongest(view, net, wish.centre),
        left_out=_numbers(view, Network(part.left_out, ())) if part else [],
        left=len(part.left_out) if part else 0,
        files=[(name, here(format=name, page=None, size=None, sort=None)) for name in ("svg", "graphml", "gexf")],
        file=_name(view),
        data=here(format="graph", page=None, size=None, sort=None),
        **common,
    )


def _matrix(view: View, wish: Wish, common: dict[str, object]) -> Response:
    found = matrix(view.inventory, wish.items(view), relation=wish.relation, kind=wish.kind)
    lists = _Lists(wish)
    every = request.args.get("rows", "") == "all"
    columns: list[Column[Row]] = [
        Column("actor", _("Akteur"), lambda row: view.named(row.actor)),
        Column("iri", "IRI", lambda row: row.actor, iri=True),
        *(_theme_column(view, index, theme) for index, theme in enumerate(found.themes)),
        Column("total", _("insgesamt"), lambda row: row.total, number=True),
    ]
    table = listing(
        "network",
        columns,
        found.rows,
        caption=_("Maßnahmen nach Handlungsfeld und Akteur"),
        sparql=wish.sparql_of_matrix(view),
        filters=wish.filters(view),
    )
    return shown(
        "network-matrix.html",
        table,
        matrix=found,
        rows=[_linked(view, lists, found, row) for row in (found.rows if every else found.rows[:_ROWS])],
        heads=[(_theme(view, theme), lists.of(theme=theme)) for theme in found.themes],
        totals=[(number, lists.of(theme=t)) for number, t in zip(found.totals, found.themes, strict=True)],
        all_url=lists.of(),
        more=0 if every else max(len(found.rows) - _ROWS, 0),
        more_url=here(rows="all"),
        whole_url=here(view="all", rows=None, page=None, sort=None),
        **common,
    )


def _theme_column(view: View, index: int, theme: str) -> Column[Row]:
    return Column(theme.rsplit("/", 1)[-1], str(_theme(view, theme)), lambda row: row.counts[index], number=True)


def _theme(view: View, theme: str) -> Text | str:
    return word_of(view, "theme", theme)


def _linked(view: View, lists: _Lists, found: Matrix, row: Row) -> tuple[Link, str, list[tuple[int, str]], int, str]:
    """An actor, the address of its network, its cells with the addresses of the lists they count, and its total."""
    cells = [
        (number, lists.of(row.actor, theme) if number else "")
        for number, theme in zip(row.counts, found.themes, strict=True)
    ]
    return view.named(row.actor), here(actor=row.actor, rows=None), cells, row.total, lists.of(row.actor)


class _Lists:
    """Addresses of the lists of the measures that numbers count: thousands, too many to build each from its parts."""

    def __init__(self, wish: Wish) -> None:
        given = {name: text for name, text in wish.found.given.items() if name in ("status", "role")}
        self._start, self._theme = page_url("measures", **given), wish.found.given.get("theme", "")
        self._actor = "body" if wish.relation == DISCUSSED else "actor"

    def of(self, actor: str = "", theme: str = "") -> str:
        """Those of an actor and a theme, else of all."""
        pairs = [(name, text) for name, text in ((self._actor, actor), ("theme", theme or self._theme)) if text]
        joint = "&" if "?" in self._start else "?"
        return f"{self._start}{joint}{urlencode(pairs, safe=':/')}" if pairs else self._start


def _in_page(net: Network, drawn: Callable[[], Picture]) -> Picture | None:
    """The drawing that the page has itself; without it, when no process was free for it, there is still the table."""
    if not 0 < len(net.nodes) <= _IN_PAGE:
        return None
    try:
        return drawn()
    except ZielgraphError:
        return None


def _drawn(view: View, net: Network, centre: str) -> Picture:
    return picture(view, net, drawings().places(net.graph), centre=centre)


def _file(view: View, drawing: Picture, format: str) -> Response:
    """The drawing as a file, or as data for the browser."""
    if format == "graph":
        return jsonify(drawing.for_browser())
    if format == "svg":
        body = xml_text(render_template("network.svg", drawing=drawing, root=request.url_root.rstrip("/"))).encode()
    else:
        body = (graphml_file if format == "graphml" else gexf_file)(*drawing.for_files())
    return negotiate.answer(body, FILES[format], vary="", download=f"{_name(view)}.{format}")


def _name(view: View) -> str:
    """What downloads are called, as those of lists."""
    slug = SLUGS["network"][0 if view.lang == "de" else 1]
    return f"{slug}-{(view.day or date.today()).isoformat()}"


def _edges(view: View, wish: Wish, net: Network, ego: bool) -> Listing[Edge]:
    """The links as a table: the same as the drawing."""
    inventory = view.inventory

    def kind(iri: str) -> Text:
        return view.named(ZG + kind_of(inventory, iri)).text

    def status(edge: Edge) -> Text | None:
        item = inventory.items.get(edge.target) or inventory.items.get(edge.source)
        return view.named(STATUS + item.status).text if item and item.status else None

    def name(iri: str) -> str:
        return view.named(iri).text.value

    columns: list[Column[Edge]] = [
        Column("source", _("Von"), lambda e: view.named(e.source), sort=lambda e: name(e.source), wide=True),
        Column("sourceIri", "IRI", lambda e: e.source, iri=True),
        Column("sourceKind", _("Art"), lambda e: kind(e.source), sort=lambda e: kind(e.source)),
        Column("relation", _("Verbindung"), lambda e: relation_words(view, e.relation), sort=lambda e: e.relation),
        Column("target", _("Nach"), lambda e: view.named(e.target), sort=lambda e: name(e.target), wide=True),
        Column("targetIri", "IRI", lambda e: e.target, iri=True),
        Column("status", _("Status"), status, sort=lambda e: str(status(e) or "")),
    ]
    return listing(
        "network",
        columns,
        net.edges,
        caption=_("Verbindungen"),
        sparql=wish.sparql(view, net if ego else None),
        filters=wish.filters(view),
    )


def _numbers(view: View, net: Network) -> list[tuple[str, int]]:
    """How many nodes there are of each kind."""
    count: dict[str, int] = {}
    for iri in net.nodes:
        kind = kind_of(view.inventory, iri)
        count[kind] = count.get(kind, 0) + 1
    return [(view.named(ZG + kind).text.value, number) for kind, number in sorted(count.items(), key=lambda p: -p[1])]


def _strongest(view: View, net: Network, centre: str) -> list[tuple[Link, int]]:
    """The actors with most links."""
    ranked = [(iri, n) for iri, n in net.degrees.most_common() if iri in view.inventory.actors and iri != centre]
    return [(view.named(iri), number) for iri, number in ranked[:_MOST]]


def _results(view: View) -> list[tuple[Link, str]]:
    """The actors and measures that a search finds, with the addresses of their network or page."""
    words = request.args.get("q", "").strip()
    if not words:
        return []
    found = [(view.named(iri), here(actor=iri, q=None, page=None)) for iri in actors_called(view, words)]
    if len(found) < _FOUND:
        found += [(view.named(i.iri), view.url(i.iri)) for i in select(view.inventory, Choice(q=words, kind="measure"))]
    return found[:_FOUND]


PAGES = {"network": network}
