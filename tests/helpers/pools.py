"""Queries that need a pool of workers, and a look at the processes of one."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from zielgraph.engine import EmbeddedEngine, serialise_results
from zielgraph.errors import QueryError
from zielgraph.workers import Job, Pool, wall

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""Runs for years without taking memory."""

BOMB = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f ?i"
"""Takes all the memory that it gets."""


def wait(condition: Callable[[], object], seconds: float = 30) -> None:
    """Until the condition holds; an error when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def in_memory(pool: Pool) -> None:
    """Wait until the pool has the store in memory and workers that read it there."""
    pool.start()
    wait(lambda: pool.stats()["memory"])
    assert pool.run(Job("ASK {}")).body


def descendants(pid: int) -> dict[int, str]:
    """Processes below a process, and the state of each (Z: a zombie). Only where there is /proc."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text("utf-8").rpartition(") ")[2].split()[:2]
            except OSError:
                continue
            parents.setdefault(int(parent), []).append((int(entry.name), state))
    found: dict[int, str] = {}
    below = [pid]
    while below:
        for child, state in parents.get(below.pop(), ()):
            found[child] = state
            below.append(child)
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


def busy(pids: Iterable[int]) -> int:
    """The one of these processes that has used the most processor time."""

    def used(pid: int) -> int:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2].split()
        except OSError:
            return -1
        return int(fields[11]) + int(fields[12])

    return max(pids, key=used)


linux = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")


def ask_elsewhere(asked: tuple[str, str, str]) -> dict[str, str]:
    """What comes of reaching out behind the wall of a worker. For a process of its own: the wall stays."""
    store, place, address = asked
    if place == "memory":
        engine = EmbeddedEngine.read_only(Path(store)).in_memory()
        wall.close_off()
    else:
        wall.all_files_at_hand()
        engine = EmbeddedEngine.read_only(Path(store))
        wall.close_off(Path(store))
    trials: dict[str, Callable[[], object]] = {
        "SERVICE": lambda: serialise_results(engine.query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"), "csv"),
        "socket": socket.socket,
        "write": (Path(store) / "left").touch,
        "rows": lambda: len(serialise_results(engine.query("SELECT * { ?s ?p ?o } LIMIT 1"), "csv").splitlines()) - 1,
    }
    told = {}
    for name, trial in trials.items():
        try:
            told[name] = str(trial())
        except (OSError, QueryError) as error:
            told[name] = type(error).__name__
    return told
