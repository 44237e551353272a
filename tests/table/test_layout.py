"""Cells under their columns: every way a row can slip, and what must not move."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from zielgraph.table import Profile, StatusWords
from zielgraph.table.layout import align

Placed = Callable[..., dict[str | None, str]]
COLUMNS = [
    "framework-goal",
    "outcome-goal",
    "activity",
    "resolution",
    "progress",
    "status",
    "first-mentioned",
    "body",
]
GOAL, OUTCOME = "Geflüchtete finden guten Wohnraum", "Der Weg zur Wohnung ist allen bekannt"
ACTIVITY, NOTE = "Ein Leitfaden für die Wohnungssuche wird erstellt", "Der Leitfaden liegt seit Mai vor."
FULL = [GOAL, OUTCOME, ACTIVITY, "x", NOTE, "laufend", "11.08.2017", "UAG 3 Wohnen"]
ROWS = {
    "full": FULL,
    "goals above": ["", "", ACTIVITY, "x", NOTE, "laufend", "11.08.2017", "UAG 3 Wohnen"],
    "no mark": ["", "", ACTIVITY, "", NOTE, "erledigt", "29.09.2017", "UAG 1 Bildung/Arbeit"],
    "no date": ["", "", ACTIVITY, "", NOTE, "erledigt", "", ""],
    "no note": ["", "", ACTIVITY, "", "", "erledigt", "11.08.2017", "UAG 3 Wohnen"],
    "short note": ["", "", ACTIVITY, "", "s.o.", "laufend", "", ""],
    "month": ["", OUTCOME, ACTIVITY, "", NOTE, "geplant", "06/2018", "UAG"],
}


@pytest.fixture
def placed(profiles: dict[str, Profile], words: StatusWords) -> Placed:
    """Text by role, blank cells left out."""

    def run(cells: list[str], columns: Sequence[str | None] = COLUMNS) -> dict[str | None, str]:
        found = align(cells, columns, profiles["koeln-integration"], words)
        assert sorted(found.values()) == [found[column] for column in sorted(found)]  # cells keep their order
        return {columns[column]: cells[cell] for column, cell in found.items() if cells[cell].strip()}

    return run


def meant(cells: list[str]) -> dict[str | None, str]:
    return {role: cell for role, cell in zip(COLUMNS, cells, strict=True) if cell}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("gap", range(9))
def test_a_surplus_empty_cell_anywhere(placed: Placed, name: str, gap: int) -> None:
    cells = ROWS[name]
    assert placed([*cells[:gap], "", *cells[gap:]]) == meant(cells)


@pytest.mark.parametrize(
    ("name", "missing"),
    [(name, i) for name, cells in ROWS.items() for i, cell in enumerate(cells) if not cell],
)
def test_a_missing_empty_cell(placed: Placed, name: str, missing: int) -> None:
    cells = ROWS[name]
    assert placed([*cells[:missing], *cells[missing + 1 :]]) == meant(cells)


@pytest.mark.parametrize("gap", range(8))
def test_two_surplus_empty_cells(placed: Placed, gap: int) -> None:
    assert placed([*FULL[:gap], "", "", *FULL[gap:]]) == meant(FULL)


@pytest.mark.parametrize("word", ["in Klärung", "abgestimmt", "siehe Anlage", "50 %", "???", "k. A.", "-"])
@pytest.mark.parametrize("name", ROWS)
def test_an_unknown_status_word_moves_nothing(placed: Placed, name: str, word: str) -> None:
    cells = [*ROWS[name][:5], word, *ROWS[name][6:]]
    assert placed(cells) == meant(cells)


@pytest.mark.parametrize("word", ["31.02.2020", "fortlaufend", "laufend", "k. A.", "-", "irgendwann"])
def test_an_odd_date_moves_nothing(placed: Placed, word: str) -> None:
    cells = [*FULL[:6], word, FULL[7]]
    assert placed(cells) == meant(cells)


@pytest.mark.parametrize(
    ("column", "text"),
    [(4, "erledigt"), (4, "11.08.2017"), (3, "am 01.02.2019"), (7, "2019"), (2, "x"), (2, "Messe 2019")],
)
def test_one_odd_cell_in_a_full_row_moves_nothing(placed: Placed, column: int, text: str) -> None:
    cells = [*FULL[:column], text, *FULL[column + 1 :]]
    assert placed(cells) == meant(cells)


WIDE = [
    "number", "theme", "framework-goal", "outcome-goal", "activity", "lead", "partners", None, "status", "progress",
    "start", "due", "resources", "note", None,
]  # fmt: skip


@pytest.mark.parametrize("progress", ["Fertig.", "erledigt", "läuft", "Abgeschlossen"])
@pytest.mark.parametrize("goals", [(GOAL, OUTCOME), ("", "")], ids=["first of a goal", "goals above"])
def test_a_word_of_progress_stays_where_the_status_has_its_own(
    placed: Placed, words: StatusWords, progress: str, goals: tuple[str, str]
) -> None:
    assert words.knows(progress)
    cells = ["1.2", "Wohnen", *goals, ACTIVITY, "Amt 56", "", "hoch", "erledigt", progress, *[""] * 5]
    expected = {role: cell for role, cell in zip(WIDE, cells, strict=True) if cell}
    assert placed(cells, WIDE) == expected
    dated = [*cells[:10], "01.02.2018", "offen", *cells[12:]]
    assert placed(dated, WIDE) == expected | {"start": "01.02.2018", "due": "offen"}


def test_a_row_that_slipped_behind_the_status_is_put_straight(placed: Placed) -> None:
    cells = [
        "1.2",
        "Wohnen",
        GOAL,
        OUTCOME,
        ACTIVITY,
        "Amt 56",
        "",
        "hoch",
        "erledigt",
        "01.02.2018",
        "2019",
        "",
        "",
        "",
    ]
    found = placed(cells, WIDE)
    assert (found["status"], found["start"], found["due"]) == ("erledigt", "01.02.2018", "2019")


def test_a_surplus_text_is_left_out_and_the_rest_fits(placed: Placed) -> None:
    assert placed([*FULL, "Anmerkung"]) == meant(FULL)
    assert placed([*FULL, "", "Anmerkung"]) == meant(FULL)
    assert placed([*FULL[:5], "Anmerkung", *FULL[5:]]) == meant(FULL)


def test_columns_in_another_order(placed: Placed) -> None:
    order = [5, 6, 0, 1, 2, 7, 4, 3]
    columns = [COLUMNS[i] for i in order]
    assert placed([FULL[i] for i in order], columns) == meant(FULL)
    shifted = [FULL[i] for i in order]
    assert placed([*shifted[:1], "", *shifted[1:]], columns) == meant(FULL)


@pytest.mark.parametrize("cells", [[], [""], [GOAL], ["", OUTCOME]])
def test_short_rows(placed: Placed, cells: list[str]) -> None:
    assert placed(cells) == {COLUMNS[i]: cell for i, cell in enumerate(cells) if cell}
