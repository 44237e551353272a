"""The real service on a real socket, asked by a common SPARQL client."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from rdflib import Graph
from SPARQLWrapper import CSV, JSON, JSONLD, N3, RDF, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from zielgraph import settings
from zielgraph.errors import UsageError

PROGRAM = """
import sys
from zielgraph.settings import load
from zielgraph.web import serve
serve(load({}, data=sys.argv[1], port=int(sys.argv[2]), query_seconds=3, access_log=""))
"""
# Without an end; the deadline of the service ends it.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def start(folder: Path, port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """The process and its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(port)],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stderr
    return process, process.stderr.readline()


def remainder(process: subprocess.Popen[str]) -> str:
    """What the process still says. Not communicate(): that would lose what readline() has buffered already."""
    assert process.stderr
    with process.stderr as stream:
        return stream.read()


@pytest.fixture(scope="module")
def address(koeln_folder: Path) -> Iterator[str]:
    process, line = start(koeln_folder)
    assert line.startswith("zielgraph läuft auf http://127.0.0.1:")
    yield line.split()[3]
    process.send_signal(signal.SIGTERM)
    rest = remainder(process)
    assert process.wait(timeout=10) == 0
    assert rest == ""


SELECT = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?label { ?theme a <https://w3id.org/zielgraph/ontology#Theme> ; rdfs:label ?label }
"""


def converted(client: SPARQLWrapper, format: str) -> Any:
    """The answer in the form that SPARQLWrapper gives it in this format."""
    client.setReturnFormat(format)
    return client.query().convert()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # the client's own
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("posted", ["urlencoded", "postdirectly"])
def test_sparqlwrapper(address: str, method: str, posted: str) -> None:
    client = SPARQLWrapper(f"{address}sparql")
    client.setMethod(method)
    client.setRequestMethod(posted)
    client.setQuery(SELECT)
    rows = converted(client, JSON)["results"]["bindings"]
    assert "Wohnen" in {row["label"]["value"] for row in rows}
    assert "Wohnen" in converted(client, XML).toxml()
    assert b"Wohnen" in converted(client, CSV)
    assert b"Wohnen" in converted(client, TSV)
    client.setQuery("CONSTRUCT { ?m a ?t } WHERE { ?m a ?t } LIMIT 2")
    for format, media in ((TURTLE, "turtle"), (N3, "turtle")):
        assert len(Graph().parse(data=converted(client, format), format=media)) == 2
    for format in (RDFXML, XML, JSONLD):
        assert len(converted(client, format)) == 2
    with pytest.warns(RuntimeWarning, match="Accept"):  # of the client's own, which knows no media type for it
        assert len(converted(client, RDF)) == 2
    client.setQuery("ASK { ?s ?p ?o }")
    assert converted(client, JSON)["boolean"] is True


def test_port_taken_is_one_sentence(koeln_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process, first = start(koeln_folder, taken.getsockname()[1])
        rest = remainder(process)
        assert process.wait(timeout=20) == 1
        assert f"Port {taken.getsockname()[1]} ist belegt" in first + rest


def test_a_large_body_of_somebody_unknown_is_not_waited_for(address: str) -> None:
    place = urlsplit(address)
    for authorization in ("", "Authorization: Bearer geraten\r\n"):
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as client:
            head = "PUT /sparql/graphs?graph=urn:g HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/turtle\r\n"
            client.sendall(f"{head}{authorization}Content-Length: 50000000\r\n\r\n".encode())
            answer = everything(client)
        assert answer.startswith("HTTP/1.1 401 ")
        assert "application/problem+json" in answer


@pytest.fixture
def running(koeln_folder: Path) -> Iterator[tuple[subprocess.Popen[str], tuple[str, int], socket.socket]]:
    """A service, its address, and a connection on which an endless query is being answered."""
    process, line = start(koeln_folder)
    place = urlsplit(line.split()[3])
    where = (place.hostname or "", place.port or 0)
    try:
        with socket.create_connection(where, timeout=60) as client:
            asked = f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n"
            client.sendall(asked.encode())
            deadline = time.monotonic() + 60
            while '"busy":1' not in received(where):
                assert time.monotonic() < deadline
            yield process, where, client
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def received(where: tuple[str, int], request: str = "GET /health") -> str:
    """The whole answer to a request on a connection of its own."""
    with socket.create_connection(where, timeout=60) as client:
        client.sendall(f"{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return everything(client)


def wait_for_refusal(where: tuple[str, int]) -> None:
    """Return when nobody can connect any more."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(where, timeout=60).close()
        except ConnectionResetError:  # it closed while this one came in
            continue
        except ConnectionRefusedError:
            return
    pytest.fail("new clients are still taken")


def everything(client: socket.socket) -> str:
    """What the server sends until it closes the connection."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts).decode()


def test_a_running_answer_is_finished_before_the_end(
    running: tuple[subprocess.Popen[str], tuple[str, int], socket.socket],
) -> None:
    process, where, client = running
    process.send_signal(signal.SIGTERM)
    wait_for_refusal(where)
    assert process.poll() is None  # new clients are refused while the old one is still answered
    answer = everything(client)
    assert answer.startswith("HTTP/1.1 504")
    assert '"status": 504' in answer or '"status":504' in answer
    assert process.wait(timeout=60) == 0
    assert remainder(process) == ""


def test_a_second_signal_ends_at_once(
    running: tuple[subprocess.Popen[str], tuple[str, int], socket.socket],
) -> None:
    process, where, _ = running
    process.send_signal(signal.SIGTERM)
    wait_for_refusal(where)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 128 + signal.SIGTERM


def test_a_socket_file_for_a_proxy(tmp_path: Path) -> None:
    path = tmp_path / "zielgraph.socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(path))  # left by a service that was killed
    arguments = [sys.executable, "-m", "zielgraph", "--data", str(tmp_path / "data"), "serve", "--host", f"unix:{path}"]
    environment = os.environ | {"ZIELGRAPH_PROXY": "unix:", "ZIELGRAPH_HOSTS": "localhost", "ZIELGRAPH_ACCESS_LOG": ""}
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
    assert process.stderr
    assert f"unix:{path}" in process.stderr.readline()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(60)
        client.connect(str(path))
        client.sendall(
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n"
        )
        assert everything(client).startswith("HTTP/1.1 200 ")
    second = subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)
    assert (second.returncode, "lauscht schon ein Dienst" in second.stderr) == (2, True)
    process.terminate()
    assert process.wait(60) == 0
    assert remainder(process) == ""


def test_a_port_that_cannot_exist_is_said() -> None:
    with pytest.raises(UsageError, match="65535"):
        settings.load({}, port=99999)
