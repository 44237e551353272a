"""The list of actors: who does what in how many measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from zielgraph.engine import Literal, NamedNode, Term
from zielgraph.errors import NotFound
from zielgraph.inventory.actors import Tally, tallies, tallies_of_measures
from zielgraph.inventory.model import Actor
from zielgraph.vocabulary import ROLE, ZG
from zielgraph.web.cells import drawn
from zielgraph.web.connecting import connecting
from zielgraph.web.finding import actors_called
from zielgraph.web.languages import page_url, shown_number
from zielgraph.web.listing import Column, Filter, here, listing, shown
from zielgraph.web.networking import Wish, offered, wished
from zielgraph.web.view import Link, Text, View, current_view

VIEWS = ("connecting",)
_OWN = 2  # roles with a column of their own: lead and partner
_SEVERAL = 3  # bodies named in a row; their number says how many more there are


@dataclass(frozen=True, slots=True)
class Row:
    """An actor and what the measures say of it."""

    actor: Actor
    tally: Tally


def actors() -> Response:
    """The actors that measures name, by kind, theme, role and text; the whole register on request.

    With ``view=connecting`` those that connect themes.
    """
    view = current_view()
    way = request.args.get("view", "")
    if way not in ("", *VIEWS):
        raise NotFound(_("Die Ansicht „%(view)s“ gibt es nicht.", view=way[:80]), VIEWS)
    if way:
        return connecting(view)
    wish = wished(view, {name: request.args.get(name, "") for name in ("kind", "theme", "role")})
    everyone = request.args.get("all") == "1"
    words = " ".join(request.args.get("q", "").split())
    rows = _rows(view, wish, everyone=everyone, words=words)
    extra = [(_("Name oder Kürzel enthält"), f"„{words}“", "q")] if words else []
    if everyone:
        extra.append((_("Umfang"), _("auch nicht genannte"), "all"))
    table = listing(
        "actors",
        _columns(view, wish),
        rows,
        caption=_("Akteure"),
        sparql=view.sparql("actor-list", **_bound(wish, everyone=everyone, words=words)),
        filters=[*wish.filters(view), *(Filter(head, text, here(page=None, **{n: None})) for head, text, n in extra)],
        default_sort="-measures",
    )
    return shown(
        "actors.html",
        table,
        choices=offered(view, wish, members=False),
        everyone=everyone,
        q=words,
        hidden=len(view.inventory.actors) - len(rows) if not everyone else 0,
    )


def _rows(view: View, wish: Wish, *, everyone: bool, words: str) -> list[Row]:
    """The actors wanted, by name."""
    counted = tallies(wish.themed(view)) if wish.theme else tallies_of_measures(view.inventory)
    among = [
        Row(actor, counted.get(iri, Tally()))
        for iri, actor in view.inventory.actors.items()
        if (everyone or iri in counted) and (not wish.kind or wish.kind in actor.kinds)
    ]
    if wish.relation:
        among = [row for row in among if row.tally.roles[wish.relation]]
    if words:
        fitting = set(actors_called(view, words, [row.actor.iri for row in among]))
        among = [row for row in among if row.actor.iri in fitting]
    return among


def _bound(wish: Wish, *, everyone: bool, words: str) -> dict[str, list[Term]]:
    """The filters as terms for ``queries/actor-list.rq``."""
    given = wish.themes_bound()
    if wish.relation:
        given["role"] = [NamedNode(ROLE + wish.relation)]
        if "theme" in given:
            given["of"] = given["theme"]
    if wish.kind:
        given["kind"] = [NamedNode(ZG + wish.kind)]
    if everyone and not wish.relation:
        given["everyone"] = []
    if words:
        given["q"] = [Literal(word.casefold()) for word in words.split()]
    return given


def _columns(view: View, wish: Wish) -> list[Column[Row]]:
    theme = wish.found.given.get("theme", "")

    def number(name: str, heading: str, count: Callable[[Row], int], **filters: str) -> Column[Row]:
        """A column of numbers, each with a link to the measures that it counts."""

        def linked(row: Row) -> Markup | str:
            if not count(row):
                return "–"
            url = page_url("measures", actor=row.actor.iri, theme=theme, **filters)
            return Markup('<a href="{}">{}</a>').format(url, shown_number(count(row)))

        return Column(name, heading, count, sort=count, number=True, html=linked)

    def in_role(role: str) -> Column[Row]:
        key = role.removeprefix(ROLE)
        return number(key, view.named(role).text.value, lambda row: row.tally.roles[key], role=key)

    def other_roles(row: Row) -> str:
        others = view.inventory.roles[_OWN:]
        counts = [(view.named(role).text.value, row.tally.roles[role.removeprefix(ROLE)]) for role in others]
        return "; ".join(f"{words}: {count}" for words, count in counts if count)

    def linked_roles(row: Row) -> Markup:
        others = [(role, role.removeprefix(ROLE)) for role in view.inventory.roles[_OWN:]]
        return Markup("<br>").join(
            Markup('{}: <a href="{}">{}</a>').format(
                view.named(role).text.value,
                page_url("measures", actor=row.actor.iri, theme=theme, role=key),
                shown_number(row.tally.roles[key]),
            )
            for role, key in others
            if row.tally.roles[key]
        )

    def bodies(row: Row) -> list[Link]:
        return [view.named(iri) for iri in _meets(row)]

    def some_bodies(row: Row) -> Markup:
        found = bodies(row)
        more = len(found) - _SEVERAL
        rest = Markup(' <span class="quiet">{}</span>').format(_("und %(num)s weitere", num=more))
        return drawn(found[:_SEVERAL]) + (rest if more > 0 else "")

    def codes(row: Row) -> str:
        return ", ".join(row.actor.codes)

    return [
        Column("iri", _("Kennung"), lambda row: row.actor.iri, iri=True),
        Column(
            "actor",
            _("Akteur"),
            lambda row: view.named(row.actor.iri),
            sort=lambda row: view.named(row.actor.iri).text,
            wide=True,
        ),
        Column("code", _("Kürzel"), codes, sort=codes),
        Column("kind", _("Art"), lambda row: _kind(view, row.actor), sort=lambda row: _kind(view, row.actor)),
        number("measures", _("Maßnahmen"), lambda row: row.tally.items),
        number("open", _("davon offen"), lambda row: row.tally.open, status="open"),
        *(in_role(role) for role in view.inventory.roles[:_OWN]),
        Column("otherRoles", _("Weitere Rollen"), other_roles, html=linked_roles),
        Column("bodies", _("Gremien und Netzwerke"), bodies, sort=lambda row: len(_meets(row)), html=some_bodies),
        Column(
            "provisional",
            _("vorläufig"),
            lambda row: row.actor.provisional,
            html=lambda row: _("ja") if row.actor.provisional else "",
        ),
    ]


def _meets(row: Row) -> list[str]:
    """The networks and bodies in which the actor is a member, or that discuss its measures."""
    return list(dict.fromkeys((*row.actor.member_of, *(body for body, _n in row.tally.bodies.most_common()))))


def _kind(view: View, actor: Actor) -> Text:
    return view.named(ZG + actor.kind).text


PAGES = {"actors": actors}
