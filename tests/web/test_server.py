"""The real service on a real socket, asked by a common SPARQL client."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

from zielgraph import settings
from zielgraph.errors import UsageError

PROGRAM = """
import sys
from zielgraph.settings import load
from zielgraph.web import serve
serve(load({}, data=sys.argv[1], port=int(sys.argv[2])))
"""


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
    client.setQuery("CONSTRUCT { ?m a ?t } WHERE { ?m a ?t } LIMIT 2")
    assert converted(client, TURTLE)


def test_port_taken_is_one_sentence(koeln_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process, first = start(koeln_folder, taken.getsockname()[1])
        rest = remainder(process)
        assert process.wait(timeout=20) == 1
        assert f"Port {taken.getsockname()[1]} ist belegt" in first + rest


def test_a_port_that_cannot_exist_is_said() -> None:
    with pytest.raises(UsageError, match="65535"):
        settings.load({}, port=99999)
