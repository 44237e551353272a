"""Processes that are killed, and what is left of a pool that has ended, by itself or by force."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pools import ENDLESS, alive, busy, descendants, in_memory, linux, wait

from zielgraph.errors import OutOfMemory, ServiceBusy, ZielgraphError
from zielgraph.workers import Job, Pool

pytestmark = linux
NewPool = Callable[..., Pool]
ASK = Job("ASK {}")


def zygote(pool: Pool) -> int:
    process = pool._keeper.zygote()._process
    assert process
    return process.pid


def run_endless(pool: Pool) -> tuple[threading.Thread, list[ZielgraphError]]:
    """A query without end on its way, and the error that it will come to."""
    errors: list[ZielgraphError] = []

    def work() -> None:
        try:
            pool.run(Job(ENDLESS))
        except ZielgraphError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    wait(lambda: pool.stats()["slow"])
    return thread, errors


@pytest.mark.parametrize(
    ("sent", "expected"), [(signal.SIGKILL, ServiceBusy), (signal.SIGABRT, OutOfMemory)], ids=["killed", "aborted"]
)
def test_a_worker_dies(new_pool: NewPool, koeln_folder: Path, sent: int, expected: type[ZielgraphError]) -> None:
    pool = new_pool(koeln_folder, query_seconds=60, memory_quads=0)
    thread, errors = run_endless(pool)
    worker = busy(descendants(zygote(pool)))
    nice = os.getpriority(os.PRIO_PROCESS, zygote(pool)) + 10
    wait(lambda: os.getpriority(os.PRIO_PROCESS, worker) == nice)
    os.kill(worker, sent)
    thread.join(20)
    assert [type(error) for error in errors] == [expected]
    assert pool.run(ASK).body
    wait(lambda: pool.stats()["workers"] == pool._fast)
    wait(lambda: "Z" not in descendants(zygote(pool)).values())


@pytest.mark.parametrize("whom", ["zygote", "holder"])
def test_a_process_that_forks_dies(new_pool: NewPool, koeln_folder: Path, whom: str) -> None:
    pool = new_pool(koeln_folder, query_seconds=60)
    in_memory(pool)
    first = zygote(pool)
    usual = os.getpriority(os.PRIO_PROCESS, first)  # only the loading was to have a lower one
    assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in descendants(first)} == {usual}
    thread, errors = run_endless(pool)
    before = [first, *descendants(first)]
    (holder,) = (pid for pid in descendants(first) if len(descendants(pid)) > 1)
    os.kill(first if whom == "zygote" else holder, signal.SIGKILL)
    thread.join(20)
    assert [type(error) for error in errors] == [ServiceBusy]
    wait(lambda: _answers(pool))
    wait(lambda: pool.stats()["memory"])
    assert pool.run(ASK).body
    assert (zygote(pool) == first) == (whom == "holder")
    gone = before if whom == "zygote" else [holder]
    wait(lambda: not any(alive(pid) for pid in gone))


def _answers(pool: Pool) -> bool:
    try:
        return bool(pool.run(ASK).body)
    except ServiceBusy:
        return False


def test_idle_workers_that_were_killed_are_replaced(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder, memory_quads=0)
    pool.run(ASK)
    wait(lambda: pool.stats()["workers"] == pool._fast)
    for pid in descendants(zygote(pool)):
        os.kill(pid, signal.SIGKILL)
    for _ in range(pool._fast + 1):
        _answers(pool)
    assert pool.run(ASK).body


SERVICE = """
import contextlib, sys, threading
from pathlib import Path
from zielgraph import settings
from zielgraph.errors import ServiceBusy
from zielgraph.store import DataFolder
from zielgraph.workers import Job, Pool
given = settings.load({}, data=Path(sys.argv[1]))
pool = Pool(DataFolder(given.data, base=given.base), given)
pool.start()
while not pool.stats()["memory"]:
    pool.run(Job("ASK {}"))
def ask():
    with contextlib.suppress(ServiceBusy):
        pool.run(Job(sys.argv[2]))
threading.Thread(target=ask, daemon=True).start()
while not pool.stats()["slow"]:
    pass
print(pool._keeper.zygote()._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_when_the_service_ends_nothing_stays(koeln_folder: Path, end: str, tmp_path: Path) -> None:
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, koeln_folder, ENDLESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    assert service.stdout
    assert service.stdin
    assert service.stderr
    first = int(service.stdout.readline())
    all_of_them = [first, *descendants(first)]
    assert len(all_of_them) >= 4
    assert all(map(alive, all_of_them))
    if end == "killed":
        service.kill()
    service.stdin.close()
    service.wait(30)
    wait(lambda: not any(map(alive, all_of_them)))
    assert service.stderr.read() == b""
    service.stdout.close()
    service.stderr.close()


def test_closing_leaves_no_process_and_no_open_file(new_pool: NewPool, koeln_folder: Path) -> None:
    def open_files() -> int:
        return len(os.listdir("/proc/self/fd"))

    warm = new_pool(koeln_folder)
    warm.run(ASK)
    warm.close()
    files, children = open_files(), descendants(os.getpid())
    pool = new_pool(koeln_folder, query_seconds=2)
    in_memory(pool)
    thread, errors = run_endless(pool)
    first = zygote(pool)
    all_of_them = [first, *descendants(first)]
    pool.close()
    thread.join(20)
    assert len(errors) == 1
    assert not any(map(alive, all_of_them[:1]))
    wait(lambda: not any(map(alive, all_of_them)))
    assert open_files() == files
    assert set(descendants(os.getpid())) <= set(children)
    with pytest.raises(ServiceBusy, match="beendet"):
        pool.run(ASK)


def test_running_answers_may_finish_when_the_service_ends(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder)
    pool.run(ASK)
    replies: list[bytes] = []
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a <https://w3id.org/zielgraph/ontology#Measure> }"
    thread = threading.Thread(target=lambda: replies.append(pool.run(Job(text)).body))
    thread.start()
    wait(lambda: pool.stats()["busy"] or replies)
    pool.close()
    thread.join(20)
    assert replies


def test_a_pool_that_nobody_holds_ends(koeln_folder: Path) -> None:
    from zielgraph import settings
    from zielgraph.store import DataFolder

    given = settings.load({}, data=koeln_folder)
    pool = Pool(DataFolder(koeln_folder, base=given.base), given)
    pool.run(ASK)
    first = zygote(pool)
    assert alive(first)
    del pool
    wait(lambda: not alive(first))


def test_many_snapshots_and_kills_leave_as_many_files_and_processes(new_pool: NewPool, koeln_copy: Path) -> None:
    from zielgraph.store import DataFolder
    from zielgraph.vocabulary import DEFAULT_BASE

    pool = new_pool(koeln_copy, query_seconds=2)
    in_memory(pool)
    folder = DataFolder(koeln_copy, base=DEFAULT_BASE)

    def count() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), len(descendants(zygote(pool)))

    def rested() -> bool:
        stats = pool.stats()
        return stats["memory"] == 1 and stats["workers"] == pool._fast and len(descendants(zygote(pool))) == 3

    wait(rested)
    before = count()
    for number in range(3):
        with folder.write() as draft:
            draft.action = f"test {number}"
        thread, _ = run_endless(pool)
        thread.join()
        wait(rested)
    assert count() == before


def test_a_worker_too_many_is_let_go(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder, memory_quads=0)
    assert pool.run(ASK).body
    pool._idle.append(pool._new(pool._keeper.source()))  # as when a job and the pool make one at the same time
    wait(lambda: pool.stats()["workers"] == pool._fast == len(pool._idle))
