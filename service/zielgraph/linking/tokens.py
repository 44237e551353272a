"""Cutting a cell into tokens that know their place in the raw text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zielgraph.linking.vocabulary import TextRules

WORD, NUMBER, MARK, MASK = "word", "number", "mark", "mask"
"""Kinds of token. A mask is a date, a paragraph, a page number …: never a name or code."""

_WORD = re.compile(r"[^\W\d_]+(?:['’‘`´][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
Taken = Mapping[int, tuple[int, int]]
"""Token indexes that belong to an actor already found, with its first and last token."""
JOINERS = frozenset("-–—‑/.:*_|")
"""Marks that hold a name together ("IQ-Netzwerk", "NRW.BANK", "Bürgermeister*in")."""
QUOTES = frozenset("„“”\"»«‚‘’'")
HYPHENS = frozenset("-‑")


@dataclass(slots=True)
class Token:
    """A word, number, mark or masked stretch. ``glued``: no blank between it and the token before.

    ``plain`` is the text without apostrophes, ``norm`` that in lower case with equal spellings applied,
    ``stem`` a rough key under which inflected forms of one word meet.
    """

    start: int
    end: int
    text: str
    kind: str
    glued: bool
    plain: str
    norm: str
    stem: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()


def tokenize(text: str, rules: TextRules) -> list[Token]:
    """Tokens of a text in order; positions are code points of the text given."""
    tokens: list[Token] = []
    masks = [(match.start(), match.end()) for match in rules.mask.finditer(text) if match.group().strip()]
    dotted = {match.start(): match.end() for match in rules.dotted.finditer(text)}
    position, following, last = 0, 0, -1
    size = len(text)
    while position < size:
        if text[position].isspace():
            position += 1
            continue
        while following < len(masks) and masks[following][0] < position:
            following += 1
        if following < len(masks) and masks[following][0] == position:
            kind, end = MASK, masks[following][1]
        elif position in dotted:
            kind, end = WORD, dotted[position]
        elif match := _WORD.match(text, position):
            kind, end = WORD, match.end()
        elif match := _NUMBER.match(text, position):
            kind, end = NUMBER, match.end()
        else:
            kind, end = MARK, position + 1
        tokens.append(_token(text[position:end], position, end, kind, position == last, rules))
        position = last = end
    return tokens


def _token(piece: str, start: int, end: int, kind: str, glued: bool, rules: TextRules) -> Token:
    plain = piece.translate(_APOSTROPHES) if kind == WORD else piece
    norm = plain.lower()
    norm = rules.equivalents.get(norm, norm)
    if kind == MARK and norm != piece:
        kind = WORD
    stem = norm.rstrip("enrsm") or norm
    return Token(start, end, piece, kind, glued, plain or piece, norm, stem)


def sentence_starts(tokens: list[Token], ordinals: frozenset[str]) -> list[int]:
    """For each token the index of the first token of its sentence.

    A full stop ends a sentence unless it belongs to an abbreviation, a number within a word, or an ordinal
    ("zum 33. Mal"); an arrow begins a new one.
    """
    starts: list[int] = []
    begin = 0
    for index, token in enumerate(tokens):
        if index and _ends(tokens, index - 1, ordinals):
            begin = index
        starts.append(begin)
        if token.text == ">" and token.glued:
            begin = index + 1
    return starts


def _ends(tokens: list[Token], index: int, ordinals: frozenset[str]) -> bool:
    token, after = tokens[index], tokens[index + 1]
    if token.kind != MARK or token.text not in ".!?•;" or (after.glued and after.text in '.!?)”“"'):
        return False
    if token.text == ".":
        if after.glued and after.kind in (WORD, NUMBER):
            return False
        if index and tokens[index - 1].kind == NUMBER and token.glued:
            return after.norm not in ordinals and (after.capital or after.kind != WORD)
        return after.kind != WORD or after.capital
    return True
