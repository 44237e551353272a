"""Walking down a table: headers, titles, goals that apply further down, items, and what is reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from zielgraph.errors import InputError
from zielgraph.table import Table

Read = Callable[..., Table]
HEAD = (
    "Rahmenziel\tErgebnisziel\tAktivitäten / Beschreibung\tBeschluss AG / LG\tSachstand\tStatus\t"
    "erstmalige Nennung\tGremium"
)
ROW = ["Rahmen eins", "Ergebnis eins", "Leitfaden erstellen", "", "Er liegt vor.", "erledigt", "30.06.2023", "UAG 1"]
NEXT = ["", "", "Workshop anbieten", "", "Er fand statt.", "laufend", "2023", "UAG 1"]


def row(**changes: str) -> list[str]:
    names = ("framework", "outcome", "activity", "resolution", "progress", "status", "first", "body")
    return [changes.get(name, cell) for name, cell in zip(names, ROW, strict=True)]


def tree(table: Table) -> list[tuple[str, ...]]:
    """Path of the goal of every item, with the item's text."""
    return [
        (*(table.goals[item.goal].path(table.goals) if item.goal is not None else ()), item.text)
        for item in table.items
    ]


def warnings(table: Table) -> list[tuple[int, str, str]]:
    return [(w.line, w.column, w.message) for w in table.warnings]


def rules(table: Table, line: int) -> list[tuple[str, str]]:
    return [(r.rule, r.column) for r in table.repairs if r.line == line]


# Headers ---------------------------------------------------------------------------------------------------


def test_headings_count_by_their_letters(read: Read) -> None:
    table = read("RAHMENZIEL:\tErgebnis-Ziel\tMaßnahmen\tSACHSTAND \tStatus*\nRahmen\tErgebnis\tTun\tGut\terledigt\n")
    assert tree(table) == [("Rahmen", "Ergebnis", "Tun")]
    assert table.items[0].status == "done"


def test_decomposed_umlauts_in_a_heading(read: Read) -> None:
    table = read("Rahmenziel\tErgebnisziel\tAktivita\u0308ten\tSachstand\tStatus\nR\tE\tTun\tGut\terledigt\n")
    assert [item.text for item in table.items] == ["Tun"]


def test_column_order_may_change_with_a_header_in_the_middle(read: Read) -> None:
    other = "Status\tGremium\tAktivitäten\tSachstand\tErgebnisziel\tRahmenziel"
    table = read(f"{HEAD}\n{chr(9).join(ROW)}\n{other}\nlaufend\tUAG 2\tWorkshop anbieten\tFolgt.\t\t\n")
    second = table.items[1]
    assert tree(table)[1] == ("Rahmen eins", "Ergebnis eins", "Workshop anbieten")
    assert (second.status, second.bodies, second.progress) == ("ongoing", ("UAG 2",), "Folgt.")
    assert [cell.heading for cell in table.rows[1].cells] == other.split("\t")
    assert ("repeated-header", "") in rules(table, 3)


def test_an_unknown_column_is_reported_once_and_its_text_stays_in_the_source(read: Read) -> None:
    head = f"{HEAD}\tKosten"
    table = read(f"{head}\n{chr(9).join(ROW)}\t5 Euro\n{head}\n{chr(9).join(NEXT)}\t6 Euro\n")
    assert warnings(table) == [(1, "Kosten", "Spalte nicht erkannt; ihr Text bleibt nur in der Quelle")]
    assert [row.cells[8].raw for row in table.rows] == ["5 Euro", "6 Euro"]


def test_text_below_a_blank_heading_is_reported(read: Read) -> None:
    table = read("Rahmenziel\tErgebnisziel\t\tMaßnahme\tSachstand\tStatus\nR\tE\tNanu\tTun\tGut\terledigt\n")
    assert [item.text for item in table.items] == ["Tun"]
    assert warnings(table) == [(2, "3", "Spalte ohne Überschrift; ihr Text bleibt nur in der Quelle")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a\tb\nc\td\n", "bericht.tsv, Zeile 1: keine Kopfzeile gefunden. Erwartet werden Überschriften"),
        (HEAD, "bericht.tsv, Zeile 1: unter der Kopfzeile stehen keine Zeilen"),
        (f"Titel\n\n{HEAD}\n{HEAD}\n\n", "bericht.tsv, Zeile 3: unter der Kopfzeile stehen keine Zeilen"),
        (
            HEAD.replace("Sachstand", "Sachstannd") + "\n" + "\t".join(ROW),
            "bericht.tsv, Zeile 1: in der Kopfzeile fehlt die Spalte „Sachstand“ (nicht erkannt: „Sachstannd“). Bitte",
        ),
        (
            HEAD.replace("Status", "Stand der Dinge") + "\n" + "\t".join(ROW),
            "fehlt die Spalte „Status“ (nicht erkannt: „Stand der Dinge“)",
        ),
        ("Rahmenziel\tErgebnisziel\tSachstand\tStatus\na\tb\tc\td\n", "fehlt die Spalte „Aktivitäten / Besch"),
    ],
)  # fmt: skip
def test_no_table(read: Read, content: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read(content)
    assert sentence in str(caught.value)


def test_a_damaged_first_header_does_not_lose_the_rows_below_it(read: Read) -> None:
    damaged = HEAD.replace("Sachstand", "Sachxxx")
    with pytest.raises(InputError, match=r"Zeile 1: in der Kopfzeile fehlt die Spalte „Sachstand“"):
        read("\n".join([damaged, "\t".join(ROW), HEAD, "\t".join(NEXT)]))


# Titles, dates, goals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", ["", "\t" * 7], ids=["one cell", "padded by a spreadsheet"])
def test_the_top_goal_may_change_in_the_middle(read: Read, padding: str) -> None:
    second = ["", "", "Ohne Rahmen", *NEXT[3:]]
    lines = [f"Grundsatzziel 1: Gut leben{padding}", HEAD, ROW, f"Grundsatzziel 2: Gut arbeiten{padding}", HEAD, second]
    table = read("\n".join(line if isinstance(line, str) else "\t".join(line) for line in lines))
    assert tree(table) == [
        ("Gut leben", "Rahmen eins", "Ergebnis eins", "Leitfaden erstellen"),
        ("Gut arbeiten", "Ohne Rahmen"),
    ]
    assert [g.text for g in table.goals if g.kind == "PrincipleGoal"] == ["Gut leben", "Gut arbeiten"]


def test_the_same_top_goal_on_every_page_ends_nothing(read: Read) -> None:
    title = "Grundsatzziel: Gut leben"
    table = read("\n".join([title, HEAD, "\t".join(ROW), "", title, HEAD, "\t".join(NEXT)]))
    assert tree(table)[1] == ("Gut leben", "Rahmen eins", "Ergebnis eins", "Workshop anbieten")
    assert len(table.goals) == 3


def test_a_new_upper_goal_ends_the_lower_one(read: Read) -> None:
    table = read([ROW, ["Rahmen zwei", "", "Ohne Ergebnisziel", *NEXT[3:]]])
    assert tree(table)[1] == ("Rahmen zwei", "Ohne Ergebnisziel")


def test_the_same_outcome_goal_under_two_framework_goals_is_two_goals(read: Read) -> None:
    table = read([ROW, row(framework="Rahmen zwei"), row(framework="Rahmen eins", activity="Noch etwas")])
    assert [(g.kind, g.text, g.parent) for g in table.goals] == [
        ("FrameworkGoal", "Rahmen eins", None),
        ("OutcomeGoal", "Ergebnis eins", 0),
        ("FrameworkGoal", "Rahmen zwei", None),
        ("OutcomeGoal", "Ergebnis eins", 2),
    ]
    assert [item.goal for item in table.items] == [1, 3, 1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Stand: 30.06.2023", date(2023, 6, 30)),
        ("Stand 30.6.23", date(2023, 6, 30)),
        ("Zielsystem Integration (Stand vom 1. Juni 2023)", date(2023, 6, 1)),
        ("Berichtsstand:\t01.06.2023\t\t", date(2023, 6, 1)),
        ("Stichtag 2023-06-30", date(2023, 6, 30)),
        ("Stand: Juni 2023", date(2023, 6, 30)),  # a month: its last day, estimated
        ("Stand: März 2023", date(2023, 3, 31)),
        ("Stand 06/2023", date(2023, 6, 30)),
        ("Stand 13/2023", None),
        ("Stand: Vorlage 2023", None),
        ("Stand: 31.02.2023", None),
        ("Sachverstand 30.06.2023", None),
        ("Vorstand: 30.06.2023", None),
    ],
)
def test_stated_date(read: Read, line: str, expected: date | None) -> None:
    table = read("\n".join([line, HEAD, "\t".join(ROW)]))
    assert table.stated_date == expected
    assert [stray.line for stray in table.stray] == [1]


def test_a_stated_month_is_an_estimated_day(read: Read) -> None:
    months = [
        read("\n".join([line, HEAD, "\t".join(ROW)])).stated_month for line in ("Stand 06/2023", "Stand 30.06.2023")
    ]
    assert months == [True, False]


@pytest.mark.parametrize("padding", ["", "\t" * 7])
def test_stated_date_below_the_table(read: Read, padding: str) -> None:
    table = read("\n".join([HEAD, "\t".join(ROW), f"Stand: 30.06.2023{padding}"]))
    assert table.stated_date == date(2023, 6, 30)
    assert len(table.rows) == 1


def test_a_page_foot_between_rows_is_reported_and_kept(read: Read) -> None:
    table = read("\n".join([HEAD, "\t".join(ROW), "Seite 3 von 5", "\t".join(NEXT)]))
    assert [(s.line, s.text) for s in table.stray] == [(3, "Seite 3 von 5")]
    assert warnings(table) == [(3, "1", "Zeile außerhalb der Tabelle; ihr Text gilt nicht als Ziel")]
    assert tree(table)[1][0] == "Rahmen eins"


# Items -----------------------------------------------------------------------------------------------------


def test_a_goal_with_status_and_no_activity_is_an_item_but_no_measure(read: Read) -> None:
    table = read([ROW, ["", "Ergebnis zwei", "", "", "Läuft gut.", "laufend", "", ""]])
    assert [(i.is_measure, i.status, i.progress) for i in table.items][1] == (False, "ongoing", "Läuft gut.")


def test_a_line_that_only_states_a_goal_is_no_item(read: Read) -> None:
    table = read([["Rahmen eins", "", "", "", "", "", "", ""], ["", "Ergebnis eins", "", "", "", "", "", ""], NEXT])
    assert tree(table) == [("Rahmen eins", "Ergebnis eins", "Workshop anbieten")]
    assert len(table.rows) == 3
    assert table.warnings == []


def test_text_without_goal_and_activity_is_reported(read: Read) -> None:
    table = read([ROW, ["", "", "", "", "Noch ein Satz zum Sachstand.", "", "", ""]])
    assert len(table.items) == 1
    assert warnings(table) == [(3, "", "Zeile ohne Ziel und ohne Maßnahme; ihr Text bleibt nur in der Quelle")]


def test_duplicate_rows_are_kept_as_two_items_under_one_goal(read: Read) -> None:
    table = read([ROW, ROW])
    assert [(item.row, item.text, item.goal) for item in table.items] == [
        (0, "Leitfaden erstellen", 1),
        (1, "Leitfaden erstellen", 1),
    ]


def test_an_unknown_status_word_and_a_broken_date_are_kept_and_reported(read: Read) -> None:
    table = read([row(status="in Klärung", first="31.02.2020")])
    item = table.items[0]
    assert (item.status, item.status_text) == ("unknown", "in Klärung")
    assert item.first_mentioned is not None
    assert (item.first_mentioned.text, item.first_mentioned.known) == ("31.02.2020", False)
    assert warnings(table) == [
        (2, "erstmalige Nennung", "Datum „31.02.2020“ ist nicht lesbar; das Wort bleibt, ein Tag fehlt"),
        (2, "Status", "Status „in Klärung“ ist nicht bekannt; das Wort bleibt, der Status gilt als offen"),
    ]


@pytest.mark.parametrize("word", ["erledigt", "Erledigt.", " ERLEDIGT ", "<p>erledigt</p>", "erledigt\u200b"])
def test_status_words_in_all_spellings(read: Read, word: str) -> None:
    assert read([row(status=word)]).items[0].status == "done"


@pytest.mark.parametrize("mark", ["-", "–", "---", "k. A.", "k.A.", "n/a", "./."])
def test_a_placeholder_is_an_empty_cell(read: Read, mark: str) -> None:
    table = read([ROW, ["", "", "Workshop anbieten", mark, mark, "laufend", mark, mark]])
    item = table.items[1]
    assert (item.resolution_text, item.progress, item.first_mentioned, item.bodies) == ("", "", None, ())
    assert [r.before for r in table.repairs if r.rule == "placeholder"] == [mark] * 4
    assert table.warnings == []
    assert table.rows[1].raw("body") == mark


@pytest.mark.parametrize(
    ("cell", "bodies"),
    [
        ("UAG 1; UAG 2", ("UAG 1", "UAG 2")),
        ('"UAG 1\nUAG 2"', ("UAG 1", "UAG 2")),
        ("<p>UAG 1<br>UAG 2</p>", ("UAG 1", "UAG 2")),
        ("UAG 1 Bildung/Arbeit", ("UAG 1 Bildung/Arbeit",)),
        ("UAG 1; -;", ("UAG 1",)),
    ],
)
def test_several_bodies_in_a_cell(read: Read, cell: str, bodies: Sequence[str]) -> None:
    assert read([row(body=cell)]).items[0].bodies == bodies


def test_a_surplus_text_is_reported_with_its_column(read: Read) -> None:
    table = read([[*ROW, "", "Anmerkung"]])
    assert warnings(table) == [(2, "10", "Zelle ohne Spalte; ihr Text bleibt nur in der Quelle")]
    assert [(r.before, r.after) for r in table.repairs if r.rule == "surplus-cell"] == [("Anmerkung", "")]


def test_marks_of_the_writing_direction_hide_no_status(read: Read) -> None:
    item = read([row(status="\u202blaufend\u202c")])
    assert (item.items[0].status, item.items[0].status_text) == ("ongoing", "laufend")
    assert item.rows[0].raw("status") == "\u202blaufend\u202c"
    assert item.unknown_status == {}


def test_an_empty_column_of_measures_is_refused(read: Read) -> None:
    rows = (row(activity=""), row(outcome="Ergebnis zwei", activity=""))
    text = "\n".join([HEAD, *("\t".join(cells) for cells in rows)])
    with pytest.raises(InputError, match=r"Spalte Aktivitäten / Beschreibung: .* aber sie ist leer"):
        read(text)
