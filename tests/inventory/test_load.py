"""Reading a state: every expectation was read off ``data/report.trig`` by eye."""

from __future__ import annotations

import re
from pathlib import Path

from zielgraph import resources
from zielgraph.engine import DefaultGraph, EmbeddedEngine, NamedNode, parse_file
from zielgraph.inventory import scan
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Ended, Inventory, Label, Part, Period
from zielgraph.inventory.relations import taking_part
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.vocabulary import ZG

BASE = "https://example.org/id/"
PLAN, CITY = f"{BASE}stadt/plan/", f"{BASE}stadt/"
OTHER = f"{BASE}stadt/bericht/measure/1"


def measure(number: int) -> str:
    return f"{PLAN}measure/{number}"


def goal(number: int) -> str:
    return f"{PLAN}goal/{number}"


def actor(name: str) -> str:
    return f"{CITY}actor/{name}"


def theme(name: str) -> str:
    return f"{CITY}theme/{name}"


def test_items_stand_in_the_order_of_the_report(inventory: Inventory) -> None:
    assert list(inventory.items) == [OTHER, measure(3), goal(4), measure(1), measure(2)]
    assert [item.line for item in inventory.items.values()] == [0, 5, 9, 10, 4]
    assert inventory.position[measure(2)] == 4


def test_one_item(inventory: Inventory) -> None:
    item = inventory.items[measure(3)]
    assert (item.measure, item.order, item.status, item.open, item.disposition) == (
        True,
        "a)",
        "ongoing",
        True,
        "in-progress",
    )
    assert item.parts == (
        Part(actor("wohnungsamt"), "lead", "confirmed", 0.9),
        Part(actor("jobcenter"), "partner", "proposed", 0.72),
        Part(actor("verein"), "mentioned", "proposed", 0.5),
    )
    assert item.named == (actor("kirche"),)  # its part was rejected, the name still stands there
    assert item.first == Period("März 2019", "2019-03-01", "2019-03-31")
    assert item.text.startswith("bündnis für wohnen")
    assert "strasse" in item.text
    assert item.progress == "Das Jobcenter wirkt mit, die Straße wird gebaut."
    assert (item.bodies, item.goals, item.course) == ((actor("ag-wohnen"),), (goal(3),), "")


def test_open_ends_are_no_years(inventory: Inventory) -> None:
    assert inventory.items[measure(1)].first.year == "2018"
    assert inventory.items[measure(2)].begin.year == "2025"
    assert Period("seit jeher", "1900-01-01", "9999-12-31").year == ""
    assert set(inventory.by_year) == {"2018", "2019"}
    assert inventory.without["year"] == (OTHER, goal(4), measure(2))


def test_goals_know_what_is_above_and_below(inventory: Inventory) -> None:
    plan = inventory.goals[goal(2)]
    assert (plan.kind, plan.level, plan.order, plan.above) == ("FrameworkGoal", 2, "1.", (goal(1),))
    assert plan.below == (goal(3), goal(4))
    assert plan.items == (measure(2),)
    assert [iri for iri, each in inventory.goals.items() if each.item] == [goal(4)]


def test_items_below_a_goal_are_found_however_deep(inventory: Inventory) -> None:
    everything = (measure(3), goal(4), measure(1), measure(2))
    assert inventory.by_goal[goal(1)] == inventory.by_goal[goal(2)] == everything
    assert inventory.by_goal[goal(3)] == (measure(3), measure(1))
    assert inventory.by_goal[goal(4)] == (goal(4),)
    assert inventory.by_goal[goal(5)] == ()


def test_a_goal_above_itself_ends_the_walk(inventory: Inventory) -> None:
    assert inventory.by_goal[f"{BASE}stadt/bericht/goal/1"] == (OTHER,)


def test_actors(inventory: Inventory) -> None:
    body, both = inventory.actors[actor("ag-wohnen")], inventory.actors[actor("ag-arbeit")]
    assert (body.kind, body.members, body.lead, body.rhythm) == (
        "Body",
        (actor("wohnungsamt"),),
        (actor("sozialdezernat"),),
        "monatlich",
    )
    assert (both.kind, both.kinds, both.gathers) == ("Organisation", ("Organisation", "Network"), True)
    office = inventory.actors[actor("wohnungsamt")]
    assert (office.codes, office.units, office.member_of, office.gathers) == (
        ("56",),
        (actor("aussenstelle"),),
        (actor("ag-wohnen"),),
        False,
    )
    assert inventory.actors[actor("verein")].provisional
    assert [inventory.label(iri, "de").value for iri in inventory.actors] == [
        "AG Arbeit",
        "AG Wohnen",
        "Außenstelle",
        "Jobcenter",
        "Kirche",
        "Sozialdezernat",
        "Verein",
        "Wohnungsamt",
    ]


def test_concepts_come_in_the_order_of_the_ontology_and_themes_by_name(inventory: Inventory) -> None:
    assert [(s.key, s.open) for s in inventory.statuses] == [
        ("ongoing", True),
        ("planned", True),
        ("done", False),
        ("postponed", False),
        ("stopped", False),
        ("unknown", True),
    ]
    assert [role.rsplit("/", 1)[-1] for role in inventory.roles][:2] == ["lead", "partner"]
    assert inventory.passive == {"declined", "mentioned"}
    assert inventory.themes == (theme("arbeit"), theme("aerzte"), theme("wohnen"))  # Ä as A
    assert inventory.systems == (f"{BASE}stadt/bericht/system", f"{PLAN}system")


def test_editions_and_what_has_ended(inventory: Inventory) -> None:
    [edition] = inventory.editions
    assert (edition.day, edition.estimated, edition.file, edition.system) == (
        "2024-01-31",
        True,
        "plan.csv",
        f"{PLAN}system",
    )
    assert inventory.ended == {
        measure(9): Ended(measure(9), f"{PLAN}system", f"{PLAN}edition/2023-01-31", (measure(2),))
    }


def test_labels_by_language(inventory: Inventory) -> None:
    assert inventory.label(theme("wohnen"), "en") == Label("Housing", "en")
    assert inventory.label(theme("arbeit"), "en") == Label("Arbeit", "de")
    assert inventory.label(f"{BASE}stadt/gibt-es-nicht", "de") == Label("gibt-es-nicht")
    assert inventory.names[theme("wohnen")] == (Label("Wohnraum", "de"),)


def test_findings_know_their_item_and_who_should_see_to_it(inventory: Inventory) -> None:
    found = {iri.rsplit("/", 1)[-1]: each for iri, each in inventory.findings.items()}
    assert list(found) == ["2", "6", "4", "3", "1", "5"]  # by severity, then as in the report
    assert {name: each.item for name, each in found.items()} == {
        "1": measure(3),
        "2": measure(1),  # by a part
        "3": measure(2),  # by the row
        "4": measure(3),
        "5": "",
        "6": OTHER,
    }
    assert {name: each.responsible for name, each in found.items()} == {
        "1": actor("wohnungsamt"),  # the lead
        "2": "",  # a partner that is no department, and no body
        "3": actor("jobcenter"),
        "4": actor("wohnungsamt"),
        "5": actor("sozialdezernat"),  # the lead of the network
        "6": "",
    }
    assert found["4"].accepted == f"{BASE}decision/1"
    assert found["1"].message == {"de": "Die Frist fehlt.", "en": "The due date is missing."}
    assert inventory.items[measure(3)].findings == (f"{BASE}finding/1",)  # without the accepted one
    assert inventory.by_severity == {
        "Info": (measure(3),),
        "Violation": (measure(1),),
        "Warning": (OTHER, measure(2)),
    }


def test_every_index_and_what_it_lacks_make_up_everything(inventory: Inventory) -> None:
    for name in ("theme", "status", "body", "actor", "role", "disposition", "course", "year", "severity", "system"):
        index: dict[str, tuple[str, ...]] = getattr(inventory, f"by_{name}")
        held = {iri for iris in index.values() for iri in iris}
        assert held.isdisjoint(inventory.without.get(name, ()))
        assert held | set(inventory.without.get(name, ())) == set(inventory.items), name


def test_an_empty_store_has_an_empty_inventory() -> None:
    empty = load(EmbeddedEngine.memory(), BASE)
    assert not empty.items
    assert not empty.findings
    assert empty.label("urn:x", "de").value == "urn:x"
    assert empty.by_theme == empty.by_goal == {}


def test_a_state_without_named_graphs_has_no_findings() -> None:
    engine = EmbeddedEngine.memory()
    engine.add(parse_file(Path(__file__).parent / "data" / "report.trig"))
    engine.clear(NamedNode(f"{BASE}graph/findings"))
    assert load(engine, BASE).findings == {}


def test_the_cologne_report_as_its_own_short_forms_say(koeln_settings: Settings) -> None:
    """zg:involves and zg:names are what the parts say; all findings that are about an item have found it."""
    engine = DataFolder(koeln_settings.data, base=koeln_settings.base).open().engine
    inventory = load(engine, koeln_settings.base)
    for predicate, actors in (("involves", taking_part), ("names", None)):
        stored: dict[str, set[str]] = {}
        for quad in engine.quads(None, NamedNode(ZG + predicate), None, DefaultGraph()):
            stored.setdefault(str(quad.subject)[1:-1], set()).add(str(quad.object)[1:-1])
        for iri, item in inventory.items.items():
            own = set(actors(inventory, item)) if actors else {*item.named, *(part.actor for part in item.parts)}
            assert own == stored.get(iri, set()), (iri, predicate)
    assert len(inventory.items) == 46
    assert [item.iri.rsplit("/", 2)[-2] for item in inventory.items.values() if not item.measure] == ["goal", "goal"]
    about_rows = [f for f in inventory.findings.values() if "/row/" in f.node]
    assert about_rows
    assert all(f.item for f in about_rows)


def test_queries_of_this_layer_name_only_terms_of_the_ontology() -> None:
    terms = (resources.ontology() / "zielgraph.ttl").read_text("utf-8")
    for path in (Path(scan.__file__).parent / "queries").glob("*.rq"):
        for term in re.findall(r"\bzg:(\w+)", path.read_text("utf-8")):
            assert f"zg:{term} a " in terms, f"{path.name}: {term}"
