"""Users' own graphs: kept by the first import and by everything that keeps, restores and redacts a data folder."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from zielgraph import resources, settings
from zielgraph.engine import BlankNode, DefaultGraph, Literal, NamedNode
from zielgraph.importing import import_table
from zielgraph.importing.run import data_folder
from zielgraph.keeping import backup, redact, restore, upgrade
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.workers.applying import write
from zielgraph.workers.change import Order, UpdateText

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
DAY = date(2019, 12, 31)
OWN = NamedNode("https://w3id.org/zielgraph/id/graph/own")


def update(wanted: Settings, text: str) -> None:
    write(
        Order(wanted.data, wanted.base, wanted.keep_snapshots, (), UpdateText(text, "http://localhost/sparql/update"))
    )


def contents(folder: DataFolder, graph: NamedNode) -> set[str]:
    return {str(quad.object) for quad in folder.open().engine.quads(None, None, None, graph)}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with triples of its own into which the Cologne report came afterwards."""
    wanted = settings.load({}, data=tmp_path_factory.mktemp("own"))
    base = wanted.base
    update(
        wanted,
        f"INSERT DATA {{ <urn:s> <urn:p> 'Vorgarten' , _:x GRAPH <{base}graph/register> {{ <urn:s> <urn:p> 'Hecke' }} "
        "GRAPH <urn:mine> { <urn:s> <urn:p> 'Beet' } } ; CREATE GRAPH <urn:empty>",
    )
    report = import_table(wanted, KOELN, edition=DAY)
    notices = [each.message for each in report.notices]
    assert any("3 Aussagen" in each and OWN.value in each for each in notices)
    return wanted.data


@pytest.fixture
def own(filled: Path, tmp_path: Path) -> Settings:
    shutil.copytree(filled, tmp_path / "var")
    return settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "var")


def test_the_first_import_moves_what_was_there(own: Settings, koeln_folder: Path) -> None:
    folder = data_folder(own)
    quads = list(folder.open().engine.quads(None, None, None, OWN))
    assert {str(quad.object) for quad in quads if isinstance(quad.object, Literal)} == {'"Vorgarten"', '"Hecke"'}
    assert sum(isinstance(quad.object, BlankNode) for quad in quads) == 1
    assert contents(folder, NamedNode("urn:mine")) == {'"Beet"'}
    assert "urn:empty" in folder.open().engine.graph_names()
    elsewhere = data_folder(settings.load({}, data=koeln_folder)).open().engine
    assert sum(1 for _ in folder.open().engine.quads(None, None, None, DefaultGraph())) == sum(
        1 for _ in elsewhere.quads(None, None, None, DefaultGraph())
    ), "nothing of it is left in the state"
    folder.undo()
    assert not folder.info().editions
    assert {str(quad.subject) for quad in folder.open().engine.quads(None, None, None, DefaultGraph())} == {"<urn:s>"}


def test_a_later_import_leaves_own_graphs_alone(own: Settings) -> None:
    folder = data_folder(own)
    update(own, "INSERT DATA { GRAPH <urn:mine> { <urn:s> <urn:p> 'Zaun' } }")
    report = import_table(own, KOELN, edition=date(2020, 12, 31))
    assert not any(OWN.value in each.message for each in report.notices)
    upgrade(own, everything=True, progress=lambda _: None)
    assert contents(folder, NamedNode("urn:mine")) == {'"Beet"', '"Zaun"'}
    assert "urn:empty" in folder.open().engine.graph_names()


def test_backup_and_restore_bring_own_graphs_back(own: Settings, tmp_path: Path) -> None:
    backup(own, tmp_path / "sicherung.zgb", progress=lambda _: None)
    update(own, "DROP GRAPH <urn:mine> ; DROP GRAPH <urn:empty>")
    restore(own, tmp_path / "sicherung.zgb", progress=lambda _: None)
    folder = data_folder(own)
    assert contents(folder, NamedNode("urn:mine")) == {'"Beet"'}
    assert "urn:empty" in folder.open().engine.graph_names()


def test_redaction_reaches_own_graphs(own: Settings) -> None:
    update(
        own,
        "INSERT DATA { GRAPH <urn:mine/Anna-Musterfrau> { <urn:s> <urn:p> 'Anna Musterfrau'@de . "
        "<urn:person/Anna-Musterfrau> <urn:p> <urn:person/Anna-Musterfrau> } }",
    )
    redact(own, ["Anna Musterfrau"], reason="Wunsch", name="Stelle", day=date(2026, 11, 23))
    folder = data_folder(own)
    for name in folder.names():
        engine = folder.open(name).engine
        assert not any("Musterfrau" in str(quad) for quad in engine.quads())
    assert contents(folder, NamedNode("urn:mine")) == {'"Beet"'}
