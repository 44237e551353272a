"""Variables that get a value twice, by BIND or SELECT (… AS ?x), or that SELECT lists twice.

Reads the tokens of a text that follows the grammar, in one pass. What is not visible for sure, such as the variables of
MINUS, EXISTS and inner SELECTs, does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from zielgraph.sparql.tokens import Token


class Twice(NamedTuple):
    """A variable, where it already stands, and whether it is after AS; else SELECT lists it a second time."""

    token: Token
    first: Token
    computed: bool = True


@dataclass(slots=True)
class _Group:
    """Braces: the variables in scope, those that the SELECT in it names, and how its variables count outside."""

    visible: dict[str, Token] = field(default_factory=dict)
    named: dict[str, Token] = field(default_factory=dict)
    computed: dict[str, Token] = field(default_factory=dict)
    parentheses: int = 0
    selecting: bool = False
    binding: bool = False
    hidden: bool = False


def assigned_twice(found: Iterable[Token]) -> Twice | None:
    """The first variable that is in use already where it must not be; None where there is none, or in doubt."""
    groups, before = [_Group()], None
    for token in found:
        group = groups[-1]
        if token.kind == "sign" and token.text == "{":
            groups.append(_Group(hidden=before is not None and before.is_word("MINUS", "EXISTS")))
            group.selecting = group.selecting and group.parentheses > 0  # (EXISTS {…} AS ?x) goes on
        elif token.kind == "sign" and token.text == "}":
            if len(groups) > 1:
                groups.pop()
                if twice := _closed(groups[-1], group):
                    return twice
        elif token.kind == "sign" and token.text in "()":
            group.parentheses += 1 if token.text == "(" else -1
            group.binding = group.binding and group.parentheses > 0
        elif token.is_word("SELECT"):
            group.selecting, group.hidden = True, True
        elif token.is_word("BIND"):
            group.binding = True
        elif token.kind == "variable":
            name, computed = token.text[1:], before is not None and before.is_word("AS")
            if computed and group.parentheses == 1 and (group.binding or group.selecting):
                if first := (group.named if group.selecting else group.visible).get(name):
                    return Twice(token, first)
                if group.selecting:
                    group.computed[name] = token
            if group.selecting and not group.parentheses and name in group.named:
                return Twice(token, group.named[name], computed=False)  # no error in the standard, but in the engine
            if group.selecting and (computed or not group.parentheses):
                group.named.setdefault(name, token)
            elif not group.selecting and (computed or not group.parentheses):
                group.visible.setdefault(name, token)
        before = token
    return None


def _closed(outer: _Group, inner: _Group) -> Twice | None:
    """Take over what is visible outside; a SELECT's own pattern is checked against what it computes."""
    if inner.hidden:
        return None
    for name in outer.computed.keys() & inner.visible.keys():
        return Twice(outer.computed[name], inner.visible[name])
    few, many = sorted((outer.visible, inner.visible), key=len)  # the larger one stays, so that it takes linear time
    for name, token in few.items():
        many.setdefault(name, token)
    outer.visible = many
    return None
