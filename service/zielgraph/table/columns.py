"""The columns in force under a header: their roles, decided by content where the heading leaves it open."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from zielgraph.source import Line
from zielgraph.table.clean import tidy
from zielgraph.table.headings import Header, choose_by
from zielgraph.table.layout import fitness
from zielgraph.table.model import Column
from zielgraph.table.profile import Profile, StatusWords, settle

_SAMPLE = 200  # lines whose content decides about a column
_EXAMPLES = 3


def _vote(text: str, role: str, profile: Profile, words: StatusWords) -> float:
    """For (1) or against (-1) a role: every cell has one vote."""
    if role in profile.levels:
        return 0.0  # goals of all levels read alike: there the order of the lists decides
    if role == "status" and len(text.strip()) <= 25 and not words.knows(text):
        return 0.0  # perhaps a status word that nobody has listed yet
    return max(-1.0, min(1.0, fitness(text, role, profile, words)))


class Columns:
    """Roles by column, and what each column holds. One object per header line."""

    def __init__(self, header: Header, below: Sequence[Line], profile: Profile, words: StatusWords, sheet: str) -> None:
        # blank headings at the end are no columns
        width = max((i for i, heading in enumerate(header.headings) if heading), default=-1) + 1
        self.headings = header.headings
        open_ = [index for index, roles in header.candidates.items() if len(roles) > 1]
        samples = {index: [line.cells[index] for line in below[:_SAMPLE] if index < len(line.cells)] for index in open_}
        self.found = settle(
            header.candidates,
            choose_by(lambda text, role: _vote(text, role, profile, words), samples),
        )
        self.roles: list[str | None] = [self.found.get(i) for i in range(width)]
        self.preview = [Column(sheet, i + 1, header.headings[i], self.roles[i]) for i in range(width)]
        self._straight: dict[int, dict[str, int]] = {}
        goals = [i for i, role in enumerate(self.roles) if role in profile.levels or role == "activity"]
        theme = self.column("theme")
        # left of every goal the theme groups the rows, and an empty cell means "as above"
        self.theme_groups = theme is not None and bool(goals) and theme < min(goals)

    def continued(self, sheet: str) -> Columns:
        """The same columns in a further sheet that repeats no header."""
        other = copy(self)
        other.preview = [Column(sheet, each.number, each.heading, each.role) for each in self.preview]
        return other

    def column(self, role: str) -> int | None:
        """Index of the first column with this role."""
        return next((i for i, each in enumerate(self.roles) if each == role), None)

    def straight(self, width: int) -> dict[str, int]:
        """Role → column number for a row of so many cells in which nothing has moved; shared by all such rows."""
        found = self._straight.get(width)
        if found is None:
            found = self._straight[width] = self.placed({i: i for i in range(min(width, len(self.roles)))})
        return found

    def placed(self, cells: dict[int, int]) -> dict[str, int]:
        """Role → column number, given column index → cell index. Of several columns with a role, the first."""
        found: dict[str, int] = {}
        for column, cell in sorted(cells.items()):
            if role := self.roles[column]:
                found.setdefault(role, cell + 1)
        return found

    def further(self, role: str) -> list[int]:
        """Indexes of further columns with the role of an earlier one."""
        return [i for i, each in enumerate(self.roles) if each == role][1:]

    def count(self, cells: Sequence[str]) -> None:
        """Note what the row's cells hold, for the preview."""
        for index, column in enumerate(self.preview):
            if index < len(cells) and cells[index] and not cells[index].isspace():
                column.filled += 1
                if len(column.examples) < _EXAMPLES and (text := tidy(cells[index])[:80]) not in column.examples:
                    column.examples = (*column.examples, text)
