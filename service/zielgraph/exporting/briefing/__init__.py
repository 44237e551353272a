"""Briefings: the report for the steering group and the briefing in one file, composed once and drawn by templates.

:func:`compose` puts together what is in one, :mod:`draw` makes HTML of it, :mod:`pdf` a PDF of the HTML.
"""

from zielgraph.exporting.briefing.compose import PARTS, Briefing, compose
from zielgraph.exporting.briefing.draw import body, document

__all__ = ["PARTS", "Briefing", "body", "compose", "document"]
