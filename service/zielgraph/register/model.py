"""Actors and themes as plain values, so that linking and assessing need no RDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Label:
    """One name of an actor or theme. ``kind`` is label, alt or hidden (matched, never shown)."""

    text: str
    kind: str = "label"
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor of one city's register or the shared one.

    ``iri`` identifies it; ``kind`` is a class name of the ontology (Department, Organisation, Network, Body,
    ActorGroup); ``codes`` are its notations ("56", "16/04"); valid from/to are inclusive days or None.
    ``provisional`` actors were made from the report itself and wait for a person.
    """

    iri: str
    kind: str
    labels: tuple[Label, ...]
    codes: tuple[str, ...] = ()
    unit_of: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    provisional: bool = False

    @property
    def name(self) -> str:
        """The German label, else the first there is."""
        main = [label for label in self.labels if label.kind == "label"] or list(self.labels)
        return next((label.text for label in main if label.language == "de"), main[0].text if main else self.iri)

    def valid_at(self, day: date | None) -> bool:
        """Whether the actor existed on that day; without a day everything counts."""
        return day is None or (
            (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with its names and the phrases by which it claims framework goals that name none."""

    iri: str
    labels: tuple[Label, ...]
    goal_wordings: tuple[str, ...] = ()
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class UnitType:
    """A unit that nearly every municipality has ("Jugendamt"); mentions make provisional actors from it."""

    slug: str
    kind: str
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Register:
    """All that linking may know for one city on one day: its own actors and the shared ones, no other city's."""

    city: str
    actors: tuple[Actor, ...]
    themes: tuple[Theme, ...] = ()
    unit_types: tuple[UnitType, ...] = ()
    by_iri: dict[str, Actor] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.by_iri.update({actor.iri: actor for actor in self.actors})

    def with_actors(self, more: Sequence[Actor]) -> Register:
        """The same register with further actors."""
        return Register(self.city, (*self.actors, *more), self.themes, self.unit_types)
