"""``zielgraph import``: what it says, when it refuses, and that it never changes more than it says."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from zielgraph import resources

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
FAST = {"ZIELGRAPH_VALIDATE_ROWS": "0"}
Run = Callable[..., "subprocess.CompletedProcess[str]"]
State = Callable[[Path], "tuple[str, str]"]


def test_koeln(zielgraph: Run, tmp_path: Path) -> None:
    done = zielgraph("import", KOELN, "--edition", "2019-12-31", **FAST)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Gespeichert: koeln/integration, Stand 31.12.2019."
    assert lines[1].startswith("  46 Zeilen: 44 Maßnahmen, 35 Ziele; ")
    assert "      19  Zellen waren gegenüber der Kopfzeile verschoben und wurden zugeordnet." in lines
    assert lines[-1] == "  Noch nicht geprüft, das tut: zielgraph validate"
    assert (tmp_path / "data" / "CURRENT").read_text("ascii") == "000001"


def test_a_second_import_changes_nothing_and_says_so(zielgraph: Run, koeln_copy: Path, state: State) -> None:
    before = state(koeln_copy)
    done = zielgraph("import", KOELN, "--edition", "2019-12-31", data=koeln_copy)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Nichts geändert: Diese Datei ist schon als Ausgabe vom 31.12.2019 gespeichert.\n"
    assert state(koeln_copy) == before
    assert len(before[1].splitlines()) > 10_000


def test_validation_is_part_of_a_small_import(zielgraph: Run, small: Path) -> None:
    done = zielgraph("import", small, "--edition", "2019-12-31")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("  Prüfung: 0 Verstöße, ")


def test_without_a_date_it_refuses_and_says_what_to_do(zielgraph: Run, small: Path, tmp_path: Path) -> None:
    done = zielgraph("import", small)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "zielgraph: klein.tsv nennt kein Datum. Bitte den Stand angeben, zum Beispiel --edition "
    )
    assert not (tmp_path / "data").exists()


def test_the_date_that_the_file_states_is_taken(zielgraph: Run, small: Path, tmp_path: Path) -> None:
    dated = tmp_path / "datiert.tsv"
    dated.write_text("Stand: 30.06.2020\n" + small.read_text("utf-8"), "utf-8")
    done = zielgraph("import", dated, **FAST)
    assert done.stdout.startswith("Gespeichert: koeln/integration, Stand 30.06.2020.\n")


def test_dry_run_writes_nothing(zielgraph: Run, small: Path, filled: Path, state: State, tmp_path: Path) -> None:
    empty = tmp_path / "leer"
    for folder in (empty, filled):
        before = state(folder)
        done = zielgraph("import", small, "--edition", "2020-12-31", "--dry-run", "--replace", data=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Probelauf, nichts gespeichert: koeln/integration, Stand 31.12.2020.\n")
        assert state(folder) == before
    assert not empty.exists()


def test_other_content_of_the_same_day(zielgraph: Run, small: Path, filled: Path, state: State) -> None:
    before = state(filled)
    small.write_text(small.read_text("utf-8").replace("laufend", "erledigt"), "utf-8")
    refused = zielgraph("import", small, "--edition", "2019-12-31", data=filled, **FAST)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "zielgraph: Die Ausgabe koeln/integration vom 31.12.2019 besteht schon mit anderem Inhalt (klein.tsv). "
        "Mit --replace wird sie ersetzt, die alte bleibt erhalten.\n"
    )
    assert state(filled) == before
    done = zielgraph("import", small, "--edition", "2019-12-31", "--replace", data=filled, **FAST)
    assert done.returncode == 0
    assert done.stdout.startswith("Ersetzt: koeln/integration, Stand 31.12.2019.")
    after = state(filled)[1]
    assert "edition/2019-12-31/revision/1/source" in after
    current = zielgraph("export", data=filled).stdout
    assert current.count('"erledigt"') >= 2
    assert '"laufend" ' not in current
    assert 'zg:statusText "laufend"' not in current


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--profile", "bonn"], "Es gibt kein Profil „bonn“. Ähnlich: allgemein, koeln-integration"),
        (["--edition", "gestern"], "„gestern“ ist kein Datum. Bitte so schreiben: 2019-12-31."),
        (["--edition", "2020-02-31"], "„2020-02-31“ ist kein Datum."),
        (["--city", "Köln am Rhein"], "Stadt „Köln am Rhein“: bitte nur Kleinbuchstaben, Ziffern und Bindestriche"),
        (["--system", "../x"], "Zielsystem „../x“: bitte nur Kleinbuchstaben"),
    ],
)  # fmt: skip
def test_wrong_arguments(zielgraph: Run, small: Path, tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = zielgraph("import", small, "--edition", "2019-12-31", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("zielgraph: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_city_and_system(zielgraph: Run, small: Path, filled: Path) -> None:
    more = ("--edition", "2019-12-31", "--city", "bonn", "--system", "klima")
    done = zielgraph("import", small, *more, data=filled, **FAST)
    assert done.stdout.startswith("Gespeichert: bonn/klima, Stand 31.12.2019.\n")
    several = zielgraph("export", "--format", "table", data=filled)
    assert several.returncode == 2
    assert "--city bonn --system klima, --city koeln --system integration" in several.stderr


def test_all_repairs_one_by_one(zielgraph: Run, koeln_copy: Path) -> None:
    done = zielgraph("import", KOELN, "--edition", "2019-12-31", "--repairs", data=koeln_copy)
    assert done.returncode == 0
    moved = "    Zeile 60, Status: shifted-column: „Zelle 7: erledigt“ → „Zelle 6 (Status)“"
    assert moved in done.stdout.splitlines()


def test_what_is_kept_is_reported_and_found_again(zielgraph: Run, small: Path) -> None:
    """A broken date and an unknown status word stay; they are named on stderr and become findings."""
    text = small.read_text("utf-8").replace("01.02.2019", "31.02.2020").replace("erledigt", "in Klärung")
    small.write_text(text, "utf-8")
    done = zielgraph("import", small, "--edition", "2019-12-31", **FAST)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "Hinweis: klein.tsv, Zeile 4, Spalte erstmalige Nennung: "
        "Datum „31.02.2020“ ist nicht lesbar; das Wort bleibt, ein Tag fehlt.",
        "Hinweis: klein.tsv, Zeile 4, Spalte Status: "
        "Status „in Klärung“ ist nicht bekannt; das Wort bleibt, der Status gilt als offen.",
    ]
    findings = json.loads(zielgraph("validate", "--format", "json").stdout)
    rules = {f["rule"] for f in findings if f["sourceLine"] == 4 and f["label"] == "Lotsen im Quartier"}
    assert {"first-mention-date-readable", "measure-status-unknown"} <= rules
    asked = zielgraph(
        "query",
        "--text",
        "SELECT ?s ?t WHERE { ?m zg:statusText ?t ; zg:status ?s ; rdfs:label 'Lotsen im Quartier'@de }",
        "--format",
        "csv",
    )
    assert asked.stdout.splitlines()[1:] == ["https://w3id.org/zielgraph/ontology/status/unknown,in Klärung"]


def test_provisional_actors_that_are_left_out_are_hinted_at(zielgraph: Run, tmp_path: Path) -> None:
    for count, end in ((8, "Verein H"), (9, "Verein H …")):
        partners = "; ".join(f"Verein {letter}" for letter in "ABCDEFGHI"[:count])
        table = tmp_path / f"plan-{count}.tsv"
        table.write_text(f"Maßnahme\tBeteiligte\tStatus\nKurse anbieten\t{partners}\toffen\n", "utf-8")
        done = zielgraph("import", table, "--edition", "2023-06-30", "--dry-run", **FAST)
        line = next(line for line in done.stdout.splitlines() if "vorläufige Akteure" in line)
        assert line.endswith(f" {end}")
