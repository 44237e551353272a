"""What a query may take: time, memory, rows, bytes, and nothing from outside."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pools import BOMB, ENDLESS, in_memory, wait

from zielgraph.engine import RESULT_FORMATS
from zielgraph.errors import OutOfMemory, QueryError, ServiceBusy, TimedOut, TooLarge, ZielgraphError
from zielgraph.workers import Job, Pool

NewPool = Callable[..., Pool]
ASK = Job("ASK {}")


def start(work: Callable[[], object], errors: list[ZielgraphError]) -> threading.Thread:
    """A thread whose error is kept."""

    def run() -> None:
        try:
            work()
        except ZielgraphError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_the_deadline_ends_the_query_and_not_the_service(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder, query_seconds=2)
    begin = time.monotonic()
    with pytest.raises(TimedOut, match=r"länger als 2 Sekunden") as ended:
        pool.run(Job(ENDLESS))
    assert 2 <= time.monotonic() - begin < 20
    assert ended.value.cause == "" or ended.value.cause in str(ended.value)
    assert pool.stats()["killed"] == 1
    assert pool.run(ASK).body
    wait(lambda: pool.stats()["workers"] == pool._fast)


def test_a_client_may_ask_for_less_time_but_not_for_more(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder, query_seconds=1)
    for seconds, expected in ((0.2, "0.2"), (100, "1")):
        with pytest.raises(TimedOut, match=f"länger als {expected} Sekunden"):
            pool.run(Job(ENDLESS), seconds=seconds)


@pytest.mark.parametrize("place", ["disk", "memory"])
def test_too_much_memory(new_pool: NewPool, koeln_folder: Path, place: str) -> None:
    pool = new_pool(koeln_folder, query_memory_mb=100, query_seconds=60, memory_quads=0 if place == "disk" else 10**6)
    if place == "memory":
        in_memory(pool)
    with pytest.raises(OutOfMemory, match="Arbeitsspeicher"):
        pool.run(Job(BOMB))
    assert pool.run(ASK).body


def test_a_query_nested_too_deeply_ends_a_worker_at_most(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder)
    with pytest.raises(QueryError):
        pool.run(Job("SELECT * { " + "{ " * 200_000 + "}" * 200_000 + "}"))
    assert pool.run(ASK).body


@pytest.mark.parametrize("format", RESULT_FORMATS)
def test_row_limit_is_exact(new_pool: NewPool, koeln_folder: Path, format: str) -> None:
    pool = new_pool(koeln_folder)
    text = "SELECT ?s ?o { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } LIMIT 50"
    assert pool.run(Job(text, rows_format=format, max_rows=50)).rows == 50
    with pytest.raises(TooLarge, match="mehr als 49 Zeilen"):
        pool.run(Job(text, rows_format=format, max_rows=49))


@pytest.mark.parametrize("format", RESULT_FORMATS)
def test_byte_limit_is_exact(new_pool: NewPool, koeln_folder: Path, format: str) -> None:
    pool = new_pool(koeln_folder)
    text = "SELECT * { ?s ?p ?o } LIMIT 1000"
    size = len(pool.run(Job(text, rows_format=format)).body)
    assert size > 20_000
    assert len(pool.run(Job(text, rows_format=format, max_bytes=size)).body) == size
    with pytest.raises(TooLarge, match=f"mehr als {size - 1} Byte"):
        pool.run(Job(text, rows_format=format, max_bytes=size - 1))


@pytest.mark.parametrize("format", ["ttl", "nt", "jsonld", "rdfxml"])
def test_limits_of_graphs(new_pool: NewPool, koeln_folder: Path, format: str) -> None:
    pool = new_pool(koeln_folder)
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 500"
    reply = pool.run(Job(text, graph_format=format))
    assert pool.run(Job(text, graph_format=format, max_rows=reply.rows, max_bytes=len(reply.body))).body == reply.body
    with pytest.raises(TooLarge, match="Zeilen"):
        pool.run(Job(text, graph_format=format, max_rows=reply.rows - 1))
    with pytest.raises(TooLarge, match="Byte"):
        pool.run(Job(text, graph_format=format, max_bytes=len(reply.body) - 1))


def test_a_huge_answer_is_refused_while_it_is_written(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder, query_memory_mb=200, query_seconds=60)
    with pytest.raises(TooLarge, match="Byte"):
        pool.run(Job("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", max_bytes=1_000_000))


def test_a_large_answer_arrives_whole_and_retires_the_worker(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder, query_seconds=60)
    text = "SELECT ?a ?c ?d { ?a ?p ?c . ?d ?e ?f } LIMIT 300000"
    reply = pool.run(Job(text, max_rows=300_000, max_bytes=10**9))
    assert reply.rows == len(json.loads(reply.body)["results"]["bindings"]) == 300_000
    assert len(reply.body) > 50_000_000
    wait(lambda: pool.stats()["workers"] == pool._fast and pool.stats()["forked"] > pool._fast)


def test_after_a_second_a_query_makes_room_and_without_slow_slots_it_ends(
    new_pool: NewPool, koeln_folder: Path
) -> None:
    pool = new_pool(koeln_folder, workers=1, slow_workers=2, query_seconds=6)
    pool.run(ASK)
    errors: list[ZielgraphError] = []
    threads = [start(lambda client=client: pool.run(Job(ENDLESS), client=client), errors) for client in "ab"]  # type: ignore[misc]
    wait(lambda: pool.stats()["slow"] == 2)
    assert pool.run(ASK).body  # the one fast slot is free
    with pytest.raises(ServiceBusy, match="zu viele") as busy:
        pool.run(Job(ENDLESS), client="c")
    assert busy.value.seconds > 0
    for thread in threads:
        thread.join()
    assert [type(error) for error in errors] == [TimedOut, TimedOut]
    assert pool.run(ASK).body
    assert pool.stats()["slow"] == 0


def test_waiting_is_bounded(new_pool: NewPool, koeln_folder: Path) -> None:
    pool = new_pool(koeln_folder, workers=1, slow_workers=0, queue=1)
    pool.run(ASK)
    errors: list[ZielgraphError] = []
    threads = [start(lambda: pool.run(Job(ENDLESS)), errors)]
    wait(lambda: pool.stats()["busy"])
    threads.append(start(lambda: pool.run(Job(ENDLESS)), errors))
    wait(lambda: pool.stats()["waiting"])
    with pytest.raises(ServiceBusy, match="warten"):
        pool.run(ASK)
    for thread in threads:
        thread.join()
    assert [type(error) for error in errors] == [ServiceBusy, ServiceBusy]


@pytest.mark.parametrize("place", ["disk", "memory"])
def test_a_worker_reaches_nobody_even_past_the_guard(new_pool: NewPool, koeln_folder: Path, place: str) -> None:
    pool = new_pool(koeln_folder)
    store = pool._keeper.source().path
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        asked = (store, place, f"http://127.0.0.1:{server.getsockname()[1]}/")
        told = pool.call("pools:ask_elsewhere", asked, seconds=30, files=True)
        with pytest.raises(TimeoutError):
            server.accept()
    assert set(told) == {"SERVICE", "socket", "write", "rows"}
    assert all("Error" in told[each] for each in ("SERVICE", "socket", "write")), told
    assert told["rows"] == "1"
