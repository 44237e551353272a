"""SPARQL text as tokens, in one pass and linear time, so that it is safe for any text and any process.

No parser: it only knows where strings, IRIs, comments and names begin and end, after the terminals of the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_LOCAL = r"(?:[\w.:\-·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
# In this order: the first that fits. A string without its end takes all the rest, and a prefix has an end to its
# length, so that the pass stays linear.
_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>\#[^\r\n]*)
    | (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|{_CODEPOINT})*>)
    | (?P<string>\"{{3}}(?:[^"\\]|\\.|"(?!""))*"{{3}} | '{{3}}(?:[^'\\]|\\.|'(?!''))*'{{3}})
    | (?P<broken>"{{3}}.*|'{{3}}.*)
    | (?P<short>"(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<torn>["'][^\r\n]*)
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>(?:[^\W\d](?:[\w.\-·]{{0,98}}[\w\-·])?)?:{_LOCAL})
    | (?P<word>\w+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(_CODEPOINT)
_KINDS = {"short": "string", "torn": "broken"}


class Token(NamedTuple):
    """A piece of the text.

    ``kind`` is iri, string, variable, language (tag), number, name (with prefix), word, sign (one character),
    comment, or broken (a string that does not end).
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The position behind it."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, given in capitals."""
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str, *, comments: bool = False) -> Iterator[Token]:
    """The tokens of a text without white space; comments only where asked for. Never raises."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "space" and (comments or kind != "comment"):
            yield Token(_KINDS.get(kind, kind), match.group(), match.start())


def unescaped(text: str) -> str:
    """The text with the ``\\u`` escapes of letters, digits and ``_`` replaced wherever the engine leaves them alone.

    It decodes those in strings and IRIs, where others may mean something else after decoding. Of the rest only letters
    are decoded, so that no string, IRI or comment begins or ends by it; any other escape is left for the engine to
    refuse (https://www.w3.org/TR/sparql11-query/#codepointEscape).
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    parts, end = [], 0
    for token in tokens(text, comments=True):
        if token.kind in ("iri", "string", "broken", "comment"):
            parts += [_ESCAPE.sub(_letter, text[end : token.start]), token.text]
            end = token.end
    return "".join((*parts, _ESCAPE.sub(_letter, text[end:])))


def _letter(match: re.Match[str]) -> str:
    code = int(match.group()[2:], 16)
    decoded = chr(code) if code <= 0x10FFFF else ""
    return decoded if decoded.isalnum() or decoded == "_" else match.group()


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
