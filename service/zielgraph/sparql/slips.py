"""Typical slips in SPARQL texts, found by looking at the tokens: only such as are certain to be one."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from zielgraph.sparql.tokens import Token
from zielgraph.vocabulary import PREFIXES

_FAR = 100  # so many tokens are looked at around one, so that no text takes long
_CLOSING = {"}": "{", ")": "(", "]": "["}
_SEPARATORS = {"{": 3, "}": 3, ".": 3, ";": 2, ",": 1}  # how many terms may follow


class Slip(NamedTuple):
    """What is wrong at which token.

    ``prefix`` is the one that is not declared, if that is it; ``vague``: the sentence can only guess what is meant.
    """

    token: Token
    sentence: str
    prefix: str = ""
    vague: bool = False


@cache
def texts() -> dict[str, Any]:
    """Words and sentences of slips.toml."""
    read: dict[str, Any] = tomllib.loads(Path(__file__).with_name("slips.toml").read_text("utf-8"))
    read["arguments"] = {word: many for many, words in read["arguments"].items() for word in words.split()}
    return read | {name: frozenset(read[name].split()) for name in ("words", "functions", "aggregates", "unsaid")}


def find(found: list[Token]) -> Slip | None:
    """The most telling slip, or None. Linear in the number of tokens."""
    return next((slip for check in _CHECKS for slip in check(found)), None)


def _open_strings(found: list[Token]) -> Iterator[Slip]:
    for token in found:
        if token.kind == "broken":
            yield Slip(token, f"Dem Text, der hier beginnt, fehlt das schließende Anführungszeichen ({token.text[0]}).")


def _bare_iris(found: list[Token]) -> Iterator[Slip]:
    for place, (token, after) in enumerate(pairwise(found)):
        if token.kind == "name" and token.text.lower() in ("http:", "https:") and after.text == "/":
            if place and found[place - 1].text == "<":
                yield Slip(token, texts()["reasons"]["IRI parsing failed"])
            yield Slip(token, "Eine IRI steht in spitzen Klammern: <http://…>.")


def _prefix_lines(found: list[Token]) -> Iterator[Slip]:
    for token, name in pairwise(found):
        if token.is_word("PREFIX") and name.kind == "word":
            yield Slip(name, f"Nach dem Präfix fehlt der Doppelpunkt: PREFIX {name.text}: <…>.")


def _unknown_words(found: list[Token]) -> Iterator[Slip]:
    known, instead = texts()["words"], texts()["instead"]
    variables = {token.text[1:] for token in found if token.kind == "variable"}
    keywords = known - texts()["functions"]
    for place, token in enumerate(found):
        word = token.text.upper()
        if token.kind != "word" or word in known:
            continue
        between = not place or found[place - 1].text in _SEPARATORS  # where no expression can begin
        if word in instead:
            yield Slip(token, f"„{token.text}“ gibt es in SPARQL nicht; dafür steht {instead[word]}.")
        elif token.text in variables:
            yield Slip(token, f"Der Variable „{token.text}“ fehlt das Fragezeichen: ?{token.text}.")
        elif near := get_close_matches(word, keywords if between else known, 1, 0.75):
            yield Slip(token, f"„{token.text}“ ist kein Wort von SPARQL. Gemeint ist wohl {near[0]}.")
        else:
            yield Slip(
                token,
                f"„{token.text}“ ist kein Wort von SPARQL. Eine Variable beginnt mit Fragezeichen (?{token.text}), ein "
                f"Name hat ein Präfix (zg:{token.text}), ein Text steht in Anführungszeichen.",
                vague=True,
            )


def _undeclared_prefixes(found: list[Token]) -> Iterator[Slip]:
    declared = {"_"} | {name.text.rstrip(":") for word, name in pairwise(found) if word.is_word("PREFIX")}
    for token in found:
        prefix = token.text.partition(":")[0]
        if token.kind != "name" or prefix in declared:
            continue
        sentence = f"Das Präfix „{prefix}:“ ist nicht erklärt."
        near = [prefix] if prefix in PREFIXES else get_close_matches(prefix, PREFIXES, 1)
        if near and near[0] == prefix:
            sentence += f" Bitte an den Anfang setzen: {_line(prefix)}"
        elif near:
            sentence += f" Gemeint ist vielleicht „{near[0]}:“, am Anfang erklärt mit: {_line(near[0])}"
        else:
            sentence += f" Bitte an den Anfang setzen: PREFIX {prefix}: <…>"
        yield Slip(token, sentence, prefix)


def _line(prefix: str) -> str:
    return f"PREFIX {prefix}: <{PREFIXES[prefix]}>"


def _brackets(found: list[Token]) -> Iterator[Slip]:
    opened: list[Token] = []
    for token in found:
        if token.kind != "sign":
            continue
        if token.text in _CLOSING.values():
            opened.append(token)
        elif token.text in _CLOSING:
            if not opened:
                yield Slip(token, f"Zu dieser schließenden Klammer „{token.text}“ gibt es keine öffnende.")
            elif opened.pop().text != _CLOSING[token.text]:
                yield Slip(token, f"Hier schließt „{token.text}“, aber zuletzt wurde eine andere Klammer geöffnet.")
    if opened:
        yield Slip(opened[-1], f"Die Klammer „{opened[-1].text}“, die hier geöffnet wird, wird nicht geschlossen.")


def _double_equals(found: list[Token]) -> Iterator[Slip]:
    for token, after in pairwise(found):
        if token.text == after.text == "=" and token.end == after.start:
            yield Slip(token, "Auf Gleichheit prüft ein einfaches =, nicht ==.")


def _select_clause(found: list[Token]) -> Iterator[Slip]:
    inside, depth, opened, named = False, 0, None, False
    for token in found:
        if token.is_word("SELECT"):
            inside, depth, opened = True, 0, None
        elif not inside:
            continue
        elif token.text == "{" or (depth == 0 and token.is_word("WHERE", "FROM")):
            inside = False
        elif token.text == "(":
            depth += 1
            if depth == 1:
                opened, named = token, False
        elif token.text == ")":
            depth -= 1
            if depth == 0 and opened and not named:
                yield Slip(opened, "Ein Ausdruck im SELECT braucht einen Namen: (COUNT(?x) AS ?anzahl).")
        elif token.is_word("AS") and depth == 1:
            named = True
        elif depth == 0 and token.text == ",":
            yield Slip(token, "Zwischen den Variablen im SELECT steht kein Komma.")
        elif depth == 0 and token.is_word(*texts()["aggregates"]):
            yield Slip(token, f"{token.text.upper()} gehört in Klammern, mit Namen: ({token.text}(?x) AS ?wert).")


def _bindings(found: list[Token]) -> Iterator[Slip]:
    for place, token in enumerate(found):
        depth = 0
        for inner in found[place + 1 : place + _FAR] if token.is_word("BIND") else ():
            depth += (inner.text == "(") - (inner.text == ")")
            if inner.is_word("AS") and depth == 1:
                break
            if depth <= 0:
                if inner.text == ")":
                    yield Slip(token, "Nach dem Ausdruck in BIND fehlt der Name: BIND(… AS ?x).")
                break


def _filters(found: list[Token]) -> Iterator[Slip]:
    for token, after in pairwise(found):
        if token.is_word("FILTER") and after.kind in ("variable", "string", "number"):
            yield Slip(after, "Die Bedingung nach FILTER steht in Klammern: FILTER(…).")
        elif token.is_word("WHERE") and after.text != "{":
            yield Slip(after, "Nach WHERE fehlt die öffnende Klammer {.")


def _separators(found: list[Token]) -> Iterator[Slip]:
    """A fourth term in a row: subject, predicate and object are complete, and nothing separates the next."""
    braces, room, plain = 0, 0, False
    for place, token in enumerate(found):
        before = found[place - 1].text if place else ""
        if token.kind == "sign":
            braces += (token.text == "{") - (token.text == "}")
            if token.text in _SEPARATORS:
                room, plain = _SEPARATORS[token.text], braces > 0 and not _after_values(found, place)
            elif token.text != "^":
                plain = False  # a path, a list, an expression: not to be said for sure
        elif token.kind == "language":
            continue
        elif token.kind == "word" and token.text not in ("a", "true", "false"):
            plain = False
        elif token.kind in ("variable", "iri", "name", "string", "number", "word") and before != "^":
            room -= 1
            if plain and room < 0:
                yield Slip(token, f"Vor „{short(token.text)}“ fehlt ein Punkt, ein Semikolon oder ein Komma.")
                return


def _rows(found: list[Token]) -> Iterator[Slip]:
    """Rows of VALUES (…) that do not have as many values as there are variables."""
    variables, inside, row, values = 0, "", None, 0
    for place, token in enumerate(found):
        before = found[place - 1] if place else token
        if token.text == "(" and before.is_word("VALUES"):
            variables, inside = 0, "variables"
        elif inside == "variables":
            variables += token.kind == "variable"
            inside = "rows" if token.text == "{" else inside if token.kind == "variable" or token.text == ")" else ""
        elif inside == "rows" and token.text == "(":
            row, values = token, 0
        elif inside == "rows" and token.text == ")":
            if row and values != variables:
                yield Slip(row, f"In dieser Zeile von VALUES stehen nicht {variables} Werte, sondern {values}. "
                           "Für einen fehlenden Wert steht UNDEF.")  # fmt: skip
            row = None
        elif inside == "rows" and (token.text == "}" or token.kind == "variable"):
            inside = ""
        elif inside == "rows" and token.kind not in ("sign", "language"):
            values += before.text != "^"


def _not_in_data(found: list[Token]) -> Iterator[Slip]:
    """Variables in INSERT DATA and DELETE DATA, and blank nodes in anything that is to be deleted."""
    reasons, form, data, depth = texts()["reasons"], "", False, 0
    for place, token in enumerate(found):
        if depth == 0 and token.is_word("INSERT", "DELETE"):
            after = found[place + 1] if place + 1 < len(found) else token
            form, data = token.text.upper(), after.is_word("DATA")
        elif form and token.kind == "sign":
            depth += (token.text == "{") - (token.text == "}")
            form = form if depth > 0 else ""
        elif form and data and token.kind == "variable":
            yield Slip(token, reasons["Variables are not allowed in INSERT DATA"])
        elif form == "DELETE" and token.kind == "name" and token.text.startswith("_:"):
            yield Slip(token, reasons["Blank nodes are not allowed in DELETE WHERE"])


def _after_values(found: list[Token], place: int) -> bool:
    """Whether the brace at this place holds the data of VALUES."""
    if found[place].text != "{":
        return False
    for token in reversed(found[max(0, place - _FAR) : place]):
        if token.is_word("VALUES"):
            return True
        if token.kind != "variable" and token.text not in "()":
            return False
    return True  # too many to look through: rather nothing than something wrong


def short(text: str) -> str:
    """A token's text for a sentence."""
    return text if len(text) <= 40 else f"{text[:39]}…"


_CHECKS: tuple[Callable[[list[Token]], Iterator[Slip]], ...] = (
    _open_strings,
    _bare_iris,
    _prefix_lines,
    _unknown_words,
    _brackets,
    _undeclared_prefixes,
    _double_equals,
    _select_clause,
    _bindings,
    _filters,
    _separators,
    _not_in_data,
    _rows,
)
