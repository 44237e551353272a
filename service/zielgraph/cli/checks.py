"""``zielgraph validate``: which data and which shapes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from zielgraph import resources
from zielgraph.cli.external import bring_up_to_date
from zielgraph.deciding import decisions_of
from zielgraph.editions.catalogue import refresh_catalogue
from zielgraph.engine import DefaultGraph, Engine
from zielgraph.errors import InputError, StoreError
from zielgraph.keeping.mirror import external_engine
from zielgraph.lifting.iris import findings_graph
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Snapshot
from zielgraph.validation import Finding, mark_findings, validate_graph, write_findings
from zielgraph.validation.validate import load_data, load_shapes, to_graph


def run_validation(settings: Settings, data_file: Path | None, shapes: Path | None) -> list[Finding]:
    """Findings in the file, or in the current state when there is no file: the data folder's, or the external engine's.

    Those of the data folder that a person accepted are marked. By the program's own rules they are also kept there, so
    that they can be accepted and are shown on the pages.
    """
    where = shapes or resources.shapes()
    if not where.exists():
        raise InputError("gibt es nicht", file=str(where))
    shapes_graph = load_shapes(sorted(where.glob("*.ttl")) if where.is_dir() else [where])
    if data_file is not None:
        if not data_file.is_file():
            raise InputError("gibt es nicht", file=str(data_file))
        return validate_graph(load_data(data_file), shapes_graph)
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    snapshot = folder.open()
    base = snapshot.info.base
    engine: Engine = snapshot.engine
    if settings.engine:
        bring_up_to_date(settings)
        engine = external_engine(settings, base)
    found = validate_graph(to_graph(engine.quads(None, None, None, DefaultGraph())), shapes_graph)
    findings = mark_findings(found, decisions_of(engine, base), base)
    if shapes is None and snapshot.info.name:
        _keep(folder, snapshot, findings)
    return findings


def _keep(folder: DataFolder, snapshot: Snapshot, findings: list[Finding]) -> None:
    """Store the findings where other ones are stored. What cannot be written, or is no longer current, stays as it is.

    Whoever only wants to see the findings shall get them from a read-only, full or busy folder, too.
    """
    base = snapshot.info.base
    graph = findings_graph(base)
    quads = write_findings(findings, graph, base)
    if set(quads) == set(snapshot.engine.quads(None, None, None, graph)):
        return
    with suppress(StoreError), folder.write() as draft:
        if draft.info.name == snapshot.info.name:
            draft.engine.clear(graph)
            draft.engine.add(quads)
            refresh_catalogue(draft.engine, base, state=False)
            draft.action = "validate"
