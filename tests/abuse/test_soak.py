"""Ten minutes of reading and importing at once: no error, no torn read."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from serving import Service, serving

from zielgraph import resources

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
SECONDS = float(os.environ.get("ZIELGRAPH_SOAK_SECONDS", "600"))
WHOLE = """PREFIX zg: <https://w3id.org/zielgraph/ontology#>
SELECT (COUNT(DISTINCT ?m) AS ?measures) (COUNT(DISTINCT ?with) AS ?withStatus) (SAMPLE(?text) AS ?marked) {
  ?m a zg:Measure OPTIONAL { ?m zg:status ?s BIND(?m AS ?with) }
  OPTIONAL { ?m zg:progressText ?text FILTER(CONTAINS(?text, "PROBELAUF")) }
} # %s"""


@pytest.mark.soak
def test_reading_while_importing(tmp_path: Path, zielgraph: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    lines = KOELN.read_text("utf-8").splitlines(keepends=True)
    marked = tmp_path / "marked.tsv"
    with_note = next(i for i, line in enumerate(lines) if "laufend" in line and i > 5)
    shorter = [line for i, line in enumerate(lines) if i != with_note]
    marked.write_text("".join(shorter), "utf-8")
    data = tmp_path / "data"
    assert zielgraph("import", KOELN, "--edition", "2019-12-31", data=data).returncode == 0
    wrong: list[str] = []
    end = threading.Event()
    counts = {44, 43}
    seen: set[int] = set()

    def read(service: Service, reader: int) -> int:
        number = 0
        while not end.is_set():
            number += 1
            answer = service.select(WHOLE % f"{reader}/{number}")
            if answer.status != 200:
                wrong.append(f"{answer.status} {answer.body[:200]!r}")
                continue
            row = answer.json()["results"]["bindings"][0]
            measures, having = int(row["measures"]["value"]), int(row["withStatus"]["value"])
            seen.add(measures)
            if measures not in counts or having != measures:
                wrong.append(f"torn: {row}")
            if number % 10 == 0 and (page := service.ask("de/massnahmen")).status != 200:
                wrong.append(f"page {page.status}")
            time.sleep(0.05)
        return number

    environment = {"ZIELGRAPH_VALIDATE_ROWS": "0"}
    with serving(data, ZIELGRAPH_RATE="0") as service, ThreadPoolExecutor(4) as readers:
        begin, rounds = time.monotonic(), 0
        running = [readers.submit(read, service, reader) for reader in range(4)]
        try:
            while time.monotonic() - begin < SECONDS:
                file = marked if rounds % 2 == 0 else KOELN
                done = zielgraph("import", file, "--edition", "2019-12-31", "--replace", data=data, **environment)
                if done.returncode:
                    wrong.append(done.stderr)
                rounds += 1
        finally:
            end.set()
        reads = sum(each.result() for each in running)
    assert wrong == []
    assert rounds > 2
    assert reads > 20 * rounds
    assert seen == counts
