"""Validation with SHACL: shapes against the current state, findings as plain values and as RDF."""

from zielgraph.validation.findings import Finding, mark_findings, summary, write_findings
from zielgraph.validation.validate import validate_graph

__all__ = ["Finding", "mark_findings", "summary", "validate_graph", "write_findings"]
