"""``zielgraph validate``: formats, exit codes, own data and own shapes."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.engine import NamedNode, parse

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SH = "http://www.w3.org/ns/shacl#"
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <http://x/> .
x:shape a sh:NodeShape ; sh:targetClass x:City ; sh:property x:name .
x:name sh:path x:name ; sh:minCount 1 ; sh:severity sh:%s ; sh:message "Der Name fehlt."@de, "No name."@en .
"""
DATA = "<http://x/koeln> a <http://x/City> ; <http://x/name> 'Köln' . <http://x/bonn> a <http://x/City> ."


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path]:
    """Own data with one city without name, and a shape that asks for it."""
    data, shapes = tmp_path / "daten.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA, "utf-8")
    shapes.write_text(SHAPES % "Violation", "utf-8")
    return data, shapes


def test_koeln_has_findings_but_no_violation(zielgraph: Run, koeln_folder: Path) -> None:
    done = zielgraph("validate", "--format", "json", data=koeln_folder)
    assert (done.returncode, done.stderr) == (0, "")
    findings = json.loads(done.stdout)
    assert {f["severity"] for f in findings} == {"Warning", "Info"}
    keys = {"sourceLine", "rule", "severity", "focusNode", "message"}
    assert all(keys <= set(finding) for finding in findings)
    assert {f["sourceLine"] for f in findings if f["rule"] == "measure-progress"} >= {34, 36, 59}


def test_an_empty_store_has_no_findings(zielgraph: Run) -> None:
    done = zielgraph("validate")
    assert (done.returncode, done.stdout) == (0, "0 Verstöße, 0 Warnungen, 0 Hinweise\n")


class _Cells(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_formats(zielgraph: Run, own: tuple[Path, Path], tmp_path: Path) -> None:
    """One violation, in every format; exit code 1 in every one."""

    def run(format: str, *more: object) -> str:
        done = zielgraph("validate", "--data-file", own[0], "--shapes", own[1], "--format", format, *more)
        assert done.returncode == 1
        return done.stdout

    text = run("text")
    assert "Verstoß" in text
    assert "Der Name fehlt." in text
    assert text.splitlines()[-1] == "1 Verstöße, 0 Warnungen, 0 Hinweise"
    assert "No name." in run("text", "--lang", "en")
    (finding,) = json.loads(run("json"))
    assert (finding["focusNode"], finding["severity"], finding["message"], finding["sourceLine"]) == (
        "http://x/bonn",
        "Violation",
        "Der Name fehlt.",
        None,
    )
    results = [q for q in parse(run("ttl"), "ttl") if q.predicate == NamedNode(SH + "focusNode")]
    assert [q.object for q in results] == [NamedNode("http://x/bonn")]
    page = _Cells(run("html"))
    assert page.tags.count("tr") == 2
    assert "Der Name fehlt." in page.text
    assert run("xlsx", "--output", tmp_path / "befunde.xlsx") == ""
    with zipfile.ZipFile(tmp_path / "befunde.xlsx") as book:
        assert "Der Name fehlt." in book.read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize(("severity", "code"), [("Violation", 1), ("Warning", 0), ("Info", 0)])
def test_only_a_violation_ends_with_1(zielgraph: Run, own: tuple[Path, Path], severity: str, code: int) -> None:
    own[1].write_text(SHAPES % severity, "utf-8")
    done = zielgraph("validate", "--data-file", own[0], "--shapes", own[1], "--format", "json")
    assert done.returncode == code
    assert [f["severity"] for f in json.loads(done.stdout)] == [severity]


def test_a_page_shows_markup_as_text(zielgraph: Run, own: tuple[Path, Path]) -> None:
    label = "<http://www.w3.org/2000/01/rdf-schema#label> '<script>alert(1)</script>'"
    own[0].write_text(f"{DATA} <http://x/bonn> {label} .", "utf-8")
    own[1].write_text((SHAPES % "Violation").replace("Der Name", "<img src=x onerror=alert(1)>"), "utf-8")
    page = zielgraph("validate", "--data-file", own[0], "--shapes", own[1], "--format", "html").stdout
    assert not {"img", "script"} & set(_Cells(page).tags)
    assert "<img src=x onerror=alert(1)> fehlt." in _Cells(page).text
    assert "<script>alert(1)</script>" in _Cells(page).text


def test_the_projects_shapes_on_own_data(zielgraph: Run, tmp_path: Path) -> None:
    """``--data-file`` alone uses the shapes of the project, and needs no data folder."""
    data = tmp_path / "daten.ttl"
    data.write_text("@prefix zg: <https://w3id.org/zielgraph/ontology#> . <http://x/m> a zg:Measure, zg:ReportItem .")
    done = zielgraph("validate", "--data-file", data, "--format", "json", data=tmp_path / "datei" / "darunter")
    assert done.returncode == 1
    rules = {f["rule"] for f in json.loads(done.stdout) if f["focusNode"] == "http://x/m"}
    assert {"measure-status", "measure-row"} <= rules


BROKEN_SHAPES = {
    "no Turtle": "das ist kein Turtle",
    "no shapes": "",
    "two paths": "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://x/s> a sh:NodeShape ; "
    "sh:targetClass <http://x/City> ; sh:property [ sh:path <http://x/a>, <http://x/b> ; sh:minCount 1 ] .",
    "no pattern": "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://x/s> a sh:NodeShape ; "
    'sh:targetClass <http://x/City> ; sh:property [ sh:path <http://x/name> ; sh:pattern "(" ] .',
    "no SPARQL": "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://x/s> a sh:NodeShape ; "
    'sh:targetClass <http://x/City> ; sh:sparql [ sh:select "SELECT nichts" ] .',
}


@pytest.mark.parametrize("name", BROKEN_SHAPES)
def test_broken_shapes(zielgraph: Run, own: tuple[Path, Path], name: str) -> None:
    own[1].write_text(BROKEN_SHAPES[name], "utf-8")
    done = zielgraph("validate", "--data-file", own[0], "--shapes", own[1])
    assert (done.returncode, done.stdout) == (2, "")
    assert "hapes" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("zielgraph: ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data-file", "/gibt/es/nicht.ttl"], "/gibt/es/nicht.ttl: gibt es nicht"),
        (["--shapes", "/gibt/es/nicht.ttl"], "/gibt/es/nicht.ttl: gibt es nicht"),
        (["--data-file", resources.data()], "gibt es nicht"),
        (["--data-file", resources.data() / "source" / "koeln-zielsystem.tsv"], "die Daten sind nicht lesbar"),
        (["--validator", "native"], "Bitte --validator pyshacl benutzen."),
        (["--output", "/gibt/es/nicht/bericht.txt"], "lässt sich nicht schreiben"),
    ],
)
def test_wrong_arguments(zielgraph: Run, arguments: list[object], sentence: str) -> None:
    done = zielgraph("validate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
