"""The source table again, cell by cell, out of the graph."""

from __future__ import annotations

import re
from datetime import date

from zielgraph.engine import Engine
from zielgraph.exporting.template import rows
from zielgraph.lifting.iris import Iris
from zielgraph.store import EditionInfo

_BREAKING = re.compile(r"[\t\r\n]+")


def source_table(engine: Engine, base: str, edition: EditionInfo) -> list[tuple[int, list[str]]]:
    """Header (line 0) and data rows as (line in its sheet, raw cells), in the file's order, sheet after sheet."""
    iris = Iris(base, edition.city, edition.system, date.fromisoformat(edition.date))
    found: dict[tuple[int, int], dict[int, str]] = {}
    for cell in rows(engine, "source-cells", edition=iris.edition, graph=iris.source_graph):
        found.setdefault((int(cell["number"]), int(cell["line"])), {})[int(cell["column"])] = cell["raw"]
    return [(line, [cells[column] for column in sorted(cells)]) for (_, line), cells in sorted(found.items())]


def source_tsv(engine: Engine, base: str, edition: EditionInfo) -> bytes:
    """The table as UTF-8 TSV. A tab or line end inside a cell becomes a blank; nothing else is touched."""
    lines = ("\t".join(_BREAKING.sub(" ", cell) for cell in cells) for _, cells in source_table(engine, base, edition))
    return "".join(f"{line}\n" for line in lines).encode()
