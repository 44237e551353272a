"""The Cologne report: every number and every difficulty that source-table.md names, cell by cell."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from zielgraph import resources
from zielgraph.register.turtle import load_register
from zielgraph.settings import SETTINGS
from zielgraph.table import Item, Profile, SourceRow, StatusWords, Table, read_table

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
LINES = KOELN.read_text("utf-8").split("\n")
BASE = next(setting.default for setting in SETTINGS if setting.name == "base")


@pytest.fixture(scope="module")
def table(profiles: dict[str, Profile], words: StatusWords) -> Table:
    register = load_register(resources.data() / "register", "koeln", BASE)
    names = [label.text for theme in register.themes for label in theme.labels]
    return read_table(KOELN, profiles, words, theme_names=names)


@pytest.fixture(scope="module")
def items(table: Table) -> dict[int, Item]:
    """Items by line of the file."""
    return {table.rows[item.row].line: item for item in table.items}


@pytest.fixture(scope="module")
def rows(table: Table) -> dict[int, SourceRow]:
    return {row.line: row for row in table.rows}


WITHOUT_DATE = [21, 43, 44, 47, 57, 58, 59, 60, 63, 64, 65, 68, 69]  # and without body


def lines(items: dict[int, Item], condition: object) -> list[int]:
    assert callable(condition)
    return [line for line, item in items.items() if condition(item)]


def test_counts(table: Table) -> None:
    assert len(table.rows) == len(table.items) == 46
    assert sum(item.is_measure for item in table.items) == 44
    assert Counter(goal.kind for goal in table.goals) == {"PrincipleGoal": 1, "FrameworkGoal": 9, "OutcomeGoal": 25}
    assert Counter(item.status_text for item in table.items) == {"erledigt": 39, "laufend": 7}
    assert Counter(item.status for item in table.items) == {"done": 39, "ongoing": 7}
    assert [row.number for row in table.rows] == list(range(1, 47))


def test_file_and_header(table: Table) -> None:
    assert (table.file, table.profile, table.header_line) == ("koeln-zielsystem.tsv", "koeln-integration", 5)
    assert table.sha256 == hashlib.sha256(KOELN.read_bytes()).hexdigest()
    assert table.headings == tuple(LINES[4].split("\t"))
    assert table.stated_date is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (lambda i: not i.is_measure, [54, 69]),
        (lambda i: i.status == "ongoing", [7, 22, 24, 28, 30, 43, 63]),
        (lambda i: i.resolution_text == "x", [6, 7, 16, 19, 25]),
        (lambda i: i.resolution_text not in ("", "x"), []),
        (lambda i: not i.progress, [34, 36, 59, 69]),
        (lambda i: i.first_mentioned is None, WITHOUT_DATE),
        (lambda i: not i.bodies, WITHOUT_DATE),
        (lambda i: i.first_mentioned is not None and i.first_mentioned.exact is None, []),
    ],
    ids=["goal only", "ongoing", "marked", "other marks", "no note", "no date", "no body", "vague date"],
)
def test_lines(items: dict[int, Item], condition: object, expected: list[int]) -> None:
    assert lines(items, condition) == expected


def test_bodies(table: Table) -> None:
    assert Counter(name for item in table.items for name in item.bodies) == {
        "UAG 3 Wohnen": 13,
        "UAG 1 Bildung/Arbeit": 9,
        "UAG 2 Sprache": 3,
        "UAG Gesundheit": 3,
        "UAG Existenzsicherung": 3,
        "UAG Teilhabe": 2,
    }


def test_every_raw_cell_is_verbatim(table: Table) -> None:
    for row in table.rows:
        assert "\t".join(cell.raw for cell in row.cells) == LINES[row.line - 1]
        assert [cell.column for cell in row.cells] == list(range(1, len(row.cells) + 1))
        assert [cell.heading for cell in row.cells][:8] == list(table.headings)[: len(row.cells)]


def test_nothing_is_lost(table: Table) -> None:
    """Every line with text is a row, the header or a repetition of it, a title or an abbreviation."""
    places = {row.line for row in table.rows} | {table.header_line}
    places |= {r.line for r in table.repairs if r.rule == "repeated-header"}
    places |= {stray.line for stray in table.stray} | {entry.line for entry in table.abbreviations}
    assert places == {n for n, line in enumerate(LINES, start=1) if line.strip()}
    assert table.warnings == []


SHIFTED = {  # line: {cell as it stood: (column it belongs to, heading)}
    22: {6: (5, "Sachstand"), 7: (6, "Status"), 8: (7, "erstmalige Nennung"), 9: (8, "Gremium")},
    23: {6: (5, "Sachstand"), 7: (6, "Status"), 8: (7, "erstmalige Nennung"), 9: (8, "Gremium")},
    24: {6: (5, "Sachstand"), 7: (6, "Status"), 8: (7, "erstmalige Nennung"), 9: (8, "Gremium")},
    25: {
        5: (4, "Beschluss AG / LG"),
        6: (5, "Sachstand"),
        7: (6, "Status"),
        8: (7, "erstmalige Nennung"),
        9: (8, "Gremium"),
    },
    60: {6: (5, "Sachstand"), 7: (6, "Status")},
}


def test_shifted_columns(table: Table) -> None:
    """Only the cells right of the gap move, one place to the left, and each move is recorded."""
    found: dict[int, dict[int, tuple[int, str]]] = {}
    for repair in table.repairs:
        if repair.rule == "shifted-column":
            cell = int(repair.before.split(":")[0].removeprefix("Zelle "))
            column = int(repair.after.split(" ")[1])
            found.setdefault(repair.line, {})[cell] = (column, repair.column)
    assert found == SHIFTED


@pytest.mark.parametrize("line", sorted(SHIFTED))
def test_cells_left_of_the_gap_stay(rows: dict[int, SourceRow], line: int) -> None:
    assert rows[line].roles["activity"] == 3
    assert rows[line].roles["outcome-goal"] == 2
    assert rows[line].roles["framework-goal"] == 1


@pytest.mark.parametrize(
    ("line", "status", "first", "body", "progress"),
    [
        (22, "ongoing", "11.08.2017", "UAG 3 Wohnen", "Bsp: Im Vordruck"),
        (23, "done", "29.09.2017", "UAG 3 Wohnen", "Veröffentlichung von Piktogrammen"),
        (24, "ongoing", "29.09.2017", "UAG 3 Wohnen", "Kontaktaufnahme durch OB/6"),
        (25, "done", "22.09.2017", "UAG 2 Sprache", "Bedarfsabfrage bei den Dienststellen"),
        (60, "done", "", "", "Phase 2 des CM-Einführungsprozesses"),
    ],
)
def test_shifted_rows_are_read_right(
    items: dict[int, Item], line: int, status: str, first: str, body: str, progress: str
) -> None:
    item = items[line]
    assert (item.status, item.body_text) == (status, body)
    assert (item.first_mentioned.text if item.first_mentioned else "") == first
    assert item.progress.startswith(progress)


def test_no_other_row_was_moved(table: Table) -> None:
    for row in table.rows:
        if row.line not in SHIFTED:
            assert row.roles["status"] == 6


def test_repeated_headers(table: Table) -> None:
    repeated = [n for n, line in enumerate(LINES, start=1) if line.startswith("Rahmenziel\t")][1:]
    assert [r.line for r in table.repairs if r.rule == "repeated-header"] == repeated
    assert len(repeated) == 9


def test_goals_are_filled_down_across_a_page_break(table: Table, items: dict[int, Item]) -> None:
    """Line 13 repeats the header, line 14 names no framework goal: the one of line 6 still applies."""
    goals = table.goals
    parent = goals[items[14].goal or 0].parent
    assert parent is not None
    assert goals[parent].line == 6
    filled = [r for r in table.repairs if r.line == 14 and r.rule == "fill-down"]
    assert [(r.column, r.after) for r in filled] == [("Rahmenziel", goals[parent].text)]


def test_every_item_stands_under_an_outcome_goal_of_the_one_principle_goal(table: Table) -> None:
    for item in table.items:
        assert item.goal is not None
        outcome = table.goals[item.goal]
        assert (outcome.kind, len(outcome.path(table.goals))) == ("OutcomeGoal", 3)
        assert outcome.path(table.goals)[0] == "Verbesserung der Integration von Geflüchteten"


def test_themes_out_of_goals(table: Table) -> None:
    found = {g.line: (g.theme_text, g.text[:25]) for g in table.goals if g.kind == "FrameworkGoal" and g.theme_text}
    assert found == {
        19: ("Sprache", "Sprachbarrieren sind abge"),
        28: ("Wohnen", "Der Übergang von der städ"),
        40: ("Gesundheit", "Die gesundheitliche Verso"),
        47: ("Existenzsicherung", "Unterbringung, Lebensunte"),
    }
    assert all(not goal.theme_text for goal in table.goals if goal.kind != "FrameworkGoal")


def test_list_letters(table: Table, items: dict[int, Item]) -> None:
    expected = {}
    for line in items:
        cell = LINES[line - 1].split("\t")[2].removeprefix("<p>")
        if cell[:2] in ("a)", "b)", "c)"):
            expected[line] = cell[:2]
    assert {line: item.order for line, item in items.items() if item.order} == expected
    assert len(expected) == 30
    assert not any(item.text.startswith(("a)", "b)", "c)")) for item in items.values())
    assert items[53].text.startswith("(Zunächst) ein workshop")  # brackets at the start are no list letter


def test_arrows_and_markup(table: Table, items: dict[int, Item]) -> None:
    assert [r.line for r in table.repairs if r.rule == "arrow"] == [8, 37]
    assert items[8].progress.startswith("incl. einer ersten Aufstellung")
    assert items[37].progress.startswith('Projekt "BerMico"')
    marked = {n for n, line in enumerate(LINES, start=1) if "<p>" in line}
    assert {r.line for r in table.repairs if r.rule == "markup"} == marked
    shown = [g.text for g in table.goals] + [text for i in table.items for text in (i.text, i.progress)]
    assert not any("<" in text or ">" in text for text in shown)


def test_abbreviations(table: Table) -> None:
    assert [(entry.code, entry.name) for entry in table.abbreviations] == [
        ("16", "Amt für Integration und Vielfalt"),
        ("11", "Personal- und Verwaltungsmanagement"),
        ("13", "Amt für Presse- und Öffentlichkeitsarbeit"),
        ("33", "Ausländeramt"),
        ("50", "Amt für Soziales und Senioren"),
        ("56", "Amt für Wohnungswesen"),
        ("JC", "Jobcenter"),
        ("KI", "Kommunales Integrationszentrum"),
    ]
    assert all(entry.code in LINES[entry.line - 1] for entry in table.abbreviations)
    assert [stray.text for stray in table.stray] == [
        "Grundsatzziel: Verbesserung der Integration von Geflüchteten",
        "Abkürzungsverzeichnis:",
    ]
