"""An import killed at any moment leaves the old or the new state and nothing between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zielgraph.store import DataFolder

ROUNDS = 50
TABLE = Path(__file__).parents[1] / "importing" / "tables" / "small.tsv"


@pytest.mark.soak
def test_sigkill_at_random_moments(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "var", base="https://w3id.org/zielgraph/id/")
    environment = os.environ | {"ZIELGRAPH_DATA": str(tmp_path / "var"), "ZIELGRAPH_VALIDATE_ROWS": "0"}
    chance = random.Random(20191231)  # noqa: S311 - repeatable, not secret
    text = TABLE.read_text("utf-8")
    killed = 0
    for number in range(ROUNDS):
        table = tmp_path / "table.tsv"
        table.write_text(text.replace("Lotsen im Quartier", f"Lotsen im Quartier {number}"), "utf-8")
        before = {e.date for e in data.info().editions}
        day = f"{2000 + number}-01-01"
        command = [sys.executable, "-m", "zielgraph", "import", str(table), "--edition", day]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(chance.uniform(0.15, 0.75))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        snapshot = data.open()
        after = {e.date for e in snapshot.info.editions}
        assert after in (before, before | {day})
        graphs = {name for name in snapshot.engine.graph_names() if name.endswith("/source")}
        assert {name.rsplit("/", 2)[1] for name in graphs} == after
    assert killed > ROUNDS / 4, "most rounds must hit a running import"
