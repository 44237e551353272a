"""Rate limits by a clock of the test's own, and what counts as one client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from zielgraph.access import Limiter
from zielgraph.access.addresses import loopback, network, plain


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_burst_then_rate() -> None:
    clock = Clock()
    limiter = Limiter(2, 5, clock=clock)
    assert [limiter.take("a") for _ in range(5)] == [0] * 5
    assert limiter.take("a") == pytest.approx(0.5)
    assert limiter.take("b") == 0  # others have their own
    clock.now += 0.25
    assert limiter.take("a") == pytest.approx(0.25)
    clock.now += 0.25
    assert limiter.take("a") == 0
    assert limiter.take("a") > 0


def test_the_rate_holds_in_the_long_run() -> None:
    clock, allowed = Clock(), 0
    limiter = Limiter(20, 100, clock=clock)
    for _ in range(10_000):  # a hundred seconds, a hundred requests in each
        clock.now += 0.01
        allowed += limiter.take("a") == 0
    assert 100 + 20 * 99 <= allowed <= 100 + 20 * 101


def test_asking_too_often_costs_nothing_further() -> None:
    clock = Clock()
    limiter = Limiter(1, 1, clock=clock)
    limiter.take("a")
    waits = [limiter.take("a") for _ in range(100)]
    assert waits == [1.0] * 100


def test_a_pause_gives_no_more_than_the_burst() -> None:
    clock = Clock()
    limiter = Limiter(10, 3, clock=clock)
    limiter.take("a")
    clock.now += 1_000_000
    assert [limiter.take("a") == 0 for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    clock = Clock()
    limiter = Limiter(1, 2, clock=clock)
    limiter.take("a")
    clock.now -= 500
    assert limiter.take("a") == 0


def test_rate_0_limits_nothing_and_remembers_nobody() -> None:
    limiter = Limiter(0, 0)
    assert {limiter.take("a") for _ in range(1000)} == {0}
    assert len(limiter) == 0


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    limiter = Limiter(1, 2, clients=100, clock=Clock())
    for number in range(10_000):
        limiter.take("busy")
        limiter.take(f"client {number}")
    assert len(limiter) == 100
    assert limiter.take("busy") > 0


def test_threads_share_one_bucket() -> None:
    limiter = Limiter(1, 50, clock=Clock())
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limiter.take("a"), range(400)))
    assert waits.count(0) == 50


def test_what_is_one_client() -> None:
    assert network("192.0.2.7") != network("192.0.2.8")
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7")
    assert network("") == network("localhost") == "unix:"


def test_one_spelling() -> None:
    assert plain("::ffff:127.0.0.1") == "127.0.0.1"
    assert plain("2001:DB8:0::1") == plain("[2001:db8::1]") != plain("2001:db8::2")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LOCALHOST", "::ffff:127.0.0.1"]
)
def test_loopback(address: str) -> None:
    assert loopback(address)


STRANGERS = ["0.0.0.0", "::", "10.0.0.1", "", "localhost.evil.example", "unix:/run/x", "::2"]  # noqa: S104


@pytest.mark.parametrize("address", STRANGERS)
def test_not_loopback(address: str) -> None:
    assert not loopback(address)
