"""Importing at the browser: a file is sent, looked at, and confirmed or discarded."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from office import ITEM, OURS, TABLE, Person

from zielgraph import settings
from zielgraph.access import waiting
from zielgraph.errors import TimedOut
from zielgraph.importing import import_table
from zielgraph.keeping import backup, redact
from zielgraph.store import DataFolder
from zielgraph.vocabulary import DEFAULT_BASE
from zielgraph.web import create_app, office

START = "/de/import"
CHOSEN = {"city": "koeln", "system": "klein", "edition": "31.12.2020"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("import")
    (root / "klein.tsv").write_text(TABLE, "utf-8")
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=root / "data")
    import_table(where, root / "klein.tsv", city="koeln", system="klein", edition=date(2019, 12, 31))
    return root / "data"


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[Flask]:
    quick = {"ZIELGRAPH_RATE": "0", "ZIELGRAPH_VALIDATE_ROWS": "0", "ZIELGRAPH_MAX_TABLE_BYTES": "300000"}
    made = create_app(settings.load(quick, data=folder))
    yield made
    made.extensions["zielgraph.pool"].close()


@pytest.fixture(scope="module")
def erika(app: Flask, folder: Path) -> Person:
    return Person(app, folder)


@pytest.fixture(autouse=True)
def undone(folder: Path) -> Iterator[None]:
    """Every test begins with one edition and nothing waiting."""
    where = DataFolder(folder, base=DEFAULT_BASE)
    before = where.current_name()
    yield
    if where.current_name() != before:
        where.undo(before)
    for note in folder.glob("waiting/*"):
        for path in sorted(note.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        note.rmdir()


def days(folder: Path) -> list[str]:
    return [edition.date for edition in DataFolder(folder, base=DEFAULT_BASE).info().editions]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_whole_way(erika: Person, folder: Path) -> None:
    sent = erika.upload(START, TABLE.replace("Es gibt sie.", "Es gibt sie seit Mai."), **CHOSEN)
    assert sent.status_code == 303
    assert "klein.tsv" in erika.get(START).text, "it waits"
    page = unescape(erika.get(sent.location).text)
    for words in (
        "koeln/klein",
        "31.12.2020",
        "5 Maßnahmen",
        "erstmalige Nennung",
        "koeln/klein/2019-12-31",
        "seit Mai",
    ):
        assert words in page, words
    assert days(folder) == ["2019-12-31"]
    report = erika.get(f"{sent.location}?format=json").json
    assert report
    assert (report["edition"], report["counts"]["measures"]) == ("2020-12-31", 5)
    digest = hidden(page, "digest")
    done = erika.post(sent.location, action="import", digest=digest)
    assert (done.status_code, done.location) == (303, sent.location)
    assert "Die Ausgabe ist gespeichert" in erika.get(sent.location).text
    assert days(folder) == ["2019-12-31", "2020-12-31"]
    now = DataFolder(folder, base=DEFAULT_BASE).current_name()
    again = erika.post(sent.location, seen=START, action="import", digest=digest)
    assert (again.status_code, again.location) == (303, sent.location), "a second click"
    assert DataFolder(folder, base=DEFAULT_BASE).current_name() == now
    assert list(folder.glob("waiting/*/content/*")) == []
    assert f'href="{sent.location}"' not in erika.get(START).text


def test_discarding(erika: Person, folder: Path) -> None:
    sent = erika.upload(START, TABLE, **CHOSEN)
    done = erika.post(sent.location, action="discard")
    assert done.location == f"{START}?done=discarded"
    assert "es wurde nichts gespeichert" in erika.get(done.location).text
    assert erika.get(sent.location).status_code == 404
    assert list(folder.glob("waiting/*")) == []


def test_what_is_stored_already(erika: Person) -> None:
    sent = erika.upload(START, TABLE, **{**CHOSEN, "edition": "2019-12-31"})
    page = unescape(erika.get(sent.location).text)
    assert "schon so gespeichert" in page
    assert 'value="import"' not in page


def test_replacing_has_to_be_said(erika: Person, folder: Path) -> None:
    wanted = {**CHOSEN, "edition": "2019-12-31"}
    sent = erika.upload(START, TABLE.replace("Läuft gut.", "Läuft sehr gut."), **wanted)
    page = unescape(erika.get(sent.location).text)
    assert "besteht schon mit anderem Inhalt" in page
    assert "bitte unten „Ersetzen“ ankreuzen" in page
    assert "--replace" not in page
    erika.post(sent.location, action="look", replace="1", **wanted)
    page = erika.get(sent.location).text
    assert "ein Ersatz für die Ausgabe dieses Tages" in page
    erika.post(sent.location, action="import", digest=hidden(page, "digest"))
    assert "Die Ausgabe ist ersetzt" in erika.get(sent.location).text
    assert days(folder) == ["2019-12-31"]


def test_only_what_was_shown_is_imported(erika: Person, folder: Path) -> None:
    sent = erika.upload(START, TABLE, **CHOSEN)
    digest = hidden(erika.get(sent.location).text, "digest")
    erika.post(sent.location, action="look", **{**CHOSEN, "edition": "31.12.2021"})
    refused = erika.post(sent.location, action="import", digest=digest)
    assert refused.status_code == 400
    assert "Vorschau noch einmal ansehen" in refused.text
    assert days(folder) == ["2019-12-31"]


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as _packed:
    _packed.writestr("xl/workbook.xml", b"\0" * 50_000_000)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"%PDF-1.7", "bericht.pdf", "PDF-Datei"),
        (b"", "leer.csv", "ist leer"),
        (b"a;b\n1;2\n", "fremd.csv", "fremd.csv"),
        (BOMB.getvalue(), "bombe.xlsx", "bombe.xlsx"),
        (TABLE.encode(), "ohne-stand.tsv", "Bitte den Stand angeben, zum Beispiel 2"),
    ],
)
def test_bad_input_is_one_sentence_and_the_file_stays(
    erika: Person, folder: Path, data: bytes, name: str, said: str
) -> None:
    sent = erika.upload(START, data, name)
    assert sent.status_code == 303
    page = unescape(erika.get(sent.location).text)
    assert said in page
    assert "Traceback" not in page
    assert 'value="import"' not in page
    assert 'value="look"' in page
    assert len(list(folder.glob("waiting/*/content/*"))) == 1
    assert erika.post(sent.location, action="import", digest="x").status_code == 400


def test_without_a_file_or_with_a_wrong_choice(erika: Person, folder: Path) -> None:
    assert "Bitte eine Datei auswählen." in erika.post(START).text
    for wrong in ({"edition": "Mai"}, {"profile": "../../etc/passwd.toml"}, {"profile": "allgemein@0"}):
        answer = erika.upload(START, TABLE, **wrong)
        assert answer.status_code == 400, wrong
        assert 'role="alert"' in answer.text
    assert list(folder.glob("waiting/*")) == []
    sent = erika.upload(START, TABLE, **{**CHOSEN, "city": "../x"})
    assert "nur Kleinbuchstaben" in erika.get(sent.location).text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\e\\bericht.tsv", "bericht.tsv"),
        ("<script>alert(1)</script>.tsv", "script_.tsv"),
        ("x" * 500 + ".tsv", "x" * 146 + ".tsv"),
        ("\u202egnp.tsv\0", "_gnp.tsv_"),
        (" .. ", "tabelle"),
        ("ä" * 200, "ä" * 75),
    ],
)
def test_names_of_files(name: str, kept: str) -> None:
    assert waiting.file_name(name) == kept


def test_hostile_cells_are_text(erika: Person) -> None:
    hostile = TABLE.replace("AG 1", "<img src=x onerror=alert(1)>" + "w" * 10_000).replace(
        "geplant", "<b>Vielleicht</b>"
    )
    sent = erika.upload(START, hostile.replace("Status", "Status <i>neu</i>", 1), "<svg onload=alert(1)>.tsv", **CHOSEN)
    page = erika.get(sent.location).text
    for words in ("<img src=x", "<b>Vielleicht", "<script>alert", "<svg onload", "<i>neu"):
        assert words not in page
    assert "&lt;i&gt;neu" in page


def test_the_same_measure_in_other_words(erika: Person, folder: Path) -> None:
    reworded = TABLE.replace(
        "Lotsen im Quartier begleiten Familien", "Lotsen im Quartier begleiten junge Familien täglich"
    )
    sent = erika.upload(START, reworded, **CHOSEN)
    page = unescape(erika.get(sent.location).text)
    assert "Ist das dieselbe?" in page, page
    assert 'name="same-1" value="yes"' in page
    erika.post(sent.location, action="look", **{"same-1": "yes"}, **CHOSEN)
    page = unescape(erika.get(sent.location).text)
    assert "Eine Antwort auf die Frage" in page
    assert "Ist das dieselbe?“" in page
    assert 'name="same-1"' not in page
    assert "1 umformuliert" in page
    erika.post(sent.location, action="import", digest=hidden(page, "digest"))
    engine = DataFolder(folder, base=DEFAULT_BASE).open().engine
    iri, label = f"<{ITEM}2>", '"Lotsen im Quartier begleiten junge Familien täglich"@de'
    assert engine.query(f"ASK {{ {iri} <http://www.w3.org/2000/01/rdf-schema#label> {label} }}")


def test_only_who_sent_it_sees_it_and_not_for_long(
    app: Flask, folder: Path, erika: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = erika.upload(START, TABLE, **CHOSEN)
    other = Person(app, folder, f"Max {sent.location[-4:].strip('_-')}x")
    assert other.get(sent.location).status_code == 404
    assert other.post(sent.location, seen=START, action="import", digest="x").status_code == 404
    assert sent.location not in other.get(START).text
    assert len(sent.location.rpartition("/")[2]) == 43
    assert [path.stat().st_mode & 0o077 for path in folder.glob("waiting/*")] == [0]
    monkeypatch.setattr(waiting, "LIFETIME", -1)
    assert erika.get(sent.location).status_code == 404
    assert list(folder.glob("waiting/*")) == []


def test_what_waits_is_no_part_of_backups_and_goes_with_a_redaction(
    erika: Person, folder: Path, tmp_path: Path
) -> None:
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=folder)
    erika.upload(START, TABLE, **CHOSEN)
    backup(where, tmp_path / "sicherung.tar.gz")
    with tarfile.open(tmp_path / "sicherung.tar.gz") as archive:
        assert not [name for name in archive.getnames() if "waiting" in name]
    redact(where, ["Petra Geheim"], reason="Wunsch", name="Ich", day=date.today(), dry_run=True)
    assert list(folder.glob("waiting/*"))
    redact(where, ["Petra Geheim"], reason="Wunsch", name="Ich", day=date.today())
    assert not list(folder.glob("waiting/*"))
    (folder / "redactions.csv").unlink(missing_ok=True)


def test_limits(erika: Person, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = TABLE + "\t\t" + "x" * 200_000 + "\n"
    assert erika.upload(START, large, **CHOSEN).status_code == 303
    second = erika.upload(START, large, **CHOSEN)
    assert second.status_code == 400
    assert "zusammen größer" in second.text
    assert erika.client.post(START, data=b"x" * 400_000, headers=OURS).status_code == 413
    assert erika.client.post("/de/entscheiden", data=b"x" * 100_000, headers=OURS).status_code == 413
    monkeypatch.setattr(waiting, "MOST", 1)
    assert "Es warten schon 1 Dateien" in erika.upload(START, TABLE).text
    assert len(list(folder.glob("waiting/*"))) == 1


def test_what_takes_too_long_is_told_as_a_command(erika: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        raise TimedOut("Der Vorgang lief länger als 60 Sekunden und wurde beendet.")

    monkeypatch.setattr(office, "look", slow)
    sent = erika.upload(START, TABLE, **CHOSEN)
    page = unescape(erika.get(sent.location).text)
    assert "Für den Browser ist die Tabelle zu groß." in page
    assert "zielgraph import DATEI --city koeln --system klein --edition 2020-12-31" in page


def test_an_import_that_takes_too_long_leaves_the_file(
    erika: Person, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> None:
        raise TimedOut("Die Änderung dauerte länger als 60 Sekunden und wurde beendet; es wurde nichts geändert.")

    sent = erika.upload(START, TABLE, **CHOSEN)
    digest = hidden(erika.get(sent.location).text, "digest")
    monkeypatch.setattr(office, "write", slow)
    answer = erika.post(sent.location, action="import", digest=digest)
    assert answer.status_code == 504
    assert "es wurde nichts geändert" in answer.text
    assert "zielgraph import DATEI --city koeln" in answer.text
    monkeypatch.undo()
    assert erika.post(sent.location, action="import", digest=digest).status_code == 303
    assert days(folder) == ["2019-12-31", "2020-12-31"]


def test_an_overview_of_networks(erika: Person) -> None:
    path = Path(__file__).parents[2] / "data" / "source" / "koeln-netzwerke.csv"
    sent = erika.upload(START, path.read_bytes(), path.name)
    assert "Netzwerke und Gremien" in erika.get(sent.location).text


def test_in_english(erika: Person) -> None:
    sent = erika.upload("/en/import", TABLE, **CHOSEN)
    assert sent.location.startswith("/en/import/")
    assert '<html lang="en">' in erika.get(sent.location).text
