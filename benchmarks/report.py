"""The result table in Markdown, with what it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Row, Section

ROOT = Path(__file__).resolve().parents[1]
_HEAD = "| What | Measured | Baseline | Ratio | Remark |\n|---|---:|---:|---:|---|"


def heading() -> str:
    """Date, versions and machine."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--tags"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    named = ("pyoxigraph", "rdflib", "pyshacl", "flask", "uvicorn", "waitress")
    packages = ", ".join(f"{name} {version(name)}" for name in named)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        "# Benchmark results\n\n"
        f"Measured by `python -m benchmarks` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.\n"
        f"zielgraph {described or 'without git'}; Python {platform.python_version()}, {packages}.\n"
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB memory; "
        f"load average at the start {load}.\n\n"
        "Ratio is measured divided by baseline: below 1 is better than the baseline, above 1 is worse.\n"
        "Both come from the same run. Absolute figures drift with the machine and with who else uses it;\n"
        "compare ratios.\n"
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    if not unit:
        return f"{value:.0f}"
    return f"{value:,.{digits}f} {unit}".replace(",", " ")


def _line(row: Row) -> str:
    against = f"{_number(row.baseline, row.unit)} ({row.against})" if row.baseline is not None else row.against or "–"
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else "–"
    cells = (row.what, _number(row.value, row.unit), against, ratio, row.remark.replace("|", "/"))
    return f"| {' | '.join(cells)} |"


def section_text(section: Section) -> str:
    """A section as Markdown."""
    return "\n".join([f"\n## {section.title}\n\n{section.how}\n\n{_HEAD}", *map(_line, section.rows)]) + "\n"


def document(head: str, sections: Sequence[Section], seconds: float) -> str:
    """The whole page."""
    return head + "".join(map(section_text, sections)) + f"\nThe whole run took {seconds / 60:.1f} minutes.\n"
