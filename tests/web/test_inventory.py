"""The inventory that belongs to the open snapshot: read once, by whoever comes first, and made anew after a commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.engine import DefaultGraph, Engine, Literal, NamedNode, Quad
from zielgraph.errors import StoreError
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Inventory
from zielgraph.store import DataFolder, EditionInfo
from zielgraph.vocabulary import RDF, RDFS, ZG
from zielgraph.web import current as module
from zielgraph.web.current import Current

EDITION = EditionInfo("stadt", "plan", "2024-01-01", "plan.csv", "0", "0", 1)
Commit = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path, base=settings.load({}, data=tmp_path).base)


@pytest.fixture
def commit(folder: DataFolder) -> Commit:
    def write(action: str, *names: str, graph: str = "") -> None:
        with folder.write() as draft:
            place = NamedNode(graph) if graph else DefaultGraph()
            for name in names:
                node = NamedNode(f"urn:{name}")
                draft.engine.add([Quad(node, NamedNode(RDF + "type"), NamedNode(ZG + "Measure"), place)])
                draft.engine.add([Quad(node, NamedNode(RDFS + "label"), Literal(name), place)])
            draft.editions, draft.action = [EDITION], action

    return write


class Counted:
    """Stands in for :func:`load`: counts, waits for ``go``, fails while ``broken``."""

    def __init__(self) -> None:
        self.calls, self.broken = 0, False
        self.go, self.began = threading.Event(), threading.Event()

    def __call__(self, engine: Engine, base: str) -> Inventory:
        self.calls += 1
        self.began.set()
        assert self.go.wait(30)
        if self.broken:
            raise StoreError("Der Stand lässt sich nicht lesen.")
        return load(engine, base)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    stand_in = Counted()
    monkeypatch.setattr(module, "load", stand_in)
    yield stand_in
    stand_in.go.set()


def test_many_who_ask_at_once_have_it_read_once(folder: DataFolder, commit: Commit, counted: Counted) -> None:
    commit("import", "a")
    state = Current(folder).state()
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(state.inventory) for _ in range(8)]
        assert counted.began.wait(30)
        counted.go.set()
        found = [each.result(30) for each in asked]
    assert counted.calls == 1
    assert len({id(each) for each in found}) == 1
    assert list(found[0].items) == ["urn:a"]


def test_a_failure_reaches_everybody_who_waits_and_is_not_kept(
    folder: DataFolder, commit: Commit, counted: Counted
) -> None:
    commit("import", "a")
    state = Current(folder).state()
    counted.broken = True
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(state.inventory) for _ in range(4)]
        assert counted.began.wait(30)
        counted.go.set()
        for each in asked:
            with pytest.raises(StoreError):
                each.result(30)
    counted.broken = False
    assert list(state.inventory().items) == ["urn:a"]


def test_after_a_commit_engine_and_inventory_are_new_together(folder: DataFolder, commit: Commit) -> None:
    commit("import", "a")
    current = Current(folder)
    before = current.state()
    assert list(before.inventory().items) == ["urn:a"]
    commit("import", "b")
    after = current.state()
    assert set(after.inventory().items) == {"urn:a", "urn:b"}
    assert list(before.inventory().items) == ["urn:a"]  # a request in flight keeps what it began with
    measures = (None, NamedNode(RDF + "type"), NamedNode(ZG + "Measure"), DefaultGraph())
    assert len(list(before.engine.quads(*measures))) == 1


def test_updates_of_own_graphs_keep_the_inventory(folder: DataFolder, commit: Commit, counted: Counted) -> None:
    counted.go.set()
    commit("import", "a")
    current = Current(folder)
    first = current.state().inventory()
    commit("update urn:own", "b", graph="urn:own")
    assert current.state().inventory() is first
    assert counted.calls == 1
    commit("decide", "c")
    assert "urn:c" in current.state().inventory().items
    commit("update urn:own", "d", graph="urn:own")  # not seen: between this and the next nobody asked
    commit("update urn:own", "e", graph="urn:own")
    assert current.state().inventory() is not first
    assert counted.calls == 3


def test_an_update_before_the_first_edition_may_change_the_state(folder: DataFolder) -> None:
    def write(name: str) -> None:
        with folder.write() as draft:
            draft.engine.add([Quad(NamedNode(name), NamedNode(RDF + "type"), NamedNode(ZG + "Measure"))])
            draft.action = "update"

    write("urn:a")
    current = Current(folder)
    assert set(current.state().inventory().items) == {"urn:a"}
    write("urn:b")
    assert set(current.state().inventory().items) == {"urn:a", "urn:b"}


def test_the_watching_thread_reads_before_anybody_asks(folder: DataFolder, commit: Commit, counted: Counted) -> None:
    commit("import", "a")
    current = Current(folder)
    counted.go.set()
    current.watch()
    try:
        assert counted.began.wait(30)
        state = current.state()
        assert list(state.inventory().items) == ["urn:a"]
        counted.began.clear()
        commit("import", "b")
        assert counted.began.wait(30)  # nobody asked
        assert len(current.state().inventory().items) == 2
        assert counted.calls == 2
    finally:
        current.close()


def test_an_empty_folder_has_an_empty_inventory(folder: DataFolder) -> None:
    assert not Current(folder).state().inventory().items
