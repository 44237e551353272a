"""Assessing: what became of an item (Verbleib), read from the wording of its progress note.

Knows no RDF, no city and no status; the rules are data (``data/vocabulary/disposition.toml``).
"""

from zielgraph.assessing.assess import assess_all, assess_disposition
from zielgraph.assessing.copies import copied_notes
from zielgraph.assessing.model import DISPOSITIONS, Assessment, DispositionRules, Rule
from zielgraph.assessing.rules import load_dispositions
from zielgraph.assessing.sentences import sentence_spans

__all__ = [
    "DISPOSITIONS",
    "Assessment",
    "DispositionRules",
    "Rule",
    "assess_all",
    "assess_disposition",
    "copied_notes",
    "load_dispositions",
    "sentence_spans",
]
