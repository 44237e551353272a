"""Kept source files without the removed words."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import fields, replace
from pathlib import Path

from zielgraph.errors import InputError, StoreError
from zielgraph.keeping.redactor import Redactor
from zielgraph.source import Limits, Line, Sheet, Source, read_source
from zielgraph.source.kept import is_kept, read_kept, write_kept
from zielgraph.store.files import write_file

# What was accepted once is read again whatever the limits are now.
_UNLIMITED = Limits(**{limit.name: 10**12 for limit in fields(Limits)})
_TEXT = ("tsv", "csv")
_PART_LIMIT = 1_500_000_000


def read(path: Path) -> Source:
    """A kept source. Raises InputError when it cannot be read any more."""
    data = path.read_bytes()
    return read_kept(data, path.name) if is_kept(data) else read_source(path, _UNLIMITED)


def texts(source: Source) -> list[str]:
    """Every text in a source."""
    return [
        text
        for sheet in source.sheets
        for text in (sheet.name, *(t for line in sheet.lines for t in (*line.cells, *line.merged.values())))
    ]


def redact_source(path: Path, redactor: Redactor, file: str, scratch: Path) -> bytes | None:
    """The content without the words, None when they do not occur.

    A text file stays a text file where that gives exactly the redacted cells. Everything else becomes the extracted
    table (:mod:`zielgraph.source.kept`), because a workbook holds words also where nobody sees them.
    Raises StoreError when the file cannot be read.
    """
    try:
        source = read(path)
    except InputError as error:
        raise StoreError(
            f"Die aufbewahrte Quelle {file or path.name} lässt sich nicht lesen ({error}); es wurde nichts geändert."
        ) from None
    data = path.read_bytes()
    if not any(text in redactor.phrases for text in dict.fromkeys(texts(source))) and not hidden_words(data, redactor):
        return None
    wanted = redacted(source, redactor, file)
    if source.format in _TEXT and not is_kept(data):
        plain = _as_text(data, source, redactor)
        if plain is not None:
            write_file(scratch, plain)
            try:
                if read(scratch).sheets == wanted.sheets:
                    return plain
            except InputError:
                pass  # the marker made it another kind of file: keep the table
            finally:
                scratch.unlink()
    return write_kept(wanted)


def redacted(source: Source, redactor: Redactor, file: str) -> Source:
    """The source with every cell redacted."""
    sheets = [
        Sheet(
            redactor.text(sheet.name),
            [
                Line(
                    line.number,
                    [redactor.text(cell) for cell in line.cells],
                    {index: redactor.text(text) for index, text in line.merged.items()},
                    line.hidden,
                )
                for line in sheet.lines
            ],
            sheet.hidden,
        )
        for sheet in source.sheets
    ]
    notices = tuple(redactor.text(notice) for notice in source.notices)
    return replace(source, file=redactor.text(file or source.file), sheets=sheets, notices=notices)


def _as_text(data: bytes, source: Source, redactor: Redactor) -> bytes | None:
    try:
        text = data.decode(source.encoding or "utf-8")
        pieces = re.split(rf"([\r\n{re.escape(source.separator or chr(9))}])", text)
        return "".join(map(redactor.text, pieces)).encode(source.encoding or "utf-8")
    except (UnicodeError, LookupError):
        return None


def hidden_words(data: bytes, redactor: Redactor) -> bool:
    """Whether the words occur anywhere in the bytes of a file, also in comments or properties of a workbook."""
    if not data.startswith(b"PK"):
        texts = [data.decode(encoding, "replace") for encoding in ("utf-8", "utf-16-le", "cp1252")]
        return any(text in redactor.phrases for text in texts)
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            if sum(part.file_size for part in container.infolist()) > _PART_LIMIT:
                return True
            for name in container.namelist():
                text = container.read(name).decode("utf-8", "replace")
                flat = re.sub(r"<[^>]*>", "", text), re.sub(r"<[^>]*>", " ", text), name
                if any(each in redactor.phrases for each in (text, *flat)):
                    return True
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return True
    return False


def sha256(data: bytes) -> str:
    """The name under which a source is kept."""
    return hashlib.sha256(data).hexdigest()
