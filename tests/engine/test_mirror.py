"""What is committed in the data folder reaches the external engine, whole and in order; other graphs are left alone."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from engines import Service, empty, free_port

from zielgraph.engine import DefaultGraph, Graph, Literal, NamedNode, Quad, canonical
from zielgraph.engine.remote import RemoteEngine
from zielgraph.errors import StoreError
from zielgraph.importing import data_folder, import_table
from zielgraph.keeping import mirror as mirroring
from zielgraph.keeping.mirror import external_engine, managed, mirror, mirror_graph
from zielgraph.settings import Settings, load
from zielgraph.store import DataFolder
from zielgraph.vocabulary import DEFAULT_BASE

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SMALL = """Grundsatzziel: Gut leben
Rahmenziel\tErgebnisziel\tAktivitäten / Beschreibung\tSachstand\tStatus\terstmalige Nennung\tGremium
Wohnen Der Wohnungsmarkt ist offen\tWohnungen werden gefunden\tBeratung durch 56\tEs gibt sie.\tlaufend\t2018\tAG 1
\t\tLotsen im Quartier\tDas Projekt ist beendet.\terledigt\t01.02.2019\tAG 1
"""
NONE = "http://127.0.0.1:9/query"
OWN = NamedNode("http://example.org/graph/eigen")
OWN_DATA = [Quad(NamedNode("http://example.org/s"), NamedNode("http://example.org/p"), Literal("eigen"), OWN)]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "klein.tsv"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture(scope="module")
def _stored_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("klein")
    (folder / "klein.tsv").write_text(SMALL, "utf-8")
    where = load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=folder / "var")
    import_table(where, folder / "klein.tsv", edition=date(2019, 12, 31))
    return where.data


@pytest.fixture
def stored_small(_stored_small: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own with the small report."""
    shutil.copytree(_stored_small, tmp_path / "gespeichert")
    return tmp_path / "gespeichert"


def content(engine: RemoteEngine) -> set[Quad]:
    """What the engine holds of ours."""
    names = [name for name in engine.graph_names() if managed(name, DEFAULT_BASE)]
    graphs: list[Graph] = [DefaultGraph(), *map(NamedNode, names)]
    return {quad for graph in graphs for quad in engine.quads(None, None, None, graph)}


def stored(folder: Path) -> set[Quad]:
    return set(data_folder(settings_for(folder)).open().engine.quads())


def settings_for(folder: Path) -> Settings:
    return load({}, data=folder)


class Commands:
    """The program with an engine and a data folder."""

    def __init__(self, zielgraph: Run, service: Service, data: Path) -> None:
        self._start, self._service, self.data = zielgraph, service, data

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        engine = ("--engine", self._service.query)
        quiet = {"ZIELGRAPH_VALIDATE_ROWS": "0", **self._service.environment}
        done = self._start(*engine, *arguments, data=self.data, **quiet)
        assert done.returncode == 0, done.stderr
        return done


def test_editions_carry_over(service: Service, zielgraph: Run, small: Path, tmp_path: Path) -> None:
    engine, commands = service.engine(), Commands(zielgraph, service, tmp_path / "data")
    engine.put(OWN, OWN_DATA)
    first = commands.run("import", small, "--edition", "2019-12-31")
    assert "Gesendet an" in first.stderr
    before = content(engine)
    assert before == stored(commands.data)
    again = commands.run("import", small, "--edition", "2019-12-31")
    assert "Gesendet" not in again.stderr
    small.write_text(SMALL.replace("erledigt", "laufend"), "utf-8")
    commands.run("import", small, "--edition", "2020-12-31")
    assert content(engine) == stored(commands.data) != before
    commands.run("undo")
    assert canonical(content(engine)) == canonical(stored(commands.data)) == canonical(before)
    assert not [name for name in engine.graph_names() if "2020-12-31" in name]
    assert [*engine.quads(None, None, None, OWN)] == OWN_DATA
    assert "ist auf dem Stand" in commands.run("sync").stderr


def test_decisions_carry_over(oxigraph: Service, zielgraph: Run, stored_small: Path) -> None:
    empty(oxigraph)
    engine, commands = oxigraph.engine(), Commands(zielgraph, oxigraph, stored_small)
    signed = ("--reason", "Der Bedarf besteht.", "--name", "Amt 50")
    commands.run("decide", "stop", "1", *signed)
    assert content(engine) == stored(stored_small)
    asked = commands.run("query", "--text", "SELECT ?a { ?d a zg:Decision ; zg:action ?a }", "--format", "csv")
    assert asked.stdout.split() == ["a", "stop"]
    assert "Quartier" in "".join(map(str, content(engine)))
    commands.run("redact", "Quartier", *signed)
    assert content(engine) == stored(stored_small)
    assert "Quartier" not in "".join(map(str, content(engine)))


def test_validate_finds_the_same(oxigraph: Service, zielgraph: Run, stored_small: Path, tmp_path: Path) -> None:
    empty(oxigraph)
    here, there = tmp_path / "hier", tmp_path / "dort"
    for folder in (here, there):
        shutil.copytree(stored_small, folder)
    local = zielgraph("validate", "--format", "json", data=here)
    remote = zielgraph("--engine", oxigraph.query, "validate", "--format", "json", data=there)
    assert remote.returncode == local.returncode, remote.stderr
    assert remote.stdout == local.stdout
    assert '"rule"' in local.stdout
    assert content(oxigraph.engine()) == stored(there)


def test_what_an_engine_lost_is_sent_again(service: Service, stored_small: Path) -> None:
    folder, engine = data_folder(settings_for(stored_small)), service.engine()
    whole_state = mirror(folder, engine)
    assert whole_state.sent == len(folder.open().engine.graph_names()) + 1
    assert mirror(folder, engine, check=True).sent == 0
    engine.clear(DefaultGraph())
    assert mirror(folder, engine, check=True).sent == 1
    engine.add([Quad(OWN, OWN, OWN, NamedNode(f"{DEFAULT_BASE}graph/register"))])
    assert mirror(folder, engine, check=True).sent == 1
    engine.clear(mirror_graph(DEFAULT_BASE))
    stale = NamedNode(f"{DEFAULT_BASE}koeln/integration/edition/1999-12-31/source")
    engine.add([Quad(OWN, OWN, OWN, stale)])
    everything = mirror(folder, engine)
    assert (everything.sent, everything.removed) == (whole_state.sent, 1)
    assert content(engine) == stored(stored_small)


class Killed(RemoteEngine):
    """A client whose process dies at the n-th change."""

    left = 0

    def _store(self, method: str, *rest: object) -> object:  # type: ignore[override]
        if method != "GET":
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        return super()._store(method, *rest)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.soak)])
def test_killed_at_any_moment_the_next_command_repairs(
    oxigraph: Service, small: Path, tmp_path: Path, step: int
) -> None:
    """And whoever reads meanwhile sees the state before or the state after, with all the graphs it is made of."""
    empty(oxigraph)
    where = oxigraph.settings(tmp_path / "data", ZIELGRAPH_VALIDATE_ROWS="0")
    import_table(where, small, edition=date(2019, 12, 31))
    old_folder = tmp_path / "alt"
    shutil.copytree(tmp_path / "data", old_folder)
    small.write_text(SMALL.replace("erledigt", "laufend"), "utf-8")
    import_table(where, small, edition=date(2020, 12, 31))
    old, new = data_folder(settings_for(old_folder)), data_folder(where)
    states = [set(each.open().engine.quads(None, None, None, DefaultGraph())) for each in (old, new)]
    reader = oxigraph.engine()
    for moment in range(0, 100, step):
        mirror(old, reader)
        killed = Killed(reader.endpoint)
        killed.left = moment
        try:
            mirror(new, killed)
        except KeyboardInterrupt:
            seen = set(reader.quads(None, None, None, DefaultGraph()))
            assert seen in states
            if seen == states[1]:
                assert set(new.open().engine.graph_names()) <= {*reader.graph_names()}
            mirror(new, reader)
            assert content(reader) == set(new.open().engine.quads())
        else:
            break
    assert 5 < moment < 99
    empty(oxigraph)


def test_an_engine_that_is_gone_leaves_the_import_in_the_data_folder(
    zielgraph: Run, small: Path, tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{free_port()}/query"
    done = zielgraph("--engine", address, "import", small, "--edition", "2019-12-31", data=tmp_path / "data")
    assert done.returncode == 2
    assert "Im Datenordner ist alles gespeichert" in done.stderr
    assert f"zielgraph --engine {address} sync" in done.stderr
    assert len(stored(tmp_path / "data")) > 100
    later = zielgraph("--engine", address, "query", "open-measures", data=tmp_path / "data")
    assert later.returncode == 2
    assert "nicht erreichbar" in later.stderr


def test_a_wrong_password_leaves_the_import_in_the_data_folder(
    virtuoso: Service, zielgraph: Run, small: Path, tmp_path: Path
) -> None:
    login = {"ZIELGRAPH_ENGINE_USER": "dba", "ZIELGRAPH_ENGINE_PASSWORD": "geheim-2"}
    done = zielgraph(
        "--engine", virtuoso.query, "import", small, "--edition", "2019-12-31", data=tmp_path / "d", **login
    )
    assert done.returncode == 2
    assert "nimmt die Anmeldung nicht an" in done.stderr
    assert "geheim-2" not in done.stderr + done.stdout
    assert len(stored(tmp_path / "d")) > 100


def test_a_failed_command_sends_nothing(zielgraph: Run, tmp_path: Path) -> None:
    done = zielgraph("--engine", "http://127.0.0.1:9/query", "import", tmp_path / "nichts.tsv", data=tmp_path / "data")
    assert done.returncode == 2
    assert "127.0.0.1:9" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--engine", "ftp://x/y", "query", "open-measures"], "beginnt"),
        (["--engine", "http://u:geheim@x/y", "query", "open-measures"], "nicht in die Adresse"),
        (
            [
                "--engine",
                "http://127.0.0.1:9/query",
                "query",
                "--text",
                "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
            ],
            "SERVICE",
        ),
        (["--engine", NONE, "query", "open-measures", "--stand", "2020-01-01"], "ohne --engine"),
        (["--engine", NONE, "serve"], "ohne --engine"),
        (["--engine", NONE, "sync"], "noch nichts gespeichert"),
        (["sync"], "--engine ADRESSE"),
    ],
)
def test_refused_in_one_sentence(zielgraph: Run, arguments: list[str], sentence: str) -> None:
    done = zielgraph(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "geheim" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_two_at_a_time_wait_for_each_other(
    oxigraph: Service, stored_small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one process sends, the folder is locked for another one that wants to."""
    folder: DataFolder = data_folder(settings_for(stored_small))
    tried: list[bool] = []

    def look(snapshot: object) -> Iterator[object]:
        handle = os.open(stored_small, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            tried.append(True)
        except BlockingIOError:
            tried.append(False)
        finally:
            os.close(handle)
        raise StoreError("genug gesehen")

    monkeypatch.setattr(mirroring, "_to_send", look)
    with pytest.raises(StoreError, match="genug"):
        mirror(folder, external_engine(oxigraph.settings(stored_small), DEFAULT_BASE))
    assert tried == [False]
