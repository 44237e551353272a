"""Where a network is missing, and which overlap: as the questions ``network-gaps`` and ``network-overlaps`` say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from zielgraph.inventory.model import Inventory, Item
from zielgraph.inventory.once import once
from zielgraph.inventory.relations import taking_part

THEME = "Theme"
_KINDS = ("Department", "Organisation", "ActorGroup")
THRESHOLD = Fraction(1, 5)  # no float: a fifth of 15 is 3, and not a little more


@dataclass(frozen=True, slots=True)
class Gap:
    """A theme or an actor that no network and no body has as theme or member.

    ``kind`` is "Theme" or that of the actor; ``linked`` says that measures link it with one all the same; ``measures``
    and ``themes`` are those that it has to do with, ``open`` how many of the measures are.
    """

    kind: str
    subject: str
    measures: tuple[str, ...]
    open: int
    linked: bool
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two networks or bodies with the same themes and actors; ``share`` is how much of both circles is shared.

    ``by_members`` says that members were compared; else everybody who takes part in what the networks deal with.
    """

    first: str
    second: str
    themes: tuple[str, ...]
    shared: tuple[str, ...]
    first_actors: int
    second_actors: int
    by_members: bool

    @property
    def share(self) -> float:
        """Shared actors by all actors of both circles."""
        return len(self.shared) / (self.first_actors + self.second_actors - len(self.shared))


@once
def gaps(inventory: Inventory) -> tuple[Gap, ...]:
    """Themes, departments, organisations and groups without a network, those with most measures first.

    Those that measures link count only once an overview of networks was imported; organisations only with measures.
    """
    gathering = {iri: actor for iri, actor in inventory.actors.items() if actor.gathers}
    overview = any(actor.listed_in for actor in gathering.values())
    themed = {theme for actor in gathering.values() for theme in actor.themes}
    joined = {member for actor in gathering.values() for member in actor.members}
    measures = [item for item in inventory.items.values() if item.measure]
    involving: dict[str, list[Item]] = {}
    for item in measures:
        for actor in taking_part(inventory, item):
            involving.setdefault(actor, []).append(item)
    linking = {item.iri for item in measures if item.bodies or gathering.keys() & taking_part(inventory, item)}
    found = [
        _gap(inventory, THEME, theme, [inventory.items[i] for i in inventory.by_theme.get(theme, ())], linking)
        for theme in inventory.themes
        if theme not in themed
    ]
    for kind in _KINDS:
        found += [
            _gap(inventory, kind, iri, involving.get(iri, ()), linking)
            for iri, actor in inventory.actors.items()
            if kind in actor.kinds and iri not in joined and iri not in gathering
        ]
    order = (THEME, *_KINDS)
    shown = [gap for gap in found if (overview or not gap.linked) and (gap.measures or gap.kind != "Organisation")]
    return tuple(sorted(shown, key=lambda gap: (order.index(gap.kind), -len(gap.measures), -gap.open, gap.linked)))


def _gap(inventory: Inventory, kind: str, subject: str, items: Iterable[Item], linking: set[str]) -> Gap:
    measures = [item for item in items if item.measure]
    themes = {theme for item in measures for theme in item.themes} if kind != THEME else set[str]()
    return Gap(
        kind,
        subject,
        tuple(item.iri for item in measures),
        sum(item.open for item in measures),
        any(item.iri in linking for item in measures),
        tuple(theme for theme in inventory.themes if theme in themes),
    )


@once
def overlapping(inventory: Inventory) -> tuple[Overlap, ...]:
    """The overlaps by the usual threshold."""
    return overlaps(inventory)


def overlaps(inventory: Inventory, threshold: Fraction = THRESHOLD) -> tuple[Overlap, ...]:
    """Pairs with a common theme that share an actor and at least this part of all their actors; the largest first."""
    circles: dict[str, set[str]] = {}
    themes: dict[str, set[str]] = {}
    members = {iri: set(actor.members) for iri, actor in inventory.actors.items() if actor.gathers}
    for iri in members:
        circles[iri], themes[iri] = set(members[iri]), set(inventory.actors[iri].themes)
    for item in inventory.items.values():
        taking = set(taking_part(inventory, item))
        for iri in (taking | set(item.bodies)) & members.keys():
            circles[iri] |= taking - {iri}
            themes[iri] |= set(item.themes)
    found = []
    for first, second in sorted(_meeting(circles)):
        by_members = bool(members[first] and members[second])
        one, two = ((members if by_members else circles)[iri] for iri in (first, second))
        shared, common = one & two, themes[first] & themes[second]
        if shared and common and len(shared) >= threshold * len(one | two):
            found.append(
                Overlap(
                    first,
                    second,
                    tuple(theme for theme in inventory.themes if theme in common),
                    tuple(sorted(shared, key=lambda iri: (inventory.label(iri, "de").value, iri))),
                    len(one),
                    len(two),
                    by_members,
                )
            )
    return tuple(sorted(found, key=lambda pair: (-round(pair.share, 2), -len(pair.shared))))


def _meeting(circles: dict[str, set[str]]) -> set[tuple[str, str]]:
    """The pairs that have anybody in common; only these are compared."""
    rounds: dict[str, list[str]] = {}
    for iri in sorted(circles):
        for actor in circles[iri]:
            rounds.setdefault(actor, []).append(iri)
    return {pair for networks in rounds.values() for pair in combinations(networks, 2)}
