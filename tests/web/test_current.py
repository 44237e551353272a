"""The open snapshot, the pointer to it, and the workers seen as an engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.engine import (
    DefaultGraph,
    EmbeddedEngine,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
)
from zielgraph.errors import QueryError, TooLarge
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.web.current import Pointer
from zielgraph.web.pooled import PooledEngine
from zielgraph.workers import Pool

S, P, GRAPH = NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:g")
TEXTS = ("ä\n\u0001😀", "", "x" * 10_000)


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    return settings.load({}, data=tmp_path)


@pytest.fixture
def folder(own: Settings) -> DataFolder:
    folder = DataFolder(own.data, base=own.base)
    with folder.write() as draft:
        draft.engine.add([Quad(S, P, Literal(text, language="de")) for text in TEXTS])
        draft.engine.add([Quad(S, P, S, GRAPH)])
        draft.action = "test"
    return folder


@pytest.fixture
def pooled(own: Settings, folder: DataFolder) -> Iterator[PooledEngine]:
    pool = Pool(folder, own)
    yield PooledEngine(folder.open().engine, pool, client="", max_rows=3, max_bytes=1_000_000)
    pool.close()


def test_a_table_comes_back_as_it_was(pooled: PooledEngine, folder: DataFolder) -> None:
    assert pooled.snapshot == ""
    found = pooled.query("SELECT ?o ?unbound { ?s a:p ?o }", prefixes={"a": "urn:"})
    assert isinstance(found, QuerySolutions)
    assert {row["o"] for row in found} == {Literal(text, language="de") for text in TEXTS}
    assert pooled.snapshot == folder.current_name()


def test_truth_and_graphs_come_back_as_they_were(pooled: PooledEngine) -> None:
    truth = pooled.query("ASK { ?s ?p <urn:s> }", default_graphs=["urn:g"])
    assert isinstance(truth, QueryBoolean)
    assert truth
    assert not pooled.query("ASK { ?s ?p <urn:s> }")
    graph = pooled.query("CONSTRUCT { <a> ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", named_graphs=["urn:g"], base="urn:")
    assert isinstance(graph, QueryTriples)
    assert [str(triple) for triple in graph] == ["<urn:a> <urn:p> <urn:s>"]


def test_single_look_ups_read_the_open_snapshot(pooled: PooledEngine, folder: DataFolder) -> None:
    assert len(list(pooled.quads(S, P, None, DefaultGraph()))) == 3
    assert pooled.graph_names() == ["urn:g"]


def test_errors_and_limits_are_those_of_the_workers(pooled: PooledEngine) -> None:
    with pytest.raises(TooLarge):
        pooled.query("SELECT * { { ?s ?p ?o } UNION { ?s ?p ?o } }")
    with pytest.raises(QueryError, match="Zeile 1"):
        pooled.query("SELECT")


def test_the_pointer_follows_every_commit(own: Settings) -> None:
    folder = DataFolder(own.data, base=own.base)
    pointer = Pointer(folder)
    assert pointer.name() == ""
    for number in range(1, 6):
        with folder.write() as draft:
            assert isinstance(draft.engine, EmbeddedEngine)
            draft.engine.add([Quad(S, P, Literal(str(number)))])
            draft.action = "test"
        assert pointer.name() == folder.current_name() == f"{number:06}"
