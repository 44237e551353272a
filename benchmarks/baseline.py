"""The plain way to do what an import does: the csv module, rdflib and pySHACL, and nothing else.

``python benchmarks/baseline.py TABLE OUT.nt DATA.ttl SHAPES-FOLDER`` reads the table, builds naive triples of
its goals, measures, states, days and raw cells, and writes them; then it checks DATA, the graph that
zielgraph made of the same table, with plain pySHACL. It prints its seconds as one JSON line. It knows
nothing of zielgraph: no repairs, no actors, no ids that last, no snapshot.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from datetime import datetime
from pathlib import Path

from rdflib import RDF, RDFS, SH, XSD, Graph, Literal, Namespace, URIRef

ZG = Namespace("https://w3id.org/zielgraph/ontology#")
ID = Namespace("https://example.org/id/")


def build(table: Path) -> Graph:
    """The naive graph of a table: goals filled down, one measure a row, all cells as they stand."""
    graph = Graph()
    goals: dict[tuple[str, ...], URIRef] = {}
    path: tuple[str, ...] = ()
    heading: list[str] = []

    def goal(new: tuple[str, ...], kind: URIRef) -> tuple[str, ...]:
        if new not in goals:
            node = goals[new] = ID[f"goal/{len(goals) + 1}"]
            graph.add((node, RDF.type, kind))
            graph.add((node, RDFS.label, Literal(new[-1], lang="de")))
            if new[:-1]:
                graph.add((node, ZG.contributesTo, goals[new[:-1]]))
        return new

    with table.open(encoding="utf-8", newline="") as handle:
        for number, cells in enumerate(csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            texts = [cell.strip() for cell in cells]
            if len([text for text in texts if text]) == 1 and texts[0].startswith("Grundsatzziel:"):
                path = goal((texts[0].partition(":")[2].strip(),), ZG.PrincipleGoal)
            elif texts and texts[0] == "Rahmenziel":
                heading = texts
            elif len(texts) >= 5 and heading:
                if texts[0]:
                    path = goal((*path[:1], texts[0]), ZG.FrameworkGoal)
                if texts[1]:
                    path = goal((*path[:2], texts[1]), ZG.OutcomeGoal)
                _row(graph, number, cells, heading, goals[path])
    return graph


def _row(graph: Graph, number: int, cells: list[str], heading: list[str], goal: URIRef) -> None:
    measure, row = ID[f"measure/{number}"], ID[f"row/{number}"]
    values = dict(zip(heading, (cell.strip() for cell in cells), strict=False))
    graph.add((measure, RDF.type, ZG.Measure))
    graph.add((measure, ZG.contributesTo, goal))
    graph.add((measure, RDFS.label, Literal(values.get("Aktivitäten / Beschreibung", ""), lang="de")))
    graph.add((measure, ZG.progressText, Literal(values.get("Sachstand", ""))))
    graph.add((measure, ZG.statusText, Literal(values.get("Status", ""))))
    graph.add((measure, ZG.bodyText, Literal(values.get("Gremium", ""))))
    try:
        day = datetime.strptime(values.get("erstmalige Nennung", ""), "%d.%m.%Y").date()
        graph.add((measure, ZG.firstMentioned, Literal(day.isoformat(), datatype=XSD.date)))
    except ValueError:
        pass
    graph.add((row, RDF.type, ZG.SourceRow))
    graph.add((row, ZG.sourceLine, Literal(number)))
    for column, raw in enumerate(cells, start=1):
        cell = ID[f"row/{number}/cell/{column}"]
        graph.add((row, ZG.cell, cell))
        graph.add((cell, RDF.type, ZG.Cell))
        graph.add((cell, ZG.column, Literal(column)))
        graph.add((cell, ZG.heading, Literal(heading[column - 1] if column <= len(heading) else "")))
        graph.add((cell, RDF.value, Literal(raw)))


def main(table: Path, target: Path, data: Path, shapes: Path) -> None:
    """Build, write, validate; print the seconds of each."""
    begin = time.perf_counter()
    graph = build(table)
    graph.serialize(target, format="nt", encoding="utf-8")
    built = time.perf_counter()
    import pyshacl

    checks = Graph()
    for path in sorted(shapes.glob("*.ttl")):
        checks.parse(path)
    checked = Graph()
    checked.parse(data)
    _, report, _ = pyshacl.validate(checked, shacl_graph=checks, inference="none", advanced=True)
    done = time.perf_counter()
    assert isinstance(report, Graph)
    findings = sum(1 for _ in report.subjects(RDF.type, SH.ValidationResult))
    result = {"build": built - begin, "validate": done - built, "triples": len(graph), "findings": findings}
    print(json.dumps(result))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
