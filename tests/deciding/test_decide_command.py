"""``zielgraph decide``: the whole way from the command to the answers, over imports, and back."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from zielgraph import resources, settings
from zielgraph.cli.main import main
from zielgraph.importing import import_table
from zielgraph.store import DataFolder

Run = Callable[..., "subprocess.CompletedProcess[str]"]
TABLE = """Grundsatzziel: Gut leben
Rahmenziel\tErgebnisziel\tAktivitäten / Beschreibung\tSachstand\tStatus\terstmalige Nennung\tGremium
Wohnen Der Wohnungsmarkt ist offen\tWohnungen werden gefunden\tBeratung durch das Jugendamt\t{note}\tlaufend\t2018\tAG 1
\t\tLotsen im Quartier\tDas Projekt ist beendet.\terledigt\t01.02.2019\tAG 1
"""
SIGNED = ("--reason", "Ratsbeschluss", "--name", "Erika Muster", "--date", "2020-02-03")
NAMED = "ASK { ?m rdfs:label 'Beratung durch das Jugendamt'@de ; zg:names ?a . ?a rdfs:label 'Jugendamt'@de }"


@pytest.fixture(scope="module")
def _imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("entscheiden")
    path = folder / "klein.tsv"
    path.write_text(TABLE.format(note="Es gibt sie."), "utf-8")
    import_table(
        settings.load({}, data=folder / "data"), path, city="koeln", system="klein", edition=date(2019, 12, 31)
    )
    return folder


@pytest.fixture
def run(_imported: Path, tmp_path: Path) -> Callable[..., str]:
    """Run a command that succeeds, on a data folder with the table; gives what it says."""
    shutil.copytree(_imported / "data", tmp_path / "data")

    def ok(*arguments: object, validate: bool = False) -> str:
        environment = {"ZIELGRAPH_VALIDATE_ROWS": "5000" if validate else "0"}
        command = ["--data", str(tmp_path / "data"), *map(str, arguments)]
        done = CliRunner().invoke(main, command, env=environment, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    return ok


@pytest.fixture
def next_edition(run: Callable[..., str], tmp_path: Path) -> Callable[[str, str], str]:
    """Import the table once more, with another progress note, as edition of a day."""

    def import_again(note: str, day: str) -> str:
        path = tmp_path / "klein.tsv"
        path.write_text(TABLE.format(note=note), "utf-8")
        return run("import", path, "--city", "koeln", "--system", "klein", "--edition", day)

    return import_again


def test_a_rejected_link_stays_away(run: Callable[..., str], next_edition: Callable[[str, str], str]) -> None:
    assert run("query", "--text", NAMED) == "ja\n"
    said = run("decide", "reject", "1", "--actor", "Jugendamt", *SIGNED)
    assert "verwerfen: koeln/klein/measure/1" in said
    assert run("query", "--text", NAMED) == "nein\n"
    again = run("decide", "reject", "1", "--actor", "Jugendamt", *SIGNED)
    assert again == "Das steht schon so da.\n"
    next_edition("Es gibt sie.", "2020-12-31")
    assert run("query", "--text", NAMED) == "nein\n", "the next edition with the same wording keeps it"
    assert run("query", "decisions-to-review", "--format", "csv").count("\n") == 1
    next_edition("Das Jugendamt hat begonnen.", "2021-12-31")
    assert run("query", "--text", NAMED) == "ja\n", "another wording brings it up again"
    review = run("query", "decisions-to-review", "--format", "csv")
    assert "Es gibt sie." in review
    assert "Das Jugendamt hat begonnen." in review
    assert "decision-review" in run("validate", "--format", "json")


def test_a_later_decision_is_said_to_stay_in_force(run: Callable[..., str]) -> None:
    later = run("decide", "continue", "1", *SIGNED).split()[0]
    said = run("decide", "stop", "1", "2", *SIGNED[:4], "--date", "2020-01-01").splitlines()
    assert said[0] == "2 Entscheidungen eingetragen:"
    assert said[2] == f"  In Kraft bleibt die spätere Entscheidung vom 03.02.2020: fortführen ({later})."
    assert len(said) == 4, "nothing of the kind about the other one"


def test_what_was_redacted_does_not_come_back(run: Callable[..., str], zielgraph: Run, tmp_path: Path) -> None:
    run("decide", "stop", "2", "--reason", "Wunsch von Petra Geheim", "--name", "E")
    run("redact", "Petra Geheim", "--reason", "Wunsch", "--name", "E")
    snapshots = sorted(path.name for path in (tmp_path / "data" / "snapshots").iterdir())
    known = run("decide", "list", "--all")
    number = run("decide", "list", "--format", "csv").splitlines()[1].split(",")[0].rsplit("/", 1)[-1]
    table, good = tmp_path / "beschluss.tsv", tmp_path / "gut.tsv"
    table.write_text("Nr.\tVotum\tGrund\tWer\tBemerkung\n1\teinstellen\tx\tE\tsagt PETRA GEHEIM\n", "utf-8")
    good.write_text("Nr.\tVotum\tGrund\n1\teinstellen\tx\n", "utf-8")
    hidden = tmp_path / "von Petra Geheim.tsv"
    hidden.write_text(good.read_text("utf-8"), "utf-8")
    removed = "hier stehen Wörter, die am"
    for says, *arguments in (
        (f"--reason: {removed}", "stop", "1", "--reason", "wie Petra Geheim sagt", "--name", "E"),
        (f"--name: {removed}", "stop", "1", "--reason", "x", "--name", "Petra  GEHEIM"),
        (f"--name: {removed}", "withdraw", number, "--reason", "x", "--name", "Petra Geheim"),
        (f"beschluss.tsv, Zeile 2, Spalte 5: {removed}", "import", table),
        (f"von Petra Geheim.tsv: {removed}", "import", hidden, "--name", "E"),
        (f"--name: {removed}", "import", good, "--name", "Petra Geheim"),
        (f"--reason: {removed}", "import", good, "--name", "E", "--reason", "Petra Geheim", "--dry-run"),
    ):
        done = zielgraph("decide", *arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert says in done.stderr
    assert run("decide", "list", "--all") == known
    assert sorted(path.name for path in (tmp_path / "data" / "snapshots").iterdir()) == snapshots


def test_findings_of_a_large_table_can_be_accepted(run: Callable[..., str], zielgraph: Run) -> None:
    """The import and the decisions leave validation out; ``validate`` keeps what it found."""
    run("decide", "reject", "1", "--actor", "Jugendamt", *SIGNED)
    first = zielgraph("decide", "accept", "measure-progress", *SIGNED)
    assert (first.returncode, "zielgraph validate" in first.stderr) == (2, True)
    found = json.loads(run("validate", "--format", "json"))
    assert "Prüfung" in run("undo", "--list").splitlines()[1]
    stands = run("undo", "--list")
    assert json.loads(run("validate", "--format", "json")) == found
    run("validate", "--shapes", str(resources.shapes()))
    assert run("undo", "--list") == stands, "nothing new to keep"
    chosen = [each for each in found if "/measure/" in each["focusNode"] or "/goal/" in each["focusNode"]][:2]
    assert len(chosen) == 2
    for each in chosen:
        run("decide", "accept", each["rule"], each["focusNode"], *SIGNED)
    stored = run("query", "--text", "SELECT ?f { GRAPH ?g { ?f zg:acceptedBy ?d } }", "--format", "csv")
    assert stored.count("\n") == 3
    again = run("decide", "accept", chosen[0]["rule"], chosen[0]["focusNode"], *SIGNED)
    assert again == "Das steht schon so da.\n"
    assert [each["rule"] for each in json.loads(run("validate", "--format", "json")) if each["acceptedBy"]] == [
        each["rule"] for each in chosen
    ]


def test_validating_a_folder_that_is_busy(run: Callable[..., str], tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data", base=settings.load({}).base)
    with folder.write():
        assert "Hinweise" in run("validate")
    assert folder.info().action.startswith("import")


def test_withdrawing(run: Callable[..., str]) -> None:
    said = run("decide", "reject", "1", "--actor", "Jugendamt", *SIGNED)
    run("decide", "withdraw", said.split()[0], "--reason", "Irrtum", "--name", "Max")
    assert run("query", "--text", NAMED) == "ja\n"
    assert run("decide", "list", "--format", "csv").count("\n") == 1
    assert "zurückgenommen" in run("decide", "list", "--all")


def test_an_accepted_finding_no_longer_counts(run: Callable[..., str]) -> None:
    before = json.loads(run("validate", "--format", "json"))
    chosen = next(each for each in before if "/measure/" in each["focusNode"])
    number = chosen["focusNode"].rsplit("/", 1)[-1]
    run("decide", "accept", chosen["rule"], number, *SIGNED, validate=True)
    after = json.loads(run("validate", "--format", "json"))
    assert [each["rule"] for each in after if each["acceptedBy"]] == [chosen["rule"]]
    assert "1 hingenommen" in run("validate").splitlines()[-1]
    marked = run("query", "--text", "SELECT ?f { GRAPH ?g { ?f zg:acceptedBy ?d } }", "--format", "csv")
    assert marked.count("\n") == 2


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_form_comes_back(run: Callable[..., str], tmp_path: Path, ending: str) -> None:
    form = tmp_path / f"formular.{ending}"
    run("decide", "template", "--output", form)
    assert run("decide", "import", form) == "", "an empty form holds nothing"
    fill(form, "fortführen", "Bewährt", "Erika Muster")
    assert run("decide", "import", form, "--dry-run").startswith("Probelauf")
    said = run("decide", "import", form, "--date", "2020-02-03")
    assert said.startswith("2 Entscheidungen eingetragen:")
    rows = list(csv.DictReader(io.StringIO(run("query", "measure-courses", "--format", "csv"))))
    assert [(row["courseLabel"], row["reason"], row["day"]) for row in rows] == [
        ("fortführen", "Bewährt", "2020-02-03")
    ] * 2
    assert run("decide", "import", form, "--date", "2020-02-03") == "2 standen schon da.\n"


def fill(form: Path, *cells: str) -> None:
    """Fill in the columns behind those that are shown, in every row."""
    if form.suffix == ".xlsx":
        book = openpyxl.load_workbook(form)
        sheet = book.active
        assert sheet is not None
        first = [cell.value for cell in sheet[1]].index("Entscheidung") + 1
        for row in range(2, sheet.max_row + 1):
            for column, text in enumerate(cells, start=first):
                sheet.cell(row, column, text)
        book.save(form)
        return
    rows = list(csv.reader(io.StringIO(form.read_text("utf-8-sig")), delimiter=";"))
    first = rows[0].index("Entscheidung")
    for line in rows[1:]:
        line[first : first + len(cells)] = cells
    with form.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def test_a_table_with_a_bad_row_stores_nothing(run: Callable[..., str], zielgraph: Run, tmp_path: Path) -> None:
    path = tmp_path / "beschluss.tsv"
    path.write_text("Nr.\tVotum\tGrund\tWer\n1\teinstellen\tx\tE\n7\teinstellen\tx\tE\n2\tvertagen\tx\tE\n", "utf-8")
    done = zielgraph("decide", "import", path)
    assert done.returncode == 2
    assert "2 Zeilen passen nicht" in done.stderr
    assert "beschluss.tsv, Zeile 3, Spalte Nr.: " in done.stderr
    assert "beschluss.tsv, Zeile 4, Spalte Votum: " in done.stderr
    assert run("decide", "list", "--all", "--format", "csv").count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reject", "1", "--actor", "Jugendamt", "--reason", "x"], "--name"),
        (["reject", "9", "--actor", "Jugendamt", *SIGNED], "gibt es nicht"),
        (["reject", "2", "--actor", "Jugendamt", *SIGNED], "nicht verknüpft"),
        (["stop", "1", "9", *SIGNED], "gibt es nicht"),
        (["stop", "1", "--reason", "x", "--name", "E", "--date", "2999-01-01"], "Zukunft"),
        (["stop", "1", "--reason", "x", "--name", "E", "--date", "morgen"], "kein Datum"),
        (["withdraw", "abcdef", "--reason", "x", "--name", "E"], "gibt es nicht"),
        (["import", "/nirgends.csv"], "gibt es nicht"),
        (["template", "--output", "formular.pdf"], ".xlsx"),
    ],
)
def test_what_cannot_be(run: Callable[..., str], zielgraph: Run, arguments: list[str], says: str) -> None:
    done = zielgraph("decide", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert run("decide", "list", "--all", "--format", "csv").count("\n") == 1


def test_on_an_empty_folder(zielgraph: Run) -> None:
    done = zielgraph("decide", "stop", "1", *SIGNED)
    assert done.returncode == 2
    assert "noch nichts importiert" in done.stderr
