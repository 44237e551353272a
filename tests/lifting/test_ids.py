"""The id registry over several editions: nothing is minted twice, and every edition read again has the ids it had."""

from __future__ import annotations

import pytest

from zielgraph.errors import StoreError
from zielgraph.lifting.ids import Assignment, IdRegistry
from zielgraph.matching import Answers, Fresh, Known

PATH = ("Wohnen",)
OLD = "Erstellung eines städtischen Leitfadens und einer Checkliste für die Wohnungssuche"
REWORDED = "Erstellung eines Leitfadens und einer Checkliste für die Wohnungssuche"
LIKE = "Leitfaden und Checkliste für Familien auf Wohnungssuche in Kalk"
OTHER = "Aufbau einer Informationsplattform zu Sprachangeboten"


def fresh(*texts: str) -> list[Fresh]:
    return [Fresh(PATH, text, row=str(line)) for line, text in enumerate(texts, start=1)]


class City:
    """A registry and the newest edition, as the importing stage keeps them."""

    def __init__(self) -> None:
        self.ids = IdRegistry()
        self.before: list[Known] = []

    def edition(
        self, day: str, *texts: str, before: list[Known] | None = None, said: Answers | None = None
    ) -> list[int]:
        return self.assigned(day, *texts, before=before, said=said).numbers

    def assigned(
        self, day: str, *texts: str, before: list[Known] | None = None, said: Answers | None = None
    ) -> Assignment:
        self.ids = IdRegistry.read(self.ids.write())
        known = self.before if before is None else before
        found = self.ids.assign("c/s", "measure", fresh(*texts), before=known, confirmed=said or Answers(), edition=day)
        self.before = [Known(number, PATH, text) for number, text in zip(found.numbers, texts, strict=True)]
        return found


def test_numbers_are_minted_in_the_order_of_the_table_and_per_scope_and_kind() -> None:
    ids = IdRegistry()
    assert ids.assign("c/s", "measure", fresh(OLD, OTHER)).numbers == [1, 2]
    assert ids.assign("c/s", "goal", fresh(OTHER)).numbers == [1]
    assert ids.assign("d/s", "measure", fresh(OTHER)).numbers == [1]


def test_repeated_words_get_two_numbers_and_keep_them() -> None:
    city = City()
    assert city.edition("2019", OLD, OLD) == [1, 2]
    assert city.edition("2019", OLD, OLD, before=[]) == [1, 2]


def test_an_older_edition_read_again_has_its_ids_by_both_wordings() -> None:
    city = City()
    assert city.edition("2019", OLD) == [1]
    assert city.edition("2020", REWORDED) == [1]
    assert city.edition("2019", OLD, before=[]) == [1]
    assert city.edition("2020", REWORDED, before=[]) == [1]


def test_out_of_order_the_later_edition_lends_its_ids() -> None:
    city = City()
    assert city.edition("2020", REWORDED, OTHER) == [1, 2]
    assert city.edition("2019", OLD) == [1]
    assert city.edition("2020", REWORDED, OTHER, before=[Known(1, PATH, OLD)]) == [1, 2]


def test_back_after_a_gap() -> None:
    city = City()
    assert city.edition("2019", OLD, OTHER) == [1, 2]
    assert city.edition("2020", OTHER) == [2]
    assert city.edition("2021", OTHER, OLD) == [2, 1]


def test_gone_ids_are_not_minted_again() -> None:
    city = City()
    city.edition("2019", OLD, OTHER)
    assert city.assigned("2020", OLD).matching.gone == [2]
    assert city.edition("2021", OLD, "Ein Lerncafé für Kinder") == [1, 3]


def test_a_key_that_changed_hands_means_in_every_edition_what_it_meant() -> None:
    city = City()
    assert city.edition("2019", OLD) == [1]
    assert city.edition("2020", REWORDED) == [1]
    assert city.edition("2021", OLD, REWORDED) == [2, 1]  # the old words are back beside the new ones
    assert city.edition("2022", OLD) == [2]
    for _ in range(2):
        assert city.edition("2019", OLD, before=[]) == [1]
        assert city.edition("2020", REWORDED, before=[Known(1, PATH, OLD)]) == [1]
        assert city.edition("2021", OLD, REWORDED, before=[Known(1, PATH, REWORDED)]) == [2, 1]
        assert city.edition("2022", OLD, before=[Known(2, PATH, OLD), Known(1, PATH, REWORDED)]) == [2]


def test_reading_again_adds_nothing_to_the_registry() -> None:
    city = City()
    city.edition("2019", OLD)
    city.edition("2020", OLD, LIKE, OLD)
    written = city.ids.write()
    city.edition("2020", OLD, LIKE, OLD, before=[Known(1, PATH, OLD)])
    city.edition("2019", OLD, before=[])
    assert city.ids.write() == written


def test_a_confirmed_pair_retires_the_number_the_row_had_meanwhile() -> None:
    city = City()
    city.edition("2019", OLD, OTHER)
    before = city.before
    first = city.assigned("2020", LIKE, OTHER)
    assert first.numbers == [3, 2]
    assert [(pair.index, pair.id) for pair in first.matching.unsure] == [(0, 1)]
    again = city.assigned("2020", LIKE, OTHER, before=before, said=Answers({0: 1}))
    assert (again.numbers, again.retired) == ([1, 2], {3: 1})
    assert again.matching.gone == []
    assert city.edition("2020", LIKE, OTHER, before=before) == [1, 2]
    assert city.edition("2020", LIKE, OTHER, before=before, said=Answers({0: 1})) == [1, 2]  # the same file once more
    assert city.edition("2021", LIKE, "Ein Lerncafé für Kinder") == [1, 4]
    assert city.ids.current("c/s", "measure", 3) == 1
    assert city.ids.replaced("c/s", "measure") == {3: 1}


def test_known_ones_under_a_retired_number_are_those_in_its_place() -> None:
    city = City()
    city.edition("2019", OLD)
    before = city.before
    city.edition("2020", LIKE)
    city.edition("2020", LIKE, before=before, said=Answers({0: 1}))
    found = city.assigned("2021", OTHER, before=[Known(2, PATH, LIKE)])
    assert (found.numbers, found.matching.gone) == ([3], [1])
    assert found.known == [Known(1, PATH, LIKE)]


def test_a_number_that_earlier_editions_have_lives_on() -> None:
    city = City()
    city.edition("2019", OLD, LIKE)
    before = city.before
    found = city.assigned("2020", LIKE, before=before, said=Answers({0: 1}))
    assert (found.numbers, found.retired, found.matching.gone) == ([1], {}, [2])
    assert city.edition("2020", LIKE, before=before) == [1]
    assert city.edition("2019", OLD, LIKE, before=[]) == [1, 2]


def test_a_refused_pair_is_not_asked_about_again() -> None:
    city = City()
    city.edition("2019", OLD)
    before = city.before
    assert city.assigned("2020", LIKE).matching.unsure
    city.assigned("2020", LIKE, before=before, said=Answers(refused=frozenset({(0, 1)})))
    again = city.assigned("2020", LIKE, before=before)
    assert (again.numbers, again.matching.unsure) == ([2], [])
    # a person may still change their mind
    assert city.edition("2020", LIKE, before=before, said=Answers({0: 1})) == [1]


def test_questions_come_up_again_as_long_as_nobody_answers() -> None:
    city = City()
    city.edition("2019", OLD)
    before = city.before
    first = city.assigned("2020", LIKE).matching
    assert city.assigned("2020", LIKE, before=before).matching.unsure[0].id == first.unsure[0].id == 1


def test_splits_are_found_again() -> None:
    city = City()
    city.edition("2019", "Aufbau von Beratungsstellen für Familien und Fahrdienste für Senioren")
    before = city.before
    parts = ("Aufbau von Beratungsstellen für Familien", "Fahrdienste für Senioren")
    first = city.assigned("2020", *parts)
    assert [(one.kind, one.id, one.before) for one in first.matching.matches] == [
        ("split", 2, (1,)),
        ("split", 3, (1,)),
    ]
    assert city.assigned("2020", *parts, before=before).matching.matches == first.matching.matches


def test_texts_without_latin_letters_are_told_apart() -> None:
    ids = IdRegistry()
    assert ids.assign("c/s", "measure", fresh("Спорт", "Музыка")).numbers == [1, 2]
    assert ids.assign("c/s", "measure", fresh("Музыка", "Спорт")).numbers == [2, 1]


def test_tables_of_early_versions_are_read() -> None:
    ids = IdRegistry.read("scope,kind,id,key,text\nc/s,measure,5,wohnen > lerncafé,Lerncafé\n".replace("é", ""))
    assert ids.assign("c/s", "measure", fresh("Lerncaf", OTHER)).numbers == [5, 6]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "scope,kind\n",
        "scope,kind,id,key,text\nc/s,measure,x,key,Text\n",
        "scope,kind,id,key,text\nc/s,measure,1\n",
        "scope,kind,id,key,text,edition,replaced_by,differs_from\nc/s,measure,1,,,,x,\n",
    ],
)
def test_a_damaged_table_is_named(text: str) -> None:
    with pytest.raises(StoreError, match=r"ids\.csv"):
        IdRegistry.read(text)
