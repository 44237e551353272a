"""Words about members: what kind of network a word means, and which entries of a list name nobody or a person."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from zielgraph.errors import InputError
from zielgraph.table.names import word_key

CLASSES = ("Network", "Body")
_ALONE = 3  # words up to this length count only by themselves: "AG" is not the end of "Verlag"


@dataclass(frozen=True)
class NetworkWords:
    """What is read from ``networks.toml``: class by kind word, and what in a list of members is no actor's name."""

    kinds: Mapping[str, str]
    before: re.Pattern[str]
    person: re.Pattern[str]
    unnamed: re.Pattern[str]
    nobody: frozenset[str]

    def kind(self, text: str) -> str | None:
        """The class that the words of a kind cell mean; the longest word decides."""
        folded = text.casefold()
        found = [
            (len(word), name)
            for word, name in self.kinds.items()
            if re.search(("" if len(word) > _ALONE else r"(?<!\w)") + re.escape(word) + r"(?!\w)", folded)
        ]
        return max(found)[1] if found else None

    def names(self, members: Iterable[str]) -> list[str]:
        """The members that are names, without "u. a." in front. One that ``unnamed`` matches names many and nobody."""
        names = (self.before.sub("", member) for member in members)
        return [name for name in names if name and word_key(name) not in self.nobody]


def load_network_words(path: Path) -> NetworkWords:
    """Read ``networks.toml``. Raises InputError with the file when it is damaged."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        kinds = {word.casefold(): kind for kind, words in data["kinds"].items() for word in words}
        if strange := sorted(set(kinds.values()) - set(CLASSES)):
            raise InputError(f"unbekannte Klasse „{strange[0]}“ unter [kinds]", file=str(path))
        members = data["members"]
        before = re.compile(rf"^(?:{_any(members['before'])}\s*)+", re.IGNORECASE)
        person = re.compile(rf"^{_any(members['person'])}\s*\w", re.IGNORECASE)
        unnamed = re.compile(rf"^{_any(members['unnamed'])}(?:\s|$)", re.IGNORECASE)
        nobody = frozenset(word_key(word) for word in (*members["nobody"], *members["above"]))
        return NetworkWords(kinds, before, person, unnamed, nobody)
    except OSError as error:
        raise InputError("Die Wortliste fehlt oder ist nicht lesbar", file=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"Die Wortliste ist unvollständig oder kein gültiges TOML: {error}", file=str(path)) from error


def _any(words: Iterable[str]) -> str:
    """One of the words, the longest first, as a whole word."""
    return rf"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})(?!\w)"
