"""``zielgraph validate``: which data and which shapes."""

from __future__ import annotations

from pathlib import Path

from zielgraph import resources
from zielgraph.deciding import decisions_of
from zielgraph.engine import DefaultGraph
from zielgraph.errors import InputError
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.validation import Finding, mark_findings, validate_graph
from zielgraph.validation.validate import load_data, load_shapes, to_graph


def run_validation(settings: Settings, data_file: Path | None, shapes: Path | None) -> list[Finding]:
    """Findings in the file, or in the data folder's current state when there is no file.

    Those of the data folder that a person accepted are marked.
    """
    where = shapes or resources.shapes()
    if not where.exists():
        raise InputError("gibt es nicht", file=str(where))
    shapes_graph = load_shapes(sorted(where.glob("*.ttl")) if where.is_dir() else [where])
    if data_file is not None:
        if not data_file.is_file():
            raise InputError("gibt es nicht", file=str(data_file))
        return validate_graph(load_data(data_file), shapes_graph)
    snapshot = DataFolder(settings.data, base=settings.base).open()
    findings = validate_graph(to_graph(snapshot.engine.quads(None, None, None, DefaultGraph())), shapes_graph)
    return mark_findings(findings, decisions_of(snapshot.engine, snapshot.info.base), snapshot.info.base)
