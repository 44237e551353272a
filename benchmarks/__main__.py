"""``python -m benchmarks``: measure, print the table, and with ``--write`` keep it in RESULTS.md.

Before anything is measured the program is copied to a temporary folder, so that editing can go on undisturbed
and every row measures the same text.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import sections
from benchmarks.large import large_tables
from benchmarks.measure import Bench, Row, RunError, Section
from benchmarks.morph import against_morph
from benchmarks.pages import pages
from benchmarks.report import ROOT, document, heading, section_text
from benchmarks.sparql import sparql
from benchmarks.sparqldata import SIZES
from benchmarks.sparqlservers import SERVERS

RESULTS = Path(__file__).with_name("RESULTS.md")
_PARTS = ("import", "scaling", "editions", "start", "serve", "questions", "large", "morph", "sparql", "pages")
_FROZEN = ("service", "ontology", "shapes", "queries", "data", "benchmarks", "pyproject.toml")


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write the table to {RESULTS.relative_to(ROOT)}")
    parser.add_argument("--only", action="append", choices=_PARTS, help="measure only this part; can be repeated")
    parser.add_argument("--copies", type=_numbers, default=[10, 100, 1000], help="sizes without validation")
    parser.add_argument("--checked", type=_numbers, default=[1, 10, 30], help="sizes with validation")
    parser.add_argument("--editions", type=_numbers, default=[10, 100], help="sizes of second editions")
    parser.add_argument("--rows", type=_numbers, default=[1000, 10_000, 100_000], help="rows of large and morph")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions of the import of the Cologne report")
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a large step is stopped")
    parser.add_argument("--size", action="append", choices=tuple(SIZES), help="sizes of sparql, pages; can be repeated")
    parser.add_argument("--server", action="append", choices=tuple(SERVERS), help="servers of sparql; can be repeated")
    parser.add_argument("--seconds", type=float, default=2, help="seconds of load for each cell of sparql")
    return parser.parse_args()


def _freeze(target: Path) -> Path:
    for name in _FROZEN:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)
    return target


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Measure what was asked for. Ends with 1 when a row could not be measured."""
    given = _arguments()
    wanted = given.only or _PARTS
    begin, head = time.perf_counter(), heading()
    done: list[Section] = []
    with tempfile.TemporaryDirectory(prefix="zielgraph-bench-") as folder:
        work = Path(folder) / "work"
        work.mkdir()
        bench = Bench(_freeze(Path(folder) / "tree"), work, _note)
        bench.run("-m", "compileall", "-q", "service", "benchmarks")
        largest = max(given.copies)

        def large() -> Path | None:
            store = work / f"copies-{largest}"
            return store if (store / "CURRENT").exists() else None

        parts: dict[str, Callable[[], Section]] = {
            "import": lambda: sections.cologne_import(bench, given.repeat),
            "scaling": lambda: sections.scaling(bench, sorted(given.copies), sorted(given.checked), given.limit),
            "editions": lambda: sections.editions(bench, sorted(given.editions), given.limit),
            "start": lambda: sections.cold_start(bench, 10),
            "serve": lambda: sections.serving(bench, 5, large()),
            "questions": lambda: sections.questions(bench, large(), largest),
            "large": lambda: large_tables(bench, sorted(given.rows), given.limit),
            "morph": lambda: against_morph(bench, sorted(given.rows), given.limit),
            "sparql": lambda: sparql(bench, given.size or tuple(SIZES), given.server or tuple(SERVERS), given.seconds),
            "pages": lambda: pages(bench, given.size or tuple(SIZES)),
        }
        for name, part in parts.items():
            if name in wanted:
                _note(name)
                try:
                    done.append(part())
                except RunError as error:
                    done.append(Section(name, "Could not be measured.", [Row(name, None, "", remark=str(error))]))
                _note(section_text(done[-1]))
    page = document(head, done, time.perf_counter() - begin)
    print(page)
    if given.write:
        RESULTS.write_text(page, "utf-8")
    return int(any(row.value is None for section in done for row in section.rows))


if __name__ == "__main__":
    sys.exit(main())
