"""Tables of other cities: their headings, levels, merged cells, sheets and lines between the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pytest

from zielgraph.errors import InputError, NotFound
from zielgraph.source import Line, Sheet, Source
from zielgraph.table import Profile, StatusWords, Table, load_profile, read_table

Run = Callable[..., Table]
Cells = Sequence[str]
ABOVE = "^"  # a cell that the one above covers
LEFT = "<"  # a cell that the one to the left covers


def lines(rows: Sequence[Cells], hidden: Sequence[int] = ()) -> list[Line]:
    """Lines of a sheet, with merged cells as the reading of spreadsheets gives them."""
    found: list[Line] = []
    texts: list[str] = []
    for number, row in enumerate(rows, start=1):
        merged: dict[int, str] = {}
        now: list[str] = []
        for index, cell in enumerate(row):
            if cell in (ABOVE, LEFT):
                merged[index] = texts[index] if cell == ABOVE else now[index - 1]
            now.append(merged.get(index, cell))
        texts = now
        found.append(Line(number, ["" if c in (ABOVE, LEFT) else c for c in row], merged, number in hidden))
    return found


def sheet(name: str, *rows: Cells, hidden: bool = False) -> Sheet:
    return Sheet(name, lines(rows), hidden)


@pytest.fixture
def run(profiles: dict[str, Profile], words: StatusWords) -> Run:
    def read(*sheets: Sheet | Sequence[Cells], format: str = "xlsx", **options: object) -> Table:
        own = [each if isinstance(each, Sheet) else Sheet("", lines(each)) for each in sheets]
        source = Source("stadt.xlsx", "00", own, format)
        known = options.pop("profiles", profiles)
        assert isinstance(known, Mapping)
        return read_table(source, known, words, **options)  # type: ignore[arg-type]

    return read


def tree(table: Table) -> list[tuple[str, ...]]:
    return [
        (*(table.goals[item.goal].path(table.goals) if item.goal is not None else ()), item.text)
        for item in table.items
    ]


def kinds(table: Table) -> list[tuple[int, str]]:
    return sorted({(goal.level, goal.kind) for goal in table.goals})


def messages(table: Table) -> list[str]:
    return [f"{notice.place}: {notice.message}" for notice in table.warnings]


def rules(table: Table, rule: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.after) for each in table.repairs if each.rule == rule]


# Headings --------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    header: Cells
    roles: Sequence[str | None]


HEADERS: dict[str, Case] = {
    "integration concept": Case(
        ("Handlungsfeld", "Leitziel", "Teilziel", "Maßnahme", "Federführung", "Beteiligte", "Sachstand", "Zeitplan"),
        ("theme", "vision", "partial-goal", "activity", "lead", "partners", "status", "period"),
    ),
    "climate plan": Case(
        ("Nr.", "Sektor", "Massnahme", "Zuständigkeit", "Kooperationspartner", "Status", "Beginn", "Frist", "Kosten"),
        ("number", "theme", "activity", "lead", "partners", "status", "start", "due", "resources"),
    ),
    "footnotes and additions": Case(
        (
            "Lfd. Nr.",
            "Strategisches Ziel",
            "Operatives Ziel*",
            "Maßnahme\n(Kurzbeschreibung)",
            "Federführung¹",
            "Beteiligte / Kooperationspartner",
            "Status (Stand 06/2023)",
            "Fertigstellung bis²",
        ),
        ("number", "main-goal", "partial-goal", "activity", "lead", "partners", "status", "due"),
    ),
    "dates in headings": Case(
        ("Oberziel", "Ziel", "Vorhaben", "Sachstand zum 30.06.2023", "Status 2023"),
        ("main-goal", "partial-goal", "activity", "progress", "status"),
    ),
    "one column for what and one for why": Case(
        ("Maßnahme", "Beschreibung", "Verantwortlich", "Laufzeit", "Finanzierung", "Indikatoren", "Bemerkungen"),
        ("activity", "note", "lead", "period", "resources", "note", "note"),
    ),
    "description only": Case(("Ziel", "Beschreibung", "Status"), ("main-goal", "activity", "status")),
    "two columns of partners": Case(
        ("Projekt", "Interne Partner", "Externe Partner", "Sachstand"),
        ("activity", "partners", "partners", "status"),
    ),
    "English": Case(
        ("No.", "Goal", "Measure", "Responsible", "Partners", "Status", "Start date", "Due date"),
        ("number", "main-goal", "activity", "lead", "partners", "status", "start", "due"),
    ),
    "two columns in one": Case(("Maßnahme", "Frist / Kosten", "Status"), ("activity", None, "status")),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_headings(run: Run, name: str) -> None:
    header, roles = HEADERS[name]
    row = ["Tun" if role == "activity" else "" for role in roles]
    table = run([header, row])
    assert [column.role for column in table.columns] == list(roles)
    assert (table.profile, table.items[0].text) == ("allgemein", "Tun")


LONG = "Die Beratung wurde im Mai begonnen und läuft seitdem gut."


@pytest.mark.parametrize(
    "heading", ["Umsetzungsstand", "Stand", "Sachstand", "Stand der Umsetzung", "Status / Sachstand"]
)
@pytest.mark.parametrize(
    ("cells", "role"),
    [
        (["umgesetzt", "in Umsetzung", ""], "status"),
        (["umgesetzt", "im Prozess", "begonnen"], "status"),
        ([LONG, LONG, "begonnen"], "progress"),
        ([LONG, "", ""], "progress"),
    ],
)
def test_the_content_says_whether_a_column_is_status_or_text(
    run: Run, heading: str, cells: list[str], role: str
) -> None:
    table = run([("Ziel", "Maßnahme", heading), *(("Z", f"Tun {i}", cell) for i, cell in enumerate(cells))])
    assert table.columns[2].role == role


def test_next_to_a_status_column_it_is_the_text(run: Run) -> None:
    table = run([("Maßnahme", "Status", "Umsetzungsstand"), ("Tun", "", "offen")])
    assert [column.role for column in table.columns] == ["activity", "status", "progress"]


def test_the_preview_shows_every_column(run: Run) -> None:
    table = run([("Maßnahme", "Farbe", "Status"), ("A", "rot", "offen"), ("B", "", "offen"), ("C", "rot", "erledigt")])
    assert [(c.number, c.heading, c.role, c.filled, c.examples) for c in table.columns] == [
        (1, "Maßnahme", "activity", 3, ("A", "B", "C")),
        (2, "Farbe", None, 2, ("rot",)),
        (3, "Status", "status", 3, ("offen", "erledigt")),
    ]


# Levels ----------------------------------------------------------------------------------------------------

LEVELS = {
    (): [],
    ("Teilziel",): [(1, "OutcomeGoal")],
    ("Leitziel", "Teilziel"): [(1, "FrameworkGoal"), (2, "OutcomeGoal")],
    ("Leitziel", "Mittelfristziel", "Teilziel"): [(1, "PrincipleGoal"), (2, "FrameworkGoal"), (3, "OutcomeGoal")],
    ("Vision", "Oberziel", "Mittelfristziel", "Teilziel"): [
        (1, "PrincipleGoal"),
        (2, "FrameworkGoal"),
        (3, "FrameworkGoal"),
        (4, "OutcomeGoal"),
    ],
}


@pytest.mark.parametrize("levels", LEVELS)
def test_one_to_four_levels_of_goals_and_none(run: Run, levels: tuple[str, ...]) -> None:
    goals = [f"Alle {level}e sind erreicht" for level in levels]
    table = run([(*levels, "Maßnahme", "Status"), (*goals, "Tun", "offen"), (*([""] * len(goals)), "Lassen", "offen")])
    assert kinds(table) == LEVELS[levels]
    assert tree(table) == [(*goals, "Tun"), (*goals, "Lassen")]


def test_a_goal_above_the_table_is_one_level_more(run: Run) -> None:
    table = run([("Gesamtziel: Gut leben",), ("Leitziel", "Maßnahme", "Status"), ("Gut wohnen", "Bauen", "offen")])
    assert kinds(table) == [(1, "FrameworkGoal"), (2, "OutcomeGoal")]
    assert tree(table) == [("Gut leben", "Gut wohnen", "Bauen")]


def test_a_theme_left_of_the_goals_holds_for_the_rows_below(run: Run) -> None:
    table = run(
        [
            ("Handlungsfeld", "Ziel", "Maßnahme"),
            ("Wohnen", "Gut wohnen", "Bauen"),
            ("", "", "Vermieten"),
            ("Sport", "", "Laufen"),
        ]
    )
    assert [(item.theme_text, item.text) for item in table.items] == [
        ("Wohnen", "Bauen"),
        ("Wohnen", "Vermieten"),
        ("Sport", "Laufen"),
    ]
    assert tree(table)[2] == ("Laufen",)  # the goal of another theme does not apply
    assert table.goals[0].theme_text == "Wohnen"


def test_a_theme_right_of_the_measure_holds_for_its_own_row(run: Run) -> None:
    table = run([("Ziel", "Maßnahme", "Thema"), ("Z", "Bauen", "Wohnen"), ("", "Laufen", "")])
    assert [item.theme_text for item in table.items] == ["Wohnen", ""]
    assert table.goals[0].theme_text == ""


# Merged cells ----------------------------------------------------------------------------------------------

HEAD = ("Leitziel", "Teilziel", "Maßnahme", "Federführung", "Beteiligte", "Status", "Frist", "Sachstand")


def test_merged_cells_hold_for_every_row_they_cover(run: Run) -> None:
    table = run(
        [
            HEAD,
            ("Leit", "Teil", "Eins", "Jugendamt", "Caritas", "offen", "2023", "Läuft an."),
            (ABOVE, ABOVE, "Zwei", ABOVE, ABOVE, ABOVE, ABOVE, ABOVE),
            (ABOVE, "Teil 2", "Drei", "Sozialamt", "", "erledigt", "", ""),
        ]
    )
    assert tree(table) == [("Leit", "Teil", "Eins"), ("Leit", "Teil", "Zwei"), ("Leit", "Teil 2", "Drei")]
    second = table.items[1]
    assert (second.leads, second.partners, second.status, second.progress) == (
        ("Jugendamt",),
        ("Caritas",),
        "planned",
        "Läuft an.",
    )
    assert second.due is not None
    assert second.due.text == "2023"
    assert rules(table, "merged-cell") == [
        (3, "Federführung", "Jugendamt"),
        (3, "Beteiligte", "Caritas"),
        (3, "Status", "offen"),
        (3, "Frist", "2023"),
        (3, "Sachstand", "Läuft an."),
    ]
    assert table.items[2].partners == ()
    assert table.rows[1].raw("lead") == ""  # the raw cell stays what it is
    assert table.rows[1].text("lead") == "Jugendamt"


def test_a_goal_that_is_merged_holds_although_the_one_above_it_is_repeated(run: Run) -> None:
    table = run([HEAD[:3], ("Leit", "Teil", "Eins"), ("Leit", ABOVE, "Zwei")])
    assert tree(table)[1] == ("Leit", "Teil", "Zwei")


def test_a_measure_over_several_rows_is_one_measure(run: Run) -> None:
    table = run(
        [
            HEAD,
            ("Leit", "Teil", "Eins", "Jugendamt", "Caritas", "in Umsetzung", "2023", "Erster Schritt."),
            (ABOVE, ABOVE, ABOVE, ABOVE, "Diakonie; Caritas", ABOVE, "2024", "Zweiter Schritt."),
            (ABOVE, ABOVE, ABOVE, ABOVE, "", "", "", "Dritter Schritt."),
            (ABOVE, ABOVE, "Zwei", "", "", "", "", ""),
        ]
    )
    assert [item.text for item in table.items] == ["Eins", "Zwei"]
    item = table.items[0]
    assert item.progress == "Erster Schritt.\n\nZweiter Schritt.\n\nDritter Schritt."
    assert item.partners == ("Caritas", "Diakonie")
    assert item.leads == ("Jugendamt",)
    assert item.more_rows == (1, 2)
    assert len(table.rows) == 4
    assert [(line, after) for line, _, after in rules(table, "continued-row")] == [
        (3, "Zweiter Schritt.; Diakonie"),
        (4, "Dritter Schritt."),
    ]
    assert messages(table) == [
        "Zeile 3, Spalte Frist: „2024“: Die Maßnahme hat hier schon etwas anderes; das erste gilt"
    ]


def test_a_cell_merged_across_columns_fills_nothing(run: Run) -> None:
    table = run([("Maßnahme", "Sachstand", "Status"), ("Eins", LONG, LEFT), (ABOVE, ABOVE, ABOVE), ("Zwei", "", "")])
    assert [(item.text, item.progress, item.status_text) for item in table.items] == [
        ("Eins", LONG, ""),
        ("Zwei", "", ""),
    ]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (
            ("Ziele", LEFT, "Maßnahme", "Termine", LEFT, "Status"),
            ("Leitziel", "Teilziel", ABOVE, "Beginn", "Ende", ABOVE),
        ),
        (("Ziele", "", "Maßnahme", "Termine", "", "Status"), ("Leitziel", "Teilziel", "", "Beginn", "Ende", "")),
    ],
    ids=["merged", "as CSV"],
)
def test_a_header_of_two_lines(run: Run, upper: Cells, lower: Cells) -> None:
    row = ("Leit", "Teil", "Tun", "2021", "2023", "offen")
    table = run([("Aktionsplan",), upper, lower, row, upper, lower, ("", "", "Lassen", "", "", "offen")])
    assert [column.role for column in table.columns] == ["vision", "partial-goal", "activity", "start", "due", "status"]
    assert (table.headings[0], table.headings[2]) == ("Ziele / Leitziel", "Maßnahme")
    assert tree(table) == [("Leit", "Teil", "Tun"), ("Leit", "Teil", "Lassen")]
    assert len(rules(table, "repeated-header")) == 0 or [
        r.line for r in table.repairs if r.rule == "repeated-header"
    ] == [5]
    assert [stray.text for stray in table.stray] == ["Aktionsplan"]


def test_a_title_above_the_header_is_no_part_of_it(run: Run) -> None:
    table = run([("Maßnahmen", "Stand: 30.06.2023"), ("Ziel", "Maßnahme", "Status"), ("Z", "Tun", "offen")])
    assert table.headings == ("Ziel", "Maßnahme", "Status")
    assert table.stated_date == date(2023, 6, 30)


# Lines between the rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cover", [LEFT, ""], ids=["merged", "one cell"])
def test_lines_between_the_rows_name_theme_and_goal(run: Run, cover: str) -> None:
    def line(text: str) -> Cells:
        return (text, cover, cover, cover)

    table = run(
        [
            ("Nr.", "Maßnahme", "Federführung", "Status"),
            line("Handlungsfeld 1: Wohnen"),
            line("Leitziel 1.1: Alle wohnen gut"),
            ("1", "Bauen", "Bauamt", "offen"),
            line("Leitziel 1.2: Alle wohnen günstig"),
            ("2", "Fördern", "Bauamt", "offen"),
            line("Handlungsfeld 2 – Sport"),
            ("3", "Laufen", "Sportamt", "offen"),
        ]
    )
    assert tree(table) == [("Alle wohnen gut", "Bauen"), ("Alle wohnen günstig", "Fördern"), ("Laufen",)]
    assert [item.theme_text for item in table.items] == ["Wohnen", "Wohnen", "Sport"]
    assert [(goal.kind, goal.number, goal.theme_text) for goal in table.goals] == [
        ("OutcomeGoal", "1.1", "Wohnen"),
        ("OutcomeGoal", "1.2", "Wohnen"),
    ]
    assert [stray.line for stray in table.stray] == [2, 3, 5, 7]
    assert len(table.rows) == 3


def test_a_merged_line_without_a_known_word_is_kept_and_reported(run: Run) -> None:
    table = run(
        [("Ziel", "Maßnahme", "Status"), ("Z", "A", "offen"), ("Gut zu wissen", LEFT, LEFT), ("", "B", "offen")]
    )
    assert tree(table) == [("Z", "A"), ("Z", "B")]
    assert messages(table) == ["Zeile 3, Spalte 1: Zeile außerhalb der Tabelle; ihr Text gilt nicht als Ziel"]


def test_a_sentence_that_begins_with_such_a_word_is_no_section(run: Run) -> None:
    table = run([("Maßnahme", "Status", "Frist"), ("Handlungsfelder werden abgestimmt", "", ""), ("B", "offen", "")])
    assert [item.text for item in table.items] == ["Handlungsfelder werden abgestimmt", "B"]


def test_hidden_rows_are_read_and_reported(run: Run) -> None:
    rows = [("Ziel", "Maßnahme", "Status"), ("Z", "A", "offen"), ("", "B", "offen")]
    table = run(Sheet("", lines(rows, hidden=[3])))
    assert [item.text for item in table.items] == ["A", "B"]
    assert [line for line, _, _ in rules(table, "hidden-row")] == [3]
    assert messages(table) == ["Zeile 3: Ausgeblendete Zeilen wurden mitgelesen: 3"]


# Several sheets --------------------------------------------------------------------------------------------

TOP = ("Leitziel", "Maßnahme", "Status")


def test_all_sheets_with_the_header_are_one_table(run: Run) -> None:
    table = run(
        sheet("Deckblatt", ("Aktionsplan",), ("Stand: 30.06.2023",), ("Gesamtziel: Gut leben",)),
        sheet("Wohnen", TOP, ("Gut wohnen", "Bauen", "offen"), ("", "Fördern", "offen")),
        sheet("Sport", ("Sport für alle",), TOP, ("", "Laufen", "offen"), ("Fit sein", "Springen", "in Klärung")),
        sheet("Abkürzungen", ("JC", "Jobcenter"), ("grün", "umgesetzt")),
    )
    assert tree(table) == [
        ("Gut leben", "Gut wohnen", "Bauen"),
        ("Gut leben", "Gut wohnen", "Fördern"),
        ("Gut leben", "Laufen"),  # the goal of the other sheet does not apply
        ("Gut leben", "Fit sein", "Springen"),
    ]
    assert [item.theme_text for item in table.items] == ["Wohnen", "Wohnen", "Sport", "Sport"]
    assert [(row.sheet, row.line, row.key, row.number) for row in table.rows] == [
        ("Wohnen", 2, "2", 1),
        ("Wohnen", 3, "3", 2),
        ("Sport", 3, "2-3", 3),
        ("Sport", 4, "2-4", 4),
    ]
    assert table.stated_date == date(2023, 6, 30)
    assert [(entry.code, entry.name, entry.sheet) for entry in table.abbreviations] == [
        ("JC", "Jobcenter", "Abkürzungen")
    ]
    assert [(stray.sheet, stray.line) for stray in table.stray] == [
        ("Deckblatt", 1),
        ("Deckblatt", 2),
        ("Deckblatt", 3),
        ("Abkürzungen", 2),
        ("Sport", 1),
    ]
    assert messages(table) == [
        "Blatt „Sport“, Zeile 4, Spalte Status: "
        "Status „in Klärung“ ist nicht bekannt; das Wort bleibt, der Status gilt als offen"
    ]
    assert table.unknown_status == {"in Klärung": ["2-4"]}


def test_a_theme_column_says_more_than_the_name_of_the_sheet(run: Run) -> None:
    head = ("Handlungsfeld", "Maßnahme", "Status")
    table = run(sheet("A", head, ("Wohnen", "Bauen", "offen")), sheet("B", head, ("", "Laufen", "offen")))
    assert [item.theme_text for item in table.items] == ["Wohnen", ""]


def test_a_line_above_the_header_names_the_theme_of_its_sheet(run: Run) -> None:
    table = run(
        sheet("HF 1", ("Handlungsfeld 1: Wohnen",), TOP, ("Gut wohnen", "Bauen", "offen")),
        sheet("Sport", TOP, ("Fit sein", "Laufen", "offen")),
    )
    assert [item.theme_text for item in table.items] == ["Wohnen", "Sport"]
    assert [goal.theme_text for goal in table.goals] == ["Wohnen", "Sport"]
    assert [stray.text for stray in table.stray] == ["Handlungsfeld 1: Wohnen"]


def test_a_single_sheet_names_no_theme(run: Run) -> None:
    assert run(sheet("Tabelle1", TOP, ("Z", "Bauen", "offen"))).items[0].theme_text == ""


def test_a_table_that_goes_on_without_a_header(run: Run) -> None:
    table = run(
        sheet("Tabelle 1", TOP, ("Gut wohnen", "Bauen", "offen")),
        sheet("Tabelle 2", ("", "Fördern", "offen"), ("Fit sein", "Laufen", "erledigt")),
        sheet("Tabelle 3", ("JC", "Jobcenter")),
        format="docx",
    )
    assert tree(table) == [("Gut wohnen", "Bauen"), ("Gut wohnen", "Fördern"), ("Fit sein", "Laufen")]
    assert [row.key for row in table.rows] == ["2", "2-1", "2-2"]
    assert [stray.text for stray in table.stray] == ["JC Jobcenter"]


def test_one_sheet_only(run: Run) -> None:
    sheets = (
        sheet("Plan", ("Stand: 30.06.2023",)),
        sheet("A", TOP, ("Z", "Bauen", "offen")),
        sheet("B", TOP, ("Z", "Laufen", "offen")),
    )
    table = run(*sheets, sheet=" b ")
    assert tree(table) == [("Z", "Laufen")]
    assert table.rows[0].key == "2"
    assert table.stated_date == date(2023, 6, 30)
    with pytest.raises(NotFound, match=r"stadt\.xlsx hat kein Blatt „C“\. Ähnlich: Plan, A, B"):
        run(*sheets, sheet="C")


def test_hidden_sheets_are_named_and_left_out(run: Run) -> None:
    sheets = (
        sheet("A", TOP, ("Z", "Bauen", "offen")),
        sheet("Alt", TOP, ("Z", "Laufen", "offen"), hidden=True),
        sheet("Listen", ("rot",), hidden=True),
    )
    table = run(*sheets)
    assert tree(table) == [("Z", "Bauen")]
    assert messages(table) == [
        "Blatt „Alt“: Das ausgeblendete Blatt enthält auch eine Tabelle und wurde nicht gelesen; "
        "mit --sheet „Alt“ wird es gelesen",
        "Blatt „Listen“: Das ausgeblendete Blatt wurde nicht gelesen",
    ]
    assert tree(run(*sheets, sheet="Alt")) == [("Z", "Laufen")]
    with pytest.raises(InputError, match="nur das ausgeblendete Blatt „Alt“ enthält eine Tabelle"):
        run(*sheets[1:])


def test_a_sheet_with_other_rows_is_kept_and_reported(run: Run) -> None:
    other = sheet("Kosten", ("a", "b", "c"), ("1", "2", "3"), ("4", "5", "6"))
    table = run(other, sheet("A", TOP, ("Z", "Bauen", "offen")))
    assert messages(table) == [
        "Blatt „Kosten“: Keine Kopfzeile dieser Tabelle; der Text des Blattes bleibt nur in der Quelle"
    ]
    assert len(table.stray) == 3


# Which profile ---------------------------------------------------------------------------------------------

KOELN = ("Rahmenziel", "Ergebnisziel", "Maßnahme", "Beschluss", "Sachstand", "Status", "erstmalige Nennung", "Gremium")


def test_a_special_profile_comes_before_the_general_one(run: Run) -> None:
    assert run([KOELN, ("R", "E", "M", "", "", "offen", "", "")]).profile == "koeln-integration"
    assert run([(*KOELN, "Kosten"), ("R", "E", "M", "", "", "offen", "", "", "")]).profile == "koeln-integration"


def test_clearly_more_headings_win(run: Run) -> None:
    head = (*KOELN[:3], "Sachstand", "Status", "Federführung", "Beteiligte", "Frist")
    assert run([head, ("R", "E", "M", "", "offen", "", "", "")]).profile == "allgemein"


def test_the_profile_that_is_given_wins(run: Run, profiles: dict[str, Profile]) -> None:
    table = run([KOELN, ("R", "E", "M", "", "", "offen", "", "")], profile=profiles["allgemein"])
    assert table.profile == "allgemein"
    with pytest.raises(InputError, match="fehlt die Spalte „Rahmenziel“"):
        run([TOP, ("R", "M", "offen")], profile=profiles["koeln-integration"])


def test_a_near_miss_is_an_error_that_names_the_way_out(run: Run) -> None:
    head = ("Rahmenziel", "Ergebnisziel", "Maßnahme", "Sachstannd", "Status", "Gremium")
    with pytest.raises(InputError) as caught:
        run(sheet("Bericht", ("Titel",), head, ("R", "E", "M", "", "offen", "")))
    assert str(caught.value) == (
        "stadt.xlsx, Blatt „Bericht“, Zeile 2: in der Kopfzeile fehlt die Spalte „Sachstand“ "
        "(nicht erkannt: „Sachstannd“). Bitte die Überschrift anpassen oder im Profil ergänzen. "
        "Oder mit --profile allgemein ohne diese Spalte lesen."
    )


def test_three_known_headings_are_no_near_miss(run: Run) -> None:
    head = ("Rahmenziel", "Ergebnisziel", "Maßnahme", "Zuständig")
    assert run([head, ("R", "E", "M", "Amt")]).profile == "allgemein"


def test_a_misspelled_heading_of_one_sheet_among_several(run: Run) -> None:
    head = ("Leitziel", "Teilziel", "Maßnahme", "Status", "Frist")
    broken = ("Leitziel", "Teilziel", "Masnahme", "Status", "Frist")
    with pytest.raises(InputError, match=r"Blatt „B“, Zeile 1: .*„Maßnahme“ \(nicht erkannt: „Masnahme“\).*--sheet"):
        run(sheet("A", head, ("L", "T", "M", "", "")), sheet("B", broken, ("L", "T", "M", "", "")))


def test_a_misspelled_optional_heading_is_reported(run: Run) -> None:
    table = run([("Ziel", "Maßnahme", "Status", "Federfürung"), ("Z", "Tun", "offen", "Amt")])
    assert messages(table) == [
        "Zeile 1, Spalte Federfürung: Spalte nicht erkannt (sieht aus wie „Federführung“); "
        "ihr Text bleibt nur in der Quelle"
    ]


def test_no_header_at_all(run: Run) -> None:
    with pytest.raises(InputError, match="Blatt „X“, Zeile 1: keine Kopfzeile gefunden"):
        run(sheet("X", ("a", "b"), ("c", "d")))


# Values ----------------------------------------------------------------------------------------------------


def test_dates_and_periods(run: Run) -> None:
    table = run(
        [
            ("Maßnahme", "Laufzeit", "Erstnennung"),
            ("A", "2021–2023", "45107"),
            ("B", "fortlaufend", "30.06.2023 00:00"),
            ("C", "demnächst", ""),
        ]
    )
    a, b, c = table.items
    assert a.start is not None
    assert a.due is not None
    assert (a.start.end, a.due.start) == (date(2021, 12, 31), date(2023, 1, 1))
    assert a.first_mentioned is not None
    assert a.first_mentioned.exact == date(2023, 6, 30)
    assert b.due is not None
    assert b.due.end == date(9999, 12, 31)
    assert b.first_mentioned is not None
    assert b.first_mentioned.exact == date(2023, 6, 30)
    assert c.due is not None
    assert not c.due.known
    assert messages(table) == [
        "Zeile 4, Spalte Laufzeit: Datum „demnächst“ ist nicht lesbar; das Wort bleibt, ein Tag fehlt"
    ]


def test_names_of_several_columns_and_known_names(run: Run) -> None:
    table = run(
        [
            ("Maßnahme", "Interne Partner", "Externe Partner"),
            ("A", "50, 51", "Haus, Hof; Caritas"),
            ("B", "k. A.", "-"),
        ],
        known_names=["Haus, Hof"],
    )
    assert [item.partners for item in table.items] == [("50", "51", "Haus, Hof", "Caritas"), ()]


def test_an_x_under_status_is_an_odd_status_and_no_shift(run: Run) -> None:
    table = run([KOELN, ("R", "E", "Eine recht lange Maßnahme im Quartal", "", "", "x", "", "")])
    assert table.items[0].status_text == "x"
    assert rules(table, "shifted-column") == []


def test_a_word_that_many_rows_have_is_reported_once(run: Run) -> None:
    table = run([("Maßnahme", "Status"), *((f"M{i}", "in Klärung") for i in range(3))])
    assert table.unknown_status == {"in Klärung": ["2", "3", "4"]}
    assert messages(table) == [
        "Zeile 2, Spalte Status: Status „in Klärung“ ist nicht bekannt; das Wort bleibt, der Status gilt als offen "
        "(und in 2 weiteren Zeilen)"
    ]


# Profile files ---------------------------------------------------------------------------------------------


def test_a_profile_of_ones_own(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("profile") / "meine-stadt.toml"
    path.write_text(
        'city = "meine-stadt"\nsheet_theme = true\nlevels = ["ziel"]\nrequired = ["ziel", "activity"]\n'
        '[columns]\nziel = ["Wohin"]\nactivity = ["Was"]\nstatus = ["Ampel"]\n'
        '[status]\ndone = ["grün"]\nongoing = ["gelb"]\n[sections]\nziel = ["Wunsch"]\n',
        "utf-8",
    )
    profile = load_profile(path)
    table = run([("Wohin", "Was", "Ampel"), ("Z", "A", "Grün"), ("", "B", "blau")], profile=profile)
    assert [item.status for item in table.items] == ["done", "unknown"]
    assert (profile.city, profile.kind, profile.sections) == ("meine-stadt", "measures", {"Wunsch": "ziel"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[columns]\nactivty = ["Was"]\n', "unbekannte Rolle „activty“ unter [columns]"),
        ('required = ["lead", "leed"]\n[columns]\nlead = ["Wer"]\n', "unbekannte Rolle „leed“ unter required"),
        ('[columns]\nlead = "Wer"\n', "der Wert von „columns.lead“ passt nicht"),
        ('columns = ["a"]\n', "der Wert von „columns.columns“ passt nicht"),
        ('kind = "andere"\n[columns]\nlead = ["Wer"]\n', "unbekannte Art „andere“"),
        ('[columns]\nlead = ["Wer"]\n[status]\ngut = ["grün"]\n', "unbekannter Status „gut“"),
        ('[columns]\nlead = ["Wer"]\n', "es fehlt die Spalte für die Maßnahme (activity)"),
        ('levels = ["goal"]\n[columns]\nlead = ["Wer"]\n', "es fehlt die Spalte für die Maßnahme (activity)"),
        ('[columns]\nlead = ["Wer"]\n[sections]\nlead = ["Amt"]\n', "unbekannte Rolle „lead“ unter [sections]"),
        ('farbe = "rot"\n[columns]\nlead = ["Wer"]\n', "unbekannter Eintrag „farbe“"),
        ("levels = [1]\n", "der Wert von „levels“ passt nicht"),
        ('city = "x"\n', "enthält keine Spalten"),
        ("city = x\n", "kein gültiges TOML"),
    ],
)
def test_a_broken_profile_is_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str, sentence: str
) -> None:
    path = tmp_path_factory.mktemp("profile") / "kaputt.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_profile(path)
    assert sentence in str(caught.value)
    assert "kaputt.toml" in str(caught.value)


def test_there_is_no_such_profile_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(InputError, match="lässt sich nicht lesen"):
        load_profile(tmp_path_factory.mktemp("profile") / "fehlt.toml")
