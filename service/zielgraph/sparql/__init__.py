"""SPARQL texts: what may run here, and what to say about one that may not or cannot."""

from zielgraph.sparql.explain import explain_syntax, likely_cause, limited
from zielgraph.sparql.guard import addresses, check_query, check_update, needs_network

__all__ = [
    "addresses",
    "check_query",
    "check_update",
    "explain_syntax",
    "likely_cause",
    "limited",
    "needs_network",
]
