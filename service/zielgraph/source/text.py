"""Text files: encodings, separators, quoting."""

from __future__ import annotations

import csv
import io
import re

from zielgraph.errors import InputError
from zielgraph.source.model import Limits, Line

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "eine ZIP-, Excel-, ODS- oder Word-Datei"),
    (b"\xd0\xcf\x11\xe0", "eine alte Excel- oder Word-Datei"),
    (b"%PDF", "eine PDF-Datei"),
    (b"\x89PNG", "ein Bild"),
    (b"\xff\xd8\xff", "ein Bild"),
    (b"\x1f\x8b", "eine gepackte Datei"),
)
_SAVE_AS = "Bitte als Text mit Tabulatoren (TSV, UTF-8) speichern."


def read_text(data: bytes, name: str, limits: Limits) -> list[Line]:
    """Lines of a text file. Raises InputError with file, row and advice."""
    return _records(_decode(data, name), name, limits)


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
        if len(line.cells) > limits.cells:
            raise InputError(
                f"die Zeile hat {len(line.cells)} Zellen, erlaubt sind {limits.cells}",
                file=name,
                row=line.number,
                advice="Bitte leere Spalten am rechten Rand löschen.",
            )
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


# A cell that begins with a quotation mark and ends with one; those inside are doubled.
_QUOTED_CELL = re.compile(r'(?:^|\t)"((?:[^"]++|"")*+)"(?=\t|$)', re.MULTILINE)
_QUOTED_LINE = re.compile(r'^"[^"\n]*+"(?:\t(?:"[^"\n]*+")?+){2,}$', re.MULTILINE)


def _quoted(text: str) -> list[Line] | None:
    """Records of a file in which a spreadsheet program quoted cells, None when the quotes are plain text.

    Such programs quote a cell that holds a tab, a line end or a quotation mark (then doubled), or every cell.
    """
    flat = re.sub(r"\r\n?", "\n", text)
    if not _QUOTED_LINE.search(flat) and not any(
        "\t" in cell or "\n" in cell or '""' in cell for cell in _QUOTED_CELL.findall(flat)
    ):
        return None
    csv.field_size_limit(max(len(text), 131_072))
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
