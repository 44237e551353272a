"""Scenarios: what becomes of measures and goals from one edition to the next."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from zielgraph.errors import InputError
from zielgraph.matching import Answers, Fresh, Known, Matching, match

WOHNEN, ARBEIT = 1, 2
LEITFADEN = "Erstellung eines städtischen Leitfadens und einer Checkliste für die Wohnungssuche"
LEITFADEN_NEU = "Erstellung eines Leitfadens und einer Checkliste für die Wohnungssuche"
LEITFADEN_KURZ = "Städtischer Leitfaden und Checkliste für die Wohnungssuche"
PLATTFORM = "Aufbau einer Informationsplattform zu Sprachangeboten und Bildungsangeboten"


def known(number: int, text: str, goal: int = WOHNEN, printed: str = "") -> Known:
    return Known(number, (f"Ziel {goal}",), text, printed, goal)


def fresh(text: str, goal: int = WOHNEN, printed: str = "", row: str = "") -> Fresh:
    return Fresh((f"Ziel {goal}",), text, printed, row, goal)


def kinds(matching: Matching) -> list[tuple[str, int | None]]:
    return [(found.kind, found.id) for found in matching.matches]


def asked(matching: Matching) -> list[tuple[int, int]]:
    return [(pair.index, pair.id) for pair in matching.unsure]


def test_same_words_in_the_same_place_are_unchanged() -> None:
    found = match([fresh(PLATTFORM), fresh(LEITFADEN)], [known(7, LEITFADEN), known(8, PLATTFORM)])
    assert kinds(found) == [("unchanged", 8), ("unchanged", 7)]
    assert (found.unsure, found.gone) == ([], [])


def test_reworded() -> None:
    found = match([fresh(LEITFADEN_NEU)], [known(7, LEITFADEN), known(8, PLATTFORM)])
    assert kinds(found) == [("reworded", 7)]
    assert found.matches[0].likeness >= 0.85
    assert found.gone == [8]


def test_moved_with_the_same_words() -> None:
    found = match([fresh(LEITFADEN, ARBEIT)], [known(7, LEITFADEN)])
    assert kinds(found) == [("moved", 7)]


def test_moved_and_slightly_reworded() -> None:
    before = "Bündelung der Aufgabe Verpflichtung zum Integrationskurs bei der zentralen Stelle für Beratung"
    found = match([fresh(before.replace("bei der", "an der"), ARBEIT)], [known(7, before)])
    assert kinds(found) == [("moved", 7)]


def test_elsewhere_the_same_likeness_is_not_enough() -> None:
    here, there = (match([fresh(LEITFADEN_KURZ, goal)], [known(7, LEITFADEN)]) for goal in (WOHNEN, ARBEIT))
    assert kinds(here) == [("reworded", 7)]
    assert kinds(there) == [("new", None)]
    assert asked(there) == [(0, 7)]


def test_words_that_stand_under_other_goals_too_are_no_sign() -> None:
    before = [known(7, "Öffentlichkeitsarbeit", 1), known(8, "Öffentlichkeitsarbeit", 2)]
    found = match([fresh("Öffentlichkeitsarbeit", 1), fresh("Öffentlichkeitsarbeit", 3)], before)
    assert kinds(found) == [("unchanged", 7), ("new", None)]
    assert asked(found) == [(1, 8)]


def test_a_rival_among_the_new_ones_makes_it_a_question() -> None:
    after = [fresh(f"{LEITFADEN_NEU} {people}") for people in ("Geflüchteter", "Älterer")]
    found = match(after, [known(7, LEITFADEN_NEU)])
    assert kinds(found) == [("new", None), ("new", None)]
    assert asked(found) == [(0, 7), (1, 7)]
    assert found.gone == [7]


def test_a_rival_among_the_old_ones_makes_it_a_question() -> None:
    found = match([fresh(LEITFADEN_NEU)], [known(7, LEITFADEN), known(8, LEITFADEN.replace("städtischen", "neuen"))])
    assert kinds(found) == [("new", None)]
    assert asked(found) == [(0, 7), (0, 8)]


def test_a_rival_that_found_its_own_is_none() -> None:
    before = [known(7, LEITFADEN), known(8, LEITFADEN.replace("städtischen", "neuen"))]
    found = match([fresh(LEITFADEN_NEU), fresh(before[1].text)], before)
    assert kinds(found) == [("reworded", 7), ("unchanged", 8)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Bau von 30 geförderten Wohnungen für Familien im Quartier",
            "Bau von 80 geförderten Wohnungen für Familien im Quartier",
        ),
        (
            "Errichtung einer Unterkunft für Familien am Standort Nord",
            "Errichtung einer Unterkunft für Familien am Standort Süd",
        ),
        (
            "Umsetzung des städtischen Hitzeaktionsplans, Phase 1",
            "Umsetzung des städtischen Hitzeaktionsplans, Phase 2",
        ),
        ("Geduldete können an Kursen teilnehmen", "Geduldete können nicht an Kursen teilnehmen"),
        (
            "Ein runder Tisch für alle Träger tagt zweimal im Jahr",
            "Ein runder Tisch für alle Träger tagt viermal im Jahr",
        ),
        (
            "Sanierung des Spielplatzes am Rathenauplatz in Bauabschnitt A",
            "Sanierung des Spielplatzes am Rathenauplatz in Bauabschnitt B",
        ),
    ],
)
@pytest.mark.parametrize("printed", ["", "M 1.2"])
def test_numbers_opposites_and_negations_are_asked_about(before: str, after: str, printed: str) -> None:
    found = match([fresh(after, printed=printed)], [known(7, before, printed=printed)])
    assert kinds(found) == [("new", None)]
    assert asked(found) == [(0, 7)]
    assert found.unsure[0].reason


def test_phases_find_their_own() -> None:
    before = [
        known(7, "Hitzeaktionsplan der Stadt umsetzen, Phase 1"),
        known(8, "Hitzeaktionsplan der Stadt umsetzen, Phase 2"),
    ]
    after = [fresh("Umsetzen des Hitzeaktionsplans, Phase 2"), fresh("Umsetzen des Hitzeaktionsplans, Phase 1")]
    assert kinds(match(after, before)) == [("reworded", 8), ("reworded", 7)]


def test_a_printed_number_helps_but_never_alone() -> None:
    before, after = PLATTFORM, "Informationsplattform zu Sprachangeboten und Bildungsangeboten in mehreren Sprachen"
    without, with_number = (match([fresh(after, printed=p)], [known(7, before, printed=p)]) for p in ("", "M 1.2"))
    assert with_number.unsure[0].likeness > without.unsure[0].likeness
    other = match([fresh(PLATTFORM, printed="M 1.2")], [known(7, LEITFADEN, printed="M 1.2")])
    assert kinds(other) == [("new", None)]
    assert other.unsure == []


def test_split() -> None:
    before = known(7, "Aufbau von Beratungsstellen für Familien und Fahrdienste für Senioren")
    after = [fresh("Aufbau von Beratungsstellen für Familien"), fresh(PLATTFORM), fresh("Fahrdienste für Senioren")]
    found = match(after, [before])
    assert kinds(found) == [("split", None), ("new", None), ("split", None)]
    assert [one.before for one in found.matches] == [(7,), (), (7,)]
    assert (found.gone, found.unsure) == ([], [])


def test_merged() -> None:
    before = [
        known(7, "Aufbau von Beratungsstellen für Familien"),
        known(8, "Fahrdienste für Senioren"),
        known(9, PLATTFORM),
    ]
    found = match([fresh("Aufbau von Beratungsstellen für Familien und Fahrdienste für Senioren")], before)
    assert kinds(found) == [("merged", None)]
    assert found.matches[0].before == (7, 8)
    assert (found.gone, found.unsure) == ([9], [])


def test_no_split_where_the_old_one_is_still_there() -> None:
    text = "Aufbau von Beratungsstellen für Familien und Fahrdienste für Senioren"
    found = match(
        [fresh(text), fresh("Aufbau von Beratungsstellen für Familien"), fresh("Fahrdienste für Senioren")],
        [known(7, text)],
    )
    assert kinds(found) == [("unchanged", 7), ("new", None), ("new", None)]


def test_no_split_where_the_pieces_are_not_the_whole() -> None:
    text = (
        "Aufbau von Beratungsstellen für Familien, Fahrdienste für Senioren, Patenschaften, Lerncafés und Sprachkurse"
    )
    found = match([fresh("Beratungsstellen für Familien"), fresh("Fahrdienste für Senioren")], [known(7, text)])
    assert kinds(found) == [("new", None), ("new", None)]
    assert found.gone == [7]


def test_stored_keys_come_first() -> None:
    found = match([fresh(PLATTFORM)], [known(7, LEITFADEN), known(8, PLATTFORM)], stored={0: 7})
    assert kinds(found) == [("reworded", 7)]
    assert found.gone == [8]


def test_a_number_that_only_this_edition_had_is_kept_and_asked_about_again() -> None:
    found = match([fresh(LEITFADEN_NEU)], [known(7, LEITFADEN)], stored={0: 50})
    assert kinds(found) == [("new", 50)]
    assert asked(found) == [(0, 7)]


def test_swapped_order_of_repeated_words_follows_the_printed_number() -> None:
    before = [known(7, PLATTFORM, printed="1"), known(8, PLATTFORM, printed="2")]
    found = match([fresh(PLATTFORM, printed="2"), fresh(PLATTFORM, printed="1")], before)
    assert kinds(found) == [("unchanged", 8), ("unchanged", 7)]


def test_a_confirmed_pair_is_taken() -> None:
    after = "Lerncafé im Bürgerzentrum"
    found = match([fresh(after)], [known(7, LEITFADEN)], confirmed=Answers({0: 7}))
    assert kinds(found) == [("reworded", 7)]


def test_a_refused_pair_is_neither_taken_nor_asked_about() -> None:
    for text in (LEITFADEN, LEITFADEN_NEU):
        found = match([fresh(text)], [known(7, LEITFADEN)], confirmed=Answers(refused=frozenset({(0, 7)})))
        assert kinds(found) == [("new", None)]
        assert found.unsure == []


def test_answers_that_contradict_the_stored_keys_are_refused() -> None:
    after = [fresh(LEITFADEN, row="28"), fresh(PLATTFORM, row="29")]
    with pytest.raises(InputError, match="Nummer 7 hat mit dem Wortlaut von früher Zeile 28"):
        match(after, [known(7, LEITFADEN)], stored={0: 7}, confirmed=Answers({1: 7}))
    with pytest.raises(InputError, match="Zeile 28 hat die Nummer 7 schon"):
        match(after, [known(7, LEITFADEN)], stored={0: 7}, confirmed=Answers(refused=frozenset({(0, 7)})))
    with pytest.raises(InputError, match="Nummer 9 gibt es in der Ausgabe davor nicht"):
        match(after, [known(7, LEITFADEN)], confirmed=Answers({1: 9}))
    with pytest.raises(InputError, match="für zwei Zeilen bestätigt"):
        match(after, [known(7, LEITFADEN)], confirmed=Answers({0: 7, 1: 7}))


# goals, all levels together, without ids of the goals above

TOP = "Verbesserung der Integration von Geflüchteten"
FRAME = "Der Zugang zu Bildung und Arbeit ist für Geflüchtete leicht erreichbar"
OUTCOME = "Es gibt transparente, einheitliche Informationen zu Bildung und Arbeit"


def goals(*paths: Sequence[str]) -> list[Fresh]:
    return [Fresh(tuple(path[:-1]), path[-1]) for path in paths]


BEFORE = [Known(1, (), TOP), Known(2, (TOP,), FRAME), Known(3, (TOP, FRAME), OUTCOME)]


def test_goals_below_a_reworded_goal_are_unchanged() -> None:
    new = FRAME.replace("leicht ", "gut ")
    found = match(goals((TOP,), (TOP, new), (TOP, new, OUTCOME)), BEFORE)
    assert kinds(found) == [("unchanged", 1), ("reworded", 2), ("unchanged", 3)]


def test_goals_below_a_reworded_goal_may_be_reworded_themselves() -> None:
    new, newer = FRAME.replace("leicht ", "gut "), OUTCOME.replace("Es gibt", "Vorhanden sind")
    found = match(goals((TOP, new, newer), (TOP, new), (TOP,)), BEFORE)
    assert kinds(found) == [("reworded", 3), ("reworded", 2), ("unchanged", 1)]


def test_a_new_goal_on_top_moves_only_what_is_right_below() -> None:
    above = "Zusammenhalt in der Stadt"
    found = match(goals((above,), (above, TOP), (above, TOP, FRAME), (above, TOP, FRAME, OUTCOME)), BEFORE)
    assert kinds(found) == [("new", None), ("moved", 1), ("unchanged", 2), ("unchanged", 3)]
