"""Fixtures that several test folders share: the Cologne report imported once, and an environment for commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from zielgraph import resources, settings
from zielgraph.importing import ImportReport, import_table
from zielgraph.settings import Settings

# The same examples in every run, and no test that depends on how fast the machine is.
hypothesis_settings.register_profile("zielgraph", derandomize=True, deadline=None)
hypothesis_settings.load_profile("zielgraph")

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def _koeln(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ImportReport]:
    folder = tmp_path_factory.mktemp("koeln")
    report = import_table(settings.load({}, data=folder), KOELN, edition=date(2019, 12, 31))
    return folder, report


@pytest.fixture(scope="session")
def koeln_folder(_koeln: tuple[Path, ImportReport]) -> Path:
    """A data folder with the Cologne report. Shared: read only."""
    return _koeln[0]


@pytest.fixture(scope="session")
def koeln_report(_koeln: tuple[Path, ImportReport]) -> ImportReport:
    """What the import of the Cologne report said."""
    return _koeln[1]


@pytest.fixture(scope="session")
def koeln_settings(koeln_folder: Path) -> Settings:
    """Settings for the shared folder. Tests ask faster than people."""
    return settings.load({"ZIELGRAPH_RATE": "0"}, data=koeln_folder)


@pytest.fixture
def koeln_copy(koeln_folder: Path, tmp_path: Path) -> Path:
    """A copy of the data folder that a test may change."""
    target = tmp_path / "var"
    shutil.copytree(koeln_folder, target)
    return target


@pytest.fixture
def zielgraph(tmp_path: Path) -> Run:
    """Run the command line as a subprocess: ``zielgraph("import", file, data=folder)``."""

    def run(*arguments: object, data: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ZIELGRAPH_")}
        environment |= {"ZIELGRAPH_DATA": str(data or tmp_path / "data"), **more}
        return subprocess.run(
            [sys.executable, "-m", "zielgraph", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            timeout=120,
            check=False,
        )

    return run
