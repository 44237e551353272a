"""What reading yields: plain values, in the order of the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Cell:
    """One physical cell as it stands in the file. ``column`` counts from 1; ``heading`` may be empty."""

    column: int
    heading: str
    raw: str


@dataclass(frozen=True, slots=True)
class Repair:
    """One change made on the way from the raw cells to the reading.

    ``rule`` is one of the keys of REPAIR_TEXTS in :mod:`zielgraph.table.repairs`; ``column`` is the heading.
    """

    line: int
    rule: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should look at; the data were kept as they are."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class StrayLine:
    """A line outside the table proper (title, page foot). Kept, so that nothing is lost."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date cell: the words and the days they span. An exact day has ``start == end``; unread: both None."""

    text: str
    start: date | None
    end: date | None

    @property
    def exact(self) -> date | None:
        """The day, if the words name exactly one."""
        return self.start if self.start is not None and self.start == self.end else None

    @property
    def known(self) -> bool:
        """Whether the words could be read as days at all."""
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One entry of the abbreviation list."""

    line: int
    code: str
    name: str


@dataclass(slots=True)
class SourceRow:
    """One data row: its line in the file, its number among data rows, all physical cells and the repairs.

    ``roles`` says which physical cell (column number) was read in which role.
    """

    line: int
    number: int
    cells: tuple[Cell, ...]
    roles: dict[str, int] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)

    def raw(self, role: str) -> str:
        """Raw text of the cell read in this role; empty when there is none."""
        column = self.roles.get(role)
        return self.cells[column - 1].raw if column else ""


@dataclass(slots=True)
class Goal:
    """A goal. ``level`` 1 is the top; ``parent`` an index into ``Table.goals``; ``line`` its first place.

    ``theme_text`` is the theme written into the goal's wording, ``theme_rule`` how it was recognised.
    ``row`` and ``role`` say in which cell it stands (None for a line above the table).
    """

    kind: str
    level: int
    text: str
    line: int
    parent: int | None
    order: str = ""
    number: str = ""
    theme_text: str = ""
    theme_rule: str = ""
    row: int | None = None
    role: str = ""

    def path(self, goals: list[Goal]) -> tuple[str, ...]:
        """Texts from the top goal down to this one."""
        above = goals[self.parent].path(goals) if self.parent is not None else ()
        return (*above, self.text)


@dataclass(slots=True)
class Item:
    """A report item: a measure, or (``text`` empty) a goal whose row carries status or note itself.

    ``row`` and ``goal`` are indexes into ``Table.rows`` and ``Table.goals``. ``status`` is the local name of
    a status concept, ``unknown`` when the word is not known.
    """

    row: int
    goal: int | None
    text: str
    order: str = ""
    number: str = ""
    status: str = "unknown"
    status_text: str = ""
    progress: str = ""
    resolution_text: str = ""
    bodies: tuple[str, ...] = ()
    body_text: str = ""
    theme_text: str = ""
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    resources_text: str = ""
    first_mentioned: DateValue | None = None
    start: DateValue | None = None
    due: DateValue | None = None

    @property
    def is_measure(self) -> bool:
        """Whether the row has an activity of its own."""
        return bool(self.text)


@dataclass(slots=True)
class Table:
    """A table as read: everything later stages need and everything needed to give the source back."""

    file: str
    sha256: str
    profile: str
    sheet: str
    headings: tuple[str, ...]
    header_line: int
    rows: list[SourceRow] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    abbreviations: list[Abbreviation] = field(default_factory=list)
    stray: list[StrayLine] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    stated_date: date | None = None
