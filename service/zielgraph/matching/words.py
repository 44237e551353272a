"""Wordings made ready for comparing: words without endings, their weight, numbers, negations."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zielgraph import resources
from zielgraph.errors import InputError

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
# Bürger*innen, Bürger:innen, Bürger/-innen, BürgerInnen
_GENDERED = re.compile(r"(?<=\w)(?:[*:_]|/-?)in(?:nen)?\b|(?<=[a-zäöüß])Innen\b")
_LETTER_ABBREVIATION = re.compile(r"\b[^\W\d_]\.")
_ENDINGS = ("ern", "em", "en", "er", "es", "in", "e", "n", "s")
_SHORTEST = 4

NOUN, OTHER, COMMON = 1.5, 1.0, 0.5


def stem(word: str) -> str:
    """A word in lower case without a usual ending; never shorter than four letters."""
    word = word.casefold()
    if word.endswith("erinnen"):
        word = word.removesuffix("innen")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word


@dataclass(frozen=True, slots=True)
class Word:
    """A word that counts: its stem, how it was written, its weight, and whether it is a number or mark ("2", "A")
    or a name or noun.
    """

    stem: str
    text: str
    weight: float
    is_number: bool = False
    is_noun: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """A text made ready. ``words`` in order without repetition; ``flat`` the stems in one string."""

    words: tuple[Word, ...]
    negations: int
    flat: str
    weight: float
    stems: frozenset[str]

    @property
    def numbers(self) -> list[str]:
        """Numbers and marks, sorted."""
        return sorted(word.stem for word in self.words if word.is_number)


@dataclass(frozen=True)
class Words:
    """What is known of German for comparing; all by stem."""

    fillers: frozenset[str]
    common: frozenset[str]
    negations: frozenset[str]
    numbers: Mapping[str, str]
    same: Mapping[str, str]
    contrasts: Mapping[str, int]

    def read(self, text: str) -> Wording:
        """Take a text apart."""
        plain = _GENDERED.sub("", unicodedata.normalize("NFC", text))
        plain = _LETTER_ABBREVIATION.sub(" ", plain)
        words: dict[str, Word] = {}
        negations: Counter[str] = Counter()
        for found in _WORD.findall(plain):
            low = found.casefold()
            word = self._word(found, low)
            if low in self.negations:
                negations["not"] += 1
            elif word and (word.is_number or low not in self.fillers):
                words.setdefault(word.stem, word)
        kept = tuple(words.values())
        return Wording(
            words=kept,
            negations=negations["not"],
            flat=" ".join(words),
            weight=sum(word.weight for word in kept),
            stems=frozenset(words),
        )

    def _word(self, found: str, low: str) -> Word | None:
        if found[0].isdigit():
            return Word(re.sub(r"\.(?=\d{3}(?!\d))", "", found), found, NOUN, is_number=True)
        if number := self.numbers.get(low):
            return Word(number, found, NOUN, is_number=True)
        if len(found) == 1 and found.isupper():
            return Word(low, found, NOUN, is_number=True)
        base = stem(found)
        base = self.same.get(base, base)
        if base in self.common:
            return Word(base, found, COMMON)
        noun = found[0].isupper()
        return Word(base, found, NOUN if noun else OTHER, is_noun=noun)


@functools.cache
def load_words(path: Path | None = None) -> Words:
    """The word lists of a file, by default ``data/vocabulary/matching.toml``. Raises InputError."""
    path = path or resources.data() / "vocabulary" / "matching.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return Words(
            fillers=frozenset(map(str.casefold, data["fillers"])),
            common=frozenset(map(stem, data["common"])),
            negations=frozenset(map(str.casefold, data["negations"])),
            numbers={word.casefold(): number for number, words in data["numbers"].items() for word in words},
            same={stem(word): stem(group["words"][0]) for group in data["same"] for word in group["words"]},
            contrasts={stem(word): place for place, group in enumerate(data["contrast"]) for word in group["words"]},
        )
    except OSError as error:
        raise InputError(f"Datei nicht lesbar ({error.strerror})", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"kein gültiges TOML ({error})", file=str(path)) from None
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InputError(f"eine Liste fehlt oder ist keine Liste von Wörtern ({error})", file=str(path)) from None
