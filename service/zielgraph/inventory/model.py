"""What pages list, as plain values: items, goals, actors, findings, with the indexes to choose from them.

One inventory belongs to one state of the store and never changes. IRIs are plain texts; labels come by language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

OPEN_START, OPEN_END = "1900-01-01", "9999-12-31"
"""Ends of a period that the report leaves open. They are never shown."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name with the language it is in ("" where it has none)."""

    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """A date as the report writes it, and the first and last day it may mean (ISO, "" where unknown)."""

    text: str = ""
    start: str = ""
    end: str = ""

    @property
    def year(self) -> str:
        """The year in which it begins, the one in which it ends where the beginning is open; "" where both are."""
        if self.start > OPEN_START:
            return self.start[:4]
        return self.end[:4] if "" < self.end < OPEN_END else ""


@dataclass(frozen=True, slots=True)
class Part:
    """An actor's part in an item: its role ("lead", "partner", …) and what a person said of it."""

    actor: str
    role: str
    state: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Item:
    """A measure, or a goal row that has a status of its own (``measure`` is false).

    ``status``, ``disposition`` and ``course`` are keys ("ongoing", "handed-over", "stop"), "" where there is none;
    ``parts`` leave out what a person rejected; ``named`` are actors without a part; ``findings`` those still open;
    ``text`` is wording and progress note for searching, casefolded; ``progress`` the progress note as it stands.
    ``goals`` are those right above. ``parts`` come lead first, in the order of the roles.
    """

    iri: str
    measure: bool
    number: str
    order: str
    system: str
    line: int
    status: str
    open: bool
    goals: tuple[str, ...]
    themes: tuple[str, ...]
    bodies: tuple[str, ...]
    parts: tuple[Part, ...]
    named: tuple[str, ...]
    disposition: str
    first: Period
    begin: Period
    due: Period
    course: str
    findings: tuple[str, ...]
    text: str
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal; ``kind`` is "PrincipleGoal", "FrameworkGoal" or "OutcomeGoal"; ``below`` are goals, ``items`` measures.

    ``item`` says that the goal's row has a status itself: then it is also among the items.
    """

    iri: str
    kind: str
    level: int
    order: str
    system: str
    line: int
    themes: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    items: tuple[str, ...]
    item: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor; ``kind`` is "Department", "Organisation", "Network", "Body" or "ActorGroup".

    The last fields are those of an overview of networks. ``member_of`` and ``units`` are the other ends of
    ``members`` and ``unit_of``. ``kinds`` has every kind: an overview may list as a network what the register calls
    an organisation; ``kind`` is the first of them in the order above.
    """

    iri: str
    kind: str
    codes: tuple[str, ...]
    provisional: bool
    unit_of: tuple[str, ...]
    units: tuple[str, ...]
    members: tuple[str, ...]
    member_of: tuple[str, ...]
    themes: tuple[str, ...]
    lead: tuple[str, ...] = ()
    network_kind: str = ""
    rhythm: str = ""
    listed_in: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()

    @property
    def gathers(self) -> bool:
        """Whether it is a network or a body, in which others come together."""
        return "Network" in self.kinds or "Body" in self.kinds


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the validation.

    ``severity`` is "Violation", "Warning" or "Info"; ``item`` the item it is about, itself, by one of its parts or by
    its row ("" for others); ``responsible`` who should see to it: lead, else partner department, else body, else "";
    of a network its lead, else its contact office.
    ``accepted`` is the decision by which somebody accepted it.
    """

    iri: str
    severity: str
    rule: str
    node: str
    line: int
    item: str
    responsible: str
    message: Mapping[str, str]
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A status concept, in the order of the ontology."""

    iri: str
    key: str
    open: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a goal system's report."""

    iri: str
    system: str
    day: str
    estimated: bool
    file: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A measure of an earlier edition that the newest one of its system has not; ``heirs`` are what it went on in."""

    iri: str
    system: str
    last: str
    heirs: tuple[str, ...]


@dataclass(frozen=True, eq=False)  # one is only ever equal to itself, so that it can be a key
class Inventory:
    """Everything in the order of the report, by IRI.

    The indexes give items in that order: ``by_theme``, ``by_status`` (key), ``by_body``, ``by_actor`` (with or without
    a part), ``by_goal`` (the goal itself where its row is an item, and everything below it, however deep), ``by_role``
    and ``by_disposition`` and ``by_course`` (keys), ``by_year`` (of the first mention), ``by_severity`` (of open
    findings), ``by_system``. ``without`` has those that the index of that name knows nothing of: ``without["theme"]``.
    ``roles`` and ``dispositions`` are IRIs in the order of the ontology, ``themes`` by name. ``names`` are further
    names (``skos:altLabel``), ``hidden`` texts that only match: misspellings and codes. ``passive`` are keys of roles
    that are no taking part: who is only mentioned, or declined.
    """

    base: str
    items: Mapping[str, Item]
    goals: Mapping[str, Goal]
    actors: Mapping[str, Actor]
    findings: Mapping[str, Finding]
    statuses: tuple[Status, ...]
    themes: tuple[str, ...]
    roles: tuple[str, ...]
    dispositions: tuple[str, ...]
    editions: tuple[Edition, ...]
    systems: tuple[str, ...]
    labels: Mapping[str, tuple[Label, ...]] = field(repr=False)
    by_theme: Mapping[str, tuple[str, ...]] = field(repr=False)
    by_status: Mapping[str, tuple[str, ...]] = field(repr=False)
    by_body: Mapping[str, tuple[str, ...]] = field(repr=False)
    by_actor: Mapping[str, tuple[str, ...]] = field(repr=False)
    by_goal: Mapping[str, tuple[str, ...]] = field(repr=False)
    by_role: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    by_disposition: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    by_course: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    by_year: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    by_severity: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    by_system: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    ended: Mapping[str, Ended] = field(repr=False, default_factory=dict)
    names: Mapping[str, tuple[Label, ...]] = field(repr=False, default_factory=dict)
    hidden: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    passive: frozenset[str] = frozenset()

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The place of each item in the order of the report."""
        return {iri: number for number, iri in enumerate(self.items)}

    def label(self, iri: str, lang: str) -> Label:
        """The name in a language, else in German, else in any; the end of the IRI for what has none."""
        known = self.labels.get(iri, ())
        for wanted in (lang, "de"):
            for label in known:
                if label.lang == wanted:
                    return label
        return known[0] if known else Label(iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1])
