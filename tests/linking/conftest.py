"""Linkers for the tests of this folder, built once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from evaluation import BASE, Names, koeln_linker, tail, vocabulary

from zielgraph.linking import Linker, Vocabulary
from zielgraph.register.model import Actor, Label, Register, UnitType


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    """The bundled vocabulary."""
    return vocabulary()


@pytest.fixture(scope="session")
def koeln() -> Linker:
    """A linker over the Cologne register and the report's abbreviation list."""
    return koeln_linker()[0]


@pytest.fixture
def named(koeln: Linker) -> Names:
    """Quote and last part of the IRI of every mention in a sentence, with Cologne's register."""

    def names(text: str) -> list[tuple[str, str | None]]:
        return [(m.quote, tail(m.actor).split("/")[-1] if m.actor else None) for m in koeln.link(text)]

    return names


def actor(slug: str, *names: str, codes: tuple[str, ...] = (), **more: date) -> Actor:
    """An actor of the invented city."""
    labels = tuple(Label(name, "alt" if place else "label") for place, name in enumerate(names))
    return Actor(BASE + slug, "Department", labels, codes, **more)  # type: ignore[arg-type]


@pytest.fixture
def small() -> Register:
    """A small register of an invented city, with two unit types."""
    actors = (
        actor("altes-amt", "Amt für Altes", codes=("56",), valid_to=date(2019, 12, 31)),
        actor("neues-amt", "Amt für Neues", codes=("56",), valid_from=date(2020, 1, 1)),
        actor("sozialamt", "Sozialamt", codes=("50",)),
        actor("jobcenter", "Jobcenter Musterstadt"),
    )
    units = (
        UnitType("jugendamt", "Department", (Label("Jugendamt"), Label("Amt für Jugend", "alt"))),
        UnitType("sozialamt", "Department", (Label("Sozialamt"), Label("Amt für Soziales", "alt"))),
    )
    return Register("stadt", actors, (), units)


@pytest.fixture
def build(small: Register, words: Vocabulary) -> Callable[..., Linker]:
    """Builds a linker for the invented city."""

    def make(day: date | None = date(2023, 6, 30), *listed: tuple[str, str]) -> Linker:
        return Linker(small, words, day=day, abbreviations=listed, city_actor_base=BASE)

    return make
