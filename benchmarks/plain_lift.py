"""Reading and lifting alone: ``python -m benchmarks.plain_lift TABLE OUT.nq`` writes the source graph as N-Quads.

No actors, no assessments, no ids that last, no store: what a mapping engine does. Prints one JSON line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from zielgraph import resources
from zielgraph.lifting import Edition, Hierarchy, Iris, ontology_quads
from zielgraph.lifting.source import Numbers, write_source
from zielgraph.register.turtle import load_register
from zielgraph.source import Limits
from zielgraph.table import load_profiles, load_status_words, read_table
from zielgraph.vocabulary import DEFAULT_BASE


def write_plain(table_file: Path, target: Path, day: date) -> int:
    """Write the source graph of the table; how many quads it has."""
    data = resources.data()
    words = load_status_words(data / "vocabulary" / "status.toml")
    register = load_register(data / "register", "koeln", DEFAULT_BASE)
    table = read_table(
        table_file,
        load_profiles(data / "profiles"),
        words,
        theme_names=[label.text for theme in register.themes for label in theme.labels],
        limits=Limits(10**6, 10**9, 10**6),
    )
    measures = (index for index, item in enumerate(table.items) if item.is_measure)
    numbers = Numbers(
        goals=list(range(1, len(table.goals) + 1)),
        measures={index: number for number, index in enumerate(measures, start=1)},
    )
    iris = Iris(DEFAULT_BASE, "koeln", "integration", day)
    hierarchy = Hierarchy(ontology_quads(resources.ontology()))
    count = 0

    def counted() -> Iterator[Quad]:
        nonlocal count
        for quad in hierarchy.materialise(write_source(table, Edition({"de": "Bericht"}, True), iris, numbers)):
            count += 1
            yield quad

    with target.open("wb") as out:
        serialize(counted(), out, format=RdfFormat.N_QUADS)
    return count


if __name__ == "__main__":
    print(json.dumps({"quads": write_plain(Path(sys.argv[1]), Path(sys.argv[2]), date(2019, 12, 31))}))
