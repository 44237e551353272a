"""An overview of networks as graphs: golden files (RDFC-1.0), who a member is, what class a network has.

After a wanted change look at the difference and write the files anew: ``python tests/networks/test_lifting.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.engine import NamedNode, Quad, canonical, parse, serialise
from zielgraph.errors import InputError
from zielgraph.lifting import Edition, Hierarchy, Iris, ontology_quads
from zielgraph.lifting.memberwords import load_network_words
from zielgraph.lifting.networks import LiftedNetworks, lift_networks
from zielgraph.register import Actor, Label, Register, Theme
from zielgraph.source import Line, Sheet, Source
from zielgraph.table.networks import read_networks
from zielgraph.table.profile import load_profile
from zielgraph.vocabulary import DEFAULT_BASE, PREFIXES, RDF, ZG

HERE = Path(__file__).parent
IRIS = Iris(DEFAULT_BASE, "koeln", "netzwerke", date(2019, 12, 31))
ACTOR = IRIS.actor_base()
THEME = f"{IRIS.city_root}theme/"
COMMON = f"{DEFAULT_BASE}common/actor/"

REGISTER = Register(
    "koeln",
    (
        Actor(f"{ACTOR}amt-fuer-wohnungswesen", "Department", (Label("Amt für Wohnungswesen"),), ("56",)),
        Actor(f"{ACTOR}jobcenter", "Organisation", (Label("Jobcenter Köln"), Label("JC", "alt"))),
        Actor(f"{ACTOR}traeger", "ActorGroup", (Label("Träger der Wohlfahrtspflege"),)),
        Actor(f"{ACTOR}runder-tisch", "Network", (Label("Runder Tisch für Flüchtlingsfragen"),)),
        Actor(f"{ACTOR}uag-3", "Body", (Label("UAG 3 Wohnen"),)),
        Actor(f"{ACTOR}lernende-region", "Organisation", (Label("Lernende Region"),)),
        Actor(f"{COMMON}drk", "Organisation", (Label("Deutsches Rotes Kreuz"), Label("DRK", "alt"))),
    ),
    (Theme(f"{THEME}wohnen", (Label("Wohnen"), Label("Wohnraumversorgung", "alt"))),),
)
LINES = [
    ["Stand: 31.12.2019"],
    ["Netzwerk", "Art", "Themen", "Mitglieder", "Federführung", "Turnus", "Kontakt"],
    [
        "Runder Tisch für Flüchtlingsfragen",
        "Runder Tisch",
        "Wohnraumversorgung; Sport",
        "JC, u. a. 56\nTräger der Wohlfahrtspflege; Fanclub",
        "Amt 56",
        "monatlich",
        "Frau Muster, 56, Zimmer 3",
    ],
    ["UAG 3 Wohnen", "", "Wohnen", "DRK; Arbeitskreis Sport", "Frau Muster", "", ""],
    ["", "", "", "JC", "", "", ""],
    ["Arbeitskreis Sport", "Lenkungsgruppe", "", "weitere", "", "-", "", "surplus"],
    ["Lernende Region", "", "", "Lernende Region", "", "", ""],
]


def lifted(lines: list[list[str]]) -> LiftedNetworks:
    data = resources.data()
    source = Source("netzwerke.csv", "0" * 64, [Sheet("", [Line(n, cells) for n, cells in enumerate(lines, start=1)])])
    table = read_networks(source, load_profile(data / "profiles" / "netzwerke.toml"))
    facts = Edition({"de": "Netzwerke", "en": "Networks"}, estimated=False, jurisdiction="urn:ags:05315000")
    hierarchy = Hierarchy(ontology_quads(resources.ontology()))
    return lift_networks(table, REGISTER, facts, IRIS, data / "vocabulary", hierarchy)


def row(name: str, kind: str = "", members: str = "", lead: str = "", contact: str = "") -> list[Quad]:
    """The derived graph of an overview with one row."""
    return list(lifted([LINES[1], [name, kind, "", members, lead, "", contact]]).derived)


def objects(quads: Iterable[Quad], subject: str, predicate: str) -> list[str]:
    return [q.object.value for q in quads if str(q.subject) == f"<{subject}>" and q.predicate.value == predicate]  # type: ignore[union-attr]


def graphs() -> dict[str, list[Quad]]:
    done = lifted(LINES)
    found = {"source": (IRIS.source_graph, list(done.source)), "derived": (IRIS.derived_graph, list(done.derived))}
    for name, quads in found.values():
        assert {quad.graph_name for quad in quads} == {name}
    return {name: [Quad(q.subject, q.predicate, q.object) for q in quads] for name, (_, quads) in found.items()}


@pytest.mark.parametrize("graph", ["source", "derived"])
def test_golden(graph: str) -> None:
    text = (HERE / "golden" / f"small-{graph}.ttl").read_text("utf-8")
    expected, found = canonical(parse(text, "ttl")), canonical(graphs()[graph])
    assert {"missing": sorted(set(expected) - set(found)), "surplus": sorted(set(found) - set(expected))} == {
        "missing": [],
        "surplus": [],
    }


def test_same_input_same_quads_and_no_blank_nodes() -> None:
    first = graphs()
    assert first == graphs()
    assert all(isinstance(quad.subject, NamedNode) for quads in first.values() for quad in quads)


def test_counts_and_notices() -> None:
    done = lifted(LINES)
    assert done.counts == {"rows": 5, "networks": 4, "members": 7, "topics": 3, "provisional": 2, "repairs": 4}
    assert [(notice.line, notice.column) for notice in done.notices] == [(7, "Lernende Region")]


@pytest.mark.parametrize(
    ("member", "iri"),
    [
        ("JC", f"{ACTOR}jobcenter"),
        ("56", f"{ACTOR}amt-fuer-wohnungswesen"),
        ("Amt 56", f"{ACTOR}amt-fuer-wohnungswesen"),
        ("u. a. DRK", f"{COMMON}drk"),
        ("Träger der Wohlfahrtspflege", f"{ACTOR}traeger"),
        ("Fanclub", f"{ACTOR}fanclub"),
        ("Frau Muster (JC)", f"{ACTOR}jobcenter"),
    ],
)
def test_a_member_is_found_by_name_code_or_abbreviation(member: str, iri: str) -> None:
    assert objects(row("Forum", members=member), f"{ACTOR}forum", ZG + "member") == [iri]


@pytest.mark.parametrize("members", ["weitere", "u. a.", "Forum", "N.N.", "Frau Muster", "Dr. Beispiel"])
def test_who_is_nobody_or_the_network_itself_is_no_member(members: str) -> None:
    assert objects(row("Forum", members=members), f"{ACTOR}forum", ZG + "member") == []


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Mobil", "Runder Tisch", "Network"),
        ("Mobil", "Fachausschuss", "Body"),
        ("Mobil", "AG", "Body"),
        ("Mobil", "Verlag", "Network"),  # not the "AG" in it
        ("Mobil", "Steuerungsgruppe Netzwerk", "Body"),  # the longest word
        ("Beirat Mobil", "", "Body"),
        ("Beirat Mobil", "Arbeitskreis", "Network"),
        ("Mobil", "", "Network"),
    ],
)
def test_the_kind_decides_the_class(name: str, kind: str, expected: str) -> None:
    slug = name.lower().replace(" ", "-")
    types = set(objects(row(name, kind), ACTOR + slug, RDF + "type"))
    assert types == {ZG + expected, ZG + "Actor"}


def test_the_class_of_the_register_stands() -> None:
    quads = row("UAG 3 Wohnen", "Netzwerk")
    assert set(objects(quads, f"{ACTOR}uag-3", RDF + "type")) == {ZG + "Body", ZG + "Actor"}


def test_persons_in_lead_and_contact_become_no_actors() -> None:
    quads = row("Forum", lead="Frau Muster", contact="Herr Beispiel (Jobcenter Köln)")
    assert objects(quads, f"{ACTOR}forum", ZG + "leadText") == ["Frau Muster"]
    assert objects(quads, f"{ACTOR}forum", ZG + "leadActor") == []
    assert objects(quads, f"{ACTOR}forum", ZG + "contactOffice") == [f"{ACTOR}jobcenter"]
    assert {str(quad.subject) for quad in quads} == {f"<{ACTOR}forum>"}


def test_a_network_can_be_member_and_lead_of_another_one_above() -> None:
    quads = list(lifted([LINES[1], ["Forum", "", "", "Bund", "Bund"], ["Bund", "Bündnis", "", "", ""]]).derived)
    assert objects(quads, f"{ACTOR}forum", ZG + "member") == [f"{ACTOR}bund"]
    assert objects(quads, f"{ACTOR}forum", ZG + "leadActor") == [f"{ACTOR}bund"]
    assert ZG + "Organisation" not in objects(quads, f"{ACTOR}bund", RDF + "type")


@pytest.mark.parametrize(
    "text", ["[kinds", "[kinds]\nBody = 3", "[kinds]\nTeam = ['AG']\n[members]\nbefore=[]\nperson=[]\nnobody=[]"]
)
def test_a_damaged_word_list_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "networks.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"networks\.toml"):
        load_network_words(path)


def write() -> None:
    """Write the golden files from the program as it is."""
    for name, quads in graphs().items():
        data = serialise((quad.triple for quad in sorted(quads, key=str)), "ttl", prefixes=PREFIXES)
        (HERE / "golden" / f"small-{name}.ttl").write_bytes(data)


if __name__ == "__main__":
    write()
    sys.stdout.write("golden files written; read the difference before committing\n")
