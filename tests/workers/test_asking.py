"""The pool as an event loop asks it: quick answers in the loop, everything else handed on to a thread."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pools import ENDLESS, busy, descendants, linux, wait

from zielgraph.errors import QueryError, ServiceBusy, TimedOut
from zielgraph.workers import Job, Pool, Reply
from zielgraph.workers.asking import Asking
from zielgraph.workers.channel import GONE, send

NewPool = Callable[..., Pool]
Outcome = tuple[str, Reply]


async def outcome(asking: Asking, job: Job, client: str = "me", seconds: float = 20) -> Outcome:
    """Where the reply came from, ``loop`` or ``thread``, and the reply. Raises what the job comes to."""
    done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def in_thread(rest: Callable[[], Reply]) -> None:
        def work() -> None:
            try:
                reply = rest()
            except Exception as error:
                asking.soon(lambda error=error: done.set_exception(error))  # type: ignore[misc]
            else:
                asking.soon(lambda: done.set_result(("thread", reply)))

        threading.Thread(target=work).start()

    asking.ask(job, client=client, seconds=seconds, done=lambda reply: done.set_result(("loop", reply)), rest=in_thread)
    return await done


def ready(pool: Pool) -> Pool:
    """The pool with an idle worker in each slot."""
    pool.start()
    wait(lambda: len(pool._idle) == pool._fast)
    return pool


def number(n: int) -> Job:
    return Job(f"SELECT ({n} AS ?n) {{}}", rows_format="csv")


@pytest.fixture
def pool(new_pool: NewPool, koeln_folder: Path) -> Pool:
    return ready(new_pool(koeln_folder, memory_quads=0, query_seconds=20, workers=2, slow_workers=2, queue=100))


def test_quick_answers_need_no_thread_however_many_wait(pool: Pool) -> None:
    async def all_at_once() -> list[Outcome]:
        asking = Asking(pool, asyncio.get_running_loop())
        return await asyncio.gather(*(outcome(asking, number(n), f"client {n % 3}") for n in range(40)))

    found = asyncio.run(all_at_once())
    assert [(where, reply.body.split()) for where, reply in found] == [("loop", [b"n", b"%d" % n]) for n in range(40)]
    assert {reply.snapshot for _, reply in found} == {pool.run(number(0)).snapshot}
    assert (pool.slots.fast, pool.slots.waiting, pool.slots.free) == (0, 0, 2)
    assert len(pool._idle) == 2
    assert pool.run(number(7)).body.split() == [b"n", b"7"]  # threads have the same workers


def test_what_goes_wrong_is_what_the_pool_says(pool: Pool) -> None:
    async def one(job: Job, seconds: float = 20) -> Outcome:
        return await outcome(Asking(pool, asyncio.get_running_loop()), job, seconds=seconds)

    with pytest.raises(QueryError, match="Zeile 1"):
        asyncio.run(one(Job("SELECT * { ?s ?p")))
    with pytest.raises(QueryError, match="SERVICE"):
        asyncio.run(one(Job("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")))
    with pytest.raises(TimedOut, match=r"0\.3 Sekunden"):
        asyncio.run(one(Job(ENDLESS), 0.3))
    with pytest.raises(TimedOut, match=r"1\.3 Sekunden"):
        asyncio.run(one(Job(ENDLESS), 1.3))
    assert (pool.slots.fast, pool.slots.slow) == (0, 0)
    large = asyncio.run(one(Job("SELECT * { ?s ?p ?o } LIMIT 3000")))
    assert (large[0], large[1].rows) == ("thread", 3000)
    long = asyncio.run(one(Job(f"ASK {{}} #{'x' * 50_000}")))
    assert (long[0], long[1].kind) == ("thread", "boolean")


def test_threads_and_the_loop_take_turns_with_the_same_workers(pool: Pool) -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        asking = Asking(pool, loop)
        for n in range(20):
            assert (await outcome(asking, number(n)))[1].body.split()[1] == b"%d" % n
            reply = await loop.run_in_executor(None, pool.run, number(-n))
            assert reply.body.split()[1] == b"%d" % -n

    asyncio.run(work())
    assert len(pool._idle) == 2


def test_a_full_queue_and_a_service_that_ends(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = ready(new_pool(koeln_folder, memory_quads=0, workers=1, queue=1))

    async def work() -> None:
        asking = Asking(pool, asyncio.get_running_loop())
        pool.slots.enter("greedy", 1)
        waiting = asyncio.ensure_future(outcome(asking, number(1), seconds=0.2))
        await asyncio.sleep(0)
        with pytest.raises(ServiceBusy, match="zu viele"):
            await outcome(asking, number(2))
        with pytest.raises(ServiceBusy, match="kein Prozess"):
            await waiting
        pool.slots.leave("greedy", slow=False)
        assert (await outcome(asking, number(3)))[0] == "loop"
        pool.slots.close()
        with pytest.raises(ServiceBusy, match="beendet"):
            await outcome(asking, number(4))

    asyncio.run(work())


@linux
def test_a_worker_that_dies(pool: Pool) -> None:
    async def work() -> None:
        asking = Asking(pool, asyncio.get_running_loop())
        assert (await outcome(asking, number(1)))[0] == "loop"
        asked = asyncio.ensure_future(outcome(asking, Job(ENDLESS)))
        await asyncio.to_thread(wait, lambda: pool.stats()["slow"])
        process = pool._keeper.zygote()._process
        assert process
        os.kill(busy(descendants(process.pid)), signal.SIGKILL)
        with pytest.raises(ServiceBusy, match="von außen"):
            await asked
        assert (await outcome(asking, number(2)))[1].body.split()[1] == b"2"

    asyncio.run(work())
    wait(lambda: len(pool._idle) == 2)


def test_a_worker_whose_snapshot_is_gone_passes_the_job_on(pool: Pool) -> None:
    async def work() -> Outcome:
        asking = Asking(pool, asyncio.get_running_loop())
        ours, theirs = socket.socketpair()
        worker = pool._idle[-1]
        worker.child.sock.close()
        worker.child.sock = ours
        with theirs:
            send(theirs, GONE, last=True)  # what the worker says to whatever it is asked
            return await outcome(asking, number(5))

    where, reply = asyncio.run(work())
    assert (where, reply.body.split()[1]) == ("thread", b"5")
