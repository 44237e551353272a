"""How many rows a finished answer has, read from its bytes: the engine's own writers do not tell, and are far faster
than going through the rows here."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from zielgraph.errors import TooLarge

_T = TypeVar("_T")
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


class Bounded(io.BytesIO):
    """Bytes in memory, at most so many. Raises TooLarge in the middle of writing."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left, self._most = most, most

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Add the data."""
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge(f"Die Antwort hätte mehr als {self._most} Byte. Bitte mit LIMIT oder Bedingungen kürzen.")
        return super().write(data)


class Counted(Iterator[_T]):
    """The same things, counted on their way. Raises TooLarge after ``most``."""

    def __init__(self, things: Iterable[_T], most: int) -> None:
        self._things, self._most, self.count = iter(things), most, 0

    def __next__(self) -> _T:
        each = next(self._things)
        self.count += 1
        check_rows(self.count, self._most)
        return each


def check_rows(count: int, most: int) -> None:
    """Raises TooLarge when there are more."""
    if count > most:
        raise TooLarge(f"Die Antwort hätte mehr als {most} Zeilen. Bitte mit LIMIT oder Bedingungen einschränken.")


def rows_of(body: bytes, format: str) -> int:
    """Number of solutions in the result of a SELECT as the engine writes it."""
    return _COUNTERS[format](body)


def _json(body: bytes) -> int:
    if body.endswith(b"[]}}"):
        return 0
    if b"{}" in body:  # a solution without bindings, or a text that looks so
        return _JSON_STRING.sub(b"", body).count(b"},{") + 1
    # Between two solutions stands }},{" and the first letter of a variable. Within a text there is no bare quotation
    # mark; the one at its end is followed by } or a comma.
    return body.count(b'}},{"') - body.count(b'}},{"}') - body.count(b'}},{",') + 1


def _xml(body: bytes) -> int:
    return body.count(b"<result>")  # in a text it would be &lt;


def _csv(body: bytes) -> int:
    lines = body.count(b"\r\n") if b'"' not in body else sum(part.count(b"\r\n") for part in body.split(b'"')[::2])
    return lines - 1


def _tsv(body: bytes) -> int:
    return body.count(b"\n") - 1  # in a text it would be \n


_COUNTERS = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}
