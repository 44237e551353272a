"""A second edition, timed: ``python -m benchmarks.editions TABLE CHANGED FOLDER``.

Imports the table and then the changed one, a year later, and compares the two. A process of its own so that nothing
else is measured with it. Prints one JSON line: seconds of the processor by step, and the counts of the matching.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.stages import KNOWN, MATCHING, timed_import
from zielgraph.editions.diff import compare
from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_facts
from zielgraph.importing import data_folder, import_table
from zielgraph.settings import load

FIRST, SECOND = date(2019, 12, 31), date(2020, 12, 31)
FACTS, COMPARING = "facts of both", "comparing"


def timed_editions(table: Path, changed: Path, folder: Path) -> dict[str, Any]:
    """Import both tables, the second one in stages, and compare the editions."""
    settings = load(data=folder)
    rows = import_table(settings, table, edition=FIRST).counts["rows"]
    second = timed_import(changed, folder, SECOND)
    store = data_folder(settings).open()
    begin = time.process_time()
    before, after = (edition_facts(store.engine, settings.base, info) for info in store.info.editions)
    read = time.process_time()
    changes = compare(before, after, Names(store.engine))
    done = time.process_time()
    costs = {step: second["cpu"][step] for step in (KNOWN, MATCHING)}
    return {
        "rows": rows,
        "cpu": costs | {FACTS: read - begin, COMPARING: done - read},
        "import": sum(second["cpu"].values()),
        "measures": second["differences"],
        "changes": len(changes.entries),
    }


if __name__ == "__main__":
    print(json.dumps(timed_editions(*map(Path, sys.argv[1:4]))))
