"""``zielgraph export``: arguments, files and refusals. What the formats hold is tested in tests/exporting."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from zielgraph.cli import common
from zielgraph.errors import UsageError

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def test_to_a_file(zielgraph: Run, koeln_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "export.tsv"
    done = zielgraph("export", "--format", "table", "--output", target, data=koeln_folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{target} geschrieben ({target.stat().st_size} Byte).\n"
    assert target.read_text("utf-8") == zielgraph("export", "--format", "table", data=koeln_folder).stdout


def test_the_default_is_turtle(zielgraph: Run, koeln_folder: Path) -> None:
    done = zielgraph("export", data=koeln_folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("@prefix ")


@pytest.mark.parametrize("where", ["before", "behind"])
def test_the_data_folder_as_option(zielgraph: Run, koeln_folder: Path, tmp_path: Path, where: str) -> None:
    option = ["--data", koeln_folder]
    command: list[object] = ["export", "--format", "graphml"]
    done = zielgraph(*([*option, *command] if where == "before" else [*command, *option]), data=tmp_path / "leer")
    assert done.returncode == 0
    assert "<node " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--format", "docx"], "Format „docx“ gibt es nicht. Möglich sind: ttl, trig, nq, jsonld, rdfxml, table, xlsx"),
        (["--output", "/gibt/es/nicht/x.ttl"], "/gibt/es/nicht/x.ttl lässt sich nicht schreiben"),
        (["--output", "/"], "/ lässt sich nicht schreiben"),
        (["--format", "table", "--edition", "2000-01-01"], "gibt es nicht. Ähnlich: koeln/integration 2019-12-31"),
        (["--format", "table", "--city", "bonn"], "Diese Ausgabe gibt es nicht."),
        (["--format", "table", "--edition", "neulich"], "„neulich“ ist kein Datum."),
    ],
)  # fmt: skip
def test_refused(zielgraph: Run, koeln_folder: Path, arguments: list[str], sentence: str) -> None:
    done = zielgraph("export", *arguments, data=koeln_folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("format", ["table", "xlsx", "stratml"])
def test_nothing_imported_yet(zielgraph: Run, format: str, tmp_path: Path) -> None:
    done = zielgraph("export", "--format", format)
    assert (done.returncode, done.stderr) == (2, "zielgraph: Es ist noch nichts importiert.\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nichts"], "nichts"),
        (["query", "--nichts"], "--nichts"),
        (["export", "--format"], "--format"),
        (["import"], "DATEI"),
    ],
)
def test_wrong_usage(zielgraph: Run, arguments: list[str], word: str) -> None:
    done = zielgraph(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("ZIELGRAPH_MAX_TABLE_ROWS", "viele", "ZIELGRAPH_MAX_TABLE_ROWS „viele“ ist keine ganze Zahl."),
        ("ZIELGRAPH_MAX_CELL_CHARS", "-1", "ZIELGRAPH_MAX_CELL_CHARS „-1“ darf nicht negativ sein."),
        ("ZIELGRAPH_WORKERS", "100000", "ZIELGRAPH_WORKERS „100000“ ist zu groß; möglich ist 0 bis 256."),
        ("ZIELGRAPH_LOG_DETAILS", "alles", "ZIELGRAPH_LOG_DETAILS „alles“ gibt es nicht; möglich: queries, clients."),
        ("ZIELGRAPH_CORS_ORIGIN", "blah", "ZIELGRAPH_CORS_ORIGIN „blah“ ist weder * noch https://rechner."),
        ("ZIELGRAPH_BASE", "irgendwo", "ZIELGRAPH_BASE „irgendwo“ ist keine IRI"),
    ],
)
def test_wrong_settings(zielgraph: Run, variable: str, value: str, sentence: str) -> None:
    done = zielgraph("export", **{variable: value})
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_that_cannot_be_written_stays_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "x.nq"
    target.write_text("gut", "utf-8")
    target.chmod(0o640)

    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(common, "write_file", full)
        with pytest.raises(UsageError, match="lässt sich nicht schreiben"):
            common.emit(b"neu und lang", target)
    assert [path.name for path in tmp_path.iterdir()] == ["x.nq"]
    assert target.read_text("utf-8") == "gut"
    common.emit(b"neu", target)
    assert target.read_bytes() == b"neu"
    assert target.stat().st_mode & 0o777 == 0o640
    common.emit(b"neu", Path("/dev/null"))
    assert Path("/dev/null").is_char_device()
    assert "geschrieben (3 Byte)" in capsys.readouterr().err
