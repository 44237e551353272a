"""The abbreviation list at the end, with the separators that occur."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zielgraph.table import Table

HEAD = "Rahmenziel\tErgebnisziel\tMaßnahme\tSachstand\tStatus\nR\tE\tTun\tGut\terledigt\n"
ENTRIES: dict[str, list[tuple[str, str]]] = {
    "16 Amt für Integration": [("16", "Amt für Integration")],
    " 11: Personal und Verwaltung": [("11", "Personal und Verwaltung")],
    "JC: Jobcenter": [("JC", "Jobcenter")],
    "JC = Jobcenter": [("JC", "Jobcenter")],
    "JC – Jobcenter": [("JC", "Jobcenter")],
    "JC - Jobcenter": [("JC", "Jobcenter")],
    "JC / Jobcenter": [("JC", "Jobcenter")],
    "JC\tJobcenter": [("JC", "Jobcenter")],
    "JC\t\tJobcenter\t\t": [("JC", "Jobcenter")],
    "JC; Jobcenter": [("JC", "Jobcenter")],
    "JC Jobcenter": [("JC", "Jobcenter")],
    "- KI: Kommunales Integrationszentrum": [("KI", "Kommunales Integrationszentrum")],
    "• KI:  Kommunales   Integrationszentrum": [("KI", "Kommunales Integrationszentrum")],
    "16/04: Fachstelle": [("16/04", "Fachstelle")],
    "OB/6: Internationales": [("OB/6", "Internationales")],
    "FB 50: Soziales": [("50", "Soziales")],
    "Amt 50 Soziales": [("50", "Soziales")],
    "BAföG: Bundesausbildungsförderungsgesetz": [("BAföG", "Bundesausbildungsförderungsgesetz")],
    "JC: Jobcenter; KI: Kommunales Integrationszentrum": [
        ("JC", "Jobcenter"),
        ("KI", "Kommunales Integrationszentrum"),
    ],
    "JC: Jobcenter | 16: Amt für Integration": [("JC", "Jobcenter"), ("16", "Amt für Integration")],
    'WDR: "Westdeutscher Rundfunk"': [("WDR", '"Westdeutscher Rundfunk"')],
    # no entries, but nothing is dropped
    "Diese Liste ist nicht vollständig": [],
    "Siehe auch Anlage 2": [],
    "s. o.": [],
    "2019: 3": [],
}


@pytest.mark.parametrize("title", ["Abkürzungsverzeichnis:", "ABKÜRZUNGEN", "Legende\t\t\t\t"])
@pytest.mark.parametrize("line", ENTRIES)
def test_entry(read: Callable[..., Table], line: str, title: str) -> None:
    table = read(f"{HEAD}\n{title}\n\n{line}\n")
    assert [(entry.code, entry.name) for entry in table.abbreviations] == ENTRIES[line]
    assert {entry.line for entry in table.abbreviations} <= {6}
    kept = [stray.text for stray in table.stray if stray.line == 6]
    assert kept == ([] if ENTRIES[line] else [line])
    assert len(table.rows) == 1


def test_a_row_of_the_table_that_begins_like_the_title_is_a_row(read: Callable[..., Table]) -> None:
    table = read(f"{HEAD}Abkürzungen sind bekannt\tE2\tListe\tGut\terledigt\n\t\tNoch was\tGut\tlaufend\n")
    assert [item.text for item in table.items] == ["Tun", "Liste", "Noch was"]
    assert table.abbreviations == []
