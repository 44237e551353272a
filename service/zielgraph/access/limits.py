"""How often a client may ask: a bucket of tokens each, filled at a steady rate."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

_CLIENTS = 10_000


class Limiter:
    """Buckets of many clients, in bounded memory. Safe in several threads.

    ``rate`` requests per second in the long run, ``burst`` at once after a pause; a rate of 0 limits nothing. Of more
    than ``clients`` clients the one that asked longest ago is forgotten.
    """

    def __init__(
        self, rate: float, burst: int, *, clients: int = _CLIENTS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst = rate, max(burst, 1)
        self._clients, self._clock = clients, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, client: str) -> float:
        """Let the client ask once: 0, or the seconds after which it may."""
        if not self._rate:
            return 0.0
        now = self._clock()
        with self._lock:
            left, then = self._buckets.pop(client, (float(self._burst), now))
            left = min(left + max(now - then, 0.0) * self._rate, self._burst)
            wait = 0.0 if left >= 1 else (1 - left) / self._rate
            self._buckets[client] = (left if wait else left - 1, now)
            while len(self._buckets) > self._clients:
                self._buckets.popitem(last=False)
        return wait

    def __len__(self) -> int:
        """Number of clients that are remembered."""
        return len(self._buckets)
