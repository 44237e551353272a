"""From a file to its sheets: looks at the content, not at the name, and hands over to the reader of that format."""

from __future__ import annotations

import hashlib
from pathlib import Path

from zielgraph.errors import InputError
from zielgraph.source.container import SAVE_AS, Container
from zielgraph.source.kept import is_kept, read_kept
from zielgraph.source.model import Limits, Sheet, Source
from zielgraph.source.text import read_text

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "ist eine PDF-Datei, keine Tabelle"),
    (b"\x89PNG", "ist ein Bild"),
    (b"\xff\xd8\xff", "ist ein Bild"),
    (b"GIF8", "ist ein Bild"),
    (b"II*\0", "ist ein Bild"),
    (b"MM\0*", "ist ein Bild"),
    (b"\x1f\x8b", "ist eine gepackte Datei"),
    (b"7z\xbc\xaf\x27\x1c", "ist eine gepackte Datei"),
    (b"Rar!", "ist eine gepackte Datei"),
    (b"PAR1", "ist eine Parquet-Datei"),
    (b"SQLite format 3", "ist eine Datenbank"),
)
# Names of the streams of an OLE container, in the order in which they decide.
_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "ist mit einem Kennwort verschlüsselt"),
    ("WordDocument", "ist eine alte Word-Datei (DOC)"),
    ("PowerPoint Document", "ist eine alte PowerPoint-Datei"),
    ("__properties_version1.0", "ist eine Outlook-Nachricht"),
)


def read_source(path: Path, limits: Limits | None = None) -> Source:
    """Take a file apart. Raises InputError with file, sheet, row and advice."""
    limits = limits or Limits()
    name = _printable(path.name)
    try:
        if not path.is_file():
            problem = "ist ein Ordner" if path.is_dir() else "ist keine gewöhnliche Datei"
            raise InputError(problem if path.exists() else "gibt es nicht", file=_printable(str(path)))
        if (size := path.stat().st_size) > limits.bytes:
            raise InputError(
                f"ist mit {size // 1_000_000} MB größer als erlaubt ({limits.bytes // 1_000_000} MB)",
                file=name,
                advice="Bitte die Tabelle aufteilen oder ZIELGRAPH_MAX_TABLE_BYTES erhöhen.",
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = error.strerror if isinstance(error, OSError) else "ungültiger Name"
        raise InputError(f"lässt sich nicht lesen ({reason})", file=_printable(str(path))) from None
    try:
        source = _take_apart(data, name, limits)
    except MemoryError:
        raise InputError("braucht mehr Speicher, als da ist", file=name, advice="Bitte die Datei aufteilen.") from None
    if not any(cell.strip() for sheet in source.sheets for line in sheet.lines for cell in line.cells):
        raise InputError("ist leer", file=name, advice="Erwartet wird eine Tabelle mit Kopfzeile.")
    return source


def _take_apart(data: bytes, name: str, limits: Limits) -> Source:
    sha256 = hashlib.sha256(data).hexdigest()
    for signature, problem in _OTHERS:
        if data.startswith(signature):
            raise InputError(problem, file=name, advice=SAVE_AS)
    if is_kept(data):
        return read_kept(data, name)
    sheets: list[Sheet]
    if data.startswith(_ZIP):
        container = Container(data, name, limits)
        kind = container.kind()
        if kind == "docx":
            from zielgraph.source.word import read_docx

            sheets, notices = read_docx(container, limits)
        elif kind == "ods":
            from zielgraph.source.ods import read_ods

            sheets, notices = read_ods(container, limits)
        else:
            from zielgraph.source.workbook import read_binary, read_xlsx

            sheets, notices = read_xlsx(container, limits) if kind == "xlsx" else read_binary(data, name, limits)
    elif data.startswith(_OLE[:4]):
        from zielgraph.source.workbook import read_binary

        kind = "xls"
        _refuse_other_ole(data, name)
        sheets, notices = read_binary(data, name, limits)
    else:
        return read_text(data, name, sha256, limits)
    return Source(name, sha256, sheets, kind, notices=tuple(notices))


def _refuse_other_ole(data: bytes, name: str) -> None:
    """An OLE container holds an XLS workbook, or something else that has to be said by its name."""
    for stream, problem in _STREAMS:
        if stream.encode("utf-16-le") in data:
            advice = "Bitte ohne Kennwort speichern." if stream == "EncryptedPackage" else SAVE_AS
            raise InputError(problem, file=name, advice=advice)
    if not any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        raise InputError("ist eine alte Office-Datei ohne Arbeitsmappe", file=name, advice=SAVE_AS)


def _printable(name: str) -> str:
    """A file name with replacement characters for bytes that are no UTF-8."""
    return name.encode("utf-8", "replace").decode()
