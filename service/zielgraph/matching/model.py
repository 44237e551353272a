"""What matching takes and gives: goals or measures of earlier editions, those of the new one, and who is who."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from zielgraph.table.profile import heading_key

Kind = Literal["unchanged", "reworded", "moved", "split", "merged", "new"]

#: From this likeness on, and without a rival, a pair is sure; from the second on it is worth a question.
SURE = 0.85
WORTH_ASKING = 0.6
#: A pair within this distance of a better or slightly worse one for the same row is a rival.
RIVAL = 0.05
#: A pair under different goals must be this much more alike, and only then is it worth a question.
ELSEWHERE = 0.07
ELSEWHERE_WORTH_ASKING = 0.75


@dataclass(frozen=True, slots=True)
class Known:
    """A goal or measure of earlier editions, as last seen.

    ``path`` has the wordings of the goals above from the top, ``parent`` the id of the goal right above. Where
    ``parent`` is missing, a goal finds it among the known goals and a measure is compared by the path's words.
    """

    id: int
    path: tuple[str, ...]
    text: str
    number: str = ""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Fresh:
    """A goal or measure of the new edition, in table order. ``row`` is the key of its source row ("28", "2-28").

    ``parent`` is, for a measure, the id that its goal got; goals are given without.
    """

    path: tuple[str, ...]
    text: str
    number: str = ""
    row: str = ""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What became of ``fresh[index]``. ``id`` is None where a number has yet to be minted.

    ``before`` holds the old ids of a split or merged one.
    """

    index: int
    id: int | None
    kind: Kind
    likeness: float = 0.0
    before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsure:
    """A pair that may be the same: ``fresh[index]`` and the known ``id``; ``reason`` is a German phrase."""

    index: int
    id: int
    likeness: float
    reason: str


@dataclass(frozen=True, slots=True)
class Matching:
    """``matches`` runs parallel to the fresh ones; ``gone`` are known ids that nothing took up, in order."""

    matches: list[Match] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Where:
    """The line of a table in which a person answered."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Answers:
    """What people said: ``confirmed`` maps indexes of fresh ones to old ids, ``refused`` are pairs (index, old id).

    ``where`` says for a pair where it was said, so that a mistake can be named.
    """

    confirmed: Mapping[int, int] = field(default_factory=dict)
    refused: frozenset[tuple[int, int]] = frozenset()
    where: Mapping[tuple[int, int], Where] = field(default_factory=dict)


def text_key(text: str) -> str:
    """Wordings are the same when their letters and digits are. Texts without any keep their signs."""
    return heading_key(text) or "".join(text.casefold().replace(">", "").split())


def place_key(path: tuple[str, ...]) -> Hashable:
    """Where something stands, by words alone."""
    return tuple(text_key(text) for text in path)
