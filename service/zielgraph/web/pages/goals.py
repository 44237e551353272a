"""The goals: a tree with the light of each and the reason for it, or a table."""

from __future__ import annotations

from functools import cache

from flask import Response, request
from flask_babel import gettext as _

from zielgraph.engine import NamedNode, Term
from zielgraph.errors import NotFound
from zielgraph.inventory.model import Goal
from zielgraph.inventory.rollup import load_rules
from zielgraph.inventory.select import resolve_all
from zielgraph.vocabulary import ZG
from zielgraph.web.goaltree import chosen, stand_of, tree
from zielgraph.web.languages import page_url
from zielgraph.web.listing import Column, Filter, here, listing, macro, shown
from zielgraph.web.view import View, current_view

KINDS = ("PrincipleGoal", "FrameworkGoal", "OutcomeGoal")
VIEWS = ("tree", "table")
_OPENED = 1  # levels that the tree shows at first


def goals() -> Response:
    """The goals that the filters leave: ``theme``, ``system``, ``kind`` (table), ``goal`` (one branch), ``depth``."""
    view = current_view()
    inventory = view.inventory
    given = {name: request.args.get(name, "").strip() for name in ("theme", "system", "goal", "kind")}
    themes = resolve_all(inventory, "theme", given["theme"], view.lang) if given["theme"] else ()
    system = resolve_all(inventory, "system", given["system"], view.lang)[0] if given["system"] else ""
    branch = resolve_all(inventory, "goal", given["goal"], view.lang)[0] if given["goal"] else ""
    kind = _one_of("kind", given["kind"], ("", *KINDS))
    way = _one_of("view", request.args.get("view", "") or ("table" if kind else "tree"), VIEWS)
    depth = int(_one_of("depth", request.args.get("depth", "") or str(_OPENED), tuple("01239")))
    found = chosen(inventory, themes=themes, system=system, branch=branch)
    rows = [goal for goal in found if not kind or goal.kind == kind]
    terms: dict[str, list[Term]] = {
        name: [NamedNode(iri) for iri in iris]
        for name, iris in (("theme", themes), ("system", (system,)), ("branch", (branch,)))
        if any(iris)
    }
    if kind:
        terms["kind"] = [NamedNode(ZG + kind)]
    table = listing(
        "goals",
        columns(view),
        rows,
        caption=_("Ziele"),
        sparql=view.sparql("goals", **terms),
        filters=_filters(view, themes, system, branch, kind),
    )
    return shown(
        "goals.html",
        table,
        way=way,
        depth=depth,
        nodes=tree(view, found, depth) if way == "tree" else (),
        kind=kind,
        kinds=[name for name in KINDS if any(goal.kind == name for goal in found)],
        themes=[view.named(iri) for iri in inventory.themes if any(iri in g.themes for g in inventory.goals.values())],
        systems=[view.named(iri) for iri in dict.fromkeys(g.system for g in inventory.goals.values()) if iri],
        given=given,
        rules=load_rules(),
    )


def columns(view: View) -> list[Column[Goal]]:
    """The columns of the table of goals."""
    inventory = view.inventory
    lights = [light.key for light in load_rules().lights]
    stand = cache(lambda iri: stand_of(view, iri))

    def all_url(goal: Goal) -> str:
        return page_url("measures", goal=goal.iri, kind="all")

    return [
        Column("iri", _("Kennung"), lambda goal: goal.iri, iri=True),
        Column("goal", _("Ziel"), lambda g: view.named(g.iri), sort=lambda g: view.named(g.iri).text, wide=True),
        Column(
            "kind",
            _("Art"),
            lambda goal: view.named(ZG + goal.kind).text,
            sort=lambda goal: goal.level,
        ),
        Column("theme", _("Handlungsfeld"), lambda goal: [view.named(iri) for iri in goal.themes]),
        Column(
            "stand",
            _("Stand"),
            lambda goal: stand(goal.iri).word,
            sort=lambda goal: lights.index(stand(goal.iri).key),
            html=lambda goal: macro("light", stand(goal.iri)),
        ),
        Column("reason", _("Grund"), lambda goal: stand(goal.iri).sentence),
        Column(
            "measures",
            _("Maßnahmen"),
            lambda goal: len(inventory.by_goal.get(goal.iri, ())),
            sort=lambda goal: len(inventory.by_goal.get(goal.iri, ())),
            number=True,
            html=lambda goal: macro(
                "counted", len(below := inventory.by_goal.get(goal.iri, ())), below and all_url(goal)
            ),
        ),
    ]


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise NotFound(
            _("„%(value)s“ gibt es für „%(name)s“ nicht.", value=value, name=name), tuple(filter(None, known))
        )
    return value


def _filters(view: View, themes: tuple[str, ...], system: str, branch: str, kind: str) -> list[Filter]:
    found = [
        (_("Handlungsfeld"), "theme", view.named(themes[0]).text if themes else None),
        (_("Zielsystem"), "system", view.named(system).text if system else None),
        (_("Unter dem Ziel"), "goal", view.named(branch).text if branch else None),
        (_("Art"), "kind", view.named(ZG + kind).text if kind else None),
    ]
    return [Filter(head, value, here(page=None, **{name: None})) for head, name, value in found if value]


PAGES = {"goals": goals}
