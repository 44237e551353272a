"""One question, timed: ``python -m benchmarks.ask FOLDER NAME``; the name ``-`` is a simple lookup.

A process of its own, because a query of the embedded engine can only be stopped by killing its process.
Prints one JSON line: milliseconds of each repetition and the number of answer rows.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from zielgraph.engine import NamedNode, QuerySolutions
from zielgraph.questions import load_catalogue, run_question
from zielgraph.settings import load
from zielgraph.store import DataFolder

#: Everything about one measure: the simplest lookup there is.
LOOKUP = "SELECT ?p ?o WHERE {{ {} ?p ?o }}"
_MEASURE = NamedNode("https://w3id.org/zielgraph/ontology#Measure")
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_MOST, _ENOUGH_SECONDS = 7, 3.0


def timed(folder: Path, name: str) -> dict[str, Any]:
    """Ask until seven answers or three seconds are reached. The first answer counts like the others."""
    settings = load(data=folder)
    engine = DataFolder(folder, base=settings.base).open().engine
    question = None if name == "-" else load_catalogue()[name]
    times: list[float] = []
    rows = 0
    lookup = ""
    if question is None:
        lookup = LOOKUP.format(next(iter(engine.quads(None, _TYPE, _MEASURE, None))).subject)
    while len(times) < _MOST and sum(times) < _ENOUGH_SECONDS * 1000:
        begin = time.perf_counter()
        if question is None:
            results = engine.query(lookup)
            assert isinstance(results, QuerySolutions)
            rows = sum(1 for _ in results)
        else:
            rows = len(run_question(engine, question, question.example).rows)
        times.append((time.perf_counter() - begin) * 1000)
    return {"ms": times, "rows": rows}


if __name__ == "__main__":
    print(json.dumps(timed(Path(sys.argv[1]), sys.argv[2])))
