"""The same plain triples by a mapping engine: morph-kgc with an RML mapping over the tidy table.

The mapping (in YARRRML) is made from the CSVW description that zielgraph exports with the table, so that both
sides say the same. morph-kgc lives in an environment of its own, ``.venv-bench``, made when it is first needed.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, parse

from benchmarks.large import imported, write_table
from benchmarks.measure import Bench, Row, Run, RunError, Section, median, spread
from benchmarks.venvs import environment

REQUIREMENTS = Path(__file__).with_name("morph-requirements.txt")
_XSD = "http://www.w3.org/2001/XMLSchema#"
#: Up to so many rows everything runs three times and the triples are compared one by one.
_SMALL = 10_000


def mapping(description: dict[str, Any], folder: Path) -> dict[str, Any]:
    """YARRRML for the tables of a CSVW description, as JSON (which YAML contains): one mapping per subject."""
    found: dict[str, Any] = {}
    for number, table in enumerate(description["tables"]):
        schema = table["tableSchema"]
        for column in schema["columns"]:
            if column.get("suppressOutput"):
                continue
            about = column.get("aboutUrl", schema["aboutUrl"])
            each = found.setdefault(
                f"table{number}-{len(found)}" if (key := _known(found, number, about)) is None else key,
                {"sources": [[f"{folder / table['url']}~csv"]], "s": _reference(about), "po": []},
            )
            each["po"].append({"p": column["propertyUrl"], "o": _object(column)})
    return {"mappings": found}


def _known(found: dict[str, Any], number: int, about: str) -> str | None:
    mine = (key for key in found if key.startswith(f"table{number}-"))
    return next((key for key in mine if found[key]["s"] == _reference(about)), None)


def _reference(template: str) -> str:
    return re.sub(r"\{\+?(\w+)\}", r"$(\1)", template)


def _object(column: dict[str, Any]) -> dict[str, str]:
    if "valueUrl" in column:
        return {"value": _reference(column["valueUrl"]), "type": "iri"}
    value = {"value": f"$({column['name']})"}
    datatype = column["datatype"]
    if "lang" in column:
        return value | {"language": column["lang"]}
    return (
        value
        if datatype == "string"
        else value | {"datatype": _XSD + (datatype["base"] if isinstance(datatype, dict) else datatype)}
    )


def against_morph(bench: Bench, sizes: Sequence[int], limit: float) -> Section:
    """Our import, and our reading and lifting alone, against morph-kgc on the table that is clean already."""
    section = Section(
        "The plain triples by a mapping engine",
        f"morph-kgc 2.10.0 with an RML mapping over the tidy CSV tables of the same reports, to N-Quads: goals and\n"
        "measures with wording, status, dates, texts and sources. It gets the table cleaned, with identifiers and\n"
        "goals filled in; zielgraph starts from the report as the city wrote it. Whole import: the command of the\n"
        "section above, which also finds actors, assesses, keeps every raw cell and stores. Reading and lifting:\n"
        "`benchmarks/plain_lift.py`, the source graph with all raw cells and repairs, to N-Quads. All whole\n"
        f"processes, in turn. Stopped after {limit:.0f} s.",
    )
    python = str(environment(".venv-bench", REQUIREMENTS) / "python")
    for rows in sizes:
        try:
            section.rows += _compared(bench, python, rows, limit)
        except RunError as error:
            section.rows.append(Row(f"{rows} rows", None, "s", "morph-kgc", remark=str(error)))
    return section


def _compared(bench: Bench, python: str, rows: int, limit: float) -> list[Row]:
    report = bench.work / f"rows-{rows}.csv"
    if not report.exists():
        write_table(report, rows)
    tidy = bench.work / f"tidy-{rows}"
    config, theirs, ours = tidy / "morph.ini", tidy / "morph.nq", tidy / "ours.nq"
    imports: list[Run] = []
    lifts: list[Run] = []
    maps: list[Run] = []
    quads = 0
    for _ in range(3 if rows <= _SMALL else 1):
        bench.note(f"  {rows} rows")
        run, folder = imported(bench, report, limit)
        imports.append(run)
        if not config.exists():
            tidy.mkdir()
            export = ("-m", "zielgraph", "--data", str(folder), "export", "--format", "csvw")
            exported = bench.run(*export, "--output", str(tidy / "t.csv"), limit=limit)
            _configure(tidy, config, theirs)
        shutil.rmtree(folder)
        maps.append(bench.run("-m", "morph_kgc", str(config), python=python, limit=limit))
        lifts.append(bench.run("-m", "benchmarks.plain_lift", str(report), str(ours), limit=limit))
        quads = lifts[-1].json()["quads"]
    said = _triples(theirs, rows)
    base, busy = (median([getattr(run, name) for run in maps]) for name in ("seconds", "cpu"))
    same = _same(theirs, ours) if rows <= _SMALL else ""
    remark = f"{said} triples; {max(run.peak_mb for run in maps):.0f} MB; {spread([run.seconds for run in maps])}"
    found = [Row(f"**{rows} rows**: morph-kgc on the tidy table", base, "s", "itself", base, remark)]
    for what, runs, remark in (
        ("whole import", imports, ""),
        ("reading and lifting to N-Quads", lifts, f"{quads} quads{same}; "),
    ):
        clock = [run.seconds for run in runs]
        peak = f"{max(run.peak_mb for run in runs):.0f} MB; {spread(clock)}"
        found.append(Row(f"… {what}, clock", median(clock), "s", "morph-kgc", base, remark + peak))
        found.append(Row(f"… {what}, processor", median([run.cpu for run in runs]), "s", "morph-kgc", busy))
    found.append(Row("… writing the tidy table", exported.seconds, "s", "morph-kgc", base, "one run"))
    return found


def _configure(tidy: Path, config: Path, output: Path) -> None:
    description = json.loads((tidy / "t.csv-metadata.json").read_text("utf-8"))
    rules = tidy / "mapping.yml"
    rules.write_text(json.dumps(mapping(description, tidy), ensure_ascii=False), "utf-8")
    # An empty cell is no value; slashes in identifiers stay slashes.
    config.write_text(
        "[CONFIGURATION]\n"
        f"output_file={output}\noutput_format=N-QUADS\nna_values=\nsafe_percent_encoding=/\nlogging_level=ERROR\n"
        f"[tidy]\nmappings={rules}\n",
        "utf-8",
    )


def _triples(file: Path, rows: int) -> int:
    """How many triples the file says; of a large file, its lines."""
    if rows > _SMALL:
        with file.open("rb") as lines:
            return sum(1 for _ in lines)
    return len({str(quad.triple) for quad in parse(path=file, format=RdfFormat.N_QUADS)})


def _same(theirs: Path, ours: Path) -> str:
    """Whether ours say all that theirs say, in words."""
    there = {str(quad.triple) for quad in parse(path=theirs, format=RdfFormat.N_QUADS)}
    here = {str(quad.triple) for quad in parse(path=ours, format=RdfFormat.N_QUADS)}
    missing = len(there - here)
    return f", among them {'all' if not missing else f'all but {missing}'} of theirs"
