"""Overviews of networks as rows: headings, merged cells, continued rows, names in lists, dates, bad input."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from zielgraph import resources
from zielgraph.errors import InputError
from zielgraph.source import Line, Sheet, Source, read_source
from zielgraph.table.networks import NetworkTable, read_networks
from zielgraph.table.profile import Profile, load_profile
from zielgraph.table.repairs import REPAIR_TEXTS

HEADER = ["Netzwerk", "Art", "Themen", "Mitglieder", "Federführung", "Turnus", "Ansprechstelle"]
Merged = Mapping[int, Mapping[int, str]]


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(resources.data() / "profiles" / "netzwerke.toml")


def sheet(*lines: list[str], merged: Merged | None = None, name: str = "") -> Sheet:
    """A sheet of these lines; ``merged`` says by line number which cells another one covers."""
    return Sheet(name, [Line(n, cells, (merged or {}).get(n, {})) for n, cells in enumerate(lines, start=1)])


def read(profile: Profile, *sheets: Sheet, **more: list[str]) -> NetworkTable:
    return read_networks(Source("netzwerke.xlsx", "0" * 64, list(sheets)), profile, **more)  # type: ignore[arg-type]


def test_a_row_is_a_network(profile: Profile) -> None:
    table = read(
        profile,
        sheet(
            ["Stand: 30.06.2023"],
            HEADER,
            [
                "Runder Tisch",
                "Runder Tisch",
                "Wohnen; Sprache",
                "JC, 56; DRK",
                "Amt 16",
                "monatlich",
                "Amt 16, Zimmer 3",
            ],
        ),
    )
    [network] = table.networks
    assert network.name == "Runder Tisch"
    assert network.texts == {
        "network-kind": "Runder Tisch",
        "topics": "Wohnen; Sprache",
        "members": "JC, 56; DRK",
        "lead": "Amt 16",
        "rhythm": "monatlich",
        "contact": "Amt 16, Zimmer 3",
    }
    assert network.names == {
        "topics": ("Wohnen", "Sprache"),
        "members": ("JC", "56", "DRK"),
        "lead": ("Amt 16",),
        "contact": ("Amt 16", "Zimmer 3"),
    }
    assert table.stated_date is not None
    assert table.stated_date.isoformat() == "2023-06-30"
    assert [line.text for line in table.stray] == ["Stand: 30.06.2023"]
    assert (table.header_line, table.kind, table.rows[0].line, table.warnings) == (2, "networks", 3, [])


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Name des Netzwerks", "Akteure"),
        ("Netzwerk / Gremium", "Mitglieder (Institutionen)"),
        ("BEZEICHNUNG", "Teilnehmer*innen"),
        ("Netzwerke", "Zusammensetzung"),
    ],
)
def test_headings_have_synonyms(profile: Profile, name: str, members: str) -> None:
    [network] = read(profile, sheet([members, name], ["JC", "Forum"])).networks
    assert (network.name, network.names["members"]) == ("Forum", ("JC",))


def test_names_are_split_at_line_ends_semicolons_and_commas(profile: Profile) -> None:
    cell = "- Jobcenter\n- Amt für Kinder, Jugend und Familie; DRK, AWO<br>Stadt (Amt 50, Amt 56)"
    [network] = read(profile, sheet(["Netzwerk", "Mitglieder"], ["Forum", cell])).networks
    assert network.names["members"][:4] == ("Jobcenter", "Amt für Kinder, Jugend und Familie", "DRK", "AWO")


def test_a_known_theme_with_a_comma_stays_whole(profile: Profile) -> None:
    lines = [["Netzwerk", "Mitglieder", "Themen"], ["Forum", "", "Bauen, Wohnen, Sport"]]
    assert read(profile, sheet(*lines)).networks[0].names["topics"] == ("Bauen", "Wohnen", "Sport")
    known = read(profile, sheet(*lines), theme_names=["Bauen, Wohnen"])
    assert known.networks[0].names["topics"] == ("Bauen, Wohnen", "Sport")


def test_a_merged_name_is_one_network(profile: Profile) -> None:
    merged = {3: {0: "Forum"}, 4: {0: "Forum", 2: "Amt 16"}, 5: {2: "Amt 16"}}
    table = read(
        profile,
        sheet(
            ["Netzwerk", "Mitglieder", "Federführung"],
            ["Forum", "JC", "Amt 16"],
            ["", "DRK", "Amt 50"],
            ["", "AWO", ""],
            ["Bündnis", "JC", ""],
            merged=merged,
        ),
    )
    assert [(n.name, n.rows, n.names["members"], n.names["lead"]) for n in table.networks] == [
        ("Forum", [0, 1, 2], ("JC", "DRK", "AWO"), ("Amt 16", "Amt 50")),
        ("Bündnis", [3], ("JC",), ("Amt 16",)),
    ]
    rules = [(repair.line, repair.rule) for repair in table.repairs]
    assert rules == [(3, "continued-row"), (4, "merged-cell"), (4, "continued-row"), (5, "merged-cell")]
    assert table.rows[3].raw("lead") == ""  # the source keeps the cell as it is


def test_a_row_without_name_continues_the_network_above(profile: Profile) -> None:
    table = read(profile, sheet(["Netzwerk", "Mitglieder"], ["", "BAMF"], ["Forum", "JC"], ["", "DRK"]))
    assert [(n.name, n.names["members"]) for n in table.networks] == [("Forum", ("JC", "DRK"))]
    assert [(w.line, w.message[:11]) for w in table.warnings] == [(2, "Zeile ohne ")]
    assert len(table.rows) == 3


def test_the_same_name_twice_is_one_network_and_is_said(profile: Profile) -> None:
    table = read(profile, sheet(["Netzwerk", "Mitglieder"], ["Forum", "JC"], ["FORUM", "JC; DRK"]))
    assert [(n.name, n.names["members"]) for n in table.networks] == [("Forum", ("JC", "DRK"))]
    assert [(w.line, w.column) for w in table.warnings] == [(3, "FORUM")]


def test_placeholders_unknown_columns_and_loose_cells(profile: Profile) -> None:
    table = read(profile, sheet(["Netzwerk", "Mitglieder", "Farbe"], ["Forum", "k. A.", "rot", "mehr"]))
    assert table.networks[0].names == {}
    assert table.networks[0].texts == {}
    assert [(w.line, w.column) for w in table.warnings] == [(1, "Farbe"), (2, "4")]
    assert {repair.rule for repair in table.repairs} == {"placeholder", "surplus-cell"}
    assert table.rows[0].raws == ("Forum", "k. A.", "rot", "mehr")
    columns = [(c.number, c.heading, c.role, c.filled, c.examples) for c in table.columns]
    assert columns[0] == (1, "Netzwerk", "network-name", 1, ("Forum",))
    assert columns[2] == (3, "Farbe", None, 1, ("rot",))


def test_a_repeated_header_is_no_network(profile: Profile) -> None:
    table = read(profile, sheet(HEADER, ["Forum", *[""] * 6], HEADER, ["Bündnis", *[""] * 6]))
    assert [n.name for n in table.networks] == ["Forum", "Bündnis"]
    assert [repair.rule for repair in table.repairs] == ["repeated-header"]


def test_a_remark_below_the_table_is_no_network_and_is_said(profile: Profile) -> None:
    remark = "Quelle: Abfrage bei den Ämtern"
    table = read(profile, sheet(["Netzwerk", "Mitglieder"], ["Bund e.V.", ""], [remark, ""]))
    assert [n.name for n in table.networks] == ["Bund e.V."]
    assert [line.text for line in table.stray] == [remark]
    assert [warning.line for warning in table.warnings] == [3]


def test_a_hidden_row_is_read_and_recorded(profile: Profile) -> None:
    lines = [Line(1, ["Netzwerk", "Mitglieder"]), Line(2, ["Forum", "JC"], hidden=True)]
    table = read(profile, Sheet("", lines))
    assert [n.name for n in table.networks] == ["Forum"]
    assert [repair.rule for repair in table.repairs] == ["hidden-row"]


def test_several_sheets_are_one_table_and_the_others_are_kept(profile: Profile) -> None:
    table = read(
        profile,
        sheet(["Netzwerk", "Mitglieder"], ["Forum", "JC"], name="Stadt"),
        sheet(["Hinweise"], ["Stand: 01.02.2024"], name="Info"),
        sheet(["Mitglieder", "Netzwerk"], ["DRK", "Bündnis"], name="Land"),
    )
    assert [(n.name, n.names["members"]) for n in table.networks] == [("Forum", ("JC",)), ("Bündnis", ("DRK",))]
    assert [(row.key, row.sheet) for row in table.rows] == [("2", "Stadt"), ("2-2", "Land")]
    assert [(line.sheet, line.text) for line in table.stray] == [("Info", "Hinweise"), ("Info", "Stand: 01.02.2024")]
    assert str(table.stated_date) == "2024-02-01"


def test_every_repair_has_a_text(profile: Profile) -> None:
    lines = [["Netzwerk", "Mitglieder"], ["Forum", "<b>JC</b>"], ["", "-", "x"], ["Bund", ""]]
    table = read(profile, sheet(*lines, merged={4: {1: "DRK"}}))
    assert {repair.rule for repair in table.repairs} >= {"markup", "placeholder", "continued-row", "merged-cell"}
    assert {repair.rule for repair in table.repairs} <= set(REPAIR_TEXTS)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([["Maßnahme", "Status"], ["Flyer", "laufend"]], "keine Kopfzeile einer Netzwerkübersicht"),
        ([["Netzwerk", "Turnus"], ["Forum", "monatlich"]], "„Mitglieder“"),
        ([["Netzwerk", "Mitglieder"]], "steht kein Netzwerk"),
    ],
)
def test_bad_input_is_one_sentence(profile: Profile, lines: list[list[str]], words: str) -> None:
    with pytest.raises(InputError) as error:
        read(profile, sheet(*lines))
    assert words in str(error.value)
    assert "netzwerke.xlsx" in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_the_encoding_of_the_file_makes_no_difference(
    profile: Profile, tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "netzwerke.csv"
    lines = ["Stand: 30.06.2023", *(separator.join(cells) for cells in (HEADER, ["Bündnis für Köln", *[""] * 6]))]
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    table = read_networks(read_source(path), profile)
    assert [network.name for network in table.networks] == ["Bündnis für Köln"]
    assert str(table.stated_date) == "2023-06-30"


def test_merged_cells_of_a_workbook(profile: Profile, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for cells in (["Netzwerk", "Mitglieder", "Federführung"], ["Forum", "JC", "Amt 16"], ["", "DRK"], ["Bund", "AWO"]):
        page.append(cells)
    page.merge_cells("A2:A3")
    page.merge_cells("C2:C4")
    path = tmp_path / "netzwerke.xlsx"
    book.save(path)
    table = read_networks(read_source(path), profile)
    assert [(n.name, n.names["members"], n.names["lead"]) for n in table.networks] == [
        ("Forum", ("JC", "DRK"), ("Amt 16",)),
        ("Bund", ("AWO",), ("Amt 16",)),
    ]


def test_the_example(profile: Profile) -> None:
    path: Path = resources.data() / "source" / "koeln-netzwerke.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = read_networks(read_source(path), profile)
    assert str(table.stated_date) == "2019-12-31"
    assert len(table.networks) == 16
    assert table.warnings == []
    assert table.stray[1].text.startswith("Aus dem Bericht abgeleitet, keine amtliche Übersicht.")
    named = {network.name: network.names["members"] for network in table.networks if "members" in network.names}
    assert named == {"Austauschrunde zum Thema Wohnen": ("JC", "56")}
