"""Tidy CSV and its description: by the W3C rules it becomes exactly the plain part of the source graph."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from zielgraph import settings
from zielgraph.engine import EmbeddedEngine, Literal, NamedNode, Quad, parse
from zielgraph.errors import UsageError
from zielgraph.exporting import export
from zielgraph.exporting.csvw import csvw_files
from zielgraph.importing import data_folder, import_table
from zielgraph.lifting import Iris
from zielgraph.settings import Settings
from zielgraph.store import EditionInfo, Snapshot
from zielgraph.vocabulary import DEFAULT_BASE, PROV, RDF, RDFS, STATUS, XSD, ZG

from .csvw2rdf import csvw_to_rdf

Run = Callable[..., "subprocess.CompletedProcess[str]"]
EDITION = EditionInfo("bonn", "klima", "2024-12-31", "klima.xlsx", "", "", 0, revision=0)
IRIS = Iris(DEFAULT_BASE, "bonn", "klima", date(2024, 12, 31))
TYPE, LABEL, DERIVED_FROM = NamedNode(RDF + "type"), NamedNode(RDFS + "label"), NamedNode(PROV + "wasDerivedFrom")


def zg(name: str) -> NamedNode:
    return NamedNode(ZG + name)


def plain_part(engine: EmbeddedEngine, iris: Iris) -> set[str]:
    """All triples of the source graph about goals and report items, and file, sheet and line of their sources."""
    graph = iris.source_graph
    subjects = {q.subject for kind in ("Goal", "ReportItem") for q in engine.quads(None, TYPE, zg(kind), graph)}
    about = [q for q in engine.quads(None, None, None, graph) if q.subject in subjects]
    sources = {q.object for q in about if q.predicate == DERIVED_FROM}
    places = {zg("file"), zg("sheet"), zg("sourceLine")}
    where = [q for q in engine.quads(None, None, None, graph) if q.subject in sources and q.predicate in places]
    return {str(q.triple) for q in (*about, *where)}


def again(files: dict[str, bytes]) -> set[str]:
    """The triples that the files become by the rules of the W3C."""
    return {str(quad.triple) for quad in parse(csvw_to_rdf(files).serialize(format="nt"), "nt")}


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def unpacked(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


class Source:
    """A source graph written by hand, as 0001 describes it."""

    def __init__(self) -> None:
        self.engine = EmbeddedEngine.memory()

    def say(self, subject: NamedNode, predicate: NamedNode, *objects: NamedNode | Literal) -> None:
        self.engine.add(Quad(subject, predicate, each, IRIS.source_graph) for each in objects)

    def row(self, key: str, sheet: str = "") -> NamedNode:
        row = IRIS.part("row", key)
        self.say(row, zg("file"), Literal("klima.xlsx"))
        self.say(row, zg("sourceLine"), Literal(int(key.rpartition("-")[2])))
        if sheet:
            self.say(row, zg("sheet"), Literal(sheet))
        return row

    def goal(self, number: int, level: int, text: str, row: str, above: int | None = None, kind: str = "") -> NamedNode:
        node = IRIS.goal(number)
        self.say(node, TYPE, zg("Goal"), zg(kind or ("OutcomeGoal" if level > 1 else "FrameworkGoal")))
        self.say(node, LABEL, Literal(text, language="de"))
        self.say(node, zg("level"), Literal(level))
        self.say(node, zg("inGoalSystem"), IRIS.goal_system)
        self.say(node, zg("sourceLine"), Literal(int(row.rpartition("-")[2])))
        self.say(node, DERIVED_FROM, self.row(row))
        if above is not None:
            self.say(node, zg("contributesTo"), IRIS.goal(above))
        return node

    def measure(self, number: int, text: str, row: str, goal: int | None = None, sheet: str = "") -> NamedNode:
        node = IRIS.measure(number)
        self.say(node, TYPE, zg("Measure"), zg("ReportItem"))
        self.say(node, LABEL, Literal(text, language="de"))
        self.say(node, zg("inGoalSystem"), IRIS.goal_system)
        self.say(node, DERIVED_FROM, self.row(row, sheet))
        if goal is not None:
            self.say(node, zg("contributesTo"), IRIS.goal(goal))
        return node

    def files(self) -> dict[str, bytes]:
        """The export, after checking that it becomes the plain part again."""
        files = csvw_files(self.engine, DEFAULT_BASE, EDITION, "t")
        assert again(files) == plain_part(self.engine, IRIS)
        return files


@pytest.fixture(scope="module")
def koeln(koeln_settings: Settings) -> Snapshot:
    return data_folder(koeln_settings).open()


@pytest.fixture(scope="module")
def koeln_files(koeln: Snapshot) -> dict[str, bytes]:
    return unpacked(export(koeln, "csvw"))


def test_the_cologne_report_becomes_its_plain_part(koeln: Snapshot, koeln_files: dict[str, bytes]) -> None:
    expected = plain_part(koeln.engine, Iris(DEFAULT_BASE, "koeln", "integration", date(2019, 12, 31)))
    assert len(expected) > 1000
    assert again(koeln_files) == expected


def test_a_changed_cell_is_another_graph(koeln_files: dict[str, bytes]) -> None:
    name = "koeln-integration-2019-12-31.csv"
    changed = koeln_files | {name: koeln_files[name].replace(b",laufend,", b",erledigt,", 1)}
    assert len(again(koeln_files) ^ again(changed)) == 2


def test_one_row_per_report_item_and_goal(koeln_files: dict[str, bytes]) -> None:
    items, goals, sources = (table(content) for name, content in koeln_files.items() if name.endswith(".csv"))
    assert (len(items), len(goals), len(sources)) == (46, 35, 35 + 44)
    assert [int(row["source_line"]) for row in items] == sorted(int(row["source_line"]) for row in items)
    (flyers,) = (row for row in items if row["source_line"] == "22")
    assert {name: flyers[name] for name in ("theme", "label", "status", "status_text", "type", "order")} == {
        "theme": "Sprache",
        "label": "Kein Behördendeutsch!",
        "status": "ongoing",
        "status_text": "laufend",
        "type": "Measure",
        "order": flyers["order"],
    }
    assert flyers["goal_3"] == next(goal["label"] for goal in goals if goal["id"] == flyers["goal"])
    (own,) = (row for row in items if row["source_line"] == "69")
    assert (own["type"], own["status"], own["goal_3"]) == ("OutcomeGoal", "done", own["label"])


def test_the_description_says_what_the_files_are(koeln_files: dict[str, bytes]) -> None:
    group = json.loads(koeln_files["koeln-integration-2019-12-31.csv-metadata.json"])
    assert [entry["@language"] for entry in group["dc:title"]] == ["de", "en"]
    assert group["dc:source"] == {"@id": "https://w3id.org/zielgraph/id/koeln/integration/edition/2019-12-31"}
    assert [each["url"] for each in group["tables"]] == [name for name in koeln_files if name.endswith(".csv")]
    columns = [column for each in group["tables"] for column in each["tableSchema"]["columns"]]
    assert all(set(column["titles"]) == {"de", "en"} for column in columns if not column.get("virtual"))
    assert "$" not in koeln_files["koeln-integration-2019-12-31.csv-metadata.json"].decode()
    assert group["tables"][0]["tableSchema"]["foreignKeys"]


def test_an_independent_validator_accepts_it(koeln_files: dict[str, bytes], tmp_path: Path) -> None:
    metadata = pytest.importorskip("csvw.metadata")
    for name, content in koeln_files.items():
        (tmp_path / name).write_bytes(content)
    description = tmp_path / "koeln-integration-2019-12-31.csv-metadata.json"
    found = metadata.CSVW(str(description), validate=True)
    assert found.is_valid
    assert not found.warnings
    goals = tmp_path / "koeln-integration-2019-12-31-goals.csv"
    goals.write_bytes(goals.read_bytes().replace(b"\r\ngoal/3,", b"\r\ngoal/2,"))  # twice the same key
    with pytest.raises(ValueError, match="duplicate primary key: goal/2"):
        assert not metadata.CSVW(str(description), validate=True).is_valid


@pytest.mark.parametrize("depth", [0, 1, 2, 4])
def test_any_number_of_goal_levels(depth: int) -> None:
    source = Source()
    for level in range(1, depth + 1):
        source.goal(level, level, f"Ziel {level}", "2", above=level - 1 or None)
    source.measure(1, "Bäume pflanzen", "2", goal=depth or None)
    files = source.files()
    (row,) = table(files["t.csv"])
    assert [row[name] for name in row if name.startswith("goal_")] == [f"Ziel {n}" for n in range(1, depth + 1)]
    assert row["goal"] == (f"goal/{depth}" if depth else "")
    assert [int(goal["level"]) for goal in table(files["t-goals.csv"])] == list(range(1, depth + 1))
    assert ("foreignKeys" in files["t.csv-metadata.json"].decode()) == bool(depth)  # one that is empty is invalid


def test_an_edition_without_measures_and_goals() -> None:
    with pytest.raises(UsageError, match="bonn/klima 2024-12-31 hat weder Maßnahmen noch Ziele"):
        csvw_files(EmbeddedEngine.memory(), DEFAULT_BASE, EDITION)


def test_a_workbook_of_several_sheets_and_four_levels(tmp_path: Path) -> None:
    """From the file to the triples: whatever lifting says of goals and items has a column."""
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Teil 2")
    assert first is not None
    first.title = "Teil 1"
    columns = {
        "Vision": "Grüne Stadt",
        "Oberziel": "",
        "Teilziel": "Weniger CO₂",
        "Nr.": "1.1",
        "Maßnahme": "+Bäume pflanzen, und: „gießen“\n; ja",
        "Handlungsfeld": "Umwelt",
        "Federführung": "Amt für Umwelt",
        "Beteiligte": "BUND; Schulen",
        "Status": "laufend",
        "Sachstand": 'Er sagte: "gut"',
        "Beginn": "seit 2019",
        "Frist": "bis 12/2026",
        "Kosten": "10.000 €",
        "Gremium": "Rat",
        "Beschluss": "x",
    }
    for sheet in (first, second):
        lines: list[dict[str, str]] = [
            columns | {"Oberziel": f"Klima {sheet.title}"},
            {"Nr.": "1.2", "Maßnahme": f"Radwege {sheet.title}", "Status": "geplant"},
            {"Teilziel": "Mehr Grün", "Status": "erledigt", "Sachstand": "Die Bäume stehen."},
        ]
        sheet.append(list(columns))
        for line in lines:
            sheet.append([line.get(heading) for heading in columns])
    book.save(tmp_path / "klima.xlsx")
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "var")
    import_table(where, tmp_path / "klima.xlsx", city="bonn", system="klima", edition=date(2024, 12, 31))
    snapshot = data_folder(where).open()
    files = unpacked(export(snapshot, "csvw"))
    assert again(files) == plain_part(snapshot.engine, IRIS)
    rows = table(files["bonn-klima-2024-12-31.csv"])
    assert [row["source_sheet"] for row in rows] == ["Teil 1"] * 3 + ["Teil 2"] * 3
    tree = rows[0]
    assert (tree["goal_1"], tree["goal_2"], tree["goal_3"]) == ("Grüne Stadt", "Klima Teil 1", "Weniger CO₂")
    assert tree["label"].startswith("+Bäume pflanzen")
    assert (tree["number"], tree["lead"], tree["due_text"]) == ("1.1", "Amt für Umwelt", "bis 12/2026")
    assert (rows[2]["type"], rows[2]["label"], rows[2]["progress"]) == (
        "OutcomeGoal",
        "Mehr Grün",
        "Die Bäume stehen.",
    )


def test_several_sheets() -> None:
    source = Source()
    source.measure(1, "Im zweiten Blatt", "2-3", sheet="Teil 2")
    source.measure(2, "Im ersten, unten", "28", sheet="Teil 1")
    source.measure(3, "Im ersten, oben", "4", sheet="Teil 1")
    rows = table(source.files()["t.csv"])
    assert [(row["source_sheet"], row["source_line"]) for row in rows] == [
        ("Teil 1", "4"),
        ("Teil 1", "28"),
        ("Teil 2", "3"),
    ]


def test_a_measure_over_several_rows_is_one_row() -> None:
    source = Source()
    source.say(source.measure(1, "Radwege", "10"), DERIVED_FROM, source.row("9"), source.row("11"))
    files = source.files()
    assert [row["source_line"] for row in table(files["t.csv"])] == ["9"]
    assert [row["source_line"] for row in table(files["t-sources.csv"])] == ["9", "10", "11"]


def test_a_goal_that_reports_in_another_row_than_it_stands_first() -> None:
    source = Source()
    goal = source.goal(1, 1, "Weniger Verkehr", "5")
    source.say(goal, TYPE, zg("ReportItem"))
    source.say(goal, DERIVED_FROM, source.row("9"))
    source.say(goal, zg("statusText"), Literal("läuft"))
    (row,) = table(source.files()["t.csv"])
    assert (row["id"], row["source_line"], row["goal_1"], row["goal"]) == ("goal/1", "9", "Weniger Verkehr", "")


def test_a_goal_that_reports_twice_has_two_whole_rows() -> None:
    source = Source()
    goal = source.goal(1, 1, "Weniger Verkehr", "5")
    source.say(goal, TYPE, zg("ReportItem"))
    source.say(goal, DERIVED_FROM, source.row("9"))
    source.say(goal, zg("statusText"), Literal("läuft"), Literal("fertig"))
    source.say(goal, zg("bodyText"), Literal("Rat"))
    rows = table(source.files()["t.csv"])
    assert [row["source_line"] for row in rows] == ["5", "9"]
    assert {row["status_text"] for row in rows} == {"läuft", "fertig"}
    assert {(row["label"], row["body"]) for row in rows} == {("Weniger Verkehr", "Rat")}


TEXTS = st.text(
    st.sampled_from("aäß €,;\"'=+-@#\t\n\r\x0b\u2028/{}%$0😀") | st.characters(exclude_categories=["Cs"]), min_size=1
)
DAYS = st.dates().map(lambda day: Literal(day.isoformat(), datatype=NamedNode(XSD + "date")))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: TEXTS.map(Literal)
            for name in ("order", "number", "statusText", "bodyText", "themeText", "leadText", "partnersText")
        },
        **{name: TEXTS.map(Literal) for name in ("resourcesText", "progressText", "resolutionText", "dueText")},
        **dict.fromkeys(("firstMentioned", "firstMentionedFrom", "startFrom", "startTo", "dueFrom", "dueTo"), DAYS),
        "status": st.sampled_from(["ongoing", "unknown"]).map(lambda name: NamedNode(STATUS + name)),
    },
)


@trials(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, FACTS), min_size=1, max_size=4))
def test_any_text_survives(items: list[tuple[str, dict[str, NamedNode | Literal]]]) -> None:
    source = Source()
    for number, (text, facts) in enumerate(items, start=1):
        node = source.measure(number, text, str(number))
        for name, value in facts.items():
            source.say(node, zg(name), value)
        if "progressText" in facts:
            source.say(node, zg("progressNote"), NamedNode(f"{node.value}/note/2024-12-31"))
    rows = table(source.files()["t.csv"])
    assert [row["label"] for row in rows] == [text for text, _ in items]


def test_written_as_files_folder_or_archive(zielgraph: Run, koeln_folder: Path, tmp_path: Path) -> None:
    parts = ["", "-goals", "-sources"]
    done = zielgraph("export", "--format", "csvw", "--output", tmp_path / "maßnahmen.csv", data=koeln_folder)
    assert (done.returncode, done.stdout) == (0, "")
    names = [*(f"maßnahmen{part}.csv" for part in parts), "maßnahmen.csv-metadata.json"]
    assert [line.split(" geschrieben")[0] for line in done.stderr.splitlines()] == [str(tmp_path / n) for n in names]
    written = {name: (tmp_path / name).read_bytes() for name in names}
    assert len(again(written)) > 1000

    zielgraph("export", "--format", "csvw", "--output", tmp_path / "offen", data=koeln_folder)
    folder = {path.name: path.read_bytes() for path in (tmp_path / "offen").iterdir()}
    zielgraph("export", "--format", "csvw", "--output", tmp_path / "offen.zip", data=koeln_folder)
    assert unpacked((tmp_path / "offen.zip").read_bytes()) == folder
    assert again(folder) == again(written)


def test_a_folder_that_cannot_be(zielgraph: Run, koeln_folder: Path, tmp_path: Path) -> None:
    done = zielgraph("export", "--format", "csvw", "--output", tmp_path / "a" / "b", data=koeln_folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "lässt sich nicht anlegen" in done.stderr
