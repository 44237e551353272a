"""Choosing items: the expectations are counted by hand in ``data/report.trig``."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from zielgraph.errors import NotFound
from zielgraph.inventory.model import Inventory, Item
from zielgraph.inventory.select import NONE, Choice, candidates, resolve, resolve_all, select
from zielgraph.vocabulary import DISPOSITION, ROLE, STATUS

BASE = "https://example.org/id/"
OTHER = f"{BASE}stadt/bericht/measure/1"


def measure(number: int) -> str:
    return f"{BASE}stadt/plan/measure/{number}"


def actor(name: str) -> str:
    return f"{BASE}stadt/actor/{name}"


def theme(name: str) -> str:
    return f"{BASE}stadt/theme/{name}"


GOAL = f"{BASE}stadt/plan/goal/4"
ALL = [OTHER, measure(3), GOAL, measure(1), measure(2)]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), ALL),
        (Choice(theme=theme("wohnen")), [measure(3), GOAL, measure(1)]),
        (Choice(theme=(theme("arbeit"), theme("wohnen"))), ALL[1:]),
        (Choice(theme=theme("aerzte")), []),
        (Choice(theme=NONE), [OTHER]),
        (Choice(theme=(NONE, theme("arbeit"))), [OTHER, measure(1), measure(2)]),
        (Choice(status="open"), [OTHER, measure(3), measure(2)]),
        (Choice(status="closed"), [GOAL, measure(1)]),
        (Choice(status="stopped"), [measure(1)]),
        (Choice(status=STATUS + "stopped"), [measure(1)]),
        (Choice(status=("stopped", "open")), [OTHER, measure(3), measure(1), measure(2)]),
        (Choice(status="no-such"), []),
        (Choice(body=actor("ag-wohnen")), [measure(3)]),
        (Choice(body=NONE), [OTHER, GOAL, measure(1)]),
        (Choice(actor=actor("jobcenter")), [measure(3), measure(1), measure(2)]),
        (Choice(actor=actor("jobcenter"), role="lead"), [measure(2)]),
        (Choice(actor=actor("jobcenter"), role=ROLE + "partner"), [measure(3), measure(1)]),
        (Choice(role="lead"), [measure(3), measure(2)]),
        (Choice(actor=actor("wohnungsamt"), role="partner"), []),  # others are partners where it is the lead
        (Choice(actor=actor("wohnungsamt")), [measure(3), measure(2)]),  # named only in the second
        (Choice(actor=actor("sozialdezernat")), []),
        (Choice(actor=actor("sozialdezernat"), units=True), [measure(3), measure(1), measure(2)]),
        (Choice(actor=NONE), [OTHER, GOAL]),
        (Choice(outcome="dropped"), [measure(1)]),
        (Choice(outcome=DISPOSITION + "dropped"), [measure(1)]),
        (Choice(year="2019"), [measure(3)]),
        (Choice(year=("2018", NONE)), [OTHER, GOAL, measure(1), measure(2)]),
        (Choice(course="restart"), [measure(1)]),
        (Choice(severity="Violation"), [measure(1)]),
        (Choice(system=f"{BASE}stadt/bericht/system"), [OTHER]),
        (Choice(goal=f"{BASE}stadt/plan/goal/3"), [measure(3), measure(1)]),
        (Choice(kind="goal"), [GOAL]),
        (Choice(kind="measure", status="closed"), [measure(1)]),
        (Choice(q="JOBCENTER straße"), [measure(3)]),
        (Choice(q="STRASSE"), [measure(3)]),
        (Choice(q="wohn", status="closed"), [measure(1)]),
        (Choice(q="kommt nicht vor"), []),
    ],
)
def test_what_is_chosen(inventory: Inventory, choice: Choice, expected: list[str]) -> None:
    assert [item.iri for item in select(inventory, choice)] == expected


def test_every_combination_is_what_a_full_scan_finds(inventory: Inventory) -> None:
    """The indexes against the plain definition of each filter, all pairs of filters and values."""
    plain: dict[str, Callable[[Item, str], bool]] = {
        "theme": lambda item, value: value in item.themes,
        "status": lambda item, value: value == item.status,
        "body": lambda item, value: value in item.bodies,
        "actor": lambda item, value: value in (*item.named, *(part.actor for part in item.parts)),
        "outcome": lambda item, value: value == item.disposition,
        "year": lambda item, value: value == item.first.year,
        "course": lambda item, value: value == item.course,
    }
    indexes = {
        "theme": inventory.by_theme,
        "status": inventory.by_status,
        "body": inventory.by_body,
        "actor": inventory.by_actor,
        "outcome": inventory.by_disposition,
        "year": inventory.by_year,
        "course": inventory.by_course,
    }
    found = 0
    for one, two in itertools.combinations(plain, 2):
        for first, second in itertools.product(indexes[one], indexes[two]):
            scanned = [i for i in inventory.items.values() if plain[one](i, first) and plain[two](i, second)]
            assert select(inventory, Choice(**{one: first, two: second})) == scanned  # type: ignore[arg-type]
            found += len(scanned)
    assert found > 30


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("theme", theme("wohnen"), theme("wohnen")),
        ("theme", f"<{theme('wohnen')}>", theme("wohnen")),
        ("theme", " wohnen ", theme("wohnen")),
        ("theme", "Housing", theme("wohnen")),
        ("theme", "Wohnraum", theme("wohnen")),
        ("theme", "Arbiet", theme("arbeit")),
        ("actor", "56", actor("wohnungsamt")),
        ("body", "ag arbeit", actor("ag-arbeit")),
        ("status", "done", STATUS + "done"),
        ("status", "erledigt", STATUS + "done"),
        ("role", "lead", ROLE + "lead"),
        ("outcome", "handed-over", DISPOSITION + "handed-over"),
        ("system", "Plan", f"{BASE}stadt/plan/system"),
        ("goal", "Gute Stadt", f"{BASE}stadt/plan/goal/1"),
    ],
)
def test_what_a_person_means(inventory: Inventory, kind: str, value: str, expected: str) -> None:
    assert resolve(inventory, kind, value) == expected


def test_what_is_unknown_names_what_is_near(inventory: Inventory) -> None:
    with pytest.raises(NotFound, match=r"Handlungsfeld „Wohnem“ ist nicht bekannt\. Ähnlich: Wohnen") as error:
        resolve(inventory, "theme", "Wohnem")
    assert "Wohnen" in error.value.suggestions
    with pytest.raises(NotFound, match="Gremium „Jobcenter“"):
        resolve(inventory, "body", "Jobcenter")  # there is one, but it is no body
    with pytest.raises(NotFound) as long:
        resolve(inventory, "actor", "x" * 10_000)
    assert len(str(long.value)) < 500


def test_what_several_are_called_has_to_be_said_by_its_iri(inventory: Inventory) -> None:
    names = {**inventory.labels, theme("arbeit"): inventory.labels[theme("wohnen")]}
    twice = replace(inventory, labels=names)
    assert set(resolve_all(twice, "theme", "Wohnen")) == {theme("arbeit"), theme("wohnen")}
    with pytest.raises(NotFound, match="mehrdeutig"):
        resolve(twice, "theme", "Wohnen")
    assert resolve(twice, "theme", theme("arbeit")) == theme("arbeit")


def test_bodies_to_choose_from_are_networks_bodies_and_whatever_discusses(inventory: Inventory) -> None:
    assert candidates(inventory, "body") == (actor("ag-arbeit"), actor("ag-wohnen"))
