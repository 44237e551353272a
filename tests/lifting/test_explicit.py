"""Explicit columns (lead, partners, body, resolution): who becomes an actor, and which words only stay words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.lifting import Iris
from zielgraph.lifting.reading import Reading, read_meaning
from zielgraph.register import Actor, Label, Register
from zielgraph.table import Table, load_profiles, load_status_words, read_table
from zielgraph.vocabulary import DEFAULT_BASE

IRIS = Iris(DEFAULT_BASE, "koeln", "integration", date(2024, 12, 31))
ACTOR = IRIS.actor_base()
REGISTER = Register(
    "koeln",
    (
        Actor(f"{ACTOR}sozialamt", "Department", (Label("Sozialamt"),), ("50",)),
        Actor(f"{ACTOR}jugendamt", "Department", (Label("Jugendamt"),), ("51",)),
        Actor(f"{ACTOR}interkultur", "Department", (Label("Interkulturelles Dezernat"),), ("16/04",)),
        Actor(f"{ACTOR}amt-16", "Department", (Label("Integrationsamt"),), ("16",)),
        Actor(f"{ACTOR}rat", "Body", (Label("Rat"),)),
        Actor(f"{ACTOR}caritas", "Organisation", (Label("Caritas"),)),
        Actor(f"{ACTOR}diakonie", "Organisation", (Label("Diakonie"),)),
        Actor(f"{ACTOR}alle-fuer-alle", "Organisation", (Label("Alle für Alle"),)),
    ),
)
HEAD = "Maßnahme\tFederführung\tBeteiligte\tGremium\tBeschluss\tStatus"


def read(tmp_path: Path, *rows: str) -> tuple[Table, Reading]:
    """A table with columns activity, lead, partners, body, resolution, status, and what it means."""
    path = tmp_path / "plan.tsv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    data = resources.data()
    known = [label.text for actor in REGISTER.actors for label in actor.labels]
    words = load_status_words(data / "vocabulary" / "status.toml")
    table = read_table(path, load_profiles(data / "profiles"), words, known_names=known)
    return table, read_meaning(table, REGISTER, IRIS, data / "vocabulary")


def partners(tmp_path: Path, cell: str) -> tuple[tuple[str, ...], list[str]]:
    """Words kept of a cell of partners, and local names of the actors."""
    table, reading = read(tmp_path, f"Beratung ausbauen\tSozialamt\t{cell}\t\t\toffen")
    return table.items[0].partners, [iri.removeprefix(ACTOR) for iri, _ in reading.partners[0]]


@pytest.mark.parametrize(
    "cell",
    [
        *("s.o.", "s. o.", "siehe oben", "dito", "tbd", "wird noch benannt", "n. n.", "N.N.", "Alle", "alle Ämter"),
        *("externe Partner", "diverse", "verschiedene Träger", "weitere freie Träger", "keine", "entfällt"),
    ],
)
def test_words_that_name_nobody_make_no_actor(tmp_path: Path, cell: str) -> None:
    words, actors = partners(tmp_path, cell)
    assert words == (cell,)
    assert actors == []
    _, reading = read(tmp_path, f"Beratung ausbauen\t{cell}\t\t{cell}\t\toffen")
    assert (reading.leads, reading.bodies) == ([()], [()])
    assert list(reading.provisional_actors) == []


@pytest.mark.parametrize(
    ("cell", "actors"),
    [
        ("Caritas und Diakonie", ["caritas", "diakonie"]),
        ("Caritas & Diakonie", ["caritas", "diakonie"]),
        ("Caritas und Fanclub", ["caritas-und-fanclub"]),
        ("Amt 50/51", ["sozialamt", "jugendamt"]),
        ("50/51", ["sozialamt", "jugendamt"]),
        ("16/04", ["interkultur"]),
        ("Amt 16/04", ["interkultur"]),
        ("50/99", ["50-99"]),
        ("Alle für Alle", ["alle-fuer-alle"]),
        ("„Hilfe, Rat & Tat e. V.“", ["hilfe-rat-tat-e-v"]),
        ("Jugendamt, „Hilfe, Rat und Tat e. V.“; Caritas", ["jugendamt", "hilfe-rat-und-tat-e-v", "caritas"]),
    ],
)
def test_names(tmp_path: Path, cell: str, actors: list[str]) -> None:
    assert partners(tmp_path, cell)[1] == actors


def test_as_above_takes_the_names_of_the_row_above(tmp_path: Path) -> None:
    table, reading = read(
        tmp_path,
        "Beratung ausbauen\tSozialamt\tCaritas, Diakonie\tRat\t\toffen",
        "Kurse anbieten\ts. o.\tdito\ts.o.\t\toffen",
        "Räume suchen\tsiehe oben\ts. o., Jugendamt\t\t\toffen",
    )
    assert [item.leads for item in table.items] == [("Sozialamt",)] * 3
    assert table.items[2].partners == ("Caritas", "Diakonie", "Jugendamt")
    assert (table.items[1].bodies, table.items[1].body_text) == (("Rat",), "Rat")
    assert [len(found) for found in reading.partners] == [2, 2, 3]
    repairs = [(r.line, r.column, r.before, r.after) for r in table.repairs if r.rule == "as-above"]
    assert repairs == [
        (3, "Gremium", "s.o.", "Rat"),
        (3, "Federführung", "s. o.", "Sozialamt"),
        (3, "Beteiligte", "dito", "Caritas; Diakonie"),
        (4, "Federführung", "siehe oben", "Sozialamt"),
        (4, "Beteiligte", "s. o.", "Caritas; Diakonie"),
    ]


def test_a_body_that_is_none(tmp_path: Path) -> None:
    for word in ("keins", "keine", "entfällt", "n. n."):
        table, reading = read(tmp_path, f"Beratung ausbauen\tSozialamt\t\t{word}\tx\toffen")
        assert (table.items[0].body_text, reading.bodies) == (word, [()])
