"""Importing: one table, from file to stored and validated edition. The spine that calls every stage in turn."""

from zielgraph.importing.findings import store_findings
from zielgraph.importing.report import ImportReport
from zielgraph.importing.run import data_folder, import_table, reread

__all__ = ["ImportReport", "data_folder", "import_table", "reread", "store_findings"]
