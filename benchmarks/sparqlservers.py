"""The SPARQL services that are compared, each as a process of its own over the same triples."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Bench, RunError
from benchmarks.venvs import environment

STATE = "urn:zielgraph:state"
OURS, OXIGRAPH, VIRTUOSO, ENDPOINT = "zielgraph", "Oxigraph server", "Virtuoso", "rdflib-endpoint"
_REQUIREMENTS = Path(__file__).with_name("rdflib-endpoint-requirements.txt")
#: Reading the triples must not take longer than this.
_LOAD_LIMIT = 600.0
_IN_MEMORY = re.compile(r"^zielgraph_workers_memory 1\.0$", re.MULTILINE)
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)

_VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 0
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
DirsAllowed = {files}
ThreadsPerQuery = {cores}
AsyncQueueMaxThreads = {cores}
ResultSetMaxRows = 1000000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
KeepAliveTimeout = 60
MaxKeepAlives = 20
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 120
"""


@dataclass(frozen=True)
class Server:
    """A running service. ``path`` is what a request's path begins with; the percent-encoded query follows it."""

    name: str
    port: int
    path: str
    process: int

    @property
    def address(self) -> str:
        """The service's address without path."""
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> float:
        """Memory of the process and everything it started in MB; what processes share counts once (PSS)."""
        total = 0
        for each in _family(self.process):
            try:
                found = _PSS.search(Path(f"/proc/{each}/smaps_rollup").read_text("ascii"))
            except (OSError, UnicodeDecodeError):
                continue  # ended meanwhile
            total += int(found.group(1)) if found else 0
        return total / 1024


def _family(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text("ascii", errors="replace").rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], ())
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    bench: Bench, name: str, command: Sequence[str], port: int, path: str, *, cwd: Path, env: Mapping[str, str] = {}
) -> Iterator[Server]:
    """Start a service, wait for its first answer, and end it with everything that it started."""
    log = bench.work / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=bench.environment(**env), stdout=output, stderr=output, start_new_session=True
        )
        try:
            server = Server(name, port, path, process.pid)
            _wait(server, process)
            yield server
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _LOAD_LIMIT
    address = f"{server.address}{server.path}ASK%20%7B%7D"
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RunError(f"{server.name} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RunError(f"{server.name} has not answered after {_LOAD_LIMIT:.0f} s")


@contextmanager
def zielgraph(bench: Bench, data: Path, file: Path) -> Iterator[Server]:
    """Our service as ``zielgraph serve`` runs it, without rate limit and access log."""
    port = free_port()
    command = [sys.executable, "-m", "zielgraph", "--data", str(data), "serve", "--port", str(port)]
    env = {"ZIELGRAPH_RATE": "0", "ZIELGRAPH_ACCESS_LOG": "", "ZIELGRAPH_QUERY_SECONDS": "120"}
    with running(bench, OURS, command, port, "/sparql?query=", cwd=bench.tree, env=env) as server:
        _wait_for_memory(server)
        yield server


def _wait_for_memory(server: Server) -> None:
    """Until the workers read from memory, as they do for all but the first seconds; the peers have loaded as well."""
    end = time.monotonic() + _LOAD_LIMIT
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{server.address}/metrics", timeout=5) as response:
            if _IN_MEMORY.search(response.read().decode()):
                return
        time.sleep(0.5)
    raise RunError(f"{server.name} still reads from disk after {_LOAD_LIMIT:.0f} s")


@contextmanager
def oxigraph(bench: Bench, data: Path, file: Path) -> Iterator[Server]:
    """The Oxigraph server over a store of its own, optimised, read-only."""
    program, place, port = Path(sys.executable).with_name("oxigraph"), bench.work / f"oxigraph-{file.stem}", free_port()
    if not place.exists():
        there = ("--location", str(place))
        _prepare([str(program), "load", *there, "--file", str(file)], cwd=bench.work)
        _prepare([str(program), "optimize", *there], cwd=bench.work)
    command = (str(program), "serve-read-only", "--location", str(place), "--bind", f"127.0.0.1:{port}")
    with running(bench, OXIGRAPH, command, port, "/query?query=", cwd=bench.work) as server:
        yield server


@contextmanager
def virtuoso(bench: Bench, data: Path, file: Path) -> Iterator[Server]:
    """Virtuoso over a database of its own, loaded in bulk; buffers for 1.3 GB, as many threads as cores."""
    program = shutil.which("virtuoso-t")
    if program is None:
        raise RunError("virtuoso-t is not installed (Debian: virtuoso-opensource-7-bin)")
    place, sql, http = bench.work / f"virtuoso-{file.stem}", free_port(), free_port()
    fresh = not place.exists()
    place.mkdir(exist_ok=True)
    text = _VIRTUOSO_INI.format(sql=sql, http=http, files=file.parent, cores=os.cpu_count() or 2)
    (place / "virtuoso.ini").write_text(text, "ascii")
    command = (program, "+foreground", "+configfile", "virtuoso.ini")
    path = f"/sparql?default-graph-uri={STATE}&query="
    with running(bench, VIRTUOSO, command, http, path, cwd=place) as server:
        if fresh:
            load = f"ld_dir('{file.parent}', '{file.name}', '{STATE}'); rdf_loader_run(); checkpoint;"
            _prepare(["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"], cwd=place)
        yield server


@contextmanager
def rdflib_endpoint(bench: Bench, data: Path, file: Path) -> Iterator[Server]:
    """rdflib-endpoint with rdflib's own store in memory."""
    port = free_port()
    program = environment(".venv-endpoint", _REQUIREMENTS) / "rdflib-endpoint"
    command = (str(program), "serve", "--host", "127.0.0.1", "--port", str(port), str(file))
    with running(bench, ENDPOINT, command, port, "/?query=", cwd=bench.work, env={"PYTHONPATH": ""}) as server:
        yield server


def _prepare(command: Sequence[str], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=_LOAD_LIMIT)
    if done.returncode:
        raise RunError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-200:]}")


SERVERS = {OURS: zielgraph, OXIGRAPH: oxigraph, VIRTUOSO: virtuoso, ENDPOINT: rdflib_endpoint}
