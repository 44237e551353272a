"""Every export can be read again by somebody else's software, and holds what the store holds."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rdflib import Dataset, Graph

from zielgraph import resources, settings
from zielgraph.engine import DefaultGraph, Quad, Triple, parse
from zielgraph.errors import NotFound
from zielgraph.exporting import EXPORT_FORMATS, export
from zielgraph.importing import data_folder, import_table
from zielgraph.settings import Settings
from zielgraph.store import Snapshot

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
STRATML = "{urn:ISO:std:iso:17469:tech:xsd:stratml_core}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEAD = "Rahmenziel\tErgebnisziel\tMaßnahme\tSachstand\tStatus\tGremium"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Import = Callable[..., Snapshot]


@pytest.fixture(scope="module")
def koeln(koeln_settings: Settings) -> Snapshot:
    return data_folder(koeln_settings).open()


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Import tables as editions of 31.12. of the years given; the store afterwards."""

    def run(tables: dict[int, str]) -> Snapshot:
        where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "var")
        for year, table in tables.items():
            path = tmp_path / f"bericht-{year}.tsv"
            path.write_text(table, "utf-8")
            import_table(where, path, edition=date(year, 12, 31))
        return data_folder(where).open()

    return run


def current(snapshot: Snapshot) -> set[Triple]:
    return {quad.triple for quad in snapshot.engine.quads(None, None, None, DefaultGraph())}


def sheets(book: bytes) -> list[list[list[str]]]:
    """The texts of all sheets; opens the file as a spreadsheet program would: by its parts."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name) for name in archive.namelist()}
    trees = {name: ElementTree.fromstring(part) for name, part in parts.items()}  # noqa: S314
    shared = ["".join(t.text or "" for t in si.iter(f"{SHEET}t")) for si in trees["xl/sharedStrings.xml"]]
    found = []
    for name in sorted(each for each in trees if each.startswith("xl/worksheets/sheet")):
        assert trees[name].find(f".//{SHEET}f") is None, "a formula"
        rows = []
        for row in trees[name].iter(f"{SHEET}row"):
            cells = {}
            for cell in row.iter(f"{SHEET}c"):
                value = cell.findtext(f"{SHEET}v", "")
                letter = re.sub(r"\d", "", cell.get("r", ""))
                cells[letter] = shared[int(value)] if cell.get("t") == "s" else value
            rows.append([cells.get(letter, "") for letter in "ABCDEFGHIJK"])
        found.append(rows)
    return found


@pytest.mark.parametrize("format", ["ttl", "rdfxml"])
def test_the_current_state(koeln: Snapshot, format: str) -> None:
    text = export(koeln, format)
    assert {quad.triple for quad in parse(text, format)} == current(koeln)


@pytest.mark.parametrize("format", ["trig", "nq", "jsonld"])
def test_all_graphs(koeln: Snapshot, format: str) -> None:
    text = export(koeln, format)
    assert set(parse(text, format)) == set(koeln.engine.quads())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's JSON-LD parser uses its own old names
@pytest.mark.parametrize(("format", "name"), [("ttl", "turtle"), ("rdfxml", "xml"), ("jsonld", "json-ld")])
def test_rdflib_reads_it_too(imported: Import, format: str, name: str) -> None:
    snapshot = imported({2019: f"{HEAD}\nR\tE\tBeratung durch 56\tDas Jobcenter hilft.\tlaufend\tAG\n"})
    text = export(snapshot, format)
    if format == "jsonld":
        dataset = Dataset()
        dataset.parse(data=text, format=name)
        assert sum(1 for _ in dataset.quads()) == len(set(snapshot.engine.quads()))
        assert isinstance(json.loads(text), list | dict)
    else:
        assert len(Graph().parse(data=text, format=name)) == len(current(snapshot))


def test_the_same_store_gives_the_same_bytes(imported: Import) -> None:
    snapshot = imported({2019: f"{HEAD}\nR\tE\tA\tS\tlaufend\tAG\n"})
    for format in EXPORT_FORMATS:
        assert export(snapshot, format) == export(snapshot, format), format


def test_no_blank_nodes(koeln: Snapshot) -> None:
    lines = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', export(koeln, "nq").decode()).split("\n")
    assert not [line for line in lines if "_:" in re.sub("<[^>]*>", "", line)]


def test_table_is_the_source_cell_by_cell(koeln: Snapshot) -> None:
    lines = KOELN.read_text("utf-8").split("\n")
    rows = [line for line in lines if line.count("\t") > 3 and not line.startswith("Rahmenziel\t")]
    written = export(koeln, "table").decode().split("\n")
    assert written.pop() == ""
    assert written == [lines[4], *rows]
    assert len(rows) == 46


def test_table_can_be_imported_again(imported: Import, tmp_path: Path) -> None:
    text = f'{HEAD}\nR eins\tE eins\ta) Tun\t"Zeile\nzwei"\tlaufend\tAG 1\n\t\tb) Mehr\tEr sagt "Ja"\terledigt\t\n'
    first = imported({2019: text})
    written = export(first, "table").decode()
    assert written.split("\n")[1] == "R eins\tE eins\ta) Tun\tZeile zwei\tlaufend\tAG 1"
    second = imported({2020: written})
    assert export(second, "table").decode() == written


def test_stratml(koeln: Snapshot) -> None:
    root = ElementTree.fromstring(export(koeln, "stratml"))  # noqa: S314
    assert root.tag == f"{STRATML}StrategicPlan"
    assert root.findtext(f"{STRATML}Name") == "Verbesserung der Integration von Geflüchteten"
    goals = root.findall(f".//{STRATML}Goal")
    objectives = root.findall(f".//{STRATML}Objective")
    assert (len(goals), len(objectives)) == (9, 25)
    assert [g.findtext(f"{STRATML}SequenceIndicator") for g in goals] == [str(n) for n in range(1, 10)]
    texts = [o.findtext(f"{STRATML}OtherInformation") or "" for o in objectives]
    assert sum(len(text.split(" | ")) for text in texts if text) == 44
    assert sum(text.count("[laufend]") for text in texts) == 7
    assert root.findtext(f".//{STRATML}PublicationDate") == "2019-12-31"


def test_graphml(koeln: Snapshot) -> None:
    root = ElementTree.fromstring(export(koeln, "graphml"))  # noqa: S314
    nodes = {node.get("id"): {d.get("key"): d.text for d in node} for node in root.iter(f"{GRAPHML}node")}
    edges = [(e.get("source"), e.get("target"), e[0].text) for e in root.iter(f"{GRAPHML}edge")]
    assert {node for source, target, _ in edges for node in (source, target)} == set(nodes)
    assert len(edges) == len(set(edges))
    assert sum(relation == "discussed-in" for _, _, relation in edges) == 33
    bodies = {data["label"] for data in nodes.values() if data["kind"] == "Body"}
    assert {"UAG 3 Wohnen", "UAG Teilhabe"} <= {str(label) for label in bodies}
    assert {key.get("id") for key in root.iter(f"{GRAPHML}key")} == {"label", "kind", "relation"}


def test_workbook(koeln: Snapshot) -> None:
    measures, source = sheets(export(koeln, "xlsx"))
    assert measures[0][:6] == ["Zeile", "Kennung", "Handlungsfeld", "Ziel", "Maßnahme", "Status"]
    by_line = {row[0]: row for row in measures[1:]}
    assert len(by_line) == len(measures[1:]) == 46
    assert by_line["22"][2:6] == [
        "Sprache",
        "Vordrucke, Flyer, Anträge etc. sind leicht verständlich und einfach gestaltet "
        '("Verstehen ist mehr als Sprache")',
        "Kein Behördendeutsch!",
        "laufend",
    ]
    assert by_line["69"][4].startswith("Durchgeführte Maßnahmen können")  # a goal that reports itself
    assert by_line["69"][5] == "erledigt"
    assert len(source) == 47
    assert source[0][:3] == ["Zeile", "Rahmenziel", "Ergebnisziel"]


def test_no_cell_of_a_workbook_is_a_formula_or_lost(imported: Import) -> None:
    long = "S" * 40_000
    snapshot = imported({2019: f"{HEAD}\nR\tE\t=1+1\t{long}\tlaufend\t@SUM(A1)\n"})
    measures, source = sheets(export(snapshot, "xlsx"))
    assert (measures[1][4], source[1][3], source[1][6]) == ("=1+1", "=1+1", "@SUM(A1)")
    assert measures[1][7] == source[1][4] == "S" * 32_766 + "…"


def test_an_older_edition_is_exported_as_it_was(imported: Import) -> None:
    row = "R eins\tE eins\tBeratung\t\t{}\t\n"
    snapshot = imported({2019: f"{HEAD}\n{row.format('laufend')}", 2020: f"{HEAD}\n{row.format('erledigt')}"})
    for day, status in ((None, "erledigt"), ("2020-12-31", "erledigt"), ("2019-12-31", "laufend")):
        assert f"\t{status}\t".encode() in export(snapshot, "table", edition=day)
        assert f"Beratung [{status}]".encode() in export(snapshot, "stratml", edition=day)
        assert sheets(export(snapshot, "xlsx", edition=day))[0][1][5] == status
    with pytest.raises(NotFound, match="2019-12-31"):
        export(snapshot, "table", edition="2018-12-31")


def test_objectives_of_the_same_wording_keep_their_own_measures(imported: Import) -> None:
    rows = "R eins\tGleich\tBeratung\t\tlaufend\t\nR zwei\tGleich\tKurse\t\tlaufend\t\n"
    root = ElementTree.fromstring(export(imported({2019: f"{HEAD}\n{rows}"}), "stratml"))  # noqa: S314
    found = [o.findtext(f"{STRATML}OtherInformation") for o in root.iter(f"{STRATML}Objective")]
    assert found == ["Beratung [laufend]", "Kurse [laufend]"]


def test_characters_that_xml_cannot_hold(imported: Import) -> None:
    """The store keeps them; only the XML formats show a replacement."""
    snapshot = imported({2019: f"{HEAD}\nR\tE\tEins\x0bzwei\ufffe <&\tS\x0c\tlaufend\tAG\ufffe 1\n"})
    for format in ("rdfxml", "stratml", "graphml"):
        text = export(snapshot, format)
        assert not FORBIDDEN.search(text.decode())
        assert len(ElementTree.fromstring(text))  # noqa: S314
    assert "Eins\x0bzwei\ufffe <&" in export(snapshot, "table").decode()
    assert {quad.triple for quad in parse(export(snapshot, "ttl"), "ttl")} == current(snapshot)
    assert any("AG\ufffd 1" in cell for row in sheets(export(snapshot, "xlsx"))[1] for cell in row)


def test_the_quads_of_an_export_have_the_graphs_of_the_contract(koeln: Snapshot) -> None:
    graphs = {str(quad.graph_name) for quad in parse(export(koeln, "nq"), "nq") if isinstance(quad, Quad)}
    base = "<https://w3id.org/zielgraph/id/"
    edition = f"{base}koeln/integration/edition/2019-12-31"
    assert {f"{edition}/source>", f"{edition}/derived>", f"{base}graph/register>", f"{base}graph/ontology>"} <= graphs
    assert f"{base}graph/findings>" in graphs
