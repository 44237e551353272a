"""XML that every parser reads as it was meant: the engine writes all characters and names as they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from zielgraph.errors import Unwritable

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XMLNS = "http://www.w3.org/2000/xmlns/"
_SYNTAX = "RDF|ID|about|parseType|resource|nodeID|datatype|Description|li|aboutEach|aboutEachPrefix|bagID"
_RESERVED = re.compile(rf"{re.escape(_RDF)}(?:{_SYNTAX})|{re.escape(_XMLNS)}.*", re.DOTALL)  # not for properties
_FIRST = (  # NameStartChar of XML 1.0 without the colon: what a name of XML Namespaces begins with
    r"A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(rf"[{_FIRST}][{_FIRST}\-.0-9\xb7\u0300-\u036f\u203f\u2040]*\Z")
_CONTROL = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})  # characters that XML 1.0 cannot hold in any way
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())


class XmlOutput(io.BytesIO):
    """A file that takes XML from the engine and passes it on with carriage returns that survive reading.

    Raises Unwritable, in the middle of writing, for characters that XML cannot hold.
    """

    def __init__(self, output: IO[bytes]) -> None:
        super().__init__()
        self._output, self._tail = output, b""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Pass the data on."""
        whole = self._tail + data  # a character may come in two pieces
        if len(data.translate(None, _CONTROL)) < len(data) or any(each in whole for each in _NO_CHARACTERS):
            raise Unwritable(
                "Der Inhalt enthält Steuerzeichen, die es in XML nicht gibt. Bitte ein anderes Format wählen."
            )
        self._tail = whole[-2:]
        self._output.write(data.replace(b"\r", b"&#13;"))  # a bare one would be read as a line feed
        return len(data)

    def flush(self) -> None:
        """Pass on what the file still holds back."""
        self._output.flush()


def writable(statements: Iterable[Quad] | Iterable[Triple]) -> Iterator[Any]:
    """The same statements on their way into RDF/XML, which makes elements of predicates and classes.

    Raises Unwritable for one whose names XML does not have: they must end like a name (``http://x/1`` does not).
    """
    known: set[str] = set()
    subject: object = None
    for each in statements:
        _check(each, known, first=each.subject != subject)
        subject = each.subject
        yield each


def _check(statement: Quad | Triple, known: set[str], *, first: bool) -> None:
    """``first``: of its subject; then the engine writes a class as an element. ``known`` has passed already."""
    predicate, value = statement.predicate.value, statement.object
    if predicate not in known:
        if not _NAME.search(predicate) or _RESERVED.fullmatch(predicate):
            raise _unwritable(f"das Prädikat <{predicate}>")
        known.add(predicate)
    if isinstance(value, Triple):
        _check(value, known, first=True)
    elif first and predicate == f"{_RDF}type" and isinstance(value, NamedNode) and value.value not in known:
        _check_class(value.value)
    for node in (statement.subject, value):
        if isinstance(node, BlankNode) and not _NAME.match(node.value):
            raise _unwritable(f"der leere Knoten {node}")


def _check_class(name: str) -> None:
    if not _NAME.search(name) or name.startswith(_XMLNS):
        raise _unwritable(f"die Klasse <{name}>")


def _unwritable(what: str) -> Unwritable:
    return Unwritable(
        f"In RDF/XML lässt sich {what} nicht schreiben: es müsste mit einem XML-Namen enden. "
        "Bitte ein anderes Format wählen."
    )
