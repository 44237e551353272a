"""Generated data for the SPARQL benchmark: several cities and goal systems, imported by the program itself.

``python -m benchmarks.sparqldata FOLDER SIZE`` imports the reports of a size (``small`` about 119 000 triples of
current state, ``large`` about 1.2 million) and writes the state as N-Triples beside the data folder, for the peers.
Prints one JSON line: data folder, file, triples.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from benchmarks.copies import write_copies
from zielgraph.engine import DefaultGraph, serialise
from zielgraph.importing import data_folder, import_table
from zielgraph.settings import load

DAY = date(2019, 12, 31)
_CITIES = ("aachen", "bielefeld", "bochum", "bonn", "dortmund", "duisburg", "essen", "hagen", "krefeld", "muenster")
#: City, goal system and copies of the Cologne report. Cologne alone has a register; in the other cities the actors and
#: themes are those that the report itself names.
SIZES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "small": (
        ("koeln", "integration", 5),
        ("koeln", "teilhabe", 3),
        ("aachen", "integration", 4),
        ("bonn", "integration", 3),
    ),
    "large": (
        ("koeln", "integration", 35),
        ("koeln", "teilhabe", 25),
        *((city, "integration", 10) for city in _CITIES),
    ),
}


def generate(folder: Path, size: str) -> dict[str, object]:
    """Import the reports of a size into ``folder/size`` and write its state to ``folder/size.nt``."""
    settings = load(data=folder / size, validate_rows=0)
    first = 0
    for city, system, copies in SIZES[size]:
        table = write_copies(folder / f"{size}-{city}-{system}.tsv", copies, first)
        import_table(settings, table, city=city, system=system, edition=DAY, profile="koeln-integration")
        first += copies
    engine = data_folder(settings).open().engine
    triples = [quad.triple for quad in engine.quads(None, None, None, DefaultGraph())]
    file = folder / f"{size}.nt"
    file.write_bytes(serialise(triples, "nt"))
    return {"data": str(folder / size), "file": str(file), "triples": len(triples)}


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    print(json.dumps(generate(target, sys.argv[2])))
