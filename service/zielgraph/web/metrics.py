"""Numbers for monitoring in the Prometheus format; each application has its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30)
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
    """Counts requests; ``gauges`` and ``pool`` are asked when somebody wants to see the numbers."""

    def __init__(self, gauges: Callable[[], Mapping[str, float]], pool: Callable[[], Mapping[str, int]]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # twice as many lines, that nobody asks for
        self._registry = registry = CollectorRegistry()
        requests = Counter("zielgraph_requests", "Answered requests", ["kind", "method", "status"], registry=registry)
        seconds = Histogram(
            "zielgraph_request_seconds", "Time to an answer", ["kind"], registry=registry, buckets=_BUCKETS
        )
        outcomes = Counter("zielgraph_queries", "SPARQL requests", ["outcome"], registry=registry)
        caching = Counter("zielgraph_cache", "What the cache of answers said", ["result"], registry=registry)
        self._engine = Histogram(
            "zielgraph_engine_seconds", "Time a query took in the engine", registry=registry, buckets=_BUCKETS
        )
        self._slow = Counter("zielgraph_slow_queries", "Queries above the limit for slow ones", registry=registry)
        # looking up a child by its labels costs more than counting
        self._requests = cache(requests.labels)
        self._seconds, self._outcomes, self._caching = (
            cache(seconds.labels),
            cache(outcomes.labels),
            cache(caching.labels),
        )
        registry.register(_Now(gauges, pool))
        ProcessCollector(registry=registry)

    def count(self, path: str, method: str, status: int, seconds: float, log: Mapping[str, Any], slow: bool) -> None:
        """Take a finished request into the numbers; ``log`` is what the handlers said of it."""
        kind = kind_of(path)
        self._requests(kind, method if method in _METHODS else "other", status).inc()
        self._seconds(kind).observe(seconds)
        if (outcome := log.get("outcome")) is not None:
            self._outcomes(outcome).inc()
        if (result := log.get("cache")) is not None:
            self._caching(result).inc()
        if (engine := log.get("seconds")) is not None:
            self._engine.observe(engine)
        if slow:
            self._slow.inc()

    def text(self) -> bytes:
        """All numbers as they are now."""
        return generate_latest(self._registry)


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
