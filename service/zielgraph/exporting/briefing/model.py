"""What a briefing holds, as plain values in the order in which they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zielgraph.exporting.briefing.decided import Decided

PARTS = ("overview", "goals", "changes", "open", "decisions", "findings", "measures", "actors")
REPORT = PARTS[:6]


@dataclass(frozen=True, slots=True)
class Name:
    """A thing with its label and the label's language."""

    iri: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A status: key ("" for none), word, and whether it counts as open."""

    key: str
    word: str
    open: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """An edition that the briefing rests on."""

    system: Name
    day: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers: ``counts`` by word key; measures by status, and by theme and status (in the order of ``statuses``)."""

    counts: Mapping[str, int]
    goal_rows: int
    statuses: Sequence[tuple[State, int]]
    themes: Sequence[tuple[Name | None, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class GoalNode:
    """A goal with its light: key, word and reason; ``counts`` of the measures below it by status."""

    name: Name
    kind: str
    order: str
    light: str
    word: str
    reason: str
    counts: Sequence[tuple[State, int]]
    below: Sequence[GoalNode]


@dataclass(frozen=True, slots=True)
class Changed:
    """A measure or goal that changed, with a sentence for each change."""

    name: Name
    path: tuple[str, ...]
    kind: str
    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences between two editions; ``counts``: kind, measures, goals."""

    system: Name
    before: str
    after: str
    counts: Sequence[tuple[str, int, int]]
    entries: Sequence[Changed]
    same_rules: str = ""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open measure as the list of open ones shows it; ``goal``: it is a goal with a status of its own."""

    name: Name
    status: State
    themes: Sequence[Name]
    due: str
    line: int
    goal: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """Open findings that say the same: how many, who should see to how many of them, and where in the report."""

    severity: str
    message: str
    number: int
    responsible: Sequence[tuple[Name | None, int]]
    lines: Sequence[int]


@dataclass(frozen=True, slots=True)
class Involved:
    """An actor's part in a measure and the words of the report that prove it."""

    actor: Name
    role: str
    quotes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Measure:
    """Everything about a measure; ``goal``: it is a goal with a status of its own."""

    name: Name
    number: str
    path: Sequence[Name]
    themes: Sequence[Name]
    status: State
    disposition: str
    course: str
    first: str
    begin: str
    due: str
    bodies: Sequence[Name]
    involved: Sequence[Involved]
    progress: str
    line: int
    goal: bool


@dataclass(frozen=True, slots=True)
class ActorRow:
    """An actor that measures name: its kind, codes, measures by role, and how many of them are open."""

    name: Name
    kind: str
    codes: str
    roles: Sequence[tuple[str, int]]
    measures: int
    open: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """A briefing in one language; of the parts those in ``parts`` are drawn.

    ``titled`` is the word of its title, ``city`` whose it is ("" where nobody said), ``theme`` the only one that it is
    about.
    """

    lang: str
    titled: str
    city: str
    standing: Sequence[Standing]
    theme: Name | None
    parts: tuple[str, ...]
    overview: Overview | None = None
    goals: Sequence[GoalNode] = ()
    changes: Sequence[Changes] = ()
    open: Sequence[tuple[Name | None, Sequence[OpenItem]]] = ()
    decisions: Sequence[Decided] = ()
    findings: Sequence[Findings] = ()
    measures: Sequence[Measure] = ()
    actors: Sequence[ActorRow] = ()

    @property
    def rows(self) -> int:
        """How many lines of lists it has, a measure of how long it takes to draw."""
        listed = sum(len(items) for _, items in self.open) + sum(len(each.entries) for each in self.changes)
        details = sum(3 + len(each.involved) for each in self.measures)
        goals = [*self.goals]
        for goal in goals:
            goals.extend(goal.below)
        return len(goals) + listed + details + len(self.decisions) + len(self.findings) + len(self.actors)
