"""What the page of an actor shows, from the inventory: numbers, measures by role, with whom, where, who comes next."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from zielgraph.drawing.star import star
from zielgraph.errors import ZielgraphError
from zielgraph.inventory.actors import Tally, rank, tallies
from zielgraph.inventory.model import Actor, Item
from zielgraph.inventory.network import common_items, everything, with_part
from zielgraph.inventory.select import Choice, resolve, select
from zielgraph.vocabulary import ROLE, STATUS
from zielgraph.web.drawings import drawings
from zielgraph.web.languages import page_url
from zielgraph.web.listing import here
from zielgraph.web.view import Link, View

_SHOWN = 15  # measures of one role, and co-actors, before a link to all of them
_AROUND = 12
_WIDTH, _HEIGHT = 190.0, 130.0
_LETTERS = 30


@dataclass(frozen=True, slots=True)
class Group:
    """The measures in which an actor has one role: the first of them, how many there are, and the list of all."""

    role: Link
    measures: list[tuple[Link, Link | None]]
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Another actor and the measures it has a part in, too; ``url`` lists exactly these."""

    actor: Link
    measures: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Ray:
    """A co-actor in the small drawing; ``left`` says on which side its name stands."""

    shared: Shared
    x: float
    y: float
    name: str
    left: bool
    width: float


@dataclass(frozen=True)
class Acting:
    """Everything about an actor but what the register says."""

    actor: Actor
    tally: Tally
    groups: list[Group]
    named: list[Link]
    discussed: list[tuple[Link, Link | None]]
    discussed_number: int
    shared: list[Shared]
    others: int
    others_url: str
    rays: list[Ray]
    place: tuple[int, int] | None
    waiting: bool
    bodies: list[tuple[Link, int, str]]
    findings: int
    previous: Link | None
    following: Link | None
    beside: Link | None
    together: list[tuple[Link, Link | None]]


def acting(view: View, actor: Actor) -> Acting:
    """What the inventory knows of an actor. ``?with=`` names another one whose common measures are listed.

    Raises NotFound for another one that there is not.
    """
    inventory, iri = view.inventory, actor.iri
    items = select(inventory, Choice(actor=iri, kind="measure"))
    tally = tallies(items).get(iri, Tally())
    shared = [
        Shared(view.named(other), measures, here(**{"with": other}) + "#gemeinsam")
        for other, measures in _measures(view, common_items(inventory, iri)).items()
    ]
    every = request.args.get("all") == "1"
    beside = request.args.get("with", "").strip()
    other = resolve(inventory, "actor", beside, view.lang) if beside else ""
    together = next((each.measures for each in shared if each.actor.iri == other), ())
    discussed = select(inventory, Choice(body=iri, kind="measure"))
    place, waiting = _place(view, iri)
    previous, following = _neighbours(view, iri)
    return Acting(
        actor=actor,
        tally=tally,
        groups=_groups(view, iri),
        named=[view.named(goal) for goal in _goals(view, iri)],
        discussed=[_measure(view, item) for item in discussed[:_SHOWN]],
        discussed_number=len(discussed),
        shared=shared[: len(shared) if every else _SHOWN],
        others=0 if every or len(shared) <= _SHOWN else len(shared),
        others_url=here(all="1"),
        rays=_rays(shared[:_AROUND]),
        place=place,
        waiting=waiting,
        bodies=[
            (view.named(body), number, page_url("measures", actor=iri, body=body))
            for body, number in tally.bodies.most_common()
        ],
        findings=sum(f.responsible == iri and not f.accepted for f in inventory.findings.values()),
        previous=previous,
        following=following,
        beside=view.named(other) if other else None,
        together=[_measure(view, inventory.items[measure]) for measure in together],
    )


def _measures(view: View, common: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Only the measures of what actors have in common."""
    items = view.inventory.items
    found = {other: tuple(iri for iri in iris if items[iri].measure) for other, iris in common.items()}
    return dict(sorted(((o, iris) for o, iris in found.items() if iris), key=lambda pair: -len(pair[1])))


def _measure(view: View, item: Item) -> tuple[Link, Link | None]:
    return view.named(item.iri), view.named(STATUS + item.status) if item.status else None


def _groups(view: View, iri: str) -> list[Group]:
    groups = []
    for role in view.inventory.roles:
        key = role.removeprefix(ROLE)
        items = [item for item in with_part(view.inventory, iri, key) if item.measure]
        if items:
            measures = [_measure(view, item) for item in items[:_SHOWN]]
            groups.append(Group(view.named(role), measures, len(items), page_url("measures", actor=iri, role=key)))
    return groups


def _goals(view: View, iri: str) -> list[str]:
    """Goal rows that have a status of their own and name the actor."""
    items = (view.inventory.items[each] for each in view.inventory.by_actor.get(iri, ()))
    return [item.iri for item in items if not item.measure]


def _place(view: View, iri: str) -> tuple[tuple[int, int] | None, bool]:
    """The actor's place by how much it stands between others, and whether that is still computed."""
    whole = everything(view.inventory)
    if iri not in whole.nodes:
        return None, False
    try:
        shares = drawings().betweenness(whole.graph)
    except ZielgraphError:  # no process was free: a rank is no reason to withhold the page
        shares = None
    return (None, True) if shares is None else (rank(whole, shares, view.inventory, iri), False)


def _rays(shared: list[Shared]) -> list[Ray]:
    most = max((len(each.measures) for each in shared), default=1)
    rays = []
    for each, place in zip(shared, star(len(shared), _WIDTH, _HEIGHT), strict=True):
        name = " ".join(each.actor.text.value.split())
        short = name if len(name) <= _LETTERS else name[: _LETTERS - 1].rstrip() + "…"
        rays.append(Ray(each, place.x, place.y, short, place.x < 0, round(1 + 5 * len(each.measures) / most, 1)))
    return rays


def _neighbours(view: View, iri: str) -> tuple[Link | None, Link | None]:
    """The actors before and after this one by name, of those that measures or bodies' lists know."""
    inventory = view.inventory
    known = [each for each, actor in inventory.actors.items() if each in inventory.by_actor or actor.gathers]
    if iri not in known:
        return None, None
    at = known.index(iri)
    return (
        view.named(known[at - 1]) if at else None,
        view.named(known[at + 1]) if at + 1 < len(known) else None,
    )


def summary(view: View, found: Acting) -> str:
    """How much an actor stands between others, in a sentence."""
    if found.waiting:
        return str(
            _("Wie sehr dieser Akteur zwischen anderen vermittelt, wird gerade berechnet; bitte gleich neu laden.")
        )
    if found.place is None:
        return ""
    place, of = found.place
    return str(
        _(
            "Als Vermittler steht dieser Akteur an Stelle %(place)s von %(of)s: nach der Zahl der kürzesten Wege"
            " zwischen anderen, die über ihn führen.",
            place=place,
            of=of,
        )
    )
