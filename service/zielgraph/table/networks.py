"""Reading an overview of networks: one row a network, with its kind, topics, members, lead, rhythm and contact.

One public function, :func:`read_networks`. A row without a name, or whose name cell is merged with the one above,
continues the network above; a name that comes twice is one network.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from zielgraph.errors import InputError
from zielgraph.source import Line, Sheet, Source
from zielgraph.table.clean import clean, tidy
from zielgraph.table.header import sheets_to_read
from zielgraph.table.headings import Header, header_at
from zielgraph.table.model import Column, Notice, Repair, SourceRow, StrayLine, Table
from zielgraph.table.names import Names
from zielgraph.table.outside import stated_date, states_month
from zielgraph.table.profile import Profile, heading_key

NAME = "network-name"
_HEADER_WITHIN = 200  # lines at the top of a sheet among which its header is looked for
_EXAMPLES = 3  # cells shown of a column in a preview
_REMARK = re.compile(r"\w:\s|.{60}\.$")  # what a line with a single cell is: "Quelle: …", a whole sentence
_PLACEHOLDER = re.compile(r"[-–—−./\s]+|k\.\s?A\.|n/a", re.IGNORECASE)


@dataclass(slots=True)
class Network:
    """One network. ``rows`` are indexes into ``Table.rows``: the row that names it and those that continue it.

    ``texts`` has the words of its cells by role, ``names`` the single names in those of topics, members, lead and
    contact.
    """

    name: str
    rows: list[int] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class NetworkTable(Table):
    """A table whose rows are networks instead of goals and measures."""

    networks: list[Network] = field(default_factory=list)


def read_networks(
    source: Source,
    profile: Profile,
    *,
    sheet: str | None = None,
    theme_names: Collection[str] = (),
    actor_names: Collection[str] = (),
) -> NetworkTable:
    """Read an overview of networks out of a file taken apart, by a profile of the kind ``networks``.

    Every visible sheet with the needed columns is read, or only ``sheet``. ``theme_names`` and ``actor_names`` keep
    a name whole that has a comma in it. Raises InputError when no sheet has the columns or no row stands below them,
    NotFound when there is no such sheet.
    """
    sheets, hidden = sheets_to_read(source, sheet)
    headers = {index: found for index, each in enumerate(sheets) if (found := _header(each, profile)) is not None}
    if not headers:
        needed = ", ".join(f"„{profile.titles.get(role, role)}“" for role in profile.required)
        raise InputError(
            "keine Kopfzeile einer Netzwerkübersicht gefunden",
            file=source.file,
            sheet=sheets[0].name if sheets else None,
            advice=f"Gebraucht werden mindestens die Spalten {needed}; andere Überschriften gehören in das Profil.",
        )
    first, header = sheets[min(headers)], headers[min(headers)]
    table = NetworkTable(
        file=source.file,
        sha256=source.sha256,
        profile=profile.name,
        sheet=first.name,
        headings=header.headings,
        header_line=first.lines[header.index].number,
        kind="networks",
        warnings=[Notice(0, "", sentence.rstrip(".")) for sentence in source.notices],
    )
    themes, actors = Names(theme_names), Names(actor_names)
    splitters = {"topics": themes, "members": actors, "lead": actors, "contact": actors}
    for number, (index, found) in enumerate(headers.items(), start=1):
        _Reader(table, profile, splitters, sheets[index], number).read(found)
    for each in (each for index, each in enumerate(sheets) if index not in headers):
        _Reader(table, profile, splitters, each, 0).outside()
    for each in hidden:
        table.warnings.append(Notice(0, "", "Das ausgeblendete Blatt wurde nicht gelesen", each.name))
    if not table.networks:
        raise InputError(
            "unter der Kopfzeile steht kein Netzwerk",
            file=source.file,
            sheet=table.sheet or None,
            row=table.header_line,
            advice="Bitte prüfen, ob die Tabelle vollständig gespeichert wurde.",
        )
    return table


def _header(sheet: Sheet, profile: Profile) -> Header | None:
    """The first header with all needed headings."""
    for index in range(min(len(sheet.lines), _HEADER_WITHIN)):
        found = header_at(profile, sheet.lines, index)
        if not profile.missing(found.roles):
            return found
    return None


class _Reader:
    """State while walking down one sheet: the columns in force and the network that rows may continue."""

    def __init__(
        self, table: NetworkTable, profile: Profile, splitters: Mapping[str, Names], sheet: Sheet, number: int
    ) -> None:
        self.table, self.profile, self.sheet = table, profile, sheet
        self.prefix = "" if number == 1 else f"{number}-"  # of row keys
        self.splitters = splitters
        self.known = {heading_key(network.name): network for network in table.networks}
        self.last: Network | None = None
        self.roles: dict[int, str] = {}  # by column; members may stand in several
        self.headings: tuple[str, ...] = ()
        self.strange: set[str] = set()  # headings that no role fits, each reported once

    def warn(self, line: int, column: str, message: str) -> None:
        self.table.warnings.append(Notice(line, column, message, self.sheet.name))

    def repair(self, row: SourceRow, rule: str, column: str, before: str, after: str) -> None:
        row.repairs.append(Repair(row.line, rule, column, before, after, self.sheet.name))

    def read(self, header: Header) -> None:
        """The lines of a sheet with the table."""
        below = header.index + header.height  # the first line that is not part of the header
        for index, line in enumerate(self.sheet.lines):
            filled = [cell for cell in line.cells if cell.strip()]
            if index == header.index:
                self.columns(line.number, header)
            elif not filled or header.index < index < below:
                continue
            elif index < header.index or (len(filled) == 1 and stated_date(self.profile, filled[0])):
                self.stray(line)
            elif self.remark(line, filled):
                self.stray(line)
                self.warn(
                    line.number, "", "Die Zeile gilt als Anmerkung, nicht als Netzwerk; ihr Text steht in der Quelle"
                )
            elif (again := header_at(self.profile, self.sheet.lines[index : index + 1], 0)).likely:
                self.columns(line.number, again)
                text = tidy(" ".join(filled))
                self.table.repairs.append(Repair(line.number, "repeated-header", "", text, "", self.sheet.name))
            else:
                self.row(line)
        self.preview(header)

    def preview(self, header: Header) -> None:
        """How each column was understood, with its first few cells."""
        rows = [row for row in self.table.rows if row.sheet == self.sheet.name]
        for index, heading in enumerate(header.headings):
            cells = [tidy(row.raws[index]) for row in rows if index < len(row.raws) and row.raws[index].strip()]
            examples = tuple(dict.fromkeys(cells))[:_EXAMPLES]
            self.table.columns.append(
                Column(self.sheet.name, index + 1, heading, header.roles.get(index), len(cells), examples)
            )

    def remark(self, line: Line, filled: list[str]) -> bool:
        """Whether a line below the header is a remark: free text, or nothing but "Quelle: …" in the name's column."""
        if len(line.cells) == 1:
            return True
        index = next(index for index, cell in enumerate(line.cells) if cell.strip())
        return len(filled) == 1 and self.roles.get(index) == NAME and bool(_REMARK.search(tidy(filled[0])))

    def outside(self) -> None:
        """A sheet without the table: its text is kept."""
        if any(cell.strip() for line in self.sheet.lines for cell in line.cells):
            self.warn(0, "", "Keine Kopfzeile einer Netzwerkübersicht; der Text des Blattes bleibt nur in der Quelle")
        for line in self.sheet.lines:
            self.stray(line)

    def stray(self, line: Line) -> None:
        """A line outside the table; it may say the date of the file."""
        if text := tidy(" ".join(cell for cell in line.cells if cell.strip())):
            self.table.stray.append(StrayLine(line.number, text, self.sheet.name))
            if self.table.stated_date is None:
                self.table.stated_date = stated_date(self.profile, text)
                self.table.stated_month = states_month(self.profile, text)

    def columns(self, line: int, header: Header) -> None:
        """Take a header as the one in force; say which of its columns nobody knows."""
        self.headings = header.headings
        self.roles = dict(header.roles)
        for index, heading in enumerate(self.headings):
            if heading and index not in self.roles and heading not in self.strange:
                self.strange.add(heading)
                self.warn(line, heading, "Spalte nicht erkannt; ihr Text bleibt nur in der Quelle")

    def row(self, line: Line) -> None:
        row = SourceRow(
            line.number,
            len(self.table.rows) + 1,
            tuple(line.cells),
            self.headings,
            sheet=self.sheet.name,
            key=f"{self.prefix}{line.number}",
        )
        self.table.rows.append(row)
        raws: dict[str, list[tuple[str, str]]] = {}  # role → heading and raw text of its cells
        roles: dict[str, int] = {}
        for index, role in self.roles.items():
            if index < len(line.cells):
                roles.setdefault(role, index + 1)
                raws.setdefault(role, []).append((self.headings[index], self.raw(row, role, line, index)))
        row.roles = roles
        if line.hidden:
            self.repair(row, "hidden-row", "", "", "")
        self.record_loose(row)
        texts = {role: [self.cleaned(row, heading, raw) for heading, raw in cells] for role, cells in raws.items()}
        network = self.network(row, "".join(texts.pop(NAME, ())))
        if network is None:
            self.warn(row.line, "", "Zeile ohne Namen eines Netzwerks; ihr Text bleibt nur in der Quelle")
        else:
            for role, found in texts.items():
                self.fill(network, role, found, [raw for _, raw in raws[role]])
        self.table.repairs.extend(row.repairs)

    def raw(self, row: SourceRow, role: str, line: Line, index: int) -> str:
        """A cell's raw text; where a merged cell covers it, what that says. A covered name names nothing anew."""
        raw = line.cells[index]
        covering = line.merged.get(index, "")
        if raw.strip() or not covering.strip() or role == NAME:
            return raw
        row.covered = {**(row.covered or {}), role: covering}
        self.repair(row, "merged-cell", self.headings[index], "", covering)
        return covering

    def record_loose(self, row: SourceRow) -> None:
        """Cells that stand under no heading."""
        for cell in row.cells:
            if not cell.heading and cell.raw.strip():
                self.repair(row, "surplus-cell", "", cell.raw, "")
                self.warn(row.line, str(cell.column), "Zelle ohne Spalte; ihr Text bleibt nur in der Quelle")

    def cleaned(self, row: SourceRow, heading: str, raw: str) -> str:
        text = clean(raw, lambda rule, old, new: self.repair(row, rule, heading, old, new), lists=False).text
        if _PLACEHOLDER.fullmatch(text):
            self.repair(row, "placeholder", heading, text, "")
            return ""
        return text

    def network(self, row: SourceRow, name: str) -> Network | None:
        """The network that a row belongs to; None when it has no name and none stands above."""
        if name:
            key = heading_key(name)
            if key in self.known:
                self.warn(row.line, name, "Das Netzwerk kommt mehrmals vor; die Angaben werden zusammengeführt")
            else:
                self.known[key] = Network(name)
                self.table.networks.append(self.known[key])
            self.last = self.known[key]
        elif self.last is not None:
            self.repair(row, "continued-row", row.heading(NAME), "", self.last.name)
        if self.last is not None:
            self.last.rows.append(len(self.table.rows) - 1)
        return self.last

    def fill(self, network: Network, role: str, texts: list[str], raws: list[str]) -> None:
        """Add what the cells of a role say; a further row adds to lists and texts and takes nothing away."""
        for text, raw in zip(texts, raws, strict=True):
            if not text:
                continue
            known = network.texts.get(role, "")
            if text not in known.split("; "):
                network.texts[role] = f"{known}; {text}" if known else text
            if splitter := self.splitters.get(role):
                more = splitter.split(raw)
                network.names[role] = tuple(dict.fromkeys((*network.names.get(role, ()), *more)))
