"""When what was first mentioned, begun, due or resolved: bars by year, the same as a table, and the list."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from zielgraph.engine import Literal, Term
from zielgraph.errors import NotFound
from zielgraph.web.cells import drawn
from zielgraph.web.choosing import Asked, asked, bound, filters, options, words_of_filters
from zielgraph.web.languages import page_url
from zielgraph.web.listing import Column, Filter, here, listing, macro, shown
from zielgraph.web.pages.measures import status_link
from zielgraph.web.timeaxis import NONE, WHATS, Bar, Event, bars, chart, events
from zielgraph.web.view import Text, View, current_view

_FORM = ("theme", "status")
_SHORT = 20  # characters


def timeline() -> Response:
    """The events of one kind, of all years or of one, with the filters of the address."""
    view = current_view()
    what = request.args.get("what", "") or WHATS[0]
    if what not in WHATS:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=what[:80]), WHATS)
    given = {name: text for name in _FORM if (text := request.args.get(name, "").strip())}
    wanted = asked(view, given)
    every = events(view.engine, view.inventory, what, wanted.items(view))
    by_year = bars(every)
    year = request.args.get("year", "").strip()
    if year and year not in [bar.place for bar in by_year]:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=year[:80]), tuple(b.place for b in by_year)[:8])
    chosen = [event for event in every if year in ("", event.year)]
    shown_bars = bars(chosen, year) if year and year != NONE else by_year
    statuses = [status.key for status in view.inventory.statuses] + [""]
    told = filters(view, wanted, 1)
    if year:
        told.append(Filter(_("Jahr"), _("ohne Angabe") if year == NONE else year, here(year=None, page=None)))
    present = [key for key in statuses if any(bar.counts.get(key) for bar in shown_bars)]
    quarters = bool(year and year != NONE)
    return shown(
        "timeline.html",
        listing(
            "timeline",
            _columns(view, what),
            chosen,
            caption=words()[what],
            sparql=view.sparql("timeline", **_terms(view, wanted, what, year)),
            filters=told,
        ),
        what=what,
        whats=words(),
        year=year,
        quarters=quarters,
        bars=shown_bars,
        chart=chart([bar for bar in shown_bars if bar.place != NONE], statuses),
        statuses=[(key, status_link(view, key)) for key in present],
        total=sum(bar.total for bar in shown_bars),
        link=_linker(view, what, given, quarters),
        choices=[(name, words_of_filters()[name], options(view, name, given.get(name, ""))) for name in _FORM],
    )


def _terms(view: View, wanted: Asked, what: str, year: str) -> dict[str, list[Term]]:
    """The same filters as terms for the slots of ``queries/timeline.rq``."""
    terms = {
        name: its for name, its in bound(view, wanted).items() if name.removeprefix("without-") in ("kind", *_FORM)
    }
    terms[what] = []
    if year:
        terms |= {"without-year": []} if year == NONE else {"year": [Literal(year)]}
    return terms


def words() -> dict[str, str]:
    """What the kinds of events are called."""
    return {
        "first": _("Erstmals genannt"),
        "begin": _("Beginn"),
        "due": _("Frist"),
        "resolution": _("Beschlüsse"),
    }


def _linker(view: View, what: str, given: dict[str, str], quarters: bool) -> Callable[[Bar, str], str]:
    """Gives the address of the list behind a number: of measures for the first mention, else further down this page."""

    def link(bar: Bar, status: str = "") -> str:
        if quarters:
            return ""
        own = {"status": status} if status else {}
        if what == "first":
            return page_url("measures", year=bar.place, **{**given, **own})
        return page_url("timeline", what=what, year=bar.place, **{**given, **own})

    return link


def _columns(view: View, what: str) -> list[Column[Event]]:
    columns = [
        Column[Event]("iri", _("Kennung"), lambda event: event.item.iri, iri=True),
        Column[Event]("measure", _("Maßnahme"), lambda event: view.named(event.item.iri), sort=_name(view), wide=True),
        Column[Event](
            "date",
            _("Datum laut Bericht"),
            lambda event: event.when.text,
            sort=lambda event: event.when.start if event.when.year else "",
            html=_date,
        ),
        Column[Event](
            "rough",
            _("nur ungefähr"),
            lambda event: event.rough,
            sort=lambda event: event.rough,
            html=lambda event: _("ja") if event.rough else "",
        ),
        Column[Event](
            "status",
            _("Status"),
            lambda event: status_link(view, event.item.status),
            html=lambda event: macro("status", status_link(view, event.item.status)),
        ),
        Column[Event]("theme", _("Handlungsfeld"), lambda event: [view.named(iri) for iri in event.item.themes]),
    ]
    if what == "resolution":
        by = Column[Event]("by", _("Beschlossen von"), lambda event: [view.named(iri) for iri in event.by])
        columns.insert(4, by)
    return columns


def _date(event: Event) -> Markup:
    """The words of the report; what is as short as a day stays on one line."""
    text = drawn(Text(event.when.text, "de"))
    return Markup('<span class="nowrap">{}</span>').format(text) if len(event.when.text) < _SHORT else text


def _name(view: View) -> Callable[[Event], str]:
    return lambda event: view.inventory.label(event.item.iri, view.lang).value


PAGES = {"timeline": timeline}
