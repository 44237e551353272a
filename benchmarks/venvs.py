"""Environments of their own for what we compare with; made when they are first needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import RunError
from benchmarks.report import ROOT


def environment(name: str, requirements: Path) -> Path:
    """Folder ``bin`` of the environment in ``ROOT/name`` with these packages. Raises RunError when that fails."""
    folder = ROOT / name
    python, ready = folder / "bin" / "python", folder / "requirements.txt"
    wanted = requirements.read_text("utf-8")
    if not ready.exists() or ready.read_text("utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements))
        for command in ([sys.executable, "-m", "venv", str(folder)], [str(python), *install]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RunError(f"{requirements.name} cannot be installed: {done.stderr.strip()[-150:]}")
        (folder / ".gitignore").write_text("*\n")
        ready.write_text(wanted, "utf-8")
    return python.parent
