"""Golden graphs: a small table and the graphs it must become, compared after canonicalisation (RDFC-1.0).

After a wanted change look at the difference and write the files anew: ``python tests/lifting/test_golden.py``.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.engine import EmbeddedEngine, NamedNode, Quad, canonical, parse, serialise
from zielgraph.importing import data_folder, import_table
from zielgraph.vocabulary import PREFIXES

HERE = Path(__file__).parent
TABLE = HERE.parent / "importing" / "tables" / "small.tsv"
EDITION = "https://w3id.org/zielgraph/id/koeln/integration/edition/2019-12-31"
GRAPHS = ("source", "derived")


def imported(folder: Path) -> EmbeddedEngine:
    here = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=folder)
    import_table(here, TABLE, edition=date(2019, 12, 31))
    return data_folder(here).open().engine


def triples(engine: EmbeddedEngine, graph: str) -> list[Quad]:
    name = NamedNode(f"{EDITION}/{graph}")
    return [Quad(q.subject, q.predicate, q.object) for q in engine.quads(None, None, None, name)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    return imported(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("graph", GRAPHS)
def test_golden(engine: EmbeddedEngine, graph: str) -> None:
    text = (HERE / "golden" / f"small-{graph}.ttl").read_text("utf-8")
    expected, found = canonical(parse(text, "ttl")), canonical(triples(engine, graph))
    assert {"missing": sorted(set(expected) - set(found)), "surplus": sorted(set(found) - set(expected))} == {
        "missing": [],
        "surplus": [],
    }


def write() -> None:
    """Write the golden files from the program as it is."""
    with tempfile.TemporaryDirectory() as folder:
        engine = imported(Path(folder))
        for graph in GRAPHS:
            quads = sorted(triples(engine, graph), key=str)
            data = serialise((quad.triple for quad in quads), "ttl", prefixes=PREFIXES)
            (HERE / "golden" / f"small-{graph}.ttl").write_bytes(data)


if __name__ == "__main__":
    write()
    sys.stdout.write("golden files written; read the difference before committing\n")
