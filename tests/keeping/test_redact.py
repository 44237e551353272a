"""Redaction: the words are gone from everything that is kept, everything else is as it was."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zielgraph.engine import EmbeddedEngine, Literal, NamedNode, Quad, QuerySolutions
from zielgraph.errors import UsageError
from zielgraph.keeping import RedactReport, backup, backups, redact, restore
from zielgraph.keeping.redactor import Redactor, marker, moved_place
from zielgraph.keeping.sources import redact_source, sha256
from zielgraph.lifting import IdRegistry
from zielgraph.settings import Settings
from zielgraph.source.kept import read_kept, write_kept
from zielgraph.source.model import Line, Sheet, Source
from zielgraph.store import Redactions
from zielgraph.store.model import read_info
from zielgraph.store.words import Phrase, Phrases, fold, fold_with_places, put
from zielgraph.vocabulary import RDF, ZG

from .conftest import BASE, content, folder, listing, numbers

DAY = date(2026, 11, 23)
MARK = "[entfernt 23.11.2026]"
NAME = "Max Mustermann"


def remove(where: Settings, *words: str, **more: object) -> RedactReport:
    return redact(where, words or (NAME,), reason="Wunsch", name="Erika Muster", day=DAY, **more)  # type: ignore[arg-type]


def phrases(*texts: str) -> Phrases:
    return Phrases([Phrase.of(text) for text in texts])


@pytest.mark.parametrize(
    ("phrase", "text", "left"),
    [
        (NAME, "Herr Max Mustermann kam.", "Herr # kam."),
        (NAME, "MAX  \n mustermann", "#"),
        (NAME, "Max Muster-\nmann, Max Mus\u00adtermann", "#, #"),
        (NAME, "max.mustermann@stadt.de", "#@stadt.de"),
        (NAME, "Max Mustermanns Haus, Max Mustermann's", "# Haus, #"),
        (NAME, "Max-Mustermann-Straße", "#-Straße"),
        (NAME, "Max_Mustermann_2019.xlsx", "#_2019.xlsx"),
        (NAME, "Climax Mustermann, Max Mustermannstraße", None),
        (NAME, "Max und Mustermann", None),
        ("Jörg Müßig", unicodedata.normalize("NFD", "bei JÖRG MÜSSIG!"), "bei #!"),
        ("Jo\u0308rg Müßig", "Jörg Müßig", "#"),
        ("Jörg Müßig", "Joerg Muessig", "#"),
        ("Joerg Muessig", "Jörg Müßig", "#"),
        ("René Weiß", "Rene Weiss, RENÉ WEISS", "#, #"),
        ("Musterweg 12", "im Musterweg  12, Musterweg 123", "im #, Musterweg 123"),
        ("0221 1234567", "Tel. 0221/123 45-67, 02211234567.", "Tel. #, #."),
        ("0221 1234567", "0221 12345678", None),
        ("Łukasz Żak", "łukasz żak", "#"),
        ("Straß", "Strasse", None),
        (r"a+b.*c [x", "a+b.*c [x", "#"),
    ],
)
def test_words_are_found_however_they_are_written(phrase: str, text: str, left: str | None) -> None:
    found = phrases(phrase)
    assert put(text, found.spans(text), "#") == (text if left is None else left)
    assert (text in found) == (left is not None)


@given(st.text())
def test_folding_with_places_is_folding(text: str) -> None:
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(places) == len(folded) + 1
    assert places == sorted(places)


@given(st.text(max_size=30), st.sampled_from([NAME, "MAX\u00a0Mustermann", "Max\r\nMustermann"]), st.text(max_size=30))
def test_what_was_removed_is_not_found_again(before: str, name: str, after: str) -> None:
    found = phrases(NAME)
    text = f"{before} {name} {after}"
    left = put(text, found.spans(text), MARK)
    assert left not in found
    assert MARK in left


def test_too_short_or_part_of_the_program(named: Settings) -> None:
    before = listing(named.data)
    for words, said in (
        ("ab", "zu kurz"),
        ("- .", "zu kurz"),
        ("Jobcenter", "actors.ttl"),
        ("Measure", r"\.ttl, Zeile"),
    ):
        with pytest.raises(UsageError, match=said):
            remove(named, words)
    assert listing(named.data) == before


def files_with(root: Path, *needles: str) -> list[str]:
    """Files in which the bytes of one of the words occur; packed ones are unpacked first."""
    found = []
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        data = path.read_bytes()
        for opener in (gzip.decompress, lzma.decompress):
            try:
                data += opener(data)
            except (OSError, EOFError, lzma.LZMAError):
                continue
        lower = data.lower()
        for needle in needles:
            if any(needle.lower().encode(code) in lower for code in ("utf-8", "utf-16-le", "utf-16-be")):
                found.append(str(path.relative_to(root)))
    return found


def dumps(root: Path) -> list[str]:
    """The content of every store under a folder: what the engine's compression hides from a look at the bytes."""
    stores = [path for path in sorted(root.rglob("store")) if path.is_dir()]
    return [EmbeddedEngine.read_only(path).dump("nq").decode() for path in stores]


def test_the_words_are_gone_from_everything(named: Settings) -> None:
    assert files_with(named.data, "mustermann"), "else this test cannot fail"
    old = set(folder(named).names())
    reader = folder(named).open()
    quads = len(reader.engine)
    report = remove(named)
    assert sum(report.found.values()) >= 4
    assert (report.snapshots, report.sources, report.holding) == (2, 2, [])
    assert files_with(named.data, "mustermann") == []
    every = dumps(named.data)
    assert len(every) == 2
    for text in every:
        assert NAME not in text
        assert "ustermann" not in text.lower()
        assert MARK in text
    assert old.isdisjoint(folder(named).names())
    assert sum(1 for _ in reader.engine.quads()) == quads, "who had the old one open goes on reading"
    assert f"{BASE}koeln/actor/entfernt-23-11-2026" in every[-1], "the provisional actor has lost its name too"
    infos = folder(named).kept()
    assert {e.file for info in infos for e in info.editions} == {f"Bericht von {MARK}.tsv"}
    assert infos[1].parent == infos[0].name
    assert folder(named).undo()[1].editions == infos[0].editions


@pytest.mark.parametrize(("reason", "name"), [("Wunsch von MAX MUSTERMANN", "y"), ("x", "Max Mustermann")])
def test_reason_and_name_must_not_say_the_words(named: Settings, reason: str, name: str) -> None:
    before = listing(named.data)
    with pytest.raises(UsageError, match="Bitte im Grund und im Namen keine der zu entfernenden Wörter nennen"):
        redact(named, ["0221 1234567", NAME], reason=reason, name=name, day=DAY)
    assert listing(named.data) == before
    remove(named)
    with pytest.raises(UsageError, match=r"(Grund|Name): hier stehen Wörter, die am 23\.11\.2026 entfernt wurden"):
        redact(named, ["Jobcenter Süd"], reason=reason, name=name, day=DAY)


def test_the_same_words_again_cover_what_an_older_program_left(named: Settings, tmp_path: Path) -> None:
    """Reason and name of a redaction, the path of a backup, what a snapshot and an edition are called."""
    remove(named)
    (tmp_path / NAME).mkdir()
    backup(named, tmp_path / NAME / "b.tar.gz")
    table = named.data / "redactions.csv"
    table.write_text(table.read_text("utf-8").replace("Wunsch,Erika Muster", f"Wunsch von {NAME},{NAME}"), "utf-8")
    assert files_with(named.data, "mustermann") == ["backups.csv", "redactions.csv"]
    (hit,) = Redactions.load(named.data).check([NAME])
    assert hit.reason == "…", "a message does not repeat it"
    assert len(remove(named, dry_run=True).found) == 3
    assert files_with(named.data, "mustermann") == ["backups.csv", "redactions.csv"]
    report = remove(named)
    assert (report.snapshots, len(report.found)) == (0, 3)
    assert files_with(named.data, "mustermann") == []
    assert Redactions.load(named.data).check([NAME])[0].reason == f"Wunsch von {MARK}"
    assert backups(named.data)[0].path.endswith(f"{MARK}/b.tar.gz")
    with folder(named).write() as draft:
        draft.action = f"decide import {NAME}.xlsx"
        draft.editions = [replace(each, sheet=NAME, profile=f"{NAME}.toml") for each in draft.editions]
    assert files_with(named.data, "mustermann") == ["snapshots/000005/snapshot.json"]
    remove(named)
    assert files_with(named.data, "mustermann") == []
    assert all("ustermann" not in text for text in dumps(named.data))


def test_an_old_backup_says_the_words_in_its_own_table(named: Settings, tmp_path: Path) -> None:
    remove(named)
    table = named.data / "redactions.csv"
    good = table.read_text("utf-8")
    other = Redactions().with_phrases([Phrase.of("Ganz Anders")], day="2026-01-01", reason=f"wie {NAME}", name="y")
    old = good.replace("Wunsch,", f"Wunsch von {NAME},") + other.write().splitlines()[1] + "\r\n"
    table.write_text(old, "utf-8", newline="")
    backup(named, tmp_path / "b.tar.gz")
    table.write_text(good, "utf-8", newline="")
    assert [Path(each.path).name for each in remove(named, "Max Mustermann").holding] == ["b.tar.gz"]
    restore(named, tmp_path / "b.tar.gz")
    assert files_with(named.data, "mustermann") == []
    assert [row.reason for row in Redactions.load(named.data).rows] == ["Wunsch", f"wie {MARK}"]


def test_only_what_held_the_words_has_changed(named: Settings) -> None:
    before = content(named).decode().splitlines()
    remove(named)
    after = content(named).decode().splitlines()
    assert len(after) == len(before)
    same = set(before) & set(after)
    changed = set(before) - same
    touched = ("ustermann", "ntfernt", "#start>", "#end>", "sha256>", "graph/catalogue")  # which counts anew
    others = [line for line in changed | (set(after) - same) if not any(word in line.lower() for word in touched)]
    assert others == []
    assert len(same) > 0.9 * len(before)


def test_mentions_still_fit_their_cells(named: Settings) -> None:
    remove(named)
    engine = folder(named).open().engine
    rows = engine.query(
        f"PREFIX zg: <{ZG}> PREFIX rdf: <{RDF}> SELECT ?raw ?start ?end ?quote {{ ?m a zg:Mention ; zg:cell ?c ; "
        "zg:start ?start ; zg:end ?end ; zg:quote ?quote . ?c rdf:value ?raw }"
    )
    assert isinstance(rows, QuerySolutions)
    quotes = set()
    for raw, start, end, quote in rows:
        assert raw.value[int(start.value) : int(end.value)] == quote.value
        if MARK in raw.value:
            quotes.add(quote.value)
    assert "Jobcenter" in quotes, "it stands behind removed words"


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [(0, 4, "Herr"), (5, 19, "#"), (5, 8, "#"), (9, 25, "# vom A"), (24, 28, "Amt "), (0, 30, None)],
)
def test_a_mention_moves_or_quotes_the_marker(start: int, end: int, quote: str | None) -> None:
    raw = "Herr Max Mustermann vom Amt 56"
    raw = raw.replace("vom Amt", "vom Amt ").replace("  ", " ")
    spans = phrases(NAME).spans(raw)
    left = put(raw, spans, "#")
    moved = left[moved_place(start, spans, 1) : moved_place(end, spans, 1, end=True)]
    assert moved == (left if quote is None else quote)


def test_a_revision_keeps_its_own_places() -> None:
    """The same cell has another text in the graphs of a revision."""
    cell, mention = NamedNode(BASE + "c/s/edition/x/row/1/cell/1"), NamedNode(BASE + "c/s/edition/x/row/1/mention/1")
    value, link = NamedNode(RDF + "value"), NamedNode(ZG + "cell")
    engine = EmbeddedEngine.memory()
    for part, raw, start in (("", f"{NAME} und Amt", 19), ("/revision/1", f"Frau {NAME} und Amt", 24)):
        source, derived = (NamedNode(f"{BASE}c/s/edition/x{part}/{kind}") for kind in ("source", "derived"))
        engine.add(
            [
                Quad(cell, value, Literal(raw), source),
                Quad(mention, link, cell, derived),
                Quad(mention, NamedNode(ZG + "start"), Literal(start), derived),
                Quad(mention, NamedNode(ZG + "end"), Literal(start + 3), derived),
                Quad(mention, NamedNode(ZG + "quote"), Literal("Amt"), derived),
            ]
        )
    changed = list(Redactor(phrases(NAME), MARK, BASE).quads(engine))
    places = {q.graph_name.value: int(q.object.value) for q in changed if q.predicate.value == ZG + "start"}  # type: ignore[union-attr]
    shift = len(MARK) - len(NAME)
    assert places == {f"{BASE}c/s/edition/x/derived": 19 + shift, f"{BASE}c/s/edition/x/revision/1/derived": 24 + shift}


def test_identifiers() -> None:
    redactor = Redactor(phrases(NAME, "koeln"), MARK, BASE, frozenset({"koeln", "actor"}))
    slug = "entfernt-23-11-2026"
    for iri, left in (
        (BASE + "koeln/actor/max-mustermann", BASE + f"koeln/actor/{slug}"),
        (BASE + "koeln/actor/verein-max-mustermann-ev", BASE + f"koeln/actor/verein-{slug}-ev"),
        (
            BASE + "koeln/i/measure/1/involvement/a-max-mustermann/lead",
            BASE + f"koeln/i/measure/1/involvement/a-{slug}/lead",
        ),
        ("mailto:max.mustermann@stadt.de", f"mailto:{slug}@stadt.de"),
        ("https://example.org/Max%20Mustermann?a=1", f"https://example.org/{slug}?a=1"),
        (ZG + "max-mustermann", ZG + "max-mustermann"),
        (BASE + "koeln/actor/climax-mustermann", BASE + "koeln/actor/climax-mustermann"),
    ):
        assert redactor.iri(iri) == left
    number = Literal("20191231", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    assert Redactor(phrases("20191231"), MARK, BASE).term(number) == number


def test_ids_stay_with_the_redacted_words(named: Settings) -> None:
    table = IdRegistry()
    paths: list[tuple[str, ...]] = [
        ("Ziel mit Max Mustermann",),
        ("Ziel mit Max Mustermann", "Lotsen; Max Mustermanns Werk"),
        ("Anderes",),
    ]
    given_ids = numbers(table, "c/s", *paths)
    redactor = Redactor(phrases(NAME), MARK, BASE)
    left = redactor.ids(table.write())
    assert "ustermann" not in left.lower()
    again = [tuple(redactor.text(text) for text in path) for path in paths]
    assert numbers(IdRegistry.read(left), "c/s", *again) == given_ids


def test_a_text_source_stays_a_text(named: Settings) -> None:
    old = {p.name: p.read_text("utf-8") for p in (named.data / "sources").iterdir()}
    remove(named, NAME, "0221 1234567")
    new = [p.read_text("utf-8") for p in (named.data / "sources").iterdir()]
    expected = {
        text.replace(NAME, MARK).replace("MAX  MUSTERMANNS", MARK).replace("0221/123 45-67", MARK)
        for text in old.values()
    }
    assert set(new) == expected
    for path in (named.data / "sources").iterdir():
        assert sha256(path.read_bytes()) == path.name
    kept = {e.sha256 for info in folder(named).kept() for e in info.editions}
    assert kept == {p.name for p in (named.data / "sources").iterdir()}
    assert all(name in content(named).decode() for name in {e.sha256 for e in folder(named).info().editions})


def test_what_cannot_stay_a_text_is_kept_as_table(tmp_path: Path) -> None:
    cells = ["A", "Max\nMustermann kam", "x"]
    source = Source("", "", [Sheet("", [Line(1, ["a", "b", "c"]), Line(2, cells, {2: NAME}, True)])], format="ods")
    path = tmp_path / "source"
    path.write_bytes(write_kept(source))
    left = redact_source(path, Redactor(phrases(NAME), MARK, BASE), "Tabelle Max Mustermann.ods", tmp_path / "x")
    assert left is not None
    assert b"ustermann" not in left
    back = read_kept(left, "x")
    assert back.sheets == [Sheet("", [Line(1, ["a", "b", "c"]), Line(2, ["A", f"{MARK} kam", "x"], {2: MARK}, True)])]
    assert (back.file, back.format, back.sha256) == (f"Tabelle {MARK}.ods", "ods", sha256(left))
    assert redact_source(path, Redactor(phrases("Nie Da"), MARK, BASE), "", tmp_path / "x") is None


def test_names_hidden_in_a_workbook_count(tmp_path: Path) -> None:
    from zielgraph.keeping.sources import hidden_words

    book = openpyxl.Workbook()
    book.create_sheet("Blatt")["A1"] = "nichts"
    redactor = Redactor(phrases(NAME), MARK, BASE)
    buffer = io.BytesIO()
    book.save(buffer)
    assert not hidden_words(buffer.getvalue(), redactor)
    book.properties.creator = NAME
    buffer = io.BytesIO()
    book.save(buffer)
    assert hidden_words(buffer.getvalue(), redactor)


def test_what_was_removed_is_known_without_the_words(named: Settings) -> None:
    remove(named, NAME, "0221 1234567")
    text = (named.data / "redactions.csv").read_text("utf-8")
    assert "ustermann" not in text
    assert "1234567" not in text
    known = Redactions.load(named.data)
    hits = known.check(["Nichts", "von MAX\nMUSTERMANN", "Max Mustermanns Amt", "Tel. 02 21 / 1234-567", "Max M."])
    assert [(hit.text, hit.day, hit.reason) for hit in hits] == [
        ("von MAX\nMUSTERMANN", "2026-11-23", "Wunsch"),
        ("Max Mustermanns Amt", "2026-11-23", "Wunsch"),
        ("Tel. 02 21 / 1234-567", "2026-11-23", "Wunsch"),
    ]
    assert Redactions().check(["Max Mustermann"]) == []
    remove(named, NAME)
    assert (named.data / "redactions.csv").read_text("utf-8") == text


def test_dry_run_and_words_that_are_not_there_change_nothing(named: Settings) -> None:
    before = listing(named.data)
    report = remove(named, dry_run=True)
    assert sum(report.found.values()) >= 4
    assert listing(named.data) == before
    assert remove(named, "Niemand Da").found == {}
    assert listing(named.data) == before


def test_parts_of_longer_words_are_told(named: Settings) -> None:
    report = remove(named, "Lots", dry_run=True)
    assert report.found == {}
    assert any("Lotsen" in text for text in report.within)


def test_backups_that_still_have_the_words(named: Settings, tmp_path: Path) -> None:
    for name in ("with.tar.gz", "gone.tar.gz", "bent.tar.gz"):
        backup(named, tmp_path / name)
    (tmp_path / "gone.tar.gz").unlink()
    (tmp_path / "bent.tar.gz").write_bytes(b"bent")
    report = remove(named)
    assert [Path(b.path).name for b in report.holding] == ["with.tar.gz"]
    assert [Path(b.path).name for b in report.unreachable] == ["gone.tar.gz", "bent.tar.gz"]
    backup(named, tmp_path / "without.tar.gz")
    report = remove(named)
    assert [Path(b.path).name for b in report.holding] == ["with.tar.gz"]


@pytest.mark.parametrize("empty", [False, True])
def test_an_old_backup_does_not_bring_them_back(named: Settings, tmp_path: Path, empty: bool) -> None:
    backup(named, tmp_path / "b.tar.gz")
    remove(named)
    after = content(named)
    if empty:
        for name in ("CURRENT", "snapshots", "sources"):
            path = named.data / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = restore(named, tmp_path / "b.tar.gz")
    assert done.removed_again > 0
    assert files_with(named.data, "mustermann") == []
    assert all("ustermann" not in text for text in dumps(named.data))
    assert content(named) == after


def test_the_published_folder_too(named: Settings, tmp_path: Path) -> None:
    shutil.copytree(named.data, tmp_path / "public")
    remove(named, published=tmp_path / "public")
    assert files_with(tmp_path / "public", "mustermann") == []
    assert not (tmp_path / "public" / "redactions.csv").exists()
    with pytest.raises(UsageError, match="kein veröffentlichter"):
        remove(named, published=tmp_path / "none")


def test_a_writer_finishes_what_was_killed_after_the_switch(named: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zielgraph.store.folder.DataFolder._prune", lambda _: None)  # killed right after the pointer
    remove(named)
    assert files_with(named.data, "mustermann"), "the old snapshots are still there"
    monkeypatch.undo()
    assert all(NAME not in info.action for info in folder(named).kept())
    with folder(named).write():
        pass
    assert files_with(named.data, "mustermann") == []
    assert [read_info(folder(named).path(name)).name for name in folder(named).names()] == ["000003", "000004"]


def test_a_backup_made_meanwhile_starts_again(named: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zielgraph.keeping import backup as _  # noqa: F401 - the module of the same name is patched below
    from zielgraph.keeping.archive import pack

    calls = []

    def packing(*arguments: object, **more: object) -> None:
        calls.append(1)
        if len(calls) == 1:
            remove(named)
        pack(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setitem(backup.__globals__, "pack", packing)
    backup(named, tmp_path / "b.tar.gz")
    assert len(calls) == 2
    assert remove(named).holding == []


def test_the_command(named: Settings, zielgraph: Callable[..., object]) -> None:
    def run(*arguments: object) -> tuple[int, str, str]:
        done = zielgraph("redact", *arguments, data=named.data)
        return done.returncode, done.stdout, done.stderr  # type: ignore[attr-defined]

    code, said, _ = run("Max", "Mustermann", "--reason", "Wunsch", "--name", "Ich", "--dry-run")
    assert (code, said.splitlines()[0].startswith("Probelauf, nichts geändert.")) == (0, True)
    code, said, error = run("Max Mustermann", "--also", "0221 1234567", "--reason", "Wunsch", "--name", "Ich")
    assert (code, error) == (0, "")
    assert "in 2 Ständen und 2 Quellen" in said
    assert "ustermann" not in said
    code, said, _ = run("Max", "Mustermann", "--reason", "Wunsch", "--name", "Ich")
    assert (code, said) == (0, "Nicht gefunden; es wurde nichts geändert.\n")
    assert run("Max", "--name", "Ich")[0] == 2
    assert run("Ma", "--reason", "x", "--name", "Ich")[0] == 2
    assert run("Max", "--reason", " ", "--name", "Ich")[0] == 2


def test_the_kept_table_is_json(tmp_path: Path) -> None:
    told = json.loads(write_kept(Source("f", "", [Sheet("S", [Line(1, ["ä"])], hidden=True)], format="xlsx")))
    assert told["sheets"] == [
        {"name": "S", "hidden": True, "lines": [{"number": 1, "cells": ["ä"], "merged": {}, "hidden": False}]}
    ]
    assert replace(read_kept(json.dumps(told).encode(), "x"), sha256="").format == "xlsx"
    assert marker(DAY) == MARK
