"""Names that look like actors but stand in no register: few and good, for a person to decide."""

from __future__ import annotations

from dataclasses import dataclass

from zielgraph.linking.tokens import HYPHENS, NUMBER, QUOTES, WORD, Taken, Token
from zielgraph.linking.vocabulary import CandidateRules, Vocabulary

_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible actor at tokens ``first`` to ``last``."""

    first: int
    last: int


class CandidateFinder:
    """Finds possible actors by typical heads, legal forms, beginnings of names, and unknown abbreviations."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._rules: CandidateRules = vocabulary.candidates
        self._words = vocabulary.words
        self._gendered = tuple(self._rules.lists["inner_capital_not"])
        self._unit_ends = tuple(self._rules.lists["unit_ends"])
        self._adjectives = tuple(self._rules.lists["adjective_endings"])
        self._acronym_before = self._rules.lists["acronym_before"]

    def find(self, tokens: list[Token], begins: list[int], taken: Taken) -> list[Candidate]:
        """Candidates outside the actors already found."""
        found: list[Candidate] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            candidate = None
            if index not in taken and token.kind == WORD:
                candidate = (
                    self._starter(tokens, index, begins, taken)
                    or self._headed(tokens, index, begins, taken)
                    or self._acronym(tokens, index, taken)
                    or self._partner(tokens, index, begins, taken)
                )
            if candidate is not None and taken.keys().isdisjoint(range(candidate.first, candidate.last + 1)):
                if found and candidate.first <= found[-1].last:
                    found.pop()
                found.append(candidate)
                index = candidate.last + 1
                continue
            index += 1
        return found + self._legal(tokens, begins, taken, found)

    def _name_end(self, tokens: list[Token], last: int, begins: list[int], taken: Taken) -> int:
        """The last token of the proper name that goes on after a head ("Stiftung Umwelt und Entwicklung")."""
        index, head = last + 1, last
        while index < len(tokens) and index - last <= _LONGEST and index not in taken:
            token = tokens[index]
            if begins[index] != begins[last]:
                break
            if self._proper(token):
                if last > head and tokens[index - 1].kind == WORD and tokens[index - 1].capital:
                    break  # one plain noun only: what follows it is the rest of the sentence
                last = index
            elif token.norm in self._rules.lists["legal_forms"]:
                return index
            elif token.norm in self._rules.lists["in_name"] and index + 1 < len(tokens):
                following = tokens[index + 1]
                if token.norm == "und" and index == last + 1 and not self._joined(tokens, index):
                    break
                if not (self._proper(following) and index + 1 not in taken and token.norm != "der"):
                    break
            elif token.text == "," and self._listed(tokens, index):
                pass
            elif token.text in ("-", "/", "–") and token.glued and index + 1 < len(tokens):
                if not (tokens[index + 1].glued and tokens[index + 1].kind == WORD):
                    break
            else:
                break
            index += 1
        return last

    def _listed(self, tokens: list[Token], index: int) -> bool:
        """Whether a comma stands in a list that "und" closes: "für Arbeit, Gesundheit und Soziales"."""
        after = tokens[index + 1 : index + 4]
        if len(after) < 3 or after[1].norm != "und":
            return False
        return self._proper(after[0]) and self._proper(after[2])

    def _joined(self, tokens: list[Token], index: int) -> bool:
        """Whether "und" joins two plain nouns of one name rather than two actors."""
        following = tokens[index + 1]
        return following.capital and not following.norm.endswith(self._unit_ends)

    def _proper(self, token: Token) -> bool:
        return token.kind == WORD and token.capital and token.norm not in self._rules.lists["not_in_name"]

    def _starter(self, tokens: list[Token], index: int, begins: list[int], taken: Taken) -> Candidate | None:
        for words in self._rules.starters.get(tokens[index].norm, ()):
            last = index + len(words) - 1
            if last + 1 >= len(tokens) or [t.norm for t in tokens[index : last + 1]] != list(words):
                continue
            if not tokens[last].capital and tokens[last].norm not in self._rules.lists["starter_ends"]:
                continue
            if any(i in taken for i in range(index, last + 2)) or begins[last + 1] != begins[index]:
                continue
            after = tokens[last + 1]
            if after.text in QUOTES and " ".join(words) in self._rules.lists["quoted_starters"]:
                inside = range(last + 2, min(len(tokens), last + 9))
                close = next((i for i in inside if tokens[i].text in QUOTES), None)
                if close is not None:
                    return Candidate(last + 2, close - 1) if close - 1 >= last + 2 else None
            end = self._name_end(tokens, last, begins, taken)
            if end > last and not tokens[last + 1].glued:
                return Candidate(self._adjective(tokens, index, begins, taken), end)
        return None

    def _headed(self, tokens: list[Token], index: int, begins: list[int], taken: Taken) -> Candidate | None:
        token = tokens[index]
        if not token.capital or not token.norm.endswith(self._rules.suffixes):
            return None
        if token.norm in self._rules.lists["generic"] or self._quoted(tokens, index):
            return None
        if index + 1 < len(tokens) and tokens[index + 1].glued and tokens[index + 1].text in HYPHENS:
            return None
        first = self._adjective(tokens, index, begins, taken)
        if token.glued and index >= 2 and tokens[index - 1].text in HYPHENS and tokens[index - 2].capital:
            first = index - 2
            return None if first in taken else Candidate(first, index)
        end = self._name_end(tokens, index, begins, taken)
        if token.norm in self._rules.lists["weak"] and end == index:
            named = first < index and tokens[first].norm.endswith("er") and first > begins[index]
            return Candidate(first, index) if named else None
        return Candidate(first, end)

    def _adjective(self, tokens: list[Token], index: int, begins: list[int], taken: Taken) -> int:
        """Takes in capital adjectives to the left ("Strategische Fachkoordination", "Bonner Tafel")."""
        while index > begins[index]:
            before = tokens[index - 1]
            ends = before.norm.endswith(self._adjectives)
            if index - 1 in taken or not (self._proper(before) and ends):
                break
            if index - 1 == begins[index] and before.norm in self._words["fillers"]:
                break
            index -= 1
        return index

    @staticmethod
    def _quoted(tokens: list[Token], index: int) -> bool:
        left = any(t.text in QUOTES for t in tokens[max(0, index - 3) : index])
        right = any(t.text in QUOTES for t in tokens[index + 1 : index + 4])
        return left and right

    def _legal(
        self,
        tokens: list[Token],
        begins: list[int],
        taken: Taken,
        found: list[Candidate],
    ) -> list[Candidate]:
        """Names before a legal form ("Kleiner Muck e.V.")."""
        more: list[Candidate] = []
        spans = {i for c in found for i in range(c.first, c.last + 1)}
        for index, token in enumerate(tokens):
            if token.norm not in self._rules.lists["legal_forms"] or index in taken or index in spans:
                continue
            first = index
            while first > begins[index] and self._proper(tokens[first - 1]):
                if first - 1 in taken or first - 1 in spans:
                    break
                first -= 1
            if first < index and not tokens[index].glued:
                more.append(Candidate(first, index))
        return more

    def _inner_capital(self, token: Token) -> bool:
        """Whether a word is written like a brand ("RheinEnergie") and not like "MitarbeiterInnen"."""
        text = token.plain
        humps = [place for place in range(2, len(text) - 2) if text[place].isupper() and text[place - 1].islower()]
        return bool(humps) and token.capital and not text[humps[-1] :].lower().startswith(self._gendered)

    def _partner(self, tokens: list[Token], index: int, begins: list[int], taken: Taken) -> Candidate | None:
        """Two or three capital words without an article behind "Kooperation mit" and the like."""
        if index - 2 < begins[index] or not self._proper(tokens[index]):
            return None
        if f"{tokens[index - 2].norm} {tokens[index - 1].norm}" not in self._rules.lists["named_after"]:
            return None
        word = tokens[index].norm
        if word in self._rules.lists["named_not"] | self._rules.lists["generic"]:
            return None
        if word.endswith(tuple(self._rules.lists["named_not_endings"])):  # "mit Freiwilligen Helfern"
            return None
        last = index
        while last + 1 < len(tokens) and last - index < 2 and begins[last + 1] == begins[index]:
            if last + 1 in taken or tokens[last + 1].glued or not self._proper(tokens[last + 1]):
                break
            last += 1
        return Candidate(index, last) if last > index else None

    def _acronym(self, tokens: list[Token], index: int, taken: Taken) -> Candidate | None:
        token = tokens[index]
        size = len(token.plain)
        short = 2 <= size <= self._rules.acronym_max_length and token.plain.rstrip("s").isupper()
        if not short and not self._inner_capital(token):
            return None
        never = self._rules.lists["not_acronyms"]
        if token.norm in never or token.norm.rstrip("s") in never:
            return None
        if token.glued and tokens[index - 1].text not in ("(", "/"):
            return None
        if index + 1 < len(tokens):
            after = tokens[index + 1]
            if after.glued and (after.text in HYPHENS or after.kind == NUMBER):
                return None
            if after.kind == NUMBER or (after.kind == WORD and after.capital):
                return None
        one = tokens[index - 1].norm if index else ""
        two = f"{tokens[index - 2].norm} {one}" if index > 1 else ""
        joined = one in self._words["conjunctions"] or one in (",", "/")
        coordinated = index > 1 and joined and index - 2 in taken
        if one in self._acronym_before or two in self._acronym_before or coordinated:
            return Candidate(index, index)
        return None
