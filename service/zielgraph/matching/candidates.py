"""Which known wordings are worth comparing with a new one, without comparing all with all."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from itertools import pairwise

from rapidfuzz.distance import Indel

from zielgraph.matching.words import Wording

# A place with at most so many open ones is compared completely.
_SMALL_PLACE = 40
# A word or pair of words in more wordings than this finds nothing: its list would be as long as the table.
_FREQUENT = 200
# So many are looked at roughly, here and elsewhere each, and so many thoroughly.
_ROUGH, _THOROUGH = 30, 10


class Nearby:
    """Known wordings by their words and pairs of neighbouring words.

    The work for one new wording is bounded by the limits above, whatever the size of the table or of one goal.
    """

    def __init__(self, wordings: Mapping[int, Wording], places: Mapping[int, Hashable]) -> None:
        self._wordings = wordings
        self._places = places
        self._by_sign: defaultdict[str, list[int]] = defaultdict(list)
        self._by_place: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number in sorted(wordings):
            self._by_place[places[number]].append(number)
            for sign in _signs(wordings[number]):
                self._by_sign[sign].append(number)

    def of(self, wording: Wording, place: Hashable) -> list[int]:
        """Ids of the known ones that come into question, the same whatever the order of the table."""
        points: Counter[int] = Counter()
        for sign in _signs(wording):
            having = self._by_sign.get(sign, ())
            if len(having) <= _FREQUENT:
                for number in having:
                    points[number] += 1
        here = self._by_place.get(place, [])
        found = set(_best(points))
        if len(here) <= _SMALL_PLACE:
            found.update(here)
        else:
            found.update(_best({number: count for number, count in points.items() if self._places[number] == place}))
        if len(found) <= _THOROUGH:
            return sorted(found)
        return heapq.nsmallest(_THOROUGH, found, key=lambda number: (-self._rough(wording, number), number))

    def _rough(self, wording: Wording, number: int) -> float:
        """Letters alike, or one text contained in the other."""
        other = self._wordings[number]
        smaller = min(len(wording.stems), len(other.stems)) or 1
        overlap = len(wording.stems & other.stems) / smaller
        return max(Indel.normalized_similarity(wording.flat, other.flat), overlap)


def _signs(wording: Wording) -> set[str]:
    stems = [word.stem for word in wording.words]
    return set(stems) | {f"{first} {second}" for first, second in pairwise(stems)}


def _best(points: Mapping[int, int]) -> list[int]:
    """The ids with the most points."""
    ranked = heapq.nsmallest(_ROUGH, [(-count, number) for number, count in points.items()])
    return [number for _, number in ranked]
