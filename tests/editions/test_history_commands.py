"""``zielgraph editions`` and ``zielgraph diff`` on two imported editions and a revision."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import openpyxl
import pytest
from laterreport import KOELN, PROGRESS, STATUS, Lines

from zielgraph import settings
from zielgraph.editions.latest import latest_changes
from zielgraph.editions.read import Choice, edition_name, with_revisions
from zielgraph.errors import NotFound, UsageError
from zielgraph.importing import import_table
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, EditionInfo

from .conftest import History

Run = Callable[..., "CompletedProcess[str]"]
SENTENCES = {
    "Status laufend → erledigt",
    "Sachstand neu gefasst",
    "Sachstand ergänzt",
    "Verbleib umgesetzt → in Arbeit",
    "neuer Beteiligter: Jobcenter Köln (Mitwirkung)",
    "Erste Nennung 25.04.2018 → 26.04.2018",
    "Handlungsfeld Bildung und Arbeit → Existenzsicherung",
    "verschoben nach Ziel „Alle Dienststellen (incl. JC) kennen das gegenseitige Vorgehen und können entsprechend "
    "beraten“",
    "neue Maßnahme",
    "entfallen",
}


def test_text(zielgraph: Run, history: History) -> None:
    result = zielgraph("diff", "2019-12-31", "2020-06-30", data=history.folder)
    assert (result.returncode, result.stderr) == (0, "")
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[:3] == [
        "Änderungen koeln/integration: 31.12.2019 → 30.06.2020",
        "Maßnahmen: 44 → 44 (1 neu, 1 entfallen, 1 verschoben, 4 geändert, 38 unverändert)",
        "Ziele: 35 → 35 (35 unverändert)",
    ]
    assert set(lines) >= SENTENCES
    assert "[-Grobkonzept ist erstellt-]{+Das Konzept liegt vor und wurde im Ausschuss vorgestellt+}" in lines
    assert lines.count("Verbesserung der Integration von Geflüchteten") == 1  # goals above are not repeated
    assert "\x1b" not in result.stdout


def test_without_editions_named_the_newest_is_compared_with_the_one_before(zielgraph: Run, history: History) -> None:
    assert (
        zielgraph("diff", data=history.folder).stdout
        == zielgraph("diff", "koeln/integration/2019-12-31", "neueste", data=history.folder).stdout
    )


def test_json(zielgraph: Run, history: History) -> None:
    document = json.loads(zielgraph("diff", "vorige", "neueste", "--format", "json", data=history.folder).stdout)
    assert document["editions"]["after"] == {
        "iri": f"{history.settings.base}koeln/integration/edition/2020-06-30",
        "name": "koeln/integration/2020-06-30",
        "date": "2020-06-30",
        "file": "koeln-2020.tsv",
    }
    assert document["same_rules"] is True
    measures = document["summary"]["measures"]
    assert sum(number for kind, number in measures.items() if kind not in ("before", "after")) == 45
    told = {item["text_de"] for item in document["items"]} | {
        change["text_de"] for item in document["items"] for change in item["changes"]
    }
    assert told - {""} == SENTENCES
    assert {item["kind"] for item in document["items"]} == {"new", "gone", "moved", "changed"}
    status = next(c for item in document["items"] for c in item["changes"] if c["property"] == "status")
    assert (status["before"], status["after"], status["text_en"]) == ("laufend", "erledigt", "Status ongoing → done")
    assert status["after_iris"] == ["https://w3id.org/zielgraph/ontology/status/done"]
    extended = next(c for item in document["items"] for c in item["changes"] if c["op"] == "extended")
    assert [op for op, _ in extended["words"]] == ["equal", "insert"]


def test_only(zielgraph: Run, history: History) -> None:
    result = zielgraph("diff", "--only", "moved", "--only", "new", "--format", "json", data=history.folder)
    assert [item["kind"] for item in json.loads(result.stdout)["items"]] == ["new", "moved"]
    none = zielgraph("diff", "--only", "split", data=history.folder)
    assert "Keine Unterschiede dieser Art." in none.stdout


def test_english(zielgraph: Run, history: History) -> None:
    out = zielgraph("diff", "previous", "newest", "--lang", "en", data=history.folder).stdout
    assert "progress note extended" in out
    assert "1 new, 1 gone, 1 moved, 4 changed, 38 unchanged" in out


def test_csv_de_has_a_row_per_change(zielgraph: Run, history: History, tmp_path: Path) -> None:
    file = tmp_path / "diff.csv"
    assert zielgraph("diff", "--format", "csv-de", "--output", file, data=history.folder).returncode == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))
    assert {row["Änderung"] for row in rows} == SENTENCES
    assert len(rows) == len(SENTENCES)
    assert all(row["Kennung"].startswith(history.settings.base) for row in rows)


def test_xlsx(zielgraph: Run, history: History, tmp_path: Path) -> None:
    file = tmp_path / "diff.xlsx"
    assert zielgraph("diff", "--format", "xlsx", "--output", file, data=history.folder).returncode == 0
    sheet = openpyxl.load_workbook(file)["Änderungen"]
    assert sheet.max_row == len(SENTENCES) + 1
    assert sheet["H2"].value == 27  # a number, not text


def test_a_revision_can_be_compared(zielgraph: Run, history: History) -> None:
    result = zielgraph("diff", "2019-12-31/revision/1", "2019-12-31", data=history.folder)
    assert "Änderungen koeln/integration: 31.12.2019 (Revision 1) → 31.12.2019" in result.stdout
    assert "Maßnahmen: 45 → 44 (1 entfallen, 44 unverändert)" in result.stdout
    assert "Probeweise Sprechstunde" in result.stdout


def test_a_formula_in_a_note_does_no_harm(tmp_path: Path, zielgraph: Run) -> None:
    its = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "data")
    lines = Lines()
    lines.set(57, PROGRESS, "Grobkonzept ist erstellt", '=HYPERLINK("http://boese.example")')
    lines.set(28, STATUS, "laufend", "\u009b31mrot")
    import_table(its, KOELN, edition=date(2019, 12, 31))
    import_table(its, lines.write(tmp_path / "neu.tsv"), edition=date(2020, 6, 30))
    out = zielgraph("diff", "--format", "csv-de", data=its.data).stdout
    cells = [cell for row in csv.reader(io.StringIO(out.lstrip("\ufeff")), delimiter=";") for cell in row]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)
    text = zielgraph("diff", data=its.data).stdout
    assert "31mrot" in text
    assert "\u009b" not in text  # would steer a terminal


def test_editions(zielgraph: Run, history: History) -> None:
    found = json.loads(zielgraph("editions", "--format", "json", data=history.folder).stdout)
    short = [(e["date"], e["revision"], e["newest"], e["items"], e["measures"], e["file"]) for e in found]
    assert short == [
        ("2019-12-31", 0, False, 46, 44, "koeln-zielsystem.tsv"),
        ("2019-12-31", 1, False, 47, 45, "entwurf.tsv"),
        ("2020-06-30", 0, True, 46, 44, "koeln-2020.tsv"),
    ]
    assert len({each["sha256"] for each in found}) == 3
    assert all(len(each["sha256"]) == 64 and each["imported"] for each in found)
    table = zielgraph("editions", data=history.folder).stdout.splitlines()
    assert len(table) == 5
    assert ["30.06.2020" in line and " ja " in line for line in table[2:]] == [False, False, True]
    rows = list(csv.DictReader(io.StringIO(zielgraph("editions", "--format", "csv", data=history.folder).stdout)))
    assert [row["revision"] for row in rows] == ["0", "1", "0"]
    assert [row["newest"] for row in rows] == ["false", "false", "true"]


def test_nothing_imported_yet(zielgraph: Run) -> None:
    result = zielgraph("editions")
    assert (result.returncode, result.stderr) == (0, "")
    assert "noch keine Ausgabe" in result.stdout
    assert json.loads(zielgraph("editions", "--format", "json").stdout) == []
    refused = zielgraph("diff", "2019-12-31", "2020-06-30")
    assert refused.returncode == 2
    assert "noch keine Ausgabe" in refused.stderr


@pytest.mark.parametrize("wrong", ["2018-01-01", "koeln/wohnen/2019-12-31", "2019-12-31/revision/2", "heute", ""])
def test_an_unknown_edition_lists_those_there_are(zielgraph: Run, history: History, wrong: str) -> None:
    result = zielgraph("diff", wrong, "neueste", data=history.folder)
    assert result.returncode == 2
    assert "koeln/integration/2019-12-31, koeln/integration/2019-12-31/revision/1" in result.stderr
    assert "Traceback" not in result.stderr


def test_one_edition_has_none_before_it(zielgraph: Run, koeln_folder: Path) -> None:
    result = zielgraph("diff", data=koeln_folder)
    assert result.returncode == 2
    assert "erst eine Ausgabe" in result.stderr


BASE = "https://example.org/id/"


def info(city: str, day: str, revision: int = 0) -> EditionInfo:
    return EditionInfo(city, "plan", day, "f.tsv", "0", "r", 1, revision)


CHOICE = Choice(
    BASE, [info("a", "2019-12-31"), info("a", "2019-12-31", 1), info("a", "2020-12-31"), info("b", "2020-12-31")]
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("2019-12-31", "2020-12-31", ("a/plan/2019-12-31", "a/plan/2020-12-31")),  # only city a has both days
        ("vorige", "NEUESTE", ("a/plan/2019-12-31", "a/plan/2020-12-31")),
        ("a/plan/2020-12-31", "a/plan/2019-12-31", ("a/plan/2020-12-31", "a/plan/2019-12-31")),
        (f"{BASE}a/plan/edition/2019-12-31", "2020-12-31", ("a/plan/2019-12-31", "a/plan/2020-12-31")),
        (
            f"{BASE}a/plan/edition/2019-12-31/revision/1",
            "2019-12-31",
            ("a/plan/2019-12-31/revision/1", "a/plan/2019-12-31"),
        ),
    ],
)
def test_choosing(before: str, after: str, expected: tuple[str, str]) -> None:
    old, new = CHOICE.pair(before, after)
    assert (edition_name(old), edition_name(new)) == expected


def test_choosing_among_several_goal_systems() -> None:
    with pytest.raises(UsageError, match="mehrere Zielsysteme: a/plan, b/plan"):
        CHOICE.pair("2020-12-31", "2020-12-31")
    assert CHOICE.pair("2020-12-31", "2020-12-31", city="b")[0].city == "b"
    with pytest.raises(UsageError, match="verschiedenen Zielsystemen"):
        CHOICE.pair("a/plan/2019-12-31", "b/plan/2020-12-31")
    with pytest.raises(NotFound, match="erst eine Ausgabe"):
        CHOICE.pair("vorige", "neueste", city="b")
    with pytest.raises(NotFound, match="gibt es nicht"):
        CHOICE.pair("vorige", "neueste", city="c")


def _open(its: Settings) -> DataFolder:
    return DataFolder(its.data, base=its.base)


def test_latest_changes(history: History, koeln_settings: Settings) -> None:
    opened = _open(history.settings).open()
    (latest,) = latest_changes(opened.engine, history.settings.base, opened.info.editions, 2)
    assert (latest.before.day, latest.after.day) == ("2019-12-31", "2020-06-30")
    assert len(latest.entries) == 2
    assert latest.counts["changed"] == 4
    single = _open(koeln_settings).open()
    assert latest_changes(single.engine, koeln_settings.base, single.info.editions, 2) == []


def test_a_lost_source_file_is_no_obstacle(zielgraph: Run, history: History, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(history.folder, folder)
    shutil.rmtree(folder / "sources")
    found = json.loads(zielgraph("editions", "--format", "json", data=folder).stdout)
    assert [bool(each["imported"]) for each in found] == [True, True, True]
    assert zielgraph("editions", data=folder).returncode == 0


def test_revisions_stand_behind_their_edition(history: History) -> None:
    opened = _open(history.settings).open()
    listed = with_revisions(opened.engine, history.settings.base, opened.info.editions)
    assert [(each.date, each.revision) for each in listed] == [
        ("2019-12-31", 0),
        ("2019-12-31", 1),
        ("2020-06-30", 0),
    ]
