"""Decisions as RDF and back, their ids, and what is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from smallstate import AMT, M19, decided, role, turtle

from zielgraph.deciding import Decision, decisions_of, mark_accepted, overruled, to_quads, withdraw, write_decisions
from zielgraph.deciding.model import INVOLVEMENT
from zielgraph.engine import EmbeddedEngine, NamedNode, Quad
from zielgraph.vocabulary import DEFAULT_BASE, PROV, ZG

FULL = decided(
    prop=INVOLVEMENT,
    actor=AMT,
    role=role("lead"),
    entry=3,
    repeat=2,
    withdrawn=datetime(2020, 5, 1, 12, tzinfo=UTC),
    withdrawn_by="Max",
    withdrawn_why="Irrtum",
)


def stored(*decisions: Decision) -> EmbeddedEngine:
    """A store that holds these decisions and nothing else."""
    store = EmbeddedEngine.memory()
    store.add(to_quads(decisions, DEFAULT_BASE))
    return store


def test_there_and_back() -> None:
    accepted = decided(DEFAULT_BASE + "finding/aa", "accept", focus=M19, rule="measure-date", entry=1)
    assert decisions_of(stored(FULL, accepted), DEFAULT_BASE) == [accepted, FULL]


def test_the_id_is_made_of_what_was_decided() -> None:
    assert FULL.key == replace(FULL, reason="Anders", entry=7, withdrawn=None).key
    others = [
        replace(FULL, role=""),
        replace(FULL, action="confirm"),
        replace(FULL, actor=""),
        replace(FULL, value=AMT),
        replace(FULL, day=date(2021, 1, 1)),
        replace(FULL, name="Max"),
        replace(FULL, subject=AMT),
    ]
    assert len({each.key for each in [FULL, *others]}) == 1 + len(others)
    assert FULL.iri(DEFAULT_BASE).value == f"{DEFAULT_BASE}decision/{FULL.key}-2"


def test_the_terms_are_those_of_the_plan() -> None:
    names = {quad.predicate.value.removeprefix(ZG) for quad in to_quads([FULL], DEFAULT_BASE)}
    assert names >= {
        "subject", "action", "property", "actor", "role", "reason", "decidedByName", "decidedOn", "wording", "entry",
        "withdrawnByName", "withdrawalReason", PROV + "invalidatedAtTime",
    }  # fmt: skip


def test_a_later_entry_wins_on_the_same_day_and_a_later_day_over_any_entry() -> None:
    early, late = decided(action="stop", entry=1), decided(action="continue", entry=2)
    assert overruled(early, [late, early])
    assert not overruled(late, [late, early])
    assert overruled(late, [late, replace(early, day=date(2020, 2, 4))])


def test_the_same_decision_is_written_once() -> None:
    store = EmbeddedEngine.memory()
    first = write_decisions(store, DEFAULT_BASE, [decided(), decided()])
    assert [each.entry for each in first] == [1]
    assert write_decisions(store, DEFAULT_BASE, [decided()]) == []
    assert len(decisions_of(store, DEFAULT_BASE)) == 1


def test_a_decision_can_be_made_again_after_another_one_on_the_same_day() -> None:
    store = EmbeddedEngine.memory()
    stop, go_on = decided(action="stop"), decided(action="continue")
    write_decisions(store, DEFAULT_BASE, [stop, go_on, stop])
    found = decisions_of(store, DEFAULT_BASE)
    assert [(each.action, each.entry, each.repeat) for each in found] == [
        ("stop", 1, 1),
        ("continue", 2, 1),
        ("stop", 3, 2),
    ]
    assert [overruled(each, found) for each in found] == [True, True, False]


def test_another_reason_is_kept_beside_the_first() -> None:
    store = EmbeddedEngine.memory()
    write_decisions(store, DEFAULT_BASE, [decided(reason="Erstens"), decided(reason="Zweitens")])
    assert [each.reason for each in decisions_of(store, DEFAULT_BASE)] == ["Erstens", "Zweitens"]


def test_withdrawing_keeps_the_decision_on_record() -> None:
    store = stored(decided(entry=1))
    moment = datetime(2020, 5, 1, 12, tzinfo=UTC)
    withdraw(store, DEFAULT_BASE, decided(entry=1), moment=moment, name="Max", reason="Irrtum")
    found = decisions_of(store, DEFAULT_BASE)
    assert [(each.withdrawn, each.withdrawn_by, each.withdrawn_why) for each in found] == [(moment, "Max", "Irrtum")]
    assert [each.repeat for each in write_decisions(store, DEFAULT_BASE, [decided()])] == [2], "it may be made anew"


def test_a_node_without_a_day_is_passed_over() -> None:
    store = stored(decided())
    graph = NamedNode(DEFAULT_BASE + "graph/decisions")
    broken = turtle(f'<{DEFAULT_BASE}decision/abc> a zg:Decision ; zg:subject m:19 ; zg:action "stop" .')
    store.add(Quad(q.subject, q.predicate, q.object, graph) for q in broken)
    assert decisions_of(store, DEFAULT_BASE) == [decided()]


def test_accepted_findings_are_marked_and_unmarked() -> None:
    findings = turtle('f:aa a sh:ValidationResult ; zg:rule "x" . f:bb a sh:ValidationResult ; zg:rule "x" .')
    accept = decided(DEFAULT_BASE + "finding/aa", "accept", entry=1)
    marked = list(mark_accepted(findings, [accept], DEFAULT_BASE))
    added = [quad for quad in marked if quad not in findings]
    assert [(str(q.subject), str(q.object)) for q in added] == [
        (f"<{DEFAULT_BASE}finding/aa>", str(accept.iri(DEFAULT_BASE)))
    ]
    withdrawn = replace(accept, withdrawn=datetime(2021, 1, 1, tzinfo=UTC))
    assert list(mark_accepted(marked, [withdrawn], DEFAULT_BASE)) == findings
