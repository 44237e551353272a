"""One thing over the editions of its system, read by its own quads: it says what a whole comparison says."""

from __future__ import annotations

from dataclasses import replace

from zielgraph.editions.latest import latest_changes
from zielgraph.editions.trace import Step, trace
from zielgraph.engine import EmbeddedEngine, NamedNode
from zielgraph.store import DataFolder, Snapshot

from .conftest import History


def opened(history: History) -> tuple[Snapshot, str]:
    return DataFolder(history.folder, base=history.settings.base).open(), history.settings.base


def steps(history: History, iri: str) -> list[Step]:
    snapshot, base = opened(history)
    return trace(snapshot.engine, base, snapshot.info.editions, iri)


def test_every_measure_and_goal_has_the_changes_of_the_whole_comparison(history: History) -> None:
    snapshot, base = opened(history)
    (whole,) = latest_changes(snapshot.engine, base, snapshot.info.editions)
    assert len(whole.entries) > 5
    expected = {each.iri: each for each in whole.entries}
    for iri in {*whole.before.entries, *whole.after.entries}:
        last = trace(snapshot.engine, base, snapshot.info.editions, iri)[-1]
        entry = last.entry
        if iri not in expected:
            assert entry is None, iri
            assert last.present
            continue
        if iri not in whole.before.entries:
            assert entry is None or entry.kind in ("new", "split", "merged")
            assert last.present
            continue
        assert entry is not None, iri
        assert (entry.kinds, entry.changes, entry.path) == (
            expected[iri].kinds,
            expected[iri].changes,
            expected[iri].path,
        )


def test_a_measure_that_went_and_one_that_came(history: History) -> None:
    snapshot, base = opened(history)
    (whole,) = latest_changes(snapshot.engine, base, snapshot.info.editions)
    gone = next(each.iri for each in whole.entries if each.kind == "gone" and not each.is_goal)
    new = next(each.iri for each in whole.entries if each.kind == "new" and not each.is_goal)
    there, away = steps(history, gone)
    assert (there.present, there.entry) == (True, None)
    assert not away.present
    assert away.entry is not None
    assert away.entry.kind == "gone"
    (only,) = steps(history, new)
    assert only.present
    assert only.edition.date == "2020-06-30"


def test_a_measure_that_comes_back_is_not_new(history: History) -> None:
    """Of three editions the middle one has it not: told from the graphs of the first and the last."""
    snapshot, base = opened(history)
    old, new = (each for each in snapshot.info.editions if not each.revision)
    (whole,) = latest_changes(snapshot.engine, base, snapshot.info.editions)
    iri = next(each.iri for each in whole.entries if each.kind == "gone" and not each.is_goal)
    third = replace(new, date="2021-06-30")
    store = EmbeddedEngine.memory()
    for kind in ("source", "derived"):
        first, second = (f"{base}koeln/integration/edition/{each.date}/{kind}" for each in (old, new))
        store.add(snapshot.engine.quads(None, None, None, NamedNode(first)))
        store.add(snapshot.engine.quads(None, None, None, NamedNode(second)))
        store.add(
            type(quad)(quad.subject, quad.predicate, quad.object, NamedNode(first.replace(old.date, third.date)))
            for quad in snapshot.engine.quads(None, None, None, NamedNode(first))
        )
    found = trace(store, base, [old, new, third], iri)
    assert [step.present for step in found] == [True, False, True]
    assert found[-1].entry is not None
    assert found[-1].entry.kind == "returned"


def test_what_no_edition_has_and_other_systems_have_no_past(history: History) -> None:
    assert steps(history, f"{history.settings.base}koeln/integration/measure/9999") == []
    assert steps(history, "https://elsewhere.example/measure/1") == []
