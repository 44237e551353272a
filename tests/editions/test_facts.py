"""Facts read from quads, and which properties are compared: data, not Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.editions.diff import compare
from zielgraph.editions.facts import EditionFacts, Facts, read_facts, wanted
from zielgraph.editions.names import Names, last_part
from zielgraph.editions.properties import load_changes
from zielgraph.editions.read import edition_facts, edition_iri, edition_quads
from zielgraph.editions.report import Report
from zielgraph.engine import EmbeddedEngine, Quad, parse
from zielgraph.errors import InputError
from zielgraph.store import DataFolder, Snapshot
from zielgraph.vocabulary import DISPOSITION, ROLE, STATUS

from .conftest import History

HEAD = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix zg: <https://w3id.org/zielgraph/ontology#> .
@prefix role: <https://w3id.org/zielgraph/ontology/role/> .
@prefix status: <https://w3id.org/zielgraph/ontology/status/> .
@prefix : <https://example.org/> .
"""
ROOT = "https://example.org/"


def facts(turtle: str) -> EditionFacts:
    return read_facts(parse(HEAD + turtle, "ttl"), ROOT + "edition", "a/b/2020-01-01", "2020-01-01")


def test_a_measure() -> None:
    read = facts("""
        :g a zg:OutcomeGoal, zg:Goal ; rdfs:label "Ziel"@de ; zg:level 3 ; zg:sourceLine 7 ; zg:contributesTo :top .
        :top a zg:PrincipleGoal, zg:Goal ; rdfs:label "Oben"@de ; zg:level 1 .
        :m a zg:ReportItem, zg:Measure ; rdfs:label "Course"@en, "Kurs"@de ; zg:order "a)" ; zg:number "1.2" ;
            zg:contributesTo :g ; zg:status status:ongoing ; zg:statusText "läuft" ; zg:progressText "Gut." ;
            zg:dueText "2021" ; zg:splitFrom :old ; prov:wasDerivedFrom :row ;
            zg:involvement :i1, :i2 .
        :i1 zg:actor :jc ; zg:role role:partner ; zg:reviewState "proposed" .
        :i2 zg:actor :amt ; zg:role role:lead ; zg:reviewState "rejected" .
        :row zg:sourceLine 28 ; zg:sheet "Blatt 2" .
        :mention a zg:Mention ; zg:actor :amt ; zg:role role:lead .
        :retired dcterms:isReplacedBy :m .
    """)
    assert set(read.entries) == {ROOT + "g", ROOT + "top", ROOT + "m"}
    item = read.entries[ROOT + "m"]
    assert (item.kind, item.label, item.order, item.number) == ("Measure", "Kurs", "a)", "1.2")
    assert (item.line, item.sheet, item.goal, item.is_goal) == (28, "Blatt 2", ROOT + "g", False)
    assert item.split_from == (ROOT + "old",)
    assert item.values["involvement"] == ((ROOT + "jc", ROLE + "partner"),)
    assert (item.text("status"), item.text("status-word"), item.text("due")) == (STATUS + "ongoing", "läuft", "2021")
    assert read.path(ROOT + "m") == ("Oben", "Ziel")
    assert read.replaced == {ROOT + "retired": ROOT + "m"}
    assert not read.entries[ROOT + "g"].reports


def test_a_goal_whose_row_reports_is_one_entry() -> None:
    read = facts(""":g a zg:OutcomeGoal, zg:Goal, zg:ReportItem ; zg:level 3 ; zg:status status:done .""")
    goal = read.entries[ROOT + "g"]
    assert (goal.kind, goal.is_goal, goal.reports, goal.text("status")) == ("OutcomeGoal", True, True, STATUS + "done")


def snapshot(history: History) -> Snapshot:
    return DataFolder(history.folder, base=history.settings.base).open()


def test_the_imported_report(history: History) -> None:
    opened = snapshot(history)
    info = opened.info.editions[0]
    read = edition_facts(opened.engine, history.settings.base, info)
    kinds = [each.kind for each in read.entries.values()]
    assert kinds.count("Measure") == 44
    assert sum(each.reports for each in read.entries.values()) == info.items == 46
    row_28 = next(each for each in read.entries.values() if each.line == 28 and each.kind == "Measure")
    assert row_28.text("status") == STATUS + "ongoing"
    assert row_28.text("disposition").startswith(DISPOSITION)
    assert row_28.text("body").endswith("/actor/uag-3-wohnen")
    assert row_28.text("first-mentioned") == "11.08.2017"
    assert len(read.path(row_28.iri)) == 3


def test_the_patterns_leave_out_nothing_that_matters(history: History) -> None:
    """Reading only the wanted predicates gives the same facts as reading every quad."""
    opened, base = snapshot(history), history.settings.base
    info = opened.info.editions[0]
    whole = read_facts(edition_quads(opened.engine, base, info), edition_iri(base, info), "", "")
    some = read_facts(edition_quads(opened.engine, base, info, wanted()), edition_iri(base, info), "", "")
    assert some.entries == whole.entries
    assert len(list(edition_quads(opened.engine, base, info))) > 2 * len(
        list(edition_quads(opened.engine, base, info, wanted()))
    )


def _quads(turtle: str) -> list[Quad]:
    return list(parse(HEAD + turtle, "ttl"))


def test_a_property_is_added_without_python(tmp_path: Path) -> None:
    text = (resources.data() / "vocabulary" / "changes.toml").read_text("utf-8")
    file = tmp_path / "changes.toml"
    more = """
        [[property]]
        name = "budget"
        term = "zg:budgetText"
        form = "value"
        label = { de = "Etat", en = "Budget" }
    """
    file.write_text(text.replace("[phrases]", f"{more}\n[phrases]", 1), "utf-8")
    vocabulary = load_changes(file)

    def read(amount: str) -> EditionFacts:
        quads = _quads(f':m a zg:Measure ; rdfs:label "Kurs"@de ; zg:budgetText "{amount}" .')
        return read_facts(quads, ROOT + "e", "a/b/2020-01-01", "2020-01-01", properties=vocabulary.properties)

    names = Names(EmbeddedEngine.memory())
    comparison = compare(read("10 Euro"), read("20 Euro"), names, vocabulary)
    report = Report(comparison, names, vocabulary=vocabulary)
    assert report.phrase(comparison.entries[0], comparison.entries[0].changes[0]) == "Etat 10 Euro → 20 Euro"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('form = "value"', 'form = "wert"', "form „wert“ gibt es nicht"),
        ('term = "zg:status"', 'term = "xx:status"', "Präfix „xx“ ist nicht bekannt"),
        ('unless = "status"', 'unless = "stand"', "„stand“"),
        ("[kinds.gone]", "[kinds.weg]", "gone"),
        ('name = "label"', "name =", "nicht lesbar"),
        ('words = "status-word"', 'worte = "status-word"', "worte"),
    ],
)
def test_a_mistake_in_the_data_file_is_one_sentence(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = (resources.data() / "vocabulary" / "changes.toml").read_text("utf-8")
    assert old in text
    file = tmp_path / "changes.toml"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=words) as caught:
        load_changes(file)
    assert str(file) in str(caught.value)


def test_names_fall_back() -> None:
    engine = EmbeddedEngine.memory()
    engine.add(_quads(':a rdfs:label "Amt"@de, "Office"@en . :b rdfs:label "Rat"@de . :c rdfs:label "Kein Tag" .'))
    names = Names(engine)
    assert [names(ROOT + "a", "en"), names(ROOT + "b", "en"), names(ROOT + "c", "en")] == ["Office", "Rat", "Kein Tag"]
    assert names(ROOT + "actor/ohne-namen", "de") == "ohne-namen" == last_part(ROOT + "actor#ohne-namen")


def test_facts_of_goals_that_nobody_wrote() -> None:
    lone = EditionFacts("e", "a/b/2020-01-01", "2020-01-01", {"m": Facts("m", "Measure", goal="https://e.org/weg")})
    assert lone.path("m") == ("https://e.org/weg",)
