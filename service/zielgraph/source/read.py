"""From a file to its sheets: looks at the content, not at the name, and hands over to the reader of that format."""

from __future__ import annotations

import hashlib
from pathlib import Path

from zielgraph.errors import InputError
from zielgraph.source.model import Limits, Sheet, Source
from zielgraph.source.text import read_text


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
    except OSError as error:
        raise InputError(f"lässt sich nicht lesen ({error.strerror})", file=_printable(str(path))) from None
    lines = read_text(data, name, limits)
    if not any(cell.strip() for line in lines for cell in line.cells):
        raise InputError("ist leer", file=name, advice="Erwartet wird eine Tabelle mit Kopfzeile.")
    return Source(name, hashlib.sha256(data).hexdigest(), [Sheet("", lines)], encoding="utf-8", separator="\t")


def _printable(name: str) -> str:
    """A file name with replacement characters for bytes that are no UTF-8."""
    return name.encode("utf-8", "replace").decode()
