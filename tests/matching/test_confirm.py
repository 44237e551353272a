"""The list of unsure pairs goes out as a table for people and comes back as answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from zielgraph.errors import InputError
from zielgraph.matching import Fresh, Known, match
from zielgraph.matching.confirm import HEADINGS, confirmed, read_confirmations, write_questions
from zielgraph.source import Line, Sheet, Source

OLD = "Erstellung eines städtischen Leitfadens und einer Checkliste für die Wohnungssuche"
NEW = "Leitfaden und Checkliste für Familien auf Wohnungssuche in Kalk"
KNOWN = [Known(12, ("Integration", "Wohnen"), OLD)]
FRESH = [Fresh(("Integration", "Wohnen"), NEW, row="2-28")]
ANSWERED = ["Maßnahme", "ja", "12", OLD, "", "28", NEW]


def source(*sheets: Sequence[Sequence[str]]) -> Source:
    return Source(
        "zuordnung.xlsx",
        "0" * 64,
        [
            Sheet(f"Tabelle{place}", [Line(number, list(cells)) for number, cells in enumerate(lines, start=1)])
            for place, lines in enumerate(sheets, start=1)
        ],
    )


def written(
    kind: str = "measure", fresh: Sequence[Fresh] = tuple(FRESH), known: Sequence[Known] = tuple(KNOWN)
) -> list[list[str]]:
    text = write_questions([(kind, match(fresh, known), fresh, known)])
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_the_table_for_people() -> None:
    heading, row = written()
    assert heading == list(HEADINGS)
    assert row[:8] == ["Maßnahme", "", "12", OLD, "Integration > Wohnen", "Zeile 2-28", NEW, "Integration > Wohnen"]
    assert 0.6 <= float(row[8].replace(",", ".")) < 0.85
    assert row[9]


def test_a_goal_above_the_table_has_no_row() -> None:
    fresh = [Fresh(KNOWN[0].path, NEW)]
    lines = written("goal", fresh)
    lines[1][1] = "ja"
    assert lines[1][5] == ""
    assert confirmed(read_confirmations(source(lines)), "goal", fresh).confirmed == {0: 12}


def test_goals_are_named_as_such() -> None:
    assert written("goal")[1][0] == "Ziel"


@pytest.mark.parametrize(
    ("answer", "accepted"), [("ja", True), ("Ja ", True), ("J", True), ("nein", False), ("NEIN.", False)]
)
def test_answers_come_back(answer: str, accepted: bool) -> None:
    lines = written()
    lines[1][1] = answer
    found = read_confirmations(source(lines))
    assert [(one.kind, one.old_id, one.row, one.text, one.accepted) for one in found] == [
        ("measure", 12, "2-28", NEW, accepted)
    ]
    said = confirmed(found, "measure", FRESH)
    assert dict(said.confirmed) == ({0: 12} if accepted else {})
    assert said.refused == (frozenset() if accepted else frozenset({(0, 12)}))
    assert confirmed(found, "goal", FRESH).confirmed == {}
    assert match(FRESH, KNOWN, confirmed=said).matches[0].id == (12 if accepted else None)


def test_rows_without_a_decision_are_passed_over() -> None:
    assert read_confirmations(source(written())) == []


def test_columns_in_any_order_with_others_between_and_lines_above() -> None:
    lines = [
        ["Bitte bis Freitag ausfüllen"],
        [],
        ["Bemerkung", "Neuer Text", "Neue Zeile", "Alte  Nummer", "entscheidung", "Art"],
        ["?", NEW, "28.0", "12,0", "ja", "Massnahme".replace("ss", "ß")],
        [],
    ]
    found = read_confirmations(source([["etwas anderes"]], lines))
    assert [(one.old_id, one.row, one.sheet, one.line) for one in found] == [(12, "28", "Tabelle2", 4)]


def test_texts_that_look_like_formulas_are_shown_as_text_and_come_back() -> None:
    fresh = [Fresh(KNOWN[0].path, "=> " + NEW, row="28")]
    lines = written(fresh=fresh)
    assert lines[1][6].startswith("'=")
    lines[1][1] = "ja"
    assert confirmed(read_confirmations(source(lines)), "measure", fresh).confirmed == {0: 12}


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("Entscheidung", "vielleicht", "„vielleicht“ ist weder „ja“ noch „nein“"),
        ("Art", "Amt", "„Amt“ ist weder „Ziel“ noch „Maßnahme“"),
        ("Alte Nummer", "zwölf", "„zwölf“ ist keine Nummer"),
        ("Alte Nummer", "", "ist keine Nummer"),
        ("Neue Zeile", "02. Feb", "„02. Feb“ ist keine Zeile"),
        ("Neuer Text", "", "fehlt"),
    ],
)
def test_cells_that_make_no_sense(column: str, value: str, problem: str) -> None:
    row = list(ANSWERED)
    row[HEADINGS.index(column)] = value
    with pytest.raises(InputError) as caught:
        read_confirmations(source([list(HEADINGS), row]))
    assert f"zuordnung.xlsx, Blatt „Tabelle1“, Zeile 2, Spalte {column}: {problem}" in str(caught.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match=r"Zeile 1: es fehlt die Spalte „Neuer Text“"):
        read_confirmations(source([["Art", "Entscheidung", "Alte Nummer", "Neue Zeile"]]))


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(InputError, match=r"zuordnung\.xlsx: enthält keine Zuordnungen"):
        read_confirmations(source([["Rahmenziel", "Status"]]))


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (["Maßnahme", "nein", "12", OLD, "", "28", NEW], "widerspricht der Entscheidung in Zeile 2"),
        (["Maßnahme", "ja", "12", OLD, "", "29", "Anderer Text"], "nur eine neue Zeile kann sie weiterführen"),
        (["Maßnahme", "ja", "13", OLD, "", "28", NEW], "hat in Zeile 2 schon eine andere alte Nummer"),
    ],
)
def test_contradictions(second: list[str], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        read_confirmations(source([list(HEADINGS), ANSWERED, second]))
    assert caught.value.row == 3


def test_the_same_answer_twice_or_a_goal_with_the_same_number_is_no_contradiction() -> None:
    goal = ["Ziel", "ja", "12", OLD, "", "28", "Wohnen"]
    found = read_confirmations(source([list(HEADINGS), ANSWERED, goal, ANSWERED]))
    assert [(one.kind, one.old_id) for one in found] == [("measure", 12), ("goal", 12), ("measure", 12)]


def test_a_row_with_another_text_by_now() -> None:
    said = read_confirmations(source([list(HEADINGS), ANSWERED]))
    with pytest.raises(
        InputError, match="Zeile 2, Spalte Neuer Text: in Zeile 28 der Tabelle steht jetzt ein anderer Text"
    ):
        confirmed(said, "measure", [Fresh((), "Anderer Text", row="28"), Fresh((), NEW, row="29")])


def test_an_old_number_that_cannot_be_taken_is_named_with_its_place() -> None:
    said = confirmed(read_confirmations(source([list(HEADINGS), ANSWERED])), "measure", [Fresh((), NEW, row="28")])
    with pytest.raises(InputError, match=r"zuordnung\.xlsx, Blatt „Tabelle1“, Zeile 2: die alte Nummer 12 gibt es"):
        match([Fresh((), NEW, row="28")], [], confirmed=said)
