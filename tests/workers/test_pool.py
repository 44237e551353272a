"""Answers of the pool: those that the engine gives, on the newest snapshot, from disk and from memory."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pools import ENDLESS, in_memory, wait

from zielgraph import settings
from zielgraph.engine import (
    FORMATS,
    RESULT_FORMATS,
    DefaultGraph,
    EmbeddedEngine,
    Literal,
    NamedNode,
    Quad,
    canonical,
    parse,
)
from zielgraph.errors import QueryError, TimedOut, UsageError
from zielgraph.questions import load_catalogue
from zielgraph.resources import queries
from zielgraph.store import DataFolder
from zielgraph.vocabulary import DEFAULT_BASE
from zielgraph.workers import Job, Pool
from zielgraph.workers.channel import GONE
from zielgraph.workers.evaluate import evaluate
from zielgraph.workers.forks import Child, ForkServer
from zielgraph.workers.keeper import Keeper
from zielgraph.workers.slots import Slots
from zielgraph.workers.turn import Turn

NewPool = Callable[..., Pool]
COUNT = Job("SELECT (COUNT(*) AS ?n) { ?s <urn:n> ?o }", rows_format="csv")


def commit(folder: DataFolder, number: int) -> str:
    """A snapshot more, with one triple more. Its name."""
    with folder.write() as draft:
        draft.engine.add([Quad(NamedNode("urn:s"), NamedNode("urn:n"), Literal(number))])
        draft.action = f"test {number}"
    return folder.current_name() or ""


def counted(pool: Pool) -> int:
    return int(pool.run(COUNT).body.split()[1])


def folder_of(path: Path, keep: int = 10) -> DataFolder:
    return DataFolder(path, base=DEFAULT_BASE, keep=keep)


@pytest.fixture(params=["disk", "memory"])
def koeln(request: pytest.FixtureRequest, koeln_folder: Path, new_pool: NewPool) -> Pool:
    pool = new_pool(koeln_folder, memory_quads=0 if request.param == "disk" else 2_000_000)
    if request.param == "memory":
        in_memory(pool)
    return pool


def test_catalogue_questions_are_answered_byte_for_byte_as_in_process(koeln: Pool, koeln_folder: Path) -> None:
    engine = folder_of(koeln_folder).open().engine
    questions = load_catalogue(queries())
    assert questions
    for name, question in questions.items():
        for format in RESULT_FORMATS:
            job = Job(question.render({}, "de"), rows_format=format)
            expected, reply = evaluate(engine, job), koeln.run(job)
            assert (reply.body, reply.rows, reply.kind) == (expected.body, expected.rows, expected.kind), name


@pytest.mark.parametrize("format", FORMATS)
def test_graphs_in_every_format(koeln: Pool, koeln_folder: Path, format: str) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/zielgraph/ontology#Measure> ; ?p ?o }"
    engine = folder_of(koeln_folder).open().engine
    reply = koeln.run(Job(text, graph_format=format))
    expected = evaluate(engine, Job(text, graph_format="nt"))
    assert reply.rows == expected.rows > 100
    assert canonical(parse(reply.body, format)) == canonical(parse(expected.body, "nt"))


def test_kinds_and_formats(koeln: Pool) -> None:
    assert koeln.run(Job("ASK { ?s ?p ?o }")).kind == "boolean"
    with pytest.raises(UsageError, match="Tabelle"):
        koeln.run(Job("ASK {}", rows_format=None))
    with pytest.raises(UsageError, match="Graph"):
        koeln.run(Job("DESCRIBE <urn:x>", graph_format=None))
    assert koeln.run(Job("SELECT (STR(<x>) AS ?y) {}", base="http://e.org/", rows_format="csv")).body.split() == [
        b"y",
        b"http://e.org/x",
    ]


def test_dataset_of_the_protocol(koeln: Pool) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    graph = DEFAULT_BASE + "graph/ontology"
    whole = koeln.run(Job(text, rows_format="csv")).body
    assert koeln.run(Job(text, rows_format="csv", default_graphs=(graph,))).body != whole
    assert koeln.run(Job(text, rows_format="csv", default_graphs=("urn:none",))).body.split() == [b"n", b"0"]


def test_language_tags_and_datatypes_arrive_as_in_the_store(new_pool: NewPool, tmp_path: Path) -> None:
    text = """<urn:s> <urn:p> "Grün"@de-DE-1996, "x"@en--ltr, "01"^^<http://www.w3.org/2001/XMLSchema#integer>, "plain",
        "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>, "zz"^^<urn:own> ."""
    folder = folder_of(tmp_path / "var")
    with folder.write() as draft:
        draft.engine.add(parse(text, "ttl"))
        draft.action = "test"
    expected = evaluate(folder.open().engine, Job("SELECT ?o { ?s ?p ?o } ORDER BY STR(?o)"))
    pool = new_pool(folder.root)
    from_disk = pool.run(Job("SELECT ?o { ?s ?p ?o } ORDER BY STR(?o)"))
    in_memory(pool)
    from_memory = pool.run(Job("SELECT ?o { ?s ?p ?o } ORDER BY STR(?o)"))
    assert from_disk.body == from_memory.body == expected.body
    assert b'"xml:lang":"de-de-1996"' in from_disk.body.lower()


def test_empty_named_graphs_and_blank_nodes_are_the_same_in_memory(tmp_path: Path) -> None:
    disk = EmbeddedEngine.memory()
    disk.add(parse("_:b <urn:p> _:c <urn:g> .\n<urn:s> <urn:p> _:b .", "nq"))
    disk._store.add_graph(NamedNode("urn:empty"))
    copy = disk.in_memory()
    assert set(copy.quads()) == set(disk.quads())
    assert copy.graph_names() == disk.graph_names() == ["urn:empty", "urn:g"]
    assert disk.exceeds(1)
    assert not disk.exceeds(2)


def test_an_empty_folder_is_an_empty_store_until_the_first_commit(new_pool: NewPool, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "var")
    pool = new_pool(folder.root)
    assert counted(pool) == 0
    assert pool.run(COUNT).snapshot == ""
    name = commit(folder, 1)
    assert counted(pool) == 1
    assert pool.run(COUNT).snapshot == name


def test_every_job_sees_the_newest_commit(new_pool: NewPool, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "var", keep=2)
    pool = new_pool(folder.root)
    for number in range(1, 8):
        name = commit(folder, number)
        reply = pool.run(COUNT)
        assert (reply.snapshot, int(reply.body.split()[1])) == (name, number)
    in_memory(pool)
    assert counted(pool) == 7
    commit(folder, 8)
    assert counted(pool) == 8
    wait(lambda: pool.stats()["memory"])
    assert counted(pool) == 8


def test_a_store_of_many_files_is_read_from_disk(new_pool: NewPool, tmp_path: Path) -> None:
    """More files than the engine opens at once: it must be able to open the others later, behind the wall."""
    folder = folder_of(tmp_path / "var")
    store = folder.path(commit(folder, 0)) / "store"
    for number in range(1, 6):
        engine = EmbeddedEngine.writable(store)
        graphs = DefaultGraph(), NamedNode(f"urn:g{number}")
        engine.add(Quad(NamedNode("urn:s"), NamedNode("urn:n"), Literal(number), graph) for graph in graphs)
        engine._store.flush()
        engine.close()
    assert len(list(store.glob("*.sst"))) > 30
    pool = new_pool(folder.root, memory_quads=0)
    everywhere = "{ ?s <urn:n> ?o } UNION { GRAPH ?g { ?s <urn:n> ?o } }"
    reply = pool.run(Job(f"SELECT (COUNT(*) AS ?n) {{ {everywhere} }}", rows_format="csv"))
    assert int(reply.body.split()[1]) == 11


def test_a_burst_of_commits_is_loaded_once(new_pool: NewPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roles: list[str] = []
    original = ForkServer.fork

    def fork(self: ForkServer, role: str, **options: object) -> Child:
        roles.append(role)
        return original(self, role, **options)

    folder = folder_of(tmp_path / "var")
    commit(folder, 1)
    pool = new_pool(folder.root)
    in_memory(pool)
    monkeypatch.setattr(ForkServer, "fork", fork)
    for number in range(2, 6):
        commit(folder, number)
        assert counted(pool) == number
    wait(lambda: pool.stats()["memory"])
    assert 1 <= roles.count("hold") <= 2
    assert counted(pool) == 5


def test_a_running_query_stays_on_its_snapshot(new_pool: NewPool, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "var", keep=2)
    with folder.write() as draft:
        draft.engine.add(Quad(NamedNode(f"urn:{n}"), NamedNode("urn:n"), Literal(n)) for n in range(4000))
        draft.action = "test"
    old = folder.current_name()
    slow = Job("SELECT (COUNT(*) AS ?n) { ?a <urn:n> ?b . ?c <urn:n> ?d }", rows_format="csv")
    pool = new_pool(folder.root, query_seconds=60)
    assert counted(pool) == 4000
    replies = []
    thread = threading.Thread(target=lambda: replies.append(pool.run(slow)))
    thread.start()
    wait(lambda: pool.stats()["slow"])
    for number in range(9000, 9004):  # the snapshot that the query reads is deleted meanwhile
        commit(folder, number)
    assert not folder.path(old or "").exists()
    assert counted(pool) == 4004
    thread.join()
    assert [(r.snapshot, int(r.body.split()[1])) for r in replies] == [(old, 4000**2)]


def test_a_worker_whose_snapshot_was_pruned_passes_the_job_on(new_pool: NewPool, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "var")
    commit(folder, 1)
    pool = new_pool(folder.root, memory_quads=0)
    looked = pool._keeper.source()
    commit(folder, 2)
    shutil.rmtree(folder.path(looked.name))
    late = pool._new(looked)
    turn = Turn(Slots(1, 1, 1), "")
    assert pool._ask(late, COUNT, 10.0, turn).kind == GONE
    assert counted(pool) == 2


def test_errors_of_the_query(koeln: Pool) -> None:
    with pytest.raises(QueryError, match="Zeile 1"):
        koeln.run(Job("SELECT * { ?s ?p"))
    with pytest.raises(QueryError, match="SERVICE"):
        koeln.run(Job("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"))
    with pytest.raises(QueryError):
        koeln.run(Job("SELECT * { ?s ?p '\ud800' }"))
    with pytest.raises(TimedOut, match=r"0\.3 Sekunden"):
        koeln.run(Job(ENDLESS), seconds=0.3)
    assert koeln.run(Job("ASK {}")).kind == "boolean"


def test_a_commit_between_two_looks_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread may find the new snapshot while this one looks whether there is one."""
    folder = folder_of(tmp_path)
    keeper = Keeper(folder, settings.load({}, data=tmp_path))
    look = Keeper._look
    try:
        commit(folder, 1)
        assert keeper.source().name == keeper.unchanged().name == "000001"  # type: ignore[union-attr]

        def look_while_another_does(self: Keeper) -> tuple[int, int, int] | None:
            monkeypatch.setattr(Keeper, "_look", look)
            commit(folder, 2)
            found = look(self)
            assert self.source().name == "000002"
            return found

        monkeypatch.setattr(Keeper, "_look", look_while_another_does)
        found = keeper.unchanged()
        assert found is None or found.name == "000002"
    finally:
        keeper.close()
