"""A command killed at any moment leaves the old or the new state and nothing between."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zielgraph.store import DataFolder

from .kills import BASE, Workplace, exported, killed


def test_eight_kills_during_the_commit(tmp_path: Path) -> None:
    """Right before and right after ``CURRENT`` is replaced, for every command that writes."""
    workplace = Workplace(tmp_path)
    old = exported(workplace.base)
    for name in ("import", "undo", "restore", "redact"):
        _, _, new = workplace.complete(name)
        assert new != old
        for when in ("before", "after"):
            data = workplace.copy()
            assert killed(workplace.run(data, workplace.commands[name], (-1, when)))
            assert workplace.check(name, data, (old, new)) == (when == "after"), f"{name}, {when}"


@pytest.mark.soak
@pytest.mark.parametrize("name", ["import", "undo", "restore", "redact", "backup"])
def test_kills_at_every_step_on_the_disk(tmp_path: Path, name: str) -> None:
    workplace = Workplace(tmp_path)
    old = exported(workplace.base)
    steps, _, new = workplace.complete(name)
    outcomes = []
    for step in range(1, steps + 1):
        data = workplace.copy()
        if killed(workplace.run(data, workplace.commands[name], (step, "after"))):
            outcomes.append(workplace.check(name, data, (old, new)))
    assert len(outcomes) >= 5
    assert outcomes == sorted(outcomes), "first always the old state, then always the new one"
    assert (True in outcomes) == (name != "backup" or old == new)


@pytest.mark.soak
def test_sigkill_at_random_moments(tmp_path: Path) -> None:
    workplace = Workplace(tmp_path)
    old = exported(workplace.base)
    new = {name: workplace.complete(name)[2] for name in workplace.commands}
    chance = random.Random(20191231)  # noqa: S311 - repeatable, not secret
    hits = 0
    for number in range(60):
        name = list(workplace.commands)[number % 5]
        data = workplace.copy()
        command = [sys.executable, "-m", "zielgraph", *workplace.commands[name]]
        process = subprocess.Popen(
            command, env=workplace.environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        time.sleep(chance.uniform(0.1, 0.9))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        hits += process.returncode == -signal.SIGKILL
        workplace.check(name, data, (old, new[name]))
    assert hits > 15, "many rounds must hit a running command"


@pytest.mark.soak
def test_many_kills_of_one_folder(tmp_path: Path) -> None:
    """Import after import into the same folder, whatever the last one left."""
    workplace = Workplace(tmp_path)
    data, chance = workplace.copy(), random.Random(7)  # noqa: S311 - repeatable, not secret
    for number in range(20):
        before = {e.date for e in DataFolder(data, base=BASE).info().editions}
        arguments = ["import", str(workplace.tables[2]), "--edition", f"{2030 + number}-01-01"]
        killed(workplace.run(data, arguments, (chance.randrange(1, 20), "after")))
        snapshot = DataFolder(data, base=BASE).open()
        after = {e.date for e in snapshot.info.editions}
        assert after in (before, before | {f"{2030 + number}-01-01"})
        graphs = {name for name in snapshot.engine.graph_names() if name.endswith("/source")}
        assert {name.rsplit("/", 2)[1] for name in graphs} == after
