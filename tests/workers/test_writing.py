"""Changes to the data folder: applied and committed, or refused with nothing changed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from zielgraph import settings
from zielgraph.engine import DefaultGraph, EmbeddedEngine, Literal, NamedNode, Quad
from zielgraph.errors import InputError, Managed, NotFound, QueryError, ServiceBusy, StoreBusy, SyntaxProblem, TimedOut
from zielgraph.store import DataFolder, EditionInfo
from zielgraph.workers import Job, Pool
from zielgraph.workers import applying as module
from zielgraph.workers.applying import write
from zielgraph.workers.change import Change, GraphContent, Order, Outcome, Part, UpdateText
from zielgraph.workers.writing import Writer

BASE = "https://w3id.org/zielgraph/id/"
ADDRESS = "http://localhost/sparql/update"
REGISTER = BASE + "graph/register"
EDITION = BASE + "koeln/integration/edition/2019-12-31/source"


def folder(root: Path, keep: int = 10) -> DataFolder:
    return DataFolder(root, base=BASE, keep=keep)


def change(root: Path, it: Change | str, keep: int = 10, **more: Any) -> Outcome:
    if isinstance(it, str):
        it = UpdateText(it, ADDRESS, **more)
    return write(Order(root, BASE, keep, (), it))


def put(root: Path, method: str, graph: str | None, data: str = "", format: str = "ttl") -> Outcome:
    parts = (Part(data.encode(), format),) if method != "DELETE" else ()
    return change(root, GraphContent(method, graph, graph or ADDRESS, parts))


def lines(root: Path) -> list[str]:
    return sorted(str(quad) for quad in folder(root).open().engine.quads())


@pytest.fixture
def managed(tmp_path: Path) -> Path:
    """A data folder with an edition and a graph of the users' own."""
    with folder(tmp_path).write() as draft:
        for graph in (DefaultGraph(), NamedNode(REGISTER), NamedNode(EDITION), NamedNode("urn:own")):
            draft.engine.add([Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("old"), graph)])
        draft.editions = [EditionInfo("koeln", "integration", "2019-12-31", "x", "0", "0", 1)]
        draft.action = "import koeln/integration/2019-12-31"
    return tmp_path


def test_update_is_a_commit(tmp_path: Path) -> None:
    assert change(tmp_path, "INSERT DATA { <a> <b> 1 }") == Outcome("000001", changed=True)
    assert lines(tmp_path)[0].startswith("<http://localhost/sparql/a> <http://localhost/sparql/b>")
    change(tmp_path, "CREATE GRAPH <urn:empty>")
    change(tmp_path, "DELETE WHERE { ?s ?p ?o }")
    assert folder(tmp_path).open().engine.graph_names() == ["urn:empty"]
    assert folder(tmp_path).info().action.startswith("update")
    before, now = folder(tmp_path).undo()
    assert (before.name, len(lines(tmp_path)), now.of_update) == ("000003", 1, True)
    assert folder(tmp_path).open().engine.graph_names() == ["urn:empty"]


@pytest.mark.parametrize("text", ["", "PREFIX a: <urn:a>", "DELETE WHERE { <urn:nobody> ?p ?o }"])
def test_what_changes_nothing_makes_no_snapshot(managed: Path, text: str) -> None:
    assert change(managed, text) == Outcome("000001", changed=False)
    assert folder(managed).names() == ["000001"]


def test_errors_change_nothing(managed: Path) -> None:
    old = lines(managed)
    with pytest.raises(SyntaxProblem) as caught:
        change(managed, "INSERT DATA { GRAPH <urn:own> { <urn:a> <urn:b> 1 } } ;\n DELETE DAT")
    assert caught.value.line == 2
    with pytest.raises(QueryError, match="gibt es nicht"):
        change(managed, "INSERT DATA { GRAPH <urn:own> { <urn:a> <urn:b> 1 } } ; DROP GRAPH <urn:nowhere>")
    with pytest.raises(QueryError, match="SERVICE"):
        change(managed, "INSERT { GRAPH <urn:own> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    with pytest.raises(QueryError, match="LOAD"):
        change(managed, "LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:own>")
    with pytest.raises(SyntaxProblem, match="_:a"):
        change(managed, "INSERT DATA { _:a <urn:b> 1 } ; PREFIX x: <urn:x> INSERT DATA { _:a <urn:b> 2 }")
    assert lines(managed) == old
    assert folder(managed).names() == ["000001"]


def test_own_graphs_are_free_and_managed_ones_readable(managed: Path) -> None:
    change(
        managed, f"INSERT {{ GRAPH <urn:own> {{ ?s <urn:copy> ?o }} }} WHERE {{ GRAPH <{REGISTER}> {{ ?s ?p ?o }} }}"
    )
    change(managed, "INSERT { GRAPH <urn:own> { ?s <urn:copy2> ?o } } WHERE { ?s ?p ?o }")
    change(managed, "PREFIX o: <urn:> COPY DEFAULT TO o:other ; DROP SILENT GRAPH <rel>")
    change(managed, "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { VALUES ?g { <urn:own> } GRAPH ?g { ?s ?p ?o } }")
    change(managed, "INSERT DATA { GRAPH <\\u0075rn:own> { <urn:s> <urn:p> 'n\\u0065w' } }")
    assert sum("urn:own" in each for each in lines(managed)) == 1
    assert sum("urn:other" in each for each in lines(managed)) == 1
    assert len(lines(managed)) == 5


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        f"INSERT DATA {{ GRAPH <{REGISTER}> {{ <urn:a> <urn:b> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{EDITION}> {{ <urn:a> <urn:b> 1 }} }}",
        f"INSERT DATA {{ GRAPH <{REGISTER.replace('register', chr(92) + 'u0072egister')}> {{ <urn:a> <urn:b> 1 }} }}",
        f"WITH <{REGISTER}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"PREFIX g: <{BASE}graph/> INSERT DATA {{ GRAPH g:register {{ <urn:a> <urn:b> 1 }} }}",
        f"PREFIX g: <{BASE}graph/> INSERT DATA {{GRAPHg:register {{ <urn:a> <urn:b> 1 }} }}",
        f"PREFIX g: <urn:> DROP SILENT GRAPH g:x ; PREFIX g: <{BASE}graph/> DROP GRAPH g:register",
        f"BASE <{BASE}graph/> INSERT DATA {{ GRAPH <register> {{ <urn:a> <urn:b> 1 }} }}",
        f"BASE <{BASE}> INSERT DATA {{ GRAPH <koeln/../graph/./register> {{ <urn:a> <urn:b> 1 }} }}",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        "INSERT { GRAPH ?g { <urn:a> <urn:b> 1 } } WHERE { GRAPH ?g { } }",
        f"INSERT {{ GRAPH ?g {{ <urn:a> <urn:b> 1 }} }} WHERE {{ BIND(IRI(CONCAT('{BASE}', 'graph/new')) AS ?g) }} ; "
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRENDS(STR(?g), 'register')) }",
        "CLEAR ALL", "DROP NAMED", "CLEAR DEFAULT", "DROP SILENT ALL",
        f"MOVE <{REGISTER}> TO <urn:mine>", "MOVE DEFAULT TO <urn:mine>", f"COPY <urn:own> TO <{REGISTER}>",
        f"ADD <urn:own> TO <{EDITION}>", f"CREATE GRAPH <{BASE}graph/current>",
        f"# no\nINSERT DATA {{ GRAPH <urn:own> {{ <urn:a> <urn:b> '''}} }} ; ''' }} }} ; CLEAR GRAPH <{REGISTER}>",
        f"INSERT {{ GRAPH <urn:o> {{ <urn:a> <urn:b> 1 }} }} WHERE {{ BIND(1 AS ?a) FILTER(?a<2#>)}} ; #\n)}} ; "
        f"CLEAR GRAPH <{REGISTER}>",
    ],
)  # fmt: skip
def test_managed_graphs_are_closed(managed: Path, text: str) -> None:
    old = lines(managed)
    with pytest.raises(Managed, match="verwaltet"):
        change(managed, text)
    assert lines(managed) == old
    assert folder(managed).names() == ["000001"]


def test_without_an_edition_everything_is_free(tmp_path: Path) -> None:
    change(tmp_path, f"INSERT DATA {{ <urn:a> <urn:b> 1 GRAPH <{REGISTER}> {{ <urn:a> <urn:b> 1 }} }}")
    change(tmp_path, "DROP ALL")
    assert lines(tmp_path) == []


def test_dataset_of_the_request(tmp_path: Path) -> None:
    change(
        tmp_path,
        "INSERT DATA { <urn:a> <urn:p> 1 GRAPH <urn:d> { <urn:b> <urn:p> 1 } GRAPH <urn:n> { <urn:c> <urn:p> 1 } }",
    )
    copy = "INSERT { GRAPH <urn:to> { ?s ?p 2 } } WHERE { ?s ?p ?o }"
    change(tmp_path, copy, default_graphs=("urn:d",))
    assert next(each for each in lines(tmp_path) if "urn:to" in each).startswith("<urn:b>")
    change(tmp_path, "DROP GRAPH <urn:to>")
    named = "INSERT { GRAPH <urn:to> { ?s ?p ?g } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    change(tmp_path, named, named_graphs=("urn:n",))
    assert [each for each in lines(tmp_path) if "urn:to" in each] == ["<urn:c> <urn:p> <urn:n> <urn:to>"]
    change(
        tmp_path, "INSERT { <urn:x> <urn:p> 1 } WHERE { ?s ?p 1 } ; DELETE WHERE { ?s ?p 1 }", default_graphs=("urn:d",)
    )
    assert not any(each.startswith("<urn:b>") and "urn:d" not in each for each in lines(tmp_path))
    for own in ("INSERT { } USING <urn:a> WHERE { }", "WITH <urn:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryError, match="using-graph-uri"):
            change(tmp_path, own, default_graphs=("urn:d",))
    with pytest.raises(SyntaxProblem) as caught:
        change(tmp_path, "DELETE WHERE { ?s ?p ?o } ; INSERT { ?s ?p } WHERE { }", default_graphs=("urn:d",))
    assert caught.value.column == 44


def test_put_post_delete_a_graph(tmp_path: Path) -> None:
    assert put(tmp_path, "PUT", "urn:g", "<a> <b> _:x .") == Outcome("000001", changed=True, existed=False)
    assert put(tmp_path, "PUT", "urn:h", "") == Outcome("000002", changed=True, existed=False)
    assert put(tmp_path, "POST", "urn:h", "") == Outcome("000002", changed=False)
    assert put(tmp_path, "POST", "urn:h", "<urn:a> <urn:b> _:x .").existed
    put(tmp_path, "POST", "urn:h", "<urn:a> <urn:b> _:x .")
    assert sum("urn:h" in each for each in lines(tmp_path)) == 2, "blank nodes of two requests are two"
    put(tmp_path, "PUT", "urn:h", "<urn:a> <urn:b> 1 .")
    assert put(tmp_path, "PUT", "urn:h", "<urn:a> <urn:b> 1 .") == Outcome("000005", changed=False)
    assert sum("urn:h" in each for each in lines(tmp_path)) == 1
    assert put(tmp_path, "PUT", "urn:h", "").changed
    assert folder(tmp_path).open().engine.graph_names() == ["urn:g", "urn:h"], "an empty graph is there"
    put(tmp_path, "DELETE", "urn:h")
    with pytest.raises(NotFound):
        put(tmp_path, "DELETE", "urn:h")
    put(tmp_path, "PUT", None, "<urn:a> <urn:b> 1 .")
    put(tmp_path, "DELETE", None)
    assert len(lines(tmp_path)) == 1


@pytest.mark.parametrize(
    ("format", "data", "words"),
    [
        ("ttl", "<urn:a> <urn:b>\n.", "Zeile 2"),
        ("rdf", "<urn:a> <urn:b> 1 .", "XML"),
        ("rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description>', "Zeile 2"),
        ("nt", "<urn:a> <urn:b> \udcff .".encode("utf-8", "surrogateescape").decode("latin-1"), "RDF"),
        ("nq", "<urn:a> <urn:b> <urn:c> <urn:g> .", "einzelner Graph"),
        ("jsonld", '{"@graph": [{"@id": "urn:x", "urn:b": "1"}], "@id": "urn:g"}', "einzelner Graph"),
        ("jsonld", '{"@context": "http://127.0.0.1:1/c.json", "urn:b": "1"}', "Kontext"),
    ],
)  # fmt: skip
def test_unreadable_rdf(tmp_path: Path, format: str, data: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        put(tmp_path, "PUT", "urn:g", data, format)
    assert folder(tmp_path).current_name() is None


@pytest.mark.parametrize("graph", [None, REGISTER, EDITION])
def test_managed_graphs_are_closed_to_the_graph_store_protocol(managed: Path, graph: str | None) -> None:
    for method in ("PUT", "POST", "DELETE"):
        with pytest.raises(Managed):
            put(managed, method, graph, "<urn:a> <urn:b> 1 .")
    assert folder(managed).names() == ["000001"]


def test_many_updates_leave_few_files_and_the_imports(managed: Path) -> None:
    for number in range(14):
        change(
            managed, f"INSERT DATA {{ GRAPH <urn:own{number}> {{ <urn:s{number}> <urn:p{number}> {number} }} }}", keep=3
        )
    names = folder(managed).names()
    assert names[0] == "000001", "the import stays"
    assert names[1:] == ["000013", "000014", "000015"]
    assert len(list((folder(managed).path(names[-1]) / "store").glob("*.sst"))) <= 16
    assert len(lines(managed)) == 18
    for _ in range(2):
        folder(managed, 3).undo()
    assert folder(managed).names()[0] == "000001", "taking updates back does not push it out either"
    assert len(lines(managed)) == 16


def _die(root: Path, ready: Any) -> None:
    def stay(*_: object) -> None:
        ready.set()
        time.sleep(60)

    cast(Any, module)._first_difference = stay
    change(root, "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }")


def test_killed_while_writing(managed: Path) -> None:
    old = lines(managed)
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_die, args=(managed, ready))
    process.start()
    assert ready.wait(60)
    with pytest.raises(StoreBusy):
        change(managed, "DROP SILENT GRAPH <urn:own>")
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)
    assert lines(managed) == old
    assert change(managed, "DROP GRAPH <urn:own>").snapshot == "000002"
    assert not list((managed / "snapshots").glob(".building-*"))


class _FakePool:
    """Runs calls here, and lets a test do something before."""

    def __init__(self, before: Callable[[int], None]) -> None:
        self._before, self.calls = before, 0

    def call(self, function: str, argument: Order, *, seconds: float, files: bool, memory_mb: int) -> Outcome:
        assert (function, files) == ("zielgraph.workers.applying:write", True)
        assert seconds > 0
        assert memory_mb > 0
        self.calls += 1
        self._before(self.calls)
        return write(argument)


def _writer(root: Path, before: Callable[[int], None], **more: Any) -> tuple[Writer, _FakePool]:
    pool = _FakePool(before)
    return Writer(cast(Pool, pool), folder(root), settings.load({}, data=root, **more)), pool


def test_an_import_elsewhere_is_waited_for(managed: Path) -> None:
    def busy(call: int) -> None:
        if call < 3:
            raise StoreBusy("ein anderer schreibt")

    writer, pool = _writer(managed, busy)
    assert writer.write(UpdateText("DROP GRAPH <urn:own>", ADDRESS)).changed
    assert pool.calls == 3

    def always(call: int) -> None:
        raise StoreBusy("ein anderer schreibt")

    with pytest.raises(ServiceBusy) as caught:
        _writer(managed, always, write_seconds=1)[0].write(UpdateText("DROP GRAPH <urn:own>", ADDRESS))
    assert caught.value.seconds >= 1


def test_what_was_committed_before_the_end_counts(managed: Path) -> None:
    def too_late(call: int) -> None:
        change(managed, "DROP GRAPH <urn:own>")
        raise TimedOut("zu lange")

    assert _writer(managed, too_late)[0].write(UpdateText("DROP GRAPH <urn:own>", ADDRESS)) == Outcome("000002", True)

    def never(call: int) -> None:
        raise TimedOut("zu lange")

    with pytest.raises(TimedOut, match="nichts geändert"):
        _writer(managed, never)[0].write(UpdateText("DROP GRAPH <urn:own>", ADDRESS))


def test_writers_queue_and_the_queue_ends(managed: Path) -> None:
    begun, go = threading.Event(), threading.Event()

    def wait(call: int) -> None:
        begun.set()
        assert go.wait(60)

    writer, pool = _writer(managed, wait, queue=2)
    found: list[Outcome] = []

    def insert(number: int) -> None:
        text = f"INSERT DATA {{ GRAPH <urn:own> {{ <urn:s> <urn:p> {number} }} }}"
        found.append(writer.write(UpdateText(text, ADDRESS)))

    threads = [threading.Thread(target=insert, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(60)
    end = time.monotonic() + 60
    while time.monotonic() < end:  # until both are in
        try:
            with pytest.raises(ServiceBusy, match="warten"):
                writer.write(UpdateText("DROP GRAPH <urn:own>", ADDRESS))
            break
        except BaseException:
            time.sleep(0.01)
    assert pool.calls == 1, "one at a time"
    go.set()
    for thread in threads:
        thread.join(60)
    assert sorted(each.snapshot for each in found) == ["000002", "000003"]
    assert len(lines(managed)) == 6


def test_through_the_pool(managed: Path) -> None:
    wanted = settings.load({}, data=managed, query_seconds=60)
    pool = Pool(folder(managed), wanted)
    short = Writer(pool, folder(managed), settings.load({}, data=managed, write_seconds=5))
    writer = Writer(pool, folder(managed), wanted)
    count = Job("SELECT (COUNT(*) AS ?n) { GRAPH <urn:own> { ?s ?p ?o } }", rows_format="csv")
    try:
        for number in range(3):
            writer.write(UpdateText(f"INSERT DATA {{ GRAPH <urn:own> {{ <urn:s> <urn:p> {number} }} }}", ADDRESS))
            assert pool.run(count).body.split() == [b"n", str(number + 2).encode()], "read at once"
        with pytest.raises(Managed):
            writer.write(UpdateText("CLEAR ALL", ADDRESS))
        with pytest.raises(SyntaxProblem) as caught:
            writer.write(UpdateText("CLEAR\n EVERYTHING", ADDRESS))
        assert caught.value.line == 2
        old = lines(managed)
        values = " ".join(map(str, range(2000)))
        cross = f"VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} VALUES ?c {{ {values} }} FILTER(?a + ?b + ?c = 1)"
        bomb = (
            f"INSERT {{ GRAPH <urn:own> {{ <urn:s> <urn:p> ?n }} }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {cross} }} }}"
        )
        with pytest.raises(TimedOut, match="nichts geändert"):
            short.write(UpdateText(bomb, ADDRESS))
        assert lines(managed) == old
        assert writer.write(UpdateText("DROP GRAPH <urn:own>", ADDRESS)).changed, "the lock went with the process"
    finally:
        pool.close()


def test_a_small_store_in_many_files_is_written_anew(tmp_path: Path) -> None:
    change(tmp_path, "CREATE GRAPH <urn:empty>")
    for number in range(12):
        change(tmp_path, f"INSERT DATA {{ GRAPH <urn:g> {{ <urn:s{number}> <urn:p> {number} }} }}")
    store = folder(tmp_path).path(folder(tmp_path).current_name() or "") / "store"
    assert len(list(store.glob("*.sst"))) <= 16
    assert len(lines(tmp_path)) == 12
    assert folder(tmp_path).open().engine.graph_names() == ["urn:empty", "urn:g"]
    shutil.copytree(store, tmp_path / "copy")
    engine = EmbeddedEngine.writable(tmp_path / "copy")
    assert not engine.touched
    engine.update("DELETE WHERE { <urn:nobody> ?p ?o }")
    assert not engine.touched
    engine.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    assert engine.touched
    engine.close()
