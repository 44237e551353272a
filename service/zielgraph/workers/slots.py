"""Who may run now: fast and slow slots, and a bounded queue that is fair between clients."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from zielgraph.errors import ServiceBusy

_RETRY = 2
"""Seconds after which a refused client may well be lucky."""


class Slots:
    """So many short jobs at a time, so many long ones, so many that wait. Safe in several threads.

    Clients that wait are served in turn, and of one client its programs in turn. While another client waits, a client
    gets at most all fast slots but one; of several slow slots it never gets the last. A client's name may have a second
    line, for one of its programs: that may be anything it says of itself, so it counts for the turns only.
    """

    def __init__(self, fast: int, slow: int, queue: int) -> None:
        self._lock = threading.Lock()
        self._most_fast, self._most_slow = max(1, fast - 1), max(1, slow - 1)
        self._fast_free, self._slow_free, self._room = fast, slow, queue
        self._fast: Counter[str] = Counter()
        self._slow: Counter[str] = Counter()
        self._waiting: OrderedDict[str, OrderedDict[str, deque[Callable[[], None]]]] = OrderedDict()
        self._closed = False
        self.waiting = 0

    @property
    def free(self) -> int:
        """Fast slots that nobody holds."""
        return self._fast_free

    @property
    def fast(self) -> int:
        """Jobs in fast slots."""
        return self._fast.total()

    @property
    def slow(self) -> int:
        """Jobs in slow slots."""
        return self._slow.total()

    def enter(self, client: str, seconds: float) -> None:
        """Take a fast slot, after waiting for it if need be. Raises ServiceBusy when too many or for too long."""
        turn = threading.Lock()
        turn.acquire()
        if not self.apply(client, turn.release) and not turn.acquire(timeout=seconds):
            self.withdraw(client, turn.release, seconds)

    def apply(self, client: str, given: Callable[[], None]) -> bool:
        """Take a fast slot: true. False: there is none now; ``given`` is called as soon as this client has one.

        That is in whichever thread gives a slot back, so it must be quick. Raises ServiceBusy when too many wait.
        """
        client, _, program = client.partition("\n")
        with self._lock:
            if self._closed:
                raise ServiceBusy("Der Dienst wird gerade beendet.", 5 * _RETRY)
            if self._fast_free:  # then nobody waits
                self._take(client)
                return True
            if self.waiting >= self._room:
                raise ServiceBusy("Es warten schon zu viele Anfragen. Bitte gleich noch einmal versuchen.", _RETRY)
            self._waiting.setdefault(client, OrderedDict()).setdefault(program, deque()).append(given)
            self.waiting += 1
            return False

    def withdraw(self, client: str, given: Callable[[], None], seconds: float) -> None:
        """Wait no longer, after so many seconds: raises ServiceBusy. Returns if the slot came in the last moment."""
        client, _, program = client.partition("\n")
        with self._lock:
            mine = self._waiting[client].get(program) if client in self._waiting else None
            if mine is None or given not in mine:
                return
            mine.remove(given)
            self.waiting -= 1
            self._forget(client, program)
        raise ServiceBusy(f"Nach {seconds:g} Sekunden war noch kein Prozess für die Anfrage frei.", _RETRY)

    def slow_down(self, client: str) -> bool:
        """Swap the fast slot for a slow one. False, and the fast slot stays taken, when there is none."""
        client = client.partition("\n")[0]
        with self._lock:
            if not self._slow_free or self._slow[client] >= self._most_slow:
                return False
            self._slow_free -= 1
            self._slow[client] += 1
            self._give_back(client)
            return True

    def leave(self, client: str, *, slow: bool) -> None:
        """Give the slot back."""
        client = client.partition("\n")[0]
        with self._lock:
            if slow:
                self._slow_free += 1
                _less(self._slow, client)
            else:
                self._give_back(client)

    def close(self) -> None:
        """Refuse whoever comes from now on."""
        with self._lock:
            self._closed = True

    def idle(self, seconds: float) -> bool:
        """Wait until no job runs; whether that came true in time."""
        end = time.monotonic() + seconds
        while self.fast or self.slow:
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def _take(self, client: str) -> None:
        self._fast_free -= 1
        self._fast[client] += 1

    def _give_back(self, client: str) -> None:
        self._fast_free += 1
        _less(self._fast, client)
        while self._fast_free and self._waiting:
            below = (each for each in self._waiting if self._fast[each] < self._most_fast)
            chosen = next(below, next(iter(self._waiting)))
            programs = self._waiting[chosen]
            program = next(iter(programs))
            given = programs[program].popleft()
            self.waiting -= 1
            programs.move_to_end(program)
            self._waiting.move_to_end(chosen)
            self._forget(chosen, program)
            self._take(chosen)
            given()

    def _forget(self, client: str, program: str) -> None:
        """Drop what nobody waits in any more."""
        if not self._waiting[client][program]:
            del self._waiting[client][program]
        if not self._waiting[client]:
            del self._waiting[client]


def _less(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
