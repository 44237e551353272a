"""Taking wordings apart, and the word lists as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.errors import InputError
from zielgraph.matching.words import load_words


def stems(text: str) -> list[str]:
    return [word.stem for word in load_words().read(text).words]


@pytest.mark.parametrize(
    "text", ["Bürgerinnen und Bürger", "Bürger*innen", "Bürger:innen", "BürgerInnen", "Bürger/-innen"]
)
def test_all_ways_of_naming_women_and_men_are_one(text: str) -> None:
    assert stems(text) == stems("Bürger")


def test_numbers_and_marks() -> None:
    words = load_words()
    assert words.read("Bauabschnitt II mit 1.000 Plätzen, z. B. Standort A").numbers == ["1000", "2", "a"]
    assert words.read("zweimal").numbers == words.read("2").numbers == ["2"]


def test_fillers_do_not_count_and_negations_are_counted() -> None:
    found = load_words().read("Es gibt keine Wartezeiten und nicht mehr als eine Stelle")
    assert found.negations == 2
    assert "und" not in found.stems


def test_a_damaged_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "matching.toml"
    good = (resources.data() / "vocabulary" / "matching.toml").read_text("utf-8")
    for text in (
        "fillers = [",
        good.replace("common = [", "other = ["),
        good.replace("[[same]]", "[[same]]\nx = 1\n[[same]]"),
    ):
        path.write_text(text, "utf-8")
        load_words.cache_clear()
        with pytest.raises(InputError, match=r"matching\.toml"):
            load_words(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nicht lesbar"):
        load_words(tmp_path / "nothing.toml")
