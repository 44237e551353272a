"""Lines between the rows that say what the rows below them belong to: "Handlungsfeld 2: Wohnen"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from zielgraph.source import Line
from zielgraph.table.clean import tidy
from zielgraph.table.profile import Profile


@dataclass(frozen=True, slots=True)
class Section:
    """The role of such a line, its text, and the number printed before it."""

    role: str
    text: str
    number: str = ""


def lone_text(line: Line) -> tuple[int, str] | None:
    """Index and text of the only cell with text in a line; None when there are several."""
    filled = [(i, cell) for i, cell in enumerate(line.cells) if cell.strip()]
    if len(filled) != 1:
        return None
    # cells that an upper row covers are filled too, only a merge within the line is not
    others = [text for i, text in line.merged.items() if text.strip() and text != filled[0][1]]
    return None if others else (filled[0][0], tidy(filled[0][1]))


def section(profile: Profile, line: Line, columns: Sequence[str | None]) -> Section | None:
    """The section that a line opens, by the profile's words; None for a row of the table or any other text."""
    alone = lone_text(line)
    if alone is None or not profile.sections:
        return None
    index, text = alone
    match = _pattern(tuple(profile.sections)).match(text)
    if not match:
        return None
    role = next(role for word, role in profile.sections.items() if word.lower() == match["word"].lower())
    inside = index < len(columns) and columns[index] == role and not spans(line, columns)
    if role in profile.levels and inside:
        return None  # a row that states a goal in its own column
    return Section(role, match["text"].strip() or text, (match["number"] or "").strip(" .:"))


def spans(line: Line, columns: Sequence[str | None]) -> bool:
    """Whether the line's only text is merged over most of the table's columns."""
    alone = lone_text(line)
    return alone is not None and len(line.merged) + 1 >= max(2, 0.6 * len(columns))


def section_roles(profile: Profile, lines: Sequence[Line]) -> set[str]:
    """Roles of all sections that the lines open."""
    if not profile.sections:
        return set()
    return {found.role for line in lines if (found := section(profile, line, ()))}


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    # The word, then a number, a colon or a noun: "Handlungsfeld Wohnen" is a section, "Ziele der Stadt sind …" is not.
    return re.compile(
        rf"(?P<word>(?i:{longest}))(?:(?P<number>\s*(?:[A-Z]{{1,3}}\s?)?\d+(?:\.\d+)*\.?|\s+(?:[IVX]+|[A-Z])(?=[\s:.–-]|$))"
        rf"\s*[:.–-]?|\s*[:–]|\s+-|(?=\s+[A-ZÄÖÜ]))\s*(?P<text>.*)"
    )
