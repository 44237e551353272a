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

from benchmarks.copies import ROWS_PER_COPY, write_changed, write_copies
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
        "Stages are timed inside a process of their own, in turn with the others.",
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
    stages: list[dict[str, Any]] = []

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

    def staged() -> float:
        stages.append(_stages(bench, _table(bench), "stages", WITH_VALIDATION))
        return float(stages[-1]["whole"])

    whole, unchecked, baseline, together = interleaved(times, ours(WITH_VALIDATION), ours(NO_VALIDATION), plain, staged)
    base = median(baseline)
    section.rows.append(Row("Import, whole", median(whole), "s", "csv + rdflib + plain pySHACL", base, spread(whole)))
    start = [total - split["build"] - split["validate"] for total, split in zip(baseline, splits, strict=True)]
    build = median([split["build"] for split in splits]) + median(start)
    remark = f"{spread(unchecked)}; the baseline makes {splits[0]['triples']:.0f} triples and reads no meaning"
    section.rows.append(
        Row("Import without validation", median(unchecked), "s", "csv + rdflib, no pySHACL", build, remark)
    )
    validate = median([split["validate"] for split in splits])
    for stage in stages[0]["seconds"]:
        value = median([each["seconds"][stage] for each in stages])
        share = value / median(together)
        against, other = ("plain pySHACL, our graph and shapes", validate) if stage == "validating" else ("", None)
        section.rows.append(Row(f"… {stage}", value, "s", against, other, f"{share:.0%} of the import"))
    found, quads = sum(stages[0]["findings"].values()), stages[0]["triples"]
    remark = f"must be equal; {quads} quads stored"
    section.rows.append(Row("Findings", found, "", "plain pySHACL", splits[0]["findings"], remark))
    return section


def _stages(bench: Bench, table: Path, folder: str, env: dict[str, str], limit: float = 900) -> dict[str, Any]:
    run = bench.run("-m", "benchmarks.stages", str(table), str(_fresh(bench, folder)), DAY, env=env, limit=limit)
    return {**run.json(), "peak_mb": run.peak_mb}


def scaling(bench: Bench, sizes: Sequence[int], checked: Sequence[int], limit: float) -> Section:
    """Reports many times as long: the cost of a row must not grow with their number."""
    section = Section(
        "Growing reports: cost of one row",
        f"The Cologne report many times over, {ROWS_PER_COPY} rows a copy, each copy with words, numbers\n"
        "and days of its own (`benchmarks/copies.py`). Import divided by rows; the baseline is the smallest\n"
        "report, measured before and after the larger ones, so a ratio above 1 means that the cost of a row\n"
        "grows. Stages are in processor time (all threads), which other people's work on the machine\n"
        "disturbs less than the clock. Starting up costs the same for all sizes and so makes the smallest\n"
        "dearer; the remark compares neighbours too. Memory is the peak of the process.",
    )
    found = _sizes(bench, section, sizes, NO_VALIDATION, limit, "no validation")
    previous: dict[str, float] = {}
    for copies, runs in found.items() if sizes[0] in found else ():
        rows = copies * ROWS_PER_COPY
        result, base = _per_row(runs, copies), _per_row(found[sizes[0]], sizes[0])
        what, against = f"**{_copies(copies)}, {rows} rows**, no validation", _copies(sizes[0])
        clock = [run["whole"] for run in runs]
        remark = f"{median(clock):.1f} s; {runs[0]['triples']} quads; {spread(clock)}"
        section.rows.append(Row(f"{what}, clock", result["whole"], "ms per row", against, base["whole"], remark))
        step = (
            f"{result['cpu_whole'] / previous['cpu_whole']:.2f} times the row of the next smaller" if previous else ""
        )
        previous = result
        section.rows.append(Row("… processor", result["cpu_whole"], "ms per row", against, base["cpu_whole"], step))
        for stage in runs[0]["cpu"]:
            if result[stage] > 0.02:
                section.rows.append(Row(f"… … {stage}", result[stage], "ms per row", against, base[stage]))
        remark = f"{max(run['peak_mb'] for run in runs):.0f} MB in all"
        section.rows.append(Row("… peak memory", result["peak"], "kB per row", against, base["peak"], remark))
    found = _sizes(bench, section, checked, WITH_VALIDATION, 180, "with validation")
    for copies, runs in found.items() if checked[0] in found else ():
        result, base = _per_row(runs, copies), _per_row(found[checked[0]], checked[0])
        what = f"**{_copies(copies)}, {copies * ROWS_PER_COPY} rows**: validating alone, processor"
        clock = [run["seconds"]["validating"] for run in runs]
        remark = f"by the clock {median(clock):.1f} s, {spread(clock)}; {max(run['peak_mb'] for run in runs):.0f} MB"
        row = Row(what, result["validating"], "ms per row", _copies(checked[0]), base["validating"], remark)
        section.rows.append(row)
    return section


def _copies(number: int) -> str:
    return f"{number} {'copy' if number == 1 else 'copies'}"


def _sizes(
    bench: Bench, section: Section, sizes: Sequence[int], env: dict[str, str], limit: float, what: str
) -> dict[int, list[dict[str, Any]]]:
    """All runs by size. The smallest runs three times before and three times after the others, which run once.

    A size that fails or does not end within the limit becomes a row that says so.
    """
    runs: dict[int, list[dict[str, Any]]] = {}
    for copies in [*[sizes[0]] * 3, *sizes[1:], *[sizes[0]] * 3]:
        name = f"{'checked' if env is WITH_VALIDATION else 'copies'}-{copies}"
        table = write_copies(bench.work / f"{name}.tsv", copies)
        bench.note(f"  {_copies(copies)}, {what}")
        try:
            result = _stages(bench, table, name, env, limit)
        except RunError as error:
            section.rows.append(Row(f"{_copies(copies)}, {what}", None, "ms per row", remark=str(error)))
            continue
        assert result["counts"]["rows"] == copies * ROWS_PER_COPY
        runs.setdefault(copies, []).append(result)
    return runs


def _per_row(runs: Sequence[dict[str, Any]], copies: int) -> dict[str, float]:
    """Medians over the runs in milliseconds (stages: of the processor) and kilobytes per row."""
    rows = copies * ROWS_PER_COPY
    stages = {stage: median([run["cpu"][stage] for run in runs]) * 1000 / rows for stage in runs[0]["cpu"]}
    whole = {key: median([run[key] for run in runs]) * 1000 / rows for key in ("whole", "cpu_whole")}
    return {**stages, **whole, "peak": median([run["peak_mb"] for run in runs]) * 1024 / rows}


def editions(bench: Bench, sizes: Sequence[int], limit: float) -> Section:
    """A second edition: recognising what is known, and comparing. Neither may grow faster than the report."""
    section = Section(
        "A second edition: recognising and comparing",
        "The Cologne report many times over, and again a year later: of seven lines one has a longer note, one\n"
        "other words, one is missing (`benchmarks/editions.py`). Processor time of each step divided by the\n"
        "rows of the first edition; the baseline is the smallest report. The first row is the whole import of\n"
        "the second edition, without validation, of which the two steps below it are a part.",
    )
    base: dict[str, float] = {}
    for copies in sizes:
        tables = (
            write_copies(bench.work / f"first-{copies}.tsv", copies),
            write_changed(bench.work / f"second-{copies}.tsv", copies),
        )
        bench.note(f"  two editions of {_copies(copies)}")
        folder = _fresh(bench, f"editions-{copies}")
        command = ("-m", "benchmarks.editions", *map(str, tables), str(folder))
        try:
            found = bench.run(*command, env=NO_VALIDATION, limit=limit).json()
        except RunError as error:
            section.rows.append(Row(_copies(copies), None, "ms per row", remark=str(error)))
            continue
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        assert found["rows"] == copies * ROWS_PER_COPY
        whole = f"**{_copies(copies)}, {found['rows']} rows**: import of the second edition"
        costs = {whole: found["import"], **{f"… {step}": seconds for step, seconds in found["cpu"].items()}}
        kinds = ", ".join(f"{number} {kind}" for kind, number in found["measures"].items() if number)
        remarks = {whole: kinds, "… comparing": f"{found['changes']} items with changes"}
        each = [(name, seconds * 1000 / found["rows"]) for name, seconds in costs.items()]
        base = base or {name.split(": ")[-1]: cost for name, cost in each}
        for name, cost in each:
            against = base[name.split(": ")[-1]]
            section.rows.append(Row(name, cost, "ms per row", _copies(sizes[0]), against, remarks.get(name, "")))
    return section


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
        Row("Housing question", median(asked), "s", 'python -c "import rdflib"', median(rdflib), spread(asked))
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
    section.rows.append(Row("Housing question", median(housing), "s", "plain Flask, /health", base, spread(housing)))
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
