"""``zielgraph query``: the catalogue, SPARQL as text and file, every format, and readable refusals."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from zielgraph.engine import parse

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SRX = "{http://www.w3.org/2005/sparql-results#}"
COUNT = "SELECT ?status (COUNT(*) AS ?n) { ?m a zg:Measure ; zg:statusText ?status } GROUP BY ?status ORDER BY ?n"


def test_the_list_of_questions(zielgraph: Run, tmp_path: Path) -> None:
    done = zielgraph("query")
    assert (done.returncode, done.stderr) == (0, "")
    names = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert len(names) >= 12
    assert {"open-measures", "network-edges", "actors-not-in-register"} <= set(names)
    assert not (tmp_path / "data").exists()
    english = zielgraph("query", "--lang", "en")
    assert english.stdout != done.stdout


@pytest.mark.parametrize(
    ("params", "lines"),
    [([], 7), (["theme=Wohnen"], 2), (["body=UAG 3 Wohnen"], 4), (["theme=Sprache", "body=UAG 3 Wohnen"], 2)],
)  # fmt: skip
def test_parameters(zielgraph: Run, koeln_folder: Path, params: list[str], lines: int) -> None:
    arguments = [each for param in params for each in ("--param", param)]
    done = zielgraph("query", "open-measures", *arguments, "--format", "csv", data=koeln_folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(csv.DictReader(io.StringIO(done.stdout)))) == lines


def test_an_empty_answer_is_no_error(zielgraph: Run) -> None:
    done = zielgraph("query", "open-measures", "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("measure,")
    assert len(done.stdout.splitlines()) == 1


def test_formats(zielgraph: Run, koeln_folder: Path, tmp_path: Path) -> None:
    """The same two rows in every format of the contract."""
    query = tmp_path / "status.rq"
    query.write_text(COUNT, "utf-8")

    def ask(format: str) -> str:
        done = zielgraph("query", "--file", query, "--format", format, data=koeln_folder)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert ask("csv").splitlines() == ["status,n", "laufend,7", "erledigt,37"]
    assert ask("csv-de").lstrip("\ufeff").splitlines() == ["status;n", "laufend;7", "erledigt;37"]
    assert ask("tsv").splitlines() == ["?status\t?n", '"laufend"\t7', '"erledigt"\t37']
    rows = json.loads(ask("json"))
    assert rows["head"]["vars"] == ["status", "n"]
    assert [row["n"]["value"] for row in rows["results"]["bindings"]] == ["7", "37"]
    root = ElementTree.fromstring(ask("xml"))  # noqa: S314
    assert [literal.text for literal in root.iter(f"{SRX}literal")] == ["laufend", "7", "erledigt", "37"]
    assert [line.split() for line in ask("table").splitlines()[2:]] == [["laufend", "7"], ["erledigt", "37"]]
    book = tmp_path / "antwort.xlsx"
    done = zielgraph("query", "--file", query, "--format", "xlsx", "--output", book, data=koeln_folder)
    assert (done.returncode, done.stdout) == (0, "")
    with zipfile.ZipFile(book) as archive:
        assert archive.testzip() is None
        assert "erledigt" in archive.read("xl/sharedStrings.xml").decode()
        assert "<v>37</v>" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_graphs_and_yes_or_no(zielgraph: Run, koeln_folder: Path) -> None:
    construct = "CONSTRUCT { ?m a zg:Measure } WHERE { ?m a zg:Measure }"
    done = zielgraph("query", "--text", construct, "--format", "ttl", data=koeln_folder)
    assert len(list(parse(done.stdout, "ttl"))) == 44
    assert zielgraph("query", "--text", "ASK { ?m a zg:Measure }", data=koeln_folder).stdout == "ja\n"
    assert zielgraph("query", "--text", "ASK { ?m a zg:Nichts }", data=koeln_folder).stdout == "nein\n"
    asked = zielgraph("query", "--text", "ASK { ?m a zg:Measure }", "--format", "json", data=koeln_folder)
    assert json.loads(asked.stdout)["boolean"] is True


REFUSED: list[tuple[list[str], str]] = [
    (["opn-measures"], "Es gibt keine Frage „opn-measures“. Ähnlich: open-measures"),
    (["open-measures", "--param", "themen=Wohnen"], "keinen Parameter „themen“. Ähnlich: theme"),
    (["open-measures", "--param", "theme=Wonen"], "Handlungsfeld „Wonen“ ist nicht bekannt. Ähnlich: Wohnen"),
    (["open-measures", "--param", "theme"], "--param „theme“: bitte NAME=WERT schreiben."),
    (["measures-of-actor"], "fehlt der Parameter „actor“ (Akteur)."),
    (["measures-of-actor", "--param", "actor=Jobcentr"], "Ähnlich: Jobcenter"),
    (["open-measures", "--format", "ttl"], "ttl gibt es nur für CONSTRUCT"),
    (["open-measures", "--text", "ASK {}"], "Bitte nur eines angeben: NAME, --file oder --text."),
    (["--text", "ASK {}", "--param", "a=b"], "--param gilt nur für Fragen des Katalogs."),
    (["--text", "CONSTRUCT WHERE { ?m a zg:Measure }", "--format", "csv"], "ergibt einen Graphen"),
    (["--text", "SELECT ?m WHERE { ?m a zg:Measure"], "Zeile 1, Spalte"),
    (["--text", "SELECT ?m {\n?m a a a }"], "Zeile 2, Spalte"),
    (["--text", ""], "nicht lesbar"),
    (["--text", "INSERT DATA { <a:b> <a:b> <a:b> }"], "nicht lesbar"),
    (["--text", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], "SERVICE ist abgeschaltet"),
    (["--text", r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], "enthält das Wort SERVICE"),
    (["--text", r"SELECT * { S\U00000045RVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], "enthält das Wort SERVICE"),
    (["--text", r"SELECT * { \u0053\u0045\u0052\u0056\u0049\u0043\u0045 <http://x/> {} }"], "enthält das Wort SERVICE"),
    (["--text", "SELECT * { { SELECT * { sErViCe <http://x/> {} } } }"], "SERVICE ist abgeschaltet"),
    (["--file", "/gibt/es/nicht.rq"], "/gibt/es/nicht.rq: gibt es nicht"),
    (["--file", "/"], "/: lässt sich nicht lesen"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED, ids=[" ".join(a) for a, _ in REFUSED])
def test_refused_in_one_sentence(zielgraph: Run, koeln_folder: Path, arguments: list[str], sentence: str) -> None:
    done = zielgraph("query", *arguments, data=koeln_folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.startswith("zielgraph: ")
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 500


def test_the_word_service_in_a_text_is_no_service(zielgraph: Run, koeln_folder: Path) -> None:
    done = zielgraph("query", "--text", 'SELECT ("Service" AS ?x) {}', "--format", "csv", data=koeln_folder)
    assert (done.returncode, done.stdout.split()) == (0, ["x", "Service"])


def test_a_query_file_in_another_encoding(zielgraph: Run, tmp_path: Path) -> None:
    query = tmp_path / "frage.rq"
    query.write_bytes('SELECT ("Ämter" AS ?x) {}'.encode("cp1252"))
    done = zielgraph("query", "--file", query)
    assert (done.returncode, done.stderr) == (2, f"zielgraph: {query}: ist nicht in UTF-8 kodiert\n")


@pytest.mark.parametrize(
    "command", ["export --format nq", "query network-edges", "query"], ids=["export", "query", "list"]
)
def test_a_reader_that_has_seen_enough(koeln_folder: Path, command: str) -> None:
    """``zielgraph export | head``: no traceback, and exit code 0, not that of a violation."""
    shell = f"set -o pipefail; '{sys.executable}' -m zielgraph --data '{koeln_folder}' {command} | head -c 1"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, len(done.stdout)) == (0, b"", 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence(koeln_folder: Path) -> None:
    shell = f"'{sys.executable}' -m zielgraph --data '{koeln_folder}' query > /dev/full"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("zielgraph: Die Ausgabe lässt sich nicht schreiben")
    assert done.stderr.count("\n") == 1


def test_output_does_not_depend_on_the_terminals_encoding(zielgraph: Run, koeln_folder: Path) -> None:
    text = 'SELECT ("„Ämter“ → ü" AS ?x) {}'
    done = zielgraph("query", "--text", text, "--format", "csv", data=koeln_folder, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout.splitlines()) == (0, ["x", "„Ämter“ → ü"])
