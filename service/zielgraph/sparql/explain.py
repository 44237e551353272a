"""What to say about a query that cannot be read or takes too long, and the same query with a limit.

Reading the text is linear and safe for any process; only ``likely_cause`` parses, for one that can be killed.
"""

from __future__ import annotations

import re

from zielgraph.errors import SyntaxProblem
from zielgraph.sparql import slips
from zielgraph.sparql.causes import likely_cause
from zielgraph.sparql.tokens import place, tokens

__all__ = ["explain_syntax", "likely_cause", "limited"]

MOST_CHARACTERS = 100_000
_MOST_EXPECTED = 6
_KEYWORD = re.compile(r"[A-Za-z_]+[0-9]*")


def explain_syntax(query: str, problem: SyntaxProblem) -> SyntaxProblem:
    """The engine's problem, said better: the slip itself where it is certain, else what could stand at the place.

    ``problem`` has the engine's line, column and expected tokens. Safe for any text, in any process.
    """
    if len(query) > MOST_CHARACTERS:
        return problem
    found = list(tokens(query))
    if not found:
        return SyntaxProblem("Die Anfrage ist leer.", line=1, column=1)
    slip = slips.find(found)
    if slip:
        line, column = place(query, slip.token.start)
        sentence = f"Zeile {line}, Spalte {column}: {slip.sentence}"
        return SyntaxProblem(sentence, line=line, column=column, prefix=slip.prefix)
    reason = next((text for key, text in slips.texts()["reasons"].items() if key in problem.expected), "")
    line, column = _where(query, problem)
    expected = _readable(problem.expected)
    sentence = f"Zeile {line}, Spalte {column}: {reason or 'Hier oder kurz davor ist die Anfrage nicht lesbar.'}"
    if expected and not reason:
        sentence += f" Möglich wäre: {', '.join(expected)}."
    return SyntaxProblem(sentence, line=line, column=column, expected=() if reason else expected, prefix=problem.prefix)


def _where(query: str, problem: SyntaxProblem) -> tuple[int, int]:
    """Where the trouble begins. The engine counts a keyword that it tried in vain as read; that is taken back."""
    keywords = [word for word in problem.expected if _KEYWORD.fullmatch(word)]
    if not problem.line or len(keywords) != len(problem.expected) or not keywords:
        return problem.line or 1, problem.column or 1
    lines = query.split("\n")
    offset = sum(len(line) + 1 for line in lines[: problem.line - 1]) + problem.column - 1
    return place(query, max(0, offset - max(map(len, keywords))))


def _readable(expected: tuple[str, ...]) -> tuple[str, ...]:
    data = slips.texts()
    known, found = data["expected"], []
    for each in expected:
        token = each.strip()
        if token.upper() in data["words"]:
            found.append("ein Ausdruck" if token.upper() in data["functions"] else token.upper())
            continue
        token = token.removeprefix("[").removesuffix("]") if len(token) > 1 else token
        token = token[1:-1].replace('\\"', '"') if token[:1] == token[-1:] == '"' and len(token) > 1 else token
        if token in known:
            found.append(known[token])
    return tuple(dict.fromkeys(found))[:_MOST_EXPECTED]


def limited(query: str, rows: int = 100) -> str | None:
    """The same query with a LIMIT, for a link; None where it has one already, is no table or graph, or in doubt."""
    if len(query) > MOST_CHARACTERS:
        return None
    depth, form, end = 0, "", 0
    for token in tokens(query):
        if token.kind == "broken" or token.text == "\\":
            return None
        if token.kind == "sign":
            depth += (token.text in "{([") - (token.text in "})]")
        elif depth == 0 and token.is_word("SELECT", "CONSTRUCT", "DESCRIBE", "ASK"):
            if form:
                return None
            form = token.text.upper()
        elif depth == 0 and token.is_word("LIMIT", "VALUES"):  # VALUES at the end comes after LIMIT
            return None
        end = token.end
    if depth or form not in ("SELECT", "CONSTRUCT", "DESCRIBE"):
        return None
    return f"{query[:end]}\nLIMIT {rows}"
