"""Puts the cells of a row under their columns, also where the row has slipped against the header.

An alignment in the sense of sequence alignment: cells keep their order, an empty cell may be left out, a
column may stay without a cell, and what fits best by kind (date, status word, mark, long text) wins. The
cells as they stand win every tie.
"""

from __future__ import annotations

from collections.abc import Sequence

from zielgraph.table.clean import tidy
from zielgraph.table.dates import is_serial, read_date
from zielgraph.table.profile import DATE_ROLES, NAME_ROLES, TEXT_ROLES, Profile, StatusWords
from zielgraph.table.resolutions import is_resolution

_SHORT = 60  # characters; a longer cell is text
_GAP = -0.6
_LOST = -10.0  # a text that finds no column is worth less than two cells under the wrong one
_MOVED = -0.1  # per text that leaves its place, so that no more cells move than must


def _is_date(text: str) -> bool:
    return len(text) < 40 and any(char.isdigit() for char in text) and read_date(text).known


def fitness(text: str, role: str | None, profile: Profile, words: StatusWords) -> float:
    """How well a cell suits a column's role: positive fits, negative contradicts, 0 says nothing."""
    text = text.strip() if text.isascii() or len(text) > _SHORT else tidy(text)
    if not text or role is None:
        return 0.0
    mark = text in profile.resolution_marks
    status = words.knows(text)
    when = _is_date(text)
    if role == "status":
        return 5.0 if status else -6.0 if when or mark or len(text) > 60 else -1.0
    if role in DATE_ROLES:
        if role != "first-mentioned" and status and read_date(text).known:
            return 2.0  # "fortlaufend" says when as well as how far
        return 4.0 if when or is_serial(text) else -5.0 if status or mark or len(text) > 60 else -1.5
    if role == "resolution":
        return (
            4.0 if mark else 2.0 if status and not is_resolution(text) else -4.0 if status or len(text) > 80 else -1.0
        )
    if role in NAME_ROLES or role == "theme":
        return -5.0 if status or mark else -4.0 if when or len(text) > 120 else 0.5
    if role not in TEXT_ROLES and role not in profile.levels:
        return 0.0  # numbers, resources, remarks: anything may stand there
    # Running text. Most rows are measures and few begin an upper goal: that decides where a row lost its first cell.
    likely = 1.0 if role in TEXT_ROLES else 0.8 if profile.levels[-1:] == (role,) else 0.6
    return -4.0 if status or mark else -3.0 if when else likely if len(text) > 25 else 0.0


def align(cells: Sequence[str], columns: Sequence[str | None], profile: Profile, words: StatusWords) -> dict[int, int]:
    """Column index → cell index. Non-empty cells left out of it belong to no column.

    ``columns`` are the roles in header order, None for a column without a known role.
    """
    straight = {i: i for i in range(min(len(cells), len(columns)))}
    status_in_place = any(columns[i] == "status" and words.knows(cells[i]) for i in straight)

    def fits(cell: int, column: int) -> float:
        value = fitness(cells[cell], columns[column], profile, words)
        # "Fertig." as progress, "offen" as deadline: the author's, where the status column has a word of its own
        stays = value < 0 and cell == column and status_in_place and words.knows(cells[cell])
        return 0.0 if stays else value

    contradicts = any(
        fits(i, i) < -1.5
        # a mark alone is an odd status word, not proof that the row has slipped
        and not (columns[i] == "status" and cells[i].strip() in profile.resolution_marks)
        for i in straight
    )
    if not contradicts and not any(cell.strip() for cell in cells[len(columns) :]):
        return straight

    rows, cols = len(cells), len(columns)
    best = [[0.0] * (cols + 1) for _ in range(rows + 1)]
    step = [[""] * (cols + 1) for _ in range(rows + 1)]
    for i in range(rows + 1):
        for j in range(cols + 1):
            if i == j == 0:
                continue
            choices: list[tuple[float, int, str]] = []
            if i and j:
                moved = _MOVED if i != j and cells[i - 1].strip() else 0.0
                fit = fits(i - 1, j - 1) + moved
                choices.append((best[i - 1][j - 1] + fit, 2, "take"))
            if i:
                cost = _LOST if cells[i - 1].strip() else _GAP
                choices.append((best[i - 1][j] + cost, 1, "skip-cell"))
            if j:
                choices.append((best[i][j - 1] + _GAP, 0, "skip-column"))
            best[i][j], _, step[i][j] = max(choices)
    found: dict[int, int] = {}
    i, j = rows, cols
    while i or j:
        move = step[i][j]
        if move == "take":
            i, j = i - 1, j - 1
            found[j] = i
        elif move == "skip-cell":
            i -= 1
        else:
            j -= 1
    return found
