"""What in a resolution column is a resolution, and what only says that there is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zielgraph.table import Table
from zielgraph.table.resolutions import is_resolution

ROW = ("Rahmen", "Ergebnis", "Leitfaden erstellen", "", "Er liegt vor.", "erledigt", "30.06.2023", "UAG 1")


@pytest.mark.parametrize(
    "text", ["x", "X", "ja", "✓", "Rat 12.03.2024, Vorlage 123/2024", "123/2024", "Neinstedt", "•"]
)
def test_a_resolution(text: str) -> None:
    assert is_resolution(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Nein", "nein.", "offen", "(offen)", "kein Beschluss", "Kein  Beschluss nötig", "ausstehend", "entfällt"),
        *("noch nicht", "noch nicht gefasst", "-", "–", "n. n.", "N.N.", "nein, erst 2025", "k. A.", "", " "),
    ],
)
def test_no_resolution(text: str) -> None:
    assert not is_resolution(text)


@pytest.mark.parametrize("text", ["nein", "offen", "ausstehend", "entfällt", "kein Beschluss"])
def test_the_words_stay_in_their_column(read: Callable[..., Table], text: str) -> None:
    table = read([(*ROW[:3], text, *ROW[4:5], "sonderbar", *ROW[6:])])
    item = table.items[0]
    assert (item.resolution_text, item.resolved, item.status_text) == (text, False, "sonderbar")
    assert table.repairs == []


def test_a_mark_is_one(read: Callable[..., Table]) -> None:
    assert read([(*ROW[:3], "x", *ROW[4:])]).items[0].resolved
