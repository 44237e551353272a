"""Finding words however they are written: other case, line breaks, hyphenation, composed or decomposed umlauts.

A text is *folded* to plain lower-case letters, with the place of each of them in the text as it stands, so that
one pattern finds "Max Mustermann", "MAX  MUSTER-<line end>MANN", "max-mustermann" and "Müller", "Mueller".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_EXPANDED = {"a\u0308": "ae", "o\u0308": "oe", "u\u0308": "ue"}
_UMLAUT = re.compile("[aou]\u0308")
# Soft hyphens and zero-width characters are invisible; all dashes look alike.
_SIGNS = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u2060\ufeff"} | {ord(c): "-" for c in "‐‑‒–—−"}
_TOKEN = re.compile(r"[^\W_]+")
# A word that is divided at the end of a line.
_DIVIDED = r"(?:-[ \t]*[\r\n]\s*)?"
# What may stand between two words: blanks, line ends, punctuation, also encoded as in web addresses.
_BETWEEN = r"(?:[\W_]|%20){1,200}"
_IN_NUMBER = r"[ \t\r\n./()+-]{0,3}"
_GENITIVE = r"(?:['’]?s)?"


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.translate(_SIGNS)).casefold()
    flat = unicodedata.normalize("NFD", flat)
    if flat.isascii():
        return flat
    flat = _UMLAUT.sub(lambda match: _EXPANDED[match.group()], flat)
    return "".join(c for c in flat if not unicodedata.combining(c))


def fold(text: str) -> str:
    """The text in the form in which words are compared."""
    return text.casefold() if text.isascii() else _plain(text)


def _clusters(text: str) -> Iterable[tuple[int, str]]:
    """Each letter with the marks that belong to it, and where it begins."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not unicodedata.combining(text[index]):
            yield start, text[start:index]
            start = index


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text and, for every character of it and for its end, the place in the text."""
    parts: list[str] = []
    places: list[int] = []
    if text:
        for start, cluster in _clusters(text):
            part = fold(cluster)
            parts.append(part)
            places += [start] * len(part)
    return "".join(parts), [*places, len(text)]


def tokens(text: str) -> list[str]:
    """The folded words of a text, hyphenation undone."""
    return _TOKEN.findall(re.sub(r"(?<=\w)-[ \t]*[\r\n]\s*(?=\w)", "", fold(text)))


@dataclass(frozen=True)
class Phrase:
    """A word or several that follow each other; a run of digits (a phone number) may be grouped in any way."""

    words: tuple[str, ...]
    is_number: bool

    @classmethod
    def of(cls, text: str) -> Phrase:
        """The phrase of a text. Raises ValueError when it has fewer than three letters or digits."""
        words = tuple(tokens(text))
        letters = "".join(words)
        if len(letters) < 3:
            raise ValueError(text)
        return cls(words, letters.isdecimal() and len(letters) >= 6)

    @property
    def key(self) -> str:
        """The phrase as one text, the same for every way of writing it."""
        return "".join(self.words) if self.is_number else " ".join(self.words)

    @property
    def pattern(self) -> str:
        """Regular expression for folded texts."""
        if self.is_number:
            body = _IN_NUMBER.join("".join(self.words))
            return rf"(?<!\d){body}(?!\d)"
        body = _BETWEEN.join(_DIVIDED.join(map(re.escape, word)) for word in self.words)
        ending = _GENITIVE if self.words[-1].isalpha() else ""
        return rf"(?<![^\W_]){body}{ending}(?![^\W_])"


Span = tuple[int, int]


class Phrases:
    """Several phrases to look for at once."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        longest_first = sorted(phrases, key=lambda phrase: -len(phrase.key))
        self._pattern = re.compile("|".join(phrase.pattern for phrase in longest_first))
        # Any of these letters in a row must occur, or the slower pattern has nothing to find.
        self._glued = re.compile("|".join(re.escape("".join(phrase.words)) for phrase in longest_first))

    def __contains__(self, text: str) -> bool:
        """Whether one of the phrases occurs."""
        return self._pattern.search(fold(text)) is not None

    def spans(self, text: str) -> list[Span]:
        """Where the phrases stand in the text, as start and end in code points."""
        if text not in self:
            return []
        folded, places = fold_with_places(text)
        found = []
        for match in self._pattern.finditer(folded):
            end = match.end()
            while end < len(folded) and places[end] == places[end - 1]:  # never half of an expanded letter
                end += 1
            found.append((places[match.start()], places[end]))
        return found

    def glued_spans(self, text: str) -> list[Span]:
        """Where the phrases stand in a key that has lost its blanks, also within longer words."""
        folded, places = fold_with_places(text)
        return [(places[match.start()], places[match.end()]) for match in self._glued.finditer(folded)]

    def within_words(self, text: str) -> bool:
        """Whether a phrase stands only as part of a longer word, where it is not looked for."""
        folded = fold(text)
        return self._glued.search(folded) is not None and self._pattern.search(folded) is None


def put(text: str, spans: Iterable[Span], marker: str) -> str:
    """The text with the marker in place of every span."""
    parts, last = [], 0
    for start, end in spans:
        parts += [text[last:start], marker]
        last = end
    return "".join([*parts, text[last:]])
