"""Deciding: what people decided, kept as RDF, read from forms and tables, and applied to the current state.

``graph/decisions`` is the only place of record. Edition graphs never change; :func:`apply` puts the decisions into the
state that is composed of them.
"""

from zielgraph.deciding.apply import apply, wording_of
from zielgraph.deciding.findings import acceptances, mark_accepted
from zielgraph.deciding.model import (
    ACTIONS,
    COURSES,
    Decision,
    decisions_of,
    overruled,
    overruled_by,
    to_quads,
    withdraw,
    write_decisions,
)
from zielgraph.deciding.record import Desk, Misfit, Wish
from zielgraph.deciding.words import Words, load_words

__all__ = [
    "ACTIONS",
    "COURSES",
    "Decision",
    "Desk",
    "Misfit",
    "Wish",
    "Words",
    "acceptances",
    "apply",
    "decisions_of",
    "load_words",
    "mark_accepted",
    "overruled",
    "overruled_by",
    "to_quads",
    "withdraw",
    "wording_of",
    "write_decisions",
]
