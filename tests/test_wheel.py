"""The wheel works from any folder: ontology, shapes, queries and the example travel inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(target.glob("*.whl"))


def test_everything_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("ontology", "shapes", "queries", "data"):
        wanted = {
            f"zielgraph/_resources/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert wanted, folder
        assert wanted <= names, sorted(wanted - names)[:5]
    templates = {n for n in names if n.endswith((".html", ".css", ".mo", ".rq"))}
    assert any("web/templates" in name for name in templates)
    assert any(name.endswith("py.typed") for name in names)
    assert any("LICENSE" in name for name in names)
    assert not any("/tests/" in name or name.startswith("tests") for name in names)


def test_installed_it_answers_the_question_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    table = site / "zielgraph" / "_resources" / "data" / "source" / "koeln-zielsystem.tsv"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ZIELGRAPH_")}
    environment |= {"PYTHONPATH": str(site), "XDG_DATA_HOME": str(tmp_path / "home"), "ZIELGRAPH_VALIDATE_ROWS": "0"}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "zielgraph", *arguments]
        done = subprocess.run(
            command, cwd=elsewhere, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("import", str(table), "--edition", "2019-12-31")
    assert "Amt für Wohnungswesen" in run("query", "actors-in-open-measures", "--param", "theme=Wohnen")
    assert (tmp_path / "home" / "zielgraph" / "CURRENT").is_file(), "data belong into the user's data folder"
    assert list(elsewhere.iterdir()) == []
