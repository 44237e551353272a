"""Nothing leaves the machine unasked: SERVICE and LOAD are refused before they reach the engine.

The engine has no switch for it, so the text is looked at first. After decoding ``\\u`` escapes a text without the
words needs no more. One that has them somewhere (a label or comment will do) is read twice, by the tokens of the
grammar and by rdflib's parser; where the two differ, or one cannot read it, the text is refused: a trick that hides
an address from one of them would have to hide it from both, and from the engine not at all.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401 - here, for a worker that can open no files cannot import it when it is needed
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from zielgraph.errors import QueryError, SyntaxProblem
from zielgraph.sparql.tokens import Token, place, tokens

# What a suspicious text may measure; more would keep the parser busy for seconds.
MOST_CHARACTERS = 200_000
DEEPEST = 20

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SUSPECT = re.compile(r"service|load", re.IGNORECASE)
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")
_OFF = "{word} ist abgeschaltet: Anfragen an andere Rechner sind nicht erlaubt."


def check_query(text: str, allowed: Iterable[str] = ()) -> None:
    """Raises QueryError when the query would ask a host that is not allowed.

    ``allowed`` holds hosts, each for all its ports, or hosts with a port (``example.org:8080``).
    """
    _check(text, tuple(allowed), update=False)


def check_update(text: str, allowed: Iterable[str] = ()) -> None:
    """Raises QueryError when the update would ask or load from a host that is not allowed; see check_query."""
    _check(text, tuple(allowed), update=True)


def needs_network(text: str, allowed: Iterable[str]) -> bool:
    """Whether a text names an address to ask and some host is allowed. No permission: that gives the check. Cheap."""
    return any(allowed) and _SUSPECT.search(text) is not None and any(_keywords(list(tokens(text))))


def addresses(text: str) -> list[str]:
    """The hosts, with their ports, that a text asks by SERVICE or LOAD; for messages about a text that was checked."""
    found = (_host_and_port(address) for _, address in _keywords(list(tokens(text))))
    return sorted({f"{host}:{port}" for host, port in found if host})


def _check(text: str, allowed: tuple[str, ...], *, update: bool) -> None:
    decoded = _ESCAPE.sub(_decode, text)
    if not _SUSPECT.search(decoded) and not _SUSPECT.search(text):
        return
    found = list(tokens(text))
    _usual(text, found)
    by_tokens = sorted(_keywords(found))
    by_parser = sorted(_parsed_addresses(_parsed(decoded, update=update)))
    if by_tokens != by_parser:
        raise QueryError(
            "Die Anfrage enthält das Wort SERVICE oder LOAD an einer Stelle, die sich nicht sicher prüfen ließ. "
            "Bitte sie einfacher schreiben, die Adresse ausgeschrieben in spitzen Klammern."
        )
    for word, address in by_parser:
        if not allowed:
            raise QueryError(_OFF.format(word=word))
        _check_address(word, address, {_entry(each) for each in allowed})


def _decode(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def _usual(text: str, found: list[Token]) -> None:
    """Refuses what parsers may read differently, in a text that is suspicious already."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"Die Anfrage enthält das Wort SERVICE oder LOAD und ist mit {len(text)} Zeichen zu lang, um sie zu prüfen "
            f"(höchstens {MOST_CHARACTERS}). Bitte teilen oder die Daten als Graph senden."
        )
    depth = 0
    for token in found:
        if token.kind == "broken" or (token.kind == "sign" and (token.text == "\\" or not token.text.isprintable())):
            raise QueryError("Die Anfrage enthält das Wort SERVICE oder LOAD und ist nicht lesbar.")
        if token.kind == "sign":
            depth += (token.text in "{([") - (token.text in "})]")
        if depth > DEEPEST:
            raise QueryError("Die Anfrage enthält das Wort SERVICE oder LOAD und ist zu tief geschachtelt.")
    # An escaped quotation mark may end a string for one parser and not for the other, and hide what follows.
    if _CONTROL.search(text) or any(not _decode(match).isalnum() for match in _ESCAPE.finditer(text)):
        raise QueryError(
            "Die Anfrage enthält das Wort SERVICE oder LOAD und zugleich Steuerzeichen oder Satzzeichen in "
            "\\u-Schreibweise. Bitte die Zeichen unmittelbar schreiben."
        )


def _keywords(found: list[Token]) -> Iterator[tuple[str, str]]:
    """Keyword and address, as the tokens have them; the address is empty where no IRI is written out."""
    for number, token in enumerate(found):
        match = _SUSPECT.search(token.text) if token.kind == "word" else None
        if match:
            behind = found[number + 1 : number + 3]
            if behind and behind[0].is_word("SILENT"):
                del behind[0]
            yield match.group().upper(), behind[0].text[1:-1] if behind and behind[0].kind == "iri" else ""


def _parsed(decoded: str, *, update: bool) -> Any:
    from rdflib.plugins.sparql.parser import parseQuery, parseUpdate  # 100 ms, only for suspects

    text = _for_rdflib(decoded)
    try:
        return parseUpdate(text) if update else parseQuery(text)
    except RecursionError:
        raise QueryError("Die Anfrage ist zu tief geschachtelt.") from None
    except Exception as error:  # the parser raises many kinds; whatever it cannot read is refused
        line, column = place(text, getattr(error, "loc", 0))
        raise SyntaxProblem(
            f"Zeile {line}, Spalte {column}: Hier oder kurz davor ist die Anfrage nicht lesbar. Sie enthält das Wort "
            "SERVICE oder LOAD und wird deshalb vorher geprüft.",
            line=line,
            column=column,
        ) from None


def _for_rdflib(text: str) -> str:
    """The text with two faults of rdflib avoided, line breaks only: whatever they change, more is seen, not less.

    It does not know that a comment ends at a carriage return too. And before SERVICE it takes a # inside an IRI in the
    same line for a comment.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts, end = [], 0
    for token in tokens(text):
        if token.kind == "word" and _SUSPECT.search(token.text):
            parts.append(text[end : token.start].removesuffix(" "))
            end = token.start
    return "\n".join([*parts, text[end:]])


def _parsed_addresses(node: Any) -> Iterator[tuple[str, str]]:
    """Keyword and address, as the parser has them; the address is empty where no IRI is written out."""
    from rdflib.term import URIRef

    name = getattr(node, "name", None)
    if name in ("ServiceGraphPattern", "Load"):
        address = node.term if name == "ServiceGraphPattern" else node.iri
        yield "SERVICE" if name == "ServiceGraphPattern" else "LOAD", str(address) * isinstance(address, URIRef)
    if isinstance(node, dict):
        for value in node.values():
            yield from _parsed_addresses(value)
    elif not isinstance(node, str) and isinstance(node, Iterable):
        for value in node:
            yield from _parsed_addresses(value)


def _check_address(word: str, address: str, allowed: set[tuple[str, int | None]]) -> None:
    host, port = _host_and_port(address)
    if not host:
        raise QueryError(
            f"{word} braucht eine ausgeschriebene Adresse, die mit http:// oder https:// beginnt, ohne Benutzername; "
            "Variablen und Präfixe sind hier nicht erlaubt."
        )
    if (host, None) not in allowed and (host, port) not in allowed:
        raise QueryError(f"{word} darf den Rechner „{host}:{port}“ nicht fragen; er ist dafür nicht freigegeben.")


def _host_and_port(address: str) -> tuple[str, int | None]:
    """The host in its ASCII form and the port of an http address; an empty host where anything is unusual."""
    try:
        parts = urlsplit(address)
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError:
        return "", None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or parts.netloc.endswith(":"):
        return "", None
    return host, port or (443 if parts.scheme == "https" else 80)


def _entry(allowed: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{allowed.strip()}")
        return _ascii(parts.hostname or ""), parts.port
    except ValueError:
        return "", None


def _ascii(host: str) -> str:
    """The name as DNS has it; empty for one that IDNA would turn into another, such as one with „ß“."""
    if host.isascii():
        return host.lower() if _HOST.fullmatch(host.lower()) else ""
    name = host.lower().encode("idna").decode()
    return name if name.encode().decode("idna") == host.lower() else ""
