"""What to say about a query that cannot be read or takes too long, and the same query with a limit.

Reading the text is linear and safe for any process; only ``likely_cause`` parses, for one that can be killed.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from zielgraph.errors import SyntaxProblem
from zielgraph.sparql import slips
from zielgraph.sparql.causes import likely_cause
from zielgraph.sparql.grammar import Fault, apart, first_fault
from zielgraph.sparql.grouping import ungrouped
from zielgraph.sparql.scopes import assigned_twice
from zielgraph.sparql.tokens import Token, place, tokens
from zielgraph.vocabulary import PREFIXES

__all__ = ["explain_syntax", "likely_cause", "limited", "prefix_line"]

MOST_CHARACTERS = 100_000
_MOST_EXPECTED = 6
_MODIFIERS = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET")
_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_KEYWORD = re.compile(r"[A-Za-z_]+[0-9]*")


def explain_syntax(text: str, problem: SyntaxProblem, *, update: bool = False) -> SyntaxProblem:
    """The engine's problem, said better: the slip where it is certain, else what could stand at the place.

    ``problem`` has the engine's line, column and expected tokens; one without these tokens is somebody's who knew more,
    and stays unless there is something certain. Safe for any text, in any process.
    """
    noun = "Änderung" if update else "Anfrage"
    if len(text) > MOST_CHARACTERS:
        return _as_the_engine_says(text, problem, noun)
    found = list(apart(tokens(text)))
    if not found:
        return SyntaxProblem(f"Die {noun} ist leer.", line=1, column=1)
    fault = first_fault(found, update=update)
    slip = slips.find(found)
    if slip and fault and fault.token and fault.token.start == slip.token.start:
        instead = not any(map(_is_a_term, fault.expected))  # where only certain words can stand, these say most
        if not (slip.vague and instead):
            return _at(text, slip.token, slip.sentence, fault.expected, slip.prefix)
    elif slip:
        return _at(text, slip.token, slip.sentence, prefix=slip.prefix)
    if fault is None and (twice := assigned_twice(found)):
        line, column = place(text, twice.first.start)
        name, where = slips.short(twice.token.text), f"(Zeile {line}, Spalte {column})"
        if twice.computed:
            sentence = f"Die Variable {name} ist schon vergeben {where}. Bitte nach AS eine andere nehmen."
        else:
            sentence = f"SELECT nennt die Variable {name} schon {where}. Einmal genügt."
        return _at(text, twice.token, sentence)
    if fault is None and (variable := ungrouped(found)):
        return _at(text, variable, slips.texts()["reasons"]["The SELECT contains a variable that is unbound"])
    for key, reason in slips.texts()["reasons"].items():
        if key in problem.expected:
            selects = [token for token in found if token.is_word("SELECT")]
            select = selects[0] if "SELECT" in key and len(selects) == 1 else None
            return _at(text, select, reason) if select else _as_the_engine_says(text, problem, noun, reason)
    if fault:
        return _at(text, fault.token or fault.before or found[-1], _sentence(fault, noun), fault.expected)
    return _as_the_engine_says(text, problem, noun) if problem.expected else problem


def prefix_line(prefix: str) -> str:
    """The declaration of a prefix, or of the one whose name is near; empty where none is known."""
    near = [prefix] if prefix in PREFIXES else get_close_matches(prefix, PREFIXES, 1)
    return f"PREFIX {near[0]}: <{PREFIXES[near[0]]}>" if prefix and near else ""


def _at(text: str, token: Token, sentence: str, expected: tuple[str, ...] = (), prefix: str = "") -> SyntaxProblem:
    line, column = place(text, token.start)
    told = f"Zeile {line}, Spalte {column}: {sentence}"
    return SyntaxProblem(told, line=line, column=column, expected=expected, prefix=prefix)


def _sentence(fault: Fault, noun: str) -> str:
    """What the grammar says, in words."""
    wanted = [each if _is_a_term(each) else f"„{each}“" for each in fault.expected]
    listed = " oder ".join(filter(None, (", ".join(wanted[:-1]), *wanted[-1:])))
    if fault.token is None:
        return f"Nach „{slips.short(fault.before.text)}“ fehlt {listed}." if fault.before else f"Es fehlt {listed}."
    token = f"„{slips.short(fault.token.text)}“"
    if fault.over and fault.token.is_word(*_MODIFIERS):
        return f"{token} steht zu spät. Die Reihenfolge ist: GROUP BY, HAVING, ORDER BY, LIMIT und OFFSET, VALUES."
    if fault.over and ";" not in fault.expected:
        return f"Vor {token} ist die {noun} zu Ende; danach darf nichts mehr stehen."
    if len(wanted) > 1:
        return f"{token} kann hier nicht stehen. Möglich wäre: {listed}."
    hint = slips.texts()["hints"].get(fault.expected[0], "") if fault.expected else ""
    return f"Vor {token} fehlt {listed}. {hint}".rstrip()


def _is_a_term(name: str) -> bool:
    return name.startswith("ein")


def _as_the_engine_says(text: str, problem: SyntaxProblem, noun: str, reason: str = "") -> SyntaxProblem:
    line, column = _where(text, problem)
    expected = () if reason else _readable(problem.expected)
    sentence = f"Zeile {line}, Spalte {column}: {reason or f'Hier oder kurz davor ist die {noun} nicht lesbar.'}"
    if expected:
        sentence += f" Möglich wäre: {', '.join(expected)}."
    return SyntaxProblem(sentence, line=line, column=column, expected=expected, prefix=problem.prefix)


def _where(text: str, problem: SyntaxProblem) -> tuple[int, int]:
    """Where the trouble begins, within the text.

    The engine counts a keyword that it tried in vain as read; that is taken back.
    """
    lines = text.split("\n")
    line = min(max(1, problem.line), len(lines))
    offset = sum(len(each) + 1 for each in lines[: line - 1]) + max(1, problem.column) - 1
    keywords = [word for word in problem.expected if _KEYWORD.fullmatch(word)]
    if keywords and len(keywords) == len(problem.expected):
        offset -= max(map(len, keywords))
    return place(text, max(0, len(text[: max(0, offset) + 1].rstrip()) - 1))  # not on a white space


def _readable(expected: tuple[str, ...]) -> tuple[str, ...]:
    data = slips.texts()
    known, found = data["expected"], []
    for each in expected:
        token = each.strip()
        if token.upper() in data["unsaid"]:
            continue
        if token.upper() in data["words"]:
            found.append("ein Ausdruck" if token.upper() in data["functions"] else token.upper())
            continue
        token = token.removeprefix("[").removesuffix("]") if len(token) > 1 else token
        token = token[1:-1].replace('\\"', '"') if token[:1] == token[-1:] == '"' and len(token) > 1 else token
        if token in known:
            found.append(known[token])
    return tuple(dict.fromkeys(found))[:_MOST_EXPECTED]


def limited(query: str, rows: int = 100, *, sooner: bool = False) -> str | None:
    """The same query with a LIMIT, for a link; None where it has one already, is no table or graph, or in doubt.

    None also where it would be of no use: for one row over everything, and, where it shall end ``sooner``, for what
    has to be computed as a whole before its first row, by GROUP BY or ORDER BY.
    """
    if len(query) > MOST_CHARACTERS:
        return None
    depth, form, end = 0, "", 0
    clause, aggregate, ordered, grouped = False, False, False, False
    for token in tokens(query):
        if token.kind == "broken" or token.text == "\\":
            return None
        clause &= token.text != "{" or depth > 0
        aggregate |= clause and token.is_word(*_AGGREGATES)
        grouped |= depth == 0 and token.is_word("GROUP")
        ordered |= depth == 0 and token.is_word("ORDER")
        if token.kind == "sign":
            depth += (token.text in "{([") - (token.text in "})]")
        elif depth == 0 and token.is_word("SELECT", "CONSTRUCT", "DESCRIBE", "ASK"):
            if form:
                return None
            form = token.text.upper()
            clause = form == "SELECT"
        elif depth == 0 and token.is_word("LIMIT", "VALUES"):  # VALUES at the end comes after LIMIT
            return None
        end = token.end
    if depth or form not in ("SELECT", "CONSTRUCT", "DESCRIBE"):
        return None
    if (aggregate and not grouped) or (sooner and (grouped or ordered)):
        return None
    return f"{query[:end]}\nLIMIT {rows}"
