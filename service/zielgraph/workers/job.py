"""What a worker is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A query with its dataset and the format of its answer.

    ``rows_format`` (a key of RESULT_FORMATS) is for SELECT and ASK, ``graph_format`` (of FORMATS) for CONSTRUCT and
    DESCRIBE; None where the client accepts none of them. Datasets are IRIs; None leaves them to the query.
    """

    query: str
    rows_format: str | None = "json"
    graph_format: str | None = "ttl"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
    max_rows: int = 100_000
    max_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer. ``kind`` is rows, boolean or graph; ``rows`` counts solutions or triples (1 for a boolean).

    ``snapshot`` is the one it was computed on, ``seconds`` the time the engine took.
    """

    kind: str
    format: str
    body: bytes
    rows: int
    snapshot: str
    seconds: float
