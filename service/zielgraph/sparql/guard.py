"""Nothing leaves the machine: queries with SERVICE are refused before they reach the engine.

The engine has no switch for it, so the text is looked at first. Keywords may be written with ``\\u`` escapes;
these are decoded before looking. A text without the word needs no parse. One that has it somewhere (it may be in
a label or comment) is parsed by rdflib and its algebra searched; what cannot be parsed is refused.
"""

from __future__ import annotations

import re
from typing import Any

from zielgraph.errors import QueryError

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SUSPECT = re.compile(r"service|load", re.IGNORECASE)


def _decode(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def check_query(sparql: str) -> None:
    """Raises QueryError when the query would ask another host."""
    decoded = _ESCAPE.sub(_decode, sparql)
    if not _SUSPECT.search(decoded):
        return
    if any(not _decode(match).isalnum() for match in _ESCAPE.finditer(sparql)):
        # An escaped quotation mark may end a string for one parser and not for the other, and hide what follows.
        raise QueryError(
            "Die Anfrage enthält das Wort SERVICE oder LOAD und zugleich Satzzeichen in \\u-Schreibweise. "
            "Bitte die Zeichen unmittelbar schreiben."
        )
    from rdflib.plugins.sparql.algebra import translateQuery  # 100 ms, only for suspects
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra = translateQuery(parseQuery(decoded)).algebra
    except RecursionError:
        raise QueryError("Die Anfrage ist zu tief geschachtelt.") from None
    except Exception as error:  # the parser raises many kinds; whatever it cannot read is refused
        raise QueryError(
            f"Die Anfrage enthält das Wort SERVICE oder LOAD und ließ sich nicht prüfen ({error})."
        ) from None
    if _asks_elsewhere(algebra):
        raise QueryError("SERVICE ist abgeschaltet: Anfragen an andere Rechner sind nicht erlaubt.")


def _asks_elsewhere(node: Any) -> bool:
    if getattr(node, "name", None) == "ServiceGraphPattern":
        return True
    if isinstance(node, dict):
        return any(_asks_elsewhere(value) for value in node.values())
    if isinstance(node, list | tuple | set):
        return any(_asks_elsewhere(value) for value in node)
    return False
