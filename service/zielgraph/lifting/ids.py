"""The id registry: which number a goal or measure has. Minted once, never reused, kept as a readable table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zielgraph.errors import StoreError
from zielgraph.table.profile import heading_key

_COLUMNS = ("scope", "kind", "id", "key", "text")


@dataclass(frozen=True, slots=True)
class _Entry:
    scope: str
    kind: str
    id: int
    key: str
    text: str


class IdRegistry:
    """Ids by scope (``city/system``), kind (goal, measure) and the wording on the path of goals.

    A wording keeps its id; the same words under another goal keep it too as long as they are unmistakable.
    """

    def __init__(self, entries: Iterable[_Entry] = ()) -> None:
        self._entries: list[_Entry] = []
        self._by_key: dict[tuple[str, str, str], int] = {}
        self._by_text: dict[tuple[str, str, str], set[int]] = {}
        self._last: Counter[tuple[str, str]] = Counter()
        for entry in entries:
            self._add(entry)

    @classmethod
    def read(cls, text: str) -> IdRegistry:
        """Read the table as :meth:`write` writes it. Raises StoreError when it is damaged."""
        rows = list(csv.reader(io.StringIO(text, newline="")))
        if not rows or tuple(rows[0]) != _COLUMNS:
            raise StoreError("Die Tabelle der Kennungen (ids.csv) ist beschädigt: Kopfzeile fehlt.")
        try:
            return cls(_Entry(row[0], row[1], int(row[2]), row[3], row[4]) for row in rows[1:])
        except (ValueError, IndexError):
            raise StoreError("Die Tabelle der Kennungen (ids.csv) ist beschädigt.") from None

    def write(self) -> str:
        """The registry as CSV, in the order of minting."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(_COLUMNS)
        writer.writerows((e.scope, e.kind, e.id, e.key, e.text) for e in self._entries)
        return buffer.getvalue()

    def _add(self, entry: _Entry) -> None:
        self._entries.append(entry)
        self._by_key[entry.scope, entry.kind, entry.key] = entry.id
        words = entry.key.rsplit(" > ", 1)[-1]
        self._by_text.setdefault((entry.scope, entry.kind, words), set()).add(entry.id)
        self._last[entry.scope, entry.kind] = max(self._last[entry.scope, entry.kind], entry.id)

    def assign(self, scope: str, kind: str, paths: Sequence[Sequence[str]]) -> list[int]:
        """Ids for the paths (texts from the top goal down) of one edition, in their order.

        First every path keeps the id it had; then those that were moved keep theirs if only one of their words
        is left; the rest get new ones. A path that occurs twice gets two ids.
        """
        seen: Counter[str] = Counter()
        keys: list[str] = []
        for path in paths:
            key = " > ".join(heading_key(text) for text in path)
            seen[key] += 1
            keys.append(key if seen[key] == 1 else f"{key} #{seen[key]}")
        ids = [self._by_key.get((scope, kind, key)) for key in keys]
        taken = {number for number in ids if number is not None}
        again = Counter(key.rsplit(" > ", 1)[-1] for key, number in zip(keys, ids, strict=True) if number is None)
        result: list[int] = []
        for path, key, known in zip(paths, keys, ids, strict=True):
            number = known
            if number is None:
                words = key.rsplit(" > ", 1)[-1]
                free = self._by_text.get((scope, kind, words), set()) - taken
                number = next(iter(free)) if len(free) == 1 and again[words] == 1 else self._last[scope, kind] + 1
                taken.add(number)
                self._add(_Entry(scope, kind, number, key, path[-1]))
            result.append(number)
        return result
