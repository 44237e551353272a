"""From a file's bytes to lines of raw cells. Knows encodings, separators and limits, nothing of content."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from zielgraph.errors import InputError

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "eine ZIP-, Excel-, ODS- oder Word-Datei"),
    (b"\xd0\xcf\x11\xe0", "eine alte Excel- oder Word-Datei"),
    (b"%PDF", "eine PDF-Datei"),
    (b"\x89PNG", "ein Bild"),
    (b"\xff\xd8\xff", "ein Bild"),
    (b"\x1f\x8b", "eine gepackte Datei"),
)
_SAVE_AS = "Bitte als Text mit Tabulatoren (TSV, UTF-8) speichern."


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest table that is accepted."""

    rows: int = 150_000
    bytes: int = 200_000_000
    cell_chars: int = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """One record: the number of its first line in the file and its raw cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Source:
    """A file taken apart into records."""

    file: str
    sha256: str
    lines: list[Line]


def read_source(path: Path, limits: Limits) -> Source:
    """Read a tab-separated UTF-8 file. Raises InputError with file, row and advice."""
    name = path.name
    try:
        if not path.is_file():
            problem = "ist ein Ordner, keine Datei" if path.is_dir() else "gibt es nicht"
            raise InputError(problem, file=str(path))
        if path.stat().st_size > limits.bytes:
            raise InputError(
                f"ist mit {path.stat().st_size // 1_000_000} MB größer als erlaubt ({limits.bytes // 1_000_000} MB)",
                file=name,
                advice="Bitte die Tabelle aufteilen oder ZIELGRAPH_MAX_TABLE_BYTES erhöhen.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"lässt sich nicht lesen ({error.strerror})", file=str(path)) from None
    text = _decode(data, name)
    lines = _records(text, name, limits)
    if not any(cell.strip() for line in lines for cell in line.cells):
        raise InputError("ist leer", file=name, advice="Erwartet wird eine Tabelle mit Kopfzeile.")
    return Source(name, hashlib.sha256(data).hexdigest(), lines)


def _decode(data: bytes, name: str) -> str:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"ist {kind}, keine Texttabelle", file=name, advice=_SAVE_AS)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("ist in UTF-16 kodiert", file=name, advice=_SAVE_AS)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "ist nicht in UTF-8 kodiert",
            file=name,
            row=data.count(b"\n", 0, error.start) + 1,
            advice="Vermutlich Windows-1252. " + _SAVE_AS if b"\0" not in data else _SAVE_AS,
        ) from None
    if match := re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise InputError(
            f"enthält das Steuerzeichen U+{ord(match.group()):04X} und ist keine Texttabelle",
            file=name,
            row=text.count("\n", 0, match.start()) + 1,
            advice=_SAVE_AS,
        )
    return text


def _records(text: str, name: str, limits: Limits) -> list[Line]:
    lines = _quoted(text) if '"' in text else None
    if lines is None:
        # One record a line. Quotation marks are the author's: "Wegweiser Wohnen" wurde erstellt.
        lines = [
            Line(number, line.rstrip("\n").split("\t"))
            for number, line in enumerate(io.StringIO(text, newline=None), start=1)
        ]
    if len(lines) > limits.rows:
        raise InputError(
            f"hat {len(lines)} Zeilen, erlaubt sind {limits.rows}",
            file=name,
            row=limits.rows + 1,
            advice="Bitte die Tabelle aufteilen oder ZIELGRAPH_MAX_TABLE_ROWS erhöhen.",
        )
    for line in lines:
        for column, cell in enumerate(line.cells, start=1):
            if len(cell) > limits.cell_chars:
                raise InputError(
                    f"die Zelle hat {len(cell)} Zeichen, erlaubt sind {limits.cell_chars}",
                    file=name,
                    row=line.number,
                    column=str(column),
                    advice="Bitte den Text kürzen oder ZIELGRAPH_MAX_CELL_CHARS erhöhen.",
                )
    return lines


def _quoted(text: str) -> list[Line] | None:
    """Records of a file in which a spreadsheet program quoted cells, None when the quotes are plain text.

    Such programs quote a cell only when it holds a tab, a line end or a quotation mark (then doubled).
    """
    if not re.search(r'(?:^|\t)"(?:[^"]|"")*(?:\t|\n|"")(?:[^"]|"")*"(?=\t|\r?$)', text, re.MULTILINE):
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
    lines: list[Line] = []
    first = 1
    try:
        for cells in reader:
            lines.append(Line(first, cells))
            first = reader.line_num + 1
    except csv.Error:
        return None
    return lines
