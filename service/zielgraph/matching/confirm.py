"""Questions to people: the list of unsure pairs as a table, and their answers read back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zielgraph.errors import InputError
from zielgraph.matching.model import Answers, Fresh, Known, Matching, Where, text_key
from zielgraph.source import Line, Sheet, Source
from zielgraph.table.profile import heading_key

HEADINGS = (
    "Art",
    "Entscheidung",
    "Alte Nummer",
    "Alter Text",
    "Alter Pfad",
    "Neue Zeile",
    "Neuer Text",
    "Neuer Pfad",
    "Ähnlichkeit",
    "Grund",
)
_NEEDED = ("Art", "Entscheidung", "Alte Nummer", "Neue Zeile", "Neuer Text")
_KINDS = {"goal": "Ziel", "measure": "Maßnahme"}
_KIND_OF = {heading_key(german): kind for kind, german in _KINDS.items()}
_ANSWERS = {"ja": True, "j": True, "nein": False, "n": False}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person said of one pair: whether the known ``old_id`` is what now stands in ``row`` as ``text``.

    ``file``, ``sheet`` and ``line`` say where that was written.
    """

    kind: str
    old_id: int
    row: str
    text: str
    accepted: bool
    file: str = ""
    sheet: str = ""
    line: int = 0


def write_questions(parts: Iterable[tuple[str, Matching, Sequence[Fresh], Sequence[Known]]]) -> str:
    """The unsure pairs as CSV for a German spreadsheet program; write it as UTF-8 (the mark at the start is there).

    ``parts`` are goals and measures: kind ("goal", "measure"), what matching gave and took (of an
    assignment: its ``known``).
    """
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(HEADINGS)
    for kind, matching, fresh, known in parts:
        old = {one.id: one for one in known}
        for pair in matching.unsure:
            before, after = old[pair.id], fresh[pair.index]
            cells = (
                _KINDS[kind],
                "",
                str(pair.id),
                before.text,
                " > ".join(before.path),
                # a spreadsheet program would take "2-28" for a day
                f"Zeile {after.row}" if "-" in after.row else after.row,
                after.text,
                " > ".join(after.path),
                f"{pair.likeness:.2f}".replace(".", ","),
                pair.reason,
            )
            writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return buffer.getvalue()


def read_confirmations(source: Source) -> list[Confirmation]:
    """The answered rows of a table with the headings of :func:`write_questions`, in any order, on any sheet.

    Rows without a decision are passed over. Raises InputError with file, sheet, row and column where a heading is
    missing, a cell cannot be understood, or two rows contradict each other.
    """
    found: list[Confirmation] = []
    recognised = False
    for sheet in source.sheets:
        start = _heading_line(sheet)
        if start is None:
            continue
        recognised = True
        columns = _columns(source.file, sheet.name, sheet.lines[start])
        for line in sheet.lines[start + 1 :]:
            if confirmation := _Row(source.file, sheet.name, line, columns).read():
                found.append(confirmation)
    if not recognised:
        raise InputError(
            "enthält keine Zuordnungen: es fehlt die Kopfzeile mit „Entscheidung“ und „Alte Nummer“",
            file=source.file,
            advice="Gebraucht wird die Tabelle, die „zielgraph import --matches“ geschrieben hat.",
        )
    _check_contradictions(found)
    return found


def confirmed(confirmations: Iterable[Confirmation], kind: str, fresh: Sequence[Fresh]) -> Answers:
    """The confirmations of one kind, by index, as matching takes them.

    Raises InputError where the row has another text by now; whether an old number can be taken, matching finds out.
    """
    by_row: dict[tuple[str, str], int] = {}
    for index, one in enumerate(fresh):
        by_row.setdefault((one.row, text_key(one.text)), index)
    accepted: dict[int, int] = {}
    refused: set[tuple[int, int]] = set()
    where: dict[tuple[int, int], Where] = {}
    for said in confirmations:
        if said.kind != kind:
            continue
        index = by_row.get((said.row, text_key(said.text)), -1)
        if index < 0:
            place = f"in Zeile {said.row}" if said.row else "über den Zeilen"
            raise _error(said, f"{place} der Tabelle steht jetzt ein anderer Text", "Neuer Text")
        where[index, said.old_id] = Where(said.file, said.sheet, said.line)
        if said.accepted:
            accepted[index] = said.old_id
        else:
            refused.add((index, said.old_id))
    return Answers(accepted, frozenset(refused), where)


def _heading_line(sheet: Sheet) -> int | None:
    wanted = {heading_key("Entscheidung"), heading_key("Alte Nummer")}
    return next((i for i, line in enumerate(sheet.lines) if wanted <= set(map(heading_key, line.cells))), None)


def _columns(file: str, sheet: str, line: Line) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(line.cells):
        places.setdefault(heading_key(cell), place)
    columns = {name: places[heading_key(name)] for name in HEADINGS if heading_key(name) in places}
    if missing := [name for name in _NEEDED if name not in columns]:
        raise InputError(
            f"es fehlt die Spalte „{missing[0]}“",
            file=file,
            sheet=sheet,
            row=line.number,
            advice="Bitte die Überschriften so lassen, wie sie geschrieben wurden.",
        )
    return columns


@dataclass(frozen=True, slots=True)
class _Row:
    file: str
    sheet: str
    line: Line
    columns: Mapping[str, int]

    def cell(self, name: str) -> str:
        place = self.columns[name]
        return self.line.cells[place].strip() if place < len(self.line.cells) else ""

    def read(self) -> Confirmation | None:
        decision = self.cell("Entscheidung").casefold().rstrip(".!")
        if not decision:
            return None
        if decision not in _ANSWERS:
            raise self.error("Entscheidung", "ist weder „ja“ noch „nein“")
        kind = _KIND_OF.get(heading_key(self.cell("Art")))
        if kind is None:
            raise self.error("Art", "ist weder „Ziel“ noch „Maßnahme“")
        number = re.fullmatch(r"(\d{1,9})(?:[.,]0+)?", self.cell("Alte Nummer"))
        if number is None:
            raise self.error("Alte Nummer", "ist keine Nummer")
        row = re.fullmatch(r"(?:Zeile\s+)?(\d+(?:-\d+)?)?(?:[.,]0+)?", self.cell("Neue Zeile"), re.IGNORECASE)
        if row is None:
            raise self.error("Neue Zeile", "ist keine Zeile")
        text = self.cell("Neuer Text")
        if not text:
            raise self.error("Neuer Text", "fehlt")
        return Confirmation(
            kind, int(number[1]), row[1] or "", text, _ANSWERS[decision], self.file, self.sheet, self.line.number
        )

    def error(self, column: str, problem: str) -> InputError:
        value = self.cell(column)
        return InputError(
            f"„{value}“ {problem}" if value else problem,
            file=self.file,
            sheet=self.sheet,
            row=self.line.number,
            column=column,
            advice="Bitte berichtigen oder die Entscheidung leer lassen.",
        )


def _check_contradictions(found: Sequence[Confirmation]) -> None:
    pairs: dict[tuple[str, int, str, str], Confirmation] = {}
    olds: dict[tuple[str, int], Confirmation] = {}
    news: dict[tuple[str, str, str], Confirmation] = {}
    for said in found:
        new = (said.row, text_key(said.text))
        other = pairs.setdefault((said.kind, said.old_id, *new), said)
        if other.accepted != said.accepted:
            raise _error(said, f"widerspricht der Entscheidung in Zeile {other.line}", "Entscheidung")
        if not said.accepted or other is not said:
            continue
        if (other := olds.setdefault((said.kind, said.old_id), said)) is not said:
            raise _error(
                said,
                f"die Nummer {said.old_id} ist schon in Zeile {other.line} bestätigt; "
                "nur eine neue Zeile kann sie weiterführen",
                "Entscheidung",
            )
        if (other := news.setdefault((said.kind, *new), said)) is not said:
            raise _error(
                said,
                f"die neue Zeile {said.row} hat in Zeile {other.line} schon eine andere alte Nummer; "
                "nur eine davon kann gelten",
                "Entscheidung",
            )


def _error(said: Confirmation, problem: str, column: str) -> InputError:
    return InputError(
        problem,
        file=said.file,
        sheet=said.sheet,
        row=said.line,
        column=column,
        advice="Bitte die Tabelle der Zuordnungen berichtigen oder mit --matches neu schreiben lassen.",
    )
