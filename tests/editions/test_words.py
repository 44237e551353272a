"""The word-level difference: right, readable, and never slow."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zielgraph.editions.words import Piece, word_difference

WORDS = st.lists(st.sampled_from(["Amt", "und", "die", "Konzept.", "liegt,", "vor", "ä-ö", "2019"]), max_size=30)


def side(pieces: tuple[Piece, ...], leave_out: str) -> str:
    return "".join(text for op, text in pieces if op != leave_out)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_off_the_difference(before: list[str], after: list[str]) -> None:
    old, new = " ".join(before), " ".join(after)
    pieces = word_difference(old, new)
    assert side(pieces, "insert").split() == old.split()
    assert side(pieces, "delete").split() == new.split()
    assert all(piece.text for piece in pieces)
    assert all(a.op != b.op for a, b in pairwise(pieces))


def test_one_word_is_exchanged() -> None:
    assert word_difference("Das Konzept liegt dem Rat vor.", "Das Konzept liegt dem Ausschuss vor.") == (
        ("equal", "Das Konzept liegt dem"),
        ("delete", " Rat"),
        ("insert", " Ausschuss"),
        ("equal", " vor."),
    )


def test_what_was_added_at_the_end_is_one_insertion() -> None:
    assert [piece.op for piece in word_difference("Läuft.", "Läuft.  Seit 2020 auch in Porz.")] == ["equal", "insert"]
    assert word_difference("Es läuft", "Es läuft. Neu: Porz") == (("equal", "Es läuft"), ("insert", ". Neu: Porz"))


def test_white_space_is_no_difference() -> None:
    assert [piece.op for piece in word_difference("a  b\nc", " a b c ")] == ["equal"]


def test_a_lone_short_word_does_not_tear_a_change_in_two() -> None:
    pieces = word_difference("Start: Antrag in Prüfung. Ende", "Start: Bescheid in Arbeit. Ende")
    assert [piece.op for piece in pieces] == ["equal", "delete", "insert", "equal"]
    assert side(pieces, "insert") == "Start: Antrag in Prüfung. Ende"


def _text(words: list[str], count: int, seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311
    return " ".join(chance.choice(words) + ("." if chance.random() < 0.1 else "") for _ in range(count))


LARGE = [f"wort{number}" for number in range(4000)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(_text(LARGE, 12000, 1), _text(LARGE, 12000, 2), id="nothing-in-common"),
        pytest.param(_text(["ja", "nein"], 30000, 1), _text(["ja", "nein"], 30000, 2), id="two-words"),
        pytest.param("a. " * 33000, "a. b. " * 16000, id="many-tiny-sentences"),
        pytest.param("x" * 100_000, "y" + "x" * 100_000, id="no-blanks"),
        pytest.param("!?" * 50_000, "?!" * 49_000, id="no-words"),
        pytest.param(
            " ".join(LARGE[:3000] * 4),
            " ".join(w if i % 2 else w + "s" for i, w in enumerate(LARGE[:3000] * 4)),
            id="every-second",
        ),
    ],
)
def test_very_long_notes_take_less_than_a_second(before: str, after: str) -> None:
    start = time.process_time()
    pieces = word_difference(before, after)
    assert time.process_time() - start < 1
    assert side(pieces, "insert").split() == before.split()
    assert side(pieces, "delete").split() == after.split()


def test_a_long_note_with_one_new_word_still_shows_just_that() -> None:
    sentences = [_text(LARGE, 12, seed).replace(".", "") + "." for seed in range(1000)]
    changed = [*sentences]
    changed[300] = changed[300].replace(" ", " Neuigkeit ", 1)
    changed[700] = changed[700].replace(" ", " Nachtrag ", 1)
    pieces = word_difference(" ".join(sentences), " ".join(changed))
    assert [piece.text.strip() for piece in pieces if piece.op != "equal"] == ["Neuigkeit", "Nachtrag"]
