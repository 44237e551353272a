"""From the rows of a table to goals and report items: what applies from above, what a cell says, what is odd."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from zielgraph.source import Line
from zielgraph.table.clean import clean, tidy
from zielgraph.table.columns import Columns
from zielgraph.table.dates import read_date, read_period
from zielgraph.table.goals import Goals
from zielgraph.table.layout import align
from zielgraph.table.model import DateValue, Item, Notice, Repair, SourceRow, Table
from zielgraph.table.names import Names, means_above
from zielgraph.table.profile import DATE_ROLES, Profile, StatusWords
from zielgraph.table.resolutions import is_resolution
from zielgraph.table.sections import Section

# What people write into a cell that has nothing to say
_PLACEHOLDER = re.compile(r"[-–—−./\s]+|k\.\s?A\.|n/a", re.IGNORECASE)


class Rows:
    """State while walking down: the goals and the theme that apply, the columns in force, the measure above."""

    columns: Columns

    def __init__(
        self,
        table: Table,
        profile: Profile,
        words: StatusWords,
        *,
        theme_names: Collection[str],
        known_names: Collection[str],
        roles: Collection[str],
        themes_by_sheet: bool,
    ) -> None:
        self.table, self.profile, self.words = table, profile, words
        self.names = Names(known_names)
        levels = {role: depth for depth, role in enumerate(profile.levels, start=2) if role in roles}
        # a column or a line between the rows may name the theme
        self.goals = Goals(table, levels, theme_names, has_theme="theme" in roles or themes_by_sheet)
        self.themes_by_sheet = themes_by_sheet
        self.section_theme = self.sheet_theme = self.theme = ""
        self.sheet, self.prefix = "", ""
        self._last: Item | None = None
        self._above: dict[str, tuple[str, ...]] = {}  # names in the row above, by role
        self._wide: frozenset[int] = frozenset()  # columns that a cell of the row above covers from the left
        self._cells: dict[int, int] = {}  # column → cell of the row that is being read

    def begin_sheet(self, name: str, number: int, *, continued: bool) -> None:
        """Go on in another sheet. Nothing applies there from above unless it continues the table of the one before."""
        self.sheet, self.prefix = name, f"{number}-" if number > 1 else ""
        self._last, self._wide, self._above = None, frozenset(), {}
        if not continued:
            self.goals.open = dict(self.goals.everywhere)
            self.section_theme = self.theme = ""
            self.sheet_theme = name if self.themes_by_sheet else ""

    def warn(self, line: int, column: str, message: str) -> None:
        """Tell a person about a place in the sheet that is being read."""
        self.table.warnings.append(Notice(line, column, message, self.sheet))

    # Lines above and between the rows ----------------------------------------------------------------------

    def section(self, found: Section, line: int) -> None:
        """A line between the rows: a theme or a goal for the rows below it."""
        self._last = None
        if found.role == "theme":
            if found.text != self.section_theme:
                self.section_theme, self.theme = found.text, ""
                self.goals.close(2)
            return
        level = self.goals.levels[found.role]
        done = clean(found.text, lambda *_: None)
        goal = self.goals.find(
            level, done.text, line, self.sheet, order=done.order, number=found.number, theme=self.section_theme
        )
        if self.goals.open.get(level) != goal:
            self.goals.close(level)
            self.goals.open[level] = goal

    # Rows --------------------------------------------------------------------------------------------------

    def row(self, line: Line) -> None:
        """Read one row of the table."""
        columns = self.columns
        cells = line.cells
        straight = {i: i for i in range(min(len(cells), len(columns.roles)))}
        if line.merged or self.profile.kind != "measures":
            placed = straight  # cells of a form do not slip
        else:
            placed = align(cells, columns.roles, self.profile, self.words)
        row = SourceRow(
            line.number,
            len(self.table.rows) + 1,
            tuple(cells),
            columns.headings,
            columns.straight(len(cells)) if placed == straight else columns.placed(placed),
            sheet=self.sheet,
            key=f"{self.prefix}{line.number}",
        )
        columns.count(cells)
        self._cells = placed
        self._record_shift(row, placed)
        covered = self._covered(line)
        if covered:
            row.roles = {**columns.placed({i: i for i in covered if i < len(columns.roles)}), **row.roles}
            row.roles = {role: number for role, number in row.roles.items() if number <= len(cells)}
            row.covered = {role: covered[i] for i, role in enumerate(columns.roles) if role and i in covered}
            self._record_covered(row)
        if line.hidden:
            self._repair(row, "hidden-row", "", "", "")
        self.table.rows.append(row)
        if self.profile.kind == "measures":
            theme = self._theme(row)
            goal, new = self._goals_of(row, theme)
            if row.covered and "activity" in row.covered and self._last is not None:
                self._continue(row, self._last)
            else:
                self._item(row, goal, new, theme)
        self.table.repairs.extend(row.repairs)

    def _repair(self, row: SourceRow, rule: str, column: str, before: str, after: str) -> None:
        row.repairs.append(Repair(row.line, rule, column, before, after, row.sheet))

    def _record_shift(self, row: SourceRow, placed: Mapping[int, int]) -> None:
        columns, cells = self.columns, row.raws
        for column, cell in sorted(placed.items()):
            if column == cell and columns.headings[column]:
                continue
            if not cells[cell].strip():
                continue
            heading = columns.headings[column]
            if column != cell:
                before = f"Zelle {cell + 1}: {tidy(cells[cell])[:60]}"
                self._repair(row, "shifted-column", heading, before, f"Zelle {column + 1} ({heading})")
            else:
                self.warn(row.line, str(cell + 1), "Spalte ohne Überschrift; ihr Text bleibt nur in der Quelle")
        if len(placed) < len(cells):
            used = set(placed.values())
            for index, raw in enumerate(cells):
                if index not in used and raw.strip():
                    self._repair(row, "surplus-cell", "", raw, "")
                    self.warn(row.line, str(index + 1), "Zelle ohne Spalte; ihr Text bleibt nur in der Quelle")

    def _covered(self, line: Line) -> dict[int, str]:
        """Column → text of the cell above that covers it; what a cell of the same row covers is left out."""
        if not line.merged:
            self._wide = frozenset()
            return {}
        wide: set[int] = set()
        above: dict[int, str] = {}
        source: tuple[str, bool] | None = None  # text of the cell to the left, and whether it stands in this row
        for index in range(max([*line.merged, len(line.cells) - 1]) + 1):
            own = line.cells[index] if index < len(line.cells) else ""
            text = line.merged.get(index)
            if text is None or own.strip():
                source = (own, True) if own.strip() else None
            elif source == (text, True) or (index in self._wide and source == (text, False)):
                wide.add(index)
            else:
                above[index], source = text, (text, False)
        self._wide = frozenset(wide)
        return {index: text for index, text in above.items() if text.strip()}

    def _record_covered(self, row: SourceRow) -> None:
        for role, text in (row.covered or {}).items():
            if role != "activity" and role not in self.goals.levels:
                self._repair(row, "merged-cell", self._heading(row, role), "", tidy(text))

    def _heading(self, row: SourceRow, role: str) -> str:
        column = self.columns.column(role)
        return row.heading(role) or (self.columns.headings[column] if column is not None else "")

    def _plain(self, row: SourceRow, role: str) -> str:
        return self._cleaned(row, role, row.text(role), lists=False)[0]

    def _cleaned(self, row: SourceRow, role: str, raw: str, *, lists: bool) -> tuple[str, str, str]:
        if not raw:
            return "", "", ""
        heading = row.heading(role)
        done = clean(raw, lambda *report: self._repair(row, report[0], heading, *report[1:]), lists=lists)
        if role != "status" and _PLACEHOLDER.fullmatch(done.text):
            self._repair(row, "placeholder", heading, done.text, "")
            return "", "", ""
        return done.text, done.order, done.number

    # Themes and goals --------------------------------------------------------------------------------------

    def _theme(self, row: SourceRow) -> str:
        """The theme of the row: its own cell, the one above, the section's or the sheet's."""
        own = self._plain(row, "theme")
        groups = self.columns.theme_groups
        if own:
            if groups and own != self.theme:
                self.goals.close(2)
            self.theme = own
            return own
        if groups and self.theme:
            self._repair(row, "fill-down", self._heading(row, "theme"), "", self.theme)
            return self.theme
        if self.section_theme:
            self._repair(row, "section-row", "", "", self.section_theme)
            return self.section_theme
        if self.sheet_theme:
            self._repair(row, "sheet-theme", "", "", self.sheet_theme)
            return self.sheet_theme
        return ""

    def _goals_of(self, row: SourceRow, theme: str) -> tuple[int | None, bool]:
        """The lowest goal that applies to the row, after filling down; and whether the row names it anew."""
        named_here = False
        goals = self.goals
        if self.columns.column("theme") is not None and not self.columns.theme_groups:
            theme = ""  # it is the measure's own
        for role, level in goals.levels.items():
            text, order, number = self._cleaned(row, role, row.raw(role), lists=True)
            if not text and level not in goals.open and row.covered and role in row.covered:
                text, order, number = self._cleaned(row, role, row.covered[role], lists=True)
            if text:
                goals.close(level)
                goals.open[level] = goals.find(
                    level, text, row.line, self.sheet, row, role=role, order=order, number=number, theme=theme
                )
                named_here = True
            elif level in goals.open and self.columns.column(role) is not None:
                filled = self.table.goals[goals.open[level]].text
                self._repair(row, "fill-down", self._heading(row, role), "", filled)
        return goals.lowest(), named_here

    # Report items ------------------------------------------------------------------------------------------

    def _item(self, row: SourceRow, goal: int | None, named_goal: bool, theme: str) -> None:
        text, order, number = self._cleaned(row, "activity", row.text("activity"), lists=True)
        status = self._plain(row, "status")
        item = Item(
            row=len(self.table.rows) - 1,
            goal=goal,
            text=text,
            order=order,
            number=self._plain(row, "number") or number,
            status=self.words.concept(status) if status else "unknown",
            status_text=status,
            progress=self._plain(row, "progress"),
            resolution_text=self._plain(row, "resolution"),
            body_text=self._plain(row, "body"),
            theme_text=theme,
            resources_text=self._plain(row, "resources"),
        )
        for name, value in self._dates(row).items():
            setattr(item, name, value)
        item.resolved = self._resolved(item.resolution_text)
        item.bodies, item.leads, item.partners = self._names(row)
        if means_above(item.body_text):
            item.body_text = "; ".join(item.bodies)
        for role in ("lead", "partners"):
            self._plain(row, role)  # for the repairs
        self._last = None
        if not text and not named_goal:
            self.warn(row.line, "", "Zeile ohne Ziel und ohne Maßnahme; ihr Text bleibt nur in der Quelle")
            return
        if not text and not (status or item.progress or item.first_mentioned or item.body_text):
            return  # a line that only states a goal
        if not text and goal is None:
            return
        self._note_status(row, status)
        self.table.items.append(item)
        self._last = item if text else None

    def _continue(self, row: SourceRow, item: Item) -> None:
        """A row over which the cell of the measure above reaches: what it adds belongs to that measure."""
        own = {role: self._plain(row, role) for role in ("progress", "status", "resolution", "body", "resources")}
        dates = self._dates(row)
        names = self._names(row)
        added: list[str] = []
        if own["progress"] and "progress" not in (row.covered or {}):
            item.progress = "\n\n".join(filter(None, (item.progress, own["progress"])))
            added.append(own["progress"])
        for name, role in (
            ("status_text", "status"),
            ("resolution_text", "resolution"),
            ("resources_text", "resources"),
        ):
            text = own[role]
            if text and not getattr(item, name):
                setattr(item, name, text)
                added.append(text)
                if role == "status":
                    item.status = self.words.concept(text)
                    self._note_status(row, text)
                item.resolved = self._resolved(item.resolution_text)
            elif text and text != getattr(item, name):
                self._second(row, role, text)
        for name, value in dates.items():
            if getattr(item, name) is None:
                setattr(item, name, value)
                added.append(value.text)
            elif value != getattr(item, name):
                self._second(row, {"first_mentioned": "first-mentioned"}.get(name, name), value.text)
        for name, found in zip(("bodies", "leads", "partners"), names, strict=True):
            more = tuple(each for each in found if each not in getattr(item, name))
            setattr(item, name, getattr(item, name) + more)
            added += more
            if name == "bodies" and more:
                item.body_text = "; ".join(item.bodies)
        item.more_rows = (*item.more_rows, len(self.table.rows) - 1)
        self._repair(row, "continued-row", self._heading(row, "activity"), item.text, "; ".join(added))

    def _second(self, row: SourceRow, role: str, text: str) -> None:
        self.warn(
            row.line, self._heading(row, role), f"„{text}“: Die Maßnahme hat hier schon etwas anderes; das erste gilt"
        )

    def _resolved(self, text: str) -> bool:
        return bool(text) and (text in self.profile.resolution_marks or is_resolution(text))

    def _note_status(self, row: SourceRow, status: str) -> None:
        if not status or self.words.knows(status):
            return
        rows = self.table.unknown_status.setdefault(status, [])
        rows.append(row.key)
        message = f"Status „{status}“ ist nicht bekannt; das Wort bleibt, der Status gilt als offen"
        if len(rows) == 1:
            self.warn(row.line, row.heading("status"), message)

    def _names(self, row: SourceRow) -> tuple[tuple[str, ...], ...]:
        """Bodies, leads and partners of the row, out of every column that has them."""
        found: list[tuple[str, ...]] = []
        for role in ("body", "lead", "partners"):
            texts = [
                row.text(role),
                *(row.raws[self._cells[i]] for i in self.columns.further(role) if i in self._cells),
            ]
            names = [
                name
                for text in texts
                if text and not _PLACEHOLDER.fullmatch(tidy(text))
                for name in ((text,) if means_above(text) else self.names.split(text, commas=role != "body"))
            ]
            names = [each for name in names for each in self._from_above(row, role, name)]
            self._above[role] = tuple(dict.fromkeys(names))
            found.append(self._above[role])
        return tuple(found)

    def _from_above(self, row: SourceRow, role: str, name: str) -> tuple[str, ...]:
        """The name, or the names of the row above where it only points to them ("s. o.")."""
        if not means_above(name):
            return (name,)
        above = tuple(each for each in self._above.get(role, ()) if not means_above(each))
        if above:
            self._repair(row, "as-above", self._heading(row, role), tidy(name), "; ".join(above))
        return above or (tidy(name),)

    def _dates(self, row: SourceRow) -> dict[str, DateValue]:
        """Dates of the row by attribute of the item."""
        found: dict[str, DateValue] = {}
        for role in sorted(DATE_ROLES):
            words = self._plain(row, role)
            if not words:
                continue
            value = read_date(words, serials=True)
            if role == "period":
                start, due = read_period(words)
                found.setdefault("due", due)
                found.setdefault("start", start)
            else:
                found[role.replace("-", "_")] = value
            if not value.known:
                message = f"Datum „{words}“ ist nicht lesbar; das Wort bleibt, ein Tag fehlt"
                self.warn(row.line, row.heading(role), message)
        return found


def count_repeated(table: Table) -> None:
    """Say in the one notice about an unknown status word how many more rows have it."""
    for index, notice in enumerate(table.warnings):
        for word, rows in table.unknown_status.items():
            if len(rows) > 1 and notice.message.startswith(f"Status „{word}“ ist nicht bekannt"):
                message = f"{notice.message} (und in {len(rows) - 1} weiteren Zeilen)"
                table.warnings[index] = replace(notice, message=message)
