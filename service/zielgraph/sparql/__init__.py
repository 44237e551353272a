"""SPARQL texts: what may run here, and what to say about one that may not or cannot."""

from zielgraph.sparql.guard import check_query

__all__ = ["check_query"]
