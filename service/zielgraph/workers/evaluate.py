"""Evaluating a job on an engine: guard, run, write, count. Runs inside a worker."""

from __future__ import annotations

import time

from zielgraph.engine import EmbeddedEngine, QueryBoolean, QuerySolutions, QueryTriples, write_graph, write_results
from zielgraph.errors import QueryError, UsageError
from zielgraph.sparql import check_query
from zielgraph.sparql.tokens import unescaped
from zielgraph.vocabulary import PREFIXES
from zielgraph.workers.counting import Bounded, Counted, check_rows, rows_of
from zielgraph.workers.job import Job, Reply


def evaluate(engine: EmbeddedEngine, job: Job, snapshot: str = "", hosts: tuple[str, ...] = ()) -> Reply:
    """The finished answer; ``hosts`` may be asked by SERVICE.

    Raises QueryError (or a kind of it), UsageError when no format of its kind was asked for.
    """
    begin = time.perf_counter()
    query = unescaped(job.query)  # the guard judges what the engine reads
    check_query(query, hosts)
    results = engine.query(query, default_graphs=job.default_graphs, named_graphs=job.named_graphs, base=job.base)
    try:
        kind, format, body, rows = _written(results, job)
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(f"Die Anfrage brach ab ({error}).") from None
    return Reply(kind, format, body, rows, snapshot, time.perf_counter() - begin)


def _written(results: QuerySolutions | QueryBoolean | QueryTriples, job: Job) -> tuple[str, str, bytes, int]:
    output = Bounded(job.max_bytes)
    if isinstance(results, QueryTriples):
        if job.graph_format is None:
            raise UsageError("Die Antwort ist ein Graph; dafür ist keines der gewünschten Formate möglich.")
        triples = Counted(results, job.max_rows)
        write_graph(triples, output, job.graph_format, prefixes=PREFIXES)
        return "graph", job.graph_format, output.getvalue(), triples.count
    if job.rows_format is None:
        raise UsageError("Die Antwort ist eine Tabelle; dafür ist keines der gewünschten Formate möglich.")
    write_results(results, output, job.rows_format)
    body = output.getvalue()
    if isinstance(results, QueryBoolean):
        return "boolean", job.rows_format, body, 1
    rows = rows_of(body, job.rows_format)
    check_rows(rows, job.max_rows)
    return "rows", job.rows_format, body, rows
