"""What reading yields: plain values, in the order of the source."""

from __future__ import annotations

from collections.abc import Mapping
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
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should look at; the data were kept as they are."""

    line: int
    column: str
    message: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Sheet, row and column in words; what is not known is left out."""
        parts = (
            f"Blatt „{self.sheet}“" if self.sheet else "",
            f"Zeile {self.line}" if self.line else "",
            f"Spalte {self.column}" if self.column else "",
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class StrayLine:
    """A line outside the table proper (title, page foot). Kept, so that nothing is lost."""

    line: int
    text: str
    sheet: str = ""


#: What an open end of a span is written as, so that comparing days never loses a row. Never shown to people.
OPEN_START, OPEN_END = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date cell: the words and the days they span. Words that could not be read have neither start nor end.

    An open end ("seit 2019", "fortlaufend") is OPEN_START or OPEN_END.
    """

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
        return self.start is not None


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One entry of the abbreviation list."""

    line: int
    code: str
    name: str
    sheet: str = ""


@dataclass(slots=True)
class SourceRow:
    """One data row: its line in the sheet, its number among data rows, all raw cells and the repairs.

    ``key`` names the row within the file: "28" in the first sheet that holds the table, "2-28" in the second.
    ``headings`` are shared by all rows under one header. ``roles`` says which physical cell (column number) was
    read in which role; ``covered`` has the text that a merged cell above gives to a role whose own cell is empty.
    """

    line: int
    number: int
    raws: tuple[str, ...]
    headings: tuple[str, ...] = ()
    roles: Mapping[str, int] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    sheet: str = ""
    key: str = ""
    covered: Mapping[str, str] | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All physical cells; those beyond the header have an empty heading."""
        known = len(self.headings)
        return tuple(Cell(i + 1, self.headings[i] if i < known else "", raw) for i, raw in enumerate(self.raws))

    def heading(self, role: str) -> str:
        """Heading of the cell read in this role; empty when there is none."""
        column = self.roles.get(role, 0)
        return self.headings[column - 1] if 0 < column <= len(self.headings) else ""

    def raw(self, role: str) -> str:
        """Raw text of the cell read in this role; empty when there is none."""
        column = self.roles.get(role)
        return self.raws[column - 1] if column else ""

    def text(self, role: str) -> str:
        """Raw text of the role, or that of the merged cell which covers it."""
        return self.raw(role) or (self.covered or {}).get(role, "")


@dataclass(slots=True)
class Goal:
    """A goal. ``level`` 1 is the top; ``parent`` an index into ``Table.goals``; ``line`` its first place.

    ``theme_text`` is the theme written into the goal's wording, ``theme_rule`` how it was recognised.
    ``row`` and ``role`` say in which cell it stands (None for a line above or between the rows).
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
    sheet: str = ""

    def path(self, goals: list[Goal]) -> tuple[str, ...]:
        """Texts from the top goal down to this one."""
        above = goals[self.parent].path(goals) if self.parent is not None else ()
        return (*above, self.text)


@dataclass(slots=True)
class Item:
    """A report item: a measure, or (``text`` empty) a goal whose row carries status or note itself.

    ``row`` and ``goal`` are indexes into ``Table.rows`` and ``Table.goals``; ``more_rows`` are further rows over
    which the measure's merged cell reaches. ``status`` is the local name of a status concept, ``unknown`` when the
    word is not known. ``resolved``: the words of the resolution column mean that there is one.
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
    resolved: bool = False
    bodies: tuple[str, ...] = ()
    body_text: str = ""
    theme_text: str = ""
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    resources_text: str = ""
    first_mentioned: DateValue | None = None
    start: DateValue | None = None
    due: DateValue | None = None
    more_rows: tuple[int, ...] = ()

    @property
    def is_measure(self) -> bool:
        """Whether the row has an activity of its own."""
        return bool(self.text)


@dataclass(slots=True)
class Column:
    """One column of a sheet as it was understood, for a preview. ``role`` is None when no role fits its heading."""

    sheet: str
    number: int
    heading: str
    role: str | None
    filled: int = 0
    examples: tuple[str, ...] = ()


@dataclass(slots=True)
class Table:
    """A table as read: everything later stages need and everything needed to give the source back.

    ``sheet``, ``headings`` and ``header_line`` are those of the first sheet that holds the table; ``columns`` has
    those of every sheet. ``unknown_status`` counts unknown status words by the keys of their rows.
    ``stated_month``: the file states only the month; ``stated_date`` is its last day.
    """

    file: str
    sha256: str
    profile: str
    sheet: str
    headings: tuple[str, ...]
    header_line: int
    kind: str = "measures"
    rows: list[SourceRow] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    abbreviations: list[Abbreviation] = field(default_factory=list)
    stray: list[StrayLine] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    unknown_status: dict[str, list[str]] = field(default_factory=dict)
    stated_date: date | None = None
    stated_month: bool = False
