"""A process that is killed while it sends leaves the old state to readers, and ``zielgraph sync`` sends the rest."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from engines import Service, empty

from zielgraph.engine import DefaultGraph, Graph, NamedNode
from zielgraph.importing import data_folder
from zielgraph.keeping.mirror import managed
from zielgraph.settings import load
from zielgraph.vocabulary import DEFAULT_BASE

Run = Callable[..., "subprocess.CompletedProcess[str]"]
TABLE = """Grundsatzziel: Gut leben
Rahmenziel\tErgebnisziel\tAktivitäten / Beschreibung\tSachstand\tStatus\terstmalige Nennung\tGremium
Wohnen Der Wohnungsmarkt ist offen\tWohnungen werden gefunden\tBeratung durch 56\tEs gibt sie.\tSTATUS\t2018\tAG 1
"""
PASSED = 40_000  # bytes of the state that still get through


@contextmanager
def stalling(target: str) -> Iterator[tuple[str, threading.Event]]:
    """An address in front of a service that stops in the middle of sending the state, and the event that it did."""
    stalled, host = threading.Event(), urlsplit(target).netloc.split(":")
    listener = socket.create_server(("127.0.0.1", 0))

    def forward(client: socket.socket) -> None:
        with closing(client), socket.create_connection((host[0], int(host[1]))) as server:
            threading.Thread(target=back, args=(server, client), daemon=True).start()
            head, passed = b"", 0
            while data := client.recv(8192):
                head = head or data
                if b"PUT" in head[:4] and b"graph%2Fcurrent " in head and (passed := passed + len(data)) > PASSED:
                    stalled.set()
                    continue  # swallowed, until the client is gone
                server.sendall(data)
            server.shutdown(socket.SHUT_RDWR)  # closing alone waits for the thread that reads

    def back(server: socket.socket, client: socket.socket) -> None:
        try:
            while data := server.recv(8192):
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side is gone

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=forward, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{urlsplit(target).path}", stalled
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_killed_while_sending_then_sync_repairs(oxigraph: Service, zielgraph: Run, tmp_path: Path) -> None:
    empty(oxigraph)
    data, table, reader = tmp_path / "data", tmp_path / "klein.tsv", oxigraph.engine()
    quiet = {"ZIELGRAPH_VALIDATE_ROWS": "0"}

    table.write_text(TABLE.replace("STATUS", "erledigt"), "utf-8")
    first = zielgraph("--engine", oxigraph.query, "import", table, "--edition", "2019-12-31", data=data, **quiet)
    assert first.returncode == 0, first.stderr
    old = set(reader.quads(None, None, None, DefaultGraph()))
    table.write_text(TABLE.replace("STATUS", "laufend"), "utf-8")
    with stalling(oxigraph.query) as (address, stalled):
        sending = subprocess.Popen(
            [sys.executable, "-m", "zielgraph", "--engine", address, "import", table, "--edition", "2020-12-31"],
            env=os.environ | quiet | {"ZIELGRAPH_DATA": str(data)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert stalled.wait(60)
        finally:
            sending.send_signal(signal.SIGKILL)
        assert sending.wait(10) == -signal.SIGKILL
    committed = data_folder(load({}, data=data)).open().engine
    assert any("2020-12-31" in name for name in committed.graph_names())
    # Readers have the state before, with the graphs that it is made of.
    assert set(reader.quads(None, None, None, DefaultGraph())) == old
    assert [name for name in reader.graph_names() if "2019-12-31" in name]
    repaired = zielgraph("--engine", oxigraph.query, "sync", data=data)
    assert repaired.returncode == 0, repaired.stderr
    assert "Gesendet an" in repaired.stderr
    graphs = [name for name in reader.graph_names() if managed(name, DEFAULT_BASE)]
    assert graphs == committed.graph_names()
    every: list[Graph] = [DefaultGraph(), *map(NamedNode, graphs)]
    for graph in every:
        assert set(reader.quads(None, None, None, graph)) == set(committed.quads(None, None, None, graph))
    assert "ist auf dem Stand" in zielgraph("--engine", oxigraph.query, "sync", data=data).stderr
    empty(oxigraph)
