"""Where in a text the words stand that prove something: names of actors, words of their roles, words of what follows.

Marks may lie over each other; a text is cut wherever one begins or ends. All positions count in code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from zielgraph.web.records import Cell, Derived, Mention, Role

KINDS = ("actor", "role", "derived")
"""What a mark may prove, the most telling first: of several in one place this one's link is taken."""
_GAP = re.compile(r"\s*…\s*")  # what a quote leaves out
_HEAD = 40  # characters by which a text is recognised in the raw cell it was cleaned from


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text that proves something; ``url`` leads to what, ``title`` says it in words."""

    start: int
    end: int
    kind: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text with the marks that lie over it, those of one kind once."""

    text: str
    kinds: tuple[str, ...] = ()
    title: str = ""
    url: str = ""


def marks(
    text: str,
    cells: Iterable[Cell],
    roles: Sequence[Role],
    derived: Sequence[Derived],
    anchors: Mapping[str, str] | None = None,
) -> list[Mark]:
    """The marks in a text that was taken from one of the raw cells.

    Actors without a part are left out: a person may have rejected them. ``anchors`` lead from the IRI of an
    involvement or a property to where the page speaks of it.
    """
    anchors = anchors or {}
    found: list[Mark] = []
    for mention, start in _mentions(text, cells):
        own = [role for role in roles if mention.actor and role.actor.iri == mention.actor.iri]
        if not own or mention.actor is None:
            continue
        role = next((each for each in own if (mention.quote, mention.role_quote) in each.quotes), own[0])
        end = start + len(mention.quote)
        found.append(Mark(start, end, "actor", mention.actor.text.value, mention.actor.url))
        title = f"{role.role.text.value}: {mention.actor.text.value}"
        for left, right in near(text, mention.role_quote, start, end):
            found.append(Mark(left, right, "role", title, anchors.get(role.iri, "")))
    for each in derived:
        at = text.find(each.quote) if each.quote else -1
        if at >= 0:
            value = getattr(each.value, "text", each.value)
            title = f"{each.property.text.value}: {value}"
            found.append(Mark(at, at + len(each.quote), "derived", title, anchors.get(each.property.iri, "")))
    return found


def _mentions(text: str, cells: Iterable[Cell]) -> Iterator[tuple[Mention, int]]:
    """The mentions in a cleaned text and where in it they begin, moved along from the raw cell."""
    for cell in cells:
        shift = cell.text.find(text) if text else -1
        head = " ".join(text[:_HEAD].split())
        if shift < 0 and (not head or head not in " ".join(cell.text.split())):
            continue
        at = 0
        for mention in sorted(cell.mentions, key=lambda each: each.start):
            start = mention.start - shift if shift >= 0 else text.find(mention.quote, at)
            if start >= 0 and text[start : start + len(mention.quote)] == mention.quote:
                yield mention, start
                at = start + len(mention.quote)


def near(text: str, quote: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the words of a role stand, nearest to the name between ``start`` and ``end``; none that it covers.

    What stands before a gap ("an … weitergegeben") is looked for in front of the name, what stands behind it after.
    """
    found: list[tuple[int, int]] = []
    pieces = [piece for piece in _GAP.split(quote) if piece]
    for number, piece in enumerate(pieces):
        places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(piece)}(?!\w)", text)]
        if len(pieces) > 1:
            places = [place for place in places if (place[1] <= start if number == 0 else place[0] >= end)]
        places = [place for place in places if place[1] <= start or place[0] >= end]
        if places:
            found.append(min(places, key=lambda place: start - place[1] if place[1] <= start else place[0] - end))
    return found


def segments(text: str, found: Iterable[Mark]) -> list[Segment]:
    """The whole text in pieces, cut wherever a mark begins or ends."""
    inside = [mark for mark in found if 0 <= mark.start < mark.end <= len(text)]
    cuts = sorted({0, len(text), *(mark.start for mark in inside), *(mark.end for mark in inside)})
    pieces = []
    for left, right in pairwise(cuts):
        over = sorted(
            (mark for mark in inside if mark.start <= left and right <= mark.end), key=lambda m: KINDS.index(m.kind)
        )
        kinds = tuple(dict.fromkeys(mark.kind for mark in over))
        title = "; ".join(dict.fromkeys(mark.title for mark in over))
        piece = text[left:right]
        url = next((mark.url for mark in over if mark.url), "") if piece.strip() else ""  # a link of blanks has no name
        pieces.append(Segment(piece, kinds, title, url))
    return pieces
