"""The reading stage: :func:`read_table` walks the records once, from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from zielgraph.errors import InputError
from zielgraph.source import Limits, Line, Source, read_source
from zielgraph.table.clean import clean, theme_in_goal, tidy
from zielgraph.table.dates import read_date
from zielgraph.table.header import find_header, looks_like_header
from zielgraph.table.layout import align
from zielgraph.table.model import (
    Cell,
    DateValue,
    Goal,
    Item,
    Notice,
    Repair,
    SourceRow,
    StrayLine,
    Table,
)
from zielgraph.table.outside import is_title, read_abbreviations, stated_date, top_goal
from zielgraph.table.profile import Profile, StatusWords, heading_key

# What people write into a cell that has nothing to say
_PLACEHOLDER = re.compile(r"[-–—−./\s]+|k\.\s?A\.|n/a", re.IGNORECASE)
_LINE_END = re.compile(r"[\r\n]+|<br\s*/?>", re.IGNORECASE)
_BODIES = re.compile(r"\s*;\s*")
_NAMES = re.compile(r"\s*(?:;|,(?!\s*Jugend|\s*Familie)|(?<=\w)\s+/\s+)\s*")


def read_table(
    path: Path,
    profiles: Mapping[str, Profile],
    words: StatusWords,
    *,
    profile: Profile | None = None,
    theme_names: Collection[str] = (),
    limits: Limits | None = None,
) -> Table:
    """Read a strategy table.

    The profile is found by the headings unless one is given; ``theme_names`` help to tell a theme in a
    goal's wording. Raises InputError when there is no header, a needed column is missing, or the file breaks
    a limit.
    """
    source = read_source(path, limits or Limits())
    return _Reader(source, *find_header(source, profiles, profile), words, theme_names).read()


class _Reader:
    """State while walking down: the goals that apply, the columns in force, whether the table is over."""

    def __init__(
        self,
        source: Source,
        profile: Profile,
        header: int,
        roles: dict[int, str],
        words: StatusWords,
        theme_names: Collection[str],
    ) -> None:
        self.source, self.profile, self.words = source, profile, words
        self.header, self.theme_names = header, theme_names
        self.open: dict[int, int] = {}  # level → index of the goal that applies
        self.known: dict[tuple[str, ...], int] = {}
        self.strange: set[str] = set()  # headings that no role fits, each reported once
        self.top = 1 if profile.above else 0
        headings = tuple(cell.strip() for cell in source.lines[header].cells)
        self.table = Table(
            file=source.file,
            sha256=source.sha256,
            profile=profile.name,
            sheet="",
            headings=headings,
            header_line=source.lines[header].number,
        )
        self.set_columns(source.lines[header], roles)

    def set_columns(self, line: Line, roles: dict[int, str]) -> None:
        """Take a header line as the one in force. Blank headings at its end are no columns."""
        self.headings = [cell.strip() for cell in line.cells]
        width = max(i for i, cell in enumerate(self.headings) if cell) + 1
        self.columns: list[str | None] = [roles.get(i) for i in range(width)]
        for index, role in enumerate(self.columns):
            heading = self.headings[index]
            if role is None and heading and heading not in self.strange:
                self.strange.add(heading)
                self.warn(line.number, heading, "Spalte nicht erkannt; ihr Text bleibt nur in der Quelle")

    def warn(self, line: int, column: str, message: str) -> None:
        self.table.warnings.append(Notice(line, column, message))

    def read(self) -> Table:
        in_list = False
        last_row_at = self._last_row_index()
        for index, line in enumerate(self.source.lines):
            filled = [cell for cell in line.cells if cell.strip()]
            if not filled or index == self.header:
                continue
            text = tidy(" ".join(filled))
            if in_list:
                self.abbreviations(line)
            elif index > last_row_at and self._starts(text, self.profile.abbreviations):
                in_list = True
                self.stray(line.number, text)
            elif index < self.header:
                self.above(line.number, text)
            elif looks_like_header(self.profile, line.cells):
                roles = self.profile.recognised(line.cells)
                self.set_columns(line, roles)
                self.table.repairs.append(Repair(line.number, "repeated-header", "", text, ""))
            elif len(filled) == 1 and (len(line.cells) <= 2 or is_title(self.profile, text)):
                self.above(line.number, text)
                if index < last_row_at and not is_title(self.profile, text):
                    self.warn(line.number, "1", "Zeile außerhalb der Tabelle; ihr Text gilt nicht als Ziel")
            else:
                self.row(line)
        if not self.table.rows:
            raise InputError(
                "unter der Kopfzeile stehen keine Zeilen",
                file=self.source.file,
                row=self.table.header_line,
                advice="Bitte prüfen, ob die Tabelle vollständig gespeichert wurde.",
            )
        if above := min((goal.level for goal in self.table.goals), default=1) - 1:
            for goal in self.table.goals:  # no principle goal stands above: level 1 is the top there is
                goal.level -= above
        return self.table

    def _last_row_index(self) -> int:
        """Index of the last line that looks like part of the table; abbreviations can only follow it."""
        return max(
            (i for i, line in enumerate(self.source.lines) if sum(1 for c in line.cells if c.strip()) > 2),
            default=self.header,
        )

    @staticmethod
    def _starts(text: str, prefixes: Collection[str]) -> bool:
        return any(text.lower().startswith(prefix.lower()) for prefix in prefixes)

    # Lines outside the table -------------------------------------------------------------------------------

    def stray(self, line: int, text: str) -> None:
        self.table.stray.append(StrayLine(line, text))

    def above(self, number: int, text: str) -> None:
        """A title line: the top goal, the date the file states for itself, or plain text that is kept."""
        self.stray(number, text)
        if title := top_goal(self.profile, text):
            goal = self.goal(1, title, number, None, None, "")
            if self.open.get(1) != goal:  # the same title on every page ends nothing
                self.open = {1: goal}
        elif self.table.stated_date is None:
            self.table.stated_date = stated_date(self.profile, text)

    def abbreviations(self, line: Line) -> None:
        entries, others = read_abbreviations(line)
        self.table.abbreviations.extend(entries)
        for text in others:
            self.stray(line.number, text)

    # Rows --------------------------------------------------------------------------------------------------

    def row(self, line: Line) -> None:
        cells = tuple(
            Cell(i + 1, self.headings[i] if i < len(self.headings) else "", raw) for i, raw in enumerate(line.cells)
        )
        row = SourceRow(line.number, len(self.table.rows) + 1, cells)
        placed = align(line.cells, self.columns, self.profile, self.words)
        self.record_shift(row, line, placed)
        for column, cell in placed.items():
            if role := self.columns[column]:
                row.roles[role] = cell + 1
        self.table.rows.append(row)
        goal, new = self.goals_of(row)
        self.item(row, goal, new)
        self.table.repairs.extend(row.repairs)

    def record_shift(self, row: SourceRow, line: Line, placed: dict[int, int]) -> None:
        used = set(placed.values())
        for column, cell in sorted(placed.items()):
            if column != cell and line.cells[cell].strip():
                heading = self.headings[column] if column < len(self.headings) else ""
                row.repairs.append(
                    Repair(
                        row.line,
                        "shifted-column",
                        heading,
                        f"Zelle {cell + 1}: {tidy(line.cells[cell])[:60]}",
                        f"Zelle {column + 1} ({heading})",
                    )
                )
            elif self.columns[column] is None and not self.headings[column] and line.cells[cell].strip():
                self.warn(row.line, str(cell + 1), "Spalte ohne Überschrift; ihr Text bleibt nur in der Quelle")
        for index, raw in enumerate(line.cells):
            if index not in used and raw.strip():
                row.repairs.append(Repair(row.line, "surplus-cell", "", raw, ""))
                self.warn(row.line, str(index + 1), "Zelle ohne Spalte; ihr Text bleibt nur in der Quelle")

    def plain(self, row: SourceRow, role: str, *, lists: bool = False) -> str:
        return self.cleaned(row, role, lists=lists)[0]

    def cleaned(self, row: SourceRow, role: str, *, lists: bool) -> tuple[str, str, str]:
        heading = row.cells[row.roles[role] - 1].heading if role in row.roles else ""
        done = clean(
            row.raw(role),
            lambda rule, before, after: row.repairs.append(Repair(row.line, rule, heading, before, after)),
            lists=lists,
        )
        if role != "status" and _PLACEHOLDER.fullmatch(done.text):
            row.repairs.append(Repair(row.line, "placeholder", heading, done.text, ""))
            return "", "", ""
        return done.text, done.order, done.number

    @staticmethod
    def names(row: SourceRow, role: str, separator: re.Pattern[str]) -> tuple[str, ...]:
        """Names in a cell, split at the separator and at line ends."""
        parts = [clean(line, lambda *_: None, lists=False).text for line in _LINE_END.split(row.raw(role))]
        return tuple(name for part in parts for name in separator.split(part) if any(char.isalnum() for char in name))

    def goals_of(self, row: SourceRow) -> tuple[int | None, bool]:
        """The lowest goal that applies to the row, after filling down; and whether the row names it anew."""
        named_here = False
        for depth, role in enumerate(self.profile.levels):
            level = self.top + depth + 1
            text, order, number = self.cleaned(row, role, lists=True)
            if text:
                for deeper in [lv for lv in self.open if lv >= level]:
                    del self.open[deeper]
                above = self._nearest(level - 1)
                self.open[level] = self.goal(
                    level, text, row.line, above, len(self.table.rows) - 1, role, order, number
                )
                named_here = True
            elif level in self.open:
                column = row.roles.get(role)
                heading = row.cells[column - 1].heading if column else role
                filled = self.table.goals[self.open[level]].text
                row.repairs.append(Repair(row.line, "fill-down", heading, "", filled))
        return self._nearest(self.top + len(self.profile.levels)), named_here

    def _nearest(self, level: int) -> int | None:
        return next((self.open[lv] for lv in range(level, 0, -1) if lv in self.open), None)

    def goal(
        self,
        level: int,
        text: str,
        line: int,
        parent: int | None,
        row: int | None,
        role: str,
        order: str = "",
        number: str = "",
    ) -> int:
        """Index of the goal with this wording under this parent; a new one when there is none yet."""
        above = self.table.goals[parent].path(self.table.goals) if parent is not None else ()
        theme, rule = "", ""
        if level == self.top + 1 and (found := theme_in_goal(text, self.theme_names)):
            if row is not None:
                self.table.rows[row].repairs.append(
                    Repair(line, "theme-in-goal", self._heading(row, role), text, found.text)
                )
            theme, text, rule = found.theme, found.text, found.rule
        key = (*above, heading_key(text))
        if key in self.known:
            return self.known[key]
        depth = self.top + len(self.profile.levels)
        kind = "OutcomeGoal" if level == depth else "PrincipleGoal" if level == 1 and depth > 2 else "FrameworkGoal"
        self.table.goals.append(Goal(kind, level, text, line, parent, order, number, theme, rule, row, role))
        self.known[key] = len(self.table.goals) - 1
        return self.known[key]

    def _heading(self, row: int, role: str) -> str:
        source = self.table.rows[row]
        return source.cells[source.roles[role] - 1].heading if role in source.roles else ""

    def item(self, row: SourceRow, goal: int | None, named_goal: bool) -> None:
        text, order, number = self.cleaned(row, "activity", lists=True)
        status = self.plain(row, "status")
        item = Item(
            row=len(self.table.rows) - 1,
            goal=goal,
            text=text,
            order=order,
            number=self.plain(row, "number") or number,
            status=self.words.concept(status) if status else "unknown",
            status_text=status,
            progress=self.plain(row, "progress"),
            resolution_text=self.plain(row, "resolution"),
            body_text=self.plain(row, "body"),
            theme_text=self.plain(row, "theme"),
            resources_text=self.plain(row, "resources"),
            first_mentioned=self.date(row, "first-mentioned"),
            start=self.date(row, "start"),
            due=self.date(row, "due"),
        )
        item.bodies = self.names(row, "body", _BODIES) if item.body_text else ()
        item.leads = self.names(row, "lead", _NAMES) if self.plain(row, "lead") else ()
        item.partners = self.names(row, "partners", _NAMES) if self.plain(row, "partners") else ()
        if not text and not named_goal:
            self.warn(row.line, "", "Zeile ohne Ziel und ohne Maßnahme; ihr Text bleibt nur in der Quelle")
            return
        if not text and not (status or item.progress or item.first_mentioned or item.body_text):
            return  # a line that only states a goal
        if status and not self.words.knows(status):
            heading = row.cells[row.roles["status"] - 1].heading
            self.warn(
                row.line,
                heading,
                f"Status „{status}“ ist nicht bekannt; das Wort bleibt, der Status gilt als offen",
            )
        self.table.items.append(item)

    def date(self, row: SourceRow, role: str) -> DateValue | None:
        words = self.plain(row, role)
        if not words:
            return None
        value = read_date(words)
        if not value.known:
            heading = row.cells[row.roles[role] - 1].heading
            self.warn(row.line, heading, f"Datum „{words}“ ist nicht lesbar; das Wort bleibt, ein Tag fehlt")
        return value
