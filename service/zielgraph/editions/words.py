"""Word-level difference of two texts, in time that stays bounded however long they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Operation = Literal["equal", "insert", "delete"]

# A token carries the blank before it, so that a full stop or a sentence added behind a word leaves the word alone.
_WORDS = re.compile(r" ?(?:\w+|[^\w\s])")
_SENTENCES = re.compile(r".+?(?:[.!?;:](?= )|$)")
# Steps the matcher may take, estimated beforehand; about half a second in the worst case.
_BUDGET = 5_000_000
_SHORT = 3  # characters of an equal piece that only tears a change in two


class Piece(NamedTuple):
    """A run of words: in both texts, only in the new one, or only in the old one."""

    op: Operation
    text: str


def word_difference(before: str, after: str) -> tuple[Piece, ...]:
    """What was kept, deleted and inserted; without the insertions it reads as ``before``, else as ``after``.

    White space counts as one blank. Texts too long for a comparison word by word are compared by sentences,
    and only what differs there by words; what is still too much is one deletion and one insertion.
    """
    old, new = ("".join(f" {word}" for word in text.split()) for text in (before, after))
    pieces, _ = _compare(old, new, (_WORDS, _SENTENCES), _BUDGET)
    found = _joined(_without_splinters(pieces))
    first = 2 if [piece.op for piece in found[:2]] == ["delete", "insert"] else 1
    return tuple(Piece(op, text.lstrip() if index < first else text) for index, (op, text) in enumerate(found))


def _compare(before: str, after: str, levels: tuple[re.Pattern[str], ...], budget: int) -> tuple[list[Piece], int]:
    """The pieces on the finest of the levels that the budget allows, and what is left of the budget."""
    finest, *coarser = levels
    old, new = finest.findall(before), finest.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = "".join(old[:start]), "".join(old[len(old) - end :])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    cost = _cost(old, new)
    middle: list[Piece] = []
    if cost <= budget:
        budget -= cost
        for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            was, now = "".join(old[a:b]), "".join(new[c:d])
            if op == "equal":
                middle.append(Piece("equal", now))
            elif finest is _SENTENCES and op == "replace":
                found, budget = _compare(was, now, (_WORDS,), budget)
                middle += found
            else:
                middle += [Piece("delete", was), Piece("insert", now)]
    elif coarser:
        middle, budget = _compare("".join(old), "".join(new), tuple(coarser), budget)
    else:
        middle = [Piece("delete", "".join(old)), Piece("insert", "".join(new))]
    return [Piece("equal", head), *middle, Piece("equal", tail)], budget


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many tokens both begin with."""
    count = 0
    for was, now in zip(old, new, strict=False):
        if was != now:
            break
        count += 1
    return count


def _cost(old: Sequence[str], new: Sequence[str]) -> int:
    """Upper estimate of the matcher's steps: every search walks the tokens and the pairs of equal ones."""
    counts = Counter(new)
    pairs = sum(counts[token] for token in old)
    return (pairs + len(old)) * min(len(old), len(new))


def _without_splinters(pieces: list[Piece]) -> list[Piece]:
    """A lone comma or "in" between two changes belongs to the change: two long runs read better than ten short."""
    result: list[Piece] = []
    whole = [piece for piece in pieces if piece.text]
    for index, piece in enumerate(whole):
        inside = 0 < index < len(whole) - 1
        if piece.op == "equal" and inside and len(piece.text.strip()) <= _SHORT:
            result += [Piece("delete", piece.text), Piece("insert", piece.text)]
        else:
            result.append(piece)
    return result


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one kind become one piece; between two equal pieces the deletion stands first."""
    result: list[Piece] = []
    deleted = inserted = ""

    def flush() -> None:
        nonlocal deleted, inserted
        if deleted:
            result.append(Piece("delete", deleted))
        if inserted:
            result.append(Piece("insert", inserted))
        deleted = inserted = ""

    for op, text in pieces:
        if op == "delete":
            deleted += text
        elif op == "insert":
            inserted += text
        else:
            flush()
            if result and result[-1].op == "equal":
                result[-1] = Piece("equal", result[-1].text + text)
            else:
                result.append(Piece("equal", text))
    flush()
    return result
