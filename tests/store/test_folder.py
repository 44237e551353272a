"""The data folder: all or nothing, one writer, readers that go on."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from zielgraph.engine import Literal, NamedNode, Quad
from zielgraph.errors import StoreBusy, StoreError, UsageError
from zielgraph.lifting.ids import IdRegistry
from zielgraph.matching import Fresh
from zielgraph.store import DataFolder, EditionInfo
from zielgraph.vocabulary import ZG

BASE = "https://w3id.org/zielgraph/id/"
THING, NAME = NamedNode("https://example.org/thing"), NamedNode("https://example.org/name")


def folder(path: Path, keep: int = 10) -> DataFolder:
    return DataFolder(path, base=BASE, keep=keep)


def put(data: DataFolder, text: str) -> None:
    with data.write() as draft:
        draft.engine.add([Quad(THING, NAME, Literal(text))])
        draft.action = f"put {text}"


def texts(data: DataFolder) -> list[str]:
    engine = data.open().engine
    return sorted(q.object.value for q in engine.quads(THING, NAME) if isinstance(q.object, Literal))


def test_nothing_there_reads_as_empty(tmp_path: Path) -> None:
    data = folder(tmp_path / "none")
    assert data.current_name() is None
    assert len(data.open().engine) == 0
    assert not (tmp_path / "none").exists(), "reading must not create anything"


def test_a_draft_becomes_current_and_builds_on_the_last(tmp_path: Path) -> None:
    data = folder(tmp_path)
    put(data, "a")
    put(data, "b")
    assert texts(data) == ["a", "b"]
    assert data.current_name() == "000002"
    assert data.info().parent == "000001"


def test_without_action_nothing_changes(tmp_path: Path) -> None:
    data = folder(tmp_path)
    put(data, "a")
    with data.write() as draft:
        draft.engine.add([Quad(THING, NAME, Literal("b"))])
    assert texts(data) == ["a"]
    assert data.current_name() == "000001"


def test_an_error_leaves_the_old_state_and_no_litter(tmp_path: Path) -> None:
    data = folder(tmp_path)
    put(data, "a")
    before = sorted(p.name for p in (tmp_path / "snapshots").iterdir())
    with pytest.raises(RuntimeError, match="half way"), data.write() as draft:  # noqa: PT012 - fails at its end
        draft.engine.add([Quad(THING, NAME, Literal("b"))])
        draft.action = "put b"
        raise RuntimeError("half way")
    assert texts(data) == ["a"]
    assert sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == before


def test_an_open_snapshot_stays_as_it_was(tmp_path: Path) -> None:
    data = folder(tmp_path)
    put(data, "a")
    reader = data.open()
    put(data, "b")
    assert len(list(reader.engine.quads(THING, NAME))) == 1
    assert texts(data) == ["a", "b"]


def test_a_second_writer_gets_a_clear_message(tmp_path: Path) -> None:
    data = folder(tmp_path)
    with data.write(), pytest.raises(StoreBusy, match=rf"Prozess {os.getpid()}.*noch einmal"), data.write():
        pass
    put(data, "free again")
    assert texts(data) == ["free again"]


def _die_while_writing(path: Path, where: str) -> None:
    data = folder(path)
    if where == "before-pointer":
        os.replace = lambda *_: os._exit(9)
    with data.write() as draft:
        draft.engine.add([Quad(THING, NAME, Literal("b"))])
        draft.action = "put b"
        if where == "in-draft":
            os._exit(9)


@pytest.mark.parametrize("where", ["in-draft", "before-pointer"])
def test_a_writer_that_dies_leaves_the_old_state_and_no_lock(tmp_path: Path, where: str) -> None:
    data = folder(tmp_path)
    put(data, "a")
    process = multiprocessing.get_context("spawn").Process(target=_die_while_writing, args=(tmp_path, where))
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert texts(data) == ["a"]
    put(data, "c")
    assert texts(data) == ["a", "c"]
    assert not list((tmp_path / "snapshots").glob(".building-*"))


def test_old_snapshots_are_pruned_but_not_the_current(tmp_path: Path) -> None:
    data = folder(tmp_path, keep=3)
    for letter in "abcdef":
        put(data, letter)
    assert sorted(p.name for p in (tmp_path / "snapshots").iterdir()) == ["000004", "000005", "000006"]
    assert texts(data) == list("abcdef")


def test_the_base_is_fixed_by_the_first_import(tmp_path: Path) -> None:
    put(folder(tmp_path), "a")
    other = DataFolder(tmp_path, base="https://example.org/id/")
    with pytest.raises(StoreError, match="steht mit dem ersten Import fest"), other.write():
        pass


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "voll"), (errno.EROFS, "schreibgeschützt"), (errno.EACCES, "nicht beschreibbar")]
)
def test_trouble_of_the_disk_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    data = folder(tmp_path)
    put(data, "a")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("zielgraph.store.folder.os.fsync", fail)
    with pytest.raises(StoreError, match=f"{words}.*nichts geändert"):
        put(data, "b")
    monkeypatch.undo()
    assert texts(data) == ["a"]


def test_a_damaged_snapshot_is_said(tmp_path: Path) -> None:
    data = folder(tmp_path)
    put(data, "a")
    (tmp_path / "snapshots" / "000001" / "snapshot.json").write_text("{", "utf-8")
    with pytest.raises(StoreError, match=r"000001.*beschädigt"):
        data.open()
    shutil.rmtree(tmp_path / "snapshots")
    with pytest.raises(StoreError, match="beschädigt"):
        data.info()


def test_the_snapshot_says_what_made_it(tmp_path: Path) -> None:
    put(folder(tmp_path), "a")
    told = json.loads((tmp_path / "snapshots" / "000001" / "snapshot.json").read_text("utf-8"))
    assert told["action"] == "put a"
    assert told["base"] == BASE


def test_undo_goes_back_step_by_step_and_keeps_the_numbers(tmp_path: Path) -> None:
    data = folder(tmp_path)
    for letter in "abc":
        with data.write() as draft:
            draft.engine.add([Quad(THING, NAME, Literal(letter))])
            ids = IdRegistry.read(draft.ids) if draft.ids else IdRegistry()
            ids.assign("a/b", "measure", [Fresh((), text) for text in "abc"[: ord(letter) - 96]])
            draft.ids = ids.write()
            draft.action = f"put {letter}"
    before, now = data.undo()
    assert (before.action, now.action, now.name) == ("put c", "undo put c", "000004")
    assert texts(data) == ["a", "b"]
    assert [row.split(",")[2] for row in data.ids().split()[1:]] == ["1", "2", "3"], "what was minted stays minted"
    assert data.undo()[1].action == "undo put b", "what is really taken back"
    assert texts(data) == ["a"]
    with pytest.raises(UsageError, match=r"keinen Stand davor.*nichts geändert"):
        data.undo()
    assert data.current_name() == "000005"
    put(data, "d")
    data.undo()
    assert texts(data) == ["a"]
    assert data.undo("3")[1].action == "undo --to 000003"
    assert texts(data) == ["a", "b", "c"]
    assert data.undo()[1].action == "undo undo --to 000003"
    assert texts(data) == ["a"], "back to where it was before the jump"
    with pytest.raises(UsageError, match="Stand vier gibt es nicht"):
        data.undo("vier")


def test_undo_of_what_is_gone_is_refused(tmp_path: Path) -> None:
    data = folder(tmp_path, keep=2)
    with pytest.raises(UsageError, match="keinen Stand davor"):
        data.undo()
    for letter in "abc":
        put(data, letter)
    data.undo()
    with pytest.raises(UsageError, match=r"000001.*weggeräumt"):
        data.undo()
    with pytest.raises(UsageError, match=r"000001 gibt es nicht.*000003"):
        data.undo("000001")
    with pytest.raises(UsageError, match="gilt schon"):
        data.undo("000004")
    assert data.current_name() == "000004"


def _edition(sha256: str) -> EditionInfo:
    return EditionInfo("c", "s", "2020-01-01", "f", sha256, "", 1)


def test_sources_go_with_the_last_snapshot_that_needs_them(tmp_path: Path) -> None:
    data = folder(tmp_path, keep=2)
    shas = [letter * 64 for letter in "abcd"]
    for number, sha256 in enumerate(shas):
        with data.write() as draft:
            draft.sources[sha256] = b"x"
            draft.editions = [_edition(sha256)]
            if number == 0:  # lives on as a revision, named in its graph only
                draft.engine.add([Quad(THING, NamedNode(ZG + "sha256"), Literal(sha256), NamedNode(BASE + "revision"))])
            draft.action = "put"
        if number == 0:
            (tmp_path / "sources" / "notes.txt").write_text("mine", "utf-8")
    assert sorted(p.name for p in (tmp_path / "sources").iterdir()) == [shas[0], shas[2], shas[3], "notes.txt"]


def test_what_killed_writers_left_goes_with_the_next(tmp_path: Path) -> None:
    data = folder(tmp_path)
    put(data, "a")
    orphan = tmp_path / "snapshots" / "000002"
    shutil.copytree(tmp_path / "snapshots" / "000001", orphan)
    for left in ("snapshots/.building-000003", "snapshots/.building-000001-old", ".holding-77"):
        (tmp_path / left).mkdir()
    (tmp_path / "sources").mkdir()
    for left in ("CURRENT.next", f"sources/.{'a' * 64}"):
        (tmp_path / left).write_text("x", "utf-8")
    assert [info.name for info in data.kept()] == ["000001"], "what never became current is no snapshot"
    with data.hold() as (place, current):
        put(data, "b")
        assert (place / "snapshots" / current).is_dir(), "a running backup is no leftover"
    assert sorted(p.name for p in tmp_path.rglob("*") if p.name.startswith(".") or p.suffix == ".next") == []
    assert [info.name for info in data.kept()] == ["000001", "000003"]


def test_a_damaged_store_is_said(tmp_path: Path) -> None:
    data = folder(tmp_path)
    put(data, "a")
    for path in (tmp_path / "snapshots" / "000001" / "store").glob("*.sst"):
        path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoreError, match="lässt sich nicht öffnen"):
        data.open()


def update(data: DataFolder, number: int) -> None:
    with data.write() as draft:
        draft.engine.update(f"INSERT DATA {{ GRAPH <urn:own> {{ <urn:s> <urn:p> {number} }} }}")
        draft.compact = False
        draft.action = "update SPARQL"


def test_updates_have_their_own_number_of_snapshots(tmp_path: Path) -> None:
    data = folder(tmp_path, keep=3)
    put(data, "a")
    put(data, "b")
    for number in range(5):
        update(data, number)
    assert data.names() == ["000001", "000002", "000005", "000006", "000007"]
    put(data, "c")
    put(data, "d")
    assert data.names() == ["000002", "000005", "000006", "000007", "000008", "000009"]
    assert [info.of_update for info in data.kept()] == [False, True, True, True, False, False]


def test_undo_goes_back_one_update_and_finds_its_parent(tmp_path: Path) -> None:
    data = folder(tmp_path, keep=3)
    put(data, "a")
    for number in range(6):
        update(data, number)
    for left in (5, 4):
        data.undo()
        assert len(list(data.open().engine.quads(graph=NamedNode("urn:own")))) == left
    assert data.info().of_update
    with pytest.raises(UsageError, match="weggeräumt"):
        data.undo()
    assert "000001" in data.names()
    data.undo("1")
    assert texts(data) == ["a"]
