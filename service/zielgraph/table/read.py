"""The reading stage: :func:`read_table` walks the sheets of a file once, from top to bottom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from zielgraph.errors import InputError
from zielgraph.source import Limits, Line, Sheet, Source, read_source
from zielgraph.table.clean import tidy
from zielgraph.table.columns import Columns
from zielgraph.table.header import headers_of, holds_table, looks_like, sheets_to_read
from zielgraph.table.headings import Header, repeats
from zielgraph.table.model import Notice, Repair, StrayLine, Table
from zielgraph.table.outside import is_title, read_abbreviations, stated_date, states_month, top_goal
from zielgraph.table.profile import Profile, StatusWords
from zielgraph.table.rows import Rows, count_repeated
from zielgraph.table.sections import section, section_roles, spans


def read_table(
    source: Source | Path,
    profiles: Mapping[str, Profile],
    words: StatusWords,
    *,
    profile: Profile | None = None,
    sheet: str | None = None,
    theme_names: Collection[str] = (),
    known_names: Collection[str] = (),
    limits: Limits | None = None,
) -> Table:
    """Read a strategy table, from a path or a file that is taken apart already.

    The profile is found by the headings unless one is given; all sheets whose header fits it are one table, or
    only ``sheet``. ``theme_names`` help to tell a theme in a goal's wording, ``known_names`` are names of offices
    and partners that stay whole. Raises InputError when there is no header, a needed column is missing, or the
    file breaks a limit; NotFound when there is no such sheet.
    """
    if isinstance(source, Path):
        source = read_source(source, limits or Limits())
    sheets, hidden = sheets_to_read(source, sheet)
    found, headers = headers_of(source, profiles, profile, sheet)
    others = [each for each in source.sheets if not each.hidden and each not in sheets and not holds_table(found, each)]
    reader = _Reader(source, found, words.with_words(found.status), sheets, headers, theme_names, known_names)
    return reader.read(others, hidden)


class _Reader:
    """Walks sheet by sheet and line by line, and hands the rows on."""

    def __init__(
        self,
        source: Source,
        profile: Profile,
        words: StatusWords,
        sheets: Sequence[Sheet],
        headers: Mapping[int, Header],
        theme_names: Collection[str],
        known_names: Collection[str],
    ) -> None:
        self.source, self.profile, self.words = source, profile, words
        self.plain = [sheet for index, sheet in enumerate(sheets) if index not in headers]
        self.parts: list[tuple[Sheet, Header | None]] = []
        for index, sheet in enumerate(sheets):
            if index in headers:
                self.parts.append((sheet, headers[index]))
            elif self.parts and sheets[index - 1] is self.parts[-1][0] and _continues(sheet, self._last_header()):
                self.parts.append((sheet, None))
                self.plain.remove(sheet)
        first, header = self.parts[0][0], self._header_of_first()
        self.table = Table(
            file=source.file,
            sha256=source.sha256,
            profile=profile.name,
            sheet=first.name,
            headings=header.headings,
            header_line=first.lines[header.index].number,
            kind=profile.kind,
            warnings=[Notice(0, "", sentence.rstrip(".")) for sentence in source.notices],
        )
        in_columns = {role for _, each in self.parts if each for role in each.roles.values()}
        roles = set(in_columns)
        for sheet, _ in self.parts:
            roles |= section_roles(profile, sheet.lines)
        self.rows = Rows(
            self.table,
            profile,
            words,
            theme_names=theme_names,
            known_names=known_names,
            roles=roles,
            themes_by_sheet=profile.sheet_theme and len(headers) > 1 and "theme" not in in_columns,
        )
        self.strange: set[str] = set()  # headings that no role fits, each reported once

    def _last_header(self) -> Header:
        return next(header for _, header in reversed(self.parts) if header)

    def _header_of_first(self) -> Header:
        header = self.parts[0][1]
        if header is None:
            raise AssertionError("the first sheet of a table has a header")
        return header

    def read(self, others: Sequence[Sheet], hidden: Sequence[Sheet]) -> Table:
        """The table; ``others`` are sheets beside those that may hold it, ``hidden`` those not to be read."""
        for sheet in (*others, *self.plain):
            self.outside(sheet)
        self.rows.goals.everywhere = dict(self.rows.goals.open)
        for number, (sheet, header) in enumerate(self.parts, start=1):
            self.rows.begin_sheet(sheet.name, number, continued=header is None)
            self.sheet(sheet, header)
        if not self.table.rows:
            raise InputError(
                "unter der Kopfzeile stehen keine Zeilen",
                file=self.source.file,
                sheet=self.table.sheet,
                row=self.table.header_line,
                advice="Bitte prüfen, ob die Tabelle vollständig gespeichert wurde.",
            )
        if self.profile.kind == "measures" and not self.table.items and all(g.row is None for g in self.table.goals):
            raise InputError(
                "unter der Kopfzeile nennt keine Zeile eine Maßnahme oder ein Ziel",
                file=self.source.file,
                sheet=self.table.sheet,
                row=self.table.header_line,
                advice=f"Bitte im Profil „{self.profile.name}“ prüfen, welche Spalte die Maßnahme nennt (activity).",
            )
        empty = [each for each in self.table.columns if each.role == "activity" and not each.filled]
        if empty and not any(item.is_measure for item in self.table.items):
            raise InputError(
                "in dieser Spalte stehen die Maßnahmen, aber sie ist leer",
                file=self.source.file,
                sheet=empty[0].sheet,
                row=self.table.header_line,
                column=empty[0].heading,
                advice="Bitte prüfen, ob die Tabelle vollständig gespeichert wurde.",
            )
        for sheet in hidden:
            self.rows.sheet = sheet.name
            if holds_table(self.profile, sheet):
                advice = f"mit --sheet „{sheet.name}“ wird es gelesen"
                self.rows.warn(
                    0, "", f"Das ausgeblendete Blatt enthält auch eine Tabelle und wurde nicht gelesen; {advice}"
                )
            elif any(cell.strip() for line in sheet.lines for cell in line.cells):
                self.rows.warn(0, "", "Das ausgeblendete Blatt wurde nicht gelesen")
        self.rows.goals.finish()
        count_repeated(self.table)
        return self.table

    # Lines outside the table -------------------------------------------------------------------------------

    def outside(self, sheet: Sheet) -> None:
        """A sheet without the table: titles, dates, abbreviations, and text that is kept."""
        self.rows.sheet = sheet.name
        in_list = _starts(sheet.name, self.profile.abbreviations)
        for line in sheet.lines:
            text = tidy(" ".join(cell for cell in line.cells if cell.strip()))
            if not text:
                continue
            if in_list:
                self.abbreviations(line)
            elif _starts(text, self.profile.abbreviations):
                in_list = True
                self.stray(line.number, text)
            else:
                self.above(line.number, text)
        if not in_list and sum(1 for line in sheet.lines if _filled(line) > 2) > 2:
            self.rows.warn(0, "", "Keine Kopfzeile dieser Tabelle; der Text des Blattes bleibt nur in der Quelle")

    def stray(self, line: int, text: str) -> None:
        self.table.stray.append(StrayLine(line, text, self.rows.sheet))

    def above(self, number: int, text: str) -> None:
        """A title line: the top goal, the date the file states for itself, or plain text that is kept."""
        self.stray(number, text)
        if title := top_goal(self.profile, text):
            self.rows.goals.top(title, number, self.rows.sheet)
        elif self.table.stated_date is None:
            self.table.stated_date = stated_date(self.profile, text)
            self.table.stated_month = states_month(self.profile, text)

    def abbreviations(self, line: Line) -> None:
        entries, others = read_abbreviations(line, self.rows.sheet)
        # a legend explains status words too ("grün: umgesetzt")
        kept = [entry for entry in entries if not self.words.knows(entry.name) and not self.words.knows(entry.code)]
        self.table.abbreviations.extend(kept)
        for text in others if len(kept) == len(entries) else [tidy(" ".join(filter(None, line.cells)))]:
            self.stray(line.number, text)

    # A sheet that holds the table --------------------------------------------------------------------------

    def sheet(self, sheet: Sheet, header: Header | None) -> None:
        lines = sheet.lines
        start, height = (header.index, header.height) if header else (-1, 0)
        if header:
            self.set_columns(sheet, header)
        else:
            self.rows.columns = self.rows.columns.continued(sheet.name)
            self.table.columns.extend(self.rows.columns.preview)
        columns = self.rows.columns
        first = lines[start] if header else Line(0, [])
        wide = min(2, len(columns.roles) - 1)
        last_row = max((i for i, line in enumerate(lines) if _filled(line) > wide), default=start)
        in_list, skip = False, 0
        hidden: list[int] = []
        for index, line in enumerate(lines):
            filled = _filled(line)
            if skip or not filled or start <= index < start + height:
                skip = max(0, skip - 1)
                continue
            text = tidy(" ".join(cell for cell in line.cells if cell.strip())) if filled < 3 or index < start else ""
            if in_list:
                self.abbreviations(line)
            elif index > last_row and _starts(text, self.profile.abbreviations):
                in_list = True
                self.stray(line.number, text)
            elif index < start:
                self.above(line.number, text)
                if opened := section(self.profile, line, ()):  # "Handlungsfeld Wohnen" above the header of a sheet
                    self.rows.section(opened, line.number)
            elif again := repeats(self.profile, lines, index, first, height):
                self.set_columns(sheet, again)
                text = tidy(" ".join(cell for each in lines[index : index + again.height] for cell in each.cells))
                self.table.repairs.append(Repair(line.number, "repeated-header", "", text, "", sheet.name))
                skip = again.height - 1
            elif filled == 1 and (found := section(self.profile, line, self.rows.columns.roles)):
                self.stray(line.number, text)
                self.rows.section(found, line.number)
            elif filled == 1 and self.is_outside(line, text):
                self.above(line.number, text)
                if (index < last_row or line.merged) and not is_title(self.profile, text):
                    self.rows.warn(line.number, "1", "Zeile außerhalb der Tabelle; ihr Text gilt nicht als Ziel")
            else:
                self.rows.row(line)
                if line.hidden:
                    hidden.append(line.number)
        if hidden:
            numbers = ", ".join(map(str, hidden[:10])) + (" …" if len(hidden) > 10 else "")
            self.rows.warn(hidden[0], "", f"Ausgeblendete Zeilen wurden mitgelesen: {numbers}")

    def is_outside(self, line: Line, text: str) -> bool:
        roles = self.rows.columns.roles
        return (len(line.cells) <= 2 < len(roles)) or is_title(self.profile, text) or spans(line, roles)

    def set_columns(self, sheet: Sheet, header: Header) -> None:
        """Take a header as the one in force."""
        below = sheet.lines[header.index + header.height :]
        columns = Columns(header, below, self.profile, self.words, sheet.name)
        before = [(column.sheet, column.heading) for column in self.table.columns]
        if [(column.sheet, column.heading) for column in columns.preview] == before[-len(columns.preview) :]:
            columns.preview = self.table.columns[-len(columns.preview) :]
        else:
            self.table.columns.extend(columns.preview)
        self.rows.columns = columns
        number = sheet.lines[header.index].number
        for column in columns.preview:
            heading = column.heading
            if column.role is None and heading and heading not in self.strange:
                self.strange.add(heading)
                near = looks_like(self.profile, heading, list(columns.found.values()))
                seems = f" (sieht aus wie „{near}“)" if near else ""
                self.rows.warn(number, heading, f"Spalte nicht erkannt{seems}; ihr Text bleibt nur in der Quelle")


def _filled(line: Line) -> int:
    return sum(1 for cell in line.cells if cell and not cell.isspace())


def _starts(text: str, prefixes: Collection[str]) -> bool:
    return any(text.lower().startswith(prefix.lower()) for prefix in prefixes)


def _continues(sheet: Sheet, header: Header) -> bool:
    """Whether a sheet without a header goes on with the table before it: as many columns, mostly rows."""
    width = max((i for i, heading in enumerate(header.headings) if heading), default=-1) + 1
    filled = [line for line in sheet.lines if _filled(line)]
    widths = [max(i for i, cell in enumerate(line.cells) if cell.strip()) + 1 for line in filled]
    full = sum(1 for line in filled if _filled(line) + len(line.merged) >= min(3, width))
    same = bool(filled) and (max(widths) == width or {len(line.cells) for line in filled} == {width})
    return same and full * 2 >= len(filled)
