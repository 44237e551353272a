"""Running and timing processes, and the rows that come of it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class RunError(Exception):
    """A measured process failed or ran out of time; the message becomes the row's remark."""


@dataclass(frozen=True)
class Run:
    """One finished process: seconds from start to end and of the processor, peak memory in MB, its stdout."""

    seconds: float
    cpu: float
    peak_mb: float
    output: str

    def json(self) -> Any:
        """The last line of stdout as JSON."""
        return json.loads(self.output.strip().splitlines()[-1])


@dataclass(frozen=True)
class Row:
    """One line of the table. ``value`` and ``baseline`` share the unit; the ratio is their quotient."""

    what: str
    value: float | None
    unit: str
    against: str = ""
    baseline: float | None = None
    remark: str = ""

    @property
    def ratio(self) -> float | None:
        """Measured divided by baseline; below 1 is better than the baseline."""
        return self.value / self.baseline if self.value is not None and self.baseline else None


@dataclass
class Section:
    """Rows that belong together, under a heading and a sentence on how they were measured."""

    title: str
    how: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """Where a run happens: the frozen copy of the program that is measured, and a folder to work in."""

    tree: Path
    work: Path
    note: Callable[[str], None]

    def environment(self, **extra: str) -> dict[str, str]:
        """Environment of measured processes: the frozen copy comes first, the shell's settings are out."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ZIELGRAPH_")}
        return {**kept, "PYTHONPATH": f"{self.tree / 'service'}{os.pathsep}{self.tree}", **extra}

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        limit: float = 900,
        needed: int | None = 0,
        python: str = sys.executable,
    ) -> Run:
        """Run Python with the arguments, wait for its end, and measure it from outside.

        Raises RunError when it takes longer than ``limit`` seconds or ends with another code than ``needed``.
        """
        command = [python, *arguments]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begin = time.perf_counter()
            process = subprocess.Popen(
                command, stdout=out, stderr=err, cwd=self.tree, env=self.environment(**(env or {}))
            )
            killed = threading.Event()

            def kill() -> None:
                killed.set()
                process.kill()

            timer = threading.Timer(limit, kill)
            timer.start()
            try:
                _, status, usage = os.wait4(process.pid, 0)
                seconds = time.perf_counter() - begin
            except BaseException:
                process.kill()
                raise
            finally:
                timer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)  # reaped here, Popen need not wait
            out.seek(0)
            err.seek(0)
            if killed.is_set():
                raise RunError(f"not finished after {limit:.0f} s")
            if needed is not None and process.returncode != needed:
                last = err.read().decode(errors="replace").strip().splitlines()[-1:]
                raise RunError(f"exit code {process.returncode}: {' '.join(last)[:200]}")
            cpu = usage.ru_utime + usage.ru_stime
            return Run(seconds, cpu, usage.ru_maxrss / 1024, out.read().decode(errors="replace"))


def median(values: Sequence[float]) -> float:
    """The median of the values."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """How far the values of one row lie apart, as a remark."""
    if len(values) < 2:
        return "one run"
    return f"median of {len(values)}, {min(values):.3g}–{max(values):.3g}"


def interleaved(times: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Take each measure in turn, so that noise on a shared machine hits all of them alike."""
    values: list[list[float]] = [[] for _ in measures]
    for _ in range(times):
        for measure, taken in zip(measures, values, strict=True):
            taken.append(measure())
    return values
