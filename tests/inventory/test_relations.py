"""Who works with whom: by hand in the small report, and against the questions of the catalogue."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.engine import DefaultGraph, EmbeddedEngine, NamedNode, Quad, parse_file
from zielgraph.exporting.tables import plain
from zielgraph.inventory.gaps import gaps, overlaps
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Inventory
from zielgraph.inventory.relations import brokers
from zielgraph.questions import named_question, run_question
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.vocabulary import RDF, ROLE, ZG

BASE = "https://example.org/id/"
QUERIES = Path(__file__).parents[1] / "queries"


def measure(number: int) -> str:
    return f"{BASE}stadt/plan/measure/{number}"


def actor(name: str) -> str:
    return f"{BASE}stadt/actor/{name}"


def theme(name: str) -> str:
    return f"{BASE}stadt/theme/{name}"


def test_who_connects_themes(inventory: Inventory) -> None:
    """The Jobcenter: Wohnen in 3 and 1, Arbeit in 1 and 2. Nobody else has both. 1 - (½² + ½²) = ½."""
    [only] = brokers(inventory)
    assert only.actor == actor("jobcenter")
    assert only.items == (measure(3), measure(1), measure(2))
    assert only.themes == {theme("wohnen"): 2, theme("arbeit"): 2}
    assert only.participation == pytest.approx(0.5)
    assert only.alone == ((theme("arbeit"), theme("wohnen")),)


def test_gaps_of_the_small_report(inventory: Inventory) -> None:
    """An overview lists a network, so what only measures connect is a gap too."""
    found = [(gap.kind, gap.subject, len(gap.measures), gap.open, gap.linked) for gap in gaps(inventory)]
    assert found == [
        ("Theme", theme("arbeit"), 2, 1, True),
        ("Theme", theme("aerzte"), 0, 0, False),
        ("Department", actor("aussenstelle"), 0, 0, False),
        ("Department", actor("sozialdezernat"), 0, 0, False),
        ("Organisation", actor("jobcenter"), 3, 2, True),
    ]


def with_involvements(path: Path) -> EmbeddedEngine:
    """A file of the questions' tests; what says only ``zg:involves`` gets the parts that an import would write."""
    engine = EmbeddedEngine.memory()
    engine.add(parse_file(path))
    engine.add(parse_file(resources.ontology() / "concepts.ttl"))
    default = DefaultGraph()
    for number, quad in enumerate(list(engine.quads(None, NamedNode(ZG + "involves"), None, default))):
        item, part = quad.subject, NamedNode(f"urn:part:{number}")
        assert isinstance(item, NamedNode)
        for subject, predicate, value in (
            (item, ZG + "involvement", part),
            (part, ZG + "actor", quad.object),
            (part, ZG + "role", NamedNode(ROLE + "partner")),
            (item, RDF + "type", NamedNode(ZG + "ReportItem")),
        ):
            engine.add([Quad(subject, NamedNode(predicate), value, default)])
    return engine


def answer(engine: EmbeddedEngine, name: str, **given: str) -> list[dict[str, str]]:
    found = run_question(engine, named_question(name), given)
    names = [column.name for column in found.columns]
    return [dict(zip(names, map(plain, row), strict=True)) for row in found.rows]


def assert_like_the_questions(engine: EmbeddedEngine, inventory: Inventory) -> tuple[int, int]:
    """The same gaps and overlaps with the same numbers. Gives how many there were."""

    def names(iris: tuple[str, ...]) -> set[str]:
        return {inventory.label(iri, "de").value if iri in inventory.labels else iri for iri in iris}

    asked = answer(engine, "network-gaps")
    assert {row["subject"]: (row["measures"], row["openMeasures"], row["gap"]) for row in asked} == {
        gap.subject: (str(len(gap.measures)), str(gap.open), "nur über Maßnahmen" if gap.linked else "keine Anbindung")
        for gap in gaps(inventory)
    }
    listed = {gap.subject: names(gap.themes) for gap in gaps(inventory)}
    assert {row["subject"]: set(filter(None, row["themes"].split("; "))) for row in asked} == listed
    pairs = 0
    for threshold in ("0.01", "0.2", "0.5", "1"):
        found = overlaps(inventory, Fraction(threshold))
        pairs += len(found)
        rows = answer(engine, "network-overlaps", threshold=threshold)
        assert {(r["network1"], r["network2"]): r for r in rows}.keys() == {(o.first, o.second) for o in found}
        by_pair = {(o.first, o.second): o for o in found}
        for row in rows:
            mine = by_pair[row["network1"], row["network2"]]
            share = Decimal(len(mine.shared)) / (mine.first_actors + mine.second_actors - len(mine.shared))
            assert Decimal(row["share"]) == share.quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert (int(row["sharedActors"]), int(row["actors1"]), int(row["actors2"])) == (
                len(mine.shared),
                mine.first_actors,
                mine.second_actors,
            )
            assert set(row["shared"].split("; ")) == names(mine.shared)
            assert set(row["themes"].split("; ")) == names(mine.themes)
            assert (row["basis"] == "Mitglieder") == mine.by_members
    return len(asked), pairs


@pytest.mark.parametrize("path", sorted(QUERIES.glob("network-*s/*.trig")), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_questions_examples(path: Path) -> None:
    engine = with_involvements(path)
    assert sum(assert_like_the_questions(engine, load(engine, BASE))) > 0


def test_the_small_report(report: EmbeddedEngine, inventory: Inventory) -> None:
    assert assert_like_the_questions(report, inventory)[0] == 5


def test_the_cologne_report(koeln_settings: Settings) -> None:
    engine = DataFolder(koeln_settings.data, base=koeln_settings.base).open().engine
    inventory = load(engine, koeln_settings.base)
    missing, pairs = assert_like_the_questions(engine, inventory)
    assert missing > 0
    assert pairs > 0
    for broker in brokers(inventory):
        assert len(broker.themes) > 1
        assert 0 < broker.participation < 1
