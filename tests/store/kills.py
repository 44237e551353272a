"""Commands that are killed at a chosen step, and what is left then."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from zielgraph import settings
from zielgraph.exporting import export
from zielgraph.keeping import restore
from zielgraph.store import DataFolder

BASE = "https://w3id.org/zielgraph/id/"
TABLE = Path(__file__).parents[1] / "importing" / "tables" / "small.tsv"
NAME = "Max Mustermann"
# Runs a command and kills itself right before or after its n-th step on the disk, or with -1 the step that replaces
# CURRENT: the number of steps before that differs, since the engine tidies up in the background. 0 counts them.
_SCRIPT = """
import os, signal, sys
number, after = int(sys.argv[1]), sys.argv[2] == "after"
steps = pointer = 0
def counted(function):
    def step(*arguments, **more):
        global steps, pointer
        steps += 1
        moves = str(arguments[-1]).endswith("CURRENT")
        if moves:
            pointer = steps
        chosen = moves if number == -1 else steps == number
        if chosen and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **more)
        if chosen:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return step
for name in ("rename", "replace", "link", "fsync", "rmdir"):
    setattr(os, name, counted(getattr(os, name)))
from zielgraph.cli.main import main
main(sys.argv[3:], standalone_mode=False)
print("STEPS", steps, pointer)
"""


class Workplace:
    """A data folder with two editions that name a person, a backup of the first, and commands to kill."""

    def __init__(self, place: Path) -> None:
        self.place, self.base = place, place / "base"
        text = TABLE.read_text("utf-8").replace("Lotsen im Quartier", f"Lotsen mit {NAME}")
        self.tables = []
        for number in range(3):
            self.tables.append(place / f"{number}.tsv")
            self.tables[-1].write_text(text.replace("Beratung durch 56", f"Beratung {number} durch 56"), "utf-8")
        self.backup = place / "backup.tar.gz"
        for arguments in (self.import_(0), ["backup", str(self.backup)], self.import_(1)):
            done = self.run(self.base, arguments)
            assert done.returncode == 0, done.stderr
        self.commands = {
            "import": self.import_(2),
            "undo": ["undo"],
            "restore": ["restore", str(self.backup), "--yes"],
            "redact": ["redact", *NAME.split(), "--reason", "x", "--name", "y"],
            "backup": ["backup", str(place / "new.tar.gz"), "--force"],
        }

    def import_(self, number: int) -> list[str]:
        return ["import", str(self.tables[number]), "--edition", f"{2020 + number}-01-01"]

    def environment(self, data: Path) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("ZIELGRAPH_")}
        return own | {"ZIELGRAPH_DATA": str(data), "ZIELGRAPH_VALIDATE_ROWS": "0"}

    def run(
        self, data: Path, arguments: list[str], kill: tuple[int, str] = (0, "before")
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, killed at that step."""
        return subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(kill[0]), kill[1], *arguments],
            env=self.environment(data),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def copy(self) -> Path:
        """A fresh copy of the data folder."""
        shutil.rmtree(self.place / "work", ignore_errors=True)
        shutil.copytree(self.base, self.place / "work")
        return self.place / "work"

    def complete(self, name: str) -> tuple[int, int, bytes]:
        """Run a command to its end: its number of steps, which of them moves ``CURRENT``, and the state after it."""
        data = self.copy()
        done = self.run(data, self.commands[name])
        assert done.returncode == 0, done.stderr
        steps, pointer = map(int, done.stdout.rsplit("STEPS", 1)[1].split())
        return steps, pointer, exported(data)

    def check(self, name: str, data: Path, states: tuple[bytes, bytes]) -> bool:
        """After a kill: the old or the new state, nothing left over once somebody has written. Whether it is new."""
        state = exported(data)
        assert state in states
        folder = DataFolder(data, base=BASE)
        for info in folder.kept():
            assert folder.open(info.name).engine.count() > 0
        with folder.write():
            pass
        assert exported(data) == state, "tidying up changes nothing"
        left = [
            p.name for p in data.rglob("*") if p.name.startswith((".building-", ".holding-")) or p.suffix == ".next"
        ]
        assert left == []
        assert max(p.name for p in (data / "snapshots").iterdir()) == folder.current_name()
        if name == "redact" and state == states[1]:
            held = [p for p in (data / "sources").iterdir() if NAME.encode() in p.read_bytes()]
            assert held == []
            assert all(NAME not in folder.open(i.name).engine.dump("nq").decode() for i in folder.kept())
        if name == "backup":
            self._check_backup()
        return state == states[1]

    def _check_backup(self) -> None:
        made = self.place / "new.tar.gz"
        if made.exists():
            shutil.rmtree(self.place / "again", ignore_errors=True)
            restore(settings.load({}, data=self.place / "again"), made)
            made.unlink()


def exported(data: Path) -> bytes:
    """What ``export --format nq`` gives."""
    return export(DataFolder(data, base=BASE).open(), "nq")


def killed(process: subprocess.CompletedProcess[str]) -> bool:
    """Whether the process was killed. Fails when it ended in another way than by the kill or well."""
    assert process.returncode in (0, -signal.SIGKILL), process.stderr
    return process.returncode == -signal.SIGKILL
