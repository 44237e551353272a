"""What was redacted, kept as salted hashes: a later import or an old backup cannot bring it back unnoticed.

``redactions.csv`` in the data folder has one row per phrase. The hash says whether a text holds the phrase, not what
the phrase was; who has the file can still try out names one by one, so it stays with the internal data.
"""

from __future__ import annotations

import csv
import hashlib
import io
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from zielgraph.errors import StoreError
from zielgraph.store.words import Phrase, tokens

FILE = "redactions.csv"
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
                bytes.fromhex(each.salt)
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
        """Both, without repetition."""
        return Redactions(list(dict.fromkeys([*self.rows, *other.rows])))

    def check(self, texts: Iterable[str]) -> list[Hit]:
        """Removed phrases that occur in the texts, each text and phrase once."""
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
