"""Tables of decisions: what is read, what is passed over, and the sentence for every row that does not fit."""

from __future__ import annotations

from datetime import date

import pytest
from smallstate import M12, M19

from zielgraph.deciding import Desk, Words, load_words
from zielgraph.deciding.forms import FormReading, form_headings, form_rows, read_form
from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import InputError
from zielgraph.source import Line, Sheet, Source
from zielgraph.vocabulary import DEFAULT_BASE

HEAD = ["Kennung", "Entscheidung", "Akteur", "Rolle", "Neues Handlungsfeld", "Begründung", "Name", "Datum"]
GOOD = ["koeln/integration/measure/19", "fortführen", "", "", "", "Läuft noch", "Erika Muster", "03.02.2020"]


def source(*rows: list[str], head: list[str] = HEAD, sheet: str = "Rat") -> Source:
    """A workbook with one sheet; the header stands in line 3."""
    lines = [Line(1, ["Vorlage für den Rat"]), Line(2, []), Line(3, head)]
    return Source("liste.xlsx", "", [Sheet(sheet, [*lines, *(Line(4 + i, row) for i, row in enumerate(rows))])])


@pytest.fixture
def words() -> Words:
    """The words of the vocabulary."""
    return load_words()


@pytest.fixture
def desk(engine: EmbeddedEngine, words: Words) -> Desk:
    """A desk on the small state."""
    return Desk(engine, DEFAULT_BASE, date(2026, 11, 23), words)


def read(table: Source, desk: Desk, **defaults: object) -> FormReading:
    """What the table holds."""
    return read_form(table, desk, load_words(), **defaults)  # type: ignore[arg-type]


def test_a_good_table(desk: Desk) -> None:
    rows = [
        GOOD,
        ["koeln/integration/measure/19", "Verwerfen", "56", "Federführung", "", "Falsch gelesen", "E", "2020-02-03"],
        ["Maßnahme 2", "setzen", "", "", "Sprache", "Passt besser", "E", "3. Februar 2020"],
        ["Wohnungsbörse", "EINSTELLEN", "", "", "", "Kein Geld", "E", ""],
        ["koeln/integration/measure/2", "", "", "", "", "", "", ""],
        ["koeln/integration/measure/2", "", "", "", "", "", "E", "03.02.2020"],
    ]
    reading = read(source(*rows), desk)
    assert (reading.errors, reading.skipped, reading.ignored) == ([], 2, [])
    assert [each.action for each in reading.decisions] == ["continue", "reject", "set", "stop"]
    assert [each.subject for each in reading.decisions[::3]] == [M19, M12]
    assert [each.day.year for each in reading.decisions] == [2020, 2020, 2020, 2026]


def test_defaults_fill_what_the_table_leaves_out(desk: Desk) -> None:
    table = source(["Wohnungsbörse", "einstellen"], head=["Maßnahme", "Votum"])
    (decision,) = read(table, desk, name="Max", reason="Ratsbeschluss", day=date(2020, 5, 1)).decisions
    assert (decision.name, decision.reason, decision.day) == ("Max", "Ratsbeschluss", date(2020, 5, 1))


def test_a_default_never_makes_a_decision_of_an_empty_row(desk: Desk) -> None:
    reading = read(source(["Wohnungsbörse", ""], head=["Maßnahme", "Votum"]), desk, name="Max", reason="Beschluss")
    assert (reading.decisions, reading.errors, reading.skipped) == ([], [], 1)


BAD = {
    "no action": ([GOOD[0], "", "", "", "", "Grund", "E", ""], "Entscheidung", "fehlt die Entscheidung"),
    "unknown action": ([GOOD[0], "vertagen", *GOOD[2:]], "Entscheidung", "Möglich sind: fortführen"),
    "no reason": ([*GOOD[:5], "", *GOOD[6:]], "Begründung", "fehlt eine Begründung"),
    "no name": ([*GOOD[:6], "", GOOD[7]], "Name", "fehlt der Name"),
    "no date": ([*GOOD[:7], "demnächst"], "Datum", "ist kein Tag"),
    "only a year": ([*GOOD[:7], "2020"], "Datum", "ist kein Tag"),
    "future": ([*GOOD[:7], "24.11.2026"], "Datum", "in der Zukunft"),
    "unknown measure": (["Maßnahme 99", *GOOD[1:]], "Kennung", "gibt es nicht"),
    "ambiguous measure": (["19", *GOOD[1:]], "Kennung", "nicht eindeutig"),
    "no measure": (["", *GOOD[1:]], "Kennung", "welche Maßnahme"),
    "unknown actor": ([GOOD[0], "verwerfen", "Jobzenter", "", "", "Grund", "E", ""], "Akteur", "Ähnlich: Job"),
    "no role": ([GOOD[0], "setzen", "56", "", "", "Grund", "E", ""], "Rolle", "fehlt die Rolle"),
    "two things": ([GOOD[0], "setzen", "56", "", "Wohnen", "Grund", "E", ""], "Neues Handlungsfeld", "nur eines"),
    "actor of a course": ([*GOOD[:2], "56", *GOOD[3:]], "Akteur", "gilt dem Ganzen"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_named(desk: Desk, name: str) -> None:
    row, column, says = BAD[name]
    reading = read(source(GOOD, row), desk)
    (error,) = reading.errors
    assert (error.file, error.sheet, error.row, error.column) == ("liste.xlsx", "Rat", 5, column)
    assert str(error).startswith(f"liste.xlsx, Blatt „Rat“, Zeile 5, Spalte {column}: ")
    assert says in str(error)


def test_every_bad_row_has_its_sentence(desk: Desk) -> None:
    reading = read(source(*(row for row, _, _ in BAD.values())), desk)
    assert [error.row for error in reading.errors] == [4 + index for index in range(len(BAD))]
    assert reading.decisions == []


def test_a_table_without_headings(desk: Desk) -> None:
    with pytest.raises(InputError, match=r"liste.xlsx: keine Überschriften .* decide template"):
        read(source(GOOD, head=["A", "B"]), desk)


def test_unknown_columns_are_named_and_those_of_the_form_are_not(desk: Desk, words: Words) -> None:
    head = [*HEAD, "Bemerkung", *words.shown.values()]
    assert read(source([*GOOD, "Wichtig"], head=head), desk).ignored == ["Bemerkung"]


def test_sheets_without_decisions_are_passed_over(desk: Desk) -> None:
    table = source(GOOD)
    both = Source("liste.xlsx", "", [Sheet("Hinweise", [Line(1, ["So geht es"])]), *table.sheets])
    assert len(read(both, desk).decisions) == 1


def test_the_filled_form_is_read(desk: Desk, words: Words) -> None:
    head = form_headings(words)
    items = [{"subject": "koeln/integration/measure/19", "label": "Vordrucke", "theme": "Wohnen", "decided": "stop"}]
    (row,) = form_rows(items, words)
    assert len(row) == len(head)
    assert read(source(row, head=head), desk).skipped == 1
    row[head.index("Entscheidung")], row[head.index("Begründung")], row[head.index("Name")] = "neu starten", "Weil", "E"
    reading = read(source(row, head=head), desk)
    assert [(each.subject, each.action) for each in reading.decisions] == [(M19, "restart")]
    assert reading.ignored == []


def test_no_word_means_two_things(words: Words) -> None:
    said = [word.casefold() for names in words.actions.values() for word in names]
    assert len(said) == len(set(said))
    headings = [word.casefold() for names in words.headings.values() for word in names]
    assert len(headings) == len(set(headings))
