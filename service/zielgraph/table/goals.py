"""The goals of a table: which apply to a row, which are new, and of what kind they are in the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from zielgraph.table.clean import ThemeInGoal, theme_in_goal
from zielgraph.table.model import Goal, Repair, SourceRow, Table
from zielgraph.table.profile import heading_key


class Goals:
    """The goals that apply while walking down. Level 1 stands above the table, the columns have the levels below."""

    def __init__(
        self, table: Table, levels: Mapping[str, int], theme_names: Collection[str], *, has_theme: bool
    ) -> None:
        self.table, self.levels = table, levels
        self.open: dict[int, int] = {}  # level → index of the goal that applies
        self.everywhere: dict[int, int] = {}  # those that apply to every sheet
        self._theme_names, self._has_theme = theme_names, has_theme
        self._first = next(iter(levels.values()), 0)
        self._known: dict[tuple[int | None, str], int] = {}
        self._themes: dict[str, ThemeInGoal | None] = {}

    def close(self, level: int) -> None:
        """Goals of this level and below no longer apply."""
        for deeper in [each for each in self.open if each >= level]:
            del self.open[deeper]

    def lowest(self, level: int | None = None) -> int | None:
        """Index of the lowest goal that applies, down to ``level``."""
        return next(
            (self.open[each] for each in sorted(self.open, reverse=True) if level is None or each <= level), None
        )

    def top(self, text: str, line: int, sheet: str) -> None:
        """A line above the rows that names the goal above all others."""
        goal = self.find(1, text, line, sheet)
        if self.open.get(1) != goal:  # the same title on every page ends nothing
            self.open = {1: goal}

    def find(
        self,
        level: int,
        text: str,
        line: int,
        sheet: str,
        row: SourceRow | None = None,
        *,
        role: str = "",
        order: str = "",
        number: str = "",
        theme: str = "",
    ) -> int:
        """Index of the goal with this wording under the one that applies above it; a new one if there is none yet."""
        rule = ""
        if level == self._first and theme:
            rule = "column"
        elif level == self._first and not self._has_theme and (found := self._theme_in(text)):
            if row is not None:
                row.repairs.append(Repair(line, "theme-in-goal", row.heading(role), text, found.text, sheet))
            theme, text, rule = found.theme, found.text, found.rule
        parent = self.lowest(level - 1)
        key = (parent, heading_key(text))
        if key not in self._known:
            at = len(self.table.rows) - 1 if row is not None else None
            theme = theme if rule else ""
            # the kind is known when all levels are
            self.table.goals.append(Goal("", level, text, line, parent, order, number, theme, rule, at, role, sheet))
            self._known[key] = len(self.table.goals) - 1
        return self._known[key]

    def _theme_in(self, text: str) -> ThemeInGoal | None:
        if text not in self._themes:
            self._themes[text] = theme_in_goal(text, self._theme_names)
        return self._themes[text]

    def finish(self) -> None:
        """Number the levels that the table has from 1 and say of each goal what kind it is."""
        present = {*self.levels.values(), *(goal.level for goal in self.table.goals)}
        ranks = {level: rank for rank, level in enumerate(sorted(present), start=1)}
        for goal in self.table.goals:
            goal.level = ranks[goal.level]
            lowest, top = goal.level == len(ranks), goal.level == 1 and len(ranks) > 2
            goal.kind = "OutcomeGoal" if lowest else "PrincipleGoal" if top else "FrameworkGoal"
