"""Department codes in running text: "durch 56" is an actor, "56 Wohnungen" is not.

Compound codes ("16/04", "OB/6", "50-2") are unmistakable. A bare number counts only in a context that calls
for an actor, and never when what follows makes it a quantity. Coordinated numbers are judged together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zielgraph.linking.tokens import MARK, NUMBER, WORD, Taken, Token
from zielgraph.linking.vocabulary import CodeRules, Vocabulary

_LONGEST = 7
_FINITE = ("verbs_after", "plural_verbs_after", "verbs_other")
_AFTER_NUMBER = frozenset(',.);/:?!“"')
_PARTICIPLE = re.compile(r"(?:\w{2,6})?ge\w+t(?:e|en|er|es|em)$")
"""An inflected participle behind a number counts something ("50 gewünschten")."""


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """A code at tokens ``first`` to ``last``; ``target`` None where no department has it."""

    first: int
    last: int
    code: str
    target: str | None
    method: str
    weak: bool = False


@dataclass(slots=True)
class _Chain:
    """Coordinated numbers and actors: ``numbers`` are token indexes, ``left``/``right`` the outer tokens."""

    numbers: list[int]
    left: int
    right: int
    actors: int


class CodeFinder:
    """Finds codes of one city at one day."""

    def __init__(self, codes: Mapping[str, str], vocabulary: Vocabulary) -> None:
        self._codes = codes
        self._rules: CodeRules = vocabulary.codes
        self._words = vocabulary.words
        self._compound_starts = {code[:1] for code in codes if not code.isalnum()}
        self._adjective = tuple(self._rules.lists["adjective_endings"])

    def compound_at(self, tokens: list[Token], first: int) -> CodeMatch | None:
        """The longest compound code that begins at a token."""
        if tokens[first].text[:1] not in self._compound_starts:
            return None
        if tokens[first].glued and first and tokens[first - 1].text not in '(,;:/"„+&':
            return None
        text, best = "", None
        for last in range(first, min(len(tokens), first + _LONGEST)):
            token = tokens[last]
            if last > first and not token.glued:
                break
            text += token.text
            if not text.isalnum() and text in self._codes:
                following = tokens[last + 1] if last + 1 < len(tokens) else None
                if following is None or not following.glued or following.kind == MARK:
                    best = CodeMatch(first, last, text, self._codes[text], "code-compound")
        if best and self._month(tokens, best):
            return None
        return best

    def _month(self, tokens: list[Token], match: CodeMatch) -> bool:
        head = match.code.split("/")[0]
        before = tokens[match.first - 1].norm if match.first else ""
        month = "/" in match.code and head.isdigit() and 1 <= int(head) <= 12
        return month and self._rules.has("temporal_before", before)

    def find(self, tokens: list[Token], begins: list[int], taken: Taken) -> list[CodeMatch]:
        """Bare numbers that are codes; ``taken`` are the actors found before."""
        found: list[CodeMatch] = []
        index = 0
        while index < len(tokens):
            if index in taken or not self._bare(tokens, index):
                index += 1
                continue
            chain = self._chain(tokens, index, taken)
            found += self._judge(tokens, chain, begins, taken)
            index = chain.numbers[-1] + 1
        return found

    @staticmethod
    def _bare(tokens: list[Token], index: int) -> bool:
        token = tokens[index]
        if token.kind != NUMBER or len(token.text) > 3 or token.text[0] == "0":
            return False
        if token.glued and index and tokens[index - 1].text not in ("(", "/", ",", "„", '"', ":", ">"):
            return False
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if after is not None and after.text == "/" and index + 2 < len(tokens):
            part = tokens[index + 2]
            if part.glued and part.text.startswith("0"):  # a compound code of another city: "16/04"
                return False
        return after is None or not after.glued or after.text in _AFTER_NUMBER

    def _connector(self, token: Token) -> bool:
        return token.text in (",", "/") or token.norm in self._words["conjunctions"]

    def _chain(self, tokens: list[Token], index: int, taken: Taken) -> _Chain:
        chain = _Chain([index], index, index, 0)
        while chain.left >= 2:  # actors to the left
            before = chain.left - 1
            if tokens[before].norm in self._words["determiners"]:
                before -= 1
            if before >= 1 and self._connector(tokens[before]) and before - 1 in taken:
                chain.left = taken[before - 1][0]
                chain.actors += 1
            else:
                break
        while chain.right + 2 < len(tokens) and self._connector(tokens[chain.right + 1]):
            after = chain.right + 2
            if tokens[after].norm in self._words["determiners"] and after + 1 < len(tokens):
                after += 1
            if after in taken:
                chain.right = taken[after][1]
                chain.actors += 1
            elif self._bare(tokens, after):
                chain.numbers.append(after)
                chain.right = after
            elif tokens[after].kind == NUMBER:  # "50 und 1000"
                chain.numbers.append(after)
                chain.right = after
                break
            else:
                break
        return chain

    def _judge(self, tokens: list[Token], chain: _Chain, begins: list[int], taken: Taken) -> list[CodeMatch]:
        left = chain.left - 1
        begin = begins[chain.left]
        if begin + 1 < chain.left and tokens[begin + 1].text == ")" and len(tokens[begin].text) <= 2:
            begin += 2  # list letter
        if left < begin:
            left = -1
        head = left >= 0 and tokens[left].capital and self._rules.has("heads", tokens[left].norm)
        head = head or (
            left >= 0 and self._rules.has("abbreviated_heads", tokens[left].norm) and tokens[left].kind == WORD
        )
        if self._quantity_after(tokens, chain, begins, taken, head, left):
            return []
        if head:
            return [
                CodeMatch(
                    left if place == chain.numbers[0] and place == chain.left else place,
                    place,
                    tokens[place].text,
                    self._codes.get(tokens[place].text),
                    "code-with-head",
                )
                for place in chain.numbers
            ]
        known = [place for place in chain.numbers if tokens[place].text in self._codes]
        weak = self._context(tokens, chain, left, begin, len(known) == len(chain.numbers))
        if weak is None:
            return []
        found = [CodeMatch(p, p, tokens[p].text, self._codes[tokens[p].text], "code", weak) for p in known]
        word = tokens[left].norm if left >= 0 else ""
        if self._rules.has("candidate_prepositions", word) or known or chain.actors:
            found += [
                CodeMatch(p, p, tokens[p].text, None, "candidate", True)
                for p in chain.numbers
                if p not in known and 2 <= len(tokens[p].text) <= 3
            ]
        return found

    def _context(self, tokens: list[Token], chain: _Chain, left: int, begin: int, all_known: bool) -> bool | None:
        """Whether the left side calls for an actor: None no, False surely, True weakly."""
        after = tokens[chain.right + 1] if chain.right + 1 < len(tokens) else None
        word = tokens[left].norm if left >= 0 else ""
        if left >= 0 and tokens[left].text == "(":
            if chain.actors:
                return False
            before = tokens[left - 1].norm if left else ""
            closed = after is not None and after.text == ")"
            return True if closed and all_known and not self._rules.has("bracket_not_after", before) else None
        if chain.actors and chain.left < chain.numbers[0]:
            return False
        place = left
        if place > begin and word in self._words["determiners"] and not self._rules.has("prepositions", word):
            place -= 1
            word = tokens[place].norm
        if place >= 0 and self._rules.has("prepositions", word):
            if not all_known and (self._rules.has("strict", word)):
                return None
            if not chain.actors and self._measured(tokens, place, begin):
                return None
            return False
        if left >= 0 and self._rules.has("quantity_before", word):
            return None
        if chain.actors:
            return False
        if not all_known:
            return None
        return self._clause(tokens, chain, left, after)

    def _clause(self, tokens: list[Token], chain: _Chain, left: int, after: Token | None) -> bool | None:
        """Subject at the start of a sentence, object of a verb, or after "Federführung:"."""
        word = tokens[left].norm if left >= 0 else ""
        many = len(chain.numbers) > 1
        if left < 0 or tokens[left].text in (">", "•", ";", ","):
            verb = after.norm if after is not None else ""
            return (
                True
                if self._rules.has("verbs_after", verb) or (many and self._rules.has("plural_verbs_after", verb))
                else None
            )
        if tokens[left].text == ":":
            return True if left and self._rules.has("colon_nouns", tokens[left - 1].norm) else None
        if self._rules.has("colon_nouns", word) and tokens[left].capital:
            return True
        if self._rules.has("verbs_before", word):
            done = after is None or after.kind == MARK
            if self._rules.has("auxiliaries_before", word):
                return True if after is not None and self._rules.has("participles", after.norm) else None
            free = after is not None and after.norm in self._words["function_words"]
            return True if done or free else None
        return None

    def _measured(self, tokens: list[Token], place: int, begin: int) -> bool:
        """Whether a noun of measure governs the preposition ("eine Quote von 50", "der Wert liegt bei 16")"""
        for token in tokens[max(begin, place - 6) : place]:
            if token.capital and (
                self._rules.has("quantity_nouns", token.norm)
                or token.norm.endswith(tuple(self._rules.lists["quantity_noun_endings"]))
            ):
                return True
        return False

    def _quantity_after(
        self,
        tokens: list[Token],
        chain: _Chain,
        begins: list[int],
        taken: Taken,
        head: bool,
        left: int,
    ) -> bool:
        index = chain.right + 1
        if chain.right not in chain.numbers or index >= len(tokens):
            return False
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text in ("%", "€") or token.kind == NUMBER:
            return True
        if token.text == "." and following is not None and begins[index] == begins[index + 1]:
            return following.capital and following.norm in self._rules.lists["ordinal_nouns"]
        aside = following is not None and self._rules.has("quantity_aside", following.norm)
        if token.text in ("(", ",") and aside:
            return not head
        numbers = [tokens[place].text for place in chain.numbers]
        if len(set(numbers)) < len(numbers):
            return True
        if begins[index] != begins[chain.right] or head:
            return False
        if token.norm in self._words["conjunctions"] and following is not None:
            return self._rules.has("quantity_and", following.norm)
        if self._rules.has("quantity_after", token.norm):
            if not self._rules.has("quantity_after_with_noun", token.norm):
                return True
            return following is not None and (following.kind == NUMBER or following.capital)
        if token.kind == MARK or token.norm in self._words["function_words"]:
            return False
        if index in taken:
            first, last = taken[index]
            return self._codes.get(tokens[chain.right].text) is None or first != index or last < 0
        if token.capital and token.kind == WORD:
            return True
        if not token.norm.endswith(self._adjective) or any(self._rules.has(verbs, token.norm) for verbs in _FINITE):
            return False
        if _PARTICIPLE.match(token.norm):
            return left < 1 or tokens[left - 1].norm not in self._words["determiners"]
        if left >= 1 and tokens[left - 1].norm in self._words["determiners"]:
            return False  # "die durch 56 geprüften Anträge"
        for later in tokens[index + 1 : index + 4]:
            if later.kind != WORD or later.norm in self._words["function_words"]:
                return False
            if later.capital:
                return True
        return False
