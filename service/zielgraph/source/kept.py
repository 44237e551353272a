"""A source kept as its extracted table: what is left of a workbook after words were removed from it.

A text of its own (JSON) with everything that reading the original gave, so that a redacted XLSX, ODS or DOCX file
can be read again with newer rules. The original cannot: it would hold the words in places nobody sees.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from zielgraph.errors import InputError
from zielgraph.source.model import Line, Sheet, Source

_MARK = "zielgraph-source"
_VERSION = 1


def is_kept(data: bytes) -> bool:
    """Whether a file's content is such a table."""
    return data.startswith(b'{"' + _MARK.encode() + b'":')


def write_kept(source: Source) -> bytes:
    """The source as UTF-8 JSON; the same source gives the same bytes."""
    sheets = [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "lines": [
                {
                    "number": line.number,
                    "cells": line.cells,
                    "merged": {str(index): text for index, text in sorted(line.merged.items())},
                    "hidden": line.hidden,
                }
                for line in sheet.lines
            ],
        }
        for sheet in source.sheets
    ]
    told = {
        _MARK: _VERSION,
        "file": source.file,
        "format": source.format,
        "encoding": source.encoding,
        "separator": source.separator,
        "notices": source.notices,
        "sheets": sheets,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def read_kept(data: bytes, name: str) -> Source:
    """Read what :func:`write_kept` wrote; ``name`` is said when the file kept none. Raises InputError."""
    try:
        told: dict[str, Any] = json.loads(data)
        if told[_MARK] != _VERSION:
            raise InputError(
                f"ist eine aufbewahrte Tabelle der Fassung {told[_MARK]}, bekannt ist {_VERSION}",
                file=name,
                advice="Bitte zielgraph aktualisieren.",
            )
        sheets = [
            Sheet(
                str(sheet["name"]),
                [
                    Line(
                        int(line["number"]),
                        [str(cell) for cell in line["cells"]],
                        {int(index): str(text) for index, text in line["merged"].items()},
                        bool(line["hidden"]),
                    )
                    for line in sheet["lines"]
                ],
                bool(sheet["hidden"]),
            )
            for sheet in told["sheets"]
        ]
        return Source(
            str(told["file"]) or name,
            hashlib.sha256(data).hexdigest(),
            sheets,
            format=str(told["format"]),
            encoding=str(told["encoding"]),
            separator=str(told["separator"]),
            notices=tuple(map(str, told["notices"])),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InputError("ist eine beschädigte aufbewahrte Tabelle", file=name) from None
