"""Choosing items: by theme, status, body, actor and so on, and what a person means by a word they typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zielgraph.errors import NotFound
from zielgraph.inventory.load import key_of
from zielgraph.inventory.model import Inventory, Item
from zielgraph.register.lookup import near_names
from zielgraph.vocabulary import ZG

NONE = "none"
"""As a value of a choice: those that have no theme, no body, no actor, no year …"""

Values = str | tuple[str, ...]
_CLASSES = {  # kind of choice → what such a thing is called in the ontology
    "theme": "Theme",
    "status": "Status",
    "body": "Body",
    "actor": "Actor",
    "role": "Role",
    "outcome": "Disposition",
    "system": "GoalSystem",
    "goal": "Goal",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which items are wanted; what is empty does not count, of several values one is enough.

    ``theme``, ``body``, ``actor``, ``goal`` and ``system`` are IRIs; ``status``, ``role`` and ``outcome`` keys or IRIs;
    ``status`` also "open" or "closed"; ``kind`` "measure" or "goal"; ``course`` and ``severity`` keys; ``year`` that of
    the first mention. ``role`` together with ``actor`` is the role of this actor, ``units`` adds the actor's units.
    ``goal`` means everything below it. Every word of ``q`` has to be in the wording or the progress note.
    :data:`NONE` stands for what has no such thing.
    """

    theme: Values = ()
    status: Values = ()
    body: Values = ()
    actor: Values = ()
    units: bool = False
    role: Values = ()
    outcome: Values = ()
    year: Values = ()
    q: str = ""
    course: Values = ()
    severity: Values = ()
    system: Values = ()
    goal: Values = ()
    kind: str = ""


def select(inventory: Inventory, choice: Choice) -> list[Item]:
    """The items wanted, in the order of the report."""
    actors, roles = _several(choice.actor), _keys(choice.role)
    if choice.units:
        actors = with_units(inventory, actors)
    chosen = {
        "theme": _several(choice.theme),
        "status": _statuses(inventory, choice.status),
        "body": _several(choice.body),
        "actor": actors,
        "role": roles,
        "disposition": _keys(choice.outcome),
        "year": _several(choice.year),
        "course": _several(choice.course),
        "severity": _several(choice.severity),
        "system": _several(choice.system),
        "goal": _several(choice.goal),
    }
    wanted = sorted((_having(inventory, name, values) for name, values in chosen.items() if values), key=len)
    iris: Iterable[str] = inventory.items
    if wanted:
        iris = sorted(wanted[0].intersection(*wanted[1:]), key=inventory.position.__getitem__)
    found = [inventory.items[iri] for iri in iris]
    if actors and roles and NONE not in (*actors, *roles):
        found = [i for i in found if any(part.actor in actors and part.role in roles for part in i.parts)]
    if choice.kind:
        found = [item for item in found if item.measure == (choice.kind == "measure")]
    words = choice.q.casefold().split()
    return [item for item in found if all(word in item.text for word in words)]


def _several(values: Values) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in ((values,) if isinstance(values, str) else values) if each))


def _keys(values: Values) -> tuple[str, ...]:
    return tuple(key_of(each) for each in _several(values))


def _statuses(inventory: Inventory, values: Values) -> tuple[str, ...]:
    found: list[str] = []
    for each in _keys(values):
        if each in ("open", "closed"):
            found += [status.key for status in inventory.statuses if status.open == (each == "open")] or [each]
        else:
            found.append(each)
    return tuple(found)


def _having(inventory: Inventory, name: str, values: Iterable[str]) -> set[str]:
    """Items with one of the values, by the index of that name."""
    index: Mapping[str, tuple[str, ...]] = getattr(inventory, f"by_{name}")
    none = inventory.without.get(name, ())
    return {iri for value in values for iri in (none if value == NONE else index.get(value, ()))}


def with_units(inventory: Inventory, actors: Iterable[str]) -> tuple[str, ...]:
    """The actors and everything that is a unit of theirs, however deep."""
    found: dict[str, None] = {}
    todo = list(actors)
    while todo:
        actor = todo.pop(0)
        if actor not in found:
            found[actor] = None
            if known := inventory.actors.get(actor):
                todo.extend(known.units)
    return tuple(found)


def candidates(inventory: Inventory, kind: str) -> tuple[str, ...]:
    """What can be chosen: IRIs of a kind ("theme", "status", "body", "actor", "role", "outcome", "system", "goal")."""
    if kind == "body":
        return tuple(iri for iri, actor in inventory.actors.items() if actor.gathers or iri in inventory.by_body)
    known: Mapping[str, Iterable[str]] = {
        "theme": inventory.themes,
        "status": [status.iri for status in inventory.statuses],
        "actor": inventory.actors,
        "role": inventory.roles,
        "outcome": inventory.dispositions,
        "system": inventory.systems,
        "goal": inventory.goals,
    }
    return tuple(known[kind])


def resolve(inventory: Inventory, kind: str, value: str, lang: str = "de") -> str:
    """The IRI of what a person means by an IRI, a key ("done"), a code ("56"), a label or a further name.

    Raises NotFound, with near matches, where nothing is called so, and where several things are.
    """
    found = resolve_all(inventory, kind, value, lang)
    if len(found) > 1:
        raise NotFound(f"„{value.strip()}“ ist mehrdeutig, bitte die IRI angeben.", found)
    return found[0]


def resolve_all(inventory: Inventory, kind: str, value: str, lang: str = "de") -> tuple[str, ...]:
    """As :func:`resolve`, but everything that is called so: two cities may have a theme of the same name."""
    text = value.strip()
    known = candidates(inventory, kind)
    if (iri := text.removeprefix("<").removesuffix(">")) in known:
        return (iri,)
    wanted = text.casefold()
    for called in (_by_key, _by_name, _by_hidden):
        if found := tuple(iri for iri in known if wanted in called(inventory, iri, kind)):
            return found
    title = inventory.label(ZG + _CLASSES[kind], "de").value
    shown = {inventory.label(iri, lang).value for iri in known}
    shown |= {label.value for iri in known for label in inventory.names.get(iri, ())}
    raise NotFound(f"{title} „{text[:80]}“ ist nicht bekannt.", near_names(shown, text[:80]))


def _by_key(inventory: Inventory, iri: str, kind: str) -> tuple[str, ...]:
    if kind in ("status", "role", "outcome"):
        return (key_of(iri),)
    return tuple(code.casefold() for code in inventory.actors[iri].codes) if iri in inventory.actors else ()


def _by_name(inventory: Inventory, iri: str, kind: str) -> tuple[str, ...]:
    every = (*inventory.labels.get(iri, ()), *inventory.names.get(iri, ()))
    return tuple(label.value.casefold() for label in every)


def _by_hidden(inventory: Inventory, iri: str, kind: str) -> tuple[str, ...]:
    return tuple(text.casefold() for text in inventory.hidden.get(iri, ()))
