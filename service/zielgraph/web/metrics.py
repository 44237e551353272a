"""Numbers for monitoring in the Prometheus format; each application has its own."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30)
_BOUNDS = (*(str(float(each)) for each in _BUCKETS), "+Inf")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_KINDS = {
    "": "page", "de": "page", "en": "page", "id": "id", "data": "data", "api": "api", "ontology": "ontology",
    "static": "static", "health": "monitoring", "metrics": "monitoring", "slow-queries": "monitoring",
}  # fmt: skip
_SPARQL = {"/sparql": "sparql", "/sparql/update": "update", "/sparql/graphs": "graphs"}
# What the pool counts up; the rest of its numbers go up and down.
_COUNTED = ("killed", "forked")


def kind_of(path: str) -> str:
    """What kind of address a path is: a few words, however many addresses there are."""
    return _SPARQL.get(path) or _KINDS.get(path[1:].partition("/")[0], "other")


class Metrics:
    """Counts requests; ``gauges`` and ``pool`` are asked when somebody wants to see the numbers. Safe in threads."""

    def __init__(self, gauges: Callable[[], Mapping[str, float]], pool: Callable[[], Mapping[str, int]]) -> None:
        self._registry = CollectorRegistry()
        self._counted = _Counted()
        self._registry.register(self._counted)
        self._registry.register(_Now(gauges, pool))
        ProcessCollector(registry=self._registry)

    def count(self, path: str, method: str, status: int, seconds: float, log: Mapping[str, Any], slow: bool) -> None:
        """Take a finished request into the numbers; ``log`` is what the handlers said of it."""
        kind = kind_of(path)
        counted = self._counted
        with counted.lock:
            counted.requests[kind, method if method in _METHODS else "other", str(status)] += 1
            counted.seconds[kind].observe(seconds)
            if (outcome := log.get("outcome")) is not None:
                counted.outcomes[(outcome,)] += 1
            if (result := log.get("cache")) is not None:
                counted.caching[(result,)] += 1
            if (engine := log.get("seconds")) is not None:
                counted.engine.observe(engine)
            counted.slow += slow

    def text(self) -> bytes:
        """All numbers as they are now."""
        return generate_latest(self._registry)


class _Durations:
    """How many things took how long."""

    def __init__(self) -> None:
        self.numbers, self.sum = [0] * (len(_BUCKETS) + 1), 0.0

    def observe(self, seconds: float) -> None:
        self.numbers[bisect_left(_BUCKETS, seconds)] += 1
        self.sum += seconds

    def buckets(self) -> list[tuple[str, float]]:
        return list(zip(_BOUNDS, accumulate(self.numbers), strict=True))


class _Counted(Collector):
    """What is counted with each request: plain numbers, for the library's own counters take as long as a lookup."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.requests: Counter[tuple[str, ...]] = Counter()
        self.outcomes: Counter[tuple[str, ...]] = Counter()
        self.caching: Counter[tuple[str, ...]] = Counter()
        self.seconds: defaultdict[str, _Durations] = defaultdict(_Durations)
        self.engine = _Durations()
        self.slow = 0

    def describe(self) -> Iterable[Metric]:
        """Nothing, as below."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The numbers in the library's form."""
        with self.lock:
            seconds = HistogramMetricFamily("zielgraph_request_seconds", "Time to an answer", labels=["kind"])
            for kind, durations in self.seconds.items():
                seconds.add_metric([kind], durations.buckets(), durations.sum)
            engine = HistogramMetricFamily("zielgraph_engine_seconds", "Time a query took in the engine")
            engine.add_metric([], self.engine.buckets(), self.engine.sum)
            return [
                _family("requests", "Answered requests", ["kind", "method", "status"], self.requests),
                seconds,
                _family("queries", "SPARQL requests", ["outcome"], self.outcomes),
                _family("cache", "What the cache of answers said", ["result"], self.caching),
                engine,
                CounterMetricFamily("zielgraph_slow_queries", "Queries above the limit for slow ones", value=self.slow),
            ]


def _family(name: str, words: str, labels: list[str], counter: Counter[tuple[str, ...]]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"zielgraph_{name}", words, labels=labels)
    for values, number in counter.items():
        family.add_metric(values, number)
    return family


class _Now(Collector):
    """Numbers that are looked up when they are wanted."""

    def __init__(self, gauges: Callable[[], Mapping[str, float]], pool: Callable[[], Mapping[str, int]]) -> None:
        self._gauges, self._pool = gauges, pool

    def describe(self) -> Iterable[Metric]:
        """Nothing: their names are known when they are looked up."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The numbers of the store and of the workers."""
        for name, value in self._gauges().items():
            yield GaugeMetricFamily(f"zielgraph_{name}", name.replace("_", " "), value=value)
        for name, number in self._pool().items():
            family = CounterMetricFamily if name in _COUNTED else GaugeMetricFamily
            yield family(f"zielgraph_workers_{name}", f"Query workers: {name}", value=number)
