"""Split and merged: one wording whose content several others share between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zielgraph.matching.likeness import covered
from zielgraph.matching.words import Wording

# A piece lies mostly within the whole; the pieces together are most of it; each brings something of its own.
CONTAINED = 0.8
_TOGETHER = 0.85
_ITS_OWN = 0.15
# More pieces than this are a list of similar things, not a division.
_MOST_PIECES = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A wording that is mostly contained in another one: ``place`` is where the piece stands."""

    whole: int
    piece: int
    place: Hashable


def divisions(
    pieces: Iterable[Piece], wholes: Mapping[int, Wording], parts: Mapping[int, Wording]
) -> Iterator[tuple[int, list[int]]]:
    """Every whole with its pieces, in the order of the wholes.

    All pieces stand beside the whole, or all in one other place. A piece belongs to one whole only; where it
    would fit into two nothing is said about either.
    """
    groups: defaultdict[int, defaultdict[Hashable, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        groups[piece.whole][piece.place].append(piece)
    found: dict[int, list[int]] = {}
    for whole, by_place in sorted(groups.items()):
        clear = [names for group in by_place.values() if (names := _clear(group, wholes[whole], parts))]
        if len(clear) == 1:
            found[whole] = clear[0]
    claims: defaultdict[int, list[int]] = defaultdict(list)
    for whole, names in found.items():
        for name in names:
            claims[name].append(whole)
    disputed = {whole for claimants in claims.values() if len(claimants) > 1 for whole in claimants}
    yield from ((whole, names) for whole, names in found.items() if whole not in disputed)


def _clear(group: Sequence[Piece], whole: Wording, parts: Mapping[int, Wording]) -> list[int]:
    names = sorted(piece.piece for piece in group)
    if not 2 <= len(names) <= _MOST_PIECES or not whole.weight:
        return []
    together, alone = covered([parts[name] for name in names], whole)
    return names if together >= _TOGETHER and min(alone) >= _ITS_OWN else []
