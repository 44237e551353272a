"""One import with a timer around each stage: ``python -m benchmarks.stages TABLE FOLDER DAY``.

Started as a process of its own so that its peak memory can be measured. Prints one JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

#: The stages and the names in ``zielgraph.importing`` that do them.
STAGES = {
    "reading": "_read",
    "linking and assessing": "read_meaning",
    "lifting": "lift",
    "storing": "_store",
    "validating": "store_findings",
}


def timed_import(table: Path, folder: Path, day: date) -> dict[str, Any]:
    """Import the table in stages: seconds by the clock and the processor, counts, size of the store."""
    seconds: dict[str, float] = dict.fromkeys(STAGES, 0.0)
    cpu: dict[str, float] = dict.fromkeys(STAGES, 0.0)
    begin = time.perf_counter()
    from zielgraph import importing
    from zielgraph.settings import load

    loaded, busy_before = time.perf_counter(), time.process_time()

    def wrap(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            start, busy = time.perf_counter(), time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                seconds[stage] += time.perf_counter() - start
                cpu[stage] += time.process_time() - busy

        return timed

    for stage, name in STAGES.items():
        setattr(importing, name, wrap(stage, getattr(importing, name)))
    settings = load(data=folder)
    report = importing.import_table(settings, table, edition=day)
    total, all_busy = time.perf_counter() - loaded, time.process_time() - busy_before
    rest = "opening and committing"
    return {
        "whole": loaded - begin + total,
        "cpu_whole": time.process_time(),
        "seconds": seconds | {rest: total - sum(seconds.values())},
        "cpu": cpu | {rest: all_busy - sum(cpu.values())},
        "total": total,
        "counts": report.counts,
        "findings": report.findings,
        "triples": len(importing.data_folder(settings).open().engine),
    }


if __name__ == "__main__":
    print(json.dumps(timed_import(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))))
