"""The order of names: DIN 5007-1, numbers by value."""

from __future__ import annotations

import itertools

import pytest

from zielgraph.inventory.collation import sort_key

ORDERED = (
    "1. Ziel",
    "2. Ziel",
    "10. Ziel",
    "Amt",
    "Amt für Ärzte",
    "Amt für Zuzug",
    "Ämter",
    "Amtsblatt",
    "Ärzte",
    "Garten 2",
    "garten 10",
    "Masse",
    "Maße",
    "Massenei",
    "Ofen",
    "Öffentlichkeit",
    "UAG 3 Wohnen",
    "UAG 12 Bildung",
    "Zebra",
)


def test_names_as_in_a_dictionary() -> None:
    for one, two in itertools.pairwise(ORDERED):
        assert sort_key(one) < sort_key(two)


def test_punctuation_counts_only_between_equals() -> None:
    assert sort_key("a) Punkt")[0] == sort_key("„A“ – Punkt")[0]
    assert sort_key("a) Punkt") != sort_key("„A“ – Punkt")


@pytest.mark.parametrize("text", ["", "()", "9" * 10_000, "007", "\u202egnp.exe", "x" * 10_000, "²³", "٣"])
def test_whatever_stands_in_a_table_has_a_place(text: str) -> None:
    assert sorted([text, "Amt"], key=sort_key)
