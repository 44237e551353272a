"""The wheel works from any folder: ontology, shapes, queries and the example travel inside."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions, requires
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
    modules = {path.relative_to(ROOT / "service").as_posix() for path in (ROOT / "service").rglob("*.py")}
    assert modules <= names, sorted(modules - names)[:5]
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


def test_every_module_can_be_imported(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import pkgutil, zielgraph\n"
        "for module in pkgutil.walk_packages(zielgraph.__path__, 'zielgraph.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        print(__import__(module.name).__file__)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.splitlines()) == {str(tmp_path / "zielgraph" / "__init__.py")}


def test_every_library_is_required(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        sources = [archive.read(name) for name in archive.namelist() if name.endswith(".py")]
        (metadata,) = (archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA"))
    required = names(re.findall("^Requires-Dist: (.+)", metadata, re.MULTILINE))
    assert len(required) > 10
    required |= names(requires("flask") or [])  # Werkzeug, Jinja and MarkupSafe are part of it
    distributions = packages_distributions()
    for library in {name for source in sources for name in imported(source)} - {"zielgraph"}:
        assert required & names(distributions[library]), library


def names(requirements: Iterable[str]) -> set[str]:
    """Packages that the requirements name."""
    return {re.split(r"[^\w.-]", each)[0].lower().replace("_", "-") for each in requirements}


def imported(source: bytes) -> Iterator[str]:
    """Libraries that a module imports anywhere; those of Python and of type checkers left out."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        yield from {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"_typeshed"}


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
