"""Matching: which row of a new edition is which measure or goal of the earlier ones. Plain values, no RDF.

:func:`match` decides, :mod:`zielgraph.matching.confirm` lets people decide what it leaves open.
"""

from zielgraph.matching.match import match
from zielgraph.matching.model import Answers, Fresh, Known, Match, Matching, Unsure

__all__ = ["Answers", "Fresh", "Known", "Match", "Matching", "Unsure", "match"]
