"""The source table again, cell by cell, out of the graph."""

from __future__ import annotations

import re

from zielgraph.engine import Engine, Literal, NamedNode, QuerySolutions
from zielgraph.exporting.template import query_text
from zielgraph.store import EditionInfo

_BREAKING = re.compile(r"[\t\r\n]+")


def source_table(engine: Engine, base: str, edition: EditionInfo) -> list[tuple[int, list[str]]]:
    """Header (line 0) and data rows as (line in the file, raw cells), in the file's order."""
    iri = f"{base}{edition.city}/{edition.system}/edition/{edition.date}"
    results = engine.query(query_text("source-cells", edition=NamedNode(iri), graph=NamedNode(f"{iri}/source")))
    assert isinstance(results, QuerySolutions)
    rows: dict[int, dict[int, str]] = {}
    for solution in results:
        line, column, raw = solution["line"], solution["column"], solution["raw"]
        if isinstance(line, Literal) and isinstance(column, Literal) and isinstance(raw, Literal):
            rows.setdefault(int(line.value), {})[int(column.value)] = raw.value
    return [(line, [cells[column] for column in sorted(cells)]) for line, cells in sorted(rows.items())]


def source_tsv(engine: Engine, base: str, edition: EditionInfo) -> bytes:
    """The table as UTF-8 TSV. A tab or line end inside a cell becomes a blank; nothing else is touched."""
    lines = ("\t".join(_BREAKING.sub(" ", cell) for cell in cells) for _, cells in source_table(engine, base, edition))
    return "".join(f"{line}\n" for line in lines).encode()
