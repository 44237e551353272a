"""What was redacted, kept as salted hashes: a later import or an old backup cannot bring it back unnoticed.

``redactions.csv`` in the data folder has one row per phrase. The hash says whether a text holds the phrase, not what
the phrase was; who has the file can still try out names one by one, so it stays with the internal data.
"""

from __future__ import annotations

import csv
import hashlib
import io
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from pathlib import Path

from zielgraph.errors import InputError, StoreError, UsageError
from zielgraph.source import Source
from zielgraph.store.words import Phrase, tokens

FILE = "redactions.csv"
_SILENT = "…"
_LONGEST_NUMBER = 8  # groups of digits that are still taken for one number


@dataclass(frozen=True, slots=True)
class Redaction:
    """One phrase that was removed. ``tokens`` is its number of words, 0 for a number that may be grouped anyhow."""

    day: str
    tokens: int
    salt: str
    hash: str
    reason: str
    name: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A removed phrase that occurs again: in which text, in which words, when it was removed and why."""

    text: str
    words: str
    day: str
    reason: str

    @property
    def sentence(self) -> str:
        """What is wrong with the text."""
        removed = f"{date.fromisoformat(self.day):%d.%m.%Y}"
        return f"hier stehen Wörter, die am {removed} entfernt wurden (Grund: {self.reason})"


def _hash(salt: str, key: str) -> str:
    return hashlib.blake2b(key.encode(), key=bytes.fromhex(salt), digest_size=24).hexdigest()


class Redactions:
    """The redactions of one data folder."""

    def __init__(self, rows: Sequence[Redaction] = ()) -> None:
        self.rows = list(rows)

    @classmethod
    def load(cls, root: Path) -> Redactions:
        """Those of a data folder, none when there is no file. Raises StoreError when it is damaged."""
        try:
            return cls.read((root / FILE).read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{root / FILE} lässt sich nicht lesen ({error}).") from None

    @classmethod
    def read(cls, text: str) -> Redactions:
        """Read the table as :meth:`write` writes it. Raises StoreError when it is damaged."""
        rows = list(csv.reader(io.StringIO(text, newline="")))
        try:
            if rows[0] != [field.name for field in fields(Redaction)]:
                raise ValueError(rows[0])
            found = [Redaction(row[0], int(row[1]), *row[2:]) for row in rows[1:]]
            for each in found:
                bytes.fromhex(each.salt), date.fromisoformat(each.day)
            return cls(found)
        except (ValueError, IndexError, TypeError, csv.Error):
            raise StoreError(f"Die Tabelle der Schwärzungen ({FILE}) ist beschädigt.") from None

    def write(self) -> str:
        """The table as CSV."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow([field.name for field in fields(Redaction)])
        writer.writerows(astuple(row) for row in self.rows)
        return buffer.getvalue()

    def with_phrases(self, phrases: Iterable[Phrase], *, day: str, reason: str, name: str) -> Redactions:
        """These and the new ones; a phrase that is there already keeps its row."""
        salt = self.rows[0].salt if self.rows else secrets.token_hex(16)
        rows = list(self.rows)
        for phrase in phrases:
            count = 0 if phrase.is_number else len(phrase.words)
            if not any(row.tokens == count and row.hash == _hash(row.salt, phrase.key) for row in rows):
                rows.append(Redaction(day, count, salt, _hash(salt, phrase.key), reason, name))
        return Redactions(rows)

    def union(self, other: Redactions) -> Redactions:
        """Both, each phrase once; what is said of it here counts."""
        rows = {(row.tokens, row.salt, row.hash): row for row in [*other.rows, *self.rows]}
        mine = [(row.tokens, row.salt, row.hash) for row in self.rows]
        return Redactions([rows[key] for key in dict.fromkeys([*mine, *rows])])

    def texts(self) -> Iterator[str]:
        """What people wrote into the table."""
        for row in self.rows:
            yield from (row.reason, row.name)

    def rewritten(self, change: Callable[[str], str]) -> Redactions:
        """The same redactions with what people wrote changed."""
        return Redactions([replace(row, reason=change(row.reason), name=change(row.name)) for row in self.rows])

    def check(self, texts: Iterable[str]) -> list[Hit]:
        """Removed phrases that occur in the texts, each text and phrase once."""
        hits = self._hits(texts)
        # The table may say in the reason what was removed; a message must not repeat it.
        telling = {hit.text for hit in self._hits(hit.reason for hit in hits)}
        return [replace(hit, reason=_SILENT) if hit.reason in telling else hit for hit in hits]

    def _hits(self, texts: Iterable[str]) -> list[Hit]:
        if not self.rows:
            return []
        known = {(row.tokens, row.salt, row.hash): row for row in self.rows}
        ways = sorted({(row.tokens, row.salt) for row in self.rows})
        hits: dict[tuple[str, str], Hit] = {}
        seen: dict[tuple[int, str, str], Redaction | None] = {}
        for text in dict.fromkeys(texts):
            words = tokens(text)
            for count, salt in ways:
                for said, key in _windows(words, count):
                    if (count, salt, key) not in seen:
                        seen[count, salt, key] = known.get((count, salt, _hash(salt, key)))
                    row = seen[count, salt, key]
                    if row:
                        hits[text, key] = Hit(text, said, row.day, row.reason)
        return list(hits.values())

    def refuse(self, source: Source) -> None:
        """Raise InputError, with the place, when the file holds words that were removed."""
        if not self.rows:
            return
        places = {
            text: (sheet.name, line.number, str(column + 1))
            for sheet in source.sheets
            for line in sheet.lines
            for column, text in (*enumerate(line.cells), *line.merged.items())
        }
        for hit in self.check([*places, *(sheet.name for sheet in source.sheets), source.file]):
            sheet, row, column = places.get(hit.text, (None, None, None))
            raise InputError(
                hit.sentence,
                file=source.file,
                sheet=sheet,
                row=row,
                column=column,
                advice="Bitte sie auch in der Datei entfernen.",
            )

    def refuse_text(self, option: str, text: str) -> None:
        """Raise UsageError when what somebody wrote for an option holds words that were removed."""
        for hit in self.check([text]):
            raise UsageError(f"{option}: {hit.sentence}. Bitte sie weglassen.")


def _windows(words: list[str], count: int) -> Iterable[tuple[str, str]]:
    """Every sequence of that many words and what is hashed of it: for names also without the genitive's s."""
    for start in range(len(words) - count + 1):
        if count:
            said = " ".join(words[start : start + count])
            yield said, said
            if said.endswith("s"):
                yield said, said[:-1]
            continue
        digits = ""
        for word in words[start : start + _LONGEST_NUMBER]:
            if not word.isdecimal():
                break
            digits += word
            yield digits, digits
