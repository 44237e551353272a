"""A SPARQL update as its operations: where each stands, which graphs it changes, where a dataset can be put in.

No second grammar: the text is one that the engine reads. Only its tokens count here, and wherever these could be
taken apart in two ways the text is called unclear instead of guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zielgraph.sparql.tokens import Token, place, tokens
from zielgraph.sparql.words import depends_on_more_than_data

DEFAULT, NAMED, UNKNOWN = "DEFAULT", "NAMED", "?"
"""Targets that are no IRI: the default graph, every named graph, and one that only the evaluation shows.

A target that a variable gives is UNKNOWN with the variable's name.
"""

_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):[^\\]*")
_CODEPOINT = re.compile(r"\\[uU]")
_ESCAPED = re.compile(r"\\(.)")
_BREAKING = re.compile(r"[#']")  # what the rest of a line depends on, where an IRI is taken for something else
_BLANK = re.compile(r"[^\r\n]")

LOADED = "# LOADED"  # a comment: what stands in its place is not part of the text that was judged


class UnclearError(ValueError):
    """The tokens do not say for sure what the operations are."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation between ``start`` and ``end`` of the text.

    ``kind`` is its keywords (``INSERT DATA``, ``DELETE WHERE``, ``CLEAR``, …; ``MODIFY`` for those with templates).
    ``targets`` are the graphs it may change. ``where`` is where the word WHERE stands, -1 without one; ``pattern`` the
    braces behind it. ``dataset``: it names graphs itself, by WITH or USING. ``labels`` are its blank nodes. ``source``
    is where the name of the graph stands that it takes from, or for LOAD puts into. ``silent``: it may fail and nobody
    hears of it. ``address`` is what LOAD reads.
    """

    kind: str
    start: int
    end: int
    targets: frozenset[str]
    where: int = -1
    pattern: tuple[int, int] = (0, 0)
    dataset: bool = False
    labels: frozenset[str] = frozenset()
    source: tuple[int, int] = (0, 0)
    silent: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """A text, its operations, and the prologue before each. ``escaped``: it has ``\\u`` escapes somewhere."""

    text: str
    operations: tuple[Operation, ...]
    prologues: tuple[tuple[int, int], ...]
    escaped: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A text to be run.

    ``source`` is the name of a graph that has to be there before, as the text has it; ``asks`` is an ASK whether it is.
    With an ``address`` the text has a gap, :data:`LOADED`, for the triples from there; ``silent``: or for nothing.
    """

    text: str
    source: str = ""
    asks: str = ""
    address: str = ""
    silent: bool = False


def read_update(text: str) -> Update:
    """The operations of an update. Raises UnclearError; a text that is no SPARQL may be read or not."""
    return _Reader(text).update()


def graphs_query(update: Update) -> str | None:
    """A query whose answers hold every graph that the update can change besides those it names.

    None unless it is a single operation that gives graphs by variables only.
    """
    if update.escaped or len(update.operations) != 1 or depends_on_more_than_data(update.text):
        return None
    (only,) = update.operations
    names = sorted(each for each in only.targets if each.startswith(UNKNOWN))
    if only.where < 0 or only.dataset or UNKNOWN in names:
        return None
    begin, end = update.prologues[0]
    return f"{update.text[begin:end]}\nSELECT DISTINCT {' '.join(names)} {update.text[only.where : only.end]}"


def with_dataset(update: Update, default_graphs: Iterable[str], named_graphs: Iterable[str]) -> str:
    """The text with a dataset for every WHERE: USING and USING NAMED, as ``using-graph-uri`` means them.

    The IRIs must be valid and absolute. Raises UnclearError when an operation names graphs itself.
    """
    clauses = [f"USING <{iri}>" for iri in default_graphs] + [f"USING NAMED <{iri}>" for iri in named_graphs]
    text = update.text
    for each in reversed(update.operations):
        if each.dataset:
            raise UnclearError("WITH or USING")
        if each.where >= 0:  # DELETE WHERE {p} is short for DELETE {p} WHERE {p}
            template = text[slice(*each.pattern)] if each.kind == "DELETE WHERE" else ""
            text = " ".join((text[: each.where].rstrip(" "), template, *clauses, text[each.where :]))
    return text


def forgiving(update: Update) -> str:
    """The text with SILENT for every CLEAR.

    The recommendation says SHOULD of the failure for a graph that is not there, but the W3C suite (``update_base_uri``)
    begins with such a CLEAR and wants success; nothing is lost by it. DROP stays strict.
    """
    text = update.text
    for each in reversed(update.operations):
        if each.kind == "CLEAR" and not each.silent:
            behind = each.start + len(each.kind)
            text = f"{text[:behind]} SILENT{text[behind:]}"
    return text


def steps(update: Update) -> list[Step]:
    """What is to be run one after the other: the engine takes no prologue between operations.

    Nor does it miss the source of COPY and ADD, which therefore come alone. Each text is the whole one with all but
    one operation and the prologues before it blanked out, so that a place in it is a place in the original.
    """
    begun = [end > begin for begin, end in update.prologues]
    if not any(begun[1:]) and not any(_has_source(each) or each.address for each in update.operations):
        return [Step(update.text)]
    found = []
    for number, operation in enumerate(update.operations):
        before = update.prologues[: number + 1]
        text = _only(update.text, [*before, (operation.start, operation.end)])
        if operation.address:
            # The engine would follow what it finds there to other hosts (contexts of JSON-LD).
            graph = update.text[slice(*operation.source)]
            prologue = "\n".join(update.text[slice(*each)] for each in before)
            content = f"GRAPH {graph} {{ {LOADED}\n}}" if graph else f"{LOADED}\n"
            insert = f"{prologue}\nINSERT DATA {{ {content} }}"
            found.append(Step(insert, address=operation.address, silent=operation.silent))
        elif _has_source(operation):
            source = update.text[slice(*operation.source)]
            prologue = "\n".join(update.text[slice(*each)] for each in before)
            found.append(Step(text, source, f"{prologue}\nASK {{ GRAPH {source} {{}} }}"))
        else:
            found.append(Step(text))
    return found


def _has_source(operation: Operation) -> bool:
    begin, end = operation.source
    return end > begin and not operation.silent and not operation.address


def shared_label(update: Update) -> tuple[int, int, str] | None:
    """Line, column and label where two INSERT DATA have the same blank node, which the standard forbids."""
    seen: set[str] = set()
    for each in update.operations:
        if each.kind == "INSERT DATA":
            if both := sorted(seen & each.labels):
                return *place(update.text, each.start), both[0]
            seen |= each.labels
    return None


def _only(text: str, kept: Sequence[tuple[int, int]]) -> str:
    parts, position = [], 0
    for begin, end in kept:
        parts += [_BLANK.sub(" ", text[position:begin]), text[begin:end]]
        position = end
    return "".join((*parts, _BLANK.sub(" ", text[position:])))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._tokens, self._at = text, list(tokens(text)), 0
        self._prefixes: dict[str, str] = {}
        self._patterns: list[range] = []
        if any(each.kind == "broken" for each in self._tokens):
            raise UnclearError("a string that does not end")

    def update(self) -> Update:
        operations, prologues = [], []
        while True:
            prologues.append(self._prologue())
            if self._peek() is None:
                break
            operations.append(self._operation())
            if self._peek() is None:
                break
            self._sign(";")
        self._check()
        escaped = _CODEPOINT.search(self._text) is not None
        return Update(self._text, tuple(operations), tuple(prologues), escaped)

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self) -> Token:
        token = self._peek()
        if token is None:
            raise UnclearError("the text ends here")
        self._at += 1
        return token

    def _word(self, *words: str) -> str:
        """Take one of these keywords if it comes next; empty otherwise."""
        token = self._peek()
        if token is None or not token.is_word(*words):
            return ""
        self._at += 1
        return token.text.upper()

    def _must(self, *words: str) -> str:
        found = self._word(*words)
        if not found:
            raise UnclearError(f"no {' or '.join(words)}")
        return found

    def _sign(self, sign: str) -> Token:
        token = self._take()
        if token.kind != "sign" or token.text != sign:
            raise UnclearError(f"{token.text} instead of {sign}")
        return token

    def _prologue(self) -> tuple[int, int]:
        first = self._peek()
        begin = end = first.start if first else len(self._text)
        while word := self._word("BASE", "PREFIX", "VERSION"):
            if word == "PREFIX":
                name = self._take()
                if name.kind != "name" or not name.text.endswith(":"):
                    raise UnclearError(f"prefix {name.text}")
                self._prefixes[name.text[:-1]] = self._iri(self._peek())
            end = self._take().end
        return begin, end

    def _iri(self, token: Token | None) -> str:
        """What an IRI or prefixed name stands for; UNKNOWN for one that is relative or escaped."""
        if token is None or token.kind not in ("iri", "name", "variable"):
            raise UnclearError("no name of a graph")
        if token.kind == "variable":
            return UNKNOWN + token.text[1:]
        if token.kind == "iri":
            return token.text[1:-1] if _ABSOLUTE.fullmatch(token.text[1:-1]) else UNKNOWN
        prefix, colon, local = token.text.partition(":")
        start = self._prefixes.get(prefix, UNKNOWN) if colon else UNKNOWN
        return UNKNOWN if start == UNKNOWN else start + _ESCAPED.sub(r"\1", local)

    def _operation(self) -> Operation:
        first, at = self._take(), self._at
        word = first.text.upper() if first.kind == "word" else ""
        if word in ("INSERT", "DELETE") and self._word("DATA"):
            return self._made(f"{word} DATA", first, at, self._quads(DEFAULT))
        if word == "DELETE" and (where := self._peek()) and where.is_word("WHERE"):
            self._at += 1
            begin = self._peek()
            targets = self._quads(DEFAULT)
            pattern = (begin.start if begin else 0, self._tokens[self._at - 1].end)
            return self._made("DELETE WHERE", first, at, targets, where=where.start, pattern=pattern)
        if word in ("INSERT", "DELETE", "WITH"):
            return self._modify(word, first, at)
        silent = self._word("SILENT") != ""
        if word in ("CLEAR", "DROP"):
            return replace(self._made(word, first, at, self._graphs()), silent=silent)
        if word in ("ADD", "MOVE", "COPY"):
            source, last = self._graph(), self._tokens[self._at - 1]
            place = (last.start, last.end) if last.kind in ("iri", "name") else (0, 0)
            self._must("TO")
            target = self._graph()
            made = self._made(word, first, at, {source, target} if word == "MOVE" else {target})
            return replace(made, source=place, silent=silent)
        if word == "CREATE":
            self._must("GRAPH")
            return self._made(word, first, at, {self._iri(self._take())})
        if word == "LOAD":
            address, place = self._iri(self._take()), (0, 0)
            target = DEFAULT
            if self._word("INTO") and self._must("GRAPH"):
                token = self._take()
                target, place = self._iri(token), (token.start, token.end)
            made = self._made(word, first, at, {target})
            return replace(made, source=place, silent=silent, address=address)
        raise UnclearError(f"{first.text} begins no operation")

    def _made(
        self,
        kind: str,
        first: Token,
        at: int,
        targets: Iterable[str],
        where: int = -1,
        pattern: tuple[int, int] = (0, 0),
        *,
        dataset: bool = False,
    ) -> Operation:
        mine = self._tokens[at : self._at]
        labels = frozenset(token.text for token in mine if token.kind == "name" and token.text.startswith("_:"))
        return Operation(kind, first.start, mine[-1].end, frozenset(targets), where, pattern, dataset, labels)

    def _graphs(self) -> set[str]:
        word = self._must("GRAPH", "DEFAULT", "NAMED", "ALL")
        if word == "GRAPH":
            return {self._iri(self._take())}
        return {DEFAULT, NAMED} if word == "ALL" else {word}

    def _graph(self) -> str:
        if self._word("DEFAULT"):
            return DEFAULT
        self._word("GRAPH")
        return self._iri(self._take())

    def _modify(self, word: str, first: Token, at: int) -> Operation:
        default, targets, dataset = DEFAULT, set[str](), word == "WITH"
        if dataset:
            default = self._iri(self._take())
            word = self._must("DELETE", "INSERT")
        targets |= self._quads(default)
        if word == "DELETE" and self._word("INSERT"):
            targets |= self._quads(default)
        while self._word("USING"):
            dataset = True
            self._word("NAMED")
            self._iri(self._take())
        where = self._peek()
        self._must("WHERE")
        self._group()
        return self._made("MODIFY", first, at, targets, where.start if where else -1, dataset=dataset)

    def _quads(self, default: str) -> set[str]:
        """The graphs that a template or block of data speaks of."""
        targets: set[str] = set()
        self._sign("{")
        while (token := self._take()).text != "}" or token.kind != "sign":
            if token.is_word("GRAPH"):
                targets.add(self._iri(self._take()))
                self._sign("{")
                while (inner := self._take()).kind != "sign" or inner.text != "}":
                    if inner.kind == "sign" and inner.text == "{":
                        raise UnclearError("braces in a graph")
            elif token.kind == "sign" and token.text == "{":
                raise UnclearError("braces in a template")
            elif token.kind != "sign" or token.text != ".":
                targets.add(default)
        return targets

    def _group(self) -> None:
        """Skip a pattern with all that is nested in it."""
        at = self._at
        self._sign("{")
        depth = 1
        while depth:
            token = self._take()
            if token.kind == "sign":
                depth += (token.text == "{") - (token.text == "}")
        self._patterns.append(range(at, self._at))

    def _check(self) -> None:
        """``?a<ex:b#>`` may be an IRI or a comparison and a comment: then nobody knows where the pattern ends."""
        doubtful = {at for pattern in self._patterns for at in pattern}
        for at, token in enumerate(self._tokens):
            if token.kind != "iri" or not _BREAKING.search(token.text):
                continue
            quoted = at > 0 and self._tokens[at - 1].text == "<"  # << begins a triple as a term
            scheme = _ABSOLUTE.fullmatch(token.text[1:-1])
            if (at in doubtful or quoted) and (scheme is None or scheme[1] in self._prefixes):
                raise UnclearError(f"{token.text} may be a comparison")
