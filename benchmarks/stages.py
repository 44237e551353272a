"""One import with a timer around each stage: ``python -m benchmarks.stages TABLE FOLDER DAY``.

Started as a process of its own so that its peak memory can be measured. Prints one JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

READING, LINKING, KNOWN, MATCHING = "reading", "linking and assessing", "reading what is known", "matching"
LIFTING, STORING, VALIDATING = "lifting", "storing the edition", "validating"
COMPOSING, STORING_STATE, REST = "composing the state", "storing the state", "opening and committing"
STAGES = (READING, LINKING, KNOWN, MATCHING, LIFTING, STORING, COMPOSING, STORING_STATE, VALIDATING, REST)
_BLOCK = 1000  # reading the clocks for every quad would cost as much as the quad

T = TypeVar("T")


class Stopwatch:
    """Seconds by stage, of the clock and of the processor. A stage within another one counts only once, as itself."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self.cpu = dict.fromkeys(STAGES, 0.0)
        self._running = [REST]
        self._since = (time.perf_counter(), time.process_time())

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What happens inside belongs to this stage."""
        self.stop()
        self._running.append(name)
        try:
            yield
        finally:
            self.stop()
            self._running.pop()

    def stop(self) -> None:
        """Book the time up to now to the stage that runs."""
        now = (time.perf_counter(), time.process_time())
        self.seconds[self._running[-1]] += now[0] - self._since[0]
        self.cpu[self._running[-1]] += now[1] - self._since[1]
        self._since = now

    def calls(self, owner: Any, attribute: str, stage: str, then: Callable[[Any], Any] = lambda result: result) -> None:
        """Put the owner's function into a stage; ``then`` changes what it returns."""
        function = getattr(owner, attribute)

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.stage(stage):
                return then(function(*args, **kwargs))

        setattr(owner, attribute, timed)

    def stream(self, stage: str, items: Iterable[T]) -> Iterator[T]:
        """The items; what making them takes belongs to the stage, what is done with them does not."""
        rest = iter(items)
        while True:
            with self.stage(stage):
                block = list(islice(rest, _BLOCK))
            if not block:
                return
            yield from block


def watch() -> Stopwatch:
    """A stopwatch that runs, put around the stages of every import from now on in this process."""
    from zielgraph.editions import state
    from zielgraph.importing import plan, run
    from zielgraph.lifting import IdRegistry, Lifted

    clock = Stopwatch()

    def streams(lifted: Lifted) -> Lifted:
        source, derived = (clock.stream(LIFTING, quads) for quads in (lifted.source, lifted.derived))
        return replace(lifted, source=source, derived=derived)

    clock.calls(run, "make_plan", READING)
    clock.calls(plan, "read_meaning", LINKING)
    clock.calls(run, "known_before", KNOWN)
    clock.calls(IdRegistry, "assign", MATCHING)
    clock.calls(run, "lift", LIFTING, streams)
    # the edition is stored while its quads are taken for the state
    clock.calls(
        run, "store_edition", STORING, lambda stored: replace(stored, quads=clock.stream(STORING, stored.quads))
    )
    clock.calls(run, "shared_graphs", STORING_STATE)
    clock.calls(run, "rebuild", STORING_STATE)
    clock.calls(state, "state_quads", COMPOSING, lambda quads: clock.stream(COMPOSING, quads))
    clock.calls(run, "refresh_findings", VALIDATING)
    return clock


def timed_import(table: Path, folder: Path, day: date) -> dict[str, Any]:
    """Import the table in stages: seconds by the clock and the processor, counts, size of the store."""
    begin = time.perf_counter()
    from zielgraph.importing import data_folder, import_table
    from zielgraph.settings import load

    loading = time.perf_counter() - begin
    clock = watch()
    settings = load(data=folder)
    report = import_table(settings, table, edition=day)
    clock.stop()
    return {
        "whole": loading + sum(clock.seconds.values()),
        "cpu_whole": time.process_time(),
        "seconds": clock.seconds,
        "cpu": clock.cpu,
        "total": sum(clock.seconds.values()),
        "counts": report.counts,
        "differences": report.differences.measures if report.differences else {},
        "findings": report.findings,
        "triples": len(data_folder(settings).open().engine),
    }


if __name__ == "__main__":
    print(json.dumps(timed_import(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]))))
