"""Likeness of German wordings on a corpus of pairs. Lines marked ``held-out`` are for measuring, not for tuning.

``same`` pairs are better taken than asked about, ``different`` ones must never be taken, ``unsure`` ones must be
asked about. Figures: ``python tests/matching/test_pairs.py``.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import pytest

from zielgraph.matching.likeness import compare
from zielgraph.matching.model import SURE, WORTH_ASKING
from zielgraph.matching.words import load_words

Pair = dict[str, str]


def pairs() -> list[Pair]:
    with (Path(__file__).parent / "pairs.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def verdict(before: str, after: str) -> str:
    words = load_words()
    value = compare(words.read(before), words.read(after), words).value
    return "same" if value >= SURE else "unsure" if value >= WORTH_ASKING else "different"


def figures(part: str) -> Counter[tuple[str, str]]:
    """How often (expected, found) occurs."""
    return Counter((p["expected"], verdict(p["before"], p["after"])) for p in pairs() if p["part"] == part)


def test_halves_are_of_equal_size() -> None:
    assert Counter(pair["part"] for pair in pairs()) == {"tuned": 30, "held-out": 30}


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair["before"][:40])
def test_what_is_not_surely_the_same_is_never_taken(pair: Pair) -> None:
    if pair["expected"] != "same":
        assert verdict(pair["before"], pair["after"]) != "same"


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair["before"][:40])
def test_what_may_be_the_same_is_never_passed_over(pair: Pair) -> None:
    if pair["expected"] != "different":
        assert verdict(pair["before"], pair["after"]) != "different"


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair["before"][:40])
def test_likeness_is_the_same_both_ways(pair: Pair) -> None:
    words = load_words()
    before, after = words.read(pair["before"]), words.read(pair["after"])
    there, back = compare(before, after, words), compare(after, before, words)
    assert there.value == pytest.approx(back.value, abs=0.01)
    assert bool(there.doubt) == bool(back.doubt)
    assert (there.inside, there.holds) == pytest.approx((back.holds, back.inside))


@pytest.mark.parametrize(("part", "share"), [("tuned", 0.75), ("held-out", 0.6)])
def test_most_reworded_ones_are_taken_without_asking(part: str, share: float) -> None:
    found = figures(part)
    same = sum(count for (expected, _), count in found.items() if expected == "same")
    assert found["same", "same"] / same >= share


if __name__ == "__main__":
    for part in ("tuned", "held-out"):
        for (expected, found), count in sorted(figures(part).items()):
            sys.stdout.write(f"{part}\texpected {expected}\tfound {found}\t{count}\n")
