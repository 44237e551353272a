"""External engines that tests start: the Oxigraph server and Virtuoso, each on a free port of its own."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.engine import NamedNode
from zielgraph.engine.endpoint import Endpoint
from zielgraph.engine.remote import RemoteEngine
from zielgraph.settings import Settings
from zielgraph.vocabulary import DEFAULT_BASE

CURRENT = f"{DEFAULT_BASE}graph/current"
# Graphs that Virtuoso keeps for itself.
SYSTEM = ("http://www.openlinksw.com/", "http://www.w3.org/ns/ldp#", "http://localuriqaserver/", "http://localhost:")
VIRTUOSO = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 8
CheckpointInterval = 0
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 6
[SPARQL]
ResultSetMaxRows = {rows}
"""
MAX_ROWS = 4000  # fewer than the state has, as with Debian's 10 000 and a real one


@dataclass(frozen=True)
class Service:
    """A running external engine."""

    name: str
    query: str
    user: str = ""
    password: str = ""

    def settings(self, data: Path, **environment: str) -> Settings:
        """Settings of a data folder with this engine."""
        return settings.load(self.environment | environment, data=data, engine=self.query)

    @property
    def environment(self) -> dict[str, str]:
        """What logs in, as variables."""
        return {"ZIELGRAPH_ENGINE_USER": self.user, "ZIELGRAPH_ENGINE_PASSWORD": self.password}

    def engine(self, **more: float) -> RemoteEngine:
        """A client of it."""
        return RemoteEngine(Endpoint(self.query, CURRENT, user=self.user, password=self.password, **more))  # type: ignore[arg-type]


def free_port() -> int:
    """A port that nobody listens at.

    It is below those that the system hands out, so that no test beside this one is given it meanwhile.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


def missing(what: str) -> None:
    if os.environ.get("ZIELGRAPH_REQUIRE_ENGINES"):
        pytest.fail(f"{what} is not installed, but ZIELGRAPH_REQUIRE_ENGINES asks for it")
    pytest.skip(f"{what} IS NOT INSTALLED: external engines are not tested")


def running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        for _ in range(600):
            assert process.poll() is None, (folder / "output").read_text("utf-8", "replace")
            try:
                urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
                break
            except urllib.error.HTTPError:
                break  # it answers
            except OSError:
                time.sleep(0.05)
        else:
            pytest.fail((folder / "output").read_text("utf-8", "replace"))
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def empty(service: Service) -> None:
    """Remove every graph that is not the engine's own."""
    engine = service.engine()
    for name in engine.sizes():
        if not name.startswith(SYSTEM):
            engine.clear(NamedNode(name))
