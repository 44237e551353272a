"""The order of names in lists: as in a German dictionary (DIN 5007-1), numbers by their value."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PIECE = re.compile(r"\d+|[^\W\d_]+")


@lru_cache(maxsize=20_000)
def sort_key(text: str) -> str:
    """A key by which ä counts as a, ß as ss, é as e, case and punctuation not at all, and 2 comes before 10.

    Words are compared one by one, numbers stand before words. Of equal keys the text itself decides.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(each for each in folded if not unicodedata.combining(each))
    return "".join(map(_piece, _PIECE.findall(letters))) + "\0" + text


def _piece(found: str) -> str:
    """A word or number behind a mark that is below every letter, so that the shorter of two words comes first."""
    if not found[0].isdecimal():
        return "\2" + found
    digits = found.lstrip("0")
    return "\1" + chr(len(digits)) + digits  # as text: a number in a table may have more digits than int() takes
