"""Asking a service as fast as it answers: by wrk where answers are quick, by a few threads where they are slow."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import RunError
from benchmarks.sparqlasks import MARK
from benchmarks.sparqlservers import Server

_SCRIPT = Path(__file__).with_name("wrk.lua")
_ACCEPT = {"Accept": "application/sparql-results+json"}
#: Seconds of work for one answer to every client. Beyond that threads ask, which wait for the last answers; wrk throws
#: away what has not come when its time is over.
_SLOW = 1.0


@dataclass(frozen=True)
class Load:
    """What came of a few seconds: requests per second, and milliseconds that half and 99 % of them took at most."""

    rate: float
    p50: float
    p99: float
    errors: int = 0

    def __str__(self) -> str:
        wrong = f", {self.errors} errors" if self.errors else ""
        return f"{_short(self.rate)}/s, p50 {_short(self.p50)} ms, p99 {_short(self.p99)} ms{wrong}"


@dataclass(frozen=True)
class First:
    """The first answer: its seconds, number of rows and a fingerprint of its values in any order."""

    seconds: float
    rows: int
    values: str


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def ask(server: Server, query: str, limit: float, number: int = 1) -> First:
    """One answer to a percent-encoded query. Raises RunError when it is none or takes longer than ``limit``."""
    begin = time.perf_counter()
    request = urllib.request.Request(
        f"{server.address}{server.path}{query.replace(MARK, str(number))}", headers=_ACCEPT
    )
    try:
        with urllib.request.urlopen(request, timeout=limit) as response:
            body = response.read()
        seconds = time.perf_counter() - begin
        bindings = json.loads(body)["results"]["bindings"]
    except urllib.error.HTTPError as error:
        raise RunError(f"HTTP {error.code}: {error.read().decode(errors='replace').strip()[:80]}") from None
    except TimeoutError:
        raise RunError(f"> {limit:.0f} s") from None
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{type(error).__name__}: {error}"[:80]) from None
    rows = sorted(repr(sorted((name, term["value"]) for name, term in row.items())) for row in bindings)
    return First(seconds, len(bindings), hashlib.sha256("\n".join(rows).encode()).hexdigest())


def load(
    server: Server, queries: Sequence[str], clients: int, seconds: float, scratch: Path, *, cold: bool, first: First
) -> Load:
    """Ask the queries in turn for some seconds with so many clients.

    ``cold``: every request has a number of its own, so that no two are alike whatever the parameters.
    """
    if first.seconds * clients > _SLOW:
        return _threads(server, queries, clients, max(seconds, 2 * first.seconds), cold=cold)
    mode = ("cold", str(time.time_ns() // 1000)) if cold else ("repeated",)
    return _wrk(server, [server.path + query for query in queries], clients, seconds, scratch, mode)


def ceiling(server: Server, seconds: float, scratch: Path) -> Load:
    """How fast wrk itself is: asking a service for an address that it does not have."""
    return _wrk(server, ["/nothing-here"], 8, seconds, scratch, ("repeated",))


def _wrk(
    server: Server, paths: Sequence[str], clients: int, seconds: float, scratch: Path, mode: Sequence[str]
) -> Load:
    file = scratch / "paths.txt"
    file.write_text("".join(f"{path}\n" for path in paths), "ascii")
    command = ("wrk", "-t1", f"-c{clients}", f"-d{max(seconds, 1):.0f}s", "--timeout", "60s", "-s", str(_SCRIPT))
    done = subprocess.run(
        [*command, server.address, "--", str(file), *mode], capture_output=True, text=True, check=False
    )
    try:
        found = json.loads(done.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise RunError(f"wrk: {(done.stderr or done.stdout).strip()[-100:]}") from None
    return Load(found["requests"] / found["seconds"], found["p50"], found["p99"], found["errors"])


def _threads(server: Server, queries: Sequence[str], clients: int, seconds: float, *, cold: bool) -> Load:
    """As :func:`load`, for slow answers: those that have begun are waited for."""
    times: list[float] = []
    errors: list[str] = []
    begin = time.perf_counter()
    numbers = iter(range(10**9))
    lock = threading.Lock()

    def client() -> None:
        while time.perf_counter() - begin < seconds:
            with lock:
                number = next(numbers)
            query = queries[number % len(queries)]
            address = server.address + server.path + query.replace(MARK, str(time.time_ns() if cold else 1))
            asked = time.perf_counter()
            try:
                with urllib.request.urlopen(urllib.request.Request(address, headers=_ACCEPT), timeout=120) as response:
                    response.read()
            except OSError as error:
                errors.append(str(error))
            times.append(time.perf_counter() - asked)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    taken = time.perf_counter() - begin
    times.sort()
    middle, last = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]
    return Load((len(times) - len(errors)) / taken, middle * 1000, last * 1000, len(errors))
