"""What can be told of a query from its words alone: whether its answer depends on more than the data."""

from __future__ import annotations

import re

from zielgraph.sparql.tokens import tokens

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# SERVICE asks another machine. BNODE is not among them: its labels mean nothing outside of one answer.
_SUSPECT = re.compile(r"now|rand|uuid|service", re.IGNORECASE)
_MOST_CHARACTERS = 100_000


def depends_on_more_than_data(sparql: str) -> bool:
    """Whether the same query on the same data may give another answer: NOW, RAND, UUID, STRUUID, SERVICE.

    Words in strings, comments and names do not count; in doubt the answer is yes. The engine also reads keywords that
    are run together (``BYRAND()``), so they are looked for within words.
    """
    text = _ESCAPE.sub(_character, sparql) if "\\" in sparql else sparql
    if not _SUSPECT.search(text):
        return False
    if text != sparql or len(text) > _MOST_CHARACTERS:
        return True
    return any(
        token.kind in ("word", "broken") or (token.kind == "iri" and "(" in token.text)  # ?a<NOW()&&?b>?c
        for token in tokens(text)
        if _SUSPECT.search(token.text)
    )


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else match.group()
