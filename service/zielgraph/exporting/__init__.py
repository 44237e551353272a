"""Exporting: the store's content as RDF, as the source table, as workbook, StratML and GraphML."""

from zielgraph.exporting.dcat import catalogue_quads
from zielgraph.exporting.formats import EXPORT_FORMATS, export

__all__ = ["EXPORT_FORMATS", "catalogue_quads", "export"]
