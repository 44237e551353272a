"""Functions run in a process of their own, and errors that cross from there."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pools import wait

from zielgraph import errors
from zielgraph.errors import (
    AccessDenied,
    Conflict,
    InputError,
    NotFound,
    OutOfMemory,
    QueryError,
    ServiceBusy,
    SyntaxProblem,
    TimedOut,
    ZielgraphError,
)
from zielgraph.workers import Pool
from zielgraph.workers.channel import limit_waiting, pack_error, receive, send, unpack_error

NewPool = Callable[..., Pool]

EXAMPLES = [
    InputError("unlesbar", file="a.xlsx", sheet="Blatt", row=3, column="Status", advice="Bitte ändern."),
    NotFound("Gibt es nicht.", ("eins", "zwei")),
    SyntaxProblem("falsch", line=3, column=7, expected=("}", "."), prefix="zg"),
    TimedOut("zu lang.", "Kreuzprodukt."),
    AccessDenied("nein", status=401),
    ServiceBusy("voll", seconds=7, status=429),
    Conflict("besteht"),
]


@pytest.fixture
def pool(new_pool: NewPool, tmp_path: Path) -> Pool:
    return new_pool(tmp_path / "var")


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_cross_with_their_attributes(error: ZielgraphError) -> None:
    crossed = unpack_error(pack_error(error))
    assert type(crossed) is type(error)
    assert (str(crossed), vars(crossed)) == (str(error), vars(error))


def test_every_error_crosses() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, ZielgraphError)]
    assert len(kinds) > 10
    for kind in kinds:
        assert type(unpack_error(pack_error(kind("Satz.")))) is kind


def test_an_error_of_another_module_crosses_as_the_one_it_derives_from() -> None:
    class Special(QueryError):
        pass

    assert type(unpack_error(pack_error(Special("Satz.")))) is QueryError


def test_a_result_comes_back(pool: Pool) -> None:
    assert pool.call("operator:neg", 5, seconds=20) == -5
    assert pool.call("builtins:bytes", 5_000_000, seconds=20) == bytes(5_000_000)


def test_an_error_comes_back(pool: Pool) -> None:
    with pytest.raises(QueryError, match="SERVICE"):
        pool.call("zielgraph.sparql:check_query", "SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }", seconds=20)


def test_other_errors_are_a_sentence_and_go_to_the_log_without_the_argument(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(QueryError, match="innerer Fehler"):
        pool.call("builtins:int", "a secret", seconds=20)
    assert "builtins:int failed: ValueError" in caplog.text
    assert "secret" not in caplog.text


def test_a_call_ends_at_its_deadline(pool: Pool) -> None:
    begin = time.monotonic()
    with pytest.raises(TimedOut, match="1 Sekunden"):
        pool.call("time:sleep", 60, seconds=1)
    assert time.monotonic() - begin < 20


def test_a_call_has_its_limit_of_memory(pool: Pool) -> None:
    with pytest.raises(OutOfMemory):
        pool.call("builtins:bytes", 300_000_000, seconds=20, memory_mb=100)
    assert len(pool.call("builtins:bytes", 300_000_000, seconds=60, memory_mb=0)) == 300_000_000


def test_a_call_has_no_files_unless_it_is_given_them(pool: Pool) -> None:
    with pytest.raises(QueryError):
        pool.call("os:listdir", "/", seconds=20)
    assert pool.call("os:listdir", "/", seconds=20, files=True)


def test_an_unknown_function_is_an_error(pool: Pool) -> None:
    with pytest.raises(QueryError):
        pool.call("zielgraph.nowhere:nothing", seconds=20)


def test_a_call_that_kills_itself_is_an_error(pool: Pool) -> None:
    with pytest.raises(OutOfMemory):
        pool.call("signal:raise_signal", 6, seconds=20)
    with pytest.raises(ServiceBusy, match="von außen"):
        pool.call("signal:raise_signal", 9, seconds=20)
    with pytest.raises(QueryError, match="geschachtelt"):
        pool.call("signal:raise_signal", 11, seconds=20)


def test_calls_leave_nothing_behind(pool: Pool) -> None:
    for number in range(10):
        pool.call("operator:neg", number, seconds=20)
    wait(lambda: pool._keeper.zygote().children == pool.stats()["workers"])


def test_a_wait_has_a_limit_and_a_frame_that_has_begun_is_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        limit_waiting(ours, 0.05)
        with pytest.raises(TimeoutError):
            receive(ours)
        with pytest.raises(TimeoutError):
            send(ours, b"J", body=bytes(10_000_000))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        limit_waiting(ours, 0.05)
        frame = b"R\0" + (0).to_bytes(4, "big") + (3).to_bytes(8, "big") + b"abc"
        theirs.sendall(frame[:-1])
        rest = threading.Timer(0.3, theirs.sendall, [frame[-1:]])
        rest.start()
        found = receive(ours)
        rest.join()
        assert found is not None
        assert found.body == b"abc"
