"""Large tables: the work for one row is bounded, whatever the size of the table or of one goal."""

from __future__ import annotations

import random
import sys
from collections import Counter

import pytest

from zielgraph.matching import Fresh, Known, match
from zielgraph.matching.likeness import Likeness, compare
from zielgraph.matching.words import Wording, Words

ROWS = 2000
PARTS = ("bau", "amt", "kurs", "weg", "haus", "plan", "rat", "netz", "feld", "kreis", "werk", "stadt")


def wordings(random_: random.Random) -> list[str]:
    vocabulary = ["".join(random_.sample(PARTS, 3)).capitalize() for _ in range(600)]
    return [" ".join(random_.sample(vocabulary, random_.randint(6, 12))) for _ in range(ROWS)]


@pytest.mark.parametrize("goals", [1, 100])
def test_every_row_is_compared_with_few_others(goals: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def counting(a: Wording, b: Wording, words: Words, *, same_number: bool = False) -> Likeness:
        nonlocal calls
        calls += 1
        return compare(a, b, words, same_number=same_number)

    monkeypatch.setattr(sys.modules["zielgraph.matching.match"], "compare", counting)
    texts = wordings(random.Random(1))  # noqa: S311
    before = [Known(place + 1, (), text, "", place % goals) for place, text in enumerate(texts)]
    after = [Fresh((), f"{text} Ergänzung", "", "", place % goals) for place, text in enumerate(texts)]
    found = match(after, before)
    assert calls <= 10 * ROWS
    assert Counter(one.kind for one in found.matches) == {"reworded": ROWS}
    assert [one.id for one in found.matches] == [one.id for one in before]


def test_many_rows_with_the_same_words() -> None:
    before = [Known(place, (), "Öffentlichkeitsarbeit", "", 1) for place in range(1, ROWS)]
    after = [Fresh((), "Öffentlichkeitsarbeit", "", "", 1) for _ in range(ROWS)]
    found = match(after, before)
    assert Counter(one.kind for one in found.matches) == {"unchanged": ROWS - 1, "new": 1}


def test_many_rows_that_look_like_one_old_one() -> None:
    text = "Schulung der Beschäftigten zur einfachen Sprache in Bescheiden"
    after = [Fresh((), f"{text} {number}", "", "", 1) for number in range(ROWS)]
    found = match(after, [Known(1, (), text, "", 1)])
    assert Counter(one.kind for one in found.matches) == {"new": ROWS}
    assert found.gone == [1]
