"""The first token of a SPARQL text that cannot stand where it stands, and what could.

A table-driven recogniser with a stack of its own: linear, and safe for any text in any process. It says something only
where it is certain; what SPARQL 1.2 adds it does not know, and keeps silent from there on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from zielgraph.sparql.slips import texts
from zielgraph.sparql.tokens import Token

_PAIRS = frozenset({"&&", "||", "^^", "!=", "<=", ">="})
_NEWER = frozenset({"<<", ">>", "{|", "|}"})
_UNREAD = frozenset("~\\")  # reifiers, and escapes outside of strings and IRIs
_KINDS = {"iri": "iri", "string": "string", "variable": "var", "language": "lang", "number": "number"}
_END = "end"
_UNSURE = ""

Symbol = tuple[str, str]  # a rule or terminal, and "?" or "*" or nothing


class Fault(NamedTuple):
    """A token that cannot stand there (None: the text ends too early), the one before it, and what could stand there.

    ``over``: the text is complete before it.
    """

    token: Token | None
    before: Token | None
    expected: tuple[str, ...]
    over: bool


class _Grammar(NamedTuple):
    """For each rule and terminal that can begin it what to expect, the last first; rules that may be nothing; names."""

    table: Mapping[str, Mapping[str, tuple[Symbol, ...]]]
    nothing: frozenset[str]
    names: Mapping[str, tuple[str, ...]]


def first_fault(found: Iterable[Token], *, update: bool = False) -> Fault | None:
    """The first token that cannot stand where it stands; None where there is none, or in doubt."""
    table, nothing, names = _grammar()
    stack: list[Symbol] = [("Update" if update else "Query", "")]
    before: Token | None = None
    for terminal, token in _terminals(found):
        if terminal == _UNSURE:
            return None
        passed: list[str] = []
        while True:
            symbol, mode = stack.pop()
            if symbol == terminal:
                if mode == "*":
                    stack.append((symbol, mode))
                break
            rule = table.get(symbol, {}).get(terminal)
            if rule is not None:
                if mode == "*":
                    stack.append((symbol, mode))
                stack.extend(rule)
                continue
            passed.append(symbol)
            if not mode and symbol not in nothing:
                if "More" in passed and terminal == "iri":  # ?a<?b&&?c>?d: the engine reads comparisons
                    return None
                expected = dict.fromkeys(name for each in passed for name in names[each])
                return Fault(token, before, tuple(expected), symbol == _END)
        before = token
    return None


def apart(found: Iterable[Token]) -> Iterator[Token]:
    """The tokens with the dot that ends a statement apart: no name ends in one, and neither does a number."""
    for token in found:
        if token.kind in ("name", "number") and token.text.endswith(".") and token.text[-2:-1] != "\\":
            name = token.text.rstrip(".")
            yield Token(token.kind, name, token.start)
            for at in range(len(name), len(token.text)):
                yield Token("sign", ".", token.start + at)
        else:
            yield token


def _terminals(found: Iterable[Token]) -> Iterator[tuple[str, Token | None]]:
    """What the grammar calls each token; at the end one more. Signs that belong together are one."""
    held: Token | None = None
    for token in found:
        if held:
            together = held.text + token.text if held.end == token.start else ""
            first, held = held, None
            if together in _PAIRS:
                yield together, first
                continue
            if together in _NEWER or (first.text == "<" and together and token.kind == "iri"):
                yield _UNSURE, first
                return
            if first.text in "+-" and together and token.kind == "number":
                yield "signed", first
                continue
            yield _UNSURE if first.text in _UNREAD else first.text, first
        if token.kind == "sign":
            held = token
        else:
            yield _terminal(token), token
    if held:
        yield held.text, held
    yield _END, None


def _terminal(token: Token) -> str:
    if token.kind == "name":
        return "blank" if token.text.startswith("_:") else "prefix" if token.text.endswith(":") else "pname"
    if token.kind != "word":
        return _KINDS.get(token.kind, _UNSURE)
    word, known = token.text.upper(), texts()
    if token.text == "a":
        return "a"
    if word in known["aggregates"]:
        return "aggregate"
    if word in known["functions"] and word not in _grammar().names:
        many = known["arguments"].get(word)
        return f"function-{many}" if many else "function"
    return word


@cache
def _grammar() -> _Grammar:
    read = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text("utf-8"))
    rules = {
        name: [[_symbol(each) for each in way.split()] for way in text.split(" | ")]
        for name, text in read["rules"].items()
    }
    nothing: set[str] = set()
    first: dict[str, set[str]] = {name: set() for name in rules}
    size = -1
    while size != (size := len(nothing) + sum(map(len, first.values()))):  # until nothing is added any more
        for name, ways in rules.items():
            for way in ways:
                begins, empty = _begins(way, first, nothing)
                first[name] |= begins
                if empty:
                    nothing.add(name)
    table = {
        name: {terminal: tuple(reversed(way)) for way in ways for terminal in _begins(way, first, nothing)[0]}
        for name, ways in rules.items()
    }
    names: dict[str, tuple[str, ...]] = {}
    for symbol in {each for ways in rules.values() for way in ways for each, _ in way} | set(rules):
        names[symbol] = tuple(_names(symbol, rules, read["names"], nothing))
    return _Grammar(table, frozenset(nothing), names)


def _symbol(text: str) -> Symbol:
    mode = text[-1] if text[-1] in "?*" else ""
    return text.removesuffix(mode).strip("'"), mode


def _begins(way: list[Symbol], first: Mapping[str, set[str]], nothing: set[str]) -> tuple[set[str], bool]:
    """The terminals that a way through a rule can begin with, and whether it may be nothing."""
    begins: set[str] = set()
    for symbol, mode in way:
        begins |= first.get(symbol, {symbol})
        if not mode and symbol not in nothing:
            return begins, False
    return begins, True


def _names(
    symbol: str, rules: Mapping[str, list[list[Symbol]]], names: Mapping[str, str], nothing: set[str]
) -> Iterator[str]:
    """A symbol in words: its name, or what it can begin with."""
    if symbol in names:
        if names[symbol]:
            yield names[symbol]
    elif symbol not in rules:
        yield symbol
    else:
        for way in rules[symbol]:
            for each, mode in way:
                yield from _names(each, rules, names, nothing)
                if not mode and each not in nothing:
                    break
