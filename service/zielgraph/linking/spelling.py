"""One typing error in a long name of a unit ("Jugenamt"), found through words with one letter left out."""

from __future__ import annotations

from collections.abc import Iterator


class Spelling:
    """Long one-word names with a typical head; a lookup costs as many steps as the word has letters.

    Only the part before the head may be wrong, and not its first letter: "Sportart" is no "Sportamt".
    """

    def __init__(self, heads: frozenset[str], shortest: int) -> None:
        self._heads = tuple(sorted(heads, key=lambda head: (-len(head), head)))
        self._shortest = shortest
        self._names: dict[str, str] = {}
        self._known: set[str] = set()

    def add(self, word: str) -> None:
        """Take in a name in lower case, if it is long and has a head."""
        head = self._head(word)
        if not head or len(word) < self._shortest or word in self._known:
            return
        self._known.add(word)
        for key in _shortened(word, len(word) - len(head)):
            self._names.setdefault(key, word)

    def find(self, word: str) -> str | None:
        """The name that a word in lower case misspells by one letter."""
        head = self._head(word)
        if not head or len(word) < self._shortest or word in self._known:
            return None
        for key in _shortened(word, len(word) - len(head)):
            name = self._names.get(key)
            if name is not None and name[0] == word[0] and name.endswith(head) and _one_apart(word, name):
                return name
        return None

    def _head(self, word: str) -> str:
        return next((head for head in self._heads if word.endswith(head) and word != head), "")


def _shortened(word: str, size: int) -> Iterator[str]:
    """The word itself, and the word without one of its letters from the second to that before ``size``."""
    yield word
    for place in range(1, size):
        yield word[:place] + word[place + 1 :]


def _one_apart(one: str, two: str) -> bool:
    """Whether a letter too many, one too few, another one, or two exchanged neighbours tell the words apart."""
    place = 0
    while place < min(len(one), len(two)) and one[place] == two[place]:
        place += 1
    rest, other = one[place:], two[place:]
    return (
        rest[1:] == other
        or rest == other[1:]
        or rest[1:] == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )
