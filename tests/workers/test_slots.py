"""Who may run: slots, the queue and fairness, without any process."""

from __future__ import annotations

import threading

import pytest
from pools import wait

from zielgraph.errors import ServiceBusy
from zielgraph.workers.slots import Slots

LONG = 60.0


def queue_up(slots: Slots, client: str, order: list[str]) -> threading.Thread:
    """A thread that waits for a slot and notes the client's name when it gets one."""
    before = slots.waiting

    def work() -> None:
        slots.enter(client, LONG)
        order.append(client)

    thread = threading.Thread(target=work)
    thread.start()
    wait(lambda: slots.waiting == before + 1)
    return thread


def serve_all(slots: Slots, threads: list[threading.Thread], order: list[str]) -> None:
    """Give the only slot back, and again whenever somebody has taken it, until nobody waits."""
    slots.leave("first", slow=False)
    for count in range(1, len(threads) + 1):
        wait(lambda count=count: len(order) == count)  # type: ignore[misc]
        slots.leave(order[-1], slow=False)
    for thread in threads:
        thread.join()


def test_waiting_clients_are_served_in_turn_not_in_the_order_in_which_they_came() -> None:
    slots, order = Slots(1, 1, 10), list[str]()
    slots.enter("first", LONG)
    threads = [queue_up(slots, client, order) for client in ("many", "many", "many", "few", "other")]
    serve_all(slots, threads, order)
    assert order == ["many", "few", "other", "many", "many"]


def test_a_client_leaves_one_fast_slot_while_another_waits() -> None:
    slots, order = Slots(3, 1, 10), list[str]()
    for client in ("greedy", "greedy", "modest"):
        slots.enter(client, LONG)
    threads = [queue_up(slots, client, order) for client in ("greedy", "late")]
    slots.leave("modest", slow=False)
    wait(lambda: order)
    assert order == ["late"]
    slots.leave("greedy", slow=False)
    for thread in threads:
        thread.join()
    assert order == ["late", "greedy"]


def test_alone_a_client_may_have_all_fast_slots() -> None:
    slots = Slots(3, 1, 10)
    for _ in range(3):
        slots.enter("alone", LONG)
    assert slots.free == 0


def test_the_queue_is_bounded_and_waiting_is_too() -> None:
    slots, order = Slots(1, 1, 1), list[str]()
    slots.enter("a", LONG)
    thread = queue_up(slots, "b", order)
    with pytest.raises(ServiceBusy, match="zu viele") as refused:
        slots.enter("c", LONG)
    assert refused.value.seconds > 0
    assert refused.value.status == 503
    slots.leave("a", slow=False)
    thread.join()
    with pytest.raises(ServiceBusy, match="kein Prozess"):
        slots.enter("c", 0.05)
    assert slots.waiting == 0
    slots.leave("b", slow=False)
    slots.enter("c", LONG)


def test_a_slow_job_frees_its_fast_slot_and_no_client_gets_all_slow_ones() -> None:
    slots = Slots(1, 2, 1)
    slots.enter("a", LONG)
    assert slots.slow_down("a")
    slots.enter("a", LONG)
    assert not slots.slow_down("a")
    slots.leave("a", slow=False)
    slots.enter("b", LONG)
    assert slots.slow_down("b")
    assert (slots.fast, slots.slow, slots.free) == (0, 2, 1)
    slots.leave("a", slow=True)
    slots.leave("b", slow=True)
    assert (slots.fast, slots.slow, slots.free) == (0, 0, 1)


def test_without_slow_slots_nothing_is_slow() -> None:
    slots = Slots(1, 0, 1)
    slots.enter("a", LONG)
    assert not slots.slow_down("a")


def test_after_the_end_nobody_comes_in() -> None:
    slots = Slots(1, 1, 1)
    slots.close()
    with pytest.raises(ServiceBusy, match="beendet"):
        slots.enter("a", LONG)


def test_many_threads_leave_nothing_behind() -> None:
    slots = Slots(2, 1, 1000)

    def work(client: str) -> None:
        for _ in range(300):
            slots.enter(client, LONG)
            slow = slots.slow_down(client)
            slots.leave(client, slow=slow)

    threads = [threading.Thread(target=work, args=(f"client {n % 3}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (slots.fast, slots.slow, slots.free, slots.waiting) == (0, 0, 2, 0)


def test_names_that_a_client_gives_itself_gain_it_no_more_turns_than_others() -> None:
    slots, order = Slots(1, 1, 10), list[str]()
    slots.enter("first", LONG)
    threads = [queue_up(slots, client, order) for client in ("one\na", "one\nb", "one\nb", "one\nc", "two\na")]
    serve_all(slots, threads, order)
    assert order == ["one\na", "two\na", "one\nb", "one\nc", "one\nb"]
    assert slots.waiting == 0


def test_names_that_a_client_gives_itself_gain_it_no_slow_slots() -> None:
    slots = Slots(3, 2, 10)
    for program in "abc":
        slots.enter(f"one\n{program}", LONG)
    assert slots.slow_down("one\na")
    assert not slots.slow_down("one\nb")
    slots.leave("one\nc", slow=False)
    slots.enter("two\na", LONG)
    assert slots.slow_down("two\na")
