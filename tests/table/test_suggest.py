"""A first profile for an unknown table: it loads, and the table is read with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from zielgraph.cli.main import run as command
from zielgraph.errors import InputError, NotFound
from zielgraph.source import Line, Sheet, Source
from zielgraph.table import Profile, StatusWords, Table, load_profile, read_table
from zielgraph.table.suggest import suggest_profile

Cells = Sequence[str]
Suggest = Callable[..., tuple[str, Table]]
HEAD = ("Feld", "Wohin wollen wir", "Was tun wir dafür", "Wer kümmert sich", "Ampel", "Spätestens", "Wie weit", "Farbe")


def row(number: int) -> Cells:
    first = number % 4 == 0
    return (
        "Wohnen" if first else "",
        f"Alle Menschen wohnen gut und sicher {number // 4}" if first else "",
        f"Eine neue Beratungsstelle {number} wird eröffnet",
        "Jugendamt, 50",
        ("grün", "gelb", "rot")[number % 3],
        f"30.06.202{number % 10}",
        f"Die Beratung Nummer {number} wurde mit vielen Menschen besprochen.",
        "",
    )


ROWS = [("Stadt Musterstadt, Aktionsplan",), HEAD, *(row(number) for number in range(12))]


def source(*sheets: tuple[str, Sequence[Cells]]) -> Source:
    made = [Sheet(name, [Line(n, list(cells)) for n, cells in enumerate(rows, start=1)]) for name, rows in sheets]
    return Source("plan.xlsx", "00", made, "xlsx")


@pytest.fixture
def suggest(tmp_path: Path, profiles: dict[str, Profile], words: StatusWords) -> Suggest:
    """The text of the suggested profile, after an edit, and the table as it is read with it."""

    def make(
        *sheets: tuple[str, Sequence[Cells]], edit: tuple[str, str] = ("", ""), sheet: str | None = None
    ) -> tuple[str, Table]:
        file = source(*sheets)
        text = suggest_profile(file, profiles["allgemein"], words, sheet=sheet)
        assert edit[0] in text
        path = tmp_path / "musterstadt.toml"
        path.write_text(text.replace(edit[0], edit[1]) if edit[0] else text, "utf-8")
        return text, read_table(file, profiles, words, profile=load_profile(path), sheet=sheet)

    return make


def test_a_table_with_its_own_headings_is_read_without_editing(suggest: Suggest) -> None:
    text, table = suggest(("Plan", ROWS))
    assert [column.role for column in table.columns] == [
        "theme",
        "goal-1",
        "activity",
        "lead",
        "status",
        "due",
        "progress",
        None,
    ]
    assert len(table.items) == 12
    item = table.items[1]
    assert (item.text, item.leads, item.theme_text) == (
        "Eine neue Beratungsstelle 1 wird eröffnet",
        ("Jugendamt", "50"),
        "Wohnen",
    )
    assert item.goal is not None
    assert table.goals[item.goal].text == "Alle Menschen wohnen gut und sicher 0"
    assert item.due is not None
    assert item.due.exact is not None
    assert '# unbekannt, 4-mal: "grün"' in text
    assert '# nicht erkannt: "Farbe" (leer)' in text


def test_one_line_added_gives_the_status_words_their_meaning(suggest: Suggest) -> None:
    _, table = suggest(("Plan", ROWS), edit=("[status]\n", '[status]\ndone = ["grün"]\nongoing = ["gelb"]\n'))
    assert [item.status for item in table.items[:3]] == ["done", "ongoing", "unknown"]
    assert list(table.unknown_status) == ["rot"]


def test_known_headings_keep_their_roles(suggest: Suggest) -> None:
    head = ("Leitziel", "Teilziel", "Maßnahme", "Federführung¹", "Status (Stand 06/2023)", "Zeitplan", "Wetter")
    text, table = suggest(("", [head, ("L", "T", "Tun", "Amt", "offen", "2021–2023", "Regen")]))
    roles = [column.role for column in table.columns]
    assert roles == ["vision", "partial-goal", "activity", "lead", "status", "period", None]
    assert 'levels = ["vision", "partial-goal"]' in text
    assert '# nicht erkannt: "Wetter" (zum Beispiel: Regen)' in text
    assert [goal.kind for goal in table.goals] == ["FrameworkGoal", "OutcomeGoal"]


def test_goals_between_the_rows_become_a_level(suggest: Suggest) -> None:
    rows = [
        ("Was wir tun", "Status", "Wer"),
        ("Leitziel 1: Gut wohnen", "", ""),
        ("Wir bauen neue Wohnungen", "offen", "Bauamt"),
    ]
    text, table = suggest(("", rows))
    assert 'levels = ["main-goal"]' in text
    assert [goal.text for goal in table.goals] == ["Gut wohnen"]
    assert [item.text for item in table.items] == ["Wir bauen neue Wohnungen"]


def test_every_odd_heading_gives_a_file_that_loads(suggest: Suggest) -> None:
    odd = ('Was "tun" wir?\nund wie', "Pfad\\Name", "[Status]", "a = b # c", "Maßnahme")
    _, table = suggest(("", [odd, ("eins", "zwei", "offen", "drei", "Tun")]))
    assert [item.text for item in table.items] == ["Tun"]


def test_one_sheet_of_several(suggest: Suggest) -> None:
    other = [("Nr.", "Projekt", "Status"), ("1", "Bauen", "offen")]
    text, table = suggest(("Plan", ROWS), ("Projekte", other), sheet="projekte")
    assert "Blatt „Projekte“" in text
    assert [item.text for item in table.items] == ["Bauen"]


def test_no_header_and_no_such_sheet(profiles: dict[str, Profile], words: StatusWords) -> None:
    with pytest.raises(InputError, match="keine Zeile sieht aus wie eine Kopfzeile"):
        suggest_profile(source(("", [("Nur Text",), ("und noch einer",)])), profiles["allgemein"], words)
    with pytest.raises(NotFound):
        suggest_profile(source(("A", ROWS)), profiles["allgemein"], words, sheet="B")


def test_the_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, profile = tmp_path / "plan.tsv", tmp_path / "plan.toml"
    table.write_text("\n".join("\t".join(cells) for cells in ROWS), "utf-8")
    with pytest.raises(SystemExit) as done:
        command(["profile", "suggest", str(table), "--output", str(profile)])
    assert done.value.code == 0
    assert load_profile(profile).levels == ("goal-1",)
    with pytest.raises(SystemExit) as done:
        command(["profile", "suggest", str(tmp_path / "fehlt.tsv")])
    assert done.value.code == 2
    assert "fehlt.tsv: gibt es nicht" in capsys.readouterr().err


def test_the_best_guess_at_the_measure_is_written_and_marked(suggest: Suggest) -> None:
    rows = [("Was wir vorhaben", "Wer", "Wie"), ("Radweg", "Bauamt", "neu"), ("Rampe", "Bauamt", "neu")]
    text, table = suggest(("", rows))
    assert 'activity = ["Was wir vorhaben"]  # nach dem Inhalt vermutet, bitte prüfen' in text
    assert 'required = ["activity"]' in text
    assert [item.text for item in table.items] == ["Radweg", "Rampe"]


def test_without_any_guess_the_draft_says_what_is_missing(
    profiles: dict[str, Profile], words: StatusWords, tmp_path: Path
) -> None:
    file = source(("", [("Wer", "Wann", "Status"), ("Bauamt", "2023", "offen"), ("Schulamt", "2024", "offen")]))
    text = suggest_profile(file, profiles["allgemein"], words)
    assert "# Es fehlt die Spalte für die Maßnahme" in text
    path = tmp_path / "plan.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="es fehlt die Spalte für die Maßnahme"):
        load_profile(path)


def test_a_profile_that_finds_no_measure_stores_no_empty_edition(
    profiles: dict[str, Profile], words: StatusWords, tmp_path: Path
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('[columns]\nactivity = ["Plan"]\nlead = ["Wer"]\n', "utf-8")
    file = source(("Blatt", [("Wer", "Plan"), ("Bauamt", ""), ("Schulamt", "-")]))
    with pytest.raises(InputError, match=r"Zeile 1: unter der Kopfzeile nennt keine Zeile eine Maßnahme"):
        read_table(file, profiles, words, profile=load_profile(path))


def test_what_heads_the_measures(suggest: Suggest) -> None:
    assert suggest(("", [("Was", "Wer"), ("Radweg bauen", "Bauamt")]))[1].items[0].text == "Radweg bauen"
