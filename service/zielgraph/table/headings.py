"""Header lines: what a profile recognises in one line, or in two that are read together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zielgraph.source import Line
from zielgraph.table.profile import Profile, settle


@dataclass(frozen=True, slots=True)
class Header:
    """A header: the index of its first line, its height in lines, and its headings by column."""

    index: int
    height: int
    headings: tuple[str, ...]
    candidates: Mapping[int, tuple[str, ...]]
    roles: Mapping[int, str]

    @property
    def share(self) -> float:
        """Share of the headings that are recognised."""
        return len(self.roles) / max(1, sum(1 for heading in self.headings if heading))

    @property
    def likely(self) -> bool:
        """Whether this is hardly anything but a header: three headings or more, and little else."""
        return len(self.roles) >= 3 and self.share >= 0.6


def header_at(profile: Profile, lines: Sequence[Line], index: int) -> Header:
    """What a profile recognises in the line at ``index``, read together with the next one where that says more."""
    single = _header(profile, index, 1, tuple(cell.strip() for cell in lines[index].cells))
    if index + 1 == len(lines) or min(filled(lines[index]), filled(lines[index + 1])) < 2:
        return single
    if max(map(len, lines[index + 1].cells)) > 80:
        return single
    double = _two_lines(profile, index, lines[index], lines[index + 1])
    # a title above a header is no part of it
    alone = max(len(single.roles), len(profile.recognised([cell.strip() for cell in lines[index + 1].cells])))
    return double if double and len(double.roles) > alone else single


def repeats(profile: Profile, lines: Sequence[Line], index: int, first: Line, height: int) -> Header | None:
    """The header at ``index`` when the line repeats one in the middle of a table, ``first`` being the first."""
    cells = lines[index].cells
    if height == 1 or cells != first.cells:
        allowed = 0.4 * filled(lines[index])
        for cell in cells:  # data rows are sorted out after a few cells
            if cell.strip() and (len(cell) > 120 or not profile.roles(cell.strip())):
                allowed -= 1
                if allowed < 0:
                    return None
    header = header_at(profile, lines, index)
    return header if header.likely else None


def looks_like_header(profile: Profile, cells: Sequence[str]) -> bool:
    """Whether a line is hardly anything but a header."""
    return _header(profile, 0, 1, tuple(cell.strip() for cell in cells)).likely


def filled(line: Line) -> int:
    return sum(1 for cell in line.cells if cell.strip())


def _header(profile: Profile, index: int, height: int, headings: tuple[str, ...]) -> Header:
    candidates = profile.candidates(headings)
    return Header(index, height, headings, candidates, settle(candidates))


def _two_lines(profile: Profile, index: int, upper: Line, lower: Line) -> Header | None:
    """A header of two lines, "Ziele" over "Leitziel" and "Teilziel"; None when the second holds other things."""
    width = max(len(upper.cells), len(lower.cells))
    headings: list[str] = []
    candidates: dict[int, tuple[str, ...]] = {}
    known = other = 0
    for column in range(width):
        above = _cell(upper, column) or upper.merged.get(column, "").strip()
        below = _cell(lower, column)
        both = f"{above} {below}".strip()
        roles = profile.roles(below) or profile.roles(both) if below else profile.roles(above)
        headings.append(f"{above} / {below}" if above and below else above or below)
        if roles:
            candidates[column] = roles
        if below:
            known, other = known + bool(roles), other + (not roles)
    if known < 2 or known < other:
        return None
    return Header(index, 2, tuple(headings), candidates, settle(candidates))


def _cell(line: Line, column: int) -> str:
    return line.cells[column].strip() if column < len(line.cells) else ""


def choose_by(
    fitness: Callable[[str, str], float], samples: Mapping[int, Sequence[str]]
) -> Callable[[int, list[str]], str]:
    """A choice among the roles a heading can stand for, by the content of its column."""

    def choose(index: int, roles: list[str]) -> str:
        cells = samples.get(index, ())
        return max(roles, key=lambda role: (sum(fitness(cell, role) for cell in cells), -roles.index(role)))

    return choose
