"""Names in a cell: what a comma parts and what it does not, in cells as cities write them."""

from __future__ import annotations

import pytest

from zielgraph.table.names import Names

CELLS: dict[str, list[str]] = {
    # commas, semicolons, line ends
    "Jugendamt, Gesundheitsamt": ["Jugendamt", "Gesundheitsamt"],
    "Jobcenter; Agentur für Arbeit": ["Jobcenter", "Agentur für Arbeit"],
    "Jobcenter\nCaritas\nDiakonie": ["Jobcenter", "Caritas", "Diakonie"],
    "<p>Jobcenter</p><p>Caritas</p>": ["Jobcenter", "Caritas"],
    "Amt 50 / Amt 51": ["Amt 50", "Amt 51"],
    "50, 51, 56": ["50", "51", "56"],
    "FB 50, FB 51": ["FB 50", "FB 51"],
    "16/04, OB/6": ["16/04", "OB/6"],
    "UAG 1 Bildung/Arbeit": ["UAG 1 Bildung/Arbeit"],
    "Stadt Köln, Jobcenter Köln": ["Stadt Köln", "Jobcenter Köln"],
    "Caritas, DRK, AWO": ["Caritas", "DRK", "AWO"],
    "Stadtwerke, Stadtbibliothek, VHS": ["Stadtwerke", "Stadtbibliothek", "VHS"],
    "Jobcenter, -, ": ["Jobcenter"],
    "Jobcenter, Jobcenter": ["Jobcenter"],
    # one office with commas of its own
    "Amt für Soziales, Arbeit und Senioren": ["Amt für Soziales, Arbeit und Senioren"],
    "Jugend, Familie und Soziales": ["Jugend, Familie und Soziales"],
    "Fachbereich Schule, Kultur und Sport": ["Fachbereich Schule, Kultur und Sport"],
    "Amt für Straßen, Brücken und Tunnel": ["Amt für Straßen, Brücken und Tunnel"],
    "Umwelt-, Klima- und Verbraucherschutzamt": ["Umwelt-, Klima- und Verbraucherschutzamt"],
    "Ministerium für Kinder, Familie, Flüchtlinge und Integration": [
        "Ministerium für Kinder, Familie, Flüchtlinge und Integration"
    ],
    "Dezernat IV, Bildung, Jugend und Sport": ["Dezernat IV", "Bildung, Jugend und Sport"],
    # both
    "Amt für Kinder, Jugend und Familie, Jobcenter": ["Amt für Kinder, Jugend und Familie", "Jobcenter"],
    "Amt für Kinder, Jugend und Familie; Gesundheitsamt": ["Amt für Kinder, Jugend und Familie", "Gesundheitsamt"],
    "Sozialamt, Amt für Schule, Bildung und Sport, VHS": ["Sozialamt", "Amt für Schule, Bildung und Sport", "VHS"],
    "Jugendamt, Jugend, Familie und Soziales": ["Jugendamt", "Jugend, Familie und Soziales"],
    "Amt für Soziales, Caritas und Diakonie": ["Amt für Soziales", "Caritas", "Diakonie"],
    "Amt für Wohnen, Jobcenter und Gesundheitsamt": ["Amt für Wohnen", "Jobcenter", "Gesundheitsamt"],
    # the end of a list
    "Jobcenter, Caritas, Diakonie und AWO": ["Jobcenter", "Caritas", "Diakonie", "AWO"],
    "Polizei, Ordnungsamt und Feuerwehr": ["Polizei", "Ordnungsamt", "Feuerwehr"],
    "Schulen, Kitas und Vereine": ["Schulen", "Kitas", "Vereine"],
    "IHK, HWK und Agentur für Arbeit": ["IHK", "HWK", "Agentur für Arbeit"],
    # what stands in quotation marks stays together
    "„Hilfe, Rat & Tat e. V.“": ["Hilfe, Rat & Tat e. V."],
    'Verein "Hilfe; Rat, Tat", Jugendamt': ['Verein "Hilfe; Rat, Tat"', "Jugendamt"],
    "»Hand / Herz«; „Rat und Tat“": ["Hand / Herz", "Rat und Tat"],
    # "und" alone parts nothing
    "Amt für Integration und Vielfalt": ["Amt für Integration und Vielfalt"],
    "Caritas und Diakonie": ["Caritas und Diakonie"],
    "Amt für Stadtentwicklung, Statistik": ["Amt für Stadtentwicklung", "Statistik"],
    "Amt für Umwelt- und Klimaschutz, Stadtwerke Musterstadt GmbH": [
        "Amt für Umwelt- und Klimaschutz",
        "Stadtwerke Musterstadt GmbH",
    ],
}


@pytest.mark.parametrize("cell", CELLS)
def test_cell(cell: str) -> None:
    assert list(Names().split(cell)) == CELLS[cell]


def test_known_names_stay_whole_and_the_longest_wins() -> None:
    names = Names(["Haus, Hof", "Haus, Hof, Garten e. V.", "Jugend"])
    assert names.split("Haus, Hof, Garten e. V., Jobcenter, Haus, Hof") == (
        "Haus, Hof, Garten e. V.",
        "Jobcenter",
        "Haus, Hof",
    )


def test_a_known_name_is_no_subject() -> None:
    assert Names().split("Jugend, Familie und Soziales") == ("Jugend, Familie und Soziales",)
    assert Names(["Jugend", "Familie", "Soziales"]).split("Jugend, Familie und Soziales") == (
        "Jugend",
        "Familie",
        "Soziales",
    )


def test_bodies_are_parted_by_semicolons_only() -> None:
    assert Names().split("AG 1, Wohnen; AG 2", commas=False) == ("AG 1, Wohnen", "AG 2")
