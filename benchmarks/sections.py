"""What is measured. Each function measures one section of the result page."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.copies import ROWS_PER_COPY, write_copies
from benchmarks.measure import Bench, Row, RunError, Section, interleaved, median, spread

DAY = "2019-12-31"
QUESTION = ("query", "actors-in-open-measures", "--param", "theme=Wohnen")
HOUSING = "/api/queries/actors-in-open-measures?theme=Wohnen"
NO_VALIDATION = {"ZIELGRAPH_VALIDATE_ROWS": "0"}
WITH_VALIDATION = {"ZIELGRAPH_VALIDATE_ROWS": "1000000"}
#: A question that takes longer than this is stopped and reported as such.
QUESTION_LIMIT = 60.0


def cologne(bench: Bench) -> Path:
    """The data folder with the Cologne report, imported when it is not there yet."""
    folder = bench.work / "cologne"
    if not (folder / "CURRENT").exists():
        bench.run("-m", "zielgraph", "--data", str(folder), "import", str(_table(bench)), "--edition", DAY)
    return folder


def _table(bench: Bench) -> Path:
    return bench.tree / "data" / "source" / "koeln-zielsystem.tsv"


def _fresh(bench: Bench, name: str) -> Path:
    folder = bench.work / name
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def cologne_import(bench: Bench, times: int) -> Section:
    """The Cologne report from process start to a stored and validated graph, against the plain way."""
    section = Section(
        "The Cologne report, from process start to a stored and validated graph",
        f"{ROWS_PER_COPY} rows. Measured: `python -m zielgraph import` from process start to its end.\n"
        "Baseline: `benchmarks/baseline.py`, the same table read with the csv module into a naive rdflib\n"
        "graph (goals, measures, states, days, raw cells; no repairs, no actors, no lasting ids) and\n"
        "written to a file; then plain pySHACL with our shapes on our graph, where most of its time goes.\n"
        "Stages are timed inside one process.",
    )
    graph = bench.work / "cologne.ttl"
    everything = (
        "--text",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "--format",
        "ttl",
        "--output",
        str(graph),
    )
    bench.run("-m", "zielgraph", "--data", str(cologne(bench)), "query", *everything)
    naive = str(bench.work / "naive.nt")
    splits: list[dict[str, float]] = []

    def ours(env: dict[str, str]) -> Callable[[], float]:
        command = (
            "-m",
            "zielgraph",
            "--data",
            str(bench.work / "import"),
            "import",
            str(_table(bench)),
            "--edition",
            DAY,
        )

        def once() -> float:
            _fresh(bench, "import")
            return bench.run(*command, env=env).seconds

        return once

    def plain() -> float:
        script = str(bench.tree / "benchmarks" / "baseline.py")
        run = bench.run(script, str(_table(bench)), naive, str(graph), str(bench.tree / "shapes"))
        splits.append(run.json())
        return run.seconds

    whole, unchecked, baseline = interleaved(times, ours(WITH_VALIDATION), ours(NO_VALIDATION), plain)
    base = median(baseline)
    section.rows.append(
        Row("Import, whole", median(whole), "s", "csv + rdflib + plain pySHACL", base, spread(whole))
    )
    start = [
        total - split["build"] - split["validate"] for total, split in zip(baseline, splits, strict=True)
    ]
    build = median([split["build"] for split in splits]) + median(start)
    remark = (
        f"{spread(unchecked)}; the baseline makes {splits[0]['triples']:.0f} triples and reads no meaning"
    )
    section.rows.append(
        Row("Import without validation", median(unchecked), "s", "csv + rdflib, no pySHACL", build, remark)
    )
    stages = [_stages(bench, _table(bench), "stages", WITH_VALIDATION) for _ in range(times)]
    validate = median([split["validate"] for split in splits])
    for stage in stages[0]["seconds"]:
        value = median([each["seconds"][stage] for each in stages])
        share = value / median([each["total"] for each in stages])
        against, other = (
            ("plain pySHACL, our graph and shapes", validate) if stage == "validating" else ("", None)
        )
        section.rows.append(Row(f"… {stage}", value, "s", against, other, f"{share:.0%} of the import"))
    found, quads = sum(stages[0]["findings"].values()), stages[0]["triples"]
    remark = f"must be equal; {quads} quads stored"
    section.rows.append(Row("Findings", found, "", "plain pySHACL", splits[0]["findings"], remark))
    return section


def _stages(
    bench: Bench, table: Path, folder: str, env: dict[str, str], limit: float = 900
) -> dict[str, Any]:
    run = bench.run(
        "-m", "benchmarks.stages", str(table), str(_fresh(bench, folder)), DAY, env=env, limit=limit
    )
    return {**run.json(), "process": run.seconds, "peak_mb": run.peak_mb}


def scaling(bench: Bench, sizes: Sequence[int], checked: Sequence[int], limit: float) -> Section:
    """Reports many times as long: the cost of a row must not grow with their number."""
    first = sizes[0]
    section = Section(
        "Growing reports: cost of one row",
        f"The Cologne report many times over, {ROWS_PER_COPY} rows a copy, each copy with words, numbers\n"
        "and days of its own (`benchmarks/copies.py`). Whole process divided by rows; the baseline is the\n"
        f"line with {first} copies, so a ratio above 1 means that the cost of a row grows;\n"
        "stages show where. Memory is the peak of the process.",
    )
    base: dict[str, Any] | None = None
    for copies in sizes:
        table = write_copies(bench.work / f"copies-{copies}.tsv", copies)
        name, rows = f"copies-{copies}", copies * ROWS_PER_COPY
        repeats = 3 if copies <= 10 else 1
        bench.note(f"  {copies} copies, {rows} rows")
        try:
            runs = [_stages(bench, table, name, NO_VALIDATION, limit) for _ in range(repeats)]
        except RunError as error:
            section.rows.append(Row(f"{copies} copies, no validation", None, "ms per row", remark=str(error)))
            break
        result = sorted(runs, key=lambda run: run["process"])[len(runs) // 2]
        assert result["counts"]["rows"] == rows
        per_row = _per_row(result, rows)
        base = base or per_row
        what, against = f"**{copies} copies, {rows} rows**, no validation", f"{first} copies"
        remark = (
            f"{result['process']:.1f} s; {result['triples']} quads; {spread([r['process'] for r in runs])}"
        )
        section.rows.append(Row(what, per_row["whole"], "ms per row", against, base["whole"], remark))
        for stage in result["seconds"]:
            if per_row[stage] > 0.02:
                section.rows.append(Row(f"… {stage}", per_row[stage], "ms per row", against, base[stage]))
        remark = f"{result['peak_mb']:.0f} MB in all"
        section.rows.append(
            Row("… peak memory", per_row["peak"], "kB per row", against, base["peak"], remark)
        )
    _validated(bench, section, checked)
    return section


def _per_row(result: dict[str, Any], rows: int) -> dict[str, float]:
    stages = {stage: value * 1000 / rows for stage, value in result["seconds"].items()}
    return {**stages, "whole": result["process"] * 1000 / rows, "peak": result["peak_mb"] * 1024 / rows}


def _validated(bench: Bench, section: Section, sizes: Sequence[int]) -> None:
    """Rows with validation; a size that does not end within three minutes is named as such."""
    base: float | None = None
    for copies in sizes:
        table = write_copies(bench.work / f"checked-{copies}.tsv", copies)
        rows = copies * ROWS_PER_COPY
        bench.note(f"  {copies} copies with validation")
        name = f"**{copies} {'copy' if copies == 1 else 'copies'}, {rows} rows**: validating alone"
        try:
            result = _stages(bench, table, f"checked-{copies}", WITH_VALIDATION, limit=180)
        except RunError as error:
            section.rows.append(Row(name, None, "ms per row", remark=str(error)))
            return
        value = result["seconds"]["validating"] * 1000 / rows
        base = base or value
        against = f"{sizes[0]} {'copy' if sizes[0] == 1 else 'copies'}"
        remark = f"import with validation {result['process']:.1f} s, {result['peak_mb']:.0f} MB; one run"
        section.rows.append(Row(name, value, "ms per row", against, base, remark))


def cold_start(bench: Bench, times: int) -> Section:
    """A question on the command line, from process start to its answer."""
    section = Section(
        "Cold start of a question",
        f"`zielgraph {' '.join(QUESTION)}` on the Cologne folder,\n"
        "whole process, in turn with the baselines. Aim: 0.3 s.",
    )
    folder = str(cologne(bench))
    asked, empty, rdflib = interleaved(
        times,
        lambda: bench.run("-m", "zielgraph", "--data", folder, *QUESTION).seconds,
        lambda: bench.run("-c", "pass").seconds,
        lambda: bench.run("-c", "import rdflib").seconds,
    )
    verdict = "aim of 0.3 s met" if median(asked) <= 0.3 else "aim of 0.3 s missed"
    section.rows.append(Row("Housing question", median(asked), "s", "python -c pass", median(empty), verdict))
    section.rows.append(
        Row(
            "Housing question", median(asked), "s", 'python -c "import rdflib"', median(rdflib), spread(asked)
        )
    )
    return section


def serving(bench: Bench, times: int, large: Path | None) -> Section:
    """The service from process start to its first answers."""
    section = Section(
        "The service, from process start to its first answer",
        "Asked every 5 ms until the answer is 200. The housing question is asked at once, of a process of\n"
        "its own, so that nothing has warmed up for it. Baseline: the smallest Flask application under\n"
        "waitress (`benchmarks/plain_app.py`).",
    )
    ours = ("-m", "zielgraph", "--data", str(cologne(bench)), "serve", "--port")
    plain = (str(bench.tree / "benchmarks" / "plain_app.py"),)
    try:
        health, housing, baseline = interleaved(
            times,
            lambda: _first_answer(bench, ours, "/health"),
            lambda: _first_answer(bench, ours, HOUSING),
            lambda: _first_answer(bench, plain, "/health"),
        )
    except RunError as error:
        section.rows.append(Row("zielgraph serve", None, "s", remark=str(error)))
        return section
    base = median(baseline)
    section.rows.append(Row("/health", median(health), "s", "plain Flask, /health", base, spread(health)))
    section.rows.append(
        Row("Housing question", median(housing), "s", "plain Flask, /health", base, spread(housing))
    )
    if large is not None:
        big = ("-m", "zielgraph", "--data", str(large), "serve", "--port")
        name = f"/health on the store of {large.name}"
        try:
            again, small = interleaved(
                3, lambda: _first_answer(bench, big, "/health"), lambda: _first_answer(bench, ours, "/health")
            )
        except RunError as error:
            section.rows.append(Row(name, None, "s", remark=str(error)))
        else:
            section.rows.append(Row(name, median(again), "s", "Cologne", median(small), spread(again)))
    return section


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _first_answer(bench: Bench, command: Sequence[str], path: str, limit: float = 60) -> float:
    """Seconds from the start of the server process until the path answers 200."""
    port = _free_port()
    log = bench.work / "server.log"
    begin = time.perf_counter()
    with log.open("wb") as handle:
        process = subprocess.Popen(
            [sys.executable, *command, str(port)],
            stdout=handle,
            stderr=handle,
            cwd=bench.tree,
            env=bench.environment(),
        )
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": "application/json"})
    try:
        while time.perf_counter() - begin < limit:
            try:
                with urllib.request.urlopen(request, timeout=limit) as response:
                    json.load(response)
                    return time.perf_counter() - begin
            except urllib.error.HTTPError as error:
                raise RunError(f"{path} answers {error.code}") from None
            except OSError:
                if process.poll() is not None:
                    last = log.read_text(errors="replace").strip().splitlines()[-1:]
                    raise RunError(f"the server ended: {' '.join(last)[:200]}") from None
                time.sleep(0.005)
        raise RunError(f"{path} does not answer within {limit:.0f} s")
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def questions(bench: Bench, large: Path | None, copies: int) -> Section:
    """The catalogue on the largest store, each question against the simplest lookup and against Cologne."""
    section = Section(
        f"The questions on {copies} copies ({copies * ROWS_PER_COPY} rows)",
        "Each with the parameters of its example, in a process of its own with the store on disk; from the\n"
        "text a person typed to all rows of the answer. Baseline: all triples of one measure. The remark\n"
        f"names the same question on the Cologne store, which has 1/{copies} of the rows.\n"
        f"Stopped after {QUESTION_LIMIT:.0f} s.",
    )
    if large is None:
        section.rows.append(Row("all", None, "ms", remark="the store was not built"))
        return section
    small = cologne(bench)
    base = median(bench.run("-m", "benchmarks.ask", str(large), "-").json()["ms"])
    section.rows.append(Row("Simplest lookup", base, "ms", "itself", base))
    for path in sorted((bench.tree / "queries").glob("*.rq")):
        here = bench.run("-m", "benchmarks.ask", str(small), path.stem).json()
        bench.note(f"  {path.stem}")
        few = f"Cologne {median(here['ms']):.2g} ms, {here['rows']} rows"
        try:
            found = bench.run("-m", "benchmarks.ask", str(large), path.stem, limit=QUESTION_LIMIT).json()
        except RunError as error:
            section.rows.append(Row(path.stem, None, "ms", "lookup", base, f"{error}; {few}"))
            continue
        times = median(found["ms"]) / median(here["ms"])
        remark = f"{found['rows']} rows; {few}; {times:.0f} times as long"
        section.rows.append(Row(path.stem, median(found["ms"]), "ms", "lookup", base, remark))
    return section
