"""Validation as part of a change: the findings in their graph, and the catalogue, which counts them too."""

from __future__ import annotations

from zielgraph import resources
from zielgraph.deciding.model import decisions_of
from zielgraph.editions.catalogue import refresh_catalogue
from zielgraph.engine import DefaultGraph
from zielgraph.lifting.iris import findings_graph
from zielgraph.store import Draft, newest


def store_findings(draft: Draft, base: str) -> dict[str, int]:
    """Validate the current state, keep the findings in their graph, and count them by severity."""
    from zielgraph.validation import (  # heavy libraries, only here
        mark_findings,
        summary,
        validate_graph,
        write_findings,
    )
    from zielgraph.validation.validate import load_shapes, to_graph

    shapes = load_shapes(sorted(resources.shapes().glob("*.ttl")))
    data = to_graph(draft.engine.quads(None, None, None, DefaultGraph()))
    findings = mark_findings(validate_graph(data, shapes), decisions_of(draft.engine, base), base)
    graph = findings_graph(base)
    draft.engine.clear(graph)
    draft.engine.add(write_findings(findings, graph, base))
    return summary(findings)


def refresh_findings(draft: Draft, base: str, limit: int) -> dict[str, int] | None:
    """As :func:`store_findings` for states of up to ``limit`` items; above, old findings go and None is given.

    The catalogue of the store is composed anew after that.
    """
    found = None
    if sum(edition.items for edition in newest(draft.editions).values()) <= limit:
        found = store_findings(draft, base)
    else:
        draft.engine.clear(findings_graph(base))
    refresh_catalogue(draft.engine, base)
    return found
