"""The real service as a process of its own, asked over HTTP; and what it holds of the machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

_PATIENCE = 90.0


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Service:
    """A running service."""

    address: str
    process: subprocess.Popen[bytes]

    def ask(self, path: str, *, data: bytes | None = None, **headers: str) -> Answer:
        """One request; an error status is an answer, too. Header names are written with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path.lstrip("/"), data=data, headers=named)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def select(self, query: str, **headers: str) -> Answer:
        """A query by POST, answered as JSON."""
        form = urllib.parse.urlencode({"query": query}).encode()
        return self.ask("sparql", data=form, Accept="application/sparql-results+json, text/turtle;q=0.5", **headers)

    def family(self) -> list[int]:
        """Process ids of the service and everything it started (Linux)."""
        parents: dict[int, int] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    parents[int(entry.name)] = int(
                        (entry / "stat").read_text("ascii", "replace").rsplit(")")[-1].split()[1]
                    )
                except OSError:  # it has ended meanwhile
                    continue
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def memory(self) -> int:
        """Megabytes of memory that all its processes hold, what they share counted once (Linux)."""
        total = 0
        for pid in self.family():
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
            except OSError:
                continue
            total += next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
        return total // 1024


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Service]:
    """``zielgraph serve`` on a free port over a data folder; stopped at the end, where it must end in order."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZIELGRAPH_")}
    kept |= {"ZIELGRAPH_DATA": str(data), "ZIELGRAPH_ACCESS_LOG": "", **environment}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "zielgraph", "serve", "--port", "0"],
            stderr=subprocess.PIPE,
            stdout=errors,
            env=kept,
        )
        assert process.stderr
        try:
            line = process.stderr.readline().decode()
            assert "http://" in line, line
            yield Service(next(word for word in line.split() if word.startswith("http://")), process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=60)
            finally:
                process.kill()
                process.stderr.close()
