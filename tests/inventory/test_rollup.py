"""How goals stand: examples worked out by hand, and rules that a city wrote itself."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from zielgraph.errors import InputError
from zielgraph.inventory.model import Inventory, Item, Period, Status
from zielgraph.inventory.rollup import load_rules, roll_up
from zielgraph.vocabulary import STATUS

KEYS = ("ongoing", "planned", "done", "postponed", "stopped", "unknown")
PLAN = "https://example.org/id/stadt/plan/"


def with_statuses(*statuses: str) -> Inventory:
    """An inventory of one goal ``g`` with an item of each status, ``0``, ``1`` and so on."""
    items = {
        str(number): Item(
            iri=str(number),
            measure=True,
            number="",
            order="",
            system="",
            line=number,
            status=status,
            open=status in ("ongoing", "planned", "unknown"),
            goals=("g",),
            themes=(),
            bodies=(),
            parts=(),
            named=(),
            disposition="",
            first=Period(),
            begin=Period(),
            due=Period(),
            course="",
            findings=(),
            text="",
        )
        for number, status in enumerate(statuses)
    }
    return Inventory(
        base="",
        items=items,
        goals={},
        actors={},
        findings={},
        statuses=tuple(Status(STATUS + key, key, key in ("ongoing", "planned", "unknown")) for key in KEYS),
        themes=(),
        roles=(),
        dispositions=(),
        editions=(),
        systems=(),
        labels={},
        by_theme={},
        by_status={},
        by_body={},
        by_actor={},
        by_goal={"g": tuple(items)},
    )


@pytest.mark.parametrize(
    ("statuses", "light", "reason", "because", "sentence"),
    [
        ("", "no-measures", "nothing-below", "", "Unter diesem Ziel steht keine Maßnahme."),
        (
            "done done",
            "done",
            "all-done",
            "0 1",
            "Erledigt: 2 von 2 Maßnahmen. Ob das Ziel erreicht ist, sagt das nicht.",
        ),
        (
            "done ongoing",
            "on-track",
            "work-goes-on",
            "1",
            "Laufend: 1 von 2 Maßnahmen; keine ist zurückgestellt oder eingestellt.",
        ),
        (
            "ongoing stopped done postponed",
            "attention",
            "some-rest",
            "1 3",
            "Zurückgestellt oder eingestellt: 2 von 4 Maßnahmen.",
        ),
        (
            "done postponed",
            "stalled",
            "nothing-runs",
            "1",
            "Keine Maßnahme läuft oder ist geplant; zurückgestellt oder eingestellt sind 1 von 2 Maßnahmen.",
        ),
        (
            "stopped",
            "stalled",
            "nothing-runs",
            "0",
            "Keine Maßnahme läuft oder ist geplant; zurückgestellt oder eingestellt sind 1 von 1 Maßnahme.",
        ),
        (
            "planned done planned",
            "attention",
            "only-planned",
            "0 2",
            "Keine Maßnahme läuft; geplant und noch nicht begonnen: 2 von 3 Maßnahmen.",
        ),
        (
            "planned ongoing",
            "on-track",
            "work-goes-on",
            "1",
            "Laufend: 1 von 2 Maßnahmen; keine ist zurückgestellt oder eingestellt.",
        ),
        (
            "unknown done ongoing",
            "on-track",
            "work-goes-on",
            "2",
            "Laufend: 1 von 3 Maßnahmen; keine ist zurückgestellt oder eingestellt.",
        ),  # 1 of 3 is 0.33
        (
            "unknown ongoing",
            "unclear",
            "status-unreadable",
            "0",
            "Ohne lesbaren Status: 1 von 2 Maßnahmen. Mehr lässt sich nicht sagen.",
        ),
        (
            "done done done unknown",
            "unclear",
            "rest-unreadable",
            "3",
            "Alle übrigen sind erledigt; ohne lesbaren Status: 1 von 4 Maßnahmen.",
        ),
    ],
)
def test_worked_examples(statuses: str, light: str, reason: str, because: str, sentence: str) -> None:
    found = roll_up(with_statuses(*statuses.split()), "g")
    assert (found.light.key, found.reason) == (light, reason)
    assert found.because == tuple(because.split())
    assert found.sentence("de") == sentence
    assert found.sentence("en") != sentence
    assert found.sentence("fr") == sentence  # falls back to German


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (1, "Erledigt: 3 von 3 (2 Maßnahmen und 1 Zielzeile mit eigenem Status)."),
        (2, "Erledigt: 3 von 3 (1 Maßnahme und 2 Zielzeilen mit eigenem Status)."),
        (3, "Erledigt: 3 von 3 Zielzeilen mit eigenem Status."),
    ],
)
def test_goal_rows_are_counted_and_said(rows: int, said: str) -> None:
    inventory = with_statuses("done", "done", "done")
    items = {iri: replace(item, measure=number >= rows) for number, (iri, item) in enumerate(inventory.items.items())}
    assert roll_up(replace(inventory, items=items), "g").sentence("de").startswith(said)


def test_an_item_without_any_status_counts_as_unknown() -> None:
    found = roll_up(with_statuses("", "done"), "g")
    assert found.counts == {"done": 1, "unknown": 1}
    assert found.because == ("0",)


def test_counts_come_in_the_order_of_the_ontology_and_add_up() -> None:
    found = roll_up(with_statuses("stopped", "done", "ongoing", "done"), "g")
    assert list(found.counts.items()) == [("ongoing", 1), ("done", 2), ("stopped", 1)]
    assert sum(found.counts.values()) == len(found.items) == 4


def test_every_mixture_of_statuses_has_a_light_and_items_that_made_it() -> None:
    seen = set()
    for size in range(1, 5):
        for statuses in itertools.combinations_with_replacement(KEYS, size):
            found = roll_up(with_statuses(*statuses), "g")
            assert found.because, statuses
            assert set(found.because) <= set(found.items)
            seen.add(found.reason)
    assert seen == {rule.key for rule in load_rules().rules} - {"nothing-below"}


def test_goals_of_the_small_report(inventory: Inventory) -> None:
    """Goal 4 is itself an item and counts below itself and everything above; goal 5 is empty."""
    lights = {number: roll_up(inventory, f"{PLAN}goal/{number}") for number in range(1, 6)}
    assert {number: found.light.key for number, found in lights.items()} == {
        1: "attention",
        2: "attention",
        3: "attention",
        4: "done",
        5: "no-measures",
    }
    assert lights[1].counts == {"ongoing": 1, "planned": 1, "done": 1, "stopped": 1}
    assert lights[4].items == (f"{PLAN}goal/4",)
    assert lights[1].because == (f"{PLAN}measure/1",)
    assert roll_up(inventory, f"{PLAN}goal/99").light.key == "no-measures"


OWN = """
light = [{ key = "good", label = { de = "gut" } }, { key = "bad", label = { de = "schlecht" } }]
[[rule]]
key = "half"
light = "bad"
status = ["stopped"]
share = 0.5
text = { de = "Die Hälfte: {n} von {all}." }
[[rule]]
key = "else"
light = "good"
count = 0
text = { de = "Sonst." }
"""


def test_a_city_sets_its_own_thresholds(tmp_path: Path) -> None:
    file = tmp_path / "rollup.toml"
    file.write_text(OWN, "utf-8")
    rules = load_rules(file)
    assert roll_up(with_statuses("stopped", "done", "done"), "g", rules).reason == "else"
    half = roll_up(with_statuses("stopped", "done"), "g", rules)
    assert (half.light.key, half.sentence("en")) == ("bad", "Die Hälfte: 1 von 2.")
    assert roll_up(with_statuses(), "g", rules).light.label["de"] == "gut"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('light = "bad"', 'light = "ugly"', "die Ampel ugly gibt es nicht"),
        ("share = 0.5", "shares = 0.5", "unbekannte Angabe shares"),
        ("share = 0.5", 'share = "viel"', "nicht lesbar"),
        ('key = "half"', "", "nicht lesbar"),
        ("count = 0", 'status = ["done"]', "die letzte Regel"),
        ("count = 0", "", "ohne Maßnahme"),
        ("[[rule]]", "[[rule", "nicht lesbar"),
    ],
)
def test_a_mistake_in_the_rules_is_told_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "rollup.toml"
    file.write_text(OWN.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=said) as error:
        load_rules(file)
    assert "rollup.toml" in str(error.value)


def test_texts_of_the_shipped_rules_are_complete() -> None:
    rules = load_rules()
    assert {rule.light for rule in rules.rules} == {light.key for light in rules.lights}
    for texts in (*(light.label for light in rules.lights), *(rule.text for rule in rules.rules)):
        assert texts["de"]
        assert texts["en"]
    statuses = {key for rule in rules.rules for key in (*rule.status, *rule.without, *rule.because)}
    assert statuses <= set(KEYS)
