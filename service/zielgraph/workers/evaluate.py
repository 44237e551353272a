"""Evaluating a job on an engine: guard, run, count, write. Runs inside a worker."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from zielgraph.engine import EmbeddedEngine, QueryBoolean, QuerySolutions, QueryTriples, serialise, serialise_results
from zielgraph.errors import QueryError, TooLarge, UsageError
from zielgraph.sparql import check_query
from zielgraph.vocabulary import PREFIXES
from zielgraph.workers.job import Job, Reply

_T = TypeVar("_T")


def evaluate(engine: EmbeddedEngine, job: Job, snapshot: str = "") -> Reply:
    """The finished answer. Raises QueryError (or a kind of it), UsageError when no format of its kind was asked for."""
    begin = time.perf_counter()
    check_query(job.query)
    results = engine.query(job.query, default_graphs=job.default_graphs, named_graphs=job.named_graphs, base=job.base)
    try:
        kind, format, body, rows = _written(results, job)
    except (OSError, ValueError) as error:
        raise QueryError(f"Die Anfrage brach ab ({error}).") from None
    return Reply(kind, format, body, rows, snapshot, time.perf_counter() - begin)


def _written(results: QuerySolutions | QueryBoolean | QueryTriples, job: Job) -> tuple[str, str, bytes, int]:
    if isinstance(results, QueryTriples):
        if job.graph_format is None:
            raise UsageError("Die Antwort ist ein Graph; dafür ist keines der gewünschten Formate möglich.")
        triples = list(_limited(results, job.max_rows))
        body = _sized(serialise(triples, job.graph_format, prefixes=PREFIXES), job)
        return "graph", job.graph_format, body, len(triples)
    if job.rows_format is None:
        raise UsageError("Die Antwort ist eine Tabelle; dafür ist keines der gewünschten Formate möglich.")
    body = _sized(serialise_results(results, job.rows_format), job)
    return ("boolean" if isinstance(results, QueryBoolean) else "rows"), job.rows_format, body, 1


def _limited(results: Iterable[_T], limit: int) -> Iterator[_T]:
    for number, each in enumerate(itertools.islice(results, limit + 1)):
        if number == limit:
            raise TooLarge(f"Die Antwort hätte mehr als {limit} Zeilen. Bitte mit LIMIT oder Bedingungen einschränken.")
        yield each


def _sized(body: bytes, job: Job) -> bytes:
    if len(body) > job.max_bytes:
        raise TooLarge(f"Die Antwort hätte mehr als {job.max_bytes} Byte. Bitte mit LIMIT oder Bedingungen kürzen.")
    return body
