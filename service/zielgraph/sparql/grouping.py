"""Variables that SELECT names although the rows are summed up without them.

Reads the tokens of a text that follows the grammar, in one pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from zielgraph.sparql.slips import texts
from zielgraph.sparql.tokens import Token

_CLAUSE, _PATTERN, _KEYS, _REST = range(4)


@dataclass(slots=True)
class _Select:
    """Braces or the whole text: what the SELECT in it uses outside of aggregates, and what it groups by."""

    part: int = _REST
    parentheses: int = 0
    aggregate: int = -1  # parentheses around the aggregate that is being read
    used: list[Token] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    grouped: bool = False
    unclear: bool = False

    def ungrouped(self) -> Token | None:
        """The first variable that is neither grouped by nor summed up."""
        if not self.grouped or self.unclear:
            return None
        return next((token for token in self.used if token.text[1:] not in self.keys), None)


def ungrouped(found: Iterable[Token]) -> Token | None:
    """The first such variable; None where there is none, or in doubt."""
    selects, before, aggregates = [_Select()], None, texts()["aggregates"]
    for token in found:
        select = selects[-1]
        if token.kind == "sign" and token.text == "{":
            if select.part == _CLAUSE and not select.parentheses:
                select.part = _PATTERN
            selects.append(_Select())
        elif token.kind == "sign" and token.text == "}":
            if len(selects) > 1 and (bad := selects.pop().ungrouped()):
                return bad
        elif token.kind == "sign" and token.text in "()":
            select.parentheses += 1 if token.text == "(" else -1
            if select.parentheses == select.aggregate:
                select.aggregate = -1
        elif token.is_word("SELECT"):
            select.part = _CLAUSE
        elif token.is_word("GROUP") and select.part == _PATTERN:
            select.part, select.grouped = _KEYS, True
        elif token.is_word("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES") and select.part == _KEYS:
            select.part = _REST
        elif token.is_word(*aggregates) and select.part == _CLAUSE:
            select.grouped = True
            select.aggregate = select.parentheses if select.aggregate < 0 else select.aggregate
        elif token.kind == "variable" and select.part in (_CLAUSE, _KEYS):
            if before and before.is_word("AS"):
                select.keys.add(token.text[1:])
            elif select.part == _CLAUSE:
                if select.aggregate < 0:
                    select.used.append(token)
            elif not select.parentheses:
                select.keys.add(token.text[1:])
            else:
                select.unclear = True  # a key that is an expression may stand in SELECT as a whole
        before = token
    return selects[0].ungrouped()
