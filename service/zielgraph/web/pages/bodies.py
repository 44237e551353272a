"""Networks and bodies: which there are and what they deal with; where one is missing, and which overlap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from zielgraph.engine import NamedNode
from zielgraph.errors import NotFound
from zielgraph.inventory.actors import Tally, tallies_of_measures
from zielgraph.inventory.gaps import THEME, Gap, Overlap, gaps, overlapping
from zielgraph.inventory.model import Actor
from zielgraph.inventory.select import Choice, resolve_all, select
from zielgraph.vocabulary import STATUS, ZG
from zielgraph.web.api import catalogue
from zielgraph.web.cells import drawn
from zielgraph.web.choosing import options
from zielgraph.web.languages import page_url, shown_number
from zielgraph.web.listing import Column, Filter, here, listing, shown
from zielgraph.web.view import Link, Text, View, current_view

VIEWS = ("", "gaps", "overlaps")
_NAMED = 5  # members or shared actors named in a row before their number says how many more


@dataclass(frozen=True, slots=True)
class Row:
    """A network or body: what it discusses and in what it takes part."""

    actor: Actor
    discussed: int
    open: int
    named: int


def bodies() -> Response:
    """The networks and bodies; with ``view=gaps`` what has none, with ``view=overlaps`` which overlap."""
    view = current_view()
    way = request.args.get("view", "")
    if way not in VIEWS:
        raise NotFound(_("Die Ansicht „%(view)s“ gibt es nicht.", view=way), VIEWS[1:])
    missing, doubled = gaps(view.inventory), overlapping(view.inventory)
    common: dict[str, object] = {
        "way": way,
        "gaps": len(missing),
        "overlaps": len(doubled),
        "unknown": not any(actor.listed_in for actor in view.inventory.actors.values()),
    }
    if way == "gaps":
        return _gaps(view, missing, common)
    if way == "overlaps":
        return _overlaps(view, doubled, common)
    return _bodies(view, common)


def _bodies(view: View, common: dict[str, object]) -> Response:
    theme = request.args.get("theme", "").strip()
    every = request.args.get("all") == "1"
    themes = resolve_all(view.inventory, "theme", theme, view.lang) if theme else ()
    rows = _rows(view, themes, every=every)
    filters = [Filter(_("Handlungsfeld"), view.named(themes[0]).text, here(page=None, theme=None))] if theme else []
    if every:
        filters.append(Filter(_("Umfang"), _("auch nicht genannte"), here(page=None, all=None)))
    table = listing(
        "bodies",
        _columns(view),
        rows,
        caption=_("Gremien und Netzwerke"),
        sparql=_question("networks", view, theme=[NamedNode(iri) for iri in themes]),
        filters=filters,
        default_sort="-discussed",
    )
    return shown("bodies.html", table, themes=options(view, "theme", theme), every=every, together=None, **common)


def _rows(view: View, themes: tuple[str, ...], *, every: bool) -> list[Row]:
    """Those with members, a theme, an entry in an overview or a measure, by name; with ``every`` the whole register."""
    inventory = view.inventory
    counted = tallies_of_measures(inventory)
    rows = []
    for iri, actor in inventory.actors.items():
        known = (
            actor.listed_in or actor.members or actor.themes or iri in inventory.by_body or iri in inventory.by_actor
        )
        if actor.gathers and (known or every) and (not themes or set(themes) & set(actor.themes)):
            discussed = select(inventory, Choice(body=iri, kind="measure"))
            named = counted.get(iri, Tally()).items
            rows.append(Row(actor, len(discussed), sum(item.open for item in discussed), named))
    return rows


def _columns(view: View) -> list[Column[Row]]:
    def number(name: str, heading: str, count: Callable[[Row], int], by: str, status: str = "") -> Column[Row]:
        def linked(row: Row) -> Markup:
            return _counted(count(row), page_url("measures", status=status, **{by: row.actor.iri}))

        return Column(name, heading, count, sort=count, number=True, html=linked)

    def kind(row: Row) -> Text:
        own = row.actor.network_kind
        return Text(own, "de") if own else view.named(ZG + _gathers_as(row.actor)).text

    def lead(row: Row) -> Link | Text | None:
        if row.actor.lead:
            return view.named(row.actor.lead[0])
        return view.text(NamedNode(row.actor.iri), "leadText")

    return [
        Column("iri", _("Kennung"), lambda row: row.actor.iri, iri=True),
        Column("name", _("Name"), lambda row: view.named(row.actor.iri), sort=lambda row: _label(view, row), wide=True),
        Column("kind", _("Art"), kind, sort=kind),
        number("discussed", _("berät Maßnahmen"), lambda row: row.discussed, "body"),
        number("open", _("davon offen"), lambda row: row.open, "body", "open"),
        number("named", _("kommt vor in"), lambda row: row.named, "actor"),
        Column("themes", _("Handlungsfelder"), lambda row: [view.named(theme) for theme in row.actor.themes]),
        Column(
            "members",
            _("Mitglieder"),
            lambda row: [view.named(each) for each in row.actor.members],
            sort=lambda row: len(row.actor.members),
            html=lambda row: _some(view, row.actor.members) if row.actor.members else _("nicht bekannt"),
        ),
        Column("lead", _("Leitung"), lead),
        Column("rhythm", _("Turnus"), lambda row: Text(row.actor.rhythm, "de") if row.actor.rhythm else None),
    ]


def _gaps(view: View, found: Sequence[Gap], common: dict[str, object]) -> Response:
    inventory = view.inventory
    of = request.args.get("of", "").strip()
    chosen = next((gap for gap in found if gap.subject == of), None)
    if of and chosen is None:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=of))

    def words(gap: Gap) -> str:
        return str(_("nur über Maßnahmen") if gap.linked else _("keine Anbindung"))

    def measures(gap: Gap) -> Markup:
        theme = page_url("measures", theme=gap.subject)
        return _counted(len(gap.measures), theme if gap.kind == THEME else here(of=gap.subject) + "#massnahmen")

    def opened(gap: Gap) -> Markup:
        theme = page_url("measures", theme=gap.subject, status="open")
        return _counted(gap.open, theme if gap.kind == THEME else here(of=gap.subject) + "#massnahmen")

    columns: list[Column[Gap]] = [
        Column("kind", _("Art"), lambda gap: view.named(ZG + gap.kind).text, sort=lambda gap: gap.kind),
        Column("subject", "IRI", lambda gap: gap.subject, iri=True),
        Column(
            "label",
            _("Handlungsfeld oder Akteur"),
            lambda gap: view.named(gap.subject),
            sort=lambda gap: inventory.label(gap.subject, view.lang).value,
            wide=True,
        ),
        Column(
            "measures",
            _("Maßnahmen"),
            lambda gap: len(gap.measures),
            sort=lambda gap: len(gap.measures),
            number=True,
            html=measures,
        ),
        Column(
            "openMeasures", _("davon offen"), lambda gap: gap.open, sort=lambda gap: gap.open, number=True, html=opened
        ),
        Column("gap", _("Lücke"), words, sort=words),
        Column("themes", _("Handlungsfelder der Maßnahmen"), lambda gap: [view.named(theme) for theme in gap.themes]),
    ]
    table = listing("bodies", columns, found, caption=_("Ohne Netzwerk"), sparql=_question("network-gaps", view))
    together = None
    if chosen:
        items = [inventory.items[iri] for iri in chosen.measures]
        together = (
            view.named(of),
            [(view.named(item.iri), view.named(STATUS + item.status) if item.status else None) for item in items],
        )
    return shown("bodies.html", table, together=together, **common)


def _overlaps(view: View, found: Sequence[Overlap], common: dict[str, object]) -> Response:
    columns: list[Column[Overlap]] = [
        Column("first", _("Erstes Netzwerk"), lambda pair: view.named(pair.first)),
        Column("second", _("Zweites Netzwerk"), lambda pair: view.named(pair.second)),
        Column("firstIri", "IRI", lambda pair: pair.first, iri=True),
        Column("secondIri", "IRI", lambda pair: pair.second, iri=True),
        Column("themes", _("Gemeinsame Handlungsfelder"), lambda pair: [view.named(theme) for theme in pair.themes]),
        Column(
            "sharedActors",
            _("gemeinsame Akteure"),
            lambda pair: len(pair.shared),
            sort=lambda pair: len(pair.shared),
            number=True,
        ),
        Column("actors1", _("Akteure im ersten"), lambda pair: pair.first_actors, number=True),
        Column("actors2", _("Akteure im zweiten"), lambda pair: pair.second_actors, number=True),
        Column(
            "share",
            _("Anteil"),
            lambda pair: round(pair.share, 2),
            sort=lambda pair: pair.share,
            number=True,
            html=lambda pair: f"{round(100 * pair.share)} %",
        ),
        Column(
            "shared",
            _("Wer in beiden ist"),
            lambda pair: [view.named(iri) for iri in pair.shared],
            html=lambda pair: _some(view, pair.shared),
        ),
        Column(
            "basis", _("verglichen"), lambda pair: _("Mitglieder") if pair.by_members else _("Akteure der Maßnahmen")
        ),
    ]
    table = listing("bodies", columns, found, caption=_("Überschneidungen"), sparql=_question("network-overlaps", view))
    return shown("bodies.html", table, together=None, **common)


def _question(name: str, view: View, **given: list[NamedNode]) -> str:
    """The query of the catalogue that gives the same rows."""
    known = catalogue().get(name)
    return known.render({key: terms for key, terms in given.items() if terms}, view.lang) if known else ""


def _counted(number: int, url: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, shown_number(number)) if number else Markup("0")


def _some(view: View, iris: tuple[str, ...]) -> Markup:
    """The first names, and how many more there are."""
    more = len(iris) - _NAMED
    rest = Markup(' <span class="quiet">{}</span>').format(_("und %(num)s weitere", num=more))
    return drawn([view.named(iri) for iri in iris[:_NAMED]]) + (rest if more > 0 else "")


def _gathers_as(actor: Actor) -> str:
    return "Network" if "Network" in actor.kinds else "Body"


def _label(view: View, row: Row) -> str:
    return view.inventory.label(row.actor.iri, view.lang).value


PAGES = {"bodies": bodies}
