"""Large reports: the Cologne table many times over, each copy with wording, numbers and days of its own.

Texts, goals and therefore ids differ from copy to copy, so that no cache and no shared goal makes a large
table look cheaper than it is. Names and codes of actors, theme names, states and bodies stay, so that a copy
means what the original means.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "data" / "source" / "koeln-zielsystem.tsv"

#: Rows of the original, and so of each copy.
ROWS_PER_COPY = 46

_SYLLABLES = (
    "ba",
    "del",
    "fin",
    "gor",
    "hul",
    "kem",
    "lar",
    "mos",
    "nel",
    "pur",
    "rin",
    "sal",
    "tor",
    "vel",
    "wes",
    "zam",
)
_LIST_HEADING = "Abkürzungsverzeichnis"
_HEADING = "Rahmenziel\t"
_ACTIVITY, _NOTE = 2, 4
_TEXT_COLUMNS = (0, 1, _ACTIVITY, _NOTE)
_LOWER_WORD = re.compile(r"(?<![\w-])[a-zäöüß]{5,}(?![\w-])")
_LARGE_NUMBER = re.compile(r"(?<![\d./-])\d{3}(?= [A-ZÄÖÜ][a-zäöüß]{4,})")
_DAY = re.compile(r"\b(\d\d)\.(\d\d)\.(20\d\d)\b")
_END = re.compile(r"(\s*(?:\([^()]*\))?\s*(?:</\w+>)?[\s.]*)$")


def _word(number: int) -> str:
    """An invented word that no other number has."""
    parts = []
    for _ in range(4):
        number, rest = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[rest])
    return "".join(parts)


class _Copy:
    """One copy: its random numbers and the word that marks its texts."""

    def __init__(self, number: int, words: list[str]) -> None:
        self._random = random.Random(number)  # noqa: S311 - reproducible on purpose
        self._mark = _word(number)
        self._words = words

    def line(self, line: str) -> str:
        """A line of the table as this copy has it."""
        if not line.strip() or line.startswith(_HEADING):
            return line
        if "\t" not in line:
            return f"{line.rstrip()} {self._mark}"
        cells = [_DAY.sub(self._day, cell) for cell in line.split("\t")]
        for column in _TEXT_COLUMNS:
            if column < len(cells) and len(cells[column]) > 20:
                cells[column] = self._text(cells[column])
        return "\t".join(cells)

    def _text(self, text: str) -> str:
        text = _LOWER_WORD.sub(self._other_word, text)
        text = _LARGE_NUMBER.sub(lambda _: str(self._random.randint(400, 999)), text)
        return _END.sub(rf" {self._mark}\1", text, count=1)

    def _other_word(self, match: re.Match[str]) -> str:
        return self._random.choice(self._words) if self._random.random() < 0.06 else match.group()

    def _day(self, match: re.Match[str]) -> str:
        return f"{self._random.randint(1, 28):02d}.{match.group(2)}.{match.group(3)}"


def copied_lines(copies: int | None = None, first: int = 0) -> Iterator[str]:
    """Lines of a report of so many copies of the Cologne table, without end unless a number is given.

    ``first`` is the number of the first copy, so that another report can have other texts.
    """
    table, _ = _parts()
    words = sorted(set(_LOWER_WORD.findall("\n".join(table))))
    for number in count(first) if copies is None else range(first, first + copies):
        copy = _Copy(number, words)
        yield from map(copy.line, table)


def abbreviations() -> list[str]:
    """The lines behind the table, which a report has once."""
    return _parts()[1]


def is_row(line: str) -> bool:
    """Whether a line is a row of the table and not a title or the heading."""
    return line.count("\t") > 3 and not line.startswith(_HEADING)


def _parts() -> tuple[list[str], list[str]]:
    lines = SOURCE.read_text("utf-8").splitlines()
    end = next(i for i, line in enumerate(lines) if line.startswith(_LIST_HEADING))
    return lines[:end], lines[end:]


def write_copies(target: Path, copies: int, first: int = 0) -> Path:
    """Write a report of so many copies of the Cologne table; the same numbers give the same bytes."""
    with target.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(f"{line}\n" for line in copied_lines(copies, first))
        handle.writelines(f"{line}\n" for line in abbreviations())
    return target


def write_changed(target: Path, copies: int) -> Path:
    """Write the report of a year later: of every seven lines one has a longer note, one other words, one is missing."""
    with target.open("w", encoding="utf-8", newline="\n") as handle:
        for number, line in enumerate(copied_lines(copies)):
            if (changed := _changed(line, number % 7)) is not None:
                handle.write(f"{changed}\n")
        handle.writelines(f"{line}\n" for line in abbreviations())
    return target


def _changed(line: str, which: int) -> str | None:
    cells = line.split("\t")
    if not is_row(line) or which > 2:
        return line
    if which == 0:
        cells[_NOTE] = f"{cells[_NOTE]} Die Umsetzung wurde im Folgejahr abgeschlossen.".strip()
    elif which == 1 and cells[_ACTIVITY]:
        cells[_ACTIVITY] += " in allen Stadtbezirken"
    elif which == 2 and not any(cells[:_ACTIVITY]):  # a row that names a goal stays, for others stand below it
        return None
    return "\t".join(cells)
