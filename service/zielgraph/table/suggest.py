"""A first profile for a table nobody has described yet: :func:`suggest_profile` writes TOML to be corrected by hand.

A heading's role comes from the general profile's words, else from what its column holds. What neither tells is
listed as a comment with examples.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from zielgraph.errors import InputError
from zielgraph.source import Line, Sheet, Source
from zielgraph.table.clean import tidy
from zielgraph.table.columns import Columns
from zielgraph.table.dates import is_serial, read_date
from zielgraph.table.header import sheets_to_read
from zielgraph.table.headings import Header, filled, header_at
from zielgraph.table.names import Names
from zielgraph.table.profile import Profile, StatusWords
from zielgraph.table.sections import section, section_roles

_FIRST_LINES = 60
_SAMPLE = 2_000  # rows that are looked at
_SHORT = 80  # characters of a heading
_LONG = 40  # characters from which on the cells of a column are texts

_ROLES = {
    "theme": "Handlungsfeld",
    "activity": "Maßnahme",
    "lead": "Federführung",
    "partners": "Beteiligte",
    "status": "Statuswort",
    "progress": "Sachstand als Text",
    "first-mentioned": "Tag der ersten Nennung",
    "start": "Beginn",
    "due": "Frist",
    "period": "Zeitraum (Beginn und Frist in einer Zelle)",
    "body": "Gremium",
    "resolution": "Beschluss",
    "resources": "Mittel",
    "number": "gedruckte Nummer",
    "note": "bleibt nur in der Quelle",
}


@dataclass(slots=True)
class _Column:
    """A heading, its cells below, and the role found for it; ``guessed`` by content."""

    index: int
    heading: str
    cells: list[str]
    role: str | None = None
    guessed: bool = False

    @property
    def mean(self) -> float:
        return sum(map(len, self.cells)) / max(1, len(self.cells))

    def share(self, holds: Sequence[bool]) -> float:
        return sum(holds) / max(1, len(self.cells))


def suggest_profile(source: Source, general: Profile, words: StatusWords, *, sheet: str | None = None) -> str:
    """A profile as TOML for the table in a file; ``general`` is the profile with the usual headings.

    Raises InputError when no line looks like a header, NotFound when there is no such sheet.
    """
    found = _best_header(sheets_to_read(source, sheet)[0], general)
    if found is None:
        raise InputError(
            "keine Zeile sieht aus wie eine Kopfzeile",
            file=source.file,
            sheet=sheet,
            advice="Gebraucht wird eine Zeile mit mehreren kurzen Überschriften über den Spalten.",
        )
    where, header = found
    below = where.lines[header.index + header.height :]
    columns = _columns(header, below, general, words, where.name)
    _guess(columns, words)
    above = sorted(section_roles(general, where.lines) & set(general.levels), key=general.levels.index)
    return _write(source.file, where.name, header, columns, general, above, _unknown_words(columns, words))


def _best_header(sheets: Sequence[Sheet], general: Profile) -> tuple[Sheet, Header] | None:
    """The line with the most short and distinct texts above other lines; known headings count more."""
    best: tuple[float, Sheet, Header] | None = None
    for sheet in sheets:
        for index, line in enumerate(sheet.lines[:_FIRST_LINES]):
            if filled(line) < 2 or index + 1 >= len(sheet.lines):
                continue
            header = header_at(general, sheet.lines, index)
            score = _likeness(header, sheet.lines)
            if best is None or score > best[0]:
                best = score, sheet, header
    return (best[1], best[2]) if best and best[0] > 1 else None


def _likeness(header: Header, lines: Sequence[Line]) -> float:
    texts = [heading for heading in header.headings if heading]
    short = {text for text in texts if len(text) <= _SHORT and not read_date(text).known and not text.isdigit()}
    rows = lines[header.index + header.height : header.index + header.height + 20]
    longer = sum(1 for row in rows for i, cell in enumerate(row.cells) if len(cell) > len(_at(header.headings, i)) > 0)
    return len(short) - 2 * (len(texts) - len(short)) + 2 * len(header.roles) + min(2.0, longer / 5)


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def _columns(header: Header, below: Sequence[Line], general: Profile, words: StatusWords, sheet: str) -> list[_Column]:
    rows = [line for line in below[:_SAMPLE] if not section(general, line, ())]
    roles = Columns(header, below, general, words, sheet).found
    return [
        _Column(
            index,
            heading,
            [tidy(cell) for line in rows if (cell := _at(line.cells, index)).strip()],
            roles.get(index),
        )
        for index, heading in enumerate(header.headings)
        if heading
    ]


def _guess(columns: list[_Column], words: StatusWords) -> None:
    """Roles by content for the columns whose headings say nothing; goals stand left of the measure."""
    taken = {column.role for column in columns}

    def give(column: _Column, *roles: str) -> None:
        role = next((each for each in roles if each not in taken), None)
        if role:
            column.role, column.guessed = role, True
            taken.add(role)

    free = [column for column in columns if column.role is None and column.cells]
    for column in free:
        days = [_is_day(cell) for cell in column.cells]
        if column.share(days) >= 0.6:
            ranges = [_is_range(cell) for cell in column.cells]
            give(column, *(("period",) if column.share(ranges) >= 0.5 else ()), "due", "start", "first-mentioned")
        elif column.share([words.knows(cell) for cell in column.cells]) >= 0.5:
            give(column, "status")
        elif column.mean < _LONG and column.share([_like_name(cell) for cell in column.cells]) >= 0.5:
            give(column, "lead", "partners")
    for column in free:
        if column.role is None and _few_words(column):
            give(column, "status")
    texts = [column for column in free if column.role is None and column.mean >= 15 and _distinct(column) >= 0.6]
    if "activity" not in taken and texts:
        most = max(len(column.cells) for column in texts)
        give(next(column for column in texts if len(column.cells) >= 0.8 * most), "activity")
    measure = next((column for column in columns if column.role == "activity"), None)
    for column in free:
        if column.role is None and measure is not None:
            if column.index > measure.index and column.mean >= _LONG:
                give(column, "progress")
            elif column.index < measure.index and column.mean >= 15:
                give(column, *(f"goal-{number}" for number in range(1, len(columns) + 1)))
            elif column.index < measure.index and not any(cell[:1].isdigit() for cell in column.cells):
                give(column, "theme")
    if measure is None and (likely := [each for each in columns if each.role in (None, "note") and each.cells]):
        give(max(likely, key=lambda each: each.mean * _distinct(each)), "activity")


def _is_day(cell: str) -> bool:
    return len(cell) < 40 and (is_serial(cell) or read_date(cell).known)


def _is_range(cell: str) -> bool:
    value = read_date(cell)
    return value.start is not None and value.end is not None and (value.end - value.start).days > 366


def _distinct(column: _Column) -> float:
    return len(set(column.cells)) / max(1, len(column.cells))


def _few_words(column: _Column) -> bool:
    """Few short words that come again and again, as a status does."""
    kinds = Counter(column.cells)
    again = len(column.cells) >= 6 and 1 < len(kinds) <= min(8, len(column.cells) / 3)
    return again and max(map(len, kinds)) <= 30 and not any(word[:1].isdigit() for word in kinds)


def _like_name(cell: str) -> bool:
    names = Names()
    return any(names.stands_alone(name) for name in names.split(cell))


def _unknown_words(columns: Sequence[_Column], words: StatusWords) -> list[tuple[str, int]]:
    cells = [cell for column in columns if column.role == "status" for cell in column.cells]
    return Counter(cell for cell in cells if not words.knows(cell)).most_common(40)


# The text ---------------------------------------------------------------------------------------------------


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _write(
    file: str,
    sheet: str,
    header: Header,
    columns: Sequence[_Column],
    general: Profile,
    above: Sequence[str],
    unknown: Sequence[tuple[str, int]],
) -> str:
    goals = [each.role for each in columns if each.role and (each.role in general.levels or _is_goal(each.role))]
    levels = [*(role for role in above if role not in goals), *dict.fromkeys(goals)]
    place = f"{tidy(file)}, Blatt „{tidy(sheet)}“" if sheet else tidy(file)
    out = [
        f"# Entwurf eines Profils für {place}.",
        "# So geht es weiter:",
        "# 1. Stadt und Zielsystem eintragen (nur Kleinbuchstaben, Ziffern und Bindestriche).",
        "# 2. Unter [columns] prüfen, ob jede Überschrift bei der richtigen Rolle steht.",
        "# 3. Unter [status] die unbekannten Wörter zuordnen.",
        "# 4. Ausprobieren: zielgraph import DATEI --profile DIESE-DATEI.toml --dry-run",
        f"city = {_text(general.city)}",
        f"system = {_text(general.system)}",
        "",
        "# Zielspalten von oben nach unten; die unterste ist das Ergebnisziel.",
        f"levels = {_list(levels)}",
        "# Ohne diese Spalten ist es nicht diese Tabelle.",
        f"required = {_list(['activity'] if any(each.role == 'activity' for each in columns) else goals[-1:])}",
        f"above = {_list(general.above)}",
        f"stated_date = {_list(general.stated_date)}",
        f"abbreviations = {_list(general.abbreviations)}",
        f"resolution_marks = {_list(sorted(general.resolution_marks))}",
        "# Hat eine Mappe mehrere Blätter und keine Spalte für das Handlungsfeld, sagt es der Name des Blattes.",
        f"sheet_theme = {str(general.sheet_theme).lower()}",
        "",
        "[label]",
        'de = "Strategie"',
        "",
        "# Rolle = [Überschriften]. Mögliche Rollen neben den Zielspalten:",
        *(f"#   {role}: {meaning}" for role, meaning in _ROLES.items()),
        "[columns]",
        *_columns_text(columns, levels),
        "",
        "# Status = [Wörter], die nur diese Tabelle benutzt. Die üblichen sind bekannt.",
        "# Möglich: ongoing (laufend), planned (geplant), done (erledigt), postponed (zurückgestellt),",
        '# stopped (eingestellt). Zum Beispiel: done = ["grün"]',
        "[status]",
        *(f"# unbekannt, {number}-mal: {_text(word)}" for word, number in unknown),
    ]
    if words := _sections_text(general, levels):
        out += ["", "# Zeilen zwischen den Maßnahmen, die sagen, wozu die folgenden gehören.", "[sections]", *words]
    return "\n".join(out) + "\n"


def _is_goal(role: str) -> bool:
    return role.startswith("goal-")


def _columns_text(columns: Sequence[_Column], levels: Sequence[str]) -> list[str]:
    by_role: dict[str, list[_Column]] = {}
    for column in columns:
        if column.role:
            by_role.setdefault(column.role, []).append(column)
    out = []
    for role in [*(level for level in levels if level in by_role), *(r for r in by_role if r not in levels)]:
        guessed = "  # nach dem Inhalt vermutet, bitte prüfen" if any(each.guessed for each in by_role[role]) else ""
        out.append(f"{role} = {_list([each.heading for each in by_role[role]])}{guessed}")
    if not {"activity", *levels} & set(by_role):
        out.append('# Es fehlt die Spalte für die Maßnahme, zum Beispiel: activity = ["Was wir tun"]')
    for column in columns:
        if column.role is None:
            examples = "; ".join(cell[:40] for cell in dict.fromkeys(column.cells[:50]) if cell) if column.cells else ""
            shown = f"zum Beispiel: {examples[:120]}" if examples else "leer"
            out.append(f"# nicht erkannt: {_text(column.heading)} ({shown})")
    return out


def _sections_text(general: Profile, levels: Sequence[str]) -> list[str]:
    by_role: dict[str, list[str]] = {}
    for word, role in general.sections.items():
        if role == "theme" or role in levels:
            by_role.setdefault(role, []).append(word)
    return [f"{role} = {_list(words)}" for role, words in by_role.items()]
