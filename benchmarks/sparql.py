"""Our SPARQL service beside others over the same triples: the twelve questions and lookups, cold and repeated."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Bench, Row, RunError, Section
from benchmarks.sparqlasks import LOOKUPS, QUESTIONS, file_of
from benchmarks.sparqlload import First, Load, ask, ceiling, load
from benchmarks.sparqlservers import ENDPOINT, OURS, OXIGRAPH, SERVERS, Server

CLIENTS = (1, 8)
MODES = ("cold", "repeated")
#: Who needs longer for the first answer is not asked again.
LIMIT = 10.0
Cell = tuple[str, int, str]


@dataclass
class Measured:
    """What one server did at one size."""

    idle: float = 0.0
    busy: float = 0.0
    firsts: dict[str, First] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    loads: dict[Cell, Load] = field(default_factory=dict)

    def mean(self, asks: Sequence[str], clients: int, mode: str) -> float | None:
        """Geometric mean of the requests per second; None when an ask has no answer."""
        rates = [self.loads[name, clients, mode].rate for name in asks if (name, clients, mode) in self.loads]
        return statistics.geometric_mean(rates) if len(rates) == len(asks) and all(rates) else None


def sparql(bench: Bench, sizes: Sequence[str], servers: Sequence[str], seconds: float) -> Section:
    """Requests per second of every server at every size, ours against the best of the others."""
    section = Section(
        "SPARQL services side by side",
        "The state of generated reports of several cities (`benchmarks/sparqldata.py`), the same N-Triples for all;\n"
        "zielgraph also holds the named graphs. The catalogue's twelve questions as rendered for changing parameters,\n"
        "and lookups, over HTTP as SPARQL JSON. Cold: no two requests are alike; parameters change (theme, actor,\n"
        "threshold) where a question has some, and each query has a `FILTER(17 > 0)` with a number of its own, which\n"
        "changes no work but no cache knows. Repeated: the same request again and again. Load by `wrk` (1 thread, 1\n"
        f"or 8 connections, {seconds:.0f} s each), by Python threads where answers take long. Servers run one\n"
        "after the other on the machine that also makes the load. Measured and baseline are requests per second:\n"
        "**a ratio above 1 is better here**. Baseline: the best of the others. "
        f"No answer within {LIMIT:.0f} s: not asked again.",
    )
    for size in sizes:
        found = bench.run("-m", "benchmarks.sparqldata", str(bench.work / "sparql"), size, limit=1800).json()
        data, file = Path(found["data"]), Path(found["file"])
        asks = bench.work / "sparql" / f"asks-{size}"
        bench.run("-m", "benchmarks.sparqlasks", str(data), str(asks))
        results: dict[str, Measured] = {}
        for name in servers:
            bench.note(f"  {size}, {name}")
            try:
                with SERVERS[name](bench, data, file) as server:
                    results[name] = _measure(bench, server, asks, seconds)
                    if name == OXIGRAPH and size == sizes[0]:
                        most = ceiling(server, seconds, bench.work)
                        section.rows.append(Row("wrk itself, 8 clients", most.rate, "/s", remark="unknown address"))
            except RunError as error:
                results[name] = Measured(problems=dict.fromkeys((*QUESTIONS, *LOOKUPS), str(error)))
        section.rows += _rows(f"{found['triples']:,}".replace(",", " "), results)
        (bench.work / "sparql" / f"{size}.json").write_text(json.dumps(_plain(results), indent=1), "utf-8")
    return section


def _measure(bench: Bench, server: Server, asks: Path, seconds: float) -> Measured:
    done = Measured(idle=server.memory())
    scratch = bench.work / "sparql"
    for name in (*LOOKUPS, *QUESTIONS):
        queries = file_of(asks, name).read_text("ascii").splitlines()
        try:
            done.firsts[name] = ask(server, queries[0], LIMIT)
            first = ask(server, queries[0], LIMIT, number=2)  # the first one may have warmed up
            for mode in MODES:
                asked = queries if mode == "cold" else queries[:1]
                for clients in CLIENTS if server.name != ENDPOINT or first.seconds < 1 else CLIENTS[:1]:
                    done.loads[name, clients, mode] = load(
                        server, asked, clients, seconds, scratch, cold=mode == "cold", first=first
                    )
        except RunError as error:
            done.problems[name] = str(error)
            bench.note(f"    {name}: {error}")
            continue
        bench.note(f"    {name}: {done.loads[name, 1, 'cold']}")
    done.busy = server.memory()
    return done


def _rows(triples: str, results: dict[str, Measured]) -> list[Row]:
    ours = results.get(OURS, Measured())
    others = {name: each for name, each in results.items() if name != OURS}
    rows = [
        Row(
            f"**{triples} triples**, memory after all requests",
            ours.busy or None,
            "MB",
            remark="; ".join(f"{name} {each.busy:.0f} MB, {each.idle:.0f} before" for name, each in results.items()),
        )
    ]
    for mode in MODES:
        for clients in CLIENTS:
            told = f"{mode}, {clients} client{'s' if clients > 1 else ''}"
            means = {name: each.mean(QUESTIONS, clients, mode) for name, each in results.items()}
            rows.append(_row(f"**{told}: geometric mean of the twelve questions**", means, ""))
            rows += [
                Row(
                    f"**{told}: those that {who} answers, {len(both)} of twelve**",
                    *_pair(ours, each, both, clients, mode, who),
                )
                for who, each in others.items()
                if 0 < len(both := [q for q in QUESTIONS if (q, clients, mode) in each.loads]) < len(QUESTIONS)
            ]
            for name in (*QUESTIONS, *LOOKUPS):
                cell = (name, clients, mode)
                rates = {who: each.loads[cell].rate if cell in each.loads else None for who, each in results.items()}
                said = [
                    f"{who} {each.loads[cell] if cell in each.loads else each.problems.get(name, 'not asked')}"
                    for who, each in results.items()
                ]
                rows.append(_row(f"{told}: {name}", rates, "; ".join([*said, *_unlike(name, ours, others)])))
    return rows


def _pair(
    ours: Measured, other: Measured, asks: Sequence[str], clients: int, mode: str, who: str
) -> tuple[float | None, str, str, float | None]:
    """Our mean and another's over the same asks, as the fields of a row."""
    return ours.mean(asks, clients, mode), "/s", who, other.mean(asks, clients, mode)


def _row(what: str, rates: dict[str, float | None], remark: str) -> Row:
    best = max(((rate, who) for who, rate in rates.items() if rate and who != OURS), default=(None, "nobody else"))
    if not remark:
        remark = "; ".join(f"{who} {rate:.3g}/s" if rate else f"{who} not all" for who, rate in rates.items())
    return Row(what, rates.get(OURS), "/s", best[1], best[0], remark)


def _unlike(name: str, ours: Measured, others: dict[str, Measured]) -> list[str]:
    """Whose first answer is not ours."""
    mine = ours.firsts.get(name)
    found = ((who, each.firsts.get(name)) for who, each in others.items())
    return [
        f"**{who} answers otherwise** ({first.rows} rows, ours {mine.rows})"
        for who, first in found
        if mine and first and first.values != mine.values
    ]


def _plain(results: dict[str, Measured]) -> dict[str, object]:
    return {
        name: {
            "idle": each.idle,
            "busy": each.busy,
            "problems": each.problems,
            "first": {ask: [first.seconds, first.rows] for ask, first in each.firsts.items()},
            "loads": {"|".join(map(str, cell)): [v.rate, v.p50, v.p99, v.errors] for cell, v in each.loads.items()},
        }
        for name, each in results.items()
    }
