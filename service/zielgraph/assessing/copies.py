"""Notes that were copied to a row they do not belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Shorter notes ("wurde in Berichterstattung aufgenommen.") rightly stand at several items.
MINIMUM_LENGTH = 40
#: So many content words must tie the note to the activity it belongs to before others are suspected.
MINIMUM_FIT = 2

_NOUN = re.compile(r"\b[A-ZÄÖÜ][\wäöüß]{3,}")
_STEM = 6
# Capitalised words that say nothing about what an item is about.
_EMPTY = frozenset(
    {
        "stadt",
        "städti",
        "verwal",
        "amtes",
        "thema",
        "themen",
        "themat",
        "proble",
        "maßnah",
        "projek",
        "rahmen",
        "zusamm",
        "zwisch",
        "weiter",
        "diese",
        "dieser",
        "dieses",
        "eine",
        "einer",
        "eines",
        "umsetz",
        "erste",
        "ersten",
        "berich",
        "gespräc",
        "bereit",
        "bislan",
        "derzei",
        "aktuel",
        "zudem",
    }
)


def copied_notes(items: Sequence[tuple[str, str]]) -> set[int]:
    """Indexes of (activity, progress) pairs whose note seems copied from another item.

    A note that stands at several items is compared with their activities by the beginnings of its nouns.
    Where one activity shares at least two, those that share less than half as many are suspected.
    Takes time linear in the text.
    """
    groups: dict[str, list[int]] = {}
    for index, (_, progress) in enumerate(items):
        note = " ".join(progress.split())
        if len(note) >= MINIMUM_LENGTH:
            groups.setdefault(note.casefold(), []).append(index)
    copies: set[int] = set()
    for indexes in groups.values():
        if len(indexes) < 2:
            continue
        note_stems = _stems(items[indexes[0]][1])
        activity_stems = {index: _stems(items[index][0]) for index in indexes}
        fits = {index: len(stems & note_stems) for index, stems in activity_stems.items()}
        best = max(fits.values())
        if best >= MINIMUM_FIT:
            copies.update(index for index, fit in fits.items() if activity_stems[index] and fit * 2 < best)
    return copies


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM].lower() for word in _NOUN.findall(text)) - _EMPTY
