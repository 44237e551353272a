"""A small table for commands, and what a data folder holds."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.importing import import_table

SMALL = """Grundsatzziel: Gut leben
Rahmenziel\tErgebnisziel\tAktivitäten / Beschreibung\tSachstand\tStatus\terstmalige Nennung\tGremium
Wohnen Der Wohnungsmarkt ist offen\tWohnungen werden gefunden\tBeratung durch 56\tEs gibt sie.\tlaufend\t2018\tAG 1
\t\tLotsen im Quartier\tDas Projekt ist beendet.\terledigt\t01.02.2019\tAG 1
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]
State = Callable[[Path], "tuple[str, str]"]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A valid table of two rows that states no date."""
    path = tmp_path / "klein.tsv"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("klein")
    (folder / "klein.tsv").write_text(SMALL, "utf-8")
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=folder / "var")
    import_table(where, folder / "klein.tsv", edition=date(2019, 12, 31))
    return folder / "var"


@pytest.fixture
def filled(_filled: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own with the small table as edition of 31.12.2019."""
    shutil.copytree(_filled, tmp_path / "gefuellt")
    return tmp_path / "gefuellt"


@pytest.fixture
def state(zielgraph: Run) -> State:
    """Name of the current snapshot and its whole content."""

    def read(folder: Path) -> tuple[str, str]:
        current = folder / "CURRENT"
        exported = zielgraph("export", "--format", "nq", data=folder)
        assert exported.returncode == 0, exported.stderr
        return current.read_text("ascii") if current.exists() else "", exported.stdout

    return read
