"""Trifid, a linked-data server with resource pages, over the Oxigraph server with the same triples."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Bench, RunError
from benchmarks.report import ROOT
from benchmarks.sparqlservers import Server, free_port, oxigraph, running

TRIFID = "Trifid"
_PACKAGES = Path(__file__).with_name("trifid-package.json")
_INSTALL_LIMIT = 900
#: The configuration it is shipped with, without a log line for each label.
_CONFIG = """\
extends: [{shipped}]
server:
  logLevel: warn
"""


@contextmanager
def trifid(bench: Bench, data: Path, file: Path, root: str) -> Iterator[Server]:
    """Trifid for IRIs that begin with ``root``. Raises RunError where it or Node cannot be had."""
    place, port = _installed() / "node_modules" / "trifid", free_port()
    config = bench.work / "trifid.yaml"
    config.write_text(_CONFIG.format(shipped=place / "instances" / "docker-sparql" / "config.yaml"), "utf-8")
    with oxigraph(bench, data, file) as store:
        endpoint = f"{store.address}/query"
        options = ("--port", str(port), "--sparql-endpoint-url", endpoint, "--dataset-base-url", root)
        command = ("node", str(place / "server.js"), "--config", str(config), *options)
        with running(bench, TRIFID, command, port, "/?ready=", cwd=bench.work) as server:
            yield server


def _installed() -> Path:
    """Folder of the packages, installed when they are first needed; no script of theirs is run."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise RunError("node and npm are not installed")
    folder, wanted = ROOT / ".node-trifid", _PACKAGES.read_text("utf-8")
    ready = folder / "ready.json"
    if not ready.exists() or ready.read_text("utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / ".gitignore").write_text("*\n")
        shutil.copy(_PACKAGES, folder / "package.json")
        command = ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund")
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, check=False, timeout=_INSTALL_LIMIT
            )
        except subprocess.TimeoutExpired:
            raise RunError(f"npm has not installed Trifid within {_INSTALL_LIMIT} s") from None
        if done.returncode:
            raise RunError(f"Trifid cannot be installed: {done.stderr.strip()[-150:]}")
        ready.write_text(wanted, "utf-8")
    return folder
